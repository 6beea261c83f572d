"""Take in what other stations said, in whatever order and however often it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.ledger import operations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workstation.ledger.writer import Ledger

AT_ONCE = 200  # operations in one transaction: short, so that lanes do not wait


def merge(ledger: Ledger, lines: Sequence[bytes]) -> int:
    """Write down operations of other stations; how many were new.

    Whoever calls has checked the signature of the document that brought them.

    Raises:
        BadOperationError: one can not be understood. Those of earlier portions are kept; asking
            again takes in the same and no more.
        OperationClashError: one carries the name of another that says something else.
    """
    fresh = 0
    for first in range(0, len(lines), AT_ONCE):
        with ledger.transaction() as tx:
            fresh += len(operations.record(tx, lines[first : first + AT_ONCE], ours=False))
    return fresh
