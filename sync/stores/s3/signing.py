"""Requests signed with the store's time and with digests that are known already.

A signature covers the SHA-256 of its body, and every S3 engine refuses a body of another
digest; so the digest of a part is taken once, where it comes out of the vault, and what arrives
is what was read there. Stores refuse signatures that are more than 15 minutes off; the offset
learnt from the store's own ``Date`` header is added, the clock of the machine is never touched.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from botocore.auth import AUTH_TYPE_MAPS, S3SigV4Auth
from botocore.awsrequest import AWSRequest  # noqa: TC002 - part of an overridden signature

from sync.stores.api import unhurried

if TYPE_CHECKING:
    from datetime import timedelta

    from sync.stores.api import Pace

SIGNATURE_VERSION = "s3v4"
_STAMP = "%Y%m%dT%H%M%SZ"

_offsets: dict[str, timedelta] = {}  # by host and port: how far the store is ahead of us


class DigestedBody:
    """A part in memory, with its SHA-256; what botocore wants of a file.

    It is read piece by piece as it goes out: there ``pace`` is kept.
    """

    def __init__(self, content: memoryview, sha256: str, pace: Pace = unhurried) -> None:
        self._pace = pace
        self._content = content
        self._place = 0
        self.sha256_hex = sha256

    def __len__(self) -> int:
        return len(self._content)

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = 0) -> int:
        base = (0, self._place, len(self._content))[whence]
        self._place = base + offset
        return self._place

    def read(self, count: int | None = -1) -> bytes:
        end = len(self._content) if count is None or count < 0 else self._place + count
        piece = bytes(self._content[self._place : end])
        self._place += len(piece)
        if piece:
            self._pace(len(piece))
        return piece


class StoreTimeSigner(S3SigV4Auth):
    """Signature Version 4 with the two changes above."""

    def payload(self, request: AWSRequest) -> str:
        known = getattr(request.body, "sha256_hex", None)
        return known if isinstance(known, str) else super().payload(request)

    def _modify_request_before_signing(self, request: AWSRequest) -> None:
        offset = _offsets.get(urlsplit(request.url).netloc)
        if offset is not None:
            request.context["timestamp"] = (datetime.now(UTC) + offset).strftime(_STAMP)
        super()._modify_request_before_signing(request)


def learn_offset(endpoint: str, store_time: datetime) -> timedelta:
    """Sign for ``endpoint`` by its own time from now on; how far it is ahead of ours."""
    offset = store_time - datetime.now(UTC)
    _offsets[urlsplit(endpoint).netloc] = offset
    return offset


def install() -> None:
    """Make botocore use the signer; also goes before an installed ``awscrt``."""
    AUTH_TYPE_MAPS[SIGNATURE_VERSION] = StoreTimeSigner
