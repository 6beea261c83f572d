"""Every code has clear words in both languages."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.tools import log_codes
from ui import texts
from workstation.platform import doctor, failpoints

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("title", "reason", "mend")
AREAS = sorted({code.split(".")[0] for code in texts.codes("en")})
CODE = re.compile(rf"(?:{'|'.join(AREAS)})\.[a-z][a-z0-9_]*")
# Names of files and of keys in recorder profiles that look like codes.
NOT_CODES = {
    "centre.sqlite",
    "key.pem",
    "key.pub",
    "ledger.sqlite",
    "people.csv",
    "people.key",
    "people.toml",
    "platforms.sqlite",
    "profile.fallback",
    "profile.key",
    "secrets.json",
    "station.json",
    "station.key",
    "station.lock",
    "station.log",
    "station.sock",
    "store.json",
    "vault.json",
}


def _constants(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    columns = {
        id(argument)
        for node in nodes
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("ForeignKey")
        for argument in node.args
    }
    return {
        node.value
        for node in nodes
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in columns
    }


def _codes_in_use() -> set[str]:
    found: set[str] = set()
    for package in ("workstation", "drivers", "sync", "ui"):
        for path in (ROOT / package).rglob("*.py"):
            found |= {text for text in _constants(path) if CODE.fullmatch(text)}
    return found - NOT_CODES - set(failpoints.NAMES)


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_code_written_in_the_program_has_words(language: str) -> None:
    assert _codes_in_use() - texts.codes(language) == set()


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_error_and_every_finding_of_the_doctor_has_words(language: str) -> None:
    codes = set(log_codes.error_classes()) | set(doctor.CODES)
    assert codes - texts.codes(language) == set()


def test_both_languages_know_the_same_codes() -> None:
    assert texts.codes("zh_CN") == texts.codes("en")


@pytest.mark.parametrize("code", sorted(texts.codes("en")))
def test_words_are_complete_and_use_the_same_facts_in_both_languages(code: str) -> None:
    chinese, english = texts.templates("zh_CN")[code], texts.templates("en")[code]
    assert set(chinese) == set(english) == set(PARTS)
    assert all(part.strip() for part in (*chinese.values(), *english.values()))
    for part in PARTS:
        assert _facts(chinese[part]) == _facts(english[part])
    assert chinese["title"].isascii() is False
    assert english["title"].isascii()


def _facts(template: str) -> set[str]:
    return set(re.findall(r"\{([a-z0-9_]+)\}", template))


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("code", sorted(texts.codes("en")))
def test_missing_facts_leave_no_holes_in_the_words_of_an_error(code: str, language: str) -> None:
    said = texts.say(code, {}, language)
    whole = said.title + said.reason + said.mend
    assert not set("{}[]") & set(whole)
    if not code.startswith("doctor."):
        assert "—" not in whole


def test_facts_appear_in_the_words() -> None:
    facts = {"file": "/etc/evidock.toml", "line": 7, "key": "ui.theme", "reason": "unknown_key"}
    said = texts.say("settings.bad", facts, "en")
    assert "/etc/evidock.toml, line 7, ui.theme" in said.reason
    assert "no such key" in said.reason
    assert "没有这一项" in texts.say("settings.bad", facts, "zh_CN").reason


def test_sizes_and_spans_are_shown_with_units() -> None:
    said = texts.say("vault.full", {"free_bytes": 1_234_567_890}, "en")
    assert "1.2 GB free" in said.reason
    assert "1 小时 6 分" in texts.say("recorder.stalled", {"waited_s": 3990.0}, "zh_CN").reason


def test_unknown_code_is_an_internal_error_that_names_it() -> None:
    said = texts.say("never.heard", {}, "en")
    assert said.title == "Internal error"
    assert "never.heard" in said.reason


def test_unknown_language_is_taken_for_chinese() -> None:
    assert texts.say("vault.full", {}, "fr") == texts.say("vault.full", {}, "zh_CN")


def test_facts_can_not_inject_control_characters_or_placeholders() -> None:
    said = texts.say("clip.unknown", {"clip": "\x1b[2J{code}[[\u202e"}, "en")
    assert "\\u001b[2J{code}[[\\u202e" in said.reason


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.25, "0.25 s"), (1, "1 s"), (59.6, "1 min"), (3600, "1 h"), (90_061, "1 d 1 h")],
)
def test_span_is_said_in_its_two_largest_units(seconds: float, words: str) -> None:
    assert texts.span_text(seconds, "en") == words


@pytest.mark.parametrize(
    ("size", "words"), [(0, "0 B"), (999, "999 B"), (1000, "1 KB"), (4.6e12, "4.6 TB")]
)
def test_size_is_said_in_decimal_units(size: float, words: str) -> None:
    assert texts.size_text(size) == words


def test_naive_moment_is_shown_as_it_stands() -> None:
    assert texts.fact_text("when", datetime(2026, 3, 1, 8), "en") == "2026-03-01 08:00:00"  # noqa: DTZ001
    aware = datetime(2026, 3, 1, 8, tzinfo=UTC)
    local = aware.astimezone().strftime("%H:%M:%S")
    assert texts.fact_text("when", aware, "en").endswith(local)


def test_texts_do_not_need_qt() -> None:
    assert "PySide6" not in (ROOT / "ui" / "texts.py").read_text(encoding="utf-8")


def test_page_of_codes_is_up_to_date() -> None:
    written = log_codes.PAGE.read_text(encoding="utf-8")
    assert written == log_codes.page(), "run `make strings`"


# What officers meet at the screen: remarks of their docking, and what a clip or a case refuses.
AT_THE_SCREEN = (
    "recorder.unbound",
    "recorder.card_full",
    "identity.label_differs",
    "identity.serial_twice",
    "identity.other_recorder",
    "officer.differs",
    "clip.unknown",
    "clip.destroyed",
    "clip.purged",
    "case.unknown",
)


@pytest.mark.parametrize("code", AT_THE_SCREEN)
def test_what_an_officer_is_told_at_the_screen_can_be_done_there(code: str) -> None:
    for language, administrator, screen in (
        ("zh_CN", "管理员", "屏幕"),
        ("en", "administrator", "screen"),
    ):
        mend = texts.say(code, {}, language).mend
        assert "main.py" not in mend or administrator in mend or screen in mend
