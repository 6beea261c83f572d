"""Take nothing from the media child on trust: it may be in a hostile file's hands by now."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from workstation.domain.errors import ProtocolError
from workstation.media.api import (
    LARGEST_CLAIM,
    LONGEST_CLAIM_S,
    THUMBNAIL_HEIGHT,
    THUMBNAIL_WIDTH,
    WARNINGS,
    MediaFacts,
)

_TEXT_LIMIT = 64  # characters; the longest honest text is a format's list of names
_JPEG_START, _JPEG_END = b"\xff\xd8", b"\xff\xd9"
_SOF0 = 0xC0  # baseline, the only kind our encoder writes (ITU-T T.81, table B.1)
_SOS = 0xDA


def vet_facts(payload: bytes) -> MediaFacts:
    """Facts as the child wrote them, with texts cut and numbers in bounds.

    Raises:
        ProtocolError: this was not written by our code.
    """
    try:
        facts = msgspec.json.decode(payload, type=MediaFacts)
    # UnicodeError: a string is not UTF-8; RecursionError: nested deeper than the decoder goes.
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise ProtocolError(frame="FACTS") from error
    numbers = (facts.width, facts.height, facts.sample_rate_hz, facts.channels)
    if (
        any(not 0 <= number <= LARGEST_CLAIM for number in numbers)
        or facts.rotation_deg not in {0, 90, 180, 270}
        or not set(facts.warnings) <= set(WARNINGS)
        or not 0 <= (facts.duration_s or 0) <= LONGEST_CLAIM_S
        or not 0 <= (facts.fps or 0) <= LARGEST_CLAIM
    ):
        raise ProtocolError(frame="FACTS")
    return replace(
        facts,
        container=_tidy(facts.container),
        video_codec=_tidy(facts.video_codec),
        audio_codec=_tidy(facts.audio_codec),
        creation_time=_tidy(facts.creation_time),
    )


def _tidy(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text[:_TEXT_LIMIT])


def vet_jpeg(payload: bytes) -> bytes | None:
    """The picture, if it is a baseline JPEG of thumbnail size; None if there is none.

    Raises:
        ProtocolError: it is something else, which no viewer of ours shall open.
    """
    if not payload:
        return None
    if not payload.startswith(_JPEG_START) or not payload.endswith(_JPEG_END):
        raise ProtocolError(frame="IMAGE", reason="markers")
    width, height = _frame_size(payload)
    if not 0 < width <= THUMBNAIL_WIDTH or not 0 < height <= THUMBNAIL_HEIGHT:
        raise ProtocolError(frame="IMAGE", width=width, height=height)
    return payload


def _frame_size(jpeg: bytes) -> tuple[int, int]:
    place = 2
    while place + 9 <= len(jpeg) and jpeg[place] == 0xFF and jpeg[place + 1] != _SOS:
        if jpeg[place + 1] == _SOF0:
            height = int.from_bytes(jpeg[place + 5 : place + 7], "big")
            return int.from_bytes(jpeg[place + 7 : place + 9], "big"), height
        place += 2 + int.from_bytes(jpeg[place + 2 : place + 4], "big")
    raise ProtocolError(frame="IMAGE", reason="no frame header")
