"""File names of any bytes become text that shows what they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.devices import names


def test_a_plain_name_is_itself() -> None:
    assert names.display(b"012345_0_20240506_070809.mp4") == ("012345_0_20240506_070809.mp4", ())


def test_chinese_in_utf8_is_itself() -> None:
    assert names.display("执法.mp4".encode()) == ("执法.mp4", ())


def test_gbk_is_read_and_reported() -> None:
    assert names.display("执法记录.mp4".encode("gbk")) == ("执法记录.mp4", (names.NOT_UTF8,))


def test_a_gbk_character_whose_second_byte_is_a_backslash_is_not_hostile() -> None:
    raw = b"\xd5\x5c.mp4"
    text, findings = names.display(raw)
    assert text == raw.decode("gb18030")
    assert findings == (names.NOT_UTF8,)


def test_bytes_of_no_encoding_are_escaped() -> None:
    assert names.display(b"a\xff\xfe.mp4") == ("a\\xff\\xfe.mp4", (names.NOT_UTF8,))


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"a\nb.mp4", "a\\x0ab.mp4"),
        (b"a\x1b[2Jb", "a\\x1b[2Jb"),
        ("a\u202egpj.exe".encode(), "a\\u202egpj.exe"),
        ("a\u200bb".encode(), "a\\u200bb"),
        ("a\u2028b".encode(), "a\\u2028b"),
    ],
)
def test_what_can_not_be_seen_is_shown(raw: bytes, text: str) -> None:
    assert names.display(raw) == (text, (names.CONTROL_CHARACTERS,))


@pytest.mark.parametrize("raw", [b"..\\..\\etc", "..\uff0fx".encode(), b"a\\b"])
def test_names_that_climb_elsewhere_are_reported(raw: bytes) -> None:
    assert names.DOT_DOT in names.display(raw)[1]


def test_two_dots_within_a_name_are_nothing_special() -> None:
    assert names.display(b"a..mp4") == ("a..mp4", ())


def test_a_name_of_255_bytes_is_reported() -> None:
    assert names.display(b"a" * 254)[1] == ()
    assert names.display(b"a" * 255)[1] == (names.TOO_LONG,)


def test_names_that_differ_by_case_clash() -> None:
    assert names.clashing(["A.mp4", "a.MP4", "b.mp4"]) == {"A.mp4", "a.MP4"}


@given(st.binary(min_size=1, max_size=300).filter(lambda raw: b"/" not in raw and b"\0" not in raw))
def test_any_bytes_become_one_visible_line(raw: bytes) -> None:
    text, _ = names.display(raw)
    assert text
    assert text.encode("utf-8").decode("utf-8") == text
    assert len(text.splitlines()) == 1
    assert "/" not in text


@given(st.binary(min_size=1, max_size=40), st.binary(min_size=1, max_size=40))
def test_different_utf8_names_never_look_the_same(one: bytes, other: bytes) -> None:
    shown = [names.display(raw) for raw in (one, other)]
    if one != other and not any(names.NOT_UTF8 in findings for _, findings in shown):
        assert shown[0][0] != shown[1][0]
