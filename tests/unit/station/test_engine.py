"""The engine as one: start, stop, counters, and what a start settles."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from tests.unit.ingest.scripted import (
    SETTINGS,
    Bench,
    ScriptedDriver,
    ScriptedFile,
    ScriptedRecorder,
    until,
)
from workstation.domain.dock import SlotStatus, UplinkState, UplinkView
from workstation.domain.errors import (
    KeyBadError,
    KeyMissingError,
    NotAllowedError,
    NotInitialisedError,
    StateLockedError,
    UnknownClipError,
    UsageError,
)
from workstation.domain.ingest_state import CollectionState
from workstation.ipc.messages import (
    CollectPath,
    DockState,
    Done,
    GetDock,
    GetThumbnail,
    Ping,
    Pong,
    RecordReceipt,
    RecordView,
    ReportUplink,
    Thumbnail,
)
from workstation.ipc.peer import Peer
from workstation.ledger.custody import decode
from workstation.platform.paths import StatePaths
from workstation.station.commands import Commands
from workstation.station.engine import Engine, EngineParts

if TYPE_CHECKING:
    from pathlib import Path

    from workstation.ipc.words import Command

ROOT = Peer(pid=os.getpid(), uid=os.getuid(), gid=os.getgid())
NOBODY = Peer(pid=1, uid=65534, gid=65534)


def test_a_second_engine_on_the_same_state_is_refused(bench: Bench) -> None:
    other = Engine(bench.paths, SETTINGS, EngineParts([ScriptedDriver()]))
    with pytest.raises(StateLockedError) as caught:
        other.start()
    assert caught.value.facts["pid"] == str(os.getpid())
    other.mailbox.close()


def test_an_engine_that_could_not_start_lets_go_of_everything(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "state")
    bench.close()
    key = bench.paths.vault_key
    text = key.read_bytes()
    for error in (KeyBadError, KeyMissingError):
        if error is KeyBadError:
            key.chmod(0o644)
        else:
            key.unlink()
        engine = Engine(bench.paths, SETTINGS, EngineParts([ScriptedDriver()]))
        with pytest.raises(error):
            engine.start()
        engine.mailbox.close()
    key.write_bytes(text)
    key.chmod(0o400)
    Bench(tmp_path / "state").close()


def test_without_the_ceremony_there_is_no_engine(tmp_path: Path) -> None:
    engine = Engine(StatePaths(tmp_path), SETTINGS, EngineParts([]))
    with pytest.raises(NotInitialisedError):
        engine.start()
    engine.mailbox.close()


def test_counters_of_the_station_follow_what_is_taken_in(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "state")
    bench.dock(ScriptedRecorder({"A.MP4": ScriptedFile(b"a" * 10)}))
    for clips in (1, 2):
        view = bench.engine.station_view()
        assert (view.clips_total, view.clips_today, view.bytes_today) == (clips, clips, 10 * clips)
        assert view.storage.vault_bytes == 10 * clips
        assert view.code is None
        if clips == 1:
            bench.close()
            bench = Bench(tmp_path / "state")
            bench.dock(ScriptedRecorder({"B.MP4": ScriptedFile(b"b" * 10)}))
    bench.close()


def test_a_quiet_station_signs_what_it_wrote(bench: Bench) -> None:
    with bench.engine.ledger.transaction() as tx:
        tx.enqueue("clip", "x")
    bench.dock(ScriptedRecorder({"A.MP4": ScriptedFile(b"a")}))
    (clip,) = bench.engine.catalog.clips()
    bench.engine.footage.record_view(clip.id, "test", by="uid:0")
    until(lambda: bench.engine.ledger.unsigned_lines == 0, "signed within some seconds")


def test_what_a_crash_left_behind_is_settled_at_the_next_start(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "state")
    bench.dock(ScriptedRecorder({"A.MP4": ScriptedFile(b"a")}))
    (stray := bench.engine.vault.staging / "stray").write_bytes(b"half")
    bench.close()
    again = Bench(tmp_path / "state")
    assert not stray.exists()
    assert again.engine.recovered.swept == 1
    again.close()


def test_objects_and_state_are_nobody_elses_to_read(bench: Bench) -> None:
    bench.dock(ScriptedRecorder({"A.MP4": ScriptedFile(b"a")}))
    for path in bench.paths.root.rglob("*"):
        private = path.is_relative_to(bench.paths.objects) or path.is_relative_to(bench.paths.keys)
        if private and not path.is_symlink():
            assert stat.S_IMODE(path.stat().st_mode) & 0o007 == 0, path


# -- commands ----------------------------------------------------------------------------


def _receipt(clip: str, sha256: str, size: int) -> RecordReceipt:
    return RecordReceipt(
        clip_id=clip,
        store_id="central",
        object_key="o",
        manifest_key="m",
        sha256=sha256,
        size_bytes=size,
        stored_at="2026-03-01T08:00:00.000Z",
        proof={},
    )


def test_commands_are_answered(bench: Bench) -> None:
    bench.dock(ScriptedRecorder({"A.MP4": ScriptedFile(b"a")}))
    (clip,) = bench.engine.catalog.clips()
    handle = Commands(bench.engine).handle
    assert handle(Ping(), ROOT) == Pong(bench.engine.record.id)
    assert handle(GetThumbnail(clip.id), ROOT) == Thumbnail(None)
    dock = handle(GetDock(), ROOT)
    assert isinstance(dock, DockState)
    assert dock.dock.slots[0].status is SlotStatus.DONE
    uplink = UplinkView(state=UplinkState.SENDING)
    assert handle(ReportUplink(uplink), ROOT) == Done()
    assert bench.engine.station_view().uplink == uplink
    assert handle(RecordView(clip.id, "export"), ROOT) == Done()
    last = decode(bench.engine.catalog.custody_of(clip.id)[-1], 0)
    assert (last.act, last.by, last.facts) == (
        "viewed",
        f"uid:{os.getuid()}",
        {"purpose": "export"},
    )
    for _ in range(2):
        assert handle(_receipt(clip.id, clip.digest.sha256, 1), ROOT) == Done()
    assert bench.engine.catalog.clip(clip.id).transferred_at is not None
    with pytest.raises(UnknownClipError):
        handle(RecordView("none", "export"), ROOT)


@pytest.mark.parametrize(
    "command",
    [CollectPath("/"), RecordView("x", "y"), _receipt("x", "0", 1), ReportUplink(UplinkView())],
    ids=lambda command: type(command).__name__,
)
def test_a_stranger_may_look_and_nothing_else(bench: Bench, command: Command) -> None:
    handle = Commands(bench.engine).handle
    assert isinstance(handle(GetDock(), NOBODY), DockState)
    with pytest.raises(NotAllowedError):
        handle(command, NOBODY)


def test_collecting_what_is_no_directory_is_a_usage_error(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        Commands(bench.engine).handle(CollectPath(str(tmp_path / "none")), ROOT)


def test_collecting_what_no_driver_knows_says_so(bench: Bench, tmp_path: Path) -> None:
    from workstation.domain.errors import UnknownRecorderError

    with pytest.raises(UnknownRecorderError):
        Commands(bench.engine).handle(CollectPath(str(tmp_path)), ROOT)
    assert bench.engine.catalog.collections(state=CollectionState.RUNNING) == []
