"""A recorder is who its card says, and disagreement is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.devices.api import Sighting
from workstation.devices.card import open_card

if TYPE_CHECKING:
    from pathlib import Path

    from workstation.devices.profiles import ProfileSet
    from workstation.domain.recorder import RecorderIdentity


def identity(
    top: Path, profiles: ProfileSet, label: str = "", serial: str = "", **properties: str
) -> RecorderIdentity:
    sighting = Sighting("usb-0:1", str(top), label=label, serial=serial, properties=properties)
    with open_card(sighting, profiles) as session:
        return session.identity


def put(top: Path, *paths: str, text: str = "x") -> None:
    for path in paths:
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_text(text, encoding="utf-8")


E12 = "DCIM/101ANDRO/012345_A1B2C3D_2024050607080{}_000{}.mp4"


def test_names_and_label_agree(tmp_path: Path, profiles: ProfileSet) -> None:
    put(tmp_path, E12.format(1, 1), E12.format(2, 2))
    who = identity(tmp_path, profiles, label="A1B2C3D")
    assert (who.serial, who.badge, who.profile) == ("A1B2C3D", "012345", "e12")
    assert who.provenance == {"serial": "names", "badge": "names"}
    assert who.findings == ()


def test_a_label_of_another_recorder_is_told(tmp_path: Path, profiles: ProfileSet) -> None:
    put(tmp_path, E12.format(1, 1))
    who = identity(tmp_path, profiles, label="Z9Z9Z9Z")
    assert (who.serial, who.label) == ("A1B2C3D", "Z9Z9Z9Z")
    assert who.findings == ("identity.disagrees",)


def test_a_label_that_names_nobody_disagrees_with_nobody(
    tmp_path: Path, profiles: ProfileSet
) -> None:
    put(tmp_path, E12.format(1, 1))
    assert identity(tmp_path, profiles, label="NO NAME").findings == ()


def test_two_officers_on_one_card_are_told(tmp_path: Path, profiles: ProfileSet) -> None:
    put(tmp_path, *(E12.format(digit, digit) for digit in range(1, 4)))
    put(tmp_path, E12.format(9, 9).replace("012345", "067890"))
    who = identity(tmp_path, profiles, label="A1B2C3D")
    assert who.badge == "012345"
    assert who.findings == ("identity.disagrees",)


def test_a_file_of_the_recorder_is_believed_most(tmp_path: Path, profiles: ProfileSet) -> None:
    put(tmp_path, "police/video/20240506/012345_0_20240506_070809.mp4")
    put(tmp_path, "bad.ini", text="[ZFY]\r\nPolNo=054321\r\nDevNo=DSJ-A1-00017\r\n")
    who = identity(tmp_path, profiles, label="whatever")
    assert (who.serial, who.badge) == ("DSJ-A1-00017", "054321")
    assert who.provenance == {"serial": "sidecar", "badge": "sidecar"}
    assert who.findings == ("identity.disagrees", "identity.label_differs")
    assert [(claim.field, claim.source, claim.value) for claim in who.claims] == [
        ("serial", "sidecar", "DSJ-A1-00017"),
        ("badge", "sidecar", "054321"),
        ("badge", "names", "012345"),
    ]


def test_a_gopro_names_itself(tmp_path: Path, profiles: ProfileSet) -> None:
    put(tmp_path, "DCIM/100GOPRO/GX010001.MP4")
    text = '{\n"info version":"2.0",\n"camera serial number":"C3331350000001",\n}\n'
    put(tmp_path, "MISC/version.txt", text=text)
    who = identity(tmp_path, profiles)
    assert (who.serial, who.profile, who.findings) == ("C3331350000001", "gopro", ())


def test_an_unset_serial_is_none(tmp_path: Path, profiles: ProfileSet) -> None:
    put(tmp_path, "DCIM/101ANDRO/000000_0000000_20240506070809_0001.mp4")
    who = identity(tmp_path, profiles, ID_FS_UUID="1A2B-3C4D")
    assert who.serial.startswith("card-")
    assert who.badge is None
    assert who.findings == ("identity.unknown",)


def test_an_own_label_names_a_card_that_does_not(tmp_path: Path, profiles: ProfileSet) -> None:
    put(tmp_path, "DCIM/IMG_0001.JPG")
    who = identity(tmp_path, profiles, label="UNIT7-03", ID_FS_UUID="1A2B-3C4D")
    assert (who.serial, who.provenance["serial"]) == ("UNIT7-03", "label")


def test_a_card_without_a_name_is_the_same_at_any_port(
    tmp_path: Path, profiles: ProfileSet
) -> None:
    put(tmp_path, "DCIM/IMG_0001.JPG")
    one = identity(tmp_path, profiles, serial="S", ID_FS_UUID="1A2B-3C4D")
    put(tmp_path, "DCIM/IMG_0002.JPG")
    other = identity(tmp_path, profiles, serial="S", ID_FS_UUID="1A2B-3C4D")
    third = identity(tmp_path, profiles, serial="S", ID_FS_UUID="9999-3C4D")
    assert one.serial == other.serial != third.serial


def test_a_file_of_the_recorder_that_is_garbage_says_nothing(
    tmp_path: Path, profiles: ProfileSet
) -> None:
    put(tmp_path, "police/video/20240506/012345_0_20240506_070809.mp4")
    (tmp_path / "bad.ini").write_bytes(bytes(range(256)) * 600)
    who = identity(tmp_path, profiles, ID_FS_UUID="1")
    assert who.badge == "012345"
