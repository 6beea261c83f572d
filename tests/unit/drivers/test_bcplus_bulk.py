"""Lines over bulk: packets that do not end where lines do, and other makers' silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.bcplus_bulk import BcPlusBulkDriver
from tests.fakes.bulk_recorder import ADDRESS, BUS, BulkRecorder
from tests.fakes.recorder_state import RecorderState
from workstation.devices.api import Sighting
from workstation.devices.profiles import ProfileSet
from workstation.devices.usb_lane import UsbLane
from workstation.domain.errors import RecorderGoneError, UnknownRecorderError

PROFILES = ProfileSet.load([Path(__file__).parents[3] / "resources" / "profiles"])


class Known:
    def of(self, profile: str) -> tuple[str, ...]:
        assert profile == "bcplus"
        return ("246810",)


def sighting(usb: tuple[int, int] = (0x4255, 1), address: int = ADDRESS) -> Sighting:
    return Sighting(
        "usb-0:2",
        "",
        scheme="usb",
        vendor_id=usb[0],
        product_id=usb[1],
        ready=False,
        properties={"BUSNUM": f"{BUS:03d}", "DEVNUM": f"{address:03d}"},
    )


@pytest.mark.parametrize("success", ["Sucess", "Success"])
@pytest.mark.parametrize("packet_bytes", [1, 3, 512])
@pytest.mark.parametrize("is_padded", [True, False])
def test_lines_are_whole_whatever_the_packets(
    success: str, packet_bytes: int, *, is_padded: bool
) -> None:
    recorder = BulkRecorder(RecorderState(), success=success)
    recorder.packet_bytes, recorder.is_padded, recorder.chats = packet_bytes, is_padded, True
    driver = BcPlusBulkDriver(PROFILES, backend=recorder)
    with driver.open(sighting(), Known()) as session:
        assert session.identity.serial == "A1B2C3D"
        assert session.battery_percent() == 73
    assert recorder.claimed == []


def test_the_other_interface_has_other_endpoints() -> None:
    recorder = BulkRecorder(RecorderState(), interface=2)
    driver = BcPlusBulkDriver(PROFILES, backend=recorder)
    with driver.open(sighting((0x1D70, 0x01D4)), Known()) as session:
        assert session.battery_percent() == 73
        assert recorder.claimed == [2]


def test_one_that_does_not_answer_is_asked_one_harmless_thing() -> None:
    recorder = BulkRecorder(RecorderState())
    recorder.is_silent = True
    driver = BcPlusBulkDriver(PROFILES, backend=recorder)
    with pytest.raises(UnknownRecorderError), driver.open(sighting(), Known()):
        pass
    assert recorder.lines == ["BC+GBIDCODE?"]


def test_nothing_but_login_and_card_is_ever_written() -> None:
    recorder = BulkRecorder(RecorderState())
    driver = BcPlusBulkDriver(PROFILES, backend=recorder)
    with driver.open(sighting(), Known()) as session:
        session.battery_percent()
        session.unlock_storage()
    written = [line for line in recorder.lines if not line.endswith("?")]
    assert written == ["BC+LOGIN=admin:246810", "BC+UDISKEN=1"]


def test_another_address_on_the_bus_is_another_recorder() -> None:
    driver = BcPlusBulkDriver(PROFILES, backend=BulkRecorder(RecorderState()))
    with pytest.raises(RecorderGoneError), driver.open(sighting(address=18), Known()):
        pass


def test_libusb_is_touched_by_one_thread_only() -> None:
    lane = UsbLane()
    with pytest.raises(AssertionError):
        lane.assert_current()
    assert lane.call(lambda: lane.is_current)
    assert lane.call(lambda: lane.call(lambda: lane.is_current))  # no waiting for oneself


def test_what_fails_on_the_lane_fails_for_who_asked() -> None:
    lane = UsbLane()

    def fail() -> None:
        raise RecorderGoneError(port="x")

    with pytest.raises(RecorderGoneError):
        lane.call(fail)
    assert lane.call(lambda: 7) == 7
