"""``backup``, ``rebuild``: commands that keep the ledger, and bring it back."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.station import drill
from workstation.station.cli.table import positive
from workstation.station.rebuilding import rebuild

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workstation.ledger.audit import Fault
    from workstation.station.cli.output import Voice
    from workstation.station.cli.table import Invocation, Table

INTEGRITY = 4


def add_commands(table: Table) -> None:
    """What keeps."""
    one = table.add("backup", "back the ledger up, or try a backup out", _backup, json=True)
    one.add_argument("what", nargs="?", choices=["drill"], help="restore the newest one on trial")
    one.add_argument("--to", type=Path, metavar="DIR", help="where backups are (else: settings)")
    one.add_argument("--keep", type=positive, metavar="N", help="drop the oldest beyond so many")
    table.add("rebuild", "make a lost ledger anew from the vault", _rebuild, json=True)


def _backup(invocation: Invocation) -> int:
    chosen, settings, voice = invocation.arguments, invocation.settings.backup, invocation.voice
    directory = chosen.to or drill.directory_of(invocation.paths, settings)
    if chosen.what == "drill":
        return _drill(invocation, directory)
    made = drill.back_up(invocation.paths, directory, chosen.keep or settings.keep)
    if voice.as_json:
        voice.document({"backup": str(made), "size": made.stat().st_size})
    else:
        voice.line(f"已备份 / backed up: {made}")
    return 0


def _drill(invocation: Invocation, directory: Path) -> int:
    voice = invocation.voice
    report = drill.drill(invocation.paths, directory)
    if voice.as_json:
        voice.document({**asdict(report), "whole": not report.faults})
    else:
        voice.line(
            f"恢复演练 / restore drill: {report.backup}\n"
            f"{report.lines} 行 lines (+{report.lines_since})，"
            f"从证据库补 completed {report.completed}，{report.clips} 件 clips，"
            f"打开 opened {report.opened}"
        )
        voice.line(
            "可以恢复 / would restore" if not report.faults else "不能恢复 / would NOT restore"
        )
    _tell(report.faults, voice)
    return INTEGRITY if report.faults else 0


def _rebuild(invocation: Invocation) -> int:
    voice = invocation.voice
    report = rebuild(invocation.paths)
    if voice.as_json:
        voice.document({**asdict(report), "whole": report.is_whole})
    else:
        done = report.replayed
        voice.line(
            f"沿用 kept {report.kept_lines}，重建 rebuilt {done.lines} 行 lines，"
            f"{done.clips} 件 clips，{done.collections} 批 collections，"
            f"检查点 checkpoints {report.checkpoints}，未签名 unsigned {report.unsigned_lines}"
        )
        if report.entry:
            voice.line(f"已记入台账 / entered in the ledger: {report.entry}")
        if report.aside:
            voice.line(f"原文件 / the former file: {report.aside}")
        for clip in report.missing:
            voice.line(f"库中没有 / not in the vault: {clip}")
        for name in report.orphans:
            voice.line(f"未登记 / not in the ledger: {name}")
        for what in report.not_rebuilt:
            voice.line(f"未能重建 / not rebuilt: {what}")
        voice.line("完好 / whole" if report.is_whole else "有问题 / NOT whole")
    _tell(report.faults, voice)
    return 0 if report.is_whole else INTEGRITY


def _tell(faults: Sequence[Fault], voice: Voice) -> None:
    for fault in faults:
        voice.note(voice.words(fault.code, fault.facts))
        voice.note(f"    {fault.kind}: {fault.facts}")
