"""Check a station's segments of operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.centre.ledger_check import signed_body
from sync.layout import event_segment_of, events_prefix
from workstation.domain.errors_casework import BadOperationError
from workstation.domain.errors_centre import CentreFormError, CentreMissingError
from workstation.ledger import operations
from workstation.ledger.sshsig import Namespace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.centre.report import CentreReport, StationReport
    from sync.stores.api import Store
    from workstation.ledger.signing import VerifyKey


def check_events(
    store: Store, keys: Sequence[VerifyKey], about: StationReport, report: CentreReport
) -> None:
    """Signatures, numbers without a gap, and lines that can be understood."""
    for key in store.list(events_prefix(about.station)):
        first = event_segment_of(key)
        if first is None:
            continue
        body, trouble = signed_body(store, key, Namespace.EVENTS, keys)
        if trouble is not None:
            report.blame(about.station, trouble)
        if first != about.operations + 1:
            error = CentreMissingError(key=key, number=about.operations + 1, reason="operations")
            report.blame(about.station, error)
        lines = body.splitlines()
        about.operations = first - 1 + len(lines)
        try:
            for line in lines:
                operations.decode(line)
        except BadOperationError as error:
            report.blame(about.station, CentreFormError(key=key, reason=str(error)))
