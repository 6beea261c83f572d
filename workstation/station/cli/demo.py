"""``demo``: station, sync and kiosk as they are, with a simulated dock and a directory store."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.catalog.reader import Catalog
from workstation.catalog.values import ClipFilter
from workstation.devices.simulation.plan import SCHEME, DockPlan, SlotPlan
from workstation.devices.simulation.url import parse_dock
from workstation.domain.dock import SlotStatus, UplinkState
from workstation.domain.errors import (
    RecorderGoneError,
    StateUnusableError,
    StationNotRunningError,
)
from workstation.ipc.client import Connection
from workstation.ipc.messages import DockState, GetDock
from workstation.platform.clock import SystemClock
from workstation.platform.paths import StatePaths, default_state_dir
from workstation.platform.settings import load
from workstation.station import record
from workstation.station.cli import demo_people
from workstation.station.cli.documents import clip_document, verify_document
from workstation.station.verification import verify

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workstation.domain.dock import DockView, SlotView
    from workstation.station.cli.demo_people import DemoPerson
    from workstation.station.cli.output import Voice
    from workstation.station.verification import VerifyReport

START_TIMEOUT_S = 30.0
POLL_S = 0.25
PATIENCE_S = 60.0  # for one answer; a disk that others keep busy holds a flush up so long
SETTLED_S = 3.0  # nothing under way for so long counts as done
HEADLESS_LIMIT_S = 300.0
MARK = "demo-state"
_ACTIVE = frozenset({SlotStatus.IMPORTING, SlotStatus.VERIFYING})


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """What the demonstration is to show."""

    state: Path | None
    headless: bool
    slots: int
    clips: int
    seconds: float | None
    dock: str | None = None

    def dock_url(self) -> str:
        """The simulated cabinet, with something of everything that can happen."""
        return self.dock or f"simulated:?demo=1&slots={self.slots}&clips={self.clips}"

    def simulated(self) -> DockPlan | None:
        """The simulated dock; None where it is another."""
        url = self.dock_url()
        if not url.startswith(f"{SCHEME}:"):
            return None
        return parse_dock(url, SystemClock().now().astimezone().date())

    def expected_slots(self) -> frozenset[int]:
        """Bays that the simulated dock is going to fill; of any other dock nobody knows."""
        dock = self.simulated()
        if dock is None:
            return frozenset()
        plans = (SlotPlan(dock, number) for number in range(1, dock.slots + 1))
        return frozenset(slot.slot for slot in plans if not slot.has("empty"))


def footage_cache() -> Path:
    """Where simulated footage is kept between runs; it can be made again."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(named) if named.startswith("/") else Path.home() / ".cache"
    return base / "evidock" / "simulated"


def run(plan: DemoPlan, program: Sequence[str], voice: Voice) -> int:
    """Run the demonstration to its end; the exit code.

    Without a display (or with ``headless``) it ends by itself when everything is collected and
    delivered, leaves a screenshot and prints what came of it. With one, it ends with the window.

    Raises:
        StateUnusableError: the state directory holds something that is no demonstration.
    """
    if not plan.headless and not _has_display():
        plan = replace(plan, headless=True)
    paths = _fresh_state(plan)
    people = demo_people.settle(paths, load(paths.settings), plan.simulated() or DockPlan())
    for line in demo_people.table(people):
        voice.line(line)
    children = _Children(program, paths)
    try:
        children.start("station", "--dock", plan.dock_url())
        connection = _connect(paths, children)
        children.start("sync", "--to", str(paths.central))
        if plan.headless:
            _watch(connection, plan, voice)
            picture = paths.root / "wall.png"
            children.once("kiosk", "--windowed", "--size", "1920x1080", "--grab", str(picture))
            voice.note(f"屏幕截图 / screenshot: {picture}")
        else:
            kiosk = children.start("kiosk", "--windowed")
            _until_closed(kiosk, plan.seconds)
        view = _dock(connection)
        connection.close()
    finally:
        children.stop()
    return _conclude(paths, view, people, voice)


def _has_display() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _fresh_state(plan: DemoPlan) -> StatePaths:
    """A state of its own; an earlier demonstration's is thrown away, nobody else's ever is."""
    root = plan.state or default_state_dir().with_name("evidock-demo")
    paths = StatePaths(root.absolute())
    mark = paths.root / MARK
    if paths.root.exists() and any(paths.root.iterdir()):
        if not mark.exists():
            raise StateUnusableError(path=str(paths.root), reason="not a demonstration's state")
        shutil.rmtree(paths.root)
    paths.root.mkdir(parents=True, exist_ok=True)
    mark.touch()
    record.initialise(paths, load(paths.settings))
    return paths


class _Children:
    """The processes of the demonstration, stopped in the reverse order of their start."""

    def __init__(self, program: Sequence[str], paths: StatePaths) -> None:
        self._program = list(program)
        self._paths = paths
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, command: str, *arguments: str) -> subprocess.Popen[bytes]:
        child = self._spawn(command, *arguments)
        self._running.append(child)
        return child

    def once(self, command: str, *arguments: str) -> int:
        return self._spawn(command, *arguments).wait()

    def _spawn(self, command: str, *arguments: str) -> subprocess.Popen[bytes]:
        environment = dict(os.environ)
        if command == "kiosk" and not _has_display():
            environment["QT_QPA_PLATFORM"] = "offscreen"
        state = str(self._paths.root)
        with (self._paths.logs / f"{command}.log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own program
                [*self._program, command, "--state", state, *arguments],
                stderr=log,
                stdout=log,
                stdin=subprocess.DEVNULL,
                env=environment,
            )

    def check(self) -> None:
        """Raise if a process that should run has ended."""
        for child in self._running:
            if child.poll() is not None:
                raise StationNotRunningError(status=child.returncode, logs=str(self._paths.logs))

    def stop(self) -> None:
        for child in reversed(self._running):
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        for child in reversed(self._running):
            try:
                child.wait(timeout=20)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def _connect(paths: StatePaths, children: _Children) -> Connection:
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        connection = Connection(paths.socket)
        try:
            connection.connect()
        except StationNotRunningError:
            children.check()
            if time.monotonic() > deadline:
                raise
            time.sleep(POLL_S)
        else:
            return connection


def _dock(connection: Connection) -> DockView:
    state = connection.call(GetDock(), PATIENCE_S)
    if not isinstance(state, DockState):
        raise StationNotRunningError(reason="no answer")
    return state.dock


def _watch(connection: Connection, plan: DemoPlan, voice: Voice) -> None:
    """Show progress until all is collected and delivered, or the time is over."""
    began = time.monotonic()
    limit = plan.seconds if plan.seconds is not None else HEADLESS_LIMIT_S
    expected = plan.expected_slots()
    quiet_since: float | None = None
    with voice.bar() as bar:
        intake = bar.add_task("采集 intake", total=None)
        while (now := time.monotonic()) - began < limit:
            view = _dock(connection)
            bar.update(
                intake,
                total=sum(slot.bytes_total for slot in view.slots) or None,
                completed=sum(slot.bytes_done for slot in view.slots),
                description=f"采集 intake {view.station.clips_total} clips",
            )
            quiet_since = (quiet_since or now) if _is_settled(view, expected) else None
            if plan.seconds is None and quiet_since and now - quiet_since > SETTLED_S:
                return
            time.sleep(POLL_S)


def _is_settled(view: DockView, expected: frozenset[int]) -> bool:
    """Whether nothing is under way or still to come.

    Simulated cards are made while the first ones are read, so on a slow machine a bay can be
    empty for long; and a simulated recorder that was pulled out comes back.
    """
    seen = any(slot.collection_id for slot in view.slots)
    busy = any(slot.status in _ACTIVE or _is_awaited(slot, expected) for slot in view.slots)
    uplink = view.station.uplink
    delivered = uplink.state is not UplinkState.SENDING and uplink.pending_clips == 0
    return seen and not busy and delivered and uplink.last_success_at is not None


def _is_awaited(slot: SlotView, expected: frozenset[int]) -> bool:
    is_away = slot.status is SlotStatus.EMPTY or slot.code == RecorderGoneError.code
    return is_away and slot.slot in expected


def _until_closed(kiosk: subprocess.Popen[bytes], seconds: float | None) -> None:
    try:
        kiosk.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        kiosk.send_signal(signal.SIGTERM)
        kiosk.wait()


def _conclude(
    paths: StatePaths, view: DockView, people: tuple[DemoPerson, ...], voice: Voice
) -> int:
    """What came of it, proved from what lies on the disk now that nothing runs."""
    report = verify(paths, _Silent())
    catalog = Catalog.open(paths.ledger)
    try:
        totals = catalog.totals()
        delivered = catalog.totals(ClipFilter(transferred=True))
        if voice.as_json:
            clips = [clip_document(clip) for clip in catalog.clips(limit=100_000)]
            voice.document(
                {
                    "state": str(paths.root),
                    "clips": clips,
                    "totals": {
                        "clips": totals.clips,
                        "bytes": totals.size_bytes,
                        "transferred": delivered.clips,
                    },
                    "people": people,
                    "slots": view.slots,
                    "verify": verify_document(report),
                }
            )
        else:
            _tell(paths, totals.clips, delivered.clips, report, voice)
    finally:
        catalog.close()
    for fault in report.faults:
        voice.note(voice.words(fault.code, fault.facts))
    return 0 if report.is_whole else 4


def _tell(
    paths: StatePaths, clips: int, delivered: int, report: VerifyReport, voice: Voice
) -> None:
    whole = ("完好", "whole") if report.is_whole else ("有问题", "NOT whole")
    voice.line(
        f"已采集 {clips} 个，已送达 {delivered} 个，台账 {report.ledger.lines} 行，"
        f"校验结果：{whole[0]}。数据目录 {paths.root}"
    )
    voice.line(
        f"Collected {clips} clips, delivered {delivered}, {report.ledger.lines} ledger lines, "
        f"verified: {whole[1]}. State: {paths.root}"
    )


class _Silent:
    """Verification without a bar."""

    def lines(self, count: int) -> None: ...

    def objects(self, total: int, total_bytes: int) -> None: ...

    def checked_bytes(self, count: int) -> None: ...

    def checked_object(self) -> None: ...
