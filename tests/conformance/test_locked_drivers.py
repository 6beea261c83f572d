"""What every driver of a recorder in vendor mode must do, over an emulator that speaks its wire.

The Android ones go through the real adb server: only the daemon in the recorder is ours.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from drivers import EXPERIMENTAL, LOCKED, locked_drivers
from drivers.android_e12 import AndroidE12Driver
from drivers.android_zzx import START_ACTION, TEXT_PORT, AndroidZzxDriver
from drivers.bcplus_bulk import BcPlusBulkDriver
from drivers.jieli_scsi import JieliScsiDriver
from tests.fakes import adb_server
from tests.fakes.adb_device import AdbDevice
from tests.fakes.android_programs import E12, ZzxJson, ZzxText
from tests.fakes.bulk_recorder import ADDRESS, BUS, BulkRecorder
from tests.fakes.jieli_recorder import JieliRecorder
from tests.fakes.recorder_state import OWNER, RecorderState
from workstation.devices.api import (
    Match,
    ReadsClock,
    ReportsBattery,
    ReportsStorage,
    ReportsVideoSize,
    SetsClock,
    Sighting,
    UnlocksStorage,
    WritesBinding,
)
from workstation.devices.profiles import ProfileSet
from workstation.devices.vendor_mode import candidates
from workstation.domain.clip import BadgeNumber
from workstation.domain.errors import (
    NoCardError,
    OperatorError,
    PasswordMissingError,
    PasswordRefusedError,
    RecorderGoneError,
    UnknownRecorderError,
)
from workstation.domain.recorder import Inscription, WriteKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from workstation.devices.locked import LockedDriver, LockedSession

PROFILES = ProfileSet.load([Path(__file__).parents[2] / "resources" / "profiles"])
KINDS = ("jieli_scsi", "android_zzx", "android_zzx-text", "android_e12", "bcplus_bulk")
ASKS_FOR_PASSWORD = frozenset({"jieli_scsi", "android_zzx", "bcplus_bulk"})
TELLS_PASSWORD = ASKS_FOR_PASSWORD | {"android_e12"}
TELLS_NAMES = frozenset({"jieli_scsi", "android_zzx", "android_e12"})
ADB_PROPERTIES = {"ID_USB_INTERFACES": ":ff4201:"}


@dataclass
class KnownPasswords:
    """The sealed passwords of a test."""

    known: Sequence[str] = ("246810",)
    asked: list[str] = field(default_factory=list)

    def of(self, profile: str) -> Sequence[str]:
        self.asked.append(profile)
        return self.known


@dataclass
class Plugged:
    """A recorder in vendor mode. ``pull`` takes it away, ``disguise`` makes it a stranger's."""

    kind: str
    driver: LockedDriver
    sighting: Sighting
    state: RecorderState
    pull: Callable[[], object]
    disguise: Callable[[], object]


def plug_jieli(state: RecorderState) -> Plugged:
    recorder = JieliRecorder(state)
    sighting = Sighting(
        "usb-0:1",
        "",
        scheme="usb",
        device_node="/dev/sdb",
        ready=False,
        state_code="slot.no_medium",
        properties={"ID_VENDOR": "DV16", "ID_MODEL": "DEVICE_V1.00"},
    )

    def disguise() -> None:
        recorder.inquiry = recorder.inquiry.replace(b"DV16", b"DVXX")

    def pull() -> None:
        recorder.is_gone = True

    driver = JieliScsiDriver(PROFILES, recorder.open)
    return Plugged("jieli_scsi", driver, sighting, state, pull, disguise)


def plug_bcplus(state: RecorderState) -> Plugged:
    recorder = BulkRecorder(state)
    sighting = Sighting(
        "usb-0:2",
        "",
        scheme="usb",
        vendor_id=0x4255,
        product_id=1,
        ready=False,
        state_code="slot.charge_only",
        properties={"BUSNUM": f"{BUS:03d}", "DEVNUM": f"{ADDRESS:03d}"},
    )

    def disguise() -> None:
        recorder.is_silent = True

    def pull() -> None:
        recorder.is_gone = True

    driver = BcPlusBulkDriver(PROFILES, backend=recorder)
    return Plugged("bcplus_bulk", driver, sighting, state, pull, disguise)


def plug_android(kind: str, state: RecorderState, port: int) -> Plugged:
    device = AdbDevice()
    if kind == "android_e12":
        device.programs[10086] = E12(state, device.pull)
    elif kind == "android_zzx-text":
        device.programs[TEXT_PORT] = ZzxText(state, device.pull)
    else:
        program = ZzxJson(state, device.pull)

        def wake(action: str, wanted: int) -> None:
            if action == START_ACTION:
                device.programs[wanted] = program

        device.on_broadcast = wake

    def disguise() -> None:
        device.programs.clear()
        device.on_broadcast = lambda _action, _port: None

    server = adb_server.plug(port, device.serial)
    driver_class = AndroidE12Driver if kind == "android_e12" else AndroidZzxDriver
    sighting = Sighting(
        "usb-0:3",
        "",
        scheme="usb",
        serial=device.serial,
        ready=False,
        state_code="slot.charge_only",
        properties=ADB_PROPERTIES,
    )
    driver = driver_class(PROFILES, server)
    return Plugged(kind, driver, sighting, state, device.pull, disguise)


@pytest.fixture(scope="module")
def adb_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A real adb server; its absence is said, not hidden."""
    if shutil.which("adb") is None:
        pytest.skip("adb is not installed: Android recorders can not be spoken to here")
    with adb_server.running_server(tmp_path_factory.mktemp("adb")) as port:
        yield port


@pytest.fixture(params=KINDS)
def plugged(request: pytest.FixtureRequest) -> Iterator[Plugged]:
    state = RecorderState()
    if request.param == "jieli_scsi":
        made = plug_jieli(state)
    elif request.param == "bcplus_bulk":
        made = plug_bcplus(state)
    else:
        made = plug_android(request.param, state, request.getfixturevalue("adb_port"))
    yield made
    made.pull()


def opened(plugged: Plugged, *known: str) -> KnownPasswords:
    return KnownPasswords(known or (plugged.state.password,))


def unlock(session: LockedSession) -> object:
    assert isinstance(session, UnlocksStorage)
    return session.unlock_storage()


def test_every_locked_driver_is_plugged_here() -> None:
    """But the one whose wire is a library: tests/unit/drivers/test_ga947_library.py has it."""
    kinds = {kind.partition("-")[0] for kind in KINDS} | {"ga947_library"}
    assert {driver.name for driver in locked_drivers(PROFILES, EXPERIMENTAL)} == kinds


def test_what_was_never_tried_on_a_recorder_is_off_unless_turned_on() -> None:
    assert len(locked_drivers(PROFILES)) == len(LOCKED) - len(EXPERIMENTAL)
    assert "bcplus_bulk" not in {driver.name for driver in locked_drivers(PROFILES)}


def test_it_is_matched_by_its_own_driver(plugged: Plugged) -> None:
    drivers = locked_drivers(PROFILES, EXPERIMENTAL)
    names = [driver.name for driver in candidates(drivers, plugged.sighting)]
    assert plugged.driver.name in names
    if not plugged.kind.startswith("android"):
        assert names == [plugged.driver.name]


def test_hubs_and_open_cards_are_none_of_its_business(plugged: Plugged) -> None:
    hub = Sighting("usb-0:1", "", scheme="usb", vendor_id=0x1D6B, product_id=2, ready=False)
    assert plugged.driver.match(hub) is Match.NO
    assert plugged.driver.match(Sighting("usb-0:3", "/media/card")) is Match.NO


def test_matching_sends_nothing(plugged: Plugged) -> None:
    plugged.pull()
    assert plugged.driver.match(plugged.sighting) is not Match.NO


def test_it_says_who_it_is(plugged: Plugged) -> None:
    with plugged.driver.open(plugged.sighting, opened(plugged)) as session:
        identity = session.identity
    assert identity.serial == OWNER.serial
    assert identity.provenance["serial"] == "device"
    assert PROFILES[identity.profile].key == identity.profile
    if plugged.kind in TELLS_NAMES:
        assert (identity.officer_name, identity.unit) == (OWNER.officer_name, OWNER.unit_name)
    if plugged.kind != "bcplus_bulk":
        assert identity.badge == OWNER.badge


def test_one_that_nobody_was_ever_bound_to_is_not_given_a_serial_of_zeros(plugged: Plugged) -> None:
    plugged.state.written = Inscription("0000000", BadgeNumber("000000"))
    with plugged.driver.open(plugged.sighting, opened(plugged)) as session:
        identity = session.identity
    assert identity.serial.strip("0")
    assert identity.badge is None
    assert "identity.unknown" in identity.findings


def test_what_it_reports_is_what_it_has(plugged: Plugged) -> None:
    state = plugged.state
    with plugged.driver.open(plugged.sighting, opened(plugged)) as session:
        if isinstance(session, ReportsBattery):
            assert session.battery_percent() == state.battery
        else:
            assert plugged.kind == "android_zzx-text"
        if isinstance(session, ReportsVideoSize):
            assert session.video_size() == state.size
        if isinstance(session, ReportsStorage):
            storage = session.storage()
            assert storage.total_bytes == state.total_mb << 20
            assert storage.free_bytes == state.free_mb << 20


def test_its_clock_is_told_within_the_uncertainty(plugged: Plugged) -> None:
    with plugged.driver.open(plugged.sighting, opened(plugged)) as session:
        if not isinstance(session, ReadsClock):
            assert plugged.kind in {"jieli_scsi", "bcplus_bulk"}
            return
        found = session.read_clock(datetime.now(UTC))
    truth_s = plugged.state.clock_ahead.total_seconds()
    assert abs(found.offset_s - truth_s) <= found.uncertainty_s + 0.05
    assert found.uncertainty_s < 3


def test_midnight_is_the_beginning_of_its_day(plugged: Plugged) -> None:
    local = datetime.now().astimezone()
    midnight = local.replace(hour=0, minute=0, second=5, microsecond=0)
    plugged.state.clock_ahead = midnight - local
    with plugged.driver.open(plugged.sighting, opened(plugged)) as session:
        if isinstance(session, ReadsClock):
            found = session.read_clock(datetime.now(UTC))
            truth_s = plugged.state.clock_ahead.total_seconds()
            assert abs(found.offset_s - truth_s) <= found.uncertainty_s + 0.05


def test_setting_its_clock_sets_it_and_says_so(plugged: Plugged) -> None:
    with plugged.driver.open(plugged.sighting, opened(plugged)) as session:
        if not isinstance(session, SetsClock):
            assert plugged.kind == "bcplus_bulk"
            return
        now = datetime.now(UTC)
        written = session.set_clock(now)
    assert abs(plugged.state.clock_ahead) < timedelta(seconds=2)
    assert written.kind is WriteKind.CLOCK_SET
    told = datetime.fromisoformat(str(written.facts["set_to"]))
    assert abs(told - now) <= timedelta(seconds=1)
    assert plugged.state.writes == ["clock"]


def test_writing_who_wears_it_is_read_back(plugged: Plugged) -> None:
    wanted = replace(OWNER, badge=BadgeNumber("654321"), officer_name="李四")
    with plugged.driver.open(plugged.sighting, opened(plugged)) as session:
        if not isinstance(session, WritesBinding):
            assert plugged.kind in {"android_zzx-text", "bcplus_bulk"}
            return
        written = session.write_binding(wanted)
    assert written.kind is WriteKind.BINDING_WRITTEN
    assert written.facts["badge"] == "654321"
    with plugged.driver.open(plugged.sighting, opened(plugged)) as session:
        assert session.identity.badge == wanted.badge
        assert session.identity.officer_name == wanted.officer_name


def test_asking_writes_nothing(plugged: Plugged) -> None:
    with plugged.driver.open(plugged.sighting, opened(plugged)) as session:
        if isinstance(session, ReportsBattery):
            session.battery_percent()
        if isinstance(session, ReadsClock):
            session.read_clock(datetime.now(UTC))
    assert plugged.state.writes == []
    assert not plugged.state.shows_card


def test_told_to_it_shows_its_card_and_the_write_names_no_password(plugged: Plugged) -> None:
    with plugged.driver.open(plugged.sighting, opened(plugged)) as session:
        assert isinstance(session, UnlocksStorage)
        written = session.unlock_storage()
    assert plugged.state.shows_card
    assert written.kind is WriteKind.STORAGE_UNLOCKED
    assert plugged.state.writes == ["card"]
    assert plugged.state.password not in str(written)


def test_while_it_records_the_card_stays_locked_and_somebody_is_told(plugged: Plugged) -> None:
    plugged.state.is_recording = True
    with plugged.driver.open(plugged.sighting, opened(plugged)) as session:
        if plugged.kind == "jieli_scsi":
            unlock(session)  # this wire has no word for it: only what comes back on the bus tells
        else:
            with pytest.raises(OperatorError):
                unlock(session)
    assert not plugged.state.shows_card
    assert plugged.state.writes == []


def test_without_a_card_it_is_said(plugged: Plugged) -> None:
    plugged.state.has_card = False
    with plugged.driver.open(plugged.sighting, opened(plugged)) as session:
        expected = NoCardError if plugged.kind == "jieli_scsi" else OperatorError
        with pytest.raises(expected):
            unlock(session)
    assert not plugged.state.shows_card


def test_wrong_passwords_are_tried_twice_at_most(plugged: Plugged) -> None:
    passwords = opened(plugged, "111111", "222222", "333333", plugged.state.password)
    if plugged.kind not in ASKS_FOR_PASSWORD:
        with plugged.driver.open(plugged.sighting, passwords):
            assert passwords.asked == []
        return
    with (
        pytest.raises(PasswordRefusedError) as refused,
        plugged.driver.open(plugged.sighting, passwords),
    ):
        pass
    assert refused.value.facts["tries"] == 2
    assert plugged.state.tries <= 2
    assert not plugged.state.shows_card
    assert plugged.state.password not in str(refused.value)


def test_the_password_before_the_present_one_is_the_second_try(plugged: Plugged) -> None:
    with plugged.driver.open(
        plugged.sighting, opened(plugged, "999999", plugged.state.password)
    ) as session:
        assert session.identity.serial == OWNER.serial


def test_without_a_password_nothing_is_tried(plugged: Plugged) -> None:
    passwords = KnownPasswords(())
    if plugged.kind not in ASKS_FOR_PASSWORD:
        with plugged.driver.open(plugged.sighting, passwords) as session:
            assert session.identity.serial == OWNER.serial
        return
    with pytest.raises(PasswordMissingError), plugged.driver.open(plugged.sighting, passwords):
        pass
    assert plugged.state.tries == 0


def test_the_factory_password_is_a_finding(plugged: Plugged) -> None:
    plugged.state.password = "888888"
    with plugged.driver.open(plugged.sighting, opened(plugged)) as session:
        has_finding = "password.factory" in session.identity.findings
    assert has_finding == (plugged.kind in TELLS_PASSWORD)


def test_another_makers_recorder_is_left_alone(plugged: Plugged) -> None:
    plugged.disguise()
    with (
        pytest.raises(UnknownRecorderError),
        plugged.driver.open(plugged.sighting, opened(plugged)),
    ):
        pass
    assert plugged.state.tries == 0
    assert plugged.state.writes == []


def test_one_that_left_is_gone_whatever_is_asked(plugged: Plugged) -> None:
    with plugged.driver.open(plugged.sighting, opened(plugged)) as session:
        plugged.pull()
        if isinstance(session, ReportsBattery):
            with pytest.raises(RecorderGoneError):
                session.battery_percent()
        if isinstance(session, ReadsClock):
            with pytest.raises(RecorderGoneError):
                session.read_clock(datetime.now(UTC))
        if isinstance(session, SetsClock):
            with pytest.raises(RecorderGoneError):
                session.set_clock(datetime.now(UTC))
    with pytest.raises(RecorderGoneError), plugged.driver.open(plugged.sighting, opened(plugged)):
        pass
    assert plugged.state.writes == []


def test_opening_it_twice_gives_the_same(plugged: Plugged) -> None:
    with plugged.driver.open(plugged.sighting, opened(plugged)) as session:
        first = session.identity
    with plugged.driver.open(plugged.sighting, opened(plugged)) as session:
        assert session.identity == first
