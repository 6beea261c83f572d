"""Any content, any place, any single changed byte."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.domain.errors import ObjectDamagedError
from workstation.sealing.segments import Geometry
from workstation.vault.keys import VaultKey
from workstation.vault.sealed import SealedReader
from workstation.vault.staging import StagingPlan, stage

KEY = VaultKey(7, bytes(range(32)), 4096)
G = Geometry(4096)
EDGES = (0, 1, G.first_plain_bytes, G.first_plain_bytes + G.plain_bytes, 8 * G.plain_bytes)
sizes = st.one_of(
    st.integers(0, 50_000),
    st.sampled_from(EDGES).flatmap(lambda n: st.integers(max(0, n - 2), n + 2)),
)


class _Bytes:
    def __init__(self, content: bytes) -> None:
        self._left = memoryview(content)

    def readinto(self, buffer: memoryview) -> int:
        count = min(len(buffer), len(self._left), 3001)
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


def _sealed(folder: str, content: bytes) -> Path:
    path = Path(folder) / "object"
    stage(_Bytes(content), StagingPlan(path, KEY, b"clip", with_sm3=False), lambda _: None)
    return path


@given(size=sizes, seed=st.integers(0, 255), data=st.data())
def test_a_random_read_gives_the_bytes_that_went_in(
    size: int, seed: int, data: st.DataObject
) -> None:
    content = bytes((seed + n * n) & 0xFF for n in range(size))
    with (
        tempfile.TemporaryDirectory() as folder,
        SealedReader(_sealed(folder, content), KEY, b"clip") as reader,
    ):
        for _ in range(5):
            offset = data.draw(st.integers(0, size + 10))
            count = data.draw(st.integers(0, size + 10))
            assert reader.read_at(offset, count) == content[offset : offset + count]
        assert reader.check() == size


@given(size=sizes, data=st.data())
def test_any_changed_byte_is_found(size: int, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = _sealed(folder, bytes(size))
        sealed = bytearray(path.read_bytes())
        place = data.draw(st.integers(0, len(sealed) - 1))
        sealed[place] ^= data.draw(st.integers(1, 255))
        path.chmod(0o600)
        path.write_bytes(sealed)
        with pytest.raises(ObjectDamagedError), SealedReader(path, KEY, b"clip") as reader:
            reader.check()


@given(size=sizes)
def test_lengths_are_told_from_one_another(size: int) -> None:
    assert G.opened_bytes(G.sealed_bytes(size)) == size
