"""Queries about people: the directory, what was refused, and whose clips are whose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, false, func, or_, select, true

from workstation.catalog.reading import Reading
from workstation.domain.clip import BadgeNumber
from workstation.domain.people import Officer, OfficerId, Role, Scope, Unit, UnitCode, UnitId
from workstation.ledger import schema
from workstation.ledger import schema_people as tables
from workstation.ledger.people import PEOPLE_ACTS, Lockout, SealedPin
from workstation.platform.clock import from_text, to_text

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row, Select

_unit, _officer, _posting = tables.unit, tables.officer, tables.posting
_pin, _card, _lockout, _denial = tables.pin, tables.card, tables.lockout, tables.denial
_clip = schema.clip


@dataclass(frozen=True, slots=True)
class Denial:
    """How often something was refused to somebody."""

    who: str
    what: str
    code: str
    count: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class OfficerLine:
    """An officer as the list of people shows him."""

    officer: Officer
    source: str
    has_pin: bool
    must_change_pin: bool
    cards: int
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class Reach:
    """Which clips somebody may do something with; None everywhere is none at all."""

    scope: Scope | None
    badge: BadgeNumber | None = None
    units: frozenset[UnitId] = frozenset()


class PeopleQueries(Reading):
    """People."""

    def units(self) -> list[Unit]:
        """Every unit, by code."""
        with self._reading() as connection:
            return [_unit_of(row) for row in connection.execute(select(_unit).order_by("code"))]

    def officer(self, badge: str) -> Officer | None:
        """The officer with this badge number."""
        return self._one_officer(select(_officer).where(_officer.c.badge == badge))

    def officer_of_card(self, digest: str) -> Officer | None:
        """The officer whose card this is."""
        joined = select(_officer).join(_card, _card.c.officer_id == _officer.c.id)
        return self._one_officer(joined.where(_card.c.digest == digest))

    def _one_officer(self, query: Select[Any]) -> Officer | None:
        with self._reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _officer_of(row)

    def officers(self) -> list[OfficerLine]:
        """Everybody, by badge number."""
        cards = (
            select(func.count()).where(_card.c.officer_id == _officer.c.id).scalar_subquery()
        ).label("cards")
        query = (
            select(_officer, _pin.c.set_at, _pin.c.must_change, _lockout.c.until, cards)
            .outerjoin(_pin, _pin.c.officer_id == _officer.c.id)
            .outerjoin(_lockout, _lockout.c.who == _officer.c.id)
            .order_by(_officer.c.badge)
        )
        with self._reading() as connection:
            return [_line_of(row) for row in connection.execute(query)]

    def administrators(self) -> list[OfficerId]:
        """Who may change the directory: active administrators."""
        query = select(_officer.c.id).where(
            _officer.c.role == Role.ADMINISTRATOR.value, _officer.c.is_active == 1
        )
        with self._reading() as connection:
            return [OfficerId(row.id) for row in connection.execute(query)]

    def pin_of(self, officer: OfficerId) -> SealedPin | None:
        """What is kept of an officer's PIN."""
        with self._reading() as connection:
            row = connection.execute(select(_pin).where(_pin.c.officer_id == officer)).one_or_none()
        return None if row is None else SealedPin(row.phc, row.key_check, bool(row.must_change))

    def people_key_checks(self) -> set[str]:
        """Which key files the secrets that are kept were made with."""
        both = select(_pin.c.key_check).union(select(_card.c.key_check))
        with self._reading() as connection:
            return {str(row[0]) for row in connection.execute(both)}

    def lockout(self, who: str) -> Lockout:
        """How often ``who`` has failed to sign in."""
        with self._reading() as connection:
            row = connection.execute(select(_lockout).where(_lockout.c.who == who)).one_or_none()
        if row is None:
            return Lockout()
        return Lockout(row.failures, row.locks, from_text(row.until) if row.until else None)

    def denials(self) -> list[Denial]:
        """What was refused, the latest first."""
        with self._reading() as connection:
            times = _denial.c.count.label("times")  # a row has a method called count
            rows = connection.execute(select(_denial, times).order_by(_denial.c.last_at.desc()))
            return [
                Denial(r.who, r.what, r.code, r.times, from_text(r.first_at), from_text(r.last_at))
                for r in rows
            ]

    def custody_of_officer(self, badge: str) -> list[bytes]:
        """Every custody line about people that names this badge number."""
        entry = schema.custody_entry
        acts = [act.value for act in PEOPLE_ACTS]
        query = select(entry.c.line).where(entry.c.act.in_(acts)).order_by(entry.c.seq)
        with self._reading() as connection:
            lines = [bytes(row.line) for row in connection.execute(query)]
        wanted = f'"{badge}"'.encode()
        return [line for line in lines if wanted in line]

    # -- whose clips are whose -------------------------------------------------------------

    def reach(self, officer: Officer, scope: Scope | None) -> Reach:
        """Which clips ``scope`` means for this officer, by the units as they are now."""
        units = frozenset({officer.unit}) | self._below(officer.unit)
        return Reach(scope, officer.badge, units if scope is Scope.UNIT else frozenset())

    def _below(self, unit: UnitId) -> frozenset[UnitId]:
        children: dict[UnitId | None, list[UnitId]] = {}
        for found in self.units():
            children.setdefault(found.parent, []).append(found.id)
        below: set[UnitId] = set()
        todo = list(children.get(unit, ()))
        while todo:
            below.add(one := todo.pop())
            todo.extend(child for child in children.get(one, ()) if child not in below)
        return frozenset(below)

    def posted(self, badge: str, at: datetime) -> UnitId | None:
        """The unit where whoever has this badge number was posted then; None: nobody has it."""
        query = (
            select(_posting.c.unit_id)
            .join(_officer, _officer.c.id == _posting.c.officer_id)
            .where(_officer.c.badge == badge, _posting.c.since <= to_text(at))
            .order_by(_posting.c.since.desc())
            .limit(1)
        )
        with self._reading() as connection:
            found = connection.execute(query).scalar_one_or_none()
        return None if found is None else UnitId(found)

    def is_within(self, reach: Reach, clip_id: str) -> bool:
        """Whether a clip is one of those; a clip that is not there is in nobody's reach."""
        query = select(_clip.c.id).where(_clip.c.id == clip_id, reach_clause(reach))
        with self._reading() as connection:
            return connection.execute(query).first() is not None


def reach_clause(reach: Reach) -> ColumnElement[bool]:
    """What a query over ``clip`` adds to see only what ``reach`` allows.

    A clip is its officer's, by badge number, and the unit's where he was posted when it was
    taken in. A clip whose badge number nobody here has is every unit's: somebody must sort it.
    """
    if reach.scope is None:
        return false()
    if reach.scope is Scope.STATION:
        return true()
    own = _clip.c.badge == reach.badge
    if reach.scope is Scope.OWN:
        return own
    later = tables.posting.alias("later")
    posted = (
        select(_posting.c.unit_id)
        .join(_officer, _officer.c.id == _posting.c.officer_id)
        .where(
            _officer.c.badge == _clip.c.badge,
            _posting.c.since <= _clip.c.vaulted_at,
            ~exists(
                select(later.c.since)
                .where(
                    later.c.officer_id == _posting.c.officer_id,
                    later.c.since > _posting.c.since,
                    later.c.since <= _clip.c.vaulted_at,
                )
                .correlate(_posting, _clip)
            ),
        )
        .correlate(_clip)
        .scalar_subquery()
    )
    known = exists(select(_officer.c.id).where(_officer.c.badge == _clip.c.badge).correlate(_clip))
    return or_(own, posted.in_(reach.units), ~known)


def _unit_of(row: Row[Any]) -> Unit:
    parent = UnitId(row.parent_id) if row.parent_id else None
    return Unit(UnitId(row.id), UnitCode(row.code), row.name, parent)


def _officer_of(row: Row[Any]) -> Officer:
    return Officer(
        id=OfficerId(row.id),
        badge=BadgeNumber(row.badge),
        name=row.name,
        unit=UnitId(row.unit_id),
        role=Role(row.role),
        is_active=bool(row.is_active),
    )


def _line_of(row: Row[Any]) -> OfficerLine:
    return OfficerLine(
        officer=_officer_of(row),
        source=row.source,
        has_pin=row.set_at is not None,
        must_change_pin=bool(row.must_change),
        cards=row.cards,
        locked_until=from_text(row.until) if row.until else None,
    )
