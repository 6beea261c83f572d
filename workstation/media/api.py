"""What is known of a clip once its bytes were looked at, and what it is read from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Protocol

THUMBNAIL_WIDTH = 320
THUMBNAIL_HEIGHT = 180
LARGEST_CLAIM = (1 << 20) - 1  # no honest width, height, rate or channel count is larger
LONGEST_CLAIM_S = 400 * 24 * 3600.0  # a duration beyond is noise

# Every code that ``MediaFacts.warnings`` may hold besides the code of a ``StationError`` that
# the reader raised. ``ui.texts`` has a sentence for each.
WARNINGS = (
    "media.not_media",  # a kind we do not look into
    "media.empty",  # no bytes at all
    "media.unreadable",  # no container that we know, or one that breaks off at once
    "media.no_moov",  # an MP4 or MOV without its index: the recorder died while filming
    "media.truncated",  # the container promises more bytes than there are
    "media.no_keyframe",  # no whole picture was found where we looked
    "media.codec_unsupported",  # a codec outside the list we are willing to run
    "media.too_big",  # a picture larger than we decode, or memory ran out
    "media.timeout",  # not finished within the time limit
    "media.crashed",  # the child process died over this file
    "media.source_failed",  # the bytes themselves could not be read
    "media.child_failed",  # no child process could be started: says nothing about the file
    "media.interrupted",  # the station is stopping: says nothing about the file
)
NOT_ABOUT_THE_FILE = frozenset({"media.child_failed", "media.interrupted"})


class RandomReader(Protocol):
    """The plain bytes of one clip, anywhere. Used by one thread at a time."""

    @property
    def size_bytes(self) -> int: ...

    def read_at(self, offset: int, count: int) -> bytes:
        """Up to ``count`` bytes at ``offset``; fewer only at the end.

        Raises:
            StationError: the bytes can not be had, or are not what was vouched for.
            OSError: the disk fails.
        """
        ...


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """What the file says of itself. Claims, not evidence: anyone can write a header.

    Attributes:
        container: FFmpeg's name of the format (``mov,mp4,…``, ``mpegts``); empty if unknown.
        width: Of the picture as stored, in pixels, before rotation.
        rotation_deg: Clockwise turn, 0, 90, 180 or 270, that sets the picture upright.
        creation_time: The container's own text, unparsed: recorders' clocks and zones lie.
    """

    container: str = ""
    duration_s: float | None = None
    has_video: bool = False
    has_audio: bool = False
    video_codec: str = ""
    width: int = 0
    height: int = 0
    fps: float | None = None
    rotation_deg: int = 0
    audio_codec: str = ""
    sample_rate_hz: int = 0
    channels: int = 0
    creation_time: str = ""
    warnings: tuple[str, ...] = ()

    def with_warnings(self, *codes: str) -> MediaFacts:
        """The same facts and these codes, each once."""
        return replace(self, warnings=tuple(dict.fromkeys((*self.warnings, *codes))))


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """Facts, and a JPEG of at most 320 x 180 pixels where there is a picture."""

    facts: MediaFacts = field(default_factory=MediaFacts)
    jpeg: bytes | None = None

    @property
    def is_final(self) -> bool:
        """False if another try may do better because the file was not to blame."""
        return NOT_ABOUT_THE_FILE.isdisjoint(self.facts.warnings)
