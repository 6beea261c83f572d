"""What people say about clips and cases: operations nobody edits, and how one is judged.

An operation adds a value to a set, sets a single value, or retracts. It names the operations it
replaces (``over``) and, for a link, those its author knew of (``knew``); so what several stations
say adds up to the same state in whatever order it arrives, without comparing clocks
(``casework_state``). Footage itself is never touched: a marker is two times beside a clip.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from workstation.domain.errors_casework import BadOperationError

if TYPE_CHECKING:
    from datetime import datetime

VALUE_LIMIT = 4000  # characters of a note; anything else is much shorter
SHORT_LIMIT = 200
_POSITION = re.compile(r"-?[0-9]{1,2}(\.[0-9]{1,9})?,-?[0-9]{1,3}(\.[0-9]{1,9})?")
IMPORTANCE_LEVELS = 5  # 0 is ordinary, then five levels, as stations of this field have them


class Verb(StrEnum):
    """What an operation does. Stored by value."""

    ADD = "add"  # one more value beside the others
    SET = "set"  # the one value instead of those it names
    RETRACT = "retract"  # those it names hold no longer


class Field(StrEnum):
    """What an operation speaks about. Stored by value."""

    TAG = "tag"
    LINK = "link"  # of a clip to a case; the value is the case's id
    NOTE = "note"
    MARKER = "marker"
    HOLD = "hold"
    CATEGORY = "category"
    IMPORTANCE = "importance"  # a person's; what the recorder says stays in the clip
    NUMBER = "number"
    TITLE = "title"
    TYPE = "type"
    PLACE = "place"
    POSITION = "position"  # WGS-84 degrees, "latitude,longitude"
    OCCURRED = "occurred"  # ISO 8601, as people know it
    PARTY = "party"
    STATE = "state"


class CaseState(StrEnum):
    """How a case stands. Stored by value."""

    OPEN = "open"
    CLOSED = "closed"


ON_CLIPS = frozenset(
    {
        Field.TAG,
        Field.LINK,
        Field.NOTE,
        Field.MARKER,
        Field.HOLD,
        Field.CATEGORY,
        Field.IMPORTANCE,
    }
)
ON_CASES = frozenset(
    {
        Field.NUMBER,
        Field.TITLE,
        Field.TYPE,
        Field.PLACE,
        Field.POSITION,
        Field.OCCURRED,
        Field.PARTY,
        Field.STATE,
        Field.NOTE,
        Field.HOLD,
    }
)
SETS = frozenset({Field.TAG, Field.LINK, Field.NOTE, Field.MARKER, Field.HOLD, Field.PARTY})
SINGLE_ON_CASES = tuple(
    field for field in Field if field in ON_CASES and field not in SETS
)  # in the order of the enum
PERMANENT = frozenset({Field.NOTE})  # what was noted stays noted


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing one person said. ``clip`` or ``case`` is what it speaks about, never both.

    ``in_ms`` and ``out_ms`` are a marker's points from the clip's first frame, in milliseconds;
    an instant has no ``out_ms``. ``origin`` is the station that it was said at.
    """

    id: str
    origin: str
    at: datetime
    by: str
    verb: Verb
    field: Field
    clip: str | None = None
    case: str | None = None
    value: str = ""
    over: tuple[str, ...] = ()
    knew: tuple[str, ...] = ()
    in_ms: int | None = None
    out_ms: int | None = None

    @property
    def subject(self) -> tuple[str | None, str | None]:
        """What it speaks about."""
        return (self.clip, self.case)


def clean(text: str) -> str:
    """A value as it is kept: Unicode NFC, no space around it."""
    return unicodedata.normalize("NFC", text).strip()


def position(text: str) -> tuple[float, float] | None:
    """Latitude and longitude in degrees (WGS-84); None where the text says none."""
    if not _POSITION.fullmatch(text):
        return None
    latitude, longitude = (float(part) for part in text.split(","))
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def check(operation: Operation) -> Operation:
    """The operation, if it can be said at all; wherever it comes from.

    Raises:
        BadOperationError: fact ``reason`` says what is wrong.
    """
    reason = _wrong(operation)
    if reason is not None:
        raise BadOperationError(operation=operation.id, field=operation.field, reason=reason)
    return operation


def _wrong(said: Operation) -> str | None:
    if (said.clip is None) == (said.case is None):
        return "subject"
    if said.field not in (ON_CASES if said.clip is None else ON_CLIPS):
        return "field"
    if said.verb is Verb.RETRACT:
        return _wrong_retraction(said)
    if (said.verb is Verb.ADD) != (said.field in SETS):
        return "verb"
    if said.field is not Field.MARKER and (said.in_ms is not None or said.out_ms is not None):
        return "points"
    return _wrong_value(said)


def _wrong_retraction(said: Operation) -> str | None:
    if said.field in PERMANENT:
        return "permanent"
    return None if said.over else "over"


def _wrong_value(said: Operation) -> str | None:
    limit = VALUE_LIMIT if said.field is Field.NOTE else SHORT_LIMIT
    if said.value != clean(said.value) or len(said.value) > limit:
        return "value"
    if any(unicodedata.category(mark) == "Cc" and mark != "\n" for mark in said.value):
        return "value"
    match said.field:
        case Field.IMPORTANCE:
            known = {str(level) for level in range(IMPORTANCE_LEVELS + 1)}
            return None if said.value in known else "value"
        case Field.STATE:
            return None if said.value in set(CaseState) else "value"
        case Field.POSITION:
            return None if not said.value or position(said.value) is not None else "value"
        case Field.MARKER:
            return _wrong_points(said.in_ms, said.out_ms)
        case Field.TAG | Field.LINK | Field.NOTE | Field.PARTY | Field.HOLD:
            return None if said.value else "value"
        case _:
            return None  # an empty single value means that it is not known


def _wrong_points(in_ms: int | None, out_ms: int | None) -> str | None:
    if in_ms is None or in_ms < 0 or (out_ms is not None and out_ms < in_ms):
        return "points"
    return None
