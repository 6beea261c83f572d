"""Recorders that hide their card: spoken to, unlocked, and collected as one docking."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from drivers import builtin_drivers, locked_drivers
from drivers.jieli_scsi import JieliScsiDriver
from drivers.mass_storage import MassStorageDriver
from tests.fakes.jieli_recorder import JieliRecorder
from tests.fakes.recorder_state import OWNER, RecorderState
from tests.unit.ingest.scripted import SETTINGS, until
from workstation.devices.api import Departure, Sighting
from workstation.devices.profiles import ProfileSet
from workstation.devices.registry import Registry
from workstation.devices.vendor_mode import candidates
from workstation.domain.clip import BadgeNumber
from workstation.domain.dock import SlotStatus
from workstation.domain.recorder import RecorderIdentity
from workstation.domain.recorder_clock import StationTime
from workstation.ingest import unlocking
from workstation.ingest.unlocking import joined
from workstation.ledger.custody import decode
from workstation.platform.paths import StatePaths
from workstation.platform.settings import ClockSection
from workstation.station import record
from workstation.station.engine import Engine, EngineParts
from workstation.vault.secrets import SealedSecrets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workstation.domain.dock import SlotView

PROFILES = ProfileSet.load([Path(__file__).parents[3] / "resources" / "profiles"])
PORT = "pci-0000:00:14.0-usb-0:2"
LOCKED = Sighting(
    PORT,
    "",
    scheme="usb",
    device_node="/dev/sdb",
    ready=False,
    state_code="slot.no_medium",
    properties={"ID_VENDOR": "DV16", "ID_MODEL": "DEVICE_V1.00"},
)


class Desk:
    """A real engine, one JieLi recorder, and the card it shows once it is told."""

    def __init__(self, place: Path, clock: ClockSection = SETTINGS.clock) -> None:
        settings = msgspec.structs.replace(SETTINGS, clock=clock)
        self.recorder = JieliRecorder(RecorderState())
        self.card = place / "card"
        day = self.card / "DCIM" / "101ANDRO"
        day.mkdir(parents=True)
        (day / "012345_A1B2C3D_20240506070809_0007.mp4").write_bytes(b"footage" * 5000)
        self.paths = StatePaths(place / "state")
        record.initialise(self.paths, settings)
        self.passwords = SealedSecrets(self.paths.secrets, record.load_keyring(self.paths))
        self.passwords.put("recorder.jieli", "246810")
        parts = EngineParts(
            [MassStorageDriver(PROFILES)],
            probe_media=False,
            locked=[JieliScsiDriver(PROFILES, self.recorder.open)],
            station_time=lambda: StationTime("chrony", is_synced=True),
        )
        self.engine = Engine(self.paths, settings, parts)
        self.engine.start()

    def announce(self, news: Sighting | Departure) -> None:
        self.engine.supervisor.announce(news)

    def ready(self) -> Sighting:
        """The card, as the dock would announce it at the same port."""
        return Sighting(PORT, str(self.card), device_node="/dev/sdb1", label=OWNER.serial)

    @property
    def view(self) -> SlotView:
        (found,) = self.engine.supervisor.views()
        return found

    def acts(self, act: str) -> list[dict[str, object]]:
        """The facts of all custody entries of one act."""
        raw = self.engine.catalog.custody_lines()
        lines = [decode(stored, seq) for seq, stored in enumerate(raw, 1)]
        return [dict(line.facts) for line in lines if line.act == act]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.engine.stop()
    made.engine.mailbox.close()


def unlocked(desk: Desk) -> None:
    desk.announce(LOCKED)
    until(lambda: desk.recorder.state.shows_card, "not told to show its card")


@pytest.mark.parametrize("leaves", [True, False])
def test_one_docking_over_the_mode_switch(desk: Desk, *, leaves: bool) -> None:
    desk.recorder.leaves_on_unlock = leaves
    unlocked(desk)
    if leaves:
        desk.announce(Departure(PORT))
    desk.announce(desk.ready())
    until(lambda: desk.view.status is SlotStatus.DONE, "not collected")
    view = desk.view
    assert (view.recorder_serial, view.badge) == (OWNER.serial, OWNER.badge)
    assert (view.officer_name, view.unit) == (OWNER.officer_name, OWNER.unit_name)
    assert (view.battery_percent, view.profile, view.vaulted) == (73, "e12", 1)
    writing, written = desk.acts("recorder_writing"), desk.acts("recorder_written")
    assert [facts["write"] for facts in writing + written] == ["storage_unlocked"] * 2
    assert written[0]["command"] == "SET_MSDC"
    assert "246810" not in str(writing + written)


def test_one_that_keeps_its_old_name_after_the_switch_is_collected(desk: Desk) -> None:
    unlocked(desk)
    desk.announce(replace(desk.ready(), properties=LOCKED.properties))
    until(lambda: desk.view.status is SlotStatus.DONE, "not collected")
    assert desk.recorder.state.writes == ["card"]


def test_its_card_may_come_while_it_is_still_spoken_to(desk: Desk) -> None:
    gate = threading.Event()
    show = desk.recorder.state.show_card
    desk.recorder.state.show_card = lambda: gate.wait(20) and show()  # type: ignore[method-assign]
    desk.announce(LOCKED)
    until(lambda: any("fb8200000006" in block for block, _ in desk.recorder.blocks), "not told")
    desk.announce(Departure(PORT))
    desk.announce(desk.ready())
    gate.set()
    until(lambda: desk.view.status is SlotStatus.DONE, "not collected")


def test_a_station_is_busy_while_a_recorder_is_spoken_to_and_its_card_awaited(desk: Desk) -> None:
    def is_busy() -> bool:
        return desk.engine.supervisor.is_busy

    assert not is_busy()
    unlocked(desk)
    assert is_busy()
    desk.announce(desk.ready())
    until(lambda: desk.view.status is SlotStatus.DONE, "not collected")
    until(lambda: not is_busy(), "busy with nothing")


def test_a_recorder_with_adb_and_mtp_is_asked_first_and_read_by_mtp_else() -> None:
    both = Sighting(
        PORT,
        "/dev/bus/usb/001/007",
        scheme="mtp",
        properties={"ID_USB_INTERFACES": ":060101:ff4201:"},
    )
    asked = [driver.name for driver in candidates(locked_drivers(PROFILES), both)]
    assert asked == ["android_zzx", "android_e12"]
    assert Registry(builtin_drivers(PROFILES)).match(both).name == "mtp"


def test_a_wrong_password_is_shown_and_tried_once_a_plugging(desk: Desk) -> None:
    desk.passwords.put("recorder.jieli", "135791")
    desk.passwords.put("recorder.jieli", "135792")
    desk.announce(LOCKED)
    until(lambda: desk.view.code == "recorder.password_refused", "no word")
    sent = len(desk.recorder.blocks)
    desk.announce(replace(LOCKED, state_code="slot.unknown_medium"))
    assert desk.view.code == "recorder.password_refused"
    assert len(desk.recorder.blocks) == sent
    assert not desk.recorder.state.shows_card
    desk.announce(Departure(PORT))
    assert desk.view.status is SlotStatus.EMPTY
    desk.passwords.put("recorder.jieli", "246810")
    unlocked(desk)


def test_without_a_password_it_says_what_to_set(desk: Desk) -> None:
    desk.passwords.remove("recorder.jieli")
    desk.announce(LOCKED)
    until(lambda: desk.view.code == "recorder.password_missing", "no word")
    assert desk.view.facts["profile"] == "jieli"


def test_one_that_does_not_come_back_is_said_and_its_unlocking_is_on_record(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(unlocking, "BACK_WITHIN_S", 0.1)
    unlocked(desk)
    desk.announce(Departure(PORT))
    until(lambda: desk.view.code == "recorder.not_back", "no word")
    assert len(desk.acts("recorder_written")) == 1
    assert "did not come back" in caplog.text


def test_a_refusal_is_on_record_too(desk: Desk) -> None:
    desk.recorder.state.has_card = False
    desk.announce(LOCKED)
    until(lambda: desk.view.code == "recorder.no_card", "no word")
    assert desk.acts("recorder_written")[0]["code"] == "recorder.no_card"


def test_a_stranger_of_the_same_name_is_what_it_seems(desk: Desk) -> None:
    desk.recorder.inquiry = desk.recorder.inquiry.replace(b"DV16", b"DVXX")
    desk.announce(LOCKED)
    until(lambda: desk.view.code == "slot.no_medium", "no word")
    desk.announce(desk.ready())
    until(lambda: desk.view.status is SlotStatus.DONE, "not collected")


@pytest.fixture
def setting_desk(tmp_path: Path) -> Iterator[Desk]:
    """A site that wants every clock set."""
    made = Desk(tmp_path, ClockSection(set="always"))
    yield made
    made.engine.stop()
    made.engine.mailbox.close()


def test_a_clock_that_can_only_be_set_is_set_before_the_card_is_shown(setting_desk: Desk) -> None:
    desk = setting_desk
    unlocked(desk)
    desk.announce(desk.ready())
    until(lambda: desk.view.status is SlotStatus.DONE, "not collected")
    assert desk.recorder.state.writes == ["clock", "card"]
    assert abs(desk.recorder.state.clock_ahead.total_seconds()) < 2
    writing, written = desk.acts("recorder_writing"), desk.acts("recorder_written")
    assert [facts["write"] for facts in writing] == ["clock_set", "storage_unlocked"]
    assert [facts["write"] for facts in written] == ["clock_set", "storage_unlocked"]
    assert writing[0]["offset_s"] is None  # it tells its time to nobody
    assert (written[0]["command"], written[0]["recorder"]) == ("SYNC_DEV_TIME", OWNER.serial)
    (line,) = desk.engine.catalog.dockings(OWNER.serial)
    assert line.clock_set_at is not None
    assert (line.clock, line.clock_after, line.clock_set_code) == (None, None, None)


def test_a_clock_nobody_can_read_is_not_set_for_being_wrong(tmp_path: Path) -> None:
    desk = Desk(tmp_path, ClockSection(set="when_wrong"))
    try:
        unlocked(desk)
        assert desk.recorder.state.writes == ["card"]
    finally:
        desk.engine.stop()
        desk.engine.mailbox.close()


def test_a_clock_that_is_refused_does_not_keep_the_card_away(setting_desk: Desk) -> None:
    desk = setting_desk
    desk.recorder.refuses = 0x05
    unlocked(desk)
    desk.announce(desk.ready())
    until(lambda: desk.view.status is SlotStatus.DONE, "not collected")
    assert "clock.not_set" in desk.view.remarks
    (line,) = desk.engine.catalog.dockings(OWNER.serial)
    assert (line.clock_set_at, line.clock_set_code) == (None, "recorder.refused")
    assert desk.acts("recorder_written")[0]["code"] == "recorder.refused"


def identity(serial: str, badge: str | None, *findings: str) -> RecorderIdentity:
    return RecorderIdentity(
        serial,
        "e12",
        badge=BadgeNumber(badge) if badge else None,
        provenance={"serial": "names"},
        findings=findings,
    )


def test_recorder_and_card_that_disagree_are_said_to() -> None:
    told = replace(identity("A", "1"), provenance={"serial": "device"})
    assert joined(identity("A", "1"), told).findings == ()
    assert joined(identity("B", "1"), told).findings == ("identity.disagrees",)
    assert joined(identity("A", "2"), told).findings == ("identity.disagrees",)
    assert joined(identity("B", "2"), told).serial == "A"


def test_a_recorder_that_knows_no_name_goes_by_its_cards() -> None:
    told = identity("ABCDE", None, "identity.unknown")
    assert joined(identity("B", "2"), told).serial == "B"
    assert joined(identity("B", "2"), told).findings == ()
    nobody = joined(identity("x", None, "identity.unknown"), told)
    assert nobody.findings == ("identity.unknown",)
