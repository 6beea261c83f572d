"""What the kiosk and its player child say to one another: a JSON object a line.

Frames lie in shared memory of ``SLOTS`` places; a ``Frame`` names its place, which the child
leaves alone until ``Free`` gives it back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from workstation.domain.errors import ProtocolError

if TYPE_CHECKING:
    import socket

SLOTS = 3
MAX_SIDE_PX = 1920
PLACE_BYTES = 1920 * 1080 * 4  # of one frame, four bytes a pixel: blue, green, red, unused
MEMORY_BYTES = SLOTS * PLACE_BYTES
WAVE_COLUMNS = 600
RATES = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
MAX_LINE_BYTES = 64 << 10
_CHUNK = 64 << 10


class Order(msgspec.Struct, frozen=True, tag_field="do", tag=True):
    """Base of what the kiosk says."""


class Open(Order, frozen=True, tag=True):
    """Open the object whose descriptor comes with this line; fit pictures into a size."""

    secret: bytes
    header: bytes
    segment_bytes: int
    size_bytes: int
    is_photo: bool
    width: int
    height: int
    with_libvlc: bool = True


class Play(Order, frozen=True, tag=True):
    """Go on from where we are."""


class Pause(Order, frozen=True, tag=True):
    """Stand still on the exact frame."""


class Seek(Order, frozen=True, tag=True):
    """Go to a time, from the first frame."""

    at_ms: int


class Step(Order, frozen=True, tag=True):
    """So many frames on, or back; the clip stands still then."""

    frames: int


class SetRate(Order, frozen=True, tag=True):
    """How fast to play; 1 is as filmed."""

    rate: float


class MakeStill(Order, frozen=True, tag=True):
    """The frame that is shown, in full size, as JPEG."""


class Free(Order, frozen=True, tag=True):
    """A place is no longer looked at."""

    place: int


class Word(msgspec.Struct, frozen=True, tag_field="is", tag=True):
    """Base of what the child says."""


class Opened(Word, frozen=True, tag=True):
    """What the clip says of itself; ``code`` is why libVLC does not play it, if it does not."""

    duration_ms: int = 0
    fps: float = 0.0
    container: str = ""
    video_codec: str = ""
    audio_codec: str = ""
    width: int = 0
    height: int = 0
    has_video: bool = False
    has_audio: bool = False
    warnings: tuple[str, ...] = ()
    has_libvlc: bool = False
    code: str = ""


class Frame(Word, frozen=True, tag=True):
    """A picture lies in ``place``; turn it clockwise to set it upright."""

    place: int
    width: int
    height: int
    stride: int
    at_ms: int
    turn_deg: int = 0


class Still(Word, frozen=True, tag=True):
    """A JPEG lies in ``place``; ``size_bytes`` 0 if none could be made."""

    place: int
    size_bytes: int
    width: int
    height: int
    at_ms: int


class At(Word, frozen=True, tag=True):
    """Where we are."""

    at_ms: int
    is_playing: bool


class Ended(Word, frozen=True, tag=True):
    """The end was reached; the last picture stays."""


class Trouble(Word, frozen=True, tag=True):
    """Something is wrong with the clip: an alarm where the bytes are not those we sealed."""

    code: str
    segment: int = -1


class Wave(Word, frozen=True, tag=True):
    """How loud it is, 0 to 100, from column ``first`` on, of ``WAVE_COLUMNS``."""

    first: int
    peaks: tuple[int, ...]


AnyOrder = Open | Play | Pause | Seek | Step | SetRate | MakeStill | Free
AnyWord = Opened | Frame | Still | At | Ended | Trouble | Wave

_orders = msgspec.json.Decoder(AnyOrder)
_words = msgspec.json.Decoder(AnyWord)


def encode(said: Order | Word) -> bytes:
    """One line."""
    return msgspec.json.encode(said) + b"\n"


def order_of(line: bytes) -> AnyOrder:
    """What the kiosk said.

    Raises:
        ProtocolError: it is no order.
    """
    try:
        order: AnyOrder = _orders.decode(line)
    except msgspec.MsgspecError as error:
        raise ProtocolError(reason="order") from error
    return order


def word_of(line: bytes) -> AnyWord:
    """What the child said, which may be in a hostile file's hands: all of it is checked.

    Raises:
        ProtocolError: our code does not say such things.
    """
    try:
        word: AnyWord = _words.decode(line)
    except msgspec.MsgspecError as error:
        raise ProtocolError(reason="word") from error
    if not _is_sane(word):
        raise ProtocolError(word=type(word).__name__)
    return word


def _is_sane(word: AnyWord) -> bool:
    match word:
        case Frame():
            return (
                0 <= word.place < SLOTS
                and 0 < word.width <= MAX_SIDE_PX
                and 0 < word.height <= MAX_SIDE_PX
                and word.width * 4 <= word.stride
                and word.stride * word.height <= PLACE_BYTES
                and word.turn_deg in {0, 90, 180, 270}
            )
        case Still():
            return 0 <= word.place < SLOTS and 0 <= word.size_bytes <= PLACE_BYTES
        case Wave():
            return word.first >= 0 and word.first + len(word.peaks) <= WAVE_COLUMNS
        case _:
            return True


class Lines:
    """Cuts what arrives into lines."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, chunk: bytes) -> list[bytes]:
        """The lines that are whole by now.

        Raises:
            ProtocolError: a line is too long.
        """
        *whole, self._rest = (self._rest + chunk).split(b"\n")
        if max(map(len, [*whole, self._rest])) > MAX_LINE_BYTES:
            raise ProtocolError(reason="line_too_long")
        return whole


def receive(wire: socket.socket) -> bytes:
    """What has arrived; no bytes at the end."""
    try:
        return wire.recv(_CHUNK)
    except ConnectionResetError:
        return b""
