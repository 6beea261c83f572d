"""The USB dock before a made-up bus."""

from __future__ import annotations

import pytest

from tests.hotplug.runner import run_mocked


@pytest.mark.hardware
def test_the_usb_dock_keeps_its_promises_before_a_made_up_bus() -> None:
    run_mocked("tests/hotplug/mocked.py")
