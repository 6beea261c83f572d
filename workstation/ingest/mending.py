"""Damaged objects: found, written down, and replaced by a whole copy when one comes by.

A copy is only taken for whole if it has the digest of the ledger's line. It is sealed anew under
the damaged clip's own id; the damaged object is kept in quarantine.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from workstation.domain.errors import (
    DigestMismatchError,
    IntegrityError,
    ObjectMissingError,
    VaultIoError,
)
from workstation.domain.errors_casework import ClipDestroyedError
from workstation.ledger.care import record_damage, record_healing
from workstation.platform import failpoints
from workstation.vault.digesting import digest_of
from workstation.vault.staging import stage

if TYPE_CHECKING:
    from workstation.catalog.reader import Catalog
    from workstation.domain.clip import Clip, ClipId
    from workstation.ledger.custody import Fact
    from workstation.ledger.writer import Ledger
    from workstation.vault.staging import Source, Staged
    from workstation.vault.store import Vault

logger = logging.getLogger(__name__)

# What says that an object is not whole: damage, absence, and a disk that can not read it.
DAMAGE = (IntegrityError, ObjectMissingError, VaultIoError)


class Mender:
    """Writes down what is damaged and puts whole copies in its place. One at a time per clip."""

    def __init__(self, vault: Vault, ledger: Ledger, catalog: Catalog) -> None:
        self._vault = vault
        self._ledger = ledger
        self._catalog = catalog

    def is_whole(self, clip_id: str) -> bool:
        """Whether the clip's object lies there with every tag holding, and no damage is known."""
        if self._catalog.damage_of(clip_id) is not None:
            return False
        try:
            self._vault.check_tags(self._catalog.object_ref(clip_id))
        except DAMAGE:
            return False
        return True

    def note_damage(self, clip: Clip, code: str, facts: dict[str, Fact]) -> bool:
        """A clip's object was found not to be whole; False if that was known already."""
        if self._catalog.damage_of(clip.id) is not None:
            return False
        with self._ledger.transaction() as tx:
            record_damage(tx, clip.id, code, facts)
        logger.info("clip damaged clip=%s code=%s", clip.id, code)
        return True

    def mend(self, clip_id: ClipId, source: Source, origin: str, by: str | None = None) -> None:
        """Replace a clip's object by one sealed anew from ``source``.

        Args:
            clip_id: The clip.
            source: The clip's bytes, from their beginning.
            origin: Where they come from: ``recorder``, ``file``, ``vault``.
            by: Badge of who asked, if anybody.

        Raises:
            UnknownClipError: there is no such clip.
            DigestMismatchError: these are not the clip's bytes; nothing was changed.
            VaultFullError, VaultReadOnlyError, VaultIoError: the disk refuses.
        """
        clip = self._catalog.clip(clip_id)
        plan = self._vault.plan(
            clip.id, with_sm3=clip.digest.sm3 is not None, name=f"{clip.id}.mend"
        )
        self._vault.discard_staged(plan.path)
        staged = stage(source, plan, lambda _: None)
        try:
            if (staged.digest, staged.size_bytes) != (clip.digest, clip.size_bytes):
                raise DigestMismatchError(
                    clip=clip.id, expected=str(clip.digest), found=str(staged.digest)
                )
            self._vault.verify_staged(staged, clip.id)
        except IntegrityError:
            self._vault.discard_staged(staged.path)
            raise
        kept = self._vault.replace_object(staged, clip.id)
        failpoints.reach("heal.placed")
        self._record(clip, staged.key_id, staged.header, {"from": origin, "kept": kept}, by)

    def _record(
        self, clip: Clip, key_id: int, header: bytes, facts: dict[str, Fact], by: str | None
    ) -> None:
        with self._ledger.transaction() as tx:
            record_healing(tx, clip.id, key_id, header, facts, by)
        logger.info("clip mended clip=%s from=%s", clip.id, facts["from"])

    def note_recovery(self, clip: Clip) -> None:
        """An object that could not be read is whole again by itself: a disk's passing fault."""
        ref = self._catalog.object_ref(clip.id)
        self._record(clip, ref.key_id, ref.header, {"from": "disk", "kept": None}, None)

    def adopt(self, clip: Clip) -> bool:
        """Whether a whole copy lies in place that a crash left unrecorded; then it is recorded."""
        try:
            ref = self._catalog.object_ref(clip.id)
            path = self._vault.path_of(ref)
            found = self._vault.identify(path, clip.id)
            if found.header == ref.header:
                return False
            with self._vault.open(found, bypass_cache=True) as reader:
                digest = digest_of(
                    reader, with_sm3=clip.digest.sm3 is not None, on_bytes=lambda _: None
                )
        except (*DAMAGE, ClipDestroyedError):
            return False
        if digest != clip.digest:
            return False
        self._record(clip, found.key_id, found.header, {"from": "vault", "kept": None}, None)
        return True

    def mend_from_copy(
        self, damaged: ClipId, staged: Staged, fresh: ClipId, by: str | None
    ) -> None:
        """Mend a clip from a verified copy in staging that was sealed as clip ``fresh``.

        Raises:
            DigestMismatchError, VaultFullError, VaultIoError: as ``mend``.
        """
        with self._vault.open_staged(staged, fresh) as reader:
            self.mend(damaged, reader, "recorder", by)
