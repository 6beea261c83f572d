"""The JieLi wire, byte for byte, and what the recorder may do wrong."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from drivers.jieli_scsi import Command, JieliScsiDriver, reading, time_payload, writing
from tests.fakes.jieli_recorder import JieliRecorder, packed
from tests.fakes.recorder_state import OWNER, RecorderState
from workstation.devices.api import Sighting
from workstation.devices.profiles import ProfileSet
from workstation.domain.errors import (
    BindingUnfitError,
    RecorderProtocolError,
    RecorderRefusedError,
    UnknownRecorderError,
)
from workstation.domain.recorder import Inscription

PROFILES = ProfileSet.load([Path(__file__).parents[3] / "resources" / "profiles"])
SIGHTING = Sighting("usb-0:1", "", scheme="usb", device_node="/dev/sdb", ready=False)


class Known:
    def of(self, profile: str) -> tuple[str, ...]:
        assert profile == "jieli"
        return ("246810",)


@pytest.fixture
def recorder() -> JieliRecorder:
    return JieliRecorder(RecorderState())


@pytest.fixture
def driver(recorder: JieliRecorder) -> JieliScsiDriver:
    return JieliScsiDriver(PROFILES, recorder.open)


@pytest.mark.parametrize(
    ("block", "hexadecimal"),
    [
        (writing(Command.INIT_USB_DEVICE, 0), "FB820000000100 00"),
        (reading(Command.GET_ID_CODE, 6), "FD8100000002 0006"),
        (reading(Command.GET_DEV_INFO, 89), "FD8100000003 0059"),
        (writing(Command.WRITE_DEV_INFO, 89), "FB8200000004 0059"),
        (writing(Command.SYNC_DEV_TIME, 8), "FB8200000005 0008"),
        (writing(Command.SET_MSDC, 0), "FB8200000006 0000"),
        (reading(Command.READ_DEV_RES, 8), "FD8100000007 0008"),
        (reading(Command.READ_BATTERY_VAL, 4), "FD8100000008 0004"),
        (reading(Command.GET_SD_STATUS, 4), "FD810000000C 0004"),
        (reading(Command.GET_JL_PASSWORD, 16), "FD810000000D 0010"),
        (reading(Command.GET_RETURN_STATUS, 4), "FD810000000E 0004"),
    ],
)
def test_each_block_is_the_recorded_one(block: bytes, hexadecimal: str) -> None:
    assert block == bytes.fromhex(hexadecimal.replace(" ", "")).ljust(16, b"\0")


def test_the_time_is_little_endian_local_and_padded() -> None:
    moment = datetime(2024, 5, 6, 7, 8, 9)  # noqa: DTZ001 - the recorder knows no zone
    assert time_payload(moment) == bytes.fromhex("E807050607080900")


def test_the_order_is_init_password_identity(
    recorder: JieliRecorder, driver: JieliScsiDriver
) -> None:
    with driver.open(SIGHTING, Known()) as session:
        session.unlock_storage()
    sent = [block for block, _ in recorder.blocks]
    assert [block[:12] for block in sent] == [
        "120000002400",
        "fb8200000001",
        "fd810000000d",
        "fd8100000002",
        "fd8100000003",
        "fd810000000c",
        "fb8200000006",
    ]


def test_a_name_cut_in_half_loses_only_the_half(
    recorder: JieliRecorder, driver: JieliScsiDriver
) -> None:
    raw = bytearray(packed(OWNER))
    raw[13:45] = ("王" * 16).encode("gbk")[:31].ljust(32, b"\xb0")[:31] + b"\xcd"
    recorder.raw_info = bytes(raw)
    with driver.open(SIGHTING, Known()) as session:
        name = session.identity.officer_name
    assert name is not None
    assert name.startswith("王" * 15)
    assert "\ufffd" not in name


@pytest.mark.parametrize("raw", [b"\xff" * 16, b"\0" * 16])
def test_a_password_nobody_set_is_not_asked_for(
    recorder: JieliRecorder, driver: JieliScsiDriver, raw: bytes
) -> None:
    recorder.raw_password = raw
    with driver.open(SIGHTING, Known()) as session:
        assert session.identity.findings == ()


def test_a_short_answer_is_none(recorder: JieliRecorder, driver: JieliScsiDriver) -> None:
    with driver.open(SIGHTING, Known()) as session:
        recorder.short_by = 1
        with pytest.raises(RecorderProtocolError):
            session.battery_percent()


@pytest.mark.parametrize("percent", [-1, 101, 3_700])
def test_a_battery_that_is_no_percentage_is_not_believed(
    recorder: JieliRecorder, driver: JieliScsiDriver, percent: int
) -> None:
    recorder.state.battery = percent
    with driver.open(SIGHTING, Known()) as session, pytest.raises(RecorderProtocolError):
        session.battery_percent()


def test_a_wrong_status_after_a_write_is_a_refusal(
    recorder: JieliRecorder, driver: JieliScsiDriver
) -> None:
    recorder.refuses = 0x04
    with driver.open(SIGHTING, Known()) as session, pytest.raises(RecorderRefusedError):
        session.write_binding(OWNER)
    assert recorder.state.writes == []


def test_what_does_not_fit_is_not_cut(recorder: JieliRecorder, driver: JieliScsiDriver) -> None:
    long = Inscription("12345678", OWNER.badge)
    with driver.open(SIGHTING, Known()) as session, pytest.raises(BindingUnfitError) as error:
        session.write_binding(long)
    assert error.value.facts == {"field": "serial", "bytes": 8, "limit": 7}
    assert recorder.state.writes == []


def test_leaving_the_bus_while_told_is_what_was_asked_for(
    recorder: JieliRecorder, driver: JieliScsiDriver
) -> None:
    recorder.leaves_on_unlock = True
    with driver.open(SIGHTING, Known()) as session:
        written = session.unlock_storage()
    assert written.facts == {"command": "SET_MSDC"}
    assert recorder.state.shows_card


def test_once_it_is_a_card_it_is_spoken_to_no_more(
    recorder: JieliRecorder, driver: JieliScsiDriver
) -> None:
    recorder.inquiry = recorder.inquiry.replace(b"DEVICE V1.00", b"MASS STORAGE")
    with pytest.raises(UnknownRecorderError), driver.open(SIGHTING, Known()):
        pass
    assert len(recorder.blocks) == 1
