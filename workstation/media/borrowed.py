"""A read-only file whose bytes are asked of the station as they are needed."""

from __future__ import annotations

import io
from collections import OrderedDict
from typing import TYPE_CHECKING

from workstation.domain.errors import ProtocolError
from workstation.media.frames import FrameType, pack_range, receive_frame, send_frame

if TYPE_CHECKING:
    import socket

BLOCK_BYTES = 128 << 10  # one vault segment, more or less: a smaller ask decrypts as much
KEPT_BLOCKS = 16  # 2 MiB; a demuxer hops between a few places
BUDGET_BYTES = 64 << 20  # what looking at one clip may cost in reading; then the end is near


class BudgetSpentError(OSError):
    """The file makes us read more than a glance is worth."""


class BorrowedFile(io.RawIOBase):
    """Seekable file over the socket, with a small cache of blocks.

    ``name`` stays unset on purpose: FFmpeg guesses formats from names, and some formats open
    further files by name.
    """

    def __init__(self, wire: socket.socket, size_bytes: int) -> None:
        super().__init__()
        self.size_bytes = size_bytes
        self.borrowed_bytes = 0
        self._wire = wire
        self._offset = 0
        self._blocks: OrderedDict[int, bytes] = OrderedDict()

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._offset

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._offset, io.SEEK_END: self.size_bytes}[whence]
        if origin + offset < 0:
            raise ValueError(offset)
        self._offset = origin + offset
        return self._offset

    def read(self, size: int = -1) -> bytes:
        """Up to ``size`` bytes; fewer only at the end."""
        left = max(0, self.size_bytes - self._offset)
        data = self.read_at(self._offset, left if size < 0 else min(size, left))
        self._offset += len(data)
        return data

    def read_at(self, offset: int, count: int) -> bytes:
        """Bytes anywhere, without moving.

        Raises:
            BudgetSpentError: enough was read of this file.
            EOFError: the station is gone.
        """
        end = min(offset + count, self.size_bytes)
        pieces = []
        while offset < end:
            number, start = divmod(offset, BLOCK_BYTES)
            piece = self._block(number)[start : start + end - offset]
            if not piece:
                break
            pieces.append(piece)
            offset += len(piece)
        return b"".join(pieces)

    def _block(self, number: int) -> bytes:
        if number in self._blocks:
            self._blocks.move_to_end(number)
            return self._blocks[number]
        if self.borrowed_bytes >= BUDGET_BYTES:
            raise BudgetSpentError
        start = number * BLOCK_BYTES
        ask = pack_range(start, min(BLOCK_BYTES, self.size_bytes - start))
        send_frame(self._wire, FrameType.READ, ask)
        kind, block = receive_frame(self._wire)
        if kind is not FrameType.BYTES:
            raise ProtocolError(frame=kind.name)
        self.borrowed_bytes += len(block)
        self._blocks[number] = block
        if len(self._blocks) > KEPT_BLOCKS:
            self._blocks.popitem(last=False)
        return block
