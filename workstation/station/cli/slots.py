"""``slots learn``, ``slots show``, ``slots forget``: which USB port is which bay."""

from __future__ import annotations

import select
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from workstation.devices import hubs
from workstation.devices.hotplug import UsbDock
from workstation.domain.errors import StationNotRunningError, UsageError
from workstation.ipc.client import Connection
from workstation.ipc.messages_slots import (
    ForgetSlots,
    GetSlotMap,
    LearnSlots,
    SlotLesson,
    SlotMapState,
)
from workstation.station import record
from workstation.station.cli.table import positive
from workstation.station.slot_desk import SlotDesk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workstation.ipc.messages import AnyCommand
    from workstation.ipc.messages_slots import LearnedBay
    from workstation.ipc.words import Result
    from workstation.station.cli.output import Voice
    from workstation.station.cli.table import Invocation, Table

LOOK_S = 0.2
# What is plugged in already is no answer to "plug it into bay 1"; a bus lists it at once.
START_S = 1.5


class Desk(Protocol):
    """Where questions about bays go: a running station, or a desk of our own."""

    def ask(self, command: AnyCommand) -> Result: ...


class _StationDesk:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ask(self, command: AnyCommand) -> Result:
        return self._connection.call(command)


class _OwnDesk:
    """No station runs: the map is ours, and so is the dock while a lesson is open."""

    def __init__(self, desk: SlotDesk, dock: UsbDock, stack: ExitStack) -> None:
        self._desk, self._dock, self._stack = desk, dock, stack

    def ask(self, command: AnyCommand) -> Result:
        if isinstance(command, LearnSlots):
            if command.step == "begin":
                self._dock.start(self._desk.announce)
                self._stack.callback(self._dock.stop)
                time.sleep(START_S)
            return self._desk.step(command)
        if isinstance(command, ForgetSlots):
            return self._desk.forget(command.slots)
        return self._desk.state()


def add_commands(table: Table) -> None:
    """``slots`` and what it can do."""
    group = table.group("slots", "which USB port is which bay")
    one = group.add("learn", "plug a recorder into bay 1, 2, 3 …", learn, json=True)
    one.add_argument("--from", dest="first", type=positive, default=1, metavar="N")
    one.add_argument("--to", dest="last", type=positive, metavar="N", help="end after this bay")
    one.add_argument("--whole-hub", action="store_true", help="take all bays of a known hub")
    one.add_argument("--wait", type=positive, metavar="SECONDS", help="for each bay; then cancel")
    group.add("show", "the map in force", show, json=True)
    one = group.add("forget", "forget bays that were learned", forget, json=True)
    one.add_argument("bays", nargs="*", type=positive, metavar="N", help="none: all of them")


def show(invocation: Invocation) -> int:
    """Print the map in force."""
    with _desk(invocation) as desk:
        return _print(desk.ask(GetSlotMap()), invocation.voice)


def forget(invocation: Invocation) -> int:
    """Forget some bays, or all."""
    with _desk(invocation) as desk:
        return _print(desk.ask(ForgetSlots(tuple(invocation.arguments.bays))), invocation.voice)


def learn(invocation: Invocation) -> int:
    """Ask for a recorder in one bay after the other; Enter ends and saves.

    Raises:
        UsageError: nobody could say when to end, or nothing came within ``--wait``.
    """
    chosen = invocation.arguments
    last: int | None = chosen.last or invocation.settings.dock.slots or None
    if last is None and not sys.stdin.isatty():
        raise UsageError(reason="--to N is needed where nobody can press Enter")
    with _desk(invocation) as desk:
        lesson = _step(desk, LearnSlots("begin", slot=chosen.first))
        is_saved = False
        try:
            while last is None or lesson.slot <= last:
                found = _next_plug(desk, lesson, invocation.voice, chosen.wait)
                if found is None:
                    break
                whole = bool(found.hub) and (chosen.whole_hub or _agrees(found, invocation.voice))
                lesson = _step(desk, LearnSlots("confirm", slot=found.slot, whole_hub=whole))
                _tell(lesson.bays, invocation.voice)
            _step(desk, LearnSlots("save"))
            is_saved = True
        finally:
            if not is_saved:
                _step(desk, LearnSlots("cancel"))
        return _print(desk.ask(GetSlotMap()), invocation.voice)


def _next_plug(
    desk: Desk, lesson: SlotLesson, voice: Voice, wait_s: float | None
) -> SlotLesson | None:
    """The lesson once something is plugged in; None when a person pressed Enter."""
    slot = lesson.slot
    voice.note(f"请把记录仪插入 {slot} 号口（回车结束）")
    voice.note(f"Plug a recorder into bay {slot} (Enter ends)")
    until_s = None if wait_s is None else time.monotonic() + wait_s
    refused = ""
    while True:
        lesson = _step(desk, LearnSlots("observe"))
        if lesson.port and not lesson.taken_by:
            return lesson
        if lesson.taken_by and lesson.port != refused:
            refused, taken = lesson.port, lesson.taken_by
            voice.note(f"这是 {taken} 号口，已登记 / that is bay {taken} already: {refused}")
        if until_s is not None and time.monotonic() > until_s:
            raise UsageError(reason="nothing_plugged", slot=slot)
        if _is_enter_pressed(LOOK_S):
            return None


def _is_enter_pressed(within_s: float) -> bool:
    if not sys.stdin.isatty():
        time.sleep(within_s)
        return False
    ready, _, _ = select.select([sys.stdin], [], [], within_s)
    return bool(ready) and sys.stdin.readline() is not None


def _agrees(lesson: SlotLesson, voice: Voice) -> bool:
    if not sys.stdin.isatty():
        return False
    first, last = lesson.hub_bays[0].slot, lesson.hub_bays[-1].slot
    voice.note(f"认得这个集线器：{lesson.hub}。按顺序登记 {first}–{last} 号口？[y/N]")
    voice.note(f"This hub is known: {lesson.hub}. Take bays {first} to {last} in its order? [y/N]")
    return sys.stdin.readline().strip().lower() in {"y", "yes", "是"}


def _step(desk: Desk, command: LearnSlots) -> SlotLesson:
    answer = desk.ask(command)
    if not isinstance(answer, SlotLesson):
        raise UsageError(reason="no lesson", answer=type(answer).__name__)
    return answer


def _print(answer: Result, voice: Voice) -> int:
    bays = answer.bays if isinstance(answer, SlotMapState) else ()
    if voice.as_json:
        named = [{"slot": bay.slot, "ports": bay.ports, "source": bay.source} for bay in bays]
        voice.document({"bays": named})
    elif not bays:
        voice.line("没有登记任何采集口 / no bay is mapped")
    for bay in () if voice.as_json else bays:
        voice.line(f"{bay.slot:>3}  {bay.source:<8}  {'  '.join(bay.ports)}")
    return 0


def _tell(bays: tuple[LearnedBay, ...], voice: Voice) -> None:
    newest = "  ".join(f"{bay.slot}={','.join(bay.ports)}" for bay in bays)
    voice.note(f"已登记 / mapped: {newest}")


@contextmanager
def _desk(invocation: Invocation) -> Iterator[Desk]:
    paths, settings = invocation.paths, invocation.settings
    with ExitStack() as stack:
        connection = Connection(paths.socket)
        try:
            connection.connect()
        except StationNotRunningError:
            paths.root.mkdir(parents=True, exist_ok=True)
            stack.enter_context(record.sole_owner(paths))
            own = [*map(Path, settings.dock.hubs), hubs.BUILTIN]
            desk = SlotDesk(paths.slots, hubs.HubSet.load(own), {}, settings.dock.ports)
            dock = UsbDock(invocation.profiles(), own_paths=(paths.vault,))
            yield _OwnDesk(desk, dock, stack)
            return
        stack.callback(connection.close)
        yield _StationDesk(connection)
