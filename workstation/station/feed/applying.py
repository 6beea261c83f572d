"""Make one kind of the directory true here, within one transaction of the ledger.

Only what the centre changed since the revision before is applied: what somebody changed here
meanwhile stays until the centre decides otherwise, and goes up as a proposal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from workstation.casework.directory import badge_number
from workstation.casework.roster import Roster, RosterPlan
from workstation.domain.errors_directory import DirectoryDamagedError
from workstation.ipc.messages_people import RosterOfficer, RosterUnit
from workstation.ledger import operations, recorder_facts
from workstation.ledger.directory_rows import CENTRE, put_categories
from workstation.ledger.recorder_facts import NewBinding
from workstation.ledger.schema_recorders import recorder_binding
from workstation.retention import policy
from workstation.station.feed.documents import (
    CASES,
    CATEGORIES,
    HOLDS,
    PEOPLE,
    POLICY,
    RECORDERS,
    CategoryRow,
    OfficerRow,
    PolicyRow,
    RecorderRow,
    SaidRow,
    UnitRow,
    name_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from workstation.catalog.people import PeopleQueries
    from workstation.domain.people import Officer
    from workstation.ledger.transaction import Transaction
    from workstation.station.feed.documents import (
        Row,
        Snapshot,
    )

SOURCE = "central"  # who keeps the officers' rows


@dataclass(frozen=True, slots=True)
class Applied:
    """How much changed, whose sessions end for it, and whose recorders."""

    changes: int = 0
    unsettled: tuple[Officer, ...] = ()
    recorders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A snapshot against the one that was applied before it, if its bytes are known."""

    new: Snapshot
    old: Snapshot | None

    @property
    def put(self) -> list[Row]:
        """Rows that are new or other than before."""
        before = {} if self.old is None else self.old.by_name
        return [row for row in self.new.rows if before.get(name_of(row)) != row]

    @property
    def gone(self) -> list[Row]:
        """Rows that are there no longer."""
        before = {} if self.old is None else self.old.by_name
        after = self.new.by_name
        return [row for name, row in before.items() if name not in after]


def apply(tx: Transaction, change: Change, people: PeopleQueries) -> Applied:
    """Make it true.

    Raises:
        StationError: something in it can not be; nothing of it holds then.
    """
    kind = change.new.kind
    table: dict[str, Callable[[], Applied]] = {
        PEOPLE: lambda: _people(tx, change, people),
        RECORDERS: lambda: _recorders(tx, change, people),
        CATEGORIES: lambda: _categories(tx, change),
        POLICY: lambda: _policy(tx, change),
        HOLDS: lambda: _said(tx, change),
    }
    return _said(tx, change) if kind.startswith(CASES) else table[kind]()


def _people(tx: Transaction, change: Change, people: PeopleQueries) -> Applied:
    rows = change.put
    roster = Roster(
        tuple(RosterUnit(r.code, r.name, r.parent) for r in rows if isinstance(r, UnitRow)),
        tuple(
            RosterOfficer(r.badge, r.name, r.unit, r.role, r.active)
            for r in rows
            if isinstance(r, OfficerRow)
        ),
        is_complete=change.old is None,
        source=SOURCE,
        gone=frozenset(row.badge for row in change.gone if isinstance(row, OfficerRow)),
    )
    plan = RosterPlan(roster, people)
    return Applied(plan.write(tx, CENTRE), tuple(plan.unsettled))


def _recorders(tx: Transaction, change: Change, people: PeopleQueries) -> Applied:
    table = recorder_binding
    query = select(table.c.recorder, table.c.badge).where(table.c.until.is_(None))
    held = {row.recorder: row.badge for row in tx.connection.execute(query)}
    officers = {line.officer.badge: line.officer for line in people.officers()}
    units = {unit.id: unit.code for unit in people.units()}
    changed: list[str] = []
    for row in (row for row in change.put if isinstance(row, RecorderRow)):
        had = held.get(row.serial, "")
        if had == row.badge:
            continue
        changed.append(row.serial)
        if not row.badge:
            recorder_facts.unbind(tx, row.serial, CENTRE)
            continue
        badge = badge_number(row.badge)
        officer = officers.get(badge)
        name, unit = (officer.name, units[officer.unit]) if officer else (None, None)
        recorder_facts.bind(tx, NewBinding(row.serial, badge, name, unit, CENTRE))
    for row in (row for row in change.gone if isinstance(row, RecorderRow)):
        if row.badge and held.get(row.serial) == row.badge:
            changed.append(row.serial)
            recorder_facts.unbind(tx, row.serial, CENTRE)
    return Applied(len(changed), recorders=tuple(changed))


def _categories(tx: Transaction, change: Change) -> Applied:
    rows = [row for row in change.new.rows if isinstance(row, CategoryRow)]
    put_categories(tx, [row.name for row in sorted(rows, key=lambda row: (row.place, row.name))])
    return Applied(len(change.put) + len(change.gone))


def _policy(tx: Transaction, change: Change) -> Applied:
    for row in change.put:
        if isinstance(row, PolicyRow):
            policy.adopt_in(tx, row.text.encode(), row.by, row.second)
    return Applied(len(change.put))


def _said(tx: Transaction, change: Change) -> Applied:
    rows = [row for row in change.put if isinstance(row, SaidRow)]
    for row in rows:
        if operations.decode(row.line.encode()).id != row.name:
            raise DirectoryDamagedError(kind=change.new.kind, reason="another_name")
    said = operations.record(tx, [row.line.encode() for row in rows], ours=False)
    return Applied(len(said))
