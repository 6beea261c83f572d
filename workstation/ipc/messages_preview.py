"""Commands about looking into clips: one object's key, and what is made while looking."""

from __future__ import annotations

from workstation.ipc.messages_casework import MarkerPoints  # noqa: TC001 - msgspec reads it
from workstation.ipc.words import Command, Result


class OpenClip(Command, frozen=True, tag=True):
    """Hand out what opens this one clip, to look at it. The custody entry ``viewed`` comes first.

    Answered with ``ClipOpened``.
    """

    clip_id: str


class ClipOpened(Result, frozen=True, tag=True):
    """One clip's own key and all that a reader of its object needs.

    ``secret`` opens this object and no other; it is for memory only. ``path`` is where the
    sealed object lies. ``viewer`` is whom the custody entry names; ``recorded_at`` is by the
    recorder's clock (ISO 8601 without a zone), empty where it is not known.
    """

    clip_id: str
    path: str
    secret: bytes
    header: bytes
    segment_bytes: int
    size_bytes: int
    name: str
    kind: str
    viewer: str
    viewer_name: str = ""
    recorded_at: str = ""
    markers: tuple[MarkerPoints, ...] = ()


class KeepSnapshot(Command, frozen=True, tag=True):
    """Keep a still of a clip as a derivative, beside it; the clip stays as it is.

    ``at_ms`` is from the clip's first frame; ``image`` is a JPEG or PNG of the frame as it was
    filmed, nothing painted over it. Answered with ``SnapshotKept`` once it is durable.
    """

    clip_id: str
    at_ms: int
    width: int
    height: int
    image: bytes


class SnapshotKept(Result, frozen=True, tag=True):
    """The derivative's id and its SHA-256, as the custody entry ``derived`` names them."""

    derivative_id: str
    sha256: str


class ReportDamage(Command, frozen=True, tag=True):
    """A reader of this clip met bytes whose tag does not hold, in this segment (-1: not known).

    The station takes nobody's word for it: it reads the segment itself, and only what it finds
    is on record. Answered with ``DamageChecked``.
    """

    clip_id: str
    segment: int = -1


class DamageChecked(Result, frozen=True, tag=True):
    """Whether the station found the same; the custody entry ``damaged`` is durable then."""

    is_damaged: bool


PreviewCommand = OpenClip | KeepSnapshot | ReportDamage
PreviewResult = ClipOpened | SnapshotKept | DamageChecked
