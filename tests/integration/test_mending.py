"""A disk goes bad in one place: the clips concerned are named, and mended when they come by."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration import commands
from tests.unit.ingest.scripted import Bench, ScriptedFile, ScriptedRecorder
from workstation.platform.clock import SystemClock
from workstation.platform.paths import StatePaths
from workstation.platform.settings import ScrubSection
from workstation.station.caretaker import Scrubber, in_window
from workstation.station.verification import Scope, verify

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

FILES = {
    "A.MP4": os.urandom(3 << 20),
    "B.MP4": os.urandom(2 << 20),
    "C.JPG": os.urandom(40_000),
    "D.JPG": os.urandom(90),
}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path / "state")
    made.dock(_recorder())
    yield made
    made.close()


def _recorder(serial: str = "REC-1") -> ScriptedRecorder:
    return ScriptedRecorder(
        {name: ScriptedFile(content) for name, content in FILES.items()}, serial=serial
    )


def _object(bench: Bench, name: str) -> Path:
    catalog = bench.engine.catalog
    (clip,) = [clip for clip in catalog.clips() if clip.source_path == name]
    return bench.engine.vault.path_of(catalog.object_ref(clip.id))


def _flip(path: Path) -> None:
    path.chmod(0o600)
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        byte = file.read(1)[0]
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte ^ 1]))


def _bad_sector(monkeypatch: pytest.MonkeyPatch, bad: Path) -> None:
    """``os.preadv`` gives EIO for one file: no disk here goes bad on demand."""
    real, node = os.preadv, bad.stat().st_ino

    def failing(descriptor: int, buffers: Sequence[Any], offset: int) -> int:
        if os.fstat(descriptor).st_ino == node and offset == 0:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(descriptor, buffers, offset)

    monkeypatch.setattr(os, "preadv", failing)


def _scrubber(bench: Bench) -> Scrubber:
    engine = bench.engine
    mender = engine.admission.mender
    return Scrubber(engine.vault, engine.ledger, engine.catalog, mender, SystemClock())


def _damaged(bench: Bench) -> dict[str, str]:
    return {c.source_path: c.damage for c in bench.engine.catalog.clips() if c.damage}


def _acts(bench: Bench) -> list[str]:
    with closing(sqlite3.connect(bench.paths.ledger)) as db:
        query = "SELECT act FROM custody_entry WHERE act IN ('damaged', 'healed', 'scrubbed')"
        return [act for (act,) in db.execute(query + " ORDER BY seq")]


def _verified(bench: Bench) -> list[tuple[str, object]]:
    class Unheard:
        def lines(self, count: int) -> None: ...
        def objects(self, total: int, total_bytes: int) -> None: ...
        def checked_bytes(self, count: int) -> None: ...
        def checked_object(self) -> None: ...

    report = verify(bench.paths, Unheard(), Scope())
    return [(fault.code, fault.facts.get("path")) for fault in report.faults]


@pytest.mark.parametrize("name", sorted(FILES))
def test_exactly_the_clip_on_a_bad_sector_is_named_and_the_next_docking_mends_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    _bad_sector(monkeypatch, _object(bench, name))
    assert _verified(bench) == [("vault.io", name)]
    run = _scrubber(bench).run(0, lambda: True)
    assert run is not None
    assert (run.objects, run.damaged) == (4, 1)
    assert _damaged(bench) == {name: "vault.io"}
    done = bench.dock(_recorder("REC-2"), "port:2")
    codes = {path: line.code for path, line in bench.items(done).items()}
    assert codes == dict.fromkeys(FILES, "entry.duplicate") | {name: "clip.mended"}
    assert _damaged(bench) == {}
    assert _verified(bench) == []
    assert _acts(bench) == ["damaged", "scrubbed", "healed"]
    assert bench.staging() == []


def test_a_flipped_bit_is_found_by_the_scrub_and_told_once(bench: Bench) -> None:
    _flip(_object(bench, "A.MP4"))
    for _ in range(2):
        run = _scrubber(bench).run(0, lambda: True)
        assert run is not None
        assert run.damaged == 1
    assert _damaged(bench) == {"A.MP4": "object.damaged"}
    assert _acts(bench) == ["damaged", "scrubbed", "scrubbed"]


def test_a_passing_fault_of_the_disk_is_taken_back(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        _bad_sector(patched, _object(bench, "B.MP4"))
        _scrubber(bench).run(0, lambda: True)
    assert _damaged(bench) == {"B.MP4": "vault.io"}
    _scrubber(bench).run(0, lambda: True)
    assert _damaged(bench) == {}
    assert _verified(bench) == []


def test_a_scrub_goes_on_where_it_was_interrupted(bench: Bench) -> None:
    asked = iter([True] * 5)
    scrubber = _scrubber(bench)
    assert scrubber.run(0, lambda: next(asked, False)) is None
    half = bench.engine.catalog.last_scrub()
    assert half is not None
    assert half.ended_at is None
    assert 0 < half.objects < 4
    assert scrubber.is_due(ScrubSection())
    run = _scrubber(bench).run(0, lambda: True)
    assert run is not None
    assert (run.id, run.objects) == (half.id, 4)
    assert run.size_bytes == sum(map(len, FILES.values()))
    assert not scrubber.is_due(ScrubSection(every_days=1))
    assert scrubber.is_due(ScrubSection(every_days=0))


def test_a_copy_of_other_bytes_mends_nothing(bench: Bench) -> None:
    path = _object(bench, "A.MP4")
    _flip(path)
    before = path.read_bytes()
    other = dict(FILES) | {"A.MP4": FILES["A.MP4"][:-1] + b"?"}
    files = {name: ScriptedFile(content) for name, content in other.items()}
    bench.dock(ScriptedRecorder(files, serial="REC-2"), "port:2")
    assert path.read_bytes() == before
    assert [code for code, name in _verified(bench) if name == "A.MP4"] == ["object.damaged"]


def test_a_mending_killed_before_it_was_written_down_is_taken_up_at_the_next_start(
    tmp_path: Path,
) -> None:
    state, card = tmp_path / "state", tmp_path / "card"
    card.mkdir()
    for name, content in FILES.items():
        (card / name).write_bytes(content)
    assert commands.run("init", "--non-interactive", "--state", state).code == 0
    assert commands.collect(state, card).code == 0
    paths = StatePaths(state)
    _flip(max(paths.objects.glob("??/*"), key=lambda path: path.stat().st_size))
    copy = tmp_path / "again"
    shutil.copytree(card, copy)
    died = subprocess.run(
        commands.argv("collect", copy, "--state", state),
        env=os.environ | {"EVIDOCK_FAILPOINTS": "heal.placed@1=kill"},
        capture_output=True,
        check=False,
    )
    assert died.returncode == -9
    ended = commands.collect(state, copy)
    assert ended.document["totals"]["duplicates"] == len(FILES)
    assert commands.verify(state).code == 0
    assert len(list(paths.quarantine.iterdir())) >= 1


def test_a_check_that_was_cut_short_is_resumed(bench: Bench) -> None:
    _flip(_object(bench, "A.MP4"))
    _flip(_object(bench, "C.JPG"))  # small files are admitted first: clips 1 and 2
    place = bench.paths.cache / "verify.json"
    place.write_text('{"after_seq":2,"objects":2,"faults":[]}')
    again = (
        "verify",
        "--vault",
        "--resume",
        "--rate",
        "500",
        "--state",
        bench.paths.root,
        "--json",
    )
    ended = commands.run(*again)
    assert (ended.code, ended.document["objects"]) == (4, 4)
    assert [fault["facts"]["path"] for fault in ended.document["faults"]] == ["A.MP4"]
    anew = commands.run(*again)
    assert {fault["facts"]["path"] for fault in anew.document["faults"]} == {"A.MP4", "C.JPG"}


@pytest.mark.parametrize(
    ("now", "start", "stop", "within"),
    [
        ("02:00", "01:00", "05:00", True),
        ("05:00", "01:00", "05:00", False),
        ("23:30", "22:00", "04:00", True),
        ("12:00", "22:00", "04:00", False),
        ("12:00", "00:00", "00:00", True),
    ],
)
def test_the_night_may_go_over_midnight(now: str, start: str, stop: str, *, within: bool) -> None:
    moment = datetime.strptime(now, "%H:%M").replace(tzinfo=UTC)
    assert in_window(moment, start, stop) is within
