"""``recorders``: which there are, who has which, what their dockings said."""

from __future__ import annotations

import os
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING

from workstation.catalog.reader import Catalog
from workstation.domain.errors import StationNotRunningError, UnseenRecorderError
from workstation.ipc.client import Connection
from workstation.ipc.messages_recorders import BindRecorder, UnbindRecorder
from workstation.platform.clock import to_text
from workstation.station import rebuilding, record
from workstation.station.cli.recorder_documents import (
    binding_document,
    docking_document,
    recorder_document,
)
from workstation.station.commands.recorders import bind_recorder, unbind_recorder

if TYPE_CHECKING:
    from workstation.catalog.values import DockingLine
    from workstation.domain.binding import Binding
    from workstation.platform.paths import StatePaths
    from workstation.station.cli.output import Voice
    from workstation.station.cli.table import Invocation, Table


def add_commands(table: Table) -> None:
    """``recorders list | show | bind | unbind``."""
    group = table.group("recorders", "which recorders there are, and who has which")
    group.add("list", "every recorder that was docked or bound here", _list, json=True)
    one = group.add("show", "who had a recorder, and its latest dockings", _show, json=True)
    one.add_argument("recorder", metavar="SERIAL")
    one = group.add("bind", "an officer gets a recorder", _bind, json=True)
    one.add_argument("recorder", metavar="SERIAL")
    one.add_argument("badge", metavar="BADGE", help="the officer's badge number")
    one.add_argument("--name", default="", help="the officer's name")
    one.add_argument("--unit", default="", help="the officer's unit")
    one.add_argument("--since", type=datetime.fromisoformat, metavar="TIME", help="ISO 8601")
    one = group.add("unbind", "the officer gave the recorder back", _unbind, json=True)
    one.add_argument("recorder", metavar="SERIAL")


def _list(invocation: Invocation) -> int:
    record.load(invocation.paths)
    voice = invocation.voice
    with closing(Catalog.open(invocation.paths.ledger)) as catalog:
        found = catalog.recorders()
    if voice.as_json:
        voice.document({"recorders": [recorder_document(line) for line in found]})
        return 0
    for line in found:
        last = "-" if line.last_docked_at is None else _local(line.last_docked_at)
        voice.line(f"{line.serial:<20} {line.dockings:>5}  {last:<19}  {_who(line.binding)}")
    return 0


def _show(invocation: Invocation) -> int:
    """One recorder.

    Raises:
        UnseenRecorderError: it was never docked nor bound here.
    """
    record.load(invocation.paths)
    voice, serial = invocation.voice, invocation.arguments.recorder
    with closing(Catalog.open(invocation.paths.ledger)) as catalog:
        bindings, dockings = catalog.bindings(serial), catalog.dockings(serial)
    if not bindings and not dockings:
        raise UnseenRecorderError(recorder=serial)
    if voice.as_json:
        voice.document(
            {
                "recorder": serial,
                "bindings": [binding_document(binding) for binding in bindings],
                "dockings": [docking_document(line) for line in dockings],
            }
        )
        return 0
    for binding in bindings:
        until = "" if binding.until is None else _local(binding.until)
        voice.line(f"{_local(binding.since)} – {until:<19}  {_who(binding)}  ({binding.bound_by})")
    for line in dockings:
        _tell(line, voice)
    return 0


def _tell(line: DockingLine, voice: Voice) -> None:
    clock = ""
    if line.clock is not None:
        mark = line.clock.mark
        clock = f"{mark.offset_s:+.1f} ± {mark.uncertainty_s:.1f} s"
    who = f"{line.badge or '-'} ({line.badge_source or '-'})"
    voice.line(f"{_local(line.started_at)}  {line.state.value:<11}  {who}  {clock}")
    for remark in line.remarks:
        voice.line(f"    {voice.words(remark.code, remark.facts, mends=False)}")


def _bind(invocation: Invocation) -> int:
    chosen = invocation.arguments
    command = BindRecorder(
        recorder=chosen.recorder,
        badge=chosen.badge,
        officer_name=chosen.name,
        unit=chosen.unit,
        since="" if chosen.since is None else to_text(chosen.since.astimezone()),
    )
    return _give(invocation, command)


def _unbind(invocation: Invocation) -> int:
    return _give(invocation, UnbindRecorder(invocation.arguments.recorder))


def _give(invocation: Invocation, command: BindRecorder | UnbindRecorder) -> int:
    """Through the station where one runs, or as its stand-in under its lock."""
    paths, voice = invocation.paths, invocation.voice
    record.load(paths)
    try:
        with Connection(paths.socket) as station:
            station.call(command)
    except StationNotRunningError:
        with record.sole_owner(paths):
            _write(paths, command)
    with closing(Catalog.open(paths.ledger)) as catalog:
        binding = catalog.binding(command.recorder)
    if voice.as_json:
        held = None if binding is None else binding_document(binding)
        voice.document({"recorder": command.recorder, "binding": held})
    else:
        voice.line(f"{command.recorder}  {_who(binding)}")
    return 0


def _write(paths: StatePaths, command: BindRecorder | UnbindRecorder) -> None:
    ledger = rebuilding.open_ledger(paths)
    by = f"uid:{os.getuid()}"
    try:
        if isinstance(command, BindRecorder):
            bind_recorder(ledger, command, by)
        else:
            unbind_recorder(ledger, command, by)
    finally:
        ledger.close()


def _who(binding: Binding | None) -> str:
    if binding is None:
        return "未绑定 / nobody"
    return " ".join(filter(None, (binding.badge, binding.officer_name, binding.unit)))


def _local(moment: datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")
