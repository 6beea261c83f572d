"""What the centre signs about clips that it read in the store, and where it lies.

``receipts/<centre>/<station>/<seq:012>.json``, numbered from 1 without a gap. Each names the
digest of the one before, so none can be left out or taken back without its being seen.
"""

from __future__ import annotations

import re

import msgspec

from sync.documents import FORMAT
from sync.layout import require_key
from workstation.domain.errors import StoreDamagedError, UsageError

RECEIPTS = "receipts/"
CLIPS_LIMIT = 200  # in one document: what the station takes in one command
_CENTRE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}")
_KEY = re.compile(r"receipts/[^/]+/[^/]+/(?P<seq>[0-9]{12})\.json")


class ReadClip(msgspec.Struct, frozen=True):
    """One clip, as it was read: ``seq`` is its manifest's number, ``version`` what was read."""

    clip: str
    seq: int
    sha256: str
    size: int
    version: str


class ReadBackDocument(msgspec.Struct, frozen=True, tag="evidock-readback", tag_field="document"):
    """Manifests up to number ``through`` were looked at; those in ``pending`` did not hold."""

    format: int
    centre: str
    store: str
    station: str
    seq: int
    previous: str
    at: str
    through: int
    pending: list[int]
    clips: list[ReadClip]


def require_centre(name: str) -> str:
    """Give a centre's name back if it can stand in a key.

    Raises:
        UsageError: it can not.
    """
    if not _CENTRE.fullmatch(name):
        raise UsageError(reason="centre_name", name=name)
    return name


def receipts_prefix(centre: str, station: str) -> str:
    return require_key(f"{RECEIPTS}{centre}/{station}") + "/"


def receipt_key(centre: str, station: str, seq: int) -> str:
    return f"{receipts_prefix(centre, station)}{seq:012}.json"


def receipt_of(key: str) -> int | None:
    """Number of a document's key; None for anything else (its signature, say)."""
    found = _KEY.fullmatch(key)
    return int(found["seq"]) if found else None


def encode(document: ReadBackDocument) -> bytes:
    """The exact bytes that are stored and signed."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def decode(written: bytes, key: str) -> ReadBackDocument:
    """Read a document.

    Raises:
        StoreDamagedError: it is none of this kind and format.
    """
    try:
        document = msgspec.json.decode(written, type=ReadBackDocument)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise StoreDamagedError(key=key, reason="document_form") from error
    if document.format != FORMAT:
        raise StoreDamagedError(key=key, reason="document_format", format=document.format)
    return document
