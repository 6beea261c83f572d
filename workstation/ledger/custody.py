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
    VERIFIED = "verified"
    ERASE_INTENDED = "erase_intended"
    ERASED_FROM_RECORDER = "erased_from_recorder"
    ERASE_KEPT = "erase_kept"
    ERASE_ENDED = "erase_ended"
    VIEWED = "viewed"
    DERIVED = "derived"  # something was made of a clip and is kept beside it
    TRANSFERRED = "transferred"
    READ_BACK = "read_back"  # the centre signed that it read the clip in the store
    FETCHED = "fetched"  # a clip, mostly another station's, was taken out of a central store
    PURGE_INTENDED = "purge_intended"  # the store proved anew that it holds the clip
    PURGED = "purged"  # its bytes are in the central store only
    PURGE_SPARED = "purge_spared"
    RECONCILED = "reconciled"  # station and store were compared: what differs
    STORE_COMMISSIONED = "store_commissioned"  # what a central store withstood when tried
    RECORDER_WRITING = "recorder_writing"  # about to be written to: the reason
    RECORDER_WRITTEN = "recorder_written"
    KEY_ROTATED = "key_rotated"
    DAMAGED = "damaged"
    HEALED = "healed"
    SCRUBBED = "scrubbed"
    TAGGED = "tagged"
    NOTED = "noted"
    MARKED = "marked"
    LINKED = "linked"
    UNLINKED = "unlinked"
    HELD = "held"
    RELEASED = "released"
    CASE_CHANGED = "case_changed"
    CASES_TAKEN = "cases_taken"  # out of another system or a list: which, and what its bytes were
    UNIT_ADDED = "unit_added"
    UNIT_CHANGED = "unit_changed"
    OFFICER_ADDED = "officer_added"
    OFFICER_CHANGED = "officer_changed"
    OFFICER_DISABLED = "officer_disabled"
    OFFICER_ENABLED = "officer_enabled"
    ROLE_GIVEN = "role_given"
    PIN_SET = "pin_set"
    CARD_BOUND = "card_bound"
    CARDS_REMOVED = "cards_removed"
    ROSTER_APPLIED = "roster_applied"
    AGENCY_PINNED = "agency_pinned"  # whose signed directory is taken from now on
    DIRECTORY_APPLIED = "directory_applied"
    DIRECTORY_REFUSED = "directory_refused"
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    LOCKED_OUT = "locked_out"
    UNLOCKED = "unlocked"
    GLASS_BROKEN = "glass_broken"
    GLASS_MENDED = "glass_mended"
    POLICY_ADOPTED = "policy_adopted"
    DESTRUCTION_QUEUED = "destruction_queued"
    DESTRUCTION_CONFIRMED = "destruction_confirmed"
    DESTRUCTION_CANCELLED = "destruction_cancelled"
    DESTRUCTION_ENDED = "destruction_ended"
    SPARED = "spared"
    DESTROYED = "destroyed"
    RECORDER_BOUND = "recorder_bound"
    RECORDER_UNBOUND = "recorder_unbound"
    LEDGER_COMPLETED = "ledger_completed"  # it was lost or old; its lines came from the vault
    SAW_HEAD = "saw_head"  # the newest line of another station's ledger, as the store held it
    HANDED_IN = "handed_in"  # the officer was shown what is held of a docking, and accepted it
    FLAGGED = "flagged"  # something about a docking or a clip that a person should know
    GAP_EXPLAINED = "gap_explained"  # why an officer recorded nothing for a while, by a person
    EXPORTED = "exported"  # plain bytes are about to leave in a court pack
    EXPORT_ENDED = "export_ended"
    ENTRIES_EXPORTED = "entries_exported"  # of this ledger, by an auditor, with their proof


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
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise LedgerBrokenError(seq=seq, reason="not a custody line") from error


def line_hash(stored: bytes) -> str:
    """SHA-256 of the exact bytes, hex; the next line carries it."""
    return hashlib.sha256(stored).hexdigest()
