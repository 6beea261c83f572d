"""What was made of clips (stills): kept beside them, sealed like them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NewType

from workstation.domain.errors import DigestMismatchError, ObjectDamagedError
from workstation.sealing.segments import Geometry
from workstation.vault.digesting import digest_of
from workstation.vault.diskfile import aligned_buffer, sync_directory, translated
from workstation.vault.sealed import SealedReader
from workstation.vault.staging import StagingPlan, stage_small

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from workstation.vault.staging import Staged
    from workstation.vault.store import Vault

DerivativeId = NewType("DerivativeId", str)


@dataclass(frozen=True, slots=True)
class Derivative:
    """What the entry ``derived`` says of one: of which clip, its digest, how it is sealed."""

    id: DerivativeId
    clip_id: str
    sha256: str
    key_id: int
    header: bytes


def keep(vault: Vault, derivative: DerivativeId, content: bytes) -> Staged:
    """Seal ``content`` under its own name, durably, read back from the disk before it counts.

    Raises:
        VaultFullError, VaultReadOnlyError, VaultIoError: the disk refuses.
        ObjectDamagedError: the disk does not give back what was written.
    """
    vault.require_room(len(content))
    key, folder = vault.keyring.primary, _folder(vault)
    with translated(derivative):
        folder.mkdir(mode=0o750, exist_ok=True)
        sync_directory(vault.root)
    plan = StagingPlan(vault.staging / derivative, key, _associated(derivative), with_sm3=False)
    out = aligned_buffer(Geometry(key.segment_bytes).sealed_bytes(len(content)))
    staged = stage_small(memoryview(content), plan, out)
    vault.flush()
    with SealedReader(plan.path, key, _associated(derivative), bypass_cache=True) as reader:
        reader.check()
    with translated(derivative):
        plan.path.rename(folder / derivative)
        sync_directory(folder)
        sync_directory(vault.staging)
    return staged


def read(vault: Vault, derivative: DerivativeId, key_id: int) -> bytes:
    """A derivative's bytes; the custody entry ``derived`` names the key and the digest.

    Raises:
        ObjectMissingError, ObjectDamagedError, KeyMissingError, VaultIoError
    """
    key, path = vault.keyring.get(key_id), _folder(vault) / derivative
    with SealedReader(path, key, _associated(derivative)) as reader:
        return reader.read_at(0, reader.size_bytes)


def check(vault: Vault, one: Derivative, on_bytes: Callable[[int], None]) -> None:
    """Read a derivative from the disk and compare it with what its entry says.

    Raises:
        ObjectMissingError, ObjectDamagedError, DigestMismatchError, KeyMissingError, VaultIoError
    """
    key, path = vault.keyring.get(one.key_id), _folder(vault) / one.id
    with SealedReader(path, key, _associated(one.id), bypass_cache=True) as reader:
        if reader.header != one.header:
            raise ObjectDamagedError(object=one.id, reason="not what was written")
        found = digest_of(reader, with_sm3=False, on_bytes=on_bytes)
    if found.sha256 != one.sha256:
        raise DigestMismatchError(object=one.id, expected=one.sha256, found=found.sha256)


def discard(vault: Vault, derivatives: list[DerivativeId]) -> None:
    """Remove derivatives for good, durably; those that are gone already are passed over.

    Raises:
        VaultReadOnlyError, VaultIoError: the disk refuses; they may be gone all the same.
    """
    folder = _folder(vault)
    if not derivatives or not folder.exists():
        return
    with translated(derivatives[0]):
        for derivative in derivatives:
            (folder / derivative).unlink(missing_ok=True)
        sync_directory(folder)


def files(vault: Vault) -> Iterator[Path]:
    """Every file that lies among the derivatives, whatever its name."""
    yield from sorted(_folder(vault).glob("*"))


def _folder(vault: Vault) -> Path:
    return vault.root / "derived"


def _associated(derivative: DerivativeId) -> bytes:
    return b"derivative:" + derivative.encode("ascii")
