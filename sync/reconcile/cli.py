"""``main.py sync reconcile``: compare station and store now."""

from __future__ import annotations

from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

from sync.database import SyncDatabase
from sync.identity import Identity
from sync.reconcile.running import Reconciling
from sync.reconcile.values import WORDS
from sync.source import StationSource
from sync.stores.s3.place import CREDENTIALS_NAME
from sync.stores.urls import open_store
from workstation.domain.errors import IntegrityError, LedgerBusyError, StateLockedError, UsageError
from workstation.platform.clock import SystemClock
from workstation.station.cli import acting

if TYPE_CHECKING:
    from sync.reconcile.values import Reconciliation
    from workstation.platform.paths import StatePaths
    from workstation.station.cli.output import Voice


def reconcile(paths: StatePaths, url: str, voice: Voice, *, deep: bool) -> int:
    """Compare; 0 where nothing differs, else 4.

    Raises:
        UsageError: no store is named.
        StoreUnavailableError: it can not be reached, or is not the one that was delivered to.
    """
    if not url:
        raise UsageError(reason="no_store")
    with ExitStack() as stack:
        source = stack.enter_context(closing(StationSource.of(paths)))
        database = stack.enter_context(closing(SyncDatabase(paths.sync, SystemClock())))
        store = stack.enter_context(closing(open_store(url, paths.keys / CREDENTIALS_NAME)))
        database.pin(store.url, store.describe())
        reconciling = Reconciling(Identity.of(paths), source, database)
        found = reconciling.run(store, deep=deep)
        try:
            reconciling.tell(lambda message: acting.give(paths, message))
        except (StateLockedError, LedgerBusyError) as error:
            voice.note(voice.words(error.code, error.facts))
    if voice.as_json:
        voice.document({"is_equal": not found.differences, "reconciliation": found})
    else:
        for line in outcome_lines(found):
            voice.line(line)
    return IntegrityError.exit_code if found.differences else 0


def outcome_lines(found: Reconciliation) -> list[str]:
    """The outcome, and every difference by name."""
    count = len(found.differences)
    said = "一致 / equal" if not count else f"有 {count} 处不符 / {count} differences"
    return [
        f"    对账 / reconciled {found.at}: {said} "
        f"({found.clips} clips, {found.size_bytes:,} B, {found.lines} lines, "
        f"{found.operations} operations, {found.read_objects} read)",
        *(
            f"      {WORDS[one.kind]}: {one.key} {one.clip or ''} {one.detail}".rstrip()
            for one in found.differences
        ),
    ]
