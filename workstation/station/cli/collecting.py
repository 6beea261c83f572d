"""``collect``: take in mounted cards or folders, through a running station or by itself."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Protocol

from workstation.catalog.reader import Catalog
from workstation.domain.dock import SlotStatus
from workstation.domain.errors import (
    AlreadyInitialisedError,
    LedgerBusyError,
    StationError,
    StationNotRunningError,
    UsageError,
)
from workstation.domain.ingest_state import CollectionState, IngestState
from workstation.ipc.client import Connection
from workstation.ipc.messages import CollectionOpened, CollectPath, DockState, GetDock
from workstation.station import record
from workstation.station.cli.documents import clip_line, error_document, totals_of
from workstation.station.cli.recorder_documents import docking_document
from workstation.station.engine import Engine, EngineParts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from rich.progress import Progress, TaskID

    from workstation.catalog.values import CollectionSummary, ItemLine
    from workstation.devices.api import RecorderDriver
    from workstation.domain.dock import SlotView
    from workstation.ingest.lane import Lane
    from workstation.platform.paths import StatePaths
    from workstation.platform.settings import Settings
    from workstation.station.cli.output import Voice

WATCH_S = 0.02
ASK_S = 0.5  # a running station is asked so often whether it is still at it
AT_WORK = frozenset({SlotStatus.IMPORTING, SlotStatus.VERIFYING})
PAGE = 1000


class _Collector(Protocol):
    """Starts collections and tells how they stand."""

    ends_with_us: bool  # its engine stops when we do, so the recorder is looked after first

    def begin(self, path: Path) -> str | None: ...

    def failure(self, path: Path) -> StationError | None: ...

    def is_at_work(self, collection_id: str) -> bool: ...

    def slots(self) -> Sequence[SlotView]: ...


class _OwnEngine:
    """No station runs: the engine works in this process."""

    ends_with_us = True

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lanes: dict[Path, Lane] = {}

    def begin(self, path: Path) -> str | None:
        lane = self._engine.collect(path)
        if lane is None:
            return None
        lane.opened.wait()
        if lane.collection_id is None:
            lane.join()
        self._lanes[path] = lane
        return lane.collection_id

    def failure(self, path: Path) -> StationError | None:
        lane = self._lanes.get(path)
        if lane is None or (lane.collection_id is not None and not lane.left_open):
            return None
        return lane.error or UsageError(path=str(path), reason="no answer")

    def is_at_work(self, collection_id: str) -> bool:
        return any(
            lane.is_running for lane in self._lanes.values() if lane.collection_id == collection_id
        )

    def slots(self) -> Sequence[SlotView]:
        return self._engine.supervisor.views()


class _RunningStation:
    """A station runs: it does the work, we watch."""

    ends_with_us = False

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._errors: dict[Path, StationError] = {}
        self._busy: set[str | None] = set()
        self._asked_s = -ASK_S

    def begin(self, path: Path) -> str | None:
        try:
            result = self._connection.call(CollectPath(str(path.resolve())), timeout_s=60.0)
        except StationError as error:
            self._errors[path] = error
            return None
        return result.collection_id if isinstance(result, CollectionOpened) else None

    def failure(self, path: Path) -> StationError | None:
        return self._errors.get(path)

    def is_at_work(self, collection_id: str) -> bool:
        now = time.monotonic()
        if now - self._asked_s >= ASK_S:
            self._asked_s = now
            self._busy = {view.collection_id for view in self.slots() if view.status in AT_WORK}
        return collection_id in self._busy

    def slots(self) -> Sequence[SlotView]:
        state = self._connection.call(GetDock())
        return state.dock.slots if isinstance(state, DockState) else ()


def collect(
    paths: StatePaths,
    settings: Settings,
    drivers: Iterable[RecorderDriver],
    sources: Sequence[Path],
    voice: Voice,
) -> int:
    """Take in each source as one collection; all at once. Returns the exit code.

    Raises:
        UsageError: a source is no directory.
        StationError: the state directory or the engine can not be used.
    """
    for source in sources:
        if not source.is_dir():
            raise UsageError(path=str(source), reason="not a directory")
        _require_text(source.resolve())
    if not record.is_initialised(paths):
        _initialise(paths, settings, voice)
    with ExitStack() as stack:
        collector = _collector(paths, settings, drivers, stack)
        began = time.monotonic()
        started = {source: collector.begin(source) for source in sources}
        catalog = stack.enter_context(_opened(paths))
        wanted = [found for found in started.values() if found is not None]
        _watch(collector, catalog, wanted, voice)
        seconds = time.monotonic() - began
        errors = [e for e in (collector.failure(source) for source in sources) if e is not None]
        return _report(catalog, wanted, errors, seconds, voice)


def _initialise(paths: StatePaths, settings: Settings, voice: Voice) -> None:
    try:
        made = record.initialise(paths, settings)
    except AlreadyInitialisedError:  # by another command, a moment ago
        return
    voice.note(f"新建开发用数据目录 / new development state: {paths.root} ({made.id})")


def _require_text(source: Path) -> None:
    """The place itself is written into the ledger, as text; names inside it may be anything."""
    try:
        str(source).encode("utf-8")
    except UnicodeEncodeError as error:
        shown = str(source).encode("utf-8", "backslashreplace").decode()
        raise UsageError(path=shown, reason="its own name is not UTF-8") from error


def _collector(
    paths: StatePaths, settings: Settings, drivers: Iterable[RecorderDriver], stack: ExitStack
) -> _Collector:
    connection = Connection(paths.socket)
    try:
        connection.connect()
    except StationNotRunningError:
        engine = Engine(paths, settings, EngineParts(drivers, probe_media=False))
        engine.start()
        stack.callback(engine.stop)
        return _OwnEngine(engine)
    stack.callback(connection.close)
    return _RunningStation(connection)


class _opened:  # noqa: N801 - reads as a verb
    """A catalog for the length of a ``with``."""

    def __init__(self, paths: StatePaths) -> None:
        self._catalog = Catalog.open(paths.ledger)

    def __enter__(self) -> Catalog:
        return self._catalog

    def __exit__(self, *_: object) -> None:
        self._catalog.close()


def _watch(collector: _Collector, catalog: Catalog, wanted: list[str], voice: Voice) -> None:
    """Show progress until every collection is closed, and its recorder looked after."""
    with voice.bar() as bar:
        tasks = {name: bar.add_task(name[-6:], total=None) for name in wanted}
        open_ones = set(wanted)
        while open_ones:
            if not bar.disable:
                _draw(bar, tasks, collector.slots())
            try:
                # The station may have been unable to write down that a collection is over.
                at_work = {name for name in open_ones if collector.is_at_work(name)}
                open_ones = {
                    name for name in at_work if collector.ends_with_us or _is_open(catalog, name)
                }
            except LedgerBusyError:
                continue
            if open_ones:
                time.sleep(WATCH_S)


def _draw(bar: Progress, tasks: dict[str, TaskID], views: Sequence[SlotView]) -> None:
    for view in views:
        if view.collection_id in tasks:
            bar.update(
                tasks[view.collection_id],
                description=f"{view.label or view.recorder_serial} {view.current}"[:40],
                total=view.bytes_total or None,
                completed=view.bytes_done,
            )


def _is_open(catalog: Catalog, collection_id: str) -> bool:
    found = catalog.collection(collection_id)
    return found is not None and found.state is CollectionState.RUNNING


def _report(
    catalog: Catalog,
    wanted: Sequence[str],
    errors: Sequence[StationError],
    seconds: float,
    voice: Voice,
) -> int:
    lines: list[ItemLine] = []
    closed: list[CollectionSummary] = []
    for name in wanted:
        after = -1
        while page := catalog.items(name, after_place=after, limit=PAGE):
            lines.extend(page)
            after += len(page)
        if (summary := catalog.collection(name)) is not None:
            closed.append(summary)
    totals = totals_of(lines, seconds)
    if voice.as_json:
        voice.document(
            {
                "clips": [clip_line(line) for line in lines],
                "totals": totals,
                "collections": [_collection_document(catalog, summary) for summary in closed],
                "errors": [error_document(error) for error in errors],
            }
        )
    else:
        _tell(lines, totals, voice)
        for summary in closed:
            for remark in catalog.remarks(summary.id):
                voice.line(voice.words(remark.code, remark.facts))
    for error in errors:
        voice.complain(error)
    for summary in closed:
        if summary.code is not None and summary.state is not CollectionState.COMPLETE:
            voice.note(voice.words(summary.code, summary.facts))
    return max((_exit_code(c, lines) for c in closed), default=0) or max(
        (error.exit_code for error in errors), default=0
    )


def _collection_document(catalog: Catalog, summary: CollectionSummary) -> dict[str, object]:
    docking = catalog.docking(summary.id)
    return {
        "id": summary.id,
        "source": summary.source,
        "state": summary.state.value,
        "code": summary.code,
        **(docking_document(docking) if docking is not None else {}),
    }


def _tell(lines: Sequence[ItemLine], totals: dict[str, float], voice: Voice) -> None:
    for line in lines:
        if line.state is not IngestState.VAULTED or line.findings:
            why = ", ".join(filter(None, (line.code, *line.findings)))
            voice.line(f"{line.state.value:<12} {line.path}  {why}")
    voice.line(
        "已采集 {vaulted}，重复 {duplicates}，跳过 {skipped}，隔离 {quarantined}，"
        "未完成 {interrupted}；{bytes} 字节，{seconds:.2f} 秒，{mb_per_s:.1f} MB/s".format(**totals)
    )
    voice.line(
        "collected {vaulted}, duplicates {duplicates}, skipped {skipped}, quarantined "
        "{quarantined}, interrupted {interrupted}; {bytes} bytes, {seconds:.2f} s, "
        "{mb_per_s:.1f} MB/s".format(**totals)
    )


def _exit_code(summary: CollectionSummary, lines: Sequence[ItemLine]) -> int:
    if summary.state is CollectionState.COMPLETE:
        return 0
    if any((line.code or "").startswith(("object.", "clip.")) for line in lines):
        return 4
    return 5 if summary.state is CollectionState.INTERRUPTED else 3
