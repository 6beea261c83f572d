"""Clips: what a recorder filmed, and how we name the bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, NewType

from workstation.domain.errors import DigestMismatchError
from workstation.domain.upload import UploadState

if TYPE_CHECKING:
    from datetime import datetime

    from workstation.domain.recorder_clock import CorrectedTime

ClipId = NewType("ClipId", str)
CollectionId = NewType("CollectionId", str)
ItemId = NewType("ItemId", str)
SlotNumber = NewType("SlotNumber", int)
BadgeNumber = NewType("BadgeNumber", str)

_HEX64 = re.compile(r"[0-9a-f]{64}")


class ClipKind(Enum):
    """What sort of thing a clip is. Stored by value."""

    VIDEO = "video"
    AUDIO = "audio"
    PHOTO = "photo"
    TRACK = "track"
    LOG = "log"
    OTHER = "other"


class VerificationLevel(IntEnum):
    """How far a copy was checked (V0 size … V3 second read of the source)."""

    V0 = 0
    V1 = 1
    V2 = 2
    V3 = 3


@dataclass(frozen=True, slots=True)
class Digest:
    """SHA-256 of a clip and, where the site asks for it, SM3 (GB/T 32905-2016), as hex."""

    sha256: str
    sm3: str | None = None

    def __post_init__(self) -> None:
        if not _HEX64.fullmatch(self.sha256) or not (
            self.sm3 is None or _HEX64.fullmatch(self.sm3)
        ):
            raise DigestMismatchError(written=str(self.sha256), sm3=str(self.sm3))

    @classmethod
    def parse(cls, text: str) -> Digest:
        """Read ``sha256:<hex>[ sm3:<hex>]``; what we do not know is an error, not a pass.

        Raises:
            DigestMismatchError: the text is in no form that we write.
        """
        parts = dict(part.partition(":")[::2] for part in text.split(" "))
        if not parts.keys() <= {"sha256", "sm3"} or "sha256" not in parts:
            raise DigestMismatchError(written=text)
        return cls(parts["sha256"], parts.get("sm3"))

    def __str__(self) -> str:
        return f"sha256:{self.sha256}" + (f" sm3:{self.sm3}" if self.sm3 else "")


@dataclass(frozen=True, slots=True)
class ClipEntry:
    """One file as the recorder lists it. Nothing here is trusted until it is hashed.

    ``path`` is for people (valid text, control characters escaped); ``raw_path`` is what the
    driver needs to open it again, byte for byte. ``skip_code`` is set by the listing when the
    file is not to be copied (in progress, not evidence, unlistable directory, …): it still
    becomes a line of the collection report. ``findings`` are codes of oddities that do not
    stop it from being collected (name not UTF-8, control characters, clash of case, …).
    """

    path: str
    raw_path: bytes
    size_bytes: int
    mtime_ns: int
    kind: ClipKind
    recorded_at: datetime | None = None  # from the name, by the recorder's own clock (naive local)
    badge: BadgeNumber | None = None
    recorder_serial: str | None = None
    sequence: int | None = None
    important: bool = False
    sidecar_of: str | None = None  # path of the clip this one belongs to
    skip_code: str | None = None
    findings: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Clip:
    """A file we hold and vouch for."""

    id: ClipId
    digest: Digest
    size_bytes: int
    kind: ClipKind
    source_path: str
    collection_id: CollectionId
    recorder_serial: str
    badge: BadgeNumber | None
    recorded_at: datetime | None
    sequence: int | None
    important: bool
    vaulted_at: datetime
    level: VerificationLevel
    seq: int  # order of admission in this station, gap-free
    duration_s: float | None = None  # from the media probe, when it has run
    transferred_at: datetime | None = None
    upload: UploadState = UploadState.HERE
    locked_until: datetime | None = None  # in the store, by its word
    read_back_at: datetime | None = None  # by the centre, by its clock
    badge_source: str | None = None  # who says whose it is: ``domain.binding``
    bound_badge: BadgeNumber | None = None  # by a binding that was made after the docking
    corrected: CorrectedTime | None = None  # ``recorded_at`` by the station's time
    damage: str | None = None  # code, while its object is known not to be whole

    @property
    def name(self) -> str:
        """The last part of the path it had on the recorder."""
        return self.source_path.rsplit("/", 1)[-1]
