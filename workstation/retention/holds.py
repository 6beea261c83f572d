"""Hold clips and cases: nothing they cover is destroyed until each hold is released by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from workstation.domain.casework import Field
from workstation.domain.errors import UnknownClipError
from workstation.domain.errors_casework import UnknownCaseError, UnknownHoldError
from workstation.ledger import schema
from workstation.ledger.schema_casework import case_file, hold
from workstation.ledger.speaking import Speaker, anything

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workstation.ledger.speaking import Guard
    from workstation.ledger.writer import Ledger


def place(
    ledger: Ledger, *, clips: Iterable[str], cases: Iterable[str], reason: str, by: str
) -> list[str]:
    """Hold clips, and cases with every clip that is or will be linked to them.

    Returns:
        The names of the holds, by which they are released.

    Raises:
        UnknownClipError, UnknownCaseError: nothing was held.
        BadOperationError: there is no reason.
    """
    placed: list[str] = []
    with ledger.transaction() as tx:
        speaker = Speaker(tx, by)
        for clip in dict.fromkeys(clips):
            known = select(schema.clip.c.id).where(schema.clip.c.id == clip)
            if tx.connection.execute(known).first() is None:
                raise UnknownClipError(clip=clip)
            placed.append(speaker.add(Field.HOLD, reason, clip=clip).id)
        for case in dict.fromkeys(cases):
            known = select(case_file.c.id).where(case_file.c.id == case)
            if tx.connection.execute(known).first() is None:
                raise UnknownCaseError(case=case, matches=0)
            placed.append(speaker.add(Field.HOLD, reason, case=case).id)
        speaker.write()
    return placed


def clips_of(ledger: Ledger, names: Iterable[str]) -> list[str]:
    """The clips that these holds name themselves; those of held cases are not among them."""
    query = select(hold.c.clip_id).where(
        hold.c.operation_id.in_(list(names)), hold.c.clip_id.isnot(None)
    )
    with ledger.transaction() as tx:
        return [str(clip) for clip in tx.connection.execute(query).scalars()]


def release(ledger: Ledger, names: Iterable[str], by: str, guard: Guard = anything) -> int:
    """End holds; how many. ``guard`` is asked of each.

    Raises:
        UnknownHoldError: one of them does not hold; none was released.
    """
    with ledger.transaction() as tx:
        speaker = Speaker(tx, by, guard)
        for name in dict.fromkeys(names):
            row = tx.connection.execute(
                select(hold).where(hold.c.operation_id == name)
            ).one_or_none()
            if row is None:
                raise UnknownHoldError(hold=name)
            there = speaker.holding(Field.HOLD, clip=row.clip_id, case=row.case_id)
            speaker.retract(said for said in there if said.id == name)
        return speaker.write()
