"""Say what clips are and where they belong: tags, categories, importance, links, notes, markers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from workstation.casework.cases import require
from workstation.domain.casework import Field, clean
from workstation.domain.errors import UnknownClipError
from workstation.domain.errors_directory import UnknownCategoryError
from workstation.ledger import schema
from workstation.ledger.directory_rows import categories_of
from workstation.ledger.speaking import Speaker, anything

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.engine import Connection

    from workstation.ledger.speaking import Guard
    from workstation.ledger.writer import Ledger


@dataclass(frozen=True, slots=True)
class Marker:
    """A place in a clip, in milliseconds from its first frame; an instant has no ``out_ms``."""

    in_ms: int
    out_ms: int | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Annotation:
    """What is to be said of each of some clips. None and empty say nothing."""

    add_tags: Sequence[str] = ()
    remove_tags: Sequence[str] = ()
    link: Sequence[str] = ()  # ids of cases
    unlink: Sequence[str] = ()
    category: str | None = None  # "" takes it away
    importance: int | None = None  # 0 ordinary … 5
    note: str = ""
    add_markers: Sequence[Marker] = ()
    remove_markers: Sequence[str] = ()  # names of their operations


def annotate(
    ledger: Ledger, clips: Iterable[str], what: Annotation, by: str, guard: Guard = anything
) -> int:
    """Say the same of several clips, all in one transaction; how many operations it took.

    What holds already is not said again. Linking a clip to a case that it is linked to confirms
    a contested link. ``guard`` is asked of what would be replaced or taken back.

    Raises:
        UnknownClipError, UnknownCaseError, UnknownCategoryError, BadOperationError: nothing was
            said of any clip.
    """
    with ledger.transaction() as tx:
        _require_category(tx.connection, what.category)
        speaker = Speaker(tx, by, guard)
        for case in what.link:
            require(tx.connection, case)
        for clip in dict.fromkeys(clips):
            _require_clip(tx.connection, clip)
            _tag(speaker, clip, what)
            _link(speaker, clip, what)
            _mark(speaker, clip, what)
            if what.category is not None:
                speaker.set(Field.CATEGORY, what.category, clip=clip)
            if what.importance is not None:
                speaker.set(Field.IMPORTANCE, str(what.importance), clip=clip)
            if what.note:
                speaker.add(Field.NOTE, what.note, clip=clip)
        return speaker.write()


def _require_category(connection: Connection, category: str | None) -> None:
    """Where the centre keeps a list of categories, only those count."""
    known = categories_of(connection) if category else []
    if known and clean(category or "") not in known:
        raise UnknownCategoryError(category=category, allowed=", ".join(known))


def _require_clip(connection: Connection, clip: str) -> None:
    query = select(schema.clip.c.id).where(schema.clip.c.id == clip)
    if connection.execute(query).scalar_one_or_none() is None:
        raise UnknownClipError(clip=clip)


def _tag(speaker: Speaker, clip: str, what: Annotation) -> None:
    there = speaker.holding(Field.TAG, clip=clip)
    for tag in dict.fromkeys(clean(tag) for tag in what.remove_tags):
        speaker.retract(said for said in there if said.value == tag)
    for tag in dict.fromkeys(clean(tag) for tag in what.add_tags):
        if all(said.value != tag for said in there):
            speaker.add(Field.TAG, tag, clip=clip)


def _link(speaker: Speaker, clip: str, what: Annotation) -> None:
    for case in dict.fromkeys(what.unlink):
        there = speaker.holding(Field.LINK, clip=clip)
        speaker.retract(said for said in there if said.value == case)
    for case in dict.fromkeys(what.link):
        there = speaker.holding(Field.LINK, clip=clip)
        known = {said.id for said in there}
        ours = [said for said in there if said.value == case]
        # Linked already in knowledge of every other link: there is nothing to confirm.
        if any(known <= {said.id, *said.knew} for said in ours):
            continue
        if ours and len({said.value for said in there}) == 1:
            continue
        speaker.add(Field.LINK, case, clip=clip)


def _mark(speaker: Speaker, clip: str, what: Annotation) -> None:
    there = speaker.holding(Field.MARKER, clip=clip)
    for name in what.remove_markers:
        speaker.retract(said for said in there if said.id == name)
    for marker in what.add_markers:
        points = (marker.in_ms, marker.out_ms)
        speaker.add(Field.MARKER, marker.label, clip=clip, points=points)
