"""Calls to an S3 service whose outcome is always one of a few.

*Done* is an answer that carries the operation's proof field (a captive portal answers 200 to
everything, and boto3 takes that for success). *Gone* is ``GoneError``. Everything else is one of
the store's errors; after ``StoreUnavailableError`` the call may have had its effect all the same.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, SSLError
from urllib3.exceptions import HTTPError

from sync.stores.api import unhurried
from sync.stores.s3.signing import SIGNATURE_VERSION, install, learn_offset
from workstation.domain.errors import (
    StoreFullError,
    StoreRefusedError,
    StoreUnavailableError,
)

if TYPE_CHECKING:
    from datetime import datetime

    from sync.stores.api import Pace
    from sync.stores.s3.place import Credentials, S3Place

logger = logging.getLogger(__name__)

Answer = Mapping[str, Any]

CONNECT_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 60.0  # a full Ceph does not refuse, it hangs
SENDERS = 4

_PROOF = {
    "put_object": "ETag",
    "upload_part": "ETag",
    "head_object": "ETag",
    "get_object": "ETag",
    "create_multipart_upload": "UploadId",
    "complete_multipart_upload": "Key",
    "list_parts": "UploadId",
    "list_object_versions": "Name",
    "list_multipart_uploads": "Bucket",
    "list_objects_v2": "Name",
    "get_object_lock_configuration": "ObjectLockConfiguration",
}
_GONE = frozenset({"NoSuchKey", "NoSuchUpload", "NoSuchVersion", "404"})
_FULL = frozenset({"QuotaExceeded", "InsufficientStorage"})
_SKEWED = "RequestTimeTooSkewed"
_NOT_MODIFIED = 304
_TRY_AGAIN_STATUS = frozenset({408, 409, 412, 429})


class Body(Protocol):
    """The bytes of an answer."""

    def read(self, count: int, /) -> bytes: ...

    def close(self) -> None: ...


class UnchangedError(Exception):
    """The store says that what was asked for is what we have (HTTP 304)."""


class GoneError(Exception):
    """The store says that what was asked for is not there (any more)."""


class S3Client:
    """One bucket. The methods may be called from several threads."""

    def __init__(self, place: S3Place, credentials: Credentials, pace: Pace = unhurried) -> None:
        self.pace = pace  # of what clips send
        install()
        self.place = place
        session = boto3.Session(
            aws_access_key_id=credentials.access_key,
            aws_secret_access_key=credentials.secret_key,
            region_name=place.region,
        )
        self._client = session.client(
            "s3",
            endpoint_url=place.endpoint,
            verify=place.ca or True,
            config=Config(
                signature_version=SIGNATURE_VERSION,
                connect_timeout=CONNECT_TIMEOUT_S,
                read_timeout=READ_TIMEOUT_S,
                retries={"total_max_attempts": 1},  # ours decide: each outcome is seen
                max_pool_connections=SENDERS + 2,
                # Ceph before 20 refuses the trailers that boto3 sends by default over TLS.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                s3={"addressing_style": "path", "payload_signing_enabled": True},
            ),
        )

    def call(self, operation: str, **arguments: object) -> Answer:
        """One request; signed anew once, where the store says that our clock is off.

        Raises:
            GoneError: key, version or upload is not there.
            UnchangedError: it is the one whose mark was named in ``IfNoneMatch``.
            StoreFullError: a quota is used up.
            StoreRefusedError: not allowed, or not understood; a person must look.
            StoreUnavailableError: no answer, or none of an S3 store; the outcome is unknown.
        """
        try:
            return self._once(operation, arguments)
        except _SkewedError as skewed:
            offset = learn_offset(self.place.endpoint, skewed.store_time)
            logger.warning("store clock differs offset_s=%.1f", offset.total_seconds())
        try:
            return self._once(operation, arguments)
        except _SkewedError as skewed:
            raise self._unavailable("skewed") from skewed

    def _once(self, operation: str, arguments: dict[str, object]) -> Answer:
        body = arguments.get("Body")
        try:
            if hasattr(body, "seek"):
                body.seek(0)
            answer: Answer = getattr(self._client, operation)(Bucket=self.place.bucket, **arguments)
        except ClientError as error:
            raise self._understood(error, arguments) from error
        except SSLError as error:
            raise self._unavailable("certificate") from error
        except (BotoCoreError, OSError, ValueError) as error:  # ValueError: HTML where XML was due
            raise self._unavailable(type(error).__name__) from error
        proof = _PROOF.get(operation)
        if proof is not None and proof not in answer:
            raise self._unavailable("not_a_store")
        return answer

    def read(self, body: Body, count: int) -> bytes:
        """Up to ``count`` bytes of an answer's body, which may break off at any place.

        Raises:
            StoreUnavailableError: it does, or it is shorter than was said.
        """
        try:
            return bytes(body.read(count))
        except (BotoCoreError, OSError, HTTPError) as error:
            raise self._unavailable(type(error).__name__) from error

    def _unavailable(self, reason: str) -> StoreUnavailableError:
        return StoreUnavailableError(place=self.place.url, reason=reason)

    def _understood(self, error: ClientError, arguments: dict[str, object]) -> Exception:
        code = str(error.response.get("Error", {}).get("Code", ""))
        meta = error.response.get("ResponseMetadata", {})
        status = int(meta.get("HTTPStatusCode", 0))
        if code == _SKEWED:
            return _SkewedError.of(meta) or self._unavailable("skewed")
        if status == _NOT_MODIFIED:
            return UnchangedError(code)
        if code == "NoSuchBucket":
            return StoreRefusedError(place=self.place.url, reason=code)
        if code in _GONE or status == 404:
            return GoneError(code)
        if code in _FULL or status == 507:
            return StoreFullError(place=self.place.url, reason=code)
        if 400 <= status < 500 and status not in _TRY_AGAIN_STATUS:
            key = arguments.get("Key")
            return StoreRefusedError(
                place=self.place.url, reason=code or str(status), key=str(key or "")
            )
        return self._unavailable(code or str(status))


class _SkewedError(Exception):
    """Our clock is too far from the store's, which is ``store_time``."""

    def __init__(self, store_time: datetime) -> None:
        super().__init__()
        self.store_time = store_time

    @classmethod
    def of(cls, meta: Mapping[str, Any]) -> _SkewedError | None:
        try:
            return cls(parsedate_to_datetime(str(meta["HTTPHeaders"]["date"])))
        except (KeyError, ValueError):
            return None
