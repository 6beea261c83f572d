"""Check a whole store as a stranger would: every station, every number, every byte."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from sync.centre.event_check import check_events
from sync.centre.keys import keys_of, require_trusted
from sync.centre.ledger_check import LedgerCheck
from sync.centre.manifest_check import ManifestCheck
from sync.centre.report import CentreReport, StationReport
from sync.layout import STORE_KEY, stations_under_keys
from sync.reading import names_under
from workstation.domain.errors import StoreUnavailableError
from workstation.domain.errors_centre import CentreSignatureError, CentreWitnessError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sync.centre.ledger_check import LedgerFacts
    from sync.stores.api import Store

STRANGERS_SHOWN = 100
_NOT_OURS = frozenset({"bad_signature", "not_ours"})


def check(
    store: Store,
    trusted: frozenset[bytes],
    on_station: Callable[[str], None],
    *,
    reads: bool = True,
) -> CentreReport:
    """Check everything that a store holds.

    Args:
        store: Which.
        trusted: Public keys got another way than from the store; none: its own word is taken.
        on_station: Told the name of each station that is begun.
        reads: Whether objects are read whole, or only looked for by size.

    Raises:
        StoreUnavailableError: it can not be reached; nothing was found out.
    """
    report = CentreReport(keys_given=bool(trusted))
    with closing(store):
        try:
            report.store_id = store.describe().store_id
        except StoreUnavailableError as error:
            if error.facts.get("reason") not in _NOT_OURS:
                raise
            report.blame("", CentreSignatureError(key=STORE_KEY))
            return report
        manifests = ManifestCheck(store, (), report, reads=reads)
        ledgers: dict[str, LedgerFacts] = {}
        for station in stations_of(store):
            on_station(station)
            about = StationReport(station)
            report.stations.append(about)
            keys = keys_of(store, station, report)
            manifests.use(keys)
            ledgers[station] = LedgerCheck(store, report.store_id, keys, report).run(about)
            require_trusted(station, keys, trusted, ledgers[station].rotations, report)
            manifests.run(about, ledgers[station])
            check_events(store, keys, about, report)
        _hear_witnesses(report, ledgers)
        for key in store.list("clips/"):
            if key not in manifests.named and len(report.strangers) < STRANGERS_SHOWN:
                report.strangers.append(key)
    return report


def stations_of(store: Store) -> list[str]:
    """Everybody the store holds something of, by whatever is left of them."""
    found = set(stations_under_keys(store.list("keys/")))
    for kind in ("ledger/", "manifests/", "clips/", "events/"):
        found |= set(names_under(store, kind))
    return sorted(found - {""})


def _hear_witnesses(report: CentreReport, ledgers: Mapping[str, LedgerFacts]) -> None:
    """Hold every ledger against what the others saw of it."""
    abouts = {about.station: about for about in report.stations}
    said = [one for ledger in ledgers.values() for one in ledger.sightings]
    for one in said:
        seen = ledgers.get(one.of)
        if seen is not None and seen.hash_of(one.seq) == one.head:
            if one.by not in abouts[one.of].witnessed_by:
                abouts[one.of].witnessed_by.append(one.by)
            continue
        lines = abouts[one.of].lines if one.of in abouts else 0
        reason = "cut_off" if one.seq > lines else "other_lines"
        error = CentreWitnessError(station=one.of, line=one.seq, by=one.by, reason=reason)
        report.blame(one.of, error)
