"""What tests of recorders share."""

from __future__ import annotations

from pathlib import Path

import pytest

from workstation.devices.profiles import ProfileSet

SHIPPED = Path(__file__).parents[3] / "resources" / "profiles"


@pytest.fixture(scope="session")
def profiles() -> ProfileSet:
    """The profiles as they are shipped."""
    return ProfileSet.load([SHIPPED])
