"""Files put into a folder are taken when they are whole, and not before."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from drivers.import_folder import FolderDock, ImportFolderDriver
from workstation.devices.api import Departure, Match, Sighting
from workstation.devices.wholeness import Wholeness, open_for_writing
from workstation.domain.errors import BadDockUrlError, RecorderGoneError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.unit.drivers.conftest import Announced
    from workstation.devices.profiles import ProfileSet

SETTLE_S = 0.2
NOW = datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC)


@contextmanager
def running(
    folder: Path, profiles: ProfileSet, announced: Announced, settle_s: float = SETTLE_S
) -> Iterator[FolderDock]:
    dock = FolderDock(f"folder:{folder}", folder, profiles, settle_s)
    dock.start(announced)
    try:
        yield dock
    finally:
        dock.stop()


def listed(sighting: Sighting, profiles: ProfileSet) -> dict[str, str | None]:
    with ImportFolderDriver(profiles).open(sighting) as session:
        return {entry.path: entry.skip_code for entry in session.entries()}


def sighting_of(announced: Announced) -> Sighting:
    event = announced.next()
    assert isinstance(event, Sighting)
    return event


def test_what_is_there_already_is_announced(
    tmp_path: Path, profiles: ProfileSet, announced: Announced
) -> None:
    (tmp_path / "phone.mp4").write_bytes(b"x")
    with running(tmp_path, profiles, announced):
        sighting = sighting_of(announced)
        assert (sighting.scheme, sighting.source) == ("folder", str(tmp_path))
        assert sighting.port == f"folder:{tmp_path}"
        assert listed(sighting, profiles) == {"phone.mp4": None}


def test_an_empty_folder_is_no_docking(
    tmp_path: Path, profiles: ProfileSet, announced: Announced
) -> None:
    (tmp_path / ".DS_Store").write_bytes(b"x")
    (tmp_path / "export.mp4.part").write_bytes(b"x")
    with running(tmp_path, profiles, announced):
        assert announced.nothing_for(3 * SETTLE_S)


def test_later_arrivals_are_a_docking_of_their_own(
    tmp_path: Path, profiles: ProfileSet, announced: Announced
) -> None:
    (tmp_path / "one.mp4").write_bytes(b"x")
    with running(tmp_path, profiles, announced):
        first = sighting_of(announced)
        (tmp_path / "new" / "deep").mkdir(parents=True)
        (tmp_path / "new" / "deep" / "two.mp4").write_bytes(b"y")
        assert announced.next() == Departure(first.port)
        assert sighting_of(announced) == first
        assert listed(first, profiles) == {"new/deep/two.mp4": None, "one.mp4": None}
        assert announced.nothing_for(3 * SETTLE_S)


def test_arrivals_wait_for_a_running_collection(
    tmp_path: Path, profiles: ProfileSet, announced: Announced
) -> None:
    (tmp_path / "one.mp4").write_bytes(b"x")
    with running(tmp_path, profiles, announced):
        first = sighting_of(announced)
        with ImportFolderDriver(profiles).open(first):
            (tmp_path / "two.mp4").write_bytes(b"y")
            assert announced.nothing_for(5 * SETTLE_S)
        assert announced.next() == Departure(first.port)
        assert sighting_of(announced) == first


def test_a_file_that_somebody_has_open_is_not_whole(
    tmp_path: Path, profiles: ProfileSet, announced: Announced
) -> None:
    (tmp_path / "whole.mp4").write_bytes(b"x")
    script = "import sys\nf=open(sys.argv[1],'wb',0)\nf.write(b'x')\nprint(flush=True)\ninput()"
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "growing.mp4")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdin is not None
        writer.stdout.readline()
        assert len(open_for_writing(tmp_path)) == 1
        with running(tmp_path, profiles, announced):
            first = sighting_of(announced)
            assert announced.nothing_for(3 * SETTLE_S)
            assert listed(first, profiles) == {
                "growing.mp4": "entry.in_progress",
                "whole.mp4": None,
            }
            writer.stdin.write(b"\n")
            writer.stdin.close()
            assert announced.next() == Departure(first.port)
            assert listed(sighting_of(announced), profiles)["growing.mp4"] is None


def test_a_folder_that_is_taken_away_departs(
    tmp_path: Path,
    profiles: ProfileSet,
    announced: Announced,
    caplog: pytest.LogCaptureFixture,
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "one.mp4").write_bytes(b"x")
    with running(folder, profiles, announced):
        first = sighting_of(announced)
        (folder / "two.mp4").write_bytes(b"x")
        folder.rename(tmp_path / "elsewhere")
        assert announced.next() == Departure(first.port)
        with pytest.raises(RecorderGoneError):
            listed(first, profiles)
    assert "recorder.gone" in caplog.text


def test_after_stop_nothing_is_announced(
    tmp_path: Path, profiles: ProfileSet, announced: Announced
) -> None:
    with running(tmp_path, profiles, announced):
        pass
    (tmp_path / "one.mp4").write_bytes(b"x")
    assert announced.nothing_for(2 * SETTLE_S)


@pytest.mark.parametrize(
    ("age_s", "is_unfinished"), [(0, True), (1.9, True), (2.1, False), (-1, True), (-3600, False)]
)
def test_a_file_settles(tmp_path: Path, age_s: float, is_unfinished: bool) -> None:
    """A change time in the future comes of a clock set back; it must not block for ever."""
    file = tmp_path / "one.mp4"
    file.write_bytes(b"x")
    status = file.stat()
    os.utime(file, ns=(0, 0))
    now = datetime.fromtimestamp(status.st_ctime_ns / 1e9, UTC) + timedelta(seconds=age_s)
    assert Wholeness(tmp_path, 2.0, now).is_unfinished(file.stat()) is is_unfinished


@pytest.mark.parametrize("settle_s", [-1.0, float("nan"), float("inf")])
def test_a_settling_time_that_is_none_is_refused(
    tmp_path: Path, profiles: ProfileSet, settle_s: float
) -> None:
    with pytest.raises(BadDockUrlError):
        FolderDock("folder:x", tmp_path, profiles, settle_s)


def test_a_card_is_not_a_folder(profiles: ProfileSet) -> None:
    driver = ImportFolderDriver(profiles)
    assert driver.match(Sighting("usb-0:1", "/media/a")) is Match.NO
    with pytest.raises(RecorderGoneError), driver.open(Sighting("usb-0:1", "/media/a")):
        pass
