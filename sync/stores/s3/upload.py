"""An object on its way into an S3 store; it survives both ends.

The store's own list of parts is the truth about what arrived. Bytes that it holds already are
given again when an upload goes on: they are compared part by part and not sent.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sync.stores.api import Kept, StoredObject
from sync.stores.s3.client import SENDERS, GoneError
from sync.stores.s3.parts import PART_BYTES, Parts, drop, uploads_of
from sync.stores.s3.signing import DigestedBody
from sync.stores.s3.versions import oldest, require_locked
from workstation.domain.errors import (
    StoreDamagedError,
    StoreRefusedError,
    StoreUnavailableError,
)
from workstation.platform.failpoints import reach

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

    from sync.stores.s3.client import S3Client


class S3Upload:
    """See ``Upload``. Up to one part's length it is sent in one request, at the end."""

    def __init__(self, client: S3Client, key: str, size_bytes: int, landing: timedelta) -> None:
        self._client = client
        self._key = key
        self._size_bytes = size_bytes
        self._landing = landing
        self._hasher = hashlib.sha256()
        self._given = 0  # bytes, also those the store holds already
        self._filled = 0  # bytes in the part at hand
        self._parts: Parts | None = None
        self._offset = 0
        if size_bytes > PART_BYTES:
            self._parts = Parts(client, key, size_bytes)
            self._offset = self._parts.whole_bytes()
            self._buffer = self._parts.buffer()
        else:
            self._buffer = bytearray(size_bytes)

    @property
    def offset(self) -> int:
        return self._offset

    def skim(self, chunk: memoryview) -> None:
        """See ``Upload``: compared, and sent only where the store holds something else."""
        self._take(chunk)

    def write(self, chunk: memoryview) -> None:
        """See ``Upload``."""
        before = self._given
        self._take(chunk)
        self._offset = self._given
        if before < self._size_bytes / 2 <= self._given:
            reach("sync.object_half")

    def _take(self, chunk: memoryview) -> None:
        self._hasher.update(chunk)
        if self._given + len(chunk) > self._size_bytes:  # commit refuses it
            self._given += len(chunk)
            return
        while chunk:
            piece = chunk[: len(self._buffer) - self._filled]
            self._buffer[self._filled : self._filled + len(piece)] = piece
            self._filled += len(piece)
            self._given += len(piece)
            chunk = chunk[len(piece) :]
            if self._parts is not None and self._filled == self._parts.part_bytes:
                self._give(self._parts)

    def _give(self, parts: Parts) -> None:
        number = -(-self._given // parts.part_bytes)
        with _told_when_dropped(self._key):
            parts.give(number, self._buffer, self._filled)
        self._buffer, self._filled = parts.buffer(), 0

    def settle(self, timeout_s: float, *, is_last: bool = False) -> bool:
        """See ``Upload``."""
        if self._parts is None:
            return True
        if is_last and self._filled and self._given == self._size_bytes:
            self._give(self._parts)
        with _told_when_dropped(self._key):
            return self._parts.settle(timeout_s, 0 if is_last else SENDERS - 1)

    def commit(self, sha256: str) -> StoredObject:
        """See ``Upload``; what arrived was compared with signed digests on the way."""
        if (self._given, self._hasher.hexdigest()) != (self._size_bytes, sha256):
            if self._parts is not None:
                drop(self._client, self._key, self._parts.upload_id)
            raise StoreDamagedError(key=self._key, reason="digest", size_bytes=self._given)
        if self._parts is not None and self._filled:
            self._give(self._parts)
        reach("sync.object_written")
        there = oldest(self._client, self._key)
        etag = self._complete() if there is None else None
        reach("sync.object_published")
        return self._proven(sha256, etag)

    def _complete(self) -> str:
        """Make it an object; the ETag it must have."""
        if self._parts is not None:
            with _told_when_dropped(self._key):
                return self._parts.complete()
        content = memoryview(self._buffer)[: self._filled]
        body = DigestedBody(content, self._hasher.hexdigest(), self._client.pace)
        self._client.call("put_object", Key=self._key, Body=body)
        return hashlib.md5(content, usedforsecurity=False).hexdigest()

    def _proven(self, sha256: str, etag: str | None) -> StoredObject:
        """The store's word that it holds our bytes, locked; or the bytes themselves."""
        version = oldest(self._client, self._key)
        if version is None:
            raise StoreUnavailableError(reason="not_there_yet", place=self._key)
        if etag is None or version.etag != etag:  # somebody else's, or ours of another time
            found = read_digest(self._client, self._key, version.version)
            if found != (self._size_bytes, sha256):
                raise StoreRefusedError(key=self._key, reason="conflict")
        elif version.size_bytes != self._size_bytes:
            raise StoreRefusedError(key=self._key, reason="conflict")
        until = require_locked(self._client, version, self._landing)
        for upload_id in uploads_of(self._client, self._key):
            drop(self._client, self._key, upload_id)
        kept = Kept(version.version, until)
        return StoredObject(self._key, self._size_bytes, sha256, kept)

    def close(self) -> None:
        """See ``Upload``; whole parts stay with the store."""
        if self._parts is not None:
            self._parts.close()


@contextmanager
def _told_when_dropped(key: str) -> Iterator[None]:
    """Somebody dropped our upload: begin anew, as after any lost answer."""
    try:
        yield
    except GoneError as error:
        raise StoreUnavailableError(place=key, reason="upload_dropped") from error


def read_digest(client: S3Client, key: str, version: str) -> tuple[int, str]:
    """Size and SHA-256 of a version, by reading all of it."""
    hasher, size = hashlib.sha256(), 0
    body = client.call("get_object", Key=key, VersionId=version)["Body"]
    try:
        while piece := client.read(body, 1 << 20):
            hasher.update(piece)
            size += len(piece)
    finally:
        body.close()
    return size, hasher.hexdigest()
