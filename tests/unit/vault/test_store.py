"""The vault: admitting, checking, setting aside, sweeping, thumbnails."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.unit.vault.sources import CLIP, OTHER, Bytes, flip
from workstation.domain.clip import Digest
from workstation.domain.errors import (
    DigestMismatchError,
    KeyMissingError,
    ObjectDamagedError,
    ObjectMissingError,
    VaultFullError,
)
from workstation.vault.staging import stage
from workstation.vault.store import Vault

if TYPE_CHECKING:
    from workstation.domain.clip import ClipId
    from workstation.vault.staging import Staged
    from workstation.vault.store import ObjectRef

CONTENT = os.urandom(100_000)


def _staged(vault: Vault, clip: ClipId = CLIP, content: bytes = CONTENT) -> Staged:
    return stage(Bytes(content), vault.plan(clip, with_sm3=True), lambda _: None)


def _admitted(
    vault: Vault, clip: ClipId = CLIP, content: bytes = CONTENT
) -> tuple[ObjectRef, Digest]:
    staged = _staged(vault, clip, content)
    return vault.admit(staged, clip), staged.digest


def test_an_admitted_object_lies_read_only_under_its_digest_and_gives_its_bytes(
    vault: Vault,
) -> None:
    ref, digest = _admitted(vault)
    path = vault.path_of(ref)
    assert path == vault.root / "objects" / digest.sha256[:2] / f"{digest.sha256}.{CLIP}"
    assert stat.S_IMODE(path.stat().st_mode) == 0o440
    assert list(vault.staging.iterdir()) == []
    with vault.open(ref) as reader:
        assert reader.read_at(0, len(CONTENT)) == CONTENT
    vault.check(ref, digest, lambda _: None)
    assert [path.name for path in vault.object_files()] == [f"{digest.sha256}.{CLIP}"]


def test_a_batch_is_admitted_like_single_clips(vault: Vault) -> None:
    batch = [(_staged(vault, clip, clip.encode()), clip) for clip in (CLIP, OTHER)]
    for ref in vault.admit_batch(batch):
        with vault.open(ref) as reader:
            assert reader.read_at(0, 100) == ref.clip_id.encode()


def test_verifying_a_damaged_staging_file_fails(vault: Vault) -> None:
    staged = _staged(vault)
    flip(staged.path, staged.path.stat().st_size // 2)
    with pytest.raises(ObjectDamagedError):
        vault.verify_staged(staged, CLIP)


def test_verifying_a_large_damaged_staging_file_fails_wherever_the_damage_is(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workstation.vault.store.SHARED_CHECK_BYTES", 1)
    staged = _staged(vault, content=os.urandom(300_000))
    vault.verify_staged(staged, CLIP)
    for place in (50, 4096 * 9, 4096 * 40, staged.path.stat().st_size - 1):
        flip(staged.path, place)
        with pytest.raises(ObjectDamagedError):
            vault.verify_staged(staged, CLIP)
        flip(staged.path, place)


def test_verifying_another_whole_object_in_its_place_fails(vault: Vault) -> None:
    staged = _staged(vault)
    staged.path.unlink()
    _staged(vault)  # the same bytes and name, sealed anew
    with pytest.raises(ObjectDamagedError):
        vault.verify_staged(staged, CLIP)


def test_an_object_must_be_the_very_one_that_was_admitted(vault: Vault) -> None:
    ref, _ = _admitted(vault)
    for other in (replace(ref, header=bytes(40)), replace(ref, size_bytes=ref.size_bytes - 1)):
        with pytest.raises(ObjectDamagedError):
            vault.open(other)
    with pytest.raises(KeyMissingError):
        vault.open(replace(ref, key_id=1))
    with pytest.raises(ObjectMissingError):
        vault.open(replace(ref, sha256="0" * 64))


def test_bytes_that_decrypt_but_have_another_digest_are_found(vault: Vault) -> None:
    ref, digest = _admitted(vault)
    for wrong in (Digest("0" * 64, digest.sm3), Digest(digest.sha256, "0" * 64)):
        with pytest.raises(DigestMismatchError):
            vault.check(ref, wrong, lambda _: None)


def test_a_recalled_object_is_in_staging_again(vault: Vault) -> None:
    staged = _staged(vault)
    ref = vault.admit(staged, CLIP)
    assert vault.recall(staged, CLIP).path.exists()
    assert not vault.path_of(ref).exists()
    assert vault.recall(staged, CLIP).path.exists()
    staged.path.unlink()
    with pytest.raises(ObjectMissingError):
        vault.recall(staged, CLIP)


def test_the_sweep_keeps_what_it_is_told_to(vault: Vault) -> None:
    for clip in (CLIP, OTHER):
        _staged(vault, clip)
    assert vault.sweep_staging([CLIP, "unheard-of"]) == 1
    assert [path.name for path in vault.staging.iterdir()] == [CLIP]
    assert vault.sweep_staging([]) == 1


def test_what_is_set_aside_is_readable_in_quarantine(vault: Vault) -> None:
    kept = vault.root / vault.set_aside(_staged(vault), CLIP)
    assert kept.parent == vault.quarantine
    assert vault.identify(kept, CLIP).size_bytes == len(CONTENT)


def test_an_unknown_object_is_identified_only_if_it_is_whole(vault: Vault) -> None:
    ref, _ = _admitted(vault)
    assert vault.identify(vault.path_of(ref), CLIP) == ref
    with pytest.raises(ObjectDamagedError):
        vault.identify(vault.path_of(ref), OTHER)


def test_the_reserve_is_not_eaten_into(vault: Vault) -> None:
    vault.require_room(0)
    greedy = Vault(vault.root, vault.keyring, reserve_bytes=1 << 60)
    with pytest.raises(VaultFullError) as caught:
        greedy.require_room(0)
    assert caught.value.facts["reserve_bytes"] == 1 << 60
    room = vault.storage(5)
    assert (room.vault_bytes, room.reserve_bytes) == (5, 0)
    assert 0 < room.free_bytes <= room.total_bytes


def test_a_thumbnail_is_kept_sealed_and_replaced(vault: Vault) -> None:
    assert vault.thumbnail(CLIP) is None
    for jpeg in (b"first" * 100, b"second" * 3000):
        vault.put_thumbnail(CLIP, jpeg)
        assert vault.thumbnail(CLIP) == jpeg
        assert jpeg[:20] not in (vault.root / "thumbs" / CLIP).read_bytes()
    flip(vault.root / "thumbs" / CLIP, 100)
    assert vault.thumbnail(CLIP) is None


def test_a_thumbnail_of_any_size_can_be_kept(vault: Vault) -> None:
    jpeg = os.urandom(200_000)
    vault.put_thumbnail(CLIP, jpeg)
    assert vault.thumbnail(CLIP) == jpeg
