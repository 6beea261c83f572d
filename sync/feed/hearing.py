"""Read proposals of stations, checked as everything else in a store is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.centre.keys import keys_of
from sync.centre.ledger_check import signed_body
from sync.centre.report import CentreReport
from sync.feed.keys import proposals_prefix
from sync.feed.proposing import read_proposal
from sync.layout import SIGNATURE_SUFFIX
from workstation.ledger.sshsig import Namespace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sync.feed.proposing import Proposal
    from sync.stores.api import Store


def proposals_of(store: Store, station: str) -> Iterator[Proposal]:
    """A station's proposals, the oldest first.

    Raises:
        IntegrityError: a signature does not hold, or a document is none.
    """
    report = CentreReport()
    keys = keys_of(store, station, report)
    for key in store.list(proposals_prefix(station)):
        if key.endswith(SIGNATURE_SUFFIX):
            continue
        body, trouble = signed_body(store, key, Namespace.EVENTS, keys)
        if trouble is not None:
            raise trouble
        yield read_proposal(body, key)
