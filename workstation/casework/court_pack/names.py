"""File names inside a court pack: readable, and allowed on every file system it may meet."""

from __future__ import annotations

import re
import unicodedata

LONGEST_BYTES = 100  # of a name, so that paths stay below the 260 characters of Windows
LONGEST_SUFFIX = 12

_UNSAFE = re.compile(r"[^\w.+()-]+")  # letters of any script, digits, and what no shell minds


def safe_name(name: str) -> str:
    """``name`` in NFC, with everything that some file system or tool refuses put away."""
    text = _UNSAFE.sub("_", unicodedata.normalize("NFC", name)).strip("._ ")
    stem, dot, suffix = text.rpartition(".")
    if not dot or len(suffix.encode()) > LONGEST_SUFFIX:
        stem, suffix = text, ""
    room = LONGEST_BYTES - len(suffix.encode()) - len(dot)
    stem = stem.encode()[:room].decode(errors="ignore").rstrip("._ ")
    return f"{stem or 'clip'}{'.' if suffix else ''}{suffix}"


def numbered(place: int, name: str) -> str:
    """The name of the clip at ``place`` (from 1): no two are alike, and they sort as listed."""
    return f"{place:04d}_{safe_name(name)}"
