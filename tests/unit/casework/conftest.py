"""A station with a few clips of two recorders, and one with a few people."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.unit.casework.house import House
from tests.unit.ingest.scripted import Bench, ScriptedFile, ScriptedRecorder
from workstation.domain.clip import ClipKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """Four videos and a photo in the vault; nothing said of them yet."""
    made = Bench(tmp_path / "state")
    videos = {f"DCIM/00{n}.MP4": ScriptedFile(b"video %d" % n) for n in range(4)}
    made.dock(ScriptedRecorder(videos, serial="REC-1"), "port:1")
    photo = {"DCIM/照片.JPG": ScriptedFile(b"photo", kind=ClipKind.PHOTO)}
    made.dock(ScriptedRecorder(photo, serial="REC-2"), "port:2")
    yield made
    made.close()


@pytest.fixture
def clips(bench: Bench) -> list[str]:
    """Their ids, in the order of admission."""
    return [clip.id for clip in bench.engine.catalog.clips()]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four people in a bureau with two squads; sealing their PINs takes a while."""
    root = tmp_path_factory.mktemp("house")
    made = House(root)
    made.populate()
    made.close()
    return root


@pytest.fixture
def house(tmp_path: Path, template: Path) -> Iterator[House]:
    """A station of their own for each test."""
    root = tmp_path / "house"
    shutil.copytree(template, root)
    made = House(root)
    yield made
    made.close()
