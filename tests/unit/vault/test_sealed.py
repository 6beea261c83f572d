"""Sealed objects: every boundary, every damage, and Tink's own reading and writing of them."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

import pytest
import tink  # type: ignore[import-untyped]
from tink import json_proto_keyset_format, secret_key_access, streaming_aead

from tests.unit.vault.conftest import SMALL_SEGMENT
from tests.unit.vault.sources import CLIP, OTHER, Bytes, flip
from workstation.domain.errors import ObjectDamagedError, ObjectMissingError
from workstation.sealing.segments import BLOCK_SEGMENTS, HEADER_BYTES, Geometry
from workstation.vault import keys
from workstation.vault.sealed import SealedReader
from workstation.vault.staging import StagingPlan, stage
from workstation.vault.store import associated_data

if TYPE_CHECKING:
    from pathlib import Path

    from workstation.vault.keys import Keyring

G = Geometry(SMALL_SEGMENT)
BLOCK = G.block_plain_bytes(first=True)
BOUNDARIES = sorted(
    {
        0,
        1,
        *(G.first_plain_bytes + d for d in (-1, 0, 1)),
        *(G.first_plain_bytes + G.plain_bytes + d for d in (-1, 0, 1)),
        *(BLOCK + d for d in (-1, 0, 1)),
        *(BLOCK + G.block_plain_bytes(first=False) + d for d in (-1, 0, 1)),
    }
)
SIZES = pytest.mark.parametrize("size", BOUNDARIES)


class _Kept(io.BytesIO):
    """Survives Tink closing it."""

    def close(self) -> None:
        self.seek(0)


def _seal(path: Path, keyring: Keyring, content: bytes) -> None:
    plan = StagingPlan(path, keyring.primary, associated_data(CLIP), with_sm3=False)
    stage(Bytes(content), plan, lambda _: None)


def _tink(path: Path) -> streaming_aead.StreamingAead:
    streaming_aead.register()
    handle = json_proto_keyset_format.parse(path.read_text(), secret_key_access.TOKEN)
    primitive = handle.primitive(streaming_aead.StreamingAead)
    assert isinstance(primitive, streaming_aead.StreamingAead)
    return primitive


@SIZES
def test_tink_reads_what_we_seal(tmp_path: Path, keyring: Keyring, size: int) -> None:
    content = os.urandom(size)
    _seal(tmp_path / "object", keyring, content)
    sealed = io.BytesIO((tmp_path / "object").read_bytes())
    assert G.sealed_bytes(size) == len(sealed.getvalue())
    stream = _tink(tmp_path / "vault.json").new_decrypting_stream(sealed, CLIP.encode("ascii"))
    with stream:
        assert stream.read() == content


@SIZES
def test_we_read_what_tink_seals(tmp_path: Path, keyring: Keyring, size: int) -> None:
    content = os.urandom(size)
    out = _Kept()
    primitive = _tink(tmp_path / "vault.json")
    with primitive.new_encrypting_stream(out, CLIP.encode("ascii")) as stream:
        stream.write(content)
    (tmp_path / "object").write_bytes(out.getvalue())
    with SealedReader(tmp_path / "object", keyring.primary, associated_data(CLIP)) as reader:
        assert reader.size_bytes == size
        assert reader.check() == size
        assert reader.read_at(0, size + 1) == content


def test_tink_refuses_our_object_under_another_clips_name(tmp_path: Path, keyring: Keyring) -> None:
    _seal(tmp_path / "object", keyring, b"content")
    sealed = io.BytesIO((tmp_path / "object").read_bytes())
    stream = _tink(tmp_path / "vault.json").new_decrypting_stream(sealed, OTHER.encode("ascii"))
    with pytest.raises(tink.TinkError):
        stream.read()


def test_tink_reads_a_keyring_of_the_products_own_segment_size(tmp_path: Path) -> None:
    keyring = keys.create(tmp_path / "own.json")
    assert keyring.primary.segment_bytes == 128 << 10
    content = os.urandom(1 << 20)
    _seal(tmp_path / "object", keyring, content)
    sealed = io.BytesIO((tmp_path / "object").read_bytes())
    with _tink(tmp_path / "own.json").new_decrypting_stream(sealed, CLIP.encode()) as stream:
        assert stream.read() == content


@SIZES
@pytest.mark.parametrize("bypass", [False, True], ids=["cached", "direct"])
def test_any_way_of_reading_gives_the_same_bytes(
    tmp_path: Path, keyring: Keyring, size: int, bypass: bool
) -> None:
    content = os.urandom(size)
    _seal(tmp_path / "object", keyring, content)
    key, name = keyring.primary, associated_data(CLIP)
    with SealedReader(tmp_path / "object", key, name, bypass_cache=bypass) as reader:
        buffer = memoryview(bytearray(1000))
        read = bytearray()
        while count := reader.readinto(buffer):
            read += buffer[:count]
        assert bytes(read) == content
        for offset in {0, max(0, size - 1), size // 2, G.first_plain_bytes, size, size + 5}:
            assert reader.read_at(offset, 5000) == content[offset : offset + 5000]
        reader.seek(size // 3)
        assert reader.readinto(buffer) == min(1000, size - size // 3)


@pytest.mark.parametrize("size", [0, 1, G.first_plain_bytes, BLOCK + 1])
def test_a_truncated_or_lengthened_object_is_damaged(
    tmp_path: Path, keyring: Keyring, size: int
) -> None:
    path = tmp_path / "object"
    _seal(path, keyring, os.urandom(size))
    whole = path.read_bytes()
    path.chmod(0o600)
    for other in (b"", whole[:1], whole[:HEADER_BYTES], whole[:-1], whole + b"\0", whole + whole):
        path.write_bytes(other)
        with (
            pytest.raises(ObjectDamagedError),
            SealedReader(path, keyring.primary, associated_data(CLIP)) as reader,
        ):
            reader.check()


def test_an_object_cut_at_a_segment_is_damaged(tmp_path: Path, keyring: Keyring) -> None:
    """The last segment is marked as such: nothing can be taken off the end unseen."""
    path = tmp_path / "object"
    _seal(path, keyring, os.urandom(5 * SMALL_SEGMENT))
    path.chmod(0o600)
    for segments in (4, 3, 2, 1):
        os.truncate(path, segments * SMALL_SEGMENT)
        with (
            pytest.raises(ObjectDamagedError),
            SealedReader(path, keyring.primary, associated_data(CLIP)) as reader,
        ):
            reader.check()


def test_the_damaged_segment_is_named_and_the_others_can_be_read(
    tmp_path: Path, keyring: Keyring
) -> None:
    path = tmp_path / "object"
    content = os.urandom(20 * SMALL_SEGMENT)
    _seal(path, keyring, content)
    flip(path, 10 * SMALL_SEGMENT + 100)
    with SealedReader(path, keyring.primary, associated_data(CLIP)) as reader:
        with pytest.raises(ObjectDamagedError) as caught:
            reader.check()
        assert caught.value.facts["segment"] == 10
        assert reader.read_at(0, 3 * SMALL_SEGMENT) == content[: 3 * SMALL_SEGMENT]
        tail = 15 * SMALL_SEGMENT
        assert reader.read_at(tail, 100) == content[tail : tail + 100]


def test_the_wrong_key_and_the_wrong_name_open_nothing(tmp_path: Path, keyring: Keyring) -> None:
    path = tmp_path / "object"
    _seal(path, keyring, b"content")
    other = keys.create(tmp_path / "other.json").primary
    for key, name in ((other, CLIP), (keyring.primary, OTHER)):
        with (
            pytest.raises(ObjectDamagedError),
            SealedReader(path, key, associated_data(name)) as reader,
        ):
            reader.check()


def test_a_missing_object_is_missing(tmp_path: Path, keyring: Keyring) -> None:
    with pytest.raises(ObjectMissingError):
        SealedReader(tmp_path / "nothing", keyring.primary, associated_data(CLIP))


@pytest.mark.parametrize("whole", [0, 1, 3, BLOCK_SEGMENTS, BLOCK_SEGMENTS + 1])
@pytest.mark.parametrize("loose", [0, 1, 1000])
def test_an_unfinished_object_gives_its_whole_segments(
    tmp_path: Path, keyring: Keyring, whole: int, loose: int
) -> None:
    path = tmp_path / "object"
    content = os.urandom(30 * SMALL_SEGMENT)
    _seal(path, keyring, content)
    path.chmod(0o600)
    os.truncate(path, whole * SMALL_SEGMENT + loose)
    key, name = keyring.primary, associated_data(CLIP)
    if whole == 0:
        with pytest.raises(ObjectDamagedError):
            SealedReader(path, key, name, unfinished=True)
        return
    with SealedReader(path, key, name, unfinished=True) as reader:
        length = whole * G.plain_bytes - HEADER_BYTES
        assert reader.check() == reader.size_bytes == length
        assert reader.read_at(0, 1 << 20) == content[:length]


def test_a_reader_that_is_cut_gives_nothing_behind_the_cut(
    tmp_path: Path, keyring: Keyring
) -> None:
    path = tmp_path / "object"
    content = os.urandom(30 * SMALL_SEGMENT)
    _seal(path, keyring, content)
    flip(path, 12 * SMALL_SEGMENT + 7)
    with SealedReader(path, keyring.primary, associated_data(CLIP), unfinished=True) as reader:
        reader.cut(12)
        length = 12 * G.plain_bytes - HEADER_BYTES
        assert reader.read_at(0, 1 << 20) == content[:length]
        assert reader.check() == length


def test_readers_that_share_a_check_find_damage_wherever_it_is(
    tmp_path: Path, keyring: Keyring
) -> None:
    path = tmp_path / "object"
    _seal(path, keyring, os.urandom(40 * SMALL_SEGMENT))
    for place in (1, 9, 17, 33):
        flip(path, place * SMALL_SEGMENT + 1)
        found = []
        for first in (0, 1):
            with SealedReader(path, keyring.primary, associated_data(CLIP)) as reader:
                try:
                    reader.check(every=2, first=first)
                except ObjectDamagedError as error:
                    found.append(error.facts["segment"])
        assert found == [place]
        flip(path, place * SMALL_SEGMENT + 1)


def test_the_same_bytes_are_sealed_differently_each_time(tmp_path: Path, keyring: Keyring) -> None:
    _seal(tmp_path / "one", keyring, b"same")
    _seal(tmp_path / "two", keyring, b"same")
    assert (tmp_path / "one").read_bytes() != (tmp_path / "two").read_bytes()
