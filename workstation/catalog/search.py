"""Find clips among a hundred thousand: by words, person, place, time and state."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import text

from workstation.catalog.clips import clip_rows
from workstation.catalog.reading import Reading
from workstation.domain import searching
from workstation.ledger import schema
from workstation.ledger import words as index
from workstation.ledger.rows import clip_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workstation.catalog.values import Search
    from workstation.domain.clip import Clip

_FIRST_DAY, _LAST_DAY = date(1980, 1, 1), date(2199, 12, 31)  # FAT's first day; nobody's last
_NOTHING = "facets : fnothing"


class SearchQueries(Reading):
    """Pages of clips that hold what is looked for, the latest admitted first."""

    def search(
        self, wanted: Search, *, before_seq: int | None = None, limit: int = 60
    ) -> list[Clip]:
        """A page, from just before the clip numbered ``before_seq``."""
        expression = search_expression(wanted)
        clip = schema.clip
        query = clip_rows().order_by(clip.c.seq.desc()).limit(limit)
        if expression is None:
            if before_seq is not None:
                query = query.where(clip.c.seq < before_seq)
        else:
            # The index gives the page's numbers in its own order; only those rows are read.
            page = text(
                "SELECT rowid FROM clip_words WHERE clip_words MATCH :expression "
                "AND rowid < :before ORDER BY rowid DESC LIMIT :page"
            ).bindparams(expression=expression, before=before_seq or 2**62, page=limit)
            with self._reading() as connection:
                found = list(connection.execute(page).scalars())
            query = query.where(clip.c.seq.in_(found))
        with self._reading() as connection:
            return [clip_of(row) for row in connection.execute(query)]

    def count(self, wanted: Search) -> int:
        """How many clips hold what is looked for."""
        expression = search_expression(wanted)
        with self._reading() as connection:
            if expression is None:
                everything = text("SELECT count(*) FROM clip")
                return int(connection.execute(everything).scalar_one())
            counted = text("SELECT count(*) FROM clip_words WHERE clip_words MATCH :expression")
            return int(connection.execute(counted.bindparams(expression=expression)).scalar_one())


def search_expression(wanted: Search) -> str | None:
    """The whole question in the language of FTS5; None where everything will do."""
    said = searching.words_expression(wanted.words, dict(wanted.meant))
    if wanted.words.strip() and said is None:
        return _NOTHING  # punctuation alone
    parts = (said, searching.facets_expression(_groups(wanted)))
    return " AND ".join(filter(None, parts)) or None


def _groups(wanted: Search) -> Iterator[list[str]]:
    """Filters as terms: one of each group must be there."""
    several = (
        (index.BADGE, wanted.badges),
        (index.UNIT, wanted.units),
        (index.RECORDER, wanted.recorders),
        (index.KIND, tuple(kind.value for kind in wanted.kinds)),
        (index.CASE, wanted.cases),
        (index.CASE, wanted.place_cases),
        (index.TAG, wanted.tags),
        (index.CATEGORY, wanted.categories),
        (index.WHERE, tuple(state.value for state in wanted.uploads)),
        (index.IMPORTANCE, tuple(map(str, wanted.importances))),
    )
    for kind, values in several:
        if values:
            yield [searching.facet(kind, value) for value in values]
    either = (
        (index.MARKED, wanted.is_marked, ("1", "0")),
        (index.TAGGING, wanted.is_tagged, (searching.TAGGED, searching.UNTAGGED)),
        (index.LINKING, wanted.is_linked, ("1", "0")),
        (index.UPLOAD, wanted.is_delivered, (searching.DELIVERED, searching.WAITING)),
        (index.HOLDING, wanted.is_held, ("1", "0")),
    )
    for kind, is_so, (yes, no) in either:
        if is_so is not None:
            yield [searching.facet(kind, yes if is_so else no)]
    if wanted.first_day is not None or wanted.last_day is not None:
        yield searching.days_between(wanted.first_day or _FIRST_DAY, wanted.last_day or _LAST_DAY)
