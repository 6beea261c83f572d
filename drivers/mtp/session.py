"""An open MTP device, as every recorder is read."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from drivers.mtp.listing import list_entries
from workstation.devices.api import EntryStat
from workstation.domain.errors import (
    EntryChangedError,
    EntryKeptError,
    EntryVanishedError,
    RecorderReadOnlyError,
)
from workstation.domain.recorder import RecorderStorage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from drivers.mtp.link import Link
    from drivers.mtp.store import Node, Store
    from workstation.devices.isolated import Plain
    from workstation.devices.profiles import Profile
    from workstation.domain.clip import ClipEntry
    from workstation.domain.recorder import RecorderIdentity

SAMPLE_BYTES = 64 << 10
PIECE_BYTES = 1 << 20  # one request; the next is under way while this one is sealed


class MtpSource:
    """The bytes of one object, in parts where the device gives parts, else in one stream."""

    def __init__(self, link: Link, node: Node, entry: ClipEntry, offset: int) -> None:
        self._link = link
        self._node = node
        self._entry = entry
        self._begun_at = offset
        self._offset = offset  # of what the device is asked for next
        self._piece = memoryview(b"")
        self._is_asked = False
        self._is_stream = False
        self._has_ended = False

    def readinto(self, buffer: memoryview) -> int:
        """Fill from the start of ``buffer``; 0 at the end.

        Raises:
            RecorderGoneError: the device left, or nothing came for too long.
            EntryVanishedError: the object is not there any more.
            EntryUnreadableError: the device refuses the bytes at fact ``offset``.
        """
        if not self._piece and not self._has_ended:
            self._piece = memoryview(self._next(len(buffer)))
            self._has_ended = not self._piece
        count = min(len(buffer), len(self._piece))
        buffer[:count] = self._piece[:count]
        self._piece = self._piece[count:]
        return count

    def close(self) -> None:
        """Let go; a stream that is under way is cancelled."""
        if self._is_stream and not self._has_ended:
            self._link.interrupt()

    def _next(self, wanted: int) -> bytes:
        """The bytes that follow. Whoever only takes a sample gets no more than that."""
        is_sample = self._offset == self._begun_at
        if not self._is_asked and not self._is_stream:
            self._ask(min(max(wanted, SAMPLE_BYTES), PIECE_BYTES) if is_sample else PIECE_BYTES)
        piece, value = self._link.receive(self._entry.path, self._offset)
        if value == "stream":
            self._is_stream = True
            self._begin("stream", offset=self._offset)
            piece, value = self._link.receive(self._entry.path, self._offset)
        if piece is None:
            return b""
        self._offset += len(piece)
        if not self._is_stream:
            self._link.receive(self._entry.path, self._offset)  # the end of this answer
            self._is_asked = False
            if piece and not is_sample and self._offset < self._entry.size_bytes:
                self._ask(PIECE_BYTES)
        return piece

    def _ask(self, count: int) -> None:
        self._begin("read", offset=self._offset, count=count)
        self._is_asked = True

    def _begin(self, command: str, **facts: int) -> None:
        self._link.send(command, self._entry.path, **facts, **self._node.place)


class MtpSession:
    """An open MTP device (``RecorderSession``, ``ReportsStorage``, ``ErasesClips``)."""

    def __init__(
        self, link: Link, store: Store, profile: Profile, identity: RecorderIdentity
    ) -> None:
        self._link = link
        self._store = store
        self._profile = profile
        self._identity = identity
        self._times: dict[bytes, tuple[str, int]] = {}

    @property
    def identity(self) -> RecorderIdentity:
        return self._identity

    @property
    def process_id(self) -> int:
        """The process that libmtp runs in."""
        return self._link.pid

    def entries(self) -> Iterator[ClipEntry]:
        """Everything on the device; see ``list_entries``."""
        return list_entries(self._link, self._store, self._profile)

    def stat(self, entry: ClipEntry) -> EntryStat:
        """Look again at one file.

        Raises:
            EntryVanishedError: it is not there any more.
            RecorderGoneError: the device left.
        """
        _, status = self._look(entry)
        return status

    @contextmanager
    def read(self, entry: ClipEntry, offset: int = 0) -> Iterator[MtpSource]:
        """Open one file at ``offset`` bytes.

        Raises:
            EntryVanishedError: it is not there any more.
            RecorderGoneError: the device left.
        """
        node, _ = self._look(entry)
        source = MtpSource(self._link, node, entry, offset)
        try:
            yield source
        finally:
            source.close()

    def storage(self) -> RecorderStorage:
        """All storages together."""
        storages = self._link.storages
        return RecorderStorage(
            total_bytes=sum(one["total_bytes"] for one in storages),
            free_bytes=sum(one["free_bytes"] for one in storages),
        )

    def erase_clip(self, entry: ClipEntry) -> None:
        """Delete one object; see ``ErasesClips``."""
        node, status = self._look(entry)
        if (status.size_bytes, status.mtime_ns) != (entry.size_bytes, entry.mtime_ns):
            raise EntryChangedError(
                path=entry.path, listed=entry.size_bytes, found=status.size_bytes
            )
        if any(one["id"] == node.storage and one["is_read_only"] for one in self._link.storages):
            raise RecorderReadOnlyError(path=entry.path)
        if not self._link.ask("delete", entry.path, **node.place):
            raise EntryKeptError(path=entry.path)
        self._store.forget()

    def _look(self, entry: ClipEntry) -> tuple[Node, EntryStat]:
        node = self._store.node(entry.raw_path)
        if node is None or node.is_folder:
            raise EntryVanishedError(path=entry.path)
        status: dict[str, Plain] = self._link.ask("look", entry.path, **node.place)
        moment = self._moment(entry.raw_path, node.mtime_ns, status["modified"])
        return node, EntryStat(size_bytes=status["size_bytes"], mtime_ns=moment)

    def _moment(self, raw_path: bytes, listed_ns: int, written: str) -> int:
        """When the file was changed last.

        libmtp keeps the time of the listing, and the time that can be asked for anew may be
        written in another zone: so the two are never compared, only the latter with itself.
        """
        before, before_ns = self._times.get(raw_path, (written, listed_ns))
        if before != written:
            before_ns = _parsed_ns(written) or before_ns + 1
        self._times[raw_path] = (written, before_ns)
        return before_ns


class MtpSessionWithBattery(MtpSession):
    """A device that tells its battery too (``ReportsBattery``)."""

    def battery_percent(self) -> int:
        """0 to 100."""
        percent: int | None = self._link.ask("battery")
        return percent or 0


def _parsed_ns(written: str) -> int:
    try:
        moment = datetime.strptime(written[:15], "%Y%m%dT%H%M%S").astimezone()
    except ValueError:
        return 0
    return int(moment.timestamp()) * 1_000_000_000
