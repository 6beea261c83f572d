"""What operations add up to, in whatever order they came.

The observed-remove rule: an operation holds as long as nobody who had seen it replaced it. Two
single values that hold at once are contested, and so are two links of which neither's author knew
the other: both are shown until a person decides.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - the stored form is decoded by these annotations
from typing import TYPE_CHECKING

from workstation.domain.casework import SINGLE_ON_CASES, CaseState, Field, Verb

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workstation.domain.casework import Operation


@dataclass(frozen=True, slots=True)
class Saying:
    """A value that holds, with who said it, when (UTC) and in which operation."""

    operation: str
    value: str
    by: str
    at: datetime
    origin: str
    in_ms: int | None = None
    out_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A clip's link to a case. Contested: said without knowing of another link that holds."""

    case: str
    operations: tuple[str, ...]
    is_contested: bool = False


@dataclass(frozen=True, slots=True)
class ClipCasework:
    """All that people said about a clip and that holds. Contested fields have two values."""

    clip: str
    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    importances: tuple[int, ...] = ()
    links: tuple[Link, ...] = ()
    notes: tuple[Saying, ...] = ()
    markers: tuple[Saying, ...] = ()
    holds: tuple[Saying, ...] = ()
    released_at: datetime | None = None  # when something was last taken back
    contested: tuple[str, ...] = ()

    @property
    def is_tagged(self) -> bool:
        """Whether a person said what it is."""
        return bool(self.tags or self.categories or self.links)

    @property
    def cases(self) -> tuple[str, ...]:
        """The cases it is linked to."""
        return tuple(link.case for link in self.links)


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case as it stands. ``fields`` holds all values that hold; two of one are contested."""

    id: str
    fields: dict[str, tuple[str, ...]] = field(default_factory=dict)
    parties: tuple[str, ...] = ()
    notes: tuple[Saying, ...] = ()
    holds: tuple[Saying, ...] = ()
    opened_at: datetime | None = None
    opened_by: str = ""
    changed_at: datetime | None = None
    closed_at: datetime | None = None
    released_at: datetime | None = None
    contested: tuple[str, ...] = ()

    def text(self, name: Field) -> str:
        """A field as one text; contested values side by side, unknown ones empty."""
        return " / ".join(self.fields.get(name.value, ()))

    @property
    def number(self) -> str:
        """The case's number; empty while it is provisional."""
        return self.text(Field.NUMBER)

    @property
    def is_closed(self) -> bool:
        """Closed for everybody: one station that still says open keeps it open."""
        return self.fields.get(Field.STATE.value) == (CaseState.CLOSED.value,)


def current(operations: Iterable[Operation]) -> list[Operation]:
    """Those that hold, in a fixed order. One heard twice counts once."""
    known = {said.id: said for said in operations}
    gone = {
        name
        for said in known.values()
        for name in said.over
        if (other := known.get(name)) is not None and _replaces(said, other)
    }
    holding = [
        said for name, said in known.items() if name not in gone and said.verb is not Verb.RETRACT
    ]
    return sorted(holding, key=_order)


def _replaces(later: Operation, earlier: Operation) -> bool:
    """Only about the same thing: releasing a tag by name never ends a hold."""
    return later.subject == earlier.subject and later.field is earlier.field


def _order(said: Operation) -> tuple[datetime, str]:
    return (said.at, said.id)


def _saying(said: Operation) -> Saying:
    return Saying(said.id, said.value, said.by, said.at, said.origin, said.in_ms, said.out_ms)


def _released_at(operations: Iterable[Operation]) -> datetime | None:
    """When a protection may last have been taken back: by a retraction or another value."""
    moments = [
        said.at
        for said in operations
        if said.over and said.field not in {Field.MARKER, Field.PARTY, Field.NOTE}
    ]
    return max(moments, default=None)


def clip_state(clip: str, operations: Iterable[Operation]) -> ClipCasework:
    """What is said of one clip."""
    known = [said for said in operations if said.clip == clip]
    by_field: dict[Field, list[Operation]] = {}
    for said in current(known):
        by_field.setdefault(said.field, []).append(said)
    links = _links(by_field.get(Field.LINK, []))
    categories = _values(by_field.get(Field.CATEGORY, []))
    importances = _values(by_field.get(Field.IMPORTANCE, []))
    doubts = {
        Field.CATEGORY: len(categories) > 1,
        Field.IMPORTANCE: len(importances) > 1,
        Field.LINK: any(link.is_contested for link in links),
    }
    return ClipCasework(
        clip=clip,
        tags=_values(by_field.get(Field.TAG, [])),
        categories=tuple(filter(None, categories)),
        importances=tuple(sorted(int(level) for level in importances)),
        links=links,
        notes=tuple(map(_saying, by_field.get(Field.NOTE, []))),
        markers=tuple(sorted(map(_saying, by_field.get(Field.MARKER, [])), key=_in_point)),
        holds=tuple(map(_saying, by_field.get(Field.HOLD, []))),
        released_at=_released_at(known),
        contested=tuple(name.value for name, doubtful in doubts.items() if doubtful),
    )


def _in_point(marker: Saying) -> tuple[int, str]:
    return (marker.in_ms or 0, marker.operation)


def _values(said: Iterable[Operation]) -> tuple[str, ...]:
    return tuple(sorted({one.value for one in said}))


def _links(said: list[Operation]) -> tuple[Link, ...]:
    by_case: dict[str, list[Operation]] = {}
    for one in said:
        by_case.setdefault(one.value, []).append(one)
    return tuple(
        Link(case, tuple(one.id for one in ours), _is_contested(ours, said))
        for case, ours in sorted(by_case.items())
    )


def _is_contested(ours: list[Operation], all_links: list[Operation]) -> bool:
    """Whether a link to another case holds and nobody linked either in knowledge of the other."""
    for case in {one.value for one in all_links} - {ours[0].value}:
        theirs = [one for one in all_links if one.value == case]
        aware = any(b.id in a.knew or a.id in b.knew for a in ours for b in theirs)
        if not aware:
            return True
    return False


def case_state(case: str, operations: Iterable[Operation]) -> CaseFile:
    """What is said of one case."""
    known = [said for said in operations if said.case == case]
    by_field: dict[Field, list[Operation]] = {}
    for said in current(known):
        by_field.setdefault(said.field, []).append(said)
    fields = {name.value: _values(by_field.get(name, [])) for name in SINGLE_ON_CASES}
    first = min(known, key=_order, default=None)
    states = by_field.get(Field.STATE, [])
    closed = [said.at for said in states if said.value == CaseState.CLOSED.value]
    return CaseFile(
        id=case,
        fields={name: values for name, values in fields.items() if any(values)},
        parties=_values(by_field.get(Field.PARTY, [])),
        notes=tuple(map(_saying, by_field.get(Field.NOTE, []))),
        holds=tuple(map(_saying, by_field.get(Field.HOLD, []))),
        opened_at=first.at if first else None,
        opened_by=first.by if first else "",
        changed_at=max((said.at for said in known), default=None),
        closed_at=max(closed) if closed and len(closed) == len(states) else None,
        released_at=_released_at(known),
        contested=tuple(name for name, values in fields.items() if len(values) > 1),
    )
