"""Publish a delivered clip: its signed, numbered manifest, last of all."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from sync.chains import ManifestRow
from sync.documents import FORMAT, Manifest, ManifestObject, digest_of, encode
from sync.layout import manifest_key, signature_key
from sync.states import ClipState
from sync.stores.errors import store_errors
from workstation.domain.errors import LedgerBrokenError
from workstation.ledger.sshsig import Namespace, sign
from workstation.platform.clock import to_text
from workstation.platform.failpoints import reach

if TYPE_CHECKING:
    from sync.chains import Manifests
    from sync.deliveries import Delivery
    from sync.identity import Identity
    from sync.source import Source
    from sync.stores.api import Store
    from workstation.platform.clock import Clock


class Publisher:
    """Gives numbers and writes manifests. A number, once given, always means the same bytes."""

    def __init__(
        self, identity: Identity, source: Source, manifests: Manifests, clock: Clock
    ) -> None:
        self._station = identity.station
        self._key = identity.key
        self._source = source
        self._manifests = manifests
        self._clock = clock

    def publish(self, store: Store, delivery: Delivery) -> None:
        """Bring a clip whose object is ``STORED`` to ``PUBLISHED``.

        Raises:
            TransientError: the store may be better in a moment; the number stays.
            StoreRefusedError: another manifest has this number (see ``joining``).
        """
        if delivery.state is ClipState.WAITING:
            self._manifests.number(self._write(delivery))
        row = self._manifests.of(delivery.clip_id)
        if row is None or row.body is None:
            raise LedgerBrokenError(clip=delivery.clip_id, reason="manifest_lost")
        # The signature first: when the manifest shows, it can be checked.
        store.put_document(signature_key(row.key), sign(row.body, Namespace.MANIFEST, self._key))
        with store_errors(row.key):
            reach("sync.manifest_written")
        store.put_document(row.key, row.body)
        with store_errors(row.key):
            reach("sync.manifest_published")
        self._manifests.published(row)

    def _write(self, delivery: Delivery) -> ManifestRow:
        seq, previous = self._manifests.next_place()
        clip = self._source.clip(delivery.clip_id)
        recorded = clip.recorded_at.isoformat() if clip.recorded_at else None
        manifest = Manifest(
            format=FORMAT,
            station=self._station,
            seq=seq,
            previous=previous,
            published=to_text(self._clock.now()),
            clip=clip.id,
            kind=clip.kind.value,
            size=clip.size_bytes,
            sha256=clip.digest.sha256,
            sm3=clip.digest.sm3,
            recorded_at=recorded,
            vaulted_at=to_text(clip.vaulted_at.astimezone(UTC)),
            recorder=clip.recorder_serial,
            badge=clip.badge,
            source_path=clip.source_path,
            level=int(clip.level),
            custody=self._source.custody_hash(clip.id),
            objects=[
                ManifestObject(
                    delivery.object_key,
                    clip.size_bytes,
                    clip.digest.sha256,
                    clip.digest.sm3,
                    delivery.version,
                )
            ],
        )
        body = encode(manifest)
        key = manifest_key(self._station, seq, clip.id)
        return ManifestRow(seq, clip.id, key, digest_of(body), body, None)
