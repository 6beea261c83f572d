"""What can go wrong while a simulated recorder is read: wrapped around an honest card."""

from __future__ import annotations

import errno
import os
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workstation.devices.api import ClockReading, EntryStat
from workstation.devices.simulation.cards import card_of
from workstation.domain.errors import (
    EntryUnreadableError,
    EntryVanishedError,
    RecorderGoneError,
)
from workstation.domain.recorder import RecorderStorage, RecorderWrite, WriteKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from workstation.devices.api import ClipSource, RecorderSession
    from workstation.devices.simulation.plan import SlotPlan
    from workstation.domain.clip import ClipEntry
    from workstation.domain.recorder import RecorderIdentity

_SLICE_S = 0.1  # longest sleep before the bay is looked at again
_CREDIT_S = 0.25  # what a late wake-up may make up for
_LEAST_BYTES = 4096
_GROWTH_BYTES = 64 * 1024  # by which a growing file grows each time somebody looks
_CLOCK_UNCERTAINTY_S = 0.5
_CARD_BYTES = 64_000_000_000


class Bay:
    """Where a card is "mounted": a link that is there for as long as the recorder is."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def plug(self, tree: Path) -> None:
        """Let the card be found."""
        self.path.symlink_to(tree)

    def pull(self) -> None:
        """Take the recorder out, whoever is reading it."""
        self.path.unlink(missing_ok=True)

    @property
    def clock(self) -> Path:
        """Where the recorder's clock is kept once it was set; the same for all its dockings."""
        return self.path.with_name(f"clock.{self.path.stem}")

    @property
    def is_plugged(self) -> bool:
        return os.path.lexists(self.path)

    def check(self) -> None:
        """Make sure that the recorder is still there.

        Raises:
            RecorderGoneError: it is not.
        """
        if not self.is_plugged:
            raise RecorderGoneError(source=str(self.path), errno=errno.ENODEV)


class Pace:
    """Keeps to a rate by sleeping; exact over time because lateness is made up for."""

    def __init__(self, bytes_per_s: float | None) -> None:
        self._bytes_per_s = bytes_per_s
        self._due_s = time.monotonic()

    def portion(self, wanted: int) -> int:
        """How much of ``wanted`` may be read in one go."""
        if self._bytes_per_s is None:
            return wanted
        return min(wanted, max(_LEAST_BYTES, int(self._bytes_per_s * _SLICE_S)))

    def spend(self, count: int) -> None:
        """Wait until ``count`` bytes more could have come."""
        if self._bytes_per_s is None:
            return
        now_s = time.monotonic()
        self._due_s = max(self._due_s, now_s - _CREDIT_S) + count / self._bytes_per_s
        if self._due_s > now_s:
            time.sleep(self._due_s - now_s)


@dataclass(slots=True)
class _Trouble:
    """What happens to one file, at which byte of it."""

    unreadable_from: int | None = None
    flip_at: int | None = None
    stall_at: int | None = None
    ends_at: int | None = None  # beyond its real end: it grew

    def limit(self, offset: int, wanted: int) -> int:
        """Read no further than to the next byte at which something happens."""
        for place in (self.unreadable_from, self.stall_at):
            if place is not None and offset < place:
                wanted = min(wanted, place - offset)
        return wanted


class SimulatedSession:
    """A recorder with the faults of its plan (``RecorderSession``, clock, battery, room)."""

    def __init__(self, card: RecorderSession, plan: SlotPlan, bay: Bay) -> None:
        self._card = card
        self._plan = plan
        self._bay = bay
        self._pace = Pace(plan.bytes_per_s)
        self._videos = tuple(item.path for item in card_of(plan).videos)
        self._readings: dict[bytes, int] = {}
        self._grown_bytes = 0
        self._has_stalled = False
        self._bytes_left = None if plan.yank_share is None else self._bytes_until_yank()

    @property
    def identity(self) -> RecorderIdentity:
        """What the card says, and who wears it as the device itself would tell (ZFY_INFO)."""
        found = self._card.identity
        owner = card_of(self._plan).owner
        if found.badge != owner.badge:
            return found
        provenance = {**found.provenance, "officer_name": "device", "unit": "device"}
        return replace(found, officer_name=owner.name, unit=owner.unit, provenance=provenance)

    def entries(self) -> Iterator[ClipEntry]:
        """Everything on the card, as ``RecorderSession`` promises."""
        self._bay.check()
        return self._card.entries()

    def stat(self, entry: ClipEntry) -> EntryStat:
        """Look again at one file, as ``RecorderSession`` promises."""
        self._look(entry)
        found = self._card.stat(entry)
        if not self._grows(entry):
            return found
        self._grown_bytes += _GROWTH_BYTES
        return EntryStat(found.size_bytes + self._grown_bytes, found.mtime_ns + self._grown_bytes)

    @contextmanager
    def read(self, entry: ClipEntry, offset: int = 0) -> Iterator[ClipSource]:
        """Open one file, as ``RecorderSession`` promises."""
        self._look(entry)
        self._readings[entry.raw_path] = self._readings.get(entry.raw_path, 0) + 1
        with self._card.read(entry, offset) as source:
            yield _SimulatedSource(self, source, entry.path, offset, self._trouble(entry))

    def read_clock(self, now: datetime) -> ClockReading:  # noqa: ARG002 - ours follows the host's
        """The recorder's clock: as wrong as the plan wants it, until somebody sets it."""
        self._bay.check()
        try:
            offset_s = float(self._bay.clock.read_text())
        except FileNotFoundError:
            offset_s = self._plan.clock_skew_s
        return ClockReading(offset_s, _CLOCK_UNCERTAINTY_S, "simulated")

    def set_clock(self, now: datetime) -> RecorderWrite:
        """Set it, as ``SetsClock``, to whole seconds; it stays set when it is plugged again."""
        self._bay.check()
        told = now.replace(microsecond=0)
        self._bay.clock.write_text(f"{(told - now).total_seconds():.3f}")
        facts = {"set_to": told.isoformat(timespec="seconds"), "command": "simulated"}
        return RecorderWrite(WriteKind.CLOCK_SET, facts, now)

    def battery_percent(self) -> int:
        """Charge of the battery."""
        self._bay.check()
        return self._plan.battery_percent

    def storage(self) -> RecorderStorage:
        """A card as large as a real one, filled as the plan wants it (``ReportsStorage``)."""
        self._bay.check()
        left = _CARD_BYTES // 100 if self._plan.has("full_card") else _CARD_BYTES // 2
        return RecorderStorage(_CARD_BYTES, left)

    def portion(self, wanted: int) -> int:
        """How many bytes may be read now.

        Raises:
            RecorderGoneError: it left, or the plan lets it leave here.
        """
        self._bay.check()
        if self._bytes_left == 0:
            self._bay.pull()
            self._bay.check()
        portion = self._pace.portion(wanted)
        return portion if self._bytes_left is None else min(portion, self._bytes_left)

    def spend(self, count: int) -> None:
        """Account for bytes that were read, and keep to the pace."""
        if self._bytes_left is not None:
            self._bytes_left -= count
        self._pace.spend(count)

    def stall(self) -> None:
        """Give nothing for the time planned.

        Raises:
            RecorderGoneError: it left meanwhile.
        """
        self._has_stalled = True
        until_s = time.monotonic() + self._plan.stall_s
        while (left_s := until_s - time.monotonic()) > 0:
            self._bay.check()
            time.sleep(min(left_s, _SLICE_S))

    def _look(self, entry: ClipEntry) -> None:
        self._bay.check()
        if self._plan.has("vanish") and entry.raw_path == self._videos[:2][-1]:
            raise EntryVanishedError(path=entry.path, errno=errno.ENOENT)

    def _grows(self, entry: ClipEntry) -> bool:
        return self._plan.has("grow") and entry.raw_path == self._videos[-1]

    def _trouble(self, entry: ClipEntry) -> _Trouble:
        trouble = _Trouble()
        if entry.raw_path not in self._videos:
            return trouble
        number = self._videos.index(entry.raw_path) + 1
        for sector in self._plan.dock.bad_sector:
            if (sector.slot, sector.clip) == (self._plan.slot, number):
                trouble.unreadable_from = sector.offset
        if number == 1 and self._plan.stall_s and not self._has_stalled:
            trouble.stall_at = entry.size_bytes // 2
        is_first_reading = self._readings[entry.raw_path] % 2 == 1
        if number == 1 and self._plan.has("flip_bit") and is_first_reading:
            trouble.flip_at = entry.size_bytes // 2
        if self._grows(entry):
            self._grown_bytes += _GROWTH_BYTES
            trouble.ends_at = entry.size_bytes + self._grown_bytes
        return trouble

    def _bytes_until_yank(self) -> int:
        total = sum(entry.size_bytes for entry in self._card.entries() if not entry.skip_code)
        return int(total * (self._plan.yank_share or 0))


class _SimulatedSource:
    """The bytes of one file, with what happens to it."""

    def __init__(
        self,
        session: SimulatedSession,
        source: ClipSource,
        path: str,
        offset: int,
        trouble: _Trouble,
    ) -> None:
        self._session = session
        self._source = source
        self._path = path
        self._offset = offset
        self._trouble = trouble

    def readinto(self, buffer: memoryview) -> int:
        """Fill from the start of ``buffer``, perhaps not all of it; 0 at the end.

        Raises:
            RecorderGoneError: the recorder left.
            EntryUnreadableError: a bad sector.
        """
        trouble = self._trouble
        if trouble.unreadable_from is not None and self._offset >= trouble.unreadable_from:
            raise EntryUnreadableError(path=self._path, offset=self._offset, errno=errno.EIO)
        if trouble.stall_at is not None and self._offset >= trouble.stall_at:
            trouble.stall_at = None
            self._session.stall()
        limit = trouble.limit(self._offset, self._session.portion(len(buffer)))
        count = self._source.readinto(buffer[:limit])
        if count == 0 and trouble.ends_at is not None:
            count = max(0, min(limit, trouble.ends_at - self._offset))
            buffer[:count] = bytes(count)
        if trouble.flip_at is not None and 0 <= trouble.flip_at - self._offset < count:
            buffer[trouble.flip_at - self._offset] ^= 1
        self._offset += count
        self._session.spend(count)
        return count
