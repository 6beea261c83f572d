"""Where things lie in the central store. Keys carry no names of people and no case numbers."""

from __future__ import annotations

import re
from datetime import UTC
from typing import TYPE_CHECKING

from workstation.domain.errors import StoreRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workstation.domain.clip import Clip

STORE_KEY = "store.json"
CANARY_PREFIX = "canary/"  # what commissioning leaves; no document and no evidence
SIGNATURE_SUFFIX = ".sig"
NAME_LIMIT = 80  # characters of a file name that survive in a key
KEY_LIMIT_BYTES = 1024  # of the S3 API

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")
_SEGMENT = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
_MANIFEST = re.compile(r"manifests/[^/]+/(?P<seq>[0-9]{12})-(?P<clip>[0-9A-Za-z_-]+)\.json")
_EVENTS_KEY = re.compile(r"events/[^/]+/(?P<first>[0-9]{12})\.jsonl")
_SEGMENT_KEY = re.compile(r"ledger/[^/]+/(?P<first>[0-9]{12})\.jsonl")


def require_key(key: str) -> str:
    """Give the key back if it can be a path in any store.

    Raises:
        StoreRefusedError: a part is empty, hidden or holds a character outside the safe set.
    """
    if len(key) > KEY_LIMIT_BYTES or not all(map(_SEGMENT.fullmatch, key.split("/"))):
        raise StoreRefusedError(reason="bad_key", key=key)
    return key


def safe_name(name: str) -> str:
    """A file name as it may stand in a key; whatever could surprise a file system is ``_``."""
    plain = _UNSAFE.sub("_", name).lstrip(".") or "_"
    if len(plain) <= NAME_LIMIT:
        return plain
    stem, dot, extension = plain.rpartition(".")
    if not dot or len(extension) > NAME_LIMIT // 2:
        return plain[:NAME_LIMIT]
    return stem[: NAME_LIMIT - len(extension) - 1] + dot + extension


def clip_key(station: str, clip: Clip) -> str:
    """A clip's bytes. The day is the station's (UTC): a recorder's clock may be anywhere."""
    day = clip.vaulted_at.astimezone(UTC).strftime("%Y/%m/%d")
    return f"clips/{station}/{day}/{clip.id}/{clip.digest.sha256[:12]}-{safe_name(clip.name)}"


def manifest_prefix(station: str) -> str:
    return f"manifests/{station}/"


def manifest_key(station: str, seq: int, clip_id: str) -> str:
    return f"{manifest_prefix(station)}{seq:012}-{clip_id}.json"


def manifest_of(key: str) -> tuple[int, str] | None:
    """Number and clip of a manifest's key; None for anything else (its signature, say)."""
    found = _MANIFEST.fullmatch(key)
    return (int(found["seq"]), found["clip"]) if found else None


def ledger_prefix(station: str) -> str:
    return f"ledger/{station}/"


def segment_key(station: str, first: int) -> str:
    return f"{ledger_prefix(station)}{first:012}.jsonl"


def segment_of(key: str) -> int | None:
    """Number of the first line of a segment's key; None for anything else."""
    found = _SEGMENT_KEY.fullmatch(key)
    return int(found["first"]) if found else None


def events_prefix(station: str) -> str:
    return f"events/{station}/"


def events_key(station: str, first: int) -> str:
    return f"{events_prefix(station)}{first:012}.jsonl"


def event_segment_of(key: str) -> int | None:
    """Number of the first operation of a segment's key; None for anything else."""
    found = _EVENTS_KEY.fullmatch(key)
    return int(found["first"]) if found else None


def checkpoint_key(station: str, size: int) -> str:
    return f"{ledger_prefix(station)}{size:012}.checkpoint"


def station_key_key(station: str, number: int = 1) -> str:
    return f"keys/{station}-{number}.json"


def signature_key(key: str) -> str:
    return key + SIGNATURE_SUFFIX


def stations_under_keys(keys: Iterable[str]) -> list[str]:
    """Whose keys a listing of ``keys/`` names. All lie flat: one listing for a thousand each."""
    found = {key.removeprefix("keys/").rpartition("-")[0] for key in keys}
    return sorted(found - {""})
