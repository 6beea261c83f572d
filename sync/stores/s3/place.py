"""Where an S3 store is and how it lets us in."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated
from urllib.parse import parse_qs, urlsplit

import msgspec
from msgspec import Meta

from workstation.domain.errors import StoreRefusedError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

SCHEMES = ("s3+http", "s3+https")
CREDENTIALS_NAME = "store.json"  # beside the station's other keys
DEFAULT_REGION = "us-east-1"

_KNOWN = frozenset({"region", "ca"})


class Credentials(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The narrow key of one station: put and read, no delete."""

    access_key: Annotated[str, Meta(min_length=1)]
    secret_key: Annotated[str, Meta(min_length=1)]


@dataclass(frozen=True, slots=True)
class S3Place:
    """``s3+https://HOST[:PORT]/BUCKET[?region=R][&ca=/FILE]``."""

    endpoint: str
    bucket: str
    region: str = DEFAULT_REGION
    ca: str | None = None  # certificate authority to trust instead of the system's

    @property
    def url(self) -> str:
        """The address without how to get in."""
        return f"s3+{self.endpoint}/{self.bucket}"


def is_s3(url: str) -> bool:
    """Whether the address is one of these."""
    return url.startswith(tuple(f"{scheme}:" for scheme in SCHEMES))


def parse_place(url: str) -> S3Place:
    """Understand an address.

    Raises:
        UsageError: it is not of the form above.
    """
    wrong = UsageError(reason="store_url", url=url)
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
        query = parse_qs(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError as error:
        raise wrong from error
    bucket = parts.path.strip("/")
    if not host or not bucket or "/" in bucket or parts.username or parts.fragment:
        raise wrong
    if query.keys() - _KNOWN or any(len(values) != 1 or not values[0] for values in query.values()):
        raise wrong
    ca = query.get("ca", [None])[0]
    if ca is not None and not ca.startswith("/"):
        raise wrong
    shown = f"[{host}]" if ":" in host else host
    endpoint = f"{parts.scheme.removeprefix('s3+')}://{shown}" + (f":{port}" if port else "")
    return S3Place(endpoint, bucket, query.get("region", [DEFAULT_REGION])[0], ca)


def load_credentials(path: Path) -> Credentials:
    """Read the key file.

    Raises:
        StoreRefusedError: there is none, others may read it, or it is not understood; fact
            ``reason`` is ``no_credentials``, ``credentials_open`` or ``bad_credentials``.
    """
    try:
        mode = path.stat().st_mode
        content = path.read_bytes()
    except OSError as error:
        raise StoreRefusedError(reason="no_credentials", place=str(path)) from error
    if stat.S_IMODE(mode) & 0o077:
        raise StoreRefusedError(reason="credentials_open", place=str(path))
    try:
        return msgspec.json.decode(content, type=Credentials)
    except msgspec.MsgspecError as error:
        raise StoreRefusedError(reason="bad_credentials", place=str(path)) from error
