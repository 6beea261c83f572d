"""ZFY_INFO, packed and as a C structure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.devices import ga947
from workstation.domain.clip import BadgeNumber
from workstation.domain.errors import BindingUnfitError
from workstation.domain.recorder import Inscription

TEXT = st.text(st.sampled_from("张三丰城管执法中队ABCxyz0123456789-"), max_size=16)


@given(
    st.from_regex(r"[A-Z0-9]{1,7}", fullmatch=True),
    st.from_regex(r"[0-9]{6}", fullmatch=True),
    TEXT,
    st.from_regex(r"[0-9]{0,12}", fullmatch=True),
    TEXT,
)
def test_what_is_packed_is_read_back(
    serial: str, badge: str, name: str, code: str, unit: str
) -> None:
    written = Inscription(serial, BadgeNumber(badge), name, code, unit)
    raw = ga947.pack(written)
    assert len(raw) == 89
    assert ga947.unpack(raw) == written


def test_the_c_structure_is_known_by_its_ends() -> None:
    fields = ("A1B2C3D", "012345", "张三", "310101", "一中队")
    sizes = (8, 7, 33, 13, 33)
    pairs = zip(fields, sizes, strict=True)
    raw = b"".join(text.encode("gbk").ljust(size, b"\0") for text, size in pairs)
    assert len(raw) == 94
    assert ga947.unpack(raw.ljust(128, b"\0")) == Inscription(
        fields[0], BadgeNumber(fields[1]), *fields[2:]
    )


def test_the_packed_form_in_a_larger_buffer_stays_packed() -> None:
    written = Inscription("A1B2C3D", BadgeNumber("012345"), "张三", "310101", "一中队")
    assert ga947.unpack(ga947.pack(written).ljust(128, b"\0")) == written


def test_less_than_the_packed_form_is_none() -> None:
    with pytest.raises(ValueError, match="88"):
        ga947.unpack(bytes(88))


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"AB\0garbage", "AB"),
        (b"AB   ", "AB"),
        (b"\xff" * 7, ""),
        ("王" * 3, "王王王"),
        ("王".encode("gbk") + b"\xcd", "王"),
    ],
)
def test_padding_and_half_characters_are_no_text(raw: bytes | str, text: str) -> None:
    assert ga947.decode(raw.encode("gbk") if isinstance(raw, str) else raw) == text


def test_what_gbk_can_not_write_is_refused() -> None:
    with pytest.raises(BindingUnfitError):
        ga947.pack(Inscription("A", BadgeNumber("012345"), "🚓"))
