"""``clips``, ``show``, ``cat``, ``verify``, ``doctor``, ``init``: commands that look."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING

from workstation.catalog.reader import Catalog
from workstation.domain.errors import StationNotRunningError
from workstation.ipc.client import Connection
from workstation.ipc.messages import RecordView
from workstation.ledger.custody import Act
from workstation.ledger.writer import Ledger
from workstation.platform import doctor
from workstation.station import record
from workstation.station.cli.documents import clip_document, custody_document, verify_document
from workstation.station.verification import verify
from workstation.vault.store import Vault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress, TaskID

    from workstation.catalog.values import ClipFilter
    from workstation.domain.clip import Clip
    from workstation.platform.paths import StatePaths
    from workstation.platform.settings import Settings
    from workstation.station.cli.output import Voice

PAGE = 500
CAT_BYTES = 1 << 20


def _all(catalog: Catalog, which: ClipFilter, limit: int | None) -> Iterator[Clip]:
    after, left = 0, limit
    if left is not None and left <= 0:
        return
    while page := catalog.clips(which, after_seq=after, limit=min(PAGE, left or PAGE)):
        yield from page
        after = page[-1].seq
        if left is not None and (left := left - len(page)) <= 0:
            return


def clips(paths: StatePaths, which: ClipFilter, limit: int | None, voice: Voice) -> int:
    """List clips in order of admission."""
    record.load(paths)
    with closing(Catalog.open(paths.ledger)) as catalog:
        found = _all(catalog, which, limit)
        if voice.as_json:
            voice.document({"clips": [clip_document(clip) for clip in found]})
            return 0
        for clip in found:
            recorded = clip.recorded_at.isoformat(sep=" ") if clip.recorded_at else "-" * 19
            voice.line(
                f"{clip.id}  {recorded:<19}  {clip.badge or '-':<10} {clip.kind.value:<6}"
                f"{clip.size_bytes:>13,}  {'↑' if clip.transferred_at else ' '} {clip.source_path}"
            )
    return 0


def show(paths: StatePaths, clip: str, voice: Voice) -> int:
    """Everything about one clip: its record and its custody entries."""
    record.load(paths)
    with closing(Catalog.open(paths.ledger)) as catalog:
        found = catalog.clip(catalog.resolve(clip))
        lines = [custody_document(line) for line in catalog.custody_of(found.id)]
        if voice.as_json:
            voice.document({**clip_document(found), "custody": lines})
            return 0
        for name, value in clip_document(found).items():
            voice.line(f"{name:<20} {'' if value is None else value}")
        for stored in catalog.custody_of(found.id):
            voice.line(stored.decode("utf-8"))
    return 0


def cat(paths: StatePaths, clip: str) -> int:
    """Write a clip's original bytes to standard output; this becomes a custody entry.

    Raises:
        StateLockedError: another command holds the ledger and no station serves.
    """
    me = record.load(paths)
    with closing(Catalog.open(paths.ledger)) as catalog:
        found = catalog.clip(catalog.resolve(clip))
        vault = Vault(paths.vault, record.load_keyring(paths))
        with vault.open(catalog.object_ref(found.id)) as reader:
            _record_view(paths, me.id, found)
            buffer = memoryview(bytearray(CAT_BYTES))
            while count := reader.readinto(buffer):
                sys.stdout.buffer.write(buffer[:count])
        sys.stdout.buffer.flush()
    return 0


def _record_view(paths: StatePaths, station_id: str, clip: Clip) -> None:
    """Before the first byte leaves: through the station, or as its stand-in under its lock."""
    command = RecordView(clip.id, "cat")
    try:
        with Connection(paths.socket) as station:
            station.call(command)
            return
    except StationNotRunningError:
        pass
    with record.sole_owner(paths):
        ledger = Ledger(paths.ledger, station_id, record.load_key(paths))
        with ledger.transaction() as tx:
            tx.append(Act.VIEWED, clip=clip.id, facts={"purpose": command.purpose})
        ledger.close()


class _VerifyBar:
    """Verification's progress on a bar."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task: TaskID = bar.add_task("台账 ledger", total=None)

    def lines(self, count: int) -> None:
        self._bar.advance(self._task, count)

    def objects(self, total: int, total_bytes: int) -> None:
        self._bar.update(self._task, visible=False)
        self._task = self._bar.add_task(f"录像 {total} clips", total=total_bytes)

    def checked_bytes(self, count: int) -> None:
        self._bar.advance(self._task, count)

    def checked_object(self) -> None:
        pass


def check(paths: StatePaths, voice: Voice) -> int:
    """Check chain, signatures and every object; exit code 4 where anything does not hold."""
    with voice.bar() as bar:
        report = verify(paths, _VerifyBar(bar))
    if voice.as_json:
        voice.document(verify_document(report))
    else:
        voice.line(
            f"台账 {report.ledger.lines} 行，检查点 {report.ledger.checkpoints} 个，"
            f"录像 {report.objects} 个（{report.object_bytes:,} 字节）"
        )
        voice.line(
            f"ledger lines {report.ledger.lines}, checkpoints {report.ledger.checkpoints}, "
            f"clips {report.objects} ({report.object_bytes:,} bytes)"
        )
        if report.ledger.unsigned_lines:
            count = report.ledger.unsigned_lines
            voice.line(f"最后 {count} 行尚未签名 / the last {count} lines are not signed yet")
        for name in report.strangers:
            voice.line(f"未登记 / not in the ledger: {name}")
        voice.line("完好 / whole" if report.is_whole else "有问题 / NOT whole")
    for fault in report.faults:
        voice.note(voice.words(fault.code, fault.facts))
        voice.note(f"    {fault.kind}: {fault.facts}")
    return 0 if report.is_whole else 4


def examine(paths: StatePaths, settings: Settings, voice: Voice) -> int:
    """Look at the machine and say how to mend what is missing; 3 where something must be."""
    findings = doctor.examine(paths, settings)
    if voice.as_json:
        voice.document({"findings": findings, "worst": doctor.worst(findings)})
    else:
        marks = {"ok": "✓", "warn": "!", "fail": "✗"}
        for finding in findings:
            words = voice.words(finding.code, finding.facts, mends=finding.status.value != "ok")
            voice.line(f"{marks[finding.status.value]} {words}")
    return 3 if doctor.worst(findings).value == "fail" else 0


def init(paths: StatePaths, settings: Settings, voice: Voice, *, is_interactive: bool) -> int:
    """The first-start ceremony."""
    if is_interactive and sys.stdin.isatty():
        voice.line(f"将在 {paths.root} 建立采证站：新密钥、新台账。")
        voice.line(f"A station will be created in {paths.root}: new keys, a new ledger.")
        voice.line("继续？/ Go on? [y/N]")
        if sys.stdin.readline().strip().lower() not in {"y", "yes", "是"}:
            return 2
    made = record.initialise(paths, settings)
    if voice.as_json:
        voice.document(made)
    else:
        voice.line(f"采证站 / station {made.id}")
        voice.line(f"公钥 / public key {made.verifier}")
        voice.line(
            f"请现在备份 {paths.keys}：没有它，库中录像谁也打不开。\n"
            f"Back up {paths.keys} now: without it nobody can open the vault."
        )
    return 0
