"""The manuals show screens that there are, in both languages, and stay small."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.tools.manual_shots import LANGUAGES, MANUALS

if TYPE_CHECKING:
    from tests.tools.manual_shots import Manual

MOST_BYTES = 3_000_000
_PICTURE = re.compile(r"!\[[^\]]+\]\(pictures/([^)]+)\)")

every_manual = pytest.mark.parametrize("manual", MANUALS, ids=lambda manual: manual.folder)


@every_manual
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_of_the_walk_is_shown_in_the_language_of_the_page(
    manual: Manual, language: str
) -> None:
    text = manual.pages[language].read_text(encoding="utf-8")
    assert _PICTURE.findall(text) == [f"{name}-{language}.png" for name in manual.shown]


@every_manual
def test_every_picture_is_there_is_a_picture_and_no_other_lies_about(manual: Manual) -> None:
    there = {path.name: path.read_bytes() for path in manual.pictures.iterdir()}
    assert sorted(there) == sorted(manual.names())
    assert all(content.startswith(b"\x89PNG\r\n\x1a\n") for content in there.values())
    assert sum(map(len, there.values())) < MOST_BYTES
