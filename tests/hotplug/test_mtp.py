"""MTP recorders: the real libmtp and libusb before an emulated device."""

from __future__ import annotations

import ctypes

import pytest

from drivers.mtp.library import SONAME
from tests.hotplug.runner import run_mocked


@pytest.fixture(autouse=True)
def libmtp() -> None:
    """The library, as Debian ships it."""
    try:
        ctypes.CDLL(SONAME)
    except OSError:
        pytest.skip(f"{SONAME} is not installed (Debian: libmtp9 or libmtp9t64)")


@pytest.mark.hardware
def test_mtp_recorders_are_read_through_everything_that_happens_to_them() -> None:
    run_mocked("tests/hotplug/mtp_mocked.py")


@pytest.mark.hardware
def test_the_mtp_driver_does_what_every_driver_must() -> None:
    run_mocked("tests/conformance/test_drivers.py", "-k", "mtp and not read_only_mount")
