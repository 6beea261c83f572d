"""Sealed objects as files of the vault: written once, read forward or anywhere.

The format is in ``workstation.sealing.segments``; the associated data is our clip id, so that an
object can not be passed off under another clip's name.
"""

from __future__ import annotations

import os
import secrets
from contextlib import nullcontext
from typing import TYPE_CHECKING, Self

from workstation.domain.errors import ObjectDamagedError
from workstation.sealing.segments import (
    BLOCK_SEGMENTS,
    HEADER_BYTES,
    OBJECT_KEY_BYTES,
    PREFIX_BYTES,
    TAG_BYTES,
    Geometry,
    Segments,
    derive_key,
)
from workstation.vault.diskfile import (
    ALIGN_BYTES,
    aligned_buffer,
    drop_cache,
    open_direct,
    translated,
    write_all,
)

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from workstation.vault.keys import VaultKey


class SealedWriter:
    """Seals one clip into a file, block by block, never overwriting and never appending.

    The caller fills blocks of exactly ``geometry.block_plain_bytes(first=…)`` bytes except for
    the last, and says which is the last. ``finish`` has fsynced when it returns. ``gate`` is held
    during each write: it bounds how many lanes write to the disk at once.
    """

    def __init__(
        self,
        path: Path,
        key: VaultKey,
        associated: bytes,
        gate: AbstractContextManager[object] | None = None,
        *,
        direct: bool = True,
    ) -> None:
        self._gate = gate or nullcontext()
        self.geometry = Geometry(key.segment_bytes)
        self.path = path
        fresh = secrets.token_bytes(OBJECT_KEY_BYTES + PREFIX_BYTES)
        self.header = bytes([HEADER_BYTES]) + fresh
        object_key = derive_key(key.secret, self.header, associated)
        self._segments = Segments(object_key, self.header)
        self._segment = 0
        self._written = 0
        with translated(path.name):
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            if direct:
                self._descriptor, self._direct = open_direct(path, flags, 0o440)
            else:
                self._descriptor, self._direct = os.open(path, flags | os.O_CLOEXEC, 0o440), False

    def write_block(self, plain: memoryview, out: memoryview, *, last: bool) -> None:
        """Seal ``plain`` into ``out`` (aligned scratch of ``block_bytes``) and write it."""
        self.put(out, self.seal_block(plain, out, last=last))

    def seal_block(self, plain: memoryview, out: memoryview, *, last: bool) -> int:
        """Seal ``plain`` into ``out``; how many bytes of it are to be ``put``, in this order."""
        place = 0
        if self._segment == 0:
            out[:HEADER_BYTES] = self.header
            place = HEADER_BYTES
        taken = 0
        while True:
            room = (
                self.geometry.first_plain_bytes
                if self._segment == 0
                else (self.geometry.plain_bytes)
            )
            piece = plain[taken : taken + room]
            taken += len(piece)
            ends = last and taken == len(plain)
            sealed = len(piece) + TAG_BYTES
            self._segments.seal_into(
                self._segment, piece, out[place : place + sealed], is_last=ends
            )
            place += sealed
            self._segment += 1
            if taken == len(plain):
                return place

    def put(self, out: memoryview, length: int) -> None:
        """Write the first ``length`` bytes of ``out``; may be another thread than the sealing."""
        padded = -(-length // ALIGN_BYTES) * ALIGN_BYTES if self._direct else length
        if padded != length:
            out[length:padded] = bytes(padded - length)
        with self._gate, translated(self.path.name):
            write_all(self._descriptor, out[:padded])
            self._written += length
            if padded != length:
                os.ftruncate(self._descriptor, self._written)

    def finish(self, *, durable: bool = True) -> None:
        """Close the file, by default after an fsync."""
        descriptor, self._descriptor = self._descriptor, -1
        try:
            with translated(self.path.name):
                if durable:
                    os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def abandon(self) -> None:
        """Close without a word; the file stays for whoever sweeps."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class SealedReader:
    """Opens a sealed object: forward by ``readinto``, or anywhere by ``read_at``.

    Every byte handed out has passed its segment's tag. Used by one thread. ``unfinished`` opens
    what a copy left behind when it was cut short: its whole segments, whatever follows.

    Raises (all methods):
        ObjectDamagedError: a tag, the header or the length does not hold.
        ObjectMissingError: there is no such file.
        VaultIoError: the disk fails.
    """

    def __init__(
        self,
        path: Path,
        key: VaultKey,
        associated: bytes,
        *,
        bypass_cache: bool = False,
        unfinished: bool = False,
    ) -> None:
        self.path = path
        self._unfinished = unfinished
        self.geometry = Geometry(key.segment_bytes)
        with translated(path.name):
            if bypass_cache:
                self._descriptor, direct = open_direct(path, os.O_RDONLY)
                if not direct:
                    drop_cache(self._descriptor)
            else:
                self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            self._open_header(key, associated)
        except BaseException:
            os.close(self._descriptor)
            raise

    def _open_header(self, key: VaultKey, associated: bytes) -> None:
        with translated(self.path.name):
            self._sealed_bytes = os.fstat(self._descriptor).st_size
        if self._unfinished:  # only whole segments count, and none of them is the last
            self.cut(self._sealed_bytes // self.geometry.segment_bytes)
        else:
            self.size_bytes = self.geometry.opened_bytes(self._sealed_bytes)
            self._count = self.geometry.segments(self._sealed_bytes)
        held = max(HEADER_BYTES, min(self.geometry.block_bytes, self._sealed_bytes))
        self._block = aligned_buffer(held)
        self._plain = bytearray(held)
        self._held = (0, 0, 0)  # first segment held, its plaintext offset, plaintext bytes
        self._offset = 0
        # What fits one block is read once, header and all.
        self._is_read = not self._unfinished and self._sealed_bytes <= held
        first = self._sealed_bytes if self._is_read else HEADER_BYTES
        self.header = bytes(self._pread(0, min(first, self._sealed_bytes))[:HEADER_BYTES])
        try:
            object_key = derive_key(key.secret, self.header, associated)
        except ObjectDamagedError as error:
            raise ObjectDamagedError(object=self.path.name, **error.facts) from error
        self._segments = Segments(object_key, self.header)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _pread(self, offset: int, count: int) -> memoryview:
        """``count`` bytes at an aligned offset, in the block buffer."""
        padded = -(-count // ALIGN_BYTES) * ALIGN_BYTES
        with translated(self.path.name):
            got = 0
            while got < count:
                step = os.preadv(self._descriptor, [self._block[got:padded]], offset + got)
                if step == 0:
                    raise ObjectDamagedError(object=self.path.name, reason="truncated")
                got += step
                if got % ALIGN_BYTES and got < count:
                    raise ObjectDamagedError(object=self.path.name, reason="truncated")
        return self._block[:count]

    def _load(self, first: int, count: int) -> None:
        """Open ``count`` segments from ``first`` on into the plaintext buffer."""
        size = self.geometry.segment_bytes
        start = first * size
        length = min(count * size, self._sealed_bytes - start)
        sealed = (
            self._block[start : start + length] if self._is_read else self._pread(start, length)
        )
        place = HEADER_BYTES if first == 0 else 0
        plain = memoryview(self._plain)
        filled = 0
        number = first
        while place < length:
            end = min((number - first + 1) * size, length)
            is_last = number == self._count - 1 and not self._unfinished
            room = end - place - TAG_BYTES
            out = plain[filled : filled + room]
            try:
                self._segments.open_into(number, sealed[place:end], out, is_last=is_last)
            except ObjectDamagedError as error:
                self._held = (0, 0, 0)
                raise ObjectDamagedError(object=self.path.name, **error.facts) from error
            filled += room
            place = end
            number += 1
        self._held = (first, self.geometry.origin(first), filled)

    def _window(self, offset: int, segments: int) -> memoryview:
        """Plaintext from ``offset`` to the end of what is held, loading if needed."""
        _, origin, length = self._held
        if not origin <= offset < origin + length:
            first, _ = self.geometry.locate(offset)
            self._load(first, segments)
            _, origin, length = self._held
        return memoryview(self._plain)[offset - origin : length]

    def read_at(self, offset: int, count: int) -> bytes:
        """Up to ``count`` plaintext bytes at ``offset``; fewer only at the end."""
        out = bytearray()
        count = min(count, max(0, self.size_bytes - offset))
        while len(out) < count:
            left = count - len(out)
            segments = min(BLOCK_SEGMENTS, 1 + left // self.geometry.plain_bytes)
            out += self._window(offset + len(out), segments)[:left]
        return bytes(out)

    def seek(self, offset: int) -> None:
        """Where ``readinto`` goes on."""
        self._offset = offset

    def readinto(self, buffer: memoryview) -> int:
        """Fill from the start of ``buffer``; 0 at the end."""
        done = 0
        while done < len(buffer) and self._offset < self.size_bytes:
            piece = self._window(self._offset, BLOCK_SEGMENTS)[: len(buffer) - done]
            buffer[done : done + len(piece)] = piece
            done += len(piece)
            self._offset += len(piece)
        return done

    def cut(self, segments: int) -> None:
        """Of an unfinished object, forget everything after so many segments."""
        self._count = segments
        self._sealed_bytes = segments * self.geometry.segment_bytes
        self.size_bytes = max(0, segments * self.geometry.plain_bytes - HEADER_BYTES)

    def check(self, *, every: int = 1, first: int = 0) -> int:
        """Read everything; every tag must hold. Returns the plaintext's size in bytes.

        With ``every`` and ``first``, only each so-manieth block from that one on: several
        readers of one object share the work.
        """
        for block in range(first * BLOCK_SEGMENTS, self._count, every * BLOCK_SEGMENTS):
            self._load(block, BLOCK_SEGMENTS)
        return self.size_bytes
