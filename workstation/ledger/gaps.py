"""Write down why nothing was recorded: a custody entry, and a row to ask for it by officer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import insert

from workstation.domain.coverage import SAID_BY_PEOPLE
from workstation.domain.errors_casework import BadGapError
from workstation.ledger.custody import Act
from workstation.ledger.schema_shift import gap_reason
from workstation.platform.clock import from_text, to_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from workstation.domain.coverage import GapReason
    from workstation.ledger.custody import Fact
    from workstation.ledger.transaction import Transaction

LONGEST: Final = timedelta(hours=24)
NOTE_CHARACTERS: Final = 200


@dataclass(frozen=True, slots=True)
class GapSaying:
    """Why an officer recorded nothing from ``begins`` to ``ends`` (aware)."""

    badge: str
    begins: datetime
    ends: datetime
    reason: GapReason
    note: str = ""


def explain(tx: Transaction, said: GapSaying, by: str, facts: Mapping[str, Fact]) -> int:
    """Enter it; the number of its custody entry. What was said before stays, and is overruled.

    ``facts`` are added to the entry: the session it was said in.

    Raises:
        BadGapError: no such span, or one that is yet to come, or a reason nobody can give.
    """
    note = " ".join(said.note.split())
    problem = ""
    if said.reason not in SAID_BY_PEOPLE:
        problem = "reason"
    elif not said.badge.strip():
        problem = "badge"
    elif not timedelta() < said.ends - said.begins <= LONGEST:
        problem = "span"
    elif said.ends > from_text(tx.at):
        problem = "future"
    elif len(note) > NOTE_CHARACTERS or not note.isprintable():
        problem = "note"
    if problem:
        raise BadGapError(
            reason=problem, begins=to_text(said.begins), ends=to_text(said.ends), badge=said.badge
        )
    told: dict[str, Fact] = {
        "badge": said.badge,
        "begins": to_text(said.begins),
        "ends": to_text(said.ends),
        "reason": said.reason.value,
        "note": note,
    }
    seq = tx.append(Act.GAP_EXPLAINED, by=by, facts={**told, **facts})
    tx.flush()  # the row below refers to the line
    tx.connection.execute(insert(gap_reason).values(**told, seq=seq, by=by, at=tx.at))
    return seq
