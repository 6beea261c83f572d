"""What the evidence browser's filters offer: everybody and everything there is to choose from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from workstation.catalog.people import PeopleQueries
from workstation.domain.casework import Field
from workstation.domain.people import Scope
from workstation.ledger import operations, schema
from workstation.ledger import schema_people as people
from workstation.ledger.schema_casework import case_file, clip_tag

if TYPE_CHECKING:
    from sqlalchemy import Column
    from sqlalchemy.engine import Connection

    from workstation.catalog.people import Reach

_CASES = 500  # the latest changed
_TAGS = 300  # the commonest

_collection = schema.collection


@dataclass(frozen=True, slots=True)
class CaseChoice:
    """A case in a list to choose from; ``number`` is empty while it is provisional."""

    id: str
    number: str
    title: str
    place: str
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be filtered by, within a reach. ``officers`` are badge numbers with names."""

    officers: tuple[tuple[str, str], ...] = ()
    units: tuple[str, ...] = ()
    recorders: tuple[str, ...] = ()
    cases: tuple[CaseChoice, ...] = ()
    tags: tuple[str, ...] = ()

    def cases_at(self, place: str) -> list[str]:
        """The ids of the cases at a place."""
        return [case.id for case in self.cases if case.place == place]


class ChoiceQueries(PeopleQueries):
    """What can be chosen."""

    def choices(self, reach: Reach) -> Choices:
        """Everything to choose from for somebody of this reach."""
        if reach.scope is None:
            return Choices()
        with self._reading() as connection:
            return Choices(
                officers=_officers(connection, reach),
                units=_labels(connection, _collection.c.unit, reach),
                recorders=_labels(connection, _collection.c.recorder_serial, reach),
                cases=_cases(connection),
                tags=_tags(connection),
            )


def _officers(connection: Connection, reach: Reach) -> tuple[tuple[str, str], ...]:
    officer = people.officer
    query = select(officer.c.badge, officer.c.name).order_by(officer.c.badge)
    if reach.scope is Scope.OWN:
        query = query.where(officer.c.badge == reach.badge)
    elif reach.scope is Scope.UNIT:
        inside = select(people.posting.c.officer_id).where(
            people.posting.c.unit_id.in_(reach.units)
        )
        query = query.where(officer.c.id.in_(inside))
    return tuple((row.badge, row.name) for row in connection.execute(query))


def _labels(connection: Connection, label: Column[str], reach: Reach) -> tuple[str, ...]:
    query = select(label).where(label.is_not(None), label != "").distinct().order_by(label)
    if reach.scope is Scope.OWN:
        query = query.where(_collection.c.badge == reach.badge)
    return tuple(connection.execute(query).scalars())


def _cases(connection: Connection) -> tuple[CaseChoice, ...]:
    query = select(case_file).order_by(case_file.c.changed_at.desc()).limit(_CASES)
    files = [operations.case_decoder.decode(row.state) for row in connection.execute(query)]
    return tuple(
        CaseChoice(
            file.id, file.number, file.text(Field.TITLE), file.text(Field.PLACE), file.is_closed
        )
        for file in files
    )


def _tags(connection: Connection) -> tuple[str, ...]:
    count = func.count()
    query = select(clip_tag.c.tag).group_by(clip_tag.c.tag).order_by(count.desc(), clip_tag.c.tag)
    return tuple(connection.execute(query.limit(_TAGS)).scalars())
