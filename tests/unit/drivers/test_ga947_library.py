"""A maker's library is spoken to in a process of its own, whatever the library does."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from drivers.ga947_library import driver as module
from drivers.ga947_library.driver import Ga947LibraryDriver
from workstation.devices.api import (
    Match,
    ReadsClock,
    ReportsBattery,
    ReportsVideoSize,
    SetsClock,
    Sighting,
    UnlocksStorage,
    WritesBinding,
)
from workstation.devices.profiles import ProfileSet
from workstation.domain.clip import BadgeNumber
from workstation.domain.errors import (
    BindingUnfitError,
    DriverCrashedError,
    DriverMissingError,
    PasswordMissingError,
    PasswordRefusedError,
    RecorderProtocolError,
    RecorderStalledError,
    UnknownRecorderError,
)
from workstation.domain.recorder import Inscription, WriteKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SOURCE = Path(__file__).parents[2] / "fakes" / "ga947" / "library.c"
SHIPPED = Path(__file__).parents[3] / "resources" / "profiles"
SIGHTING = Sighting("usb-0:1", "", "usb", 0x1209, 0xB0D7, ready=False)
WRITTEN = Inscription("A1B2C3D", BadgeNumber("654321"), "李四", "110102", "城西派出所")


@dataclass
class Known:
    """The sealed passwords of a test."""

    passwords: Sequence[str] = ("246810",)
    asked: list[str] = field(default_factory=list)

    def of(self, profile: str) -> Sequence[str]:
        self.asked.append(profile)
        return self.passwords


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """The library in one of its variants, compiled once."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler is installed (Debian: gcc libc6-dev)")
    place = tmp_path_factory.mktemp("ga947")

    def make(*variants: str) -> Path:
        path = place / f"lib{'_'.join(variants) or 'plain'}.so"
        if not path.exists():
            options = ["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror"]
            defines = [f"-D{variant}" for variant in variants]
            command = [str(compiler), *options, *defines, "-o", str(path), str(SOURCE)]
            subprocess.run(command, check=True)
        return path

    return make


def driver_of(library: Path, place: Path) -> Ga947LibraryDriver:
    """The driver, with a profile as a site would write it."""
    (place / "maker.toml").write_text(
        '[profile]\nkey = "maker"\nvendor = "m"\n'
        '[vendor_mode]\ndriver = "ga947_library"\nusb = ["1209:b0d7"]\n'
        f'library = "{library}"\nfactory = ["000000"]\n',
        encoding="utf-8",
    )
    return Ga947LibraryDriver(ProfileSet.load([SHIPPED, place]))


def children() -> list[str]:
    """Processes of ours, by number, that a library runs in."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            parent = (process / "stat").read_text().rpartition(")")[2].split()[1]
            command = (process / "cmdline").read_bytes()
        except OSError:
            continue  # ended meanwhile
        if parent == str(os.getpid()) and b"drivers.ga947_library.child" in command:
            found.append(process.name)
    return found


LAYOUTS = pytest.mark.parametrize("variants", [(), ("WITH_ENDS",)], ids=["89 bytes", "94 bytes"])


@LAYOUTS
def test_it_says_who_it_is_in_both_layouts(
    compiled: Callable[..., Path], tmp_path: Path, variants: tuple[str, ...]
) -> None:
    with driver_of(compiled(*variants), tmp_path).open(SIGHTING, Known()) as session:
        who = session.identity
    assert (who.serial, who.badge, who.officer_name) == ("A1B2C3D", "012345", "张三")
    assert (who.unit, who.profile) == ("城东", "maker")
    assert who.provenance["serial"] == "device"
    assert who.findings == ()


@LAYOUTS
def test_what_is_written_is_read_back_in_both_layouts(
    compiled: Callable[..., Path], tmp_path: Path, variants: tuple[str, ...]
) -> None:
    with driver_of(compiled(*variants), tmp_path).open(SIGHTING, Known()) as session:
        assert isinstance(session, WritesBinding)
        done = session.write_binding(WRITTEN)
        read = session._library.say("read_binding", password="246810")
        with pytest.raises(BindingUnfitError):
            session.write_binding(replace(WRITTEN, badge=BadgeNumber("12345678")))
    assert done.kind is WriteKind.BINDING_WRITTEN
    assert done.facts["badge"] == "654321"
    raw = bytes.fromhex(read["raw"])
    assert raw.startswith(b"A1B2C3D\x00654321\x00" if variants else b"A1B2C3D654321")
    assert "李四".encode("gbk") in raw


def test_it_tells_its_state_and_becomes_a_disk(
    compiled: Callable[..., Path], tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    with driver_of(compiled(), tmp_path).open(SIGHTING, Known()) as session:
        assert isinstance(session, ReportsBattery)
        assert isinstance(session, ReportsVideoSize)
        assert isinstance(session, SetsClock)
        assert isinstance(session, UnlocksStorage)
        assert not isinstance(session, ReadsClock)
        assert (session.battery_percent(), session.video_size()) == (77, (1920, 1080))
        assert len(children()) == 1
        clock = session.set_clock(now)
        shown = session.unlock_storage()
    assert datetime.fromisoformat(str(clock.facts["set_to"])) == now.replace(microsecond=0)
    assert shown.kind is WriteKind.STORAGE_UNLOCKED
    assert "246810" not in str(shown)


def test_passwords_are_tried_twice_at_most(compiled: Callable[..., Path], tmp_path: Path) -> None:
    driver = driver_of(compiled(), tmp_path)
    with driver.open(SIGHTING, Known(("999999", "246810"))) as session:
        assert session.battery_percent() == 77
    wrong = Known(("111111", "222222", "246810"))
    with pytest.raises(PasswordRefusedError) as refused, driver.open(SIGHTING, wrong):
        pass
    assert refused.value.facts["tries"] == 2
    with pytest.raises(PasswordMissingError), driver.open(SIGHTING, Known(())):
        pass


def test_a_crash_is_told_and_the_next_docking_works(
    compiled: Callable[..., Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    driver = driver_of(compiled("CRASHES"), tmp_path)
    with driver.open(SIGHTING, Known()) as session, pytest.raises(DriverCrashedError) as crashed:
        session.unlock_storage()
    assert crashed.value.facts["status"] == -11
    assert len(caplog.messages) == 1
    with driver.open(SIGHTING, Known()) as session:
        assert session.battery_percent() == 77


def test_a_hang_is_ended_and_nothing_of_it_stays(
    compiled: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CALL_S", 1.0)
    driver = driver_of(compiled("HANGS"), tmp_path)
    with pytest.raises(RecorderStalledError) as stalled, driver.open(SIGHTING, Known()):
        pass
    assert stalled.value.facts["waited_s"] == 1.0
    assert children() == []


def test_lies_are_not_believed(compiled: Callable[..., Path], tmp_path: Path) -> None:
    with driver_of(compiled("LIES"), tmp_path).open(SIGHTING, Known()) as session:
        assert session.identity.serial == "A1B2C3D"
        with pytest.raises(RecorderProtocolError):
            session.battery_percent()
        with pytest.raises(RecorderProtocolError):
            session.video_size()


def test_a_library_that_writes_too_much_hurts_nobody(
    compiled: Callable[..., Path], tmp_path: Path
) -> None:
    driver = driver_of(compiled("WRITES_TOO_MUCH"), tmp_path)
    with driver.open(SIGHTING, Known()) as session:
        assert session.identity.serial == "A1B2C3D"


@pytest.mark.parametrize("variant", ["INCOMPLETE", "absent"])
def test_what_is_no_library_by_the_standard_is_told(
    compiled: Callable[..., Path], tmp_path: Path, variant: str
) -> None:
    library = tmp_path / "absent.so" if variant == "absent" else compiled(variant)
    with (
        pytest.raises(DriverMissingError) as missing,
        driver_of(library, tmp_path).open(SIGHTING, Known()),
    ):
        pass
    assert missing.value.facts["library"] == str(library)
    if variant == "INCOMPLETE":
        assert missing.value.facts["reason"] == "ReadDeviceBatteryDumpEnergy"


def test_without_a_recorder_of_its_maker_it_is_left_alone(
    compiled: Callable[..., Path], tmp_path: Path
) -> None:
    driver = driver_of(compiled("NO_RECORDER"), tmp_path)
    with pytest.raises(UnknownRecorderError), driver.open(SIGHTING, Known()):
        pass


def test_only_what_a_profile_names_is_its_business(tmp_path: Path) -> None:
    driver = driver_of(tmp_path / "x.so", tmp_path)
    assert driver.match(SIGHTING) is Match.FAMILY
    assert driver.match(replace(SIGHTING, product_id=1)) is Match.NO
    assert Ga947LibraryDriver(ProfileSet.load([SHIPPED])).match(SIGHTING) is Match.NO
