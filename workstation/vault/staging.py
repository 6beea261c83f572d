"""Copy a clip off a recorder so that a power cut at any line loses nothing.

The source is read once. Each block of plaintext goes round a small ring: one thread reads, one
computes SHA-256, one SM3 (where asked for), one seals and writes; each on its own core when
there is one, since hashing, sealing and the system calls all let go of the interpreter.
"""

from __future__ import annotations

import hashlib
import threading
from contextlib import nullcontext
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import TYPE_CHECKING, Protocol

from workstation.domain.clip import Digest
from workstation.platform import failpoints
from workstation.sealing.segments import Geometry
from workstation.vault.diskfile import aligned_buffers
from workstation.vault.sealed import SealedWriter

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from workstation.vault.keys import VaultKey

RING_BLOCKS = 4  # 4 MiB of plaintext in flight per lane
SEALED_BLOCKS = 2  # one being written, one being sealed
KEPT_ARENAS = 4  # sets of buffers that wait for the next clip: fresh memory costs its first touch


class Source(Protocol):
    """What bytes are read from; ``readinto`` gives 0 at the end."""

    def readinto(self, buffer: memoryview) -> int: ...


@dataclass(frozen=True, slots=True)
class Staged:
    """A sealed file in staging, whole and flushed, and what went into it."""

    path: Path
    header: bytes
    key_id: int
    size_bytes: int
    digest: Digest


@dataclass(slots=True)
class _Block:
    """A piece of plaintext going round the ring; free again when all have had it."""

    memory: memoryview
    length: int = 0
    is_last: bool = False
    waiting_for: int = 0


class _Worker:
    """A thread that takes blocks in order; its first failure is kept and ends its work."""

    def __init__(self, name: str, work: Callable[[_Block], None], ring: _Ring) -> None:
        self._work = work
        self._ring = ring
        self.inbox: SimpleQueue[_Block | None] = SimpleQueue()
        self.failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while (block := self.inbox.get()) is not None:
            if self.failure is None:
                try:
                    self._work(block)
                except BaseException as failure:  # noqa: BLE001 - handed to the lane thread
                    self.failure = failure
            self._ring.give_back(block)

    def join(self) -> None:
        self.inbox.put(None)
        self._thread.join()


class _Arenas:
    """Memory of rings that have ended, for those that begin."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: list[tuple[int, list[memoryview]]] = []

    def take(self, block_bytes: int, count: int) -> list[memoryview]:
        """So many buffers; what they hold is of no meaning."""
        with self._lock:
            for place, (size, buffers) in enumerate(self._kept):
                if (size, len(buffers)) == (block_bytes, count):
                    del self._kept[place]
                    return buffers
        return aligned_buffers(block_bytes, count)

    def give_back(self, block_bytes: int, buffers: list[memoryview]) -> None:
        """Nobody uses them any more."""
        with self._lock:
            self._kept = [*self._kept, (block_bytes, buffers)][-KEPT_ARENAS:]


_arenas = _Arenas()


class _Ring:
    """Blocks that readers and workers pass round. ``close`` it when its threads have ended."""

    def __init__(self, block_bytes: int, workers: int, blocks: int = RING_BLOCKS) -> None:
        self._lock = threading.Lock()
        self._workers = workers
        self._block_bytes = block_bytes
        self._buffers = _arenas.take(block_bytes, blocks)
        self._free: SimpleQueue[_Block] = SimpleQueue()
        for memory in self._buffers:
            self._free.put(_Block(memory))

    def close(self) -> None:
        _arenas.give_back(self._block_bytes, self._buffers)

    def take(self) -> _Block:
        block = self._free.get()
        block.waiting_for = self._workers
        return block

    def give_back(self, block: _Block) -> None:
        with self._lock:
            block.waiting_for -= 1
            free = block.waiting_for == 0
        if free:
            self._free.put(block)


def fill(source: Source, view: memoryview) -> int:
    """Read until ``view`` is full or the source ends; how much came."""
    done = 0
    while done < len(view):
        count = source.readinto(view[done:])
        if count == 0:
            break
        done += count
    return done


@dataclass(frozen=True, slots=True)
class StagingPlan:
    """Where a clip goes and how it is hashed and sealed."""

    path: Path
    key: VaultKey
    associated: bytes  # the clip id: binds the object to it
    with_sm3: bool = True
    gate: AbstractContextManager[object] = field(default_factory=nullcontext)


def stage(source: Source, plan: StagingPlan, on_bytes: Callable[[int], None]) -> Staged:
    """Copy ``source`` into a sealed file, hashing each byte once, flushed to the disk.

    The digest is of what was read from the recorder. ``on_bytes`` is called from the calling
    thread, once a block, with the number of bytes just read; what it raises ends the copy.

    Raises:
        VaultFullError, VaultReadOnlyError, VaultIoError: the disk refuses; the file is left
            for the sweep.
        StationError: whatever reading the source raises.
    """
    geometry = Geometry(plan.key.segment_bytes)
    writer = SealedWriter(plan.path, plan.key, plan.associated, plan.gate)
    sha256 = hashlib.sha256()
    sm3 = hashlib.new("sm3") if plan.with_sm3 else None
    ring = _Ring(geometry.block_plain_bytes(first=False), 3 if sm3 else 2)
    sealed = _Ring(geometry.block_bytes, 1, SEALED_BLOCKS)
    disk = _Worker("write", lambda b: writer.put(b.memory, b.length), sealed)

    def seal(block: _Block) -> None:
        out = sealed.take()
        out.length = writer.seal_block(block.memory[: block.length], out.memory, last=block.is_last)
        disk.inbox.put(out)
        _raise_failure([disk])

    workers = [_Worker("sha256", lambda b: sha256.update(b.memory[: b.length]), ring)]
    if sm3 is not None:
        workers.append(_Worker("sm3", lambda b: sm3.update(b.memory[: b.length]), ring))
    workers.append(_Worker("seal", seal, ring))  # the slowest first
    try:
        try:
            size = _pump(source, geometry, ring, workers, on_bytes)
        finally:
            for worker in (*workers, disk):
                worker.join()
            ring.close()
            sealed.close()
        _raise_failure([disk, *workers])
    except BaseException:
        writer.abandon()
        raise
    failpoints.reach("copy.written")
    writer.finish()
    digest = Digest(sha256.hexdigest(), sm3.hexdigest() if sm3 else None)
    return Staged(plan.path, writer.header, plan.key.id, size, digest)


def _raise_failure(workers: list[_Worker]) -> None:
    for worker in workers:
        if worker.failure is not None:
            raise worker.failure


def _pump(
    source: Source,
    geometry: Geometry,
    ring: _Ring,
    workers: list[_Worker],
    on_bytes: Callable[[int], None],
) -> int:
    """Read the source to its end, one block ahead, so that the last block is known as such."""
    size = 0
    pending: _Block | None = None
    first = True
    while True:
        block = ring.take()
        room = geometry.block_plain_bytes(first=first)
        block.length = fill(source, block.memory[:room])
        block.is_last = block.length < room
        size += block.length
        if pending is not None and block.length == 0:
            pending.is_last = True
        if pending is not None:
            for worker in workers:
                worker.inbox.put(pending)
        pending = block
        if block.length:
            failpoints.reach("copy.half")
            on_bytes(block.length)
        if block.is_last:
            break
        _raise_failure(workers)
        first = False
    if pending.length or first:
        for worker in workers:
            worker.inbox.put(pending)
    return size


def stage_small(content: memoryview, plan: StagingPlan, out: memoryview) -> Staged:
    """The same for a clip that is in memory already and fits one block; not flushed.

    ``out`` is aligned scratch of at least one block. The caller flushes a whole batch at once
    before it vouches for any of it; until then the page cache gathers the writes, which on
    small files is faster than many short direct ones.

    Raises:
        VaultFullError, VaultReadOnlyError, VaultIoError: the disk refuses.
    """
    writer = SealedWriter(plan.path, plan.key, plan.associated, plan.gate, direct=False)
    try:
        digest = Digest(
            hashlib.sha256(content).hexdigest(),
            hashlib.new("sm3", content).hexdigest() if plan.with_sm3 else None,
        )
        writer.write_block(content, out, last=True)
    except BaseException:
        writer.abandon()
        raise
    writer.finish(durable=False)
    return Staged(plan.path, writer.header, plan.key.id, len(content), digest)
