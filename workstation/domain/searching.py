"""How texts are cut into terms, so that one- and two-character Chinese words are found.

SQLite's ``unicode61`` sees a run of Chinese as one word. We set every such character apart, in
what is indexed and in what is asked alike; a query is then a phrase of characters. Numbers are
found by their beginning and, since people know the last digits of a badge, by their end.
What is filtered by (officer, unit, day, state …) is a term of its own in a second column, so
that any mixture of words and filters is one intersection.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_RUN = re.compile(r"[^\W_]+")
_IDEOGRAPHS_FROM = "\u2e80"  # CJK radicals; kana, hangul and all ideographs lie above
_ENDINGS = range(3, 7)  # lengths of the last characters of a number that find it
TAGGED, UNTAGGED = "tagged", "untagged"
DELIVERED, WAITING = "delivered", "waiting"


def terms(text: str) -> list[str]:
    """The terms of a text, in order: words of letters and digits, single ideographs."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return [term for run in _RUN.findall(plain) for term in _split(run)]


def _split(run: str) -> Iterator[str]:
    word = ""
    for mark in run:
        if mark < _IDEOGRAPHS_FROM:
            word += mark
            continue
        if word:
            yield word
            word = ""
        yield mark
    if word:
        yield word


def indexed(texts: Iterable[str]) -> str:
    """What is stored for a clip's words; texts do not run into one another."""
    lines = [terms(text) for text in texts]
    endings = {
        term[-length:]
        for line in lines
        for term in line
        if any(mark.isdecimal() for mark in term)
        for length in _ENDINGS
        if length < len(term)
    }
    # A term that no query holds stands between two texts: phrases never reach across.
    stored = " 0a0 ".join(" ".join(line) for line in lines if line)
    return " 0a0 ".join([stored, *sorted(endings)])


def facet(kind: str, value: str) -> str:
    """One thing that can be filtered by, as a term. ``kind`` is one lower-case letter."""
    return f"f{kind}{hashlib.blake2b(value.encode(), digest_size=8).hexdigest()}"


def day_facets(day: date) -> tuple[str, str, str]:
    """A day as terms: the day, its month, its year."""
    return (f"fd{day:%Y%m%d}", f"fm{day:%Y%m}", f"fy{day:%Y}")


def words_expression(query: str, meant: Mapping[str, Iterable[str]] | None = None) -> str | None:
    """The FTS5 expression for what a person typed; None where it holds nothing to look for.

    All words must be there; the last term of each may go on. A word for which ``meant`` has
    other texts is there as well where one of those is.
    """
    phrases = []
    for part in query.split():
        said = (part, *(meant or {}).get(part, ()))
        ways = [phrase for one in said if (phrase := _phrase(one))]
        if ways:
            phrases.append(f"({' OR '.join(ways)})" if len(ways) > 1 else ways[0])
    return "words : (" + " AND ".join(phrases) + ")" if phrases else None


def _phrase(text: str) -> str:
    found = terms(text)
    if not found:
        return ""
    goes_on = "*" if found[-1] < _IDEOGRAPHS_FROM else ""
    return f'"{" ".join(found)}"{goes_on}'


def facets_expression(groups: Iterable[Iterable[str]]) -> str | None:
    """The expression for filters: one of each group; None where there is no group."""
    joined = [" OR ".join(group) for group in groups]
    return "facets : (" + " AND ".join(f"({one})" for one in joined) + ")" if joined else None


def days_between(first: date, last: date) -> list[str]:
    """Terms that together are exactly the days from ``first`` to ``last``, both included."""
    found: list[str] = []
    day = first
    while day <= last:
        year_end, month_end = date(day.year, 12, 31), _month_end(day)
        if (day.month, day.day) == (1, 1) and year_end <= last:
            found.append(f"fy{day:%Y}")
            day = year_end
        elif day.day == 1 and month_end <= last:
            found.append(f"fm{day:%Y%m}")
            day = month_end
        else:
            found.append(f"fd{day:%Y%m%d}")
        if day == date.max:
            break
        day += timedelta(days=1)
    return found or ["fdnever"]


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
