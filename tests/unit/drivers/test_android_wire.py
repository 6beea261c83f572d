"""What Android recorders do wrong: units, midnight, late answers, orders of bytes."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from drivers.android_e12 import AndroidE12Driver
from drivers.android_zzx import AndroidZzxDriver, JsonSession
from tests.fakes import adb_server
from tests.fakes.adb_device import AdbDevice
from tests.fakes.android_programs import E12, ZzxJson
from tests.fakes.recorder_state import RecorderState
from workstation.devices.adb import AdbServer
from workstation.devices.api import Sighting
from workstation.devices.profiles import ProfileSet
from workstation.devices.vendor_mode import clock_reading, moment_of
from workstation.domain.errors import (
    AdbMissingError,
    DebuggingRefusedError,
    RecorderBusyError,
    RecorderRefusedError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

PROFILES = ProfileSet.load([Path(__file__).parents[3] / "resources" / "profiles"])


class Known:
    def of(self, profile: str) -> tuple[str, ...]:
        assert profile in {"zzx", "e12"}
        return ("246810",)


@pytest.fixture(scope="module")
def adb_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    if shutil.which("adb") is None:
        pytest.skip("adb is not installed: Android recorders can not be spoken to here")
    with adb_server.running_server(tmp_path_factory.mktemp("adb")) as port:
        yield port


@pytest.fixture
def device() -> Iterator[AdbDevice]:
    made = AdbDevice()
    yield made
    made.pull()


def sighting(device: AdbDevice) -> Sighting:
    return Sighting("usb-0:3", "", scheme="usb", serial=device.serial, ready=False)


def zzx(device: AdbDevice, port: int, state: RecorderState) -> tuple[AndroidZzxDriver, ZzxJson]:
    program = ZzxJson(state, device.pull)
    device.on_broadcast = lambda _action, wanted: device.programs.__setitem__(wanted, program)
    return AndroidZzxDriver(PROFILES, adb_server.plug(port, device.serial)), program


@pytest.mark.parametrize("unit", [1, 1000])
def test_seconds_and_milliseconds_are_told_apart(
    device: AdbDevice, adb_port: int, unit: int
) -> None:
    driver, program = zzx(device, adb_port, RecorderState())
    program.time_unit = unit
    with driver.open(sighting(device), Known()) as session:
        assert isinstance(session, JsonSession)
        found = session.read_clock(datetime.now(UTC))
    assert found.offset_s == pytest.approx(-93, abs=1.5)


def test_a_late_answer_to_another_question_is_not_taken_for_this_one(
    device: AdbDevice, adb_port: int
) -> None:
    driver, program = zzx(device, adb_port, RecorderState())
    program.is_late = program.in_pieces = True
    with driver.open(sighting(device), Known()) as session:
        assert isinstance(session, JsonSession)
        assert session.identity.officer_name == "张三丰"
        assert session.battery_percent() == 73


def test_it_refuses_to_show_its_card_while_it_records(device: AdbDevice, adb_port: int) -> None:
    driver, _ = zzx(device, adb_port, RecorderState(is_recording=True))
    with driver.open(sighting(device), Known()) as session:
        assert isinstance(session, JsonSession)
        with pytest.raises(RecorderBusyError):
            session.unlock_storage()


@pytest.mark.parametrize("order", ["little", "big"])
def test_the_order_of_bytes_is_found_out(
    device: AdbDevice, adb_port: int, order: Literal["little", "big"]
) -> None:
    device.programs[10086] = E12(RecorderState(), device.pull, order)
    driver = AndroidE12Driver(PROFILES, adb_server.plug(adb_port, device.serial))
    with driver.open(sighting(device), Known()) as session:
        assert session.identity.serial == "A1B2C3D"
        assert session.video_size() == (1920, 1080)


def test_midnight_written_as_24_is_understood(device: AdbDevice, adb_port: int) -> None:
    program = E12(RecorderState(), device.pull)
    program.time_text = "2024-05-06 24:00:00"
    device.programs[10086] = program
    driver = AndroidE12Driver(PROFILES, adb_server.plug(adb_port, device.serial))
    now = datetime(2024, 5, 6, 0, 0, 0).astimezone().astimezone(UTC)
    with driver.open(sighting(device), Known()) as session:
        assert session.read_clock(now).offset_s == pytest.approx(0.5, abs=0.6)


def test_a_recorder_that_records_does_not_take_the_time(device: AdbDevice, adb_port: int) -> None:
    device.programs[10086] = E12(RecorderState(is_recording=True), device.pull)
    driver = AndroidE12Driver(PROFILES, adb_server.plug(adb_port, device.serial))
    with driver.open(sighting(device), Known()) as session, pytest.raises(RecorderRefusedError):
        session.set_clock(datetime.now(UTC))


def test_one_that_nobody_allowed_says_where_to_look(adb_port: int) -> None:
    device = AdbDevice(is_trusting=False)
    server = adb_server.plug(adb_port, device.serial, state="unauthorized")
    driver = AndroidE12Driver(PROFILES, server)
    with pytest.raises(DebuggingRefusedError) as error, driver.open(sighting(device), Known()):
        pass
    assert error.value.facts["state"] == "unauthorized"
    device.pull()


def test_without_adb_it_is_said_and_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AdbMissingError):
        AdbServer(adb_server.free_port()).recorders()


@pytest.mark.parametrize("text", ["2024/05/06 07:08:09", "2024-05-06 7:08:09", "2024-5-6 07:08:09"])
def test_any_way_of_writing_a_time_is_read(text: str) -> None:
    assert moment_of(text).replace(tzinfo=None) == datetime(2024, 5, 6, 7, 8, 9)  # noqa: DTZ001 - local


@pytest.mark.parametrize("text", ["", "yesterday", "2024-13-06 07:08:09", "2024-05-06 25:00:00"])
def test_what_is_no_time_is_none(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any of them
        moment_of(text)


def test_the_uncertainty_grows_with_the_time_an_answer_takes() -> None:
    now = datetime(2024, 5, 6, tzinfo=UTC)
    quick, slow = (clock_reading(now, 1.0, now, took_s) for took_s in (0.0, 4.0))
    assert (quick.offset_s, quick.uncertainty_s) == (0.5, 0.5)
    assert (slow.offset_s, slow.uncertainty_s) == (-1.5, 2.5)
