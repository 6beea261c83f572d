"""Chinese found by the first letters of its pinyin: ``zdjy`` means 占道经营.

Every reading of a character counts: who types ``cq`` or ``zq`` finds 重庆 either way.
"""

from __future__ import annotations

import os
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_KEPT = 20_000  # characters of which the letters are remembered


@lru_cache(maxsize=_KEPT)
def _letters(mark: str) -> str:
    # The dictionary of phrases costs 50 MB and decides between readings; we take them all.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import Style, pinyin

    return "".join(pinyin(mark, style=Style.FIRST_LETTER, heteronym=True)[0]).casefold()


def initials(text: str) -> tuple[str, ...]:
    """The letters each character of a text may be typed by; signs and blanks are left out."""
    return tuple(_letters(mark) for mark in unicodedata.normalize("NFKC", text) if mark.isalnum())


def matches(typed: str, text: str) -> bool:
    """Whether the text holds what was typed: as it stands, or as first letters in a row."""
    wanted = "".join(mark for mark in unicodedata.normalize("NFKC", typed) if mark.isalnum())
    wanted = wanted.casefold()
    if not wanted or wanted in unicodedata.normalize("NFKC", text).casefold():
        return True
    letters = initials(text)
    return any(
        all(mark in ways for mark, ways in zip(wanted, letters[start:], strict=False))
        for start in range(len(letters) - len(wanted) + 1)
    )


def meant(typed: str, texts: Iterable[str], limit: int) -> list[str]:
    """Those of some texts that were meant, in their order."""
    found: list[str] = []
    for text in texts:
        if len(found) == limit:
            break
        if text not in found and matches(typed, text):
            found.append(text)
    return found
