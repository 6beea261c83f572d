"""An S3 bucket with Object Lock as a central store. See ``sync.stores.api`` for the promises."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sync.documents import StoreDocument, decode
from sync.layout import CANARY_PREFIX, STORE_KEY, require_key, signature_key
from sync.stores.api import Kept, StoreDescriptor, unhurried
from sync.stores.s3.client import GoneError, S3Client
from sync.stores.s3.parts import drop, uploads_of
from sync.stores.s3.upload import S3Upload
from sync.stores.s3.versions import oldest, require_locked, walk
from workstation.domain.errors import (
    IntegrityError,
    StoreRefusedError,
    StoreUnavailableError,
)
from workstation.ledger.sshsig import Namespace, holds, public_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sync.stores.api import Pace, StoredBytes, Upload
    from sync.stores.s3.client import Body
    from sync.stores.s3.place import Credentials, S3Place
    from sync.stores.s3.versions import Version

DOCUMENT_LIMIT_BYTES = 64 << 20


class S3Store:
    """One bucket. Used by one thread."""

    def __init__(self, place: S3Place, credentials: Credentials, pace: Pace = unhurried) -> None:
        self.url = place.url
        self._client = S3Client(place, credentials, pace)
        self._landing: timedelta | None = None  # known once it is described

    # -- which store --------------------------------------------------------------------

    def describe(self) -> StoreDescriptor:
        """See ``Store``."""
        self._landing = None
        written = self._document(STORE_KEY)
        signature = self._document(signature_key(STORE_KEY))
        if written is None or signature is None:
            raise StoreUnavailableError(place=self.url, reason="not_commissioned")
        try:
            document = decode(StoreDocument, written, STORE_KEY)
            key = public_of(document.ssh)
        except IntegrityError as error:
            raise StoreUnavailableError(place=self.url, reason="not_ours") from error
        if not holds(written, signature, Namespace.STORE, key):
            raise StoreUnavailableError(place=self.url, reason="bad_signature")
        self._landing = timedelta(days=document.landing_days)
        return StoreDescriptor(document.store_id, document, key)

    def initialise(self, document: bytes, signature: bytes) -> None:
        """See ``Store``; an administrator's work, done by ``store commission``."""
        decoded = decode(StoreDocument, document, STORE_KEY)
        # A crash may have left the signature alone; store.json is what makes it a store.
        known = signature_key(STORE_KEY)
        found = (version.key for version in walk(self._client, "", ""))
        if any(key != known and not key.startswith(CANARY_PREFIX) for key in found):
            raise StoreRefusedError(place=self.url, reason="not_empty")
        self._landing = timedelta(days=decoded.landing_days)
        self.put_document(signature_key(STORE_KEY), signature)
        self.put_document(STORE_KEY, document)

    def close(self) -> None:
        """See ``Store``."""
        self._landing = None

    def _promised(self) -> timedelta:
        if self._landing is None:
            raise StoreUnavailableError(place=self.url, reason="not_described")
        return self._landing

    # -- objects ------------------------------------------------------------------------

    def begin(self, key: str, size_bytes: int) -> Upload:
        """See ``Store``."""
        return S3Upload(self._client, require_key(key), size_bytes, self._promised())

    def discard(self, key: str) -> None:
        """See ``Store``."""
        for upload_id in uploads_of(self._client, require_key(key)):
            drop(self._client, key, upload_id)

    def stat(self, key: str) -> int | None:
        """See ``Store``."""
        self._promised()
        version = oldest(self._client, require_key(key))
        return None if version is None else version.size_bytes

    def vouch(self, key: str) -> Kept:
        """See ``Store``."""
        landing = self._promised()
        version = oldest(self._client, require_key(key))
        if version is None:
            raise StoreRefusedError(key=key, reason="missing")
        return Kept(version.version, require_locked(self._client, version, landing))

    def open(self, key: str, offset: int = 0) -> StoredBytes:
        """See ``Store``; the oldest version, by its id."""
        self._promised()
        version = oldest(self._client, require_key(key))
        if version is None:
            raise StoreRefusedError(key=key, reason="missing")
        return _S3Bytes(self._client, version, offset)

    def put_document(self, key: str, document: bytes) -> None:
        """See ``Store``."""
        landing = self._promised()
        if oldest(self._client, require_key(key)) is None:
            self._client.call("put_object", Key=key, Body=document)
        if self._document(key) != document:
            raise StoreRefusedError(key=key, reason="conflict")
        version = oldest(self._client, key)
        if version is not None:
            require_locked(self._client, version, landing)

    def _document(self, key: str) -> bytes | None:
        """A small object, whole; None where there is none."""
        version = oldest(self._client, key)
        if version is None:
            return None
        reader = _S3Bytes(self._client, version)
        try:
            return reader.read(DOCUMENT_LIMIT_BYTES)
        finally:
            reader.close()

    def list(self, prefix: str, after: str = "") -> Iterator[str]:
        """See ``Store``."""
        self._promised()
        last = ""
        for version in walk(self._client, prefix, after):
            if version.key != last:
                last = version.key
                yield last

    def sizes(self, prefix: str) -> Iterator[tuple[str, int]]:
        """See ``Store``; of each key the oldest version, which comes last."""
        self._promised()
        last: Version | None = None
        for version in walk(self._client, prefix, ""):
            if last is not None and version.key != last.key:
                yield last.key, last.size_bytes
            last = version
        if last is not None:
            yield last.key, last.size_bytes


class _S3Bytes:
    """One version of an object being read."""

    def __init__(self, client: S3Client, found: Version, offset: int = 0) -> None:
        self.version = found.version
        self._client = client
        self._body: Body | None = None
        if offset and offset >= found.size_bytes:
            return  # a range that begins at the end is an error to the store
        wanted: dict[str, object] = {"Range": f"bytes={offset}-"} if offset else {}
        try:
            answer = client.call("get_object", Key=found.key, VersionId=found.version, **wanted)
        except GoneError as error:
            raise StoreRefusedError(key=found.key, reason="missing") from error
        self._body = answer["Body"]
        if offset and not str(answer.get("ContentRange", "")).startswith(f"bytes {offset}-"):
            self.close()
            raise StoreUnavailableError(place=found.key, reason="no_ranges")

    def readinto(self, buffer: memoryview) -> int:
        piece = self.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    def read(self, count: int) -> bytes:
        """Up to so many bytes; none at the end."""
        return b"" if self._body is None else self._client.read(self._body, count)

    def close(self) -> None:
        if self._body is not None:
            self._body.close()
