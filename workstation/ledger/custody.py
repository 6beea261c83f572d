"""Custody entries: lines of JSON whose exact bytes are stored, hashed and chained."""

from __future__ import annotations

import hashlib
from enum import Enum

import msgspec

from workstation.domain.errors import LedgerBrokenError

VERSION = 1
GENESIS = "0" * 64  # what the first line names as the hash of the line before

Fact = str | int | float | bool | None


class Act(Enum):
    """What happened to a clip or around it. Stored by value."""

    STATION_CREATED = "station_created"
    COLLECTION_OPENED = "collection_opened"
    COLLECTED = "collected"
    COLLECTION_CLOSED = "collection_closed"
    QUARANTINED = "quarantined"
    VIEWED = "viewed"
    TRANSFERRED = "transferred"


class CustodyLine(msgspec.Struct, frozen=True, omit_defaults=False):
    """One line of the ledger, as written. ``prev`` is the hash of the line before, hex."""

    v: int
    seq: int
    station: str
    at: str
    act: str
    clip: str | None
    collection: str | None
    by: str | None
    facts: dict[str, Fact]
    prev: str


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(CustodyLine)


def encode(line: CustodyLine) -> bytes:
    """The exact bytes that are stored, without a line end."""
    return _encoder.encode(line)


def decode(stored: bytes, seq: int) -> CustodyLine:
    """Read a stored line.

    Raises:
        LedgerBrokenError: it is no line of ours.
    """
    try:
        return _decoder.decode(stored)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise LedgerBrokenError(seq=seq, reason="not a custody line") from error


def line_hash(stored: bytes) -> str:
    """SHA-256 of the exact bytes, hex; the next line carries it."""
    return hashlib.sha256(stored).hexdigest()
