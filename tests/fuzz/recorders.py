"""Replies of recorders, as their drivers read them."""

from __future__ import annotations

import json
import struct
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from drivers.android_e12 import E12Session, Frames
from drivers.android_zzx import JsonSession, TextSession
from drivers.bcplus_bulk import BcPlusSession
from drivers.jieli_scsi import JieliScsiDriver
from drivers.mtp.listing import list_entries
from drivers.mtp.store import Store
from tests.fakes.jieli_recorder import INQUIRY, packed
from tests.fakes.recorder_state import OWNER
from tests.fuzz.target import Pieces, Target, Told, cut
from workstation.devices import ga947
from workstation.devices.api import Sighting
from workstation.devices.identity import identify, survey
from workstation.devices.lines import Lines
from workstation.devices.profiles import ProfileSet
from workstation.devices.vendor_mode import Family, moment_of
from workstation.domain.errors import StationError

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from drivers.mtp.link import Link
    from workstation.devices.bulk import BulkPipe
    from workstation.devices.scsi import ScsiTransport

NOW = datetime(2024, 5, 1, 8, 0, tzinfo=UTC)
SHIPPED = Path(__file__).parents[2] / "resources" / "profiles"


@cache
def profiles() -> ProfileSet:
    """The profiles as they are shipped."""
    return ProfileSet.load([SHIPPED])


def one_after_the_other(*questions: Callable[[], object]) -> None:
    """Ask all: a refusal of one is no reason not to ask the next."""
    for ask in questions:
        with suppress(StationError):
            ask()


class Passwords:
    """One that fits and one that does not."""

    def of(self, _profile: str) -> tuple[str, ...]:
        return ("246810", "123456")


# -- android_zzx ---------------------------------------------------------------------------


def zzx_json(content: bytes) -> None:
    """The newer dialect: JSON lines."""
    session = JsonSession(Lines(Told(content)))
    session.log_in("246810")
    with suppress(StationError):
        session.identify("zzx", ())
    one_after_the_other(
        session.battery_percent,
        session.video_size,
        session.storage,
        lambda: session.read_clock(NOW),
        lambda: session.set_clock(NOW),
        session.unlock_storage,
    )


def zzx_text(content: bytes) -> None:
    """The older dialect: one connection a command."""
    answers = Pieces(content)

    def dial() -> AbstractContextManager[Told]:
        return nullcontext(Told(answers.next()))

    session = TextSession(dial, "zzx")
    one_after_the_other(
        lambda: session.read_clock(NOW), lambda: session.set_clock(NOW), session.unlock_storage
    )


def _json_answers(*bodies: tuple[int, dict[str, str]]) -> bytes:
    lines = ({"header": {"id": number}, "body": body} for number, body in bodies)
    return b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)


ZZX_JSON = _json_answers(
    (2, {"password": "true"}),
    (2, {"IDCode": "ABCDE"}),
    (3, {"serial": "A1B2C3D", "policeNo": "012345", "policeName": "张三丰", "groupNo": "3101"}),
    (8, {"battery": "73"}),
    (7, {"VideoWidth": "1920", "VideoHeight": "1080"}),
    (18, {"total": "30436", "free": "12000"}),
    (16, {"Time": "1714550400"}),
    (5, {"Result": "true"}),
    (6, {"Result": "false", "password": "true"}),
)
ZZX_TEXT = cut(
    b"Success A1B2C3D\n", b"Success 012345\n", b"Success 2024/05/01 24:00:00\n", b"Failed\n"
)


# -- android_e12 ---------------------------------------------------------------------------


def e12(content: bytes) -> None:
    """Framed answers."""
    session = E12Session(Frames(cast("socket.socket", Told(content)), "little"))
    with suppress(StationError):
        session.identify("e12", Family(profiles(), "android_e12"))
    one_after_the_other(
        session.battery_percent,
        session.video_size,
        lambda: session.read_clock(NOW),
        lambda: session.set_clock(NOW),
        lambda: session.write_binding(OWNER),
        session.unlock_storage,
        session.release,
    )


def _frames(*payloads: bytes) -> bytes:
    return b"".join(len(payload).to_bytes(4, "little") + payload for payload in payloads)


_WORKING = b"E12DATR880"
E12 = _frames(
    *(b"NULL", _WORKING, b"ABCDE", _WORKING, packed(OWNER), _WORKING, b"888888"),
    *(_WORKING, b"73%", _WORKING, b"1920*1080", _WORKING, b"2024-05-01 24:00:01"),
    *(_WORKING, b"E12DATR001", _WORKING, b"E12DATR021", _WORKING, b"E12DATR120"),
)


# -- bcplus_bulk and jieli_scsi ------------------------------------------------------------


def bcplus(content: bytes) -> None:
    """Lines of text over USB bulk."""
    session = BcPlusSession(cast("BulkPipe", Told(content)))
    code = session.probe("1-2")
    session.log_in("246810")
    with suppress(StationError):
        session.identify("bcplus", code, ())
    one_after_the_other(session.battery_percent, session.unlock_storage)


BCPLUS = (
    b"+GBIDCODE:ABCDE\r\n+LOGIN:Sucess\r\n+UID:A1B2C3D\r\n+BATVAL:73%\r\nError:busy\r\n"
    b"+UDISKEN:1\r\n"
)


class _SaysAnything:
    """A disk that answers each command with the next piece."""

    def __init__(self, content: bytes) -> None:
        self._pieces = Pieces(content)

    def read(self, cdb: bytes, size_bytes: int, _timeout_s: float) -> bytes:
        return INQUIRY if cdb[0] == 0x12 else self._pieces.next()[:size_bytes]

    def write(self, cdb: bytes, payload: bytes, timeout_s: float) -> None:
        """Taken."""


def jieli(content: bytes) -> None:
    """Data of vendor commands over SCSI."""

    @contextmanager
    def opened(_node: str) -> Iterator[ScsiTransport]:
        yield cast("ScsiTransport", _SaysAnything(content))

    driver = JieliScsiDriver(profiles(), opened)
    sighting = Sighting("1-2", "", device_node="/dev/sdb", ready=False)
    with driver.open(sighting, Passwords()) as session:
        one_after_the_other(
            session.battery_percent,
            session.video_size,
            lambda: session.set_clock(NOW),
            lambda: session.write_binding(OWNER),
            session.unlock_storage,
        )


JIELI = cut(
    *(b"246810".ljust(16, b"\0"), b"ABCDE\0", packed(OWNER), struct.pack("<i", 73)),
    *(struct.pack("<ii", 1920, 1080), bytes(4), bytes(4), b"\1\0\0\0", bytes(4)),
)


# -- ga947, times, MTP ---------------------------------------------------------------------


def ga947_struct(content: bytes) -> None:
    """ZFY_INFO in both layouts, and what follows from it."""
    try:
        written = ga947.unpack(content)
    except ValueError:
        assert len(content) < ga947.PACKED_BYTES
        return
    identity = ga947.identity_of("jieli", written, ga947.decode(content[:6]))
    assert identity.serial
    facts = ga947.facts_of(written)
    json.dumps(facts, ensure_ascii=False).encode()
    ga947.pack(written)


def clock_text(content: bytes) -> None:
    """A recorder's time as text; ``ValueError`` is what drivers make a coded error of."""
    with suppress(ValueError):
        assert moment_of(content.decode("utf-8", "replace")).tzinfo is not None


class _Phone:
    """Says of its store what the pieces say, in the form in which the child process does."""

    def __init__(self, content: bytes) -> None:
        self._pieces = Pieces(content)
        self._asked = 0

    @property
    def storages(self) -> list[dict[str, Any]]:
        texts = [self._text(), self._text()]
        kinds = {"is_read_only": False, "total_bytes": 1 << 35, "free_bytes": 1 << 30}
        names = {"description": texts[0], "volume": texts[1]}
        return [{"id": 1, **names, **kinds}, {"id": 2, **names, **kinds}]

    def ask(self, _command: str, _path: str = "", **_facts: object) -> dict[str, Any]:
        """One folder: at most 16 objects."""
        self._asked += 1
        found: list[dict[str, Any]] = []
        while self._pieces and len(found) < 16:
            flags = self._pieces.number()
            found.append(
                {
                    "handle": self._pieces.number() & 0xFFFFFFFF,
                    "name": self._text(),
                    "is_folder": bool(flags & 1) and self._asked < 200,
                    "size_bytes": self._pieces.number(),
                    "modified_s": self._pieces.number() - (1 << 63),
                }
            )
            if flags & 2:
                break
        return {"objects": found, "is_whole": self._asked % 7 != 3}

    def send(self, _command: str, _path: str, **_facts: object) -> None:
        """Heard."""

    def receive(self, _path: str, _offset: int) -> tuple[bytes, None]:
        return self._pieces.next(), None

    def _text(self) -> str:
        return self._pieces.next().partition(b"\0")[0].decode("utf-8", "surrogateescape")


def mtp(content: bytes) -> None:
    """Names, sizes and times of an MTP store: found out, listed, its small files read."""
    link = cast("Link", _Phone(content))
    store = Store(link)
    sighting = Sighting("1-2", "/dev/bus/usb/001/002", label=link.storages[0]["volume"])
    hints = survey(store, sighting, profiles())
    profile = profiles().choose(hints)
    identity = identify(store, sighting, profile, hints)
    assert identity.serial
    for text in (identity.serial, identity.label or "", str(identity.badge)):
        text.encode()  # it goes into a line of the ledger
    for entry in list_entries(link, store, profile):
        entry.path.encode()
        assert entry.raw_path


_MTP_FILE = (b"\0", b"\7", b"012345_A1B2C3D_20240501080000_0001.mp4", b"\1\0", b"\x80" + bytes(7))
MTP = cut(b"phone", b"", b"card", b"", b"\1", b"\6", b"DCIM", b"", b"", *_MTP_FILE, *_MTP_FILE)

TARGETS = (
    Target("zzx_json", zzx_json, (ZZX_JSON, b"[" * 5000 + b"\n"), longest=1 << 16),
    Target("zzx_text", zzx_text, (ZZX_TEXT,)),
    Target("e12", e12, (E12,), longest=1 << 14),
    Target("bcplus", bcplus, (BCPLUS,)),
    Target("jieli", jieli, (JIELI,)),
    Target("ga947", ga947_struct, (packed(OWNER), bytes(94), b"\xff" * 94), longest=128),
    Target("clock_text", clock_text, (b"2024-05-01 24:00:01", b"1/1/1 1:02:03"), longest=128),
    Target("mtp", mtp, (MTP,)),
)
