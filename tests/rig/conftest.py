"""A booted guest for each module; a machine that can not have one skips with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.rig.machine import (
    Disks,
    booted,
    build_app_disk,
    fresh_state_disk,
    part,
    sole_user,
    why_not,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.rig.machine import Machine


@pytest.fixture(scope="session")
def cache() -> Iterator[Path]:
    """The rig's own directory, with the guest built and the station's tree on a disk."""
    reason = why_not()
    if reason:
        pytest.skip(reason)
    rig = part("rig")
    with sole_user() as place:
        try:
            rig.build(pips=[])
        except (rig.RigError, OSError) as error:
            pytest.skip(f"the guest can not be built here: {error}")
        build_app_disk(place)
        yield place


@pytest.fixture(scope="module")
def disks(cache: Path) -> Disks:
    """The tree's disk and an empty one for the state."""
    return Disks(app=cache / "evidock-app.img", state=fresh_state_disk(cache))


@pytest.fixture(scope="module")
def machine(disks: Disks) -> Iterator[Machine]:
    """A running guest."""
    with booted(disks) as running:
        yield running


@pytest.fixture(scope="session")
def shelf(cache: Path) -> Path:
    """Footage that was made once, for all recorders."""
    return cache / "evidock-footage"
