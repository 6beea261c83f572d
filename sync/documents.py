"""The documents of a store, as typed values and as the exact bytes that are signed."""

from __future__ import annotations

import hashlib
from typing import TypeVar

import msgspec

from workstation.domain.errors import StoreDamagedError

FORMAT = 1
NO_PREVIOUS = "0" * 64  # what the first manifest names as the hash of the one before


class StoreDocument(msgspec.Struct, frozen=True, tag="evidock-store", tag_field="document"):
    """``store.json``: which store this is, and who made it.

    ``landing_days``: for so long at least a store with Object Lock keeps what arrives; 0 where
    the store can not lock.
    """

    format: int
    store_id: str
    created_at: str
    station: str
    ssh: str
    landing_days: int = 0


class StationKeyDocument(
    msgspec.Struct, frozen=True, tag="evidock-station-key", tag_field="document"
):
    """``keys/<station>-1.json``: the key whose signatures a reader shall ask for."""

    format: int
    station: str
    number: int
    ssh: str
    valid_from: str


class ManifestObject(msgspec.Struct, frozen=True):
    """Bytes that belong to a clip, as read back from the store.

    ``version`` names the one version that counts; empty where the store keeps none, and in
    manifests of earlier stations: there the oldest counts.
    """

    key: str
    size: int
    sha256: str
    sm3: str | None
    version: str = ""


class Manifest(msgspec.Struct, frozen=True, tag="evidock-manifest", tag_field="document"):
    """One delivered clip. ``previous`` chains it to the manifest numbered one less.

    ``recorded_at`` is the recorder's own clock, zone unknown; every other time is UTC.
    ``custody`` is the SHA-256 of the ledger line that collected the clip.
    """

    format: int
    station: str
    seq: int
    previous: str
    published: str
    clip: str
    kind: str
    size: int
    sha256: str
    sm3: str | None
    recorded_at: str | None
    vaulted_at: str
    recorder: str
    badge: str | None
    source_path: str
    level: int
    custody: str | None
    objects: list[ManifestObject]


_Document = StoreDocument | StationKeyDocument | Manifest
_Kind = TypeVar("_Kind", StoreDocument, StationKeyDocument, Manifest)


def encode(document: _Document) -> bytes:
    """The exact bytes that are stored and signed: indented for people, ending in a newline."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def decode(kind: type[_Kind], written: bytes, key: str) -> _Kind:
    """Read a document of the store.

    Raises:
        StoreDamagedError: it is no document of this kind and format.
    """
    try:
        document = msgspec.json.decode(written, type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise StoreDamagedError(key=key, reason="document_form") from error
    if document.format != FORMAT:
        raise StoreDamagedError(key=key, reason="document_format", format=document.format)
    return document


def digest_of(written: bytes) -> str:
    """SHA-256 of a document's exact bytes, hex."""
    return hashlib.sha256(written).hexdigest()
