"""``clips``, ``show``, ``cat``, ``doctor``: commands that look."""

from __future__ import annotations

import sys
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from workstation.catalog.reader import Catalog
from workstation.domain.errors import StationError, StationNotRunningError
from workstation.ipc.client import Connection
from workstation.ipc.messages import RecordView
from workstation.ledger.custody import Act
from workstation.platform import doctor
from workstation.platform.clock import SystemClock
from workstation.station import rebuilding, record
from workstation.station.cli.documents import clip_document, custody_document
from workstation.station.feed import standing
from workstation.vault.store import Vault

if TYPE_CHECKING:
    from collections.abc import Iterator

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
                f"{clip.size_bytes:>13,}  {'↑' if clip.transferred_at else ' '}"
                f"{'✗' if clip.damage else ' '} {clip.source_path}"
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
    record.load(paths)
    with closing(Catalog.open(paths.ledger)) as catalog:
        found = catalog.clip(catalog.resolve(clip))
        vault = Vault(paths.vault, record.load_keyring(paths))
        with vault.open(catalog.object_ref(found.id)) as reader:
            _record_view(paths, found)
            buffer = memoryview(bytearray(CAT_BYTES))
            while count := reader.readinto(buffer):
                sys.stdout.buffer.write(buffer[:count])
        sys.stdout.buffer.flush()
    return 0


def _record_view(paths: StatePaths, clip: Clip) -> None:
    """Before the first byte leaves: through the station, or as its stand-in under its lock."""
    command = RecordView(clip.id, "cat")
    try:
        with Connection(paths.socket) as station:
            station.call(command)
            return
    except StationNotRunningError:
        pass
    with record.sole_owner(paths):
        ledger = rebuilding.open_ledger(paths)
        with ledger.transaction() as tx:
            tx.append(Act.VIEWED, clip=clip.id, facts={"purpose": command.purpose})
        ledger.close()


def examine(paths: StatePaths, settings: Settings, voice: Voice) -> int:
    """Look at the machine and say how to mend what is missing; 3 where something must be."""
    findings = doctor.examine(paths, settings)
    if paths.ledger.is_file():
        with suppress(StationError), closing(Catalog.open(paths.ledger)) as catalog:
            told = standing.examine(catalog, SystemClock().now())
            findings += [told] if told is not None else []
    if voice.as_json:
        voice.document({"findings": findings, "worst": doctor.worst(findings)})
    else:
        marks = {"ok": "✓", "warn": "!", "fail": "✗"}
        for finding in findings:
            words = voice.words(finding.code, finding.facts, mends=finding.status.value != "ok")
            voice.line(f"{marks[finding.status.value]} {words}")
    return 3 if doctor.worst(findings).value == "fail" else 0
