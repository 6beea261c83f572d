"""Read what other systems write carelessly: texts, times, places, whatever their charset."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

from workstation.domain.casework import SHORT_LIMIT, clean

_MARKS = (  # what a byte order mark says; the longer first
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_SPACES = re.compile(r"\s+")
_WRITTEN = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[T\s]*(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})秒?)?分?)?"
)


def decoded(content: bytes) -> str:
    """Text of bytes whose charset is told wrongly or not at all: UTF-8, else GB 18030 (GBK)."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(name, "replace")
    for name in ("utf-8", "gb18030"):
        try:
            return content.decode(name)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def one_line(value: object) -> str:
    """A value as one line without control characters; empty for what is no text or number."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    spaced = _SPACES.sub(" ", str(value))
    return clean("".join(mark for mark in spaced if unicodedata.category(mark)[0] != "C"))


def shortened(value: object) -> str:
    """``one_line``, cut to what a field of a case holds; the cut shows."""
    text = one_line(value)
    return text if len(text) <= SHORT_LIMIT else clean(text[: SHORT_LIMIT - 1]) + "…"


def moment(text: str) -> str | None:
    """A time as ISO 8601, with its zone where it names one; None where it is none."""
    try:
        return datetime.fromisoformat(text).isoformat()
    except ValueError:
        pass
    found = _WRITTEN.fullmatch(text)
    if found is None:
        return None
    numbers = [int(part) for part in found.groups() if part is not None]
    try:
        written = datetime(*numbers)  # type: ignore[arg-type] # noqa: DTZ001 - people's own zone
    except ValueError:
        return None
    return written.date().isoformat() if len(numbers) == 3 else written.isoformat()


def place_on_earth(latitude: object, longitude: object) -> str | None:
    """WGS-84 degrees as a case keeps them; None for none, for nonsense, and for 0,0."""
    try:
        north, east = float(one_line(latitude)), float(one_line(longitude))
    except ValueError:
        return None
    if not (abs(north) <= 90 and abs(east) <= 180) or (north == 0 and east == 0):
        return None
    return f"{_degrees(north)},{_degrees(east)}"


def _degrees(value: float) -> str:
    return f"{value:.7f}".rstrip("0").rstrip(".")
