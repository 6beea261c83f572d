"""Keys that no file system and no reader can trip over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.layout import (
    KEY_LIMIT_BYTES,
    NAME_LIMIT,
    clip_key,
    manifest_key,
    manifest_of,
    require_key,
    safe_name,
    segment_key,
    segment_of,
    signature_key,
)
from workstation.domain.clip import (
    Clip,
    ClipId,
    ClipKind,
    CollectionId,
    Digest,
    VerificationLevel,
)
from workstation.domain.errors import StoreRefusedError


def a_clip(path: str, vaulted_at: datetime) -> Clip:
    return Clip(
        id=ClipId("01J00000000000000000000001"),
        digest=Digest("ab" * 32),
        size_bytes=1,
        kind=ClipKind.VIDEO,
        source_path=path,
        collection_id=CollectionId("c"),
        recorder_serial="r",
        badge=None,
        recorded_at=None,
        sequence=None,
        important=False,
        vaulted_at=vaulted_at,
        level=VerificationLevel.V2,
        seq=1,
    )


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("REC_0001.MP4", "REC_0001.MP4"),
        ("张三 盗窃案.mp4", "______.mp4"),
        ("../../etc/passwd", "_.._etc_passwd"),
        (".hidden", "hidden"),
        ("...", "_"),
        ("", "_"),
        ("a\nb\x00c", "a_b_c"),
        ("x" * 200 + ".MP4", "x" * 76 + ".MP4"),
        ("x" * 200, "x" * 80),
        ("x." + "y" * 200, "x." + "y" * 78),
    ],
)
def test_hostile_names_become_harmless(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.text(st.characters(), max_size=300))
def test_any_name_makes_a_key_that_every_store_takes(name: str) -> None:
    key = clip_key("st-1", a_clip(name, datetime(2026, 5, 1, tzinfo=UTC)))
    assert require_key(key) == key
    assert len(key.encode()) <= KEY_LIMIT_BYTES
    assert len(key.rpartition("/")[2]) <= NAME_LIMIT + 13


def test_the_day_in_a_key_is_utc() -> None:
    east = datetime(2026, 5, 2, 1, 0, tzinfo=timezone(timedelta(hours=8)))
    assert clip_key("st-1", a_clip("A.MP4", east)) == (
        "clips/st-1/2026/05/01/01J00000000000000000000001/abababababab-A.MP4"
    )


@given(st.integers(1, 10**12 - 1))
def test_numbers_come_back_from_keys_and_sort_as_numbers(seq: int) -> None:
    key = manifest_key("st-1", seq, "01J0")
    assert manifest_of(key) == (seq, "01J0")
    assert manifest_of(signature_key(key)) is None
    assert segment_of(segment_key("st-1", seq)) == seq
    assert segment_of(signature_key(segment_key("st-1", seq))) is None
    assert manifest_key("st-1", seq - 1, "z") < key
    assert segment_key("s", seq - 1) < "s~"


def test_a_key_beyond_the_limit_is_refused() -> None:
    with pytest.raises(StoreRefusedError):
        require_key("a/" * 600 + "a")
