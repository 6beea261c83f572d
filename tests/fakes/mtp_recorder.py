"""An MTP recorder over a directory: what the other end of libmtp says, byte by byte.

Numbers and layouts are those of the MTP specification 1.1 and of Android's extension to it.
"""

from __future__ import annotations

import os
import struct
from collections import deque
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

OK, GENERAL_ERROR, UNSUPPORTED, BAD_HANDLE = 0x2001, 0x2002, 0x2005, 0x2009
READ_ONLY = 0x200E
STORAGE, SECOND_STORAGE = 0x00010001, 0x00020001
ROOT = 0xFFFFFFFF
VOLUME = "123456789abcdef"  # VolumeIdentifier: a machine's number, which nobody wrote
PACKET_BYTES = 512
_FOLDER, _FILE = 0x3001, 0x3000
_STORAGE_ID, _SIZE, _NAME, _MODIFIED = 0xDC01, 0xDC04, 0xDC07, 0xDC09
_BATTERY = 0x5001
# Property, a byte, read only; 0 at first, 45 now; a range of 0 to 50 by 1.
_BATTERY_DESCRIPTION = struct.pack("<HHBBBBBBB", _BATTERY, 2, 0, 0, 45, 1, 0, 50, 1)
_OPERATIONS = (0x1001, 0x1002, 0x1003, 0x1004, 0x1005, 0x1007, 0x1008, 0x1009, 0x100B)
_PROPERTIES = (0x1014, 0x1015, 0x9801, 0x9802, 0x9803)
_PARTS = {0: (), 32: (0x101B,), 64: (0x101B, 0x95C1)}
# Reading must leave no trace on the tree that stands for the recorder's memory.
_QUIET = os.O_RDONLY | os.O_NOATIME | os.O_CLOEXEC


class UnpluggedError(Exception):
    """The recorder is pulled out in the middle of this transfer."""


class MtpRecorder:
    """A recorder that answers; one transfer after the other, as USB has it.

    Attributes may be changed while it is plugged in: ``locked`` hides its storages,
    ``is_silent`` lets it answer nothing more, ``pull_after_bytes`` pulls it out once so much
    was read, ``refuses`` are names that it can not read, ``keeps`` names that it does not
    delete.
    """

    vendor_id, product_id, serial = 0x1209, 0xB0D3, "BWC0009A"

    def __init__(self, tree: Path, *, parts: int = 64, second: Path | None = None) -> None:
        self.roots = {STORAGE: tree}
        if second is not None:
            self.roots[SECOND_STORAGE] = second
        self.parts = parts
        self.locked = False
        self.is_silent = False
        self.pull_after_bytes: int | None = None
        self.refuses: set[str] = set()
        self.keeps: set[str] = set()
        self.commands: list[int] = []
        self.read_bytes = 0
        self._handles: dict[Path, int] = {}
        self._answers: deque[bytes] = deque()

    # -- the USB side --------------------------------------------------------------------

    def device_descriptor(self) -> bytes:
        """Of a high-speed device without texts of its own."""
        ids = (self.vendor_id, self.product_id, 0x0100)
        return struct.pack("<BBHBBBBHHHBBBB", 18, 1, 0x0200, 0, 0, 0, 64, *ids, 0, 0, 0, 1)

    def config_descriptor(self) -> bytes:
        """One still-image interface: bulk in, bulk out, interrupt in."""
        body = struct.pack("<BBBBBBBBB", 9, 4, 0, 0, 3, 6, 1, 1, 0)
        for address, kind, size in ((0x81, 2, 512), (0x02, 2, 512), (0x83, 3, 28)):
            body += struct.pack("<BBBBHB", 7, 5, address, kind, size, 6 if kind == 3 else 0)
        return struct.pack("<BBHBBBBB", 9, 2, 9 + len(body), 1, 1, 0, 0x80, 250) + body

    def control(self, request_type: int, request: int) -> bytes | None:
        """Class requests: status, cancel, reset. None is a stall."""
        if (request_type, request) == (0xA1, 0x67):
            return struct.pack("<HH", 4, OK)
        if request_type == 0x21 and request in {0x64, 0x66}:
            self._answers.clear()
            return b""
        return None

    def bulk_out(self, block: bytes) -> None:
        """A command container; its answers wait to be fetched."""
        _, kind, code, transaction = struct.unpack_from("<IHHI", block)
        if kind != 1:
            return
        self.commands.append(code)
        arguments = struct.unpack_from(f"<{(len(block) - 12) // 4}I", block, 12)
        result, payload, told = self._do(code, arguments)
        if payload is not None:
            container = struct.pack("<IHHI", 12 + len(payload), 2, code, transaction) + payload
            self._answers.append(container)
            if len(container) % PACKET_BYTES == 0:
                self._answers.append(b"")
        header = struct.pack("<IHHI", 12 + 4 * len(told), 3, result, transaction)
        self._answers.append(header + struct.pack(f"<{len(told)}I", *told))

    def bulk_in(self, count: int) -> bytes | None:
        """What is there to fetch; None where there is nothing, so that the host waits."""
        if self.is_silent or not self._answers:
            return None
        piece, rest = self._answers[0][:count], self._answers[0][count:]
        if rest:
            self._answers[0] = rest
        else:
            self._answers.popleft()
        return piece

    # -- the MTP side --------------------------------------------------------------------

    def _do(self, code: int, arguments: Sequence[int]) -> tuple[int, bytes | None, tuple[int, ...]]:
        table: dict[int, Callable[..., tuple[int, bytes | None, tuple[int, ...]]]] = {
            0x1001: lambda *_: _given(self._device_info()),
            0x1002: lambda *_: (OK, None, ()),
            0x1003: lambda *_: (OK, None, ()),
            0x1004: lambda *_: _given(_array("I", () if self.locked else tuple(self.roots))),
            0x1005: lambda storage, *_: _given(self._storage_info(storage)),
            0x1007: self._children,
            0x1008: lambda handle, *_: self._of(handle, self._object_info),
            0x1009: lambda handle, *_: self._part(handle, 0, 1 << 62),
            0x100B: self._delete,
            0x1014: lambda *_: _given(
                struct.pack("<HHBBBBBBB", _BATTERY, 2, 0, 0, 50, 1, 0, 50, 1)
            ),
            0x1015: lambda *_: _given(b"\x2d"),
            0x101B: lambda handle, offset, count: self._part(handle, offset, count),
            0x95C1: lambda handle, low, high, count: self._part(handle, low | high << 32, count),
            0x9801: lambda *_: _given(_array("H", (_STORAGE_ID, _SIZE, _NAME, _MODIFIED))),
            0x9802: lambda prop, *_: _given(_property_description(prop)),
            0x9803: lambda handle, prop: self._of(handle, lambda path: _value(path, prop)),
        }
        known = (*_OPERATIONS, *_PROPERTIES, *_PARTS[self.parts])
        return table[code](*arguments) if code in known else (UNSUPPORTED, None, ())

    def _device_info(self) -> bytes:
        operations = (*_OPERATIONS, *_PROPERTIES, *_PARTS[self.parts])
        extension = "microsoft.com: 1.0; android.com: 1.0;" if self.parts == 64 else ""
        lists = (operations, (), (_BATTERY,), (), (_FILE, _FOLDER))
        names = ("ACME", "Bodycam MTP", "1.0", self.serial)
        return (
            struct.pack("<HIH", 100, 6, 100)
            + _string(extension)
            + struct.pack("<H", 0)
            + b"".join(_array("H", one) for one in lists)
            + b"".join(map(_string, names))
        )

    def _storage_info(self, storage: int) -> bytes:
        name = "Inner memory" if storage == STORAGE else "SD card"
        return (
            struct.pack("<HHHQQI", 3, 2, 0, 32 << 30, 1 << 30, 0xFFFFFFFF)
            + _string(name)
            + _string(VOLUME)
        )

    def _children(
        self, storage: int, _: int, parent: int
    ) -> tuple[int, bytes | None, tuple[int, ...]]:
        roots = [self.roots[storage]] if storage in self.roots else list(self.roots.values())
        if self.locked:
            return GENERAL_ERROR, None, ()
        tops = roots if parent in {0, ROOT} else [self._path(parent)]
        found: list[int] = []
        for top in tops:
            if top is None:
                return BAD_HANDLE, None, ()
            found += [self._handle(top / name) for name in _names(top)]
        return _given(_array("I", tuple(found)))

    def _object_info(self, path: Path) -> bytes:
        status = path.stat()
        is_folder = path.is_dir()
        size = 0 if is_folder else min(status.st_size, 0xFFFFFFFF)
        is_top = path.parent in self.roots.values()
        parent = 0 if is_top else self._handle(path.parent)
        kind = _FOLDER if is_folder else _FILE
        moment = _moment(path)
        return (
            struct.pack("<IHHIHI", self._storage_of(path), kind, 0, size, 0, 0)
            + struct.pack("<IIIIIIHII", 0, 0, 0, 0, 0, parent, int(is_folder), 0, 0)
            + b"".join(map(_string, (path.name, moment, moment, "")))
        )

    def _part(
        self, handle: int, offset: int, count: int
    ) -> tuple[int, bytes | None, tuple[int, ...]]:
        path = self._path(handle)
        if path is None:
            return BAD_HANDLE, None, ()
        if path.name in self.refuses:
            return GENERAL_ERROR, None, ()
        descriptor = os.open(path, _QUIET)
        try:
            count = min(count, max(0, os.fstat(descriptor).st_size - offset))
            block = os.pread(descriptor, count, offset)
        finally:
            os.close(descriptor)
        if self.pull_after_bytes is not None and self.read_bytes + count > self.pull_after_bytes:
            raise UnpluggedError
        self.read_bytes += len(block)
        return OK, block, (len(block),)

    def _delete(self, handle: int, _: int = 0) -> tuple[int, bytes | None, tuple[int, ...]]:
        path = self._path(handle)
        if path is None:
            return BAD_HANDLE, None, ()
        if path.name in self.keeps:
            return READ_ONLY, None, ()
        path.unlink()
        return OK, None, ()

    def _of(
        self, handle: int, tell: Callable[[Path], bytes]
    ) -> tuple[int, bytes | None, tuple[int, ...]]:
        path = self._path(handle)
        return (BAD_HANDLE, None, ()) if path is None else _given(tell(path))

    def _handle(self, path: Path) -> int:
        return self._handles.setdefault(path, len(self._handles) + 1)

    def _path(self, handle: int) -> Path | None:
        paths = [path for path, known in self._handles.items() if known == handle]
        return paths[0] if paths and paths[0].exists() else None

    def _storage_of(self, path: Path) -> int:
        return next(one for one, root in self.roots.items() if root in path.parents)


def _given(payload: bytes) -> tuple[int, bytes, tuple[int, ...]]:
    return OK, payload, ()


def _names(directory: Path) -> list[str]:
    descriptor = os.open(directory, _QUIET | os.O_DIRECTORY)
    try:
        with os.scandir(descriptor) as listing:
            return sorted(one.name for one in listing)
    finally:
        os.close(descriptor)


def _moment(path: Path) -> str:
    return datetime.fromtimestamp(path.stat().st_mtime).astimezone().strftime("%Y%m%dT%H%M%S")


def _value(path: Path, prop: int) -> bytes:
    if prop == _SIZE:
        return struct.pack("<Q", path.stat().st_size)
    return _string(_moment(path) if prop == _MODIFIED else path.name)


def _property_description(prop: int) -> bytes:
    if prop == _SIZE:
        return struct.pack("<HHBQIB", prop, 8, 0, 0, 0, 0)  # an unsigned 64-bit number
    return struct.pack("<HHBBIB", prop, 0xFFFF, 0, 0, 0, 0)  # a text


def _string(text: str) -> bytes:
    return bytes([len(text) + 1]) + (text + "\0").encode("utf-16-le") if text else b"\0"


def _array(kind: str, numbers: Sequence[int]) -> bytes:
    return struct.pack(f"<I{len(numbers)}{kind}", len(numbers), *numbers)
