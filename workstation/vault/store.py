"""The vault: where sealed clips lie, how they get in, and how they are read and checked.

An object's name is the SHA-256 of the clip and the clip's id. What lies under such a name has
been verified; what lies in staging has not. Thumbnails are sealed like clips.
"""

from __future__ import annotations

import os
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workstation.domain.dock import StorageView
from workstation.domain.errors import (
    DigestMismatchError,
    ObjectDamagedError,
    ObjectMissingError,
    VaultFullError,
)
from workstation.platform import failpoints
from workstation.platform.ids import new_id
from workstation.sealing.reader import ObjectKey
from workstation.sealing.segments import Geometry, derive_key
from workstation.vault.digesting import digest_of
from workstation.vault.diskfile import (
    aligned_buffer,
    sync_directories,
    sync_directory,
    sync_file_system,
    translated,
)
from workstation.vault.sealed import SealedReader
from workstation.vault.staging import StagingPlan, stage_small

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from workstation.domain.clip import ClipId, Digest
    from workstation.vault.keys import Keyring
    from workstation.vault.staging import Staged

CHECKERS = 2  # readers that share the check of a large object: one waits while one decrypts
SHARED_CHECK_BYTES = 16 << 20

_OBJECT_NAME = re.compile(r"(?P<sha256>[0-9a-f]{64})\.(?P<clip>[0-9A-HJKMNP-TV-Z]{26})")


@dataclass(frozen=True, slots=True)
class ObjectRef:
    """What the ledger knows of an object: enough to find, open and check it."""

    clip_id: ClipId
    sha256: str
    size_bytes: int
    key_id: int
    header: bytes

    @property
    def name(self) -> str:
        """File name in the vault."""
        return f"{self.sha256}.{self.clip_id}"


class Vault:
    """One directory tree of sealed objects. Only the station writes here."""

    def __init__(
        self, root: Path, keyring: Keyring, *, reserve_bytes: int = 0, writers: int = 4
    ) -> None:
        self.root = root
        self.keyring = keyring
        self.reserve_bytes = reserve_bytes
        self._gate = threading.BoundedSemaphore(writers)
        self.staging = root / "staging"
        self.quarantine = root / "quarantine"
        self._objects = root / "objects"
        self._thumbs = root / "thumbs"

    def prepare(self) -> None:
        """Make the directories that are not there yet.

        Raises:
            VaultFullError, VaultReadOnlyError, VaultIoError: the disk refuses.
        """
        with translated(str(self.root)):
            for directory in (self.staging, self.quarantine, self._objects, self._thumbs):
                directory.mkdir(mode=0o750, parents=True, exist_ok=True)
            for number in range(256):
                (self._objects / f"{number:02x}").mkdir(mode=0o750, exist_ok=True)
            sync_directories([self.root, self._objects])

    # -- room ----------------------------------------------------------------------------

    def storage(self, vault_bytes: int) -> StorageView:
        """Room in the vault's file system; ``vault_bytes`` is what the ledger counts."""
        stats = os.statvfs(self.root)
        return StorageView(
            total_bytes=stats.f_blocks * stats.f_frsize,
            free_bytes=stats.f_bavail * stats.f_frsize,
            vault_bytes=vault_bytes,
            reserve_bytes=self.reserve_bytes,
        )

    def require_room(self, size_bytes: int) -> None:
        """Refuse early what would not fit.

        Raises:
            VaultFullError: taking so much would eat into the reserve.
        """
        stats = os.statvfs(self.root)
        free = stats.f_bavail * stats.f_frsize
        if free - size_bytes < self.reserve_bytes:
            raise VaultFullError(
                place=str(self.root),
                free_bytes=free,
                needed_bytes=size_bytes,
                reserve_bytes=self.reserve_bytes,
            )

    # -- getting in ----------------------------------------------------------------------

    def plan(self, clip_id: ClipId, *, with_sm3: bool, name: str | None = None) -> StagingPlan:
        """Where and how a new clip is staged."""
        return StagingPlan(
            self.staging / (name or clip_id),
            self.keyring.primary,
            associated_data(clip_id),
            with_sm3,
            self._gate,
        )

    def verify_staged(self, staged: Staged, clip_id: ClipId) -> None:
        """V2: read the written file again from the disk; every tag must hold.

        Raises:
            ObjectDamagedError: it is not what was written.
            VaultIoError: the disk fails.
        """
        key = self.keyring.get(staged.key_id)

        def check(part: int) -> bool:
            with SealedReader(
                staged.path, key, associated_data(clip_id), bypass_cache=True
            ) as reader:
                size = reader.check(every=readers, first=part)
                return reader.header == staged.header and size == staged.size_bytes

        readers = CHECKERS if staged.size_bytes >= SHARED_CHECK_BYTES else 1
        if readers == 1:
            whole = check(0)
        else:
            with ThreadPoolExecutor(readers, thread_name_prefix="check") as pool:
                whole = all(pool.map(check, range(readers)))
        if not whole:
            raise ObjectDamagedError(object=staged.path.name, reason="not what was written")

    def admit(self, staged: Staged, clip_id: ClipId) -> ObjectRef:
        """Give a verified staging file its name in the vault, durably."""
        ref = self._place(staged, clip_id)
        with translated(ref.name):
            failpoints.reach("admit.renamed")
            sync_directory(self.path_of(ref).parent)
            sync_directory(self.staging)
            failpoints.reach("admit.synced")
        return ref

    def admit_batch(self, batch: Sequence[tuple[Staged, ClipId]]) -> list[ObjectRef]:
        """The same for many small clips with one flush for all their names."""
        refs = [self._place(staged, clip_id) for staged, clip_id in batch]
        with translated(str(self.root)):
            failpoints.reach("admit.renamed")
            sync_file_system(self.root)
            failpoints.reach("admit.synced")
        return refs

    def discard(self, ref: ObjectRef) -> bool:
        """Remove an object and its thumbnail for good, durably; False if it was not there.

        What the disk may still hold of it is sealed; the vault's key is all that opens it.

        Raises:
            VaultReadOnlyError, VaultIoError: the disk refuses; it may be gone all the same.
        """
        path = self.path_of(ref)
        with translated(ref.name):
            was_there = path.exists()
            path.unlink(missing_ok=True)
            (self._thumbs / ref.clip_id).unlink(missing_ok=True)
            sync_directories([path.parent, self._thumbs])
        return was_there

    def discard_bytes(self, ref: ObjectRef) -> bool:
        """Remove an object, durably, and keep its thumbnail; False if it was not there.

        Raises:
            VaultReadOnlyError, VaultIoError: the disk refuses; it may be gone all the same.
        """
        path = self.path_of(ref)
        with translated(ref.name):
            was_there = path.exists()
            path.unlink(missing_ok=True)
            sync_directories([path.parent])
        return was_there

    def flush(self) -> None:
        """Everything written so far reaches the disk.

        Raises:
            VaultFullError, VaultIoError: the disk refuses.
        """
        with translated(str(self.root)):
            sync_file_system(self.root)

    def _place(self, staged: Staged, clip_id: ClipId) -> ObjectRef:
        ref = ObjectRef(
            clip_id, staged.digest.sha256, staged.size_bytes, staged.key_id, staged.header
        )
        with translated(ref.name):
            staged.path.rename(self.path_of(ref))
        return ref

    def recall(self, staged: Staged, clip_id: ClipId) -> Staged:
        """A copy that was being admitted when the station stopped, back in staging.

        Raises:
            ObjectMissingError: it is neither in staging nor under its name in the vault.
        """
        ref = ObjectRef(
            clip_id, staged.digest.sha256, staged.size_bytes, staged.key_id, staged.header
        )
        if not staged.path.exists():
            with translated(ref.name):
                self.path_of(ref).rename(staged.path)
        return staged

    # -- reading -------------------------------------------------------------------------

    def path_of(self, ref: ObjectRef) -> Path:
        """Where the object lies."""
        return self._objects / ref.sha256[:2] / ref.name

    def open(self, ref: ObjectRef, *, bypass_cache: bool = False) -> SealedReader:
        """Open an object; it must be the very one the ledger names.

        Raises:
            ObjectMissingError, ObjectDamagedError, KeyMissingError, VaultIoError
        """
        reader = SealedReader(
            self.path_of(ref),
            self.keyring.get(ref.key_id),
            associated_data(ref.clip_id),
            bypass_cache=bypass_cache,
        )
        if reader.header != ref.header or reader.size_bytes != ref.size_bytes:
            reader.close()
            raise ObjectDamagedError(object=ref.name, reason="another object")
        return reader

    def object_key(self, ref: ObjectRef) -> ObjectKey:
        """What opens this one object and no other, for whoever reads it without the keyring.

        Raises:
            ObjectMissingError, KeyMissingError, VaultIoError
        """
        key = self.keyring.get(ref.key_id)
        with translated(ref.name):
            self.path_of(ref).stat()
        secret = derive_key(key.secret, ref.header, associated_data(ref.clip_id))
        return ObjectKey(secret, ref.header, key.segment_bytes, ref.size_bytes)

    def check_tags(self, ref: ObjectRef) -> None:
        """Read an object from the disk; every tag must hold. Cheaper than ``check``: no digest.

        Raises:
            ObjectMissingError, ObjectDamagedError, KeyMissingError, VaultIoError
        """
        with self.open(ref, bypass_cache=True) as reader:
            reader.check()

    def check(self, ref: ObjectRef, digest: Digest, on_bytes: Callable[[int], None]) -> None:
        """Read an object from the disk and compare its digests with what the ledger says.

        Raises:
            ObjectMissingError, ObjectDamagedError, DigestMismatchError, VaultIoError
        """
        with self.open(ref, bypass_cache=True) as reader:
            found = digest_of(reader, with_sm3=digest.sm3 is not None, on_bytes=on_bytes)
        if found != digest:
            raise DigestMismatchError(object=ref.name, expected=str(digest), found=str(found))

    def object_files(self) -> Iterator[Path]:
        """Every file that lies among the objects, whatever its name."""
        yield from sorted(self._objects.glob("??/*"))

    def identify(self, path: Path, clip_id: ClipId) -> ObjectRef:
        """Make a reference for an object the ledger does not know, after checking every tag.

        Raises:
            ObjectDamagedError: no key of ours opens it whole.
        """
        for key in self.keyring.keys:
            try:
                with SealedReader(path, key, associated_data(clip_id), bypass_cache=True) as it:
                    size = it.check()
                    return ObjectRef(clip_id, path.name[:64], size, key.id, it.header)
            except ObjectDamagedError:
                continue
        raise ObjectDamagedError(object=path.name, reason="no key opens it")

    # -- staging and quarantine ----------------------------------------------------------

    def staged_bytes(self) -> dict[str, int]:
        """What lies in staging: names and lengths in bytes."""
        with translated(str(self.staging)):
            return {path.name: path.stat().st_size for path in self.staging.iterdir()}

    def sweep_staging(self, keep: Iterable[str]) -> int:
        """Discard staging files that nothing refers to; how many went."""
        kept = set(keep)
        count = 0
        with translated(str(self.staging)):
            for path in self.staging.iterdir():
                if path.name not in kept:
                    path.unlink(missing_ok=True)
                    count += 1
            if count:
                sync_directory(self.staging)
        return count

    def open_staged(self, staged: Staged, clip_id: ClipId) -> SealedReader:
        """The plain bytes of a verified copy in staging.

        Raises:
            ObjectMissingError, ObjectDamagedError, VaultIoError
        """
        key = self.keyring.get(staged.key_id)
        return SealedReader(staged.path, key, associated_data(clip_id))

    def replace_object(self, staged: Staged, clip_id: ClipId) -> str | None:
        """Give a verified copy the name of a damaged object, which goes into quarantine.

        Returns where in the vault the damaged one lies now, or None where there was none.
        """
        target = self.path_of(
            ObjectRef(clip_id, staged.digest.sha256, staged.size_bytes, staged.key_id, b"")
        )
        kept = self.quarantine / f"{clip_id}.damaged-{new_id()}" if target.exists() else None
        with translated(target.name):
            if kept is not None:
                target.rename(kept)
            staged.path.rename(target)
            sync_directories([target.parent, self.staging, self.quarantine])
        return str(kept.relative_to(self.root)) if kept else None

    def discard_staged(self, path: Path) -> None:
        """Remove one staging file: a duplicate, or a copy that can not be finished."""
        with translated(path.name):
            path.unlink(missing_ok=True)

    def set_aside(self, staged: Staged, name: str) -> str:
        """Move a sealed part of something doubtful into quarantine; its path in the vault."""
        target = self.quarantine / name
        with translated(name):
            staged.path.rename(target)
            sync_directory(self.quarantine)
            sync_directory(self.staging)
        return str(target.relative_to(self.root))

    # -- thumbnails ----------------------------------------------------------------------

    def put_thumbnail(self, clip_id: ClipId, jpeg: bytes) -> None:
        """Keep a clip's thumbnail, sealed; an older one is replaced."""
        key = self.keyring.primary
        path = self._thumbs / f"{clip_id}.part"
        with translated(path.name):
            path.unlink(missing_ok=True)
        plan = StagingPlan(path, key, _thumb_data(clip_id), with_sm3=False)
        out = aligned_buffer(Geometry(key.segment_bytes).sealed_bytes(len(jpeg)))
        stage_small(memoryview(jpeg), plan, out)
        with translated(path.name):
            path.rename(self._thumbs / clip_id)

    def thumbnail(self, clip_id: ClipId) -> bytes | None:
        """A clip's thumbnail, or None where there is none that opens."""
        for key in self.keyring.keys:
            try:
                with SealedReader(self._thumbs / clip_id, key, _thumb_data(clip_id)) as reader:
                    return reader.read_at(0, reader.size_bytes)
            except ObjectMissingError:
                return None
            except ObjectDamagedError:
                continue
        return None


def associated_data(clip_id: ClipId) -> bytes:
    """What binds an object to its clip: the clip's id in ASCII."""
    return clip_id.encode("ascii")


def _thumb_data(clip_id: ClipId) -> bytes:
    return b"thumbnail:" + clip_id.encode("ascii")
