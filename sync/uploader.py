"""Bring one clip's bytes to the store, from wherever the last attempt left off.

The store's word is asked for on entry to every state; our own record of the state only says
what to ask. The bytes are opened from the vault in constant memory, and hashed on the way from
the first to the last, also those that an earlier attempt sent.
"""

from __future__ import annotations

import hashlib
import logging
import time
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from sync.states import ObjectState
from workstation.domain.errors import (
    DigestMismatchError,
    StoreDamagedError,
    StoreRefusedError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync.deliveries import Deliveries, Delivery
    from sync.source import PlainBytes, Source
    from sync.stopping import StopFlag
    from sync.stores.api import Store, Upload

logger = logging.getLogger(__name__)

CHUNK_BYTES = 1 << 20

BREATH_S = 0.5  # how long something small waits behind a large clip, at most, but for one piece

# A cable that flips a bit is worth another try; one that always does is for a person.
TRIES_LIMIT = 3


class Uploader:
    """Moves objects from ``QUEUED`` to ``STORED``."""

    def __init__(
        self,
        source: Source,
        deliveries: Deliveries,
        stop: StopFlag,
        on_bytes: Callable[[Delivery, int], None],
        on_breath: Callable[[Delivery], None] | None = None,
    ) -> None:
        self._source = source
        self._deliveries = deliveries
        self._stop = stop
        self._on_bytes = on_bytes
        self._on_breath = on_breath
        self._breath_at_s = 0.0
        self._buffer = memoryview(bytearray(CHUNK_BYTES))

    def deliver(self, store: Store, delivery: Delivery) -> None:
        """Bring the object to ``STORED``; whatever state it is in.

        Raises:
            StopRequested: asked to stop; the store keeps what it has.
            TransientError: the store or the disk may be better in a moment.
            OperatorError, IntegrityError: this clip is for a person.
        """
        while True:
            self._stop.check()
            found = store.stat(delivery.object_key)
            if delivery.object_state is ObjectState.STORED:
                if found == delivery.size_bytes:
                    store.vouch(delivery.object_key)
                    return
                self._put_back(delivery, "vanished")
            elif found is not None:
                self._adopt(store, delivery, found)
            elif delivery.object_state in {ObjectState.QUEUED, ObjectState.SENDING}:
                self._send(store, delivery)
            else:
                self._become(delivery, ObjectState.QUEUED, "not at the store")
            delivery = self._fresh(delivery)

    def _fresh(self, delivery: Delivery) -> Delivery:
        return self._deliveries.get(delivery.clip_id) or replace(
            delivery, object_state=ObjectState.QUEUED
        )

    def _become(self, delivery: Delivery, state: ObjectState, detail: str = "") -> None:
        self._deliveries.object_becomes(delivery.clip_id, state, detail)

    def _put_back(self, delivery: Delivery, reason: str) -> None:
        """Begin again, unless that was done often enough.

        Raises:
            StoreDamagedError: ``TRIES_LIMIT`` times were enough.
        """
        error = StoreDamagedError(key=delivery.object_key, reason=reason, tries=delivery.tries + 1)
        if delivery.tries + 1 >= TRIES_LIMIT:
            raise error
        logger.warning("clip put back clip=%s: %s", delivery.clip_id, error)
        self._deliveries.put_back(delivery.clip_id, error)

    # -- an object is there -------------------------------------------------------------

    def _adopt(self, store: Store, delivery: Delivery, found_bytes: int) -> None:
        """An object lies under our key, but we have not seen it read back: read it."""
        store.discard(delivery.object_key)
        if delivery.object_state is ObjectState.SENDING:
            self._become(delivery, ObjectState.COMMITTING, "found at the store")
        if delivery.object_state is not ObjectState.CHECKING:
            self._become(delivery, ObjectState.CHECKING, "found at the store")
        sha256 = ""
        if found_bytes == delivery.size_bytes:
            sha256 = self._read_back(store, delivery.object_key)
        if sha256 != delivery.sha256:
            # The key names the digest, and nothing of ours puts other bytes there.
            raise StoreDamagedError(key=delivery.object_key, reason="read_back", sha256=sha256)
        kept = store.vouch(delivery.object_key)
        self._deliveries.object_stored(delivery.clip_id, kept)

    def _read_back(self, store: Store, key: str) -> str:
        hasher = hashlib.sha256()
        with closing(store.open(key)) as stored:
            while count := stored.readinto(self._buffer):
                hasher.update(self._buffer[:count])
                self._stop.check()
        return hasher.hexdigest()

    # -- nothing is there ---------------------------------------------------------------

    def _send(self, store: Store, delivery: Delivery) -> None:
        with closing(self._source.open(delivery.clip_id)) as plain:
            if plain.size_bytes != delivery.size_bytes:
                raise DigestMismatchError(clip=delivery.clip_id, size_bytes=plain.size_bytes)
            if delivery.object_state is ObjectState.QUEUED:
                self._become(delivery, ObjectState.SENDING)
            with closing(store.begin(delivery.object_key, delivery.size_bytes)) as upload:
                self._pour(delivery, plain, upload)
                self._become(delivery, ObjectState.COMMITTING)
                try:
                    stored = upload.commit(delivery.sha256)
                except StoreDamagedError:
                    self._put_back(delivery, "read_back")
                    return
        if (stored.size_bytes, stored.sha256) != (delivery.size_bytes, delivery.sha256):
            raise StoreRefusedError(key=delivery.object_key, reason="proof")
        self._become(delivery, ObjectState.CHECKING, "committed")
        self._deliveries.object_stored(delivery.clip_id, stored.kept)

    def _breathe(self, delivery: Delivery) -> None:
        """Let what is more pressing pass; the upload at hand stays as it is."""
        now_s = time.monotonic()
        if self._on_breath is not None and now_s >= self._breath_at_s:
            self._on_breath(delivery)
            self._breath_at_s = time.monotonic() + BREATH_S

    def _await(self, delivery: Delivery, upload: Upload, *, is_last: bool = False) -> None:
        """Wait for the line, letting small things pass meanwhile."""
        while not upload.settle(BREATH_S, is_last=is_last):
            self._stop.check()
            self._breathe(delivery)

    def _pour(self, delivery: Delivery, plain: PlainBytes, upload: Upload) -> None:
        """Send what the store does not hold yet; hash everything.

        Raises:
            DigestMismatchError: the vault gives other bytes than were hashed at the dock.
        """
        begun_s = time.monotonic()
        from_bytes = upload.offset
        session = self._deliveries.begin_session(delivery.clip_id, from_bytes)
        try:
            hasher = hashlib.sha256()
            passed = 0
            while count := plain.readinto(self._buffer):
                self._stop.check()
                chunk = self._buffer[:count]
                hasher.update(chunk)
                known = max(0, min(count, from_bytes - passed))
                fresh = chunk[known:]
                passed += count
                upload.skim(chunk[:known])
                if fresh:
                    self._await(delivery, upload)
                    upload.write(fresh)
                    self._on_bytes(delivery, len(fresh))
                self._breathe(delivery)
            self._await(delivery, upload, is_last=True)
        finally:
            took_s = time.monotonic() - begun_s
            self._deliveries.end_session(session, upload.offset, took_s)
        if hasher.hexdigest() != delivery.sha256:
            raise DigestMismatchError(clip=delivery.clip_id, sha256=hasher.hexdigest())
