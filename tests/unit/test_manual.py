"""The officer's manual shows screens that there are, in both languages, and stays small."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.tools import manual_shots

PAGES = {language: Path("docs/officer") / f"{language}.md" for language in ("zh_CN", "en")}
ROOT = Path(__file__).resolve().parents[2]
MOST_BYTES = 3_000_000
_PICTURE = re.compile(r"!\[[^\]]+\]\(pictures/([^)]+)\)")


@pytest.mark.parametrize("language", PAGES)
def test_every_screen_of_the_walk_is_shown_in_the_language_of_the_page(language: str) -> None:
    text = (ROOT / PAGES[language]).read_text(encoding="utf-8")
    assert _PICTURE.findall(text) == [f"{name}-{language}.png" for name in manual_shots.SHOWN]


def test_every_picture_is_there_is_a_picture_and_no_other_lies_about() -> None:
    there = {path.name: path.read_bytes() for path in manual_shots.TARGET.iterdir()}
    assert sorted(there) == sorted(manual_shots.names())
    assert all(content.startswith(b"\x89PNG\r\n\x1a\n") for content in there.values())
    assert sum(map(len, there.values())) < MOST_BYTES
