"""On which line of a TOML text each key stands, which ``tomllib`` does not tell."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLACE = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)$")


def key_lines(text: str) -> dict[tuple[str, ...], int]:
    """The line (from 1) on which each key and each table of a valid TOML text first appears.

    Every statement is given to ``tomllib`` together with the table header it stands under, so
    dotted keys, quoted keys, inline tables and values over several lines need no rules here.
    """
    found: dict[tuple[str, ...], int] = {}
    header = statement = ""
    begins = 1
    for number, line in enumerate(text.splitlines(keepends=True), start=1):
        if not statement.strip():
            statement, begins = "", number
        statement += line
        if line.lstrip().startswith("#") and statement == line:
            statement = ""
            continue
        if statement.lstrip().startswith("["):
            header = ""
        try:
            table = tomllib.loads(header + statement)
        except tomllib.TOMLDecodeError:
            continue  # a value that goes on in the next line
        for path in _paths(table):
            found.setdefault(path, begins)
        if statement.lstrip().startswith("["):
            header = statement if statement.endswith("\n") else statement + "\n"
        statement = ""
    return found


def error_line(error: tomllib.TOMLDecodeError, text: str) -> int:
    """The line (from 1) of a syntax error; the last one where the text just stops."""
    place = _PLACE.search(str(error))
    if place is None or place[1] is None:
        return text.count("\n") + (not text.endswith("\n")) or 1
    return int(place[1])


def _paths(table: dict[str, object], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, value in table.items():
        path = (*above, key)
        yield path
        if isinstance(value, dict):
            yield from _paths(value, path)
        if isinstance(value, list):
            for item in value:
                if isinstance(item, dict):
                    yield from _paths(item, path)
