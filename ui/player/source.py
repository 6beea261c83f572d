"""A clip's plain bytes as the two decoders want them. Runs in the player child only."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from workstation.domain.errors import StationError
from workstation.sealing.reader import ObjectReader

if TYPE_CHECKING:
    from collections.abc import Callable

    from workstation.sealing.reader import ObjectKey


class ClipFile(io.RawIOBase):
    """Seekable file over a sealed object; a byte that is not ours is told and never shown.

    libVLC and FFmpeg take a failed read for the end of the file, so ``on_trouble`` is what
    raises the alarm: it hears each failing segment. ``name`` stays unset: formats are told by
    content only.
    """

    def __init__(
        self, descriptor: int, key: ObjectKey, on_trouble: Callable[[StationError], None]
    ) -> None:
        super().__init__()
        self._reader = ObjectReader(descriptor, key)
        self._on_trouble = on_trouble
        self._offset = 0
        self.size_bytes = self._reader.size_bytes

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
        """Up to ``size`` bytes; none at the end, and none where the object is damaged."""
        left = max(0, self.size_bytes - self._offset)
        data = self.read_at(self._offset, left if size < 0 else min(size, left))
        self._offset += len(data)
        return data

    def read_at(self, offset: int, count: int) -> bytes:
        """Bytes anywhere, without moving; none where the object is damaged."""
        try:
            return self._reader.read_at(offset, count)
        except StationError as error:
            self._on_trouble(error)
            return b""
