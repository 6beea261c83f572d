"""Where sync reads what it delivers: the station's catalog and vault, never written to."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

import msgspec
from sqlalchemy.exc import DatabaseError

from workstation.catalog.reader import Catalog
from workstation.domain.errors import LedgerBusyError
from workstation.domain.errors_casework import ClipDestroyedError
from workstation.ledger.custody import Act
from workstation.vault import keys
from workstation.vault.store import Vault

if TYPE_CHECKING:
    from workstation.catalog.delivered import Delivered
    from workstation.catalog.directory import ProposalLine
    from workstation.catalog.values import OutboxRow, SignedSize
    from workstation.domain.clip import Clip
    from workstation.platform.paths import StatePaths


class PlainBytes(Protocol):
    """A clip's bytes as the recorder had them, opened piece by piece.

    Raises (all methods):
        ObjectDamagedError: some byte is not what was sealed.
    """

    size_bytes: int

    def readinto(self, buffer: memoryview) -> int:
        """Fill from the start of ``buffer``; 0 at the end."""
        ...

    def seek(self, offset: int) -> None:
        """Where ``readinto`` goes on."""
        ...

    def close(self) -> None: ...


class Source(Protocol):
    """What sync asks of a station."""

    def outbox(self, after_seq: int, limit: int) -> list[OutboxRow]:
        """What is to be delivered, in order, from just after ``after_seq``."""
        ...

    def clip(self, clip_id: str) -> Clip:
        """One clip.

        Raises:
            UnknownClipError: there is none of this id.
        """
        ...

    def open(self, clip_id: str) -> PlainBytes:
        """A clip's bytes.

        Raises:
            ObjectMissingError, ObjectDamagedError, KeyMissingError, VaultIoError
        """
        ...

    def custody_lines(self, after_seq: int, limit: int) -> list[bytes]:
        """The exact bytes of ledger lines, in order, from just after ``after_seq``."""
        ...

    def custody_hash(self, clip_id: str) -> str | None:
        """SHA-256 of the line that collected the clip, hex."""
        ...

    def checkpoints(self, after_size: int) -> list[SignedSize]:
        """Signed checkpoints over more than ``after_size`` lines, smallest first."""
        ...

    def operations(self, after_seq: int, limit: int) -> list[tuple[int, bytes]]:
        """What people said here, each with its number in the outbox, in order."""
        ...

    def delivered(self, store_id: str) -> list[Delivered]:
        """Every clip with a receipt of this store."""
        ...

    def purgeable(self, store_id: str, before: str) -> list[Delivered]:
        """Of those, the clips whose receipt is older and whose bytes are here."""
        ...

    def not_here(self, store_id: str) -> list[str]:
        """Of those, the clips whose bytes should be in the vault and are not."""
        ...

    def is_governed(self) -> bool:
        """Whether an agency keeps the directory, so that local changes are proposals."""
        ...

    def agency_keys(self) -> list[str]:
        """Public lines of the agency that is pinned here, every key it ever had."""
        ...

    def proposals(self, after_seq: int, limit: int) -> list[ProposalLine]:
        """Local changes of the directory, in order of the outbox."""
        ...

    def data_version(self) -> int:
        """Changes whenever the station has committed."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class _Act(msgspec.Struct):
    """Of a custody line, only what happened."""

    act: str


class StationSource:
    """The real one: the ledger through a connection that can not write, the vault read-only."""

    def __init__(self, catalog: Catalog, vault: Vault) -> None:
        self._catalog = catalog
        self._vault = vault

    @classmethod
    def of(cls, paths: StatePaths) -> StationSource:
        """Open a state directory.

        Raises:
            NotInitialisedError: no station was made there yet.
            KeyMissingError, KeyBadError: the vault's key can not be read.
        """
        catalog = Catalog.open(paths.ledger)
        try:
            return cls(catalog, Vault(paths.vault, keys.load(paths.vault_key)))
        except BaseException:
            catalog.close()
            raise

    def outbox(self, after_seq: int, limit: int) -> list[OutboxRow]:
        return self._catalog.outbox(after_seq, limit)

    def clip(self, clip_id: str) -> Clip:
        return self._catalog.clip(clip_id)

    def open(self, clip_id: str) -> PlainBytes:
        return self._vault.open(self._catalog.object_ref(clip_id))

    def custody_lines(self, after_seq: int, limit: int) -> list[bytes]:
        return self._catalog.custody_lines(after_seq, limit)

    def custody_hash(self, clip_id: str) -> str | None:
        for line in self._catalog.custody_of(clip_id):
            if msgspec.json.decode(line, type=_Act).act == Act.COLLECTED.value:
                return hashlib.sha256(line).hexdigest()
        return None

    def checkpoints(self, after_size: int) -> list[SignedSize]:
        return self._catalog.checkpoints(after_size)

    def operations(self, after_seq: int, limit: int) -> list[tuple[int, bytes]]:
        return self._catalog.operations_said(after_seq, limit)

    def delivered(self, store_id: str) -> list[Delivered]:
        return self._catalog.delivered(store_id)

    def purgeable(self, store_id: str, before: str) -> list[Delivered]:
        gone = self._catalog.gone_here()
        found = self._catalog.delivered(store_id)
        return [one for one in found if one.stored_at < before and one.clip_id not in gone]

    def not_here(self, store_id: str) -> list[str]:
        lacking = []
        for one in self._catalog.delivered(store_id):
            with suppress(ClipDestroyedError):
                if not self._vault.path_of(self._catalog.object_ref(one.clip_id)).exists():
                    lacking.append(one.clip_id)
        return lacking

    def is_governed(self) -> bool:
        return bool(self._catalog.agency_keys())

    def agency_keys(self) -> list[str]:
        return [one.ssh for one in self._catalog.agency_keys()]

    def proposals(self, after_seq: int, limit: int) -> list[ProposalLine]:
        return self._catalog.proposals(after_seq, limit)

    def data_version(self) -> int:
        try:
            return self._catalog.data_version()
        except DatabaseError as error:
            raise LedgerBusyError(reason=str(error.orig)) from error

    def close(self) -> None:
        self._catalog.close()
