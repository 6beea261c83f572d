"""What the station's ledger and vault say, in the form that platforms are told."""

from __future__ import annotations

import os
from contextlib import closing
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from sync.layout import clip_key
from sync.platforms import numbers
from sync.platforms.api import Condition, FileFact, LogFact
from workstation.domain.clip import ClipKind
from workstation.ledger.custody import Act, CustodyLine
from workstation.media.tracks import read_track
from workstation.platform.clock import from_text

if TYPE_CHECKING:
    from datetime import datetime

    from sync.platforms.api import Connector
    from sync.source import PlainBytes, Source
    from workstation.catalog.reader import Catalog
    from workstation.domain.clip import Clip
    from workstation.media.tracks import Track

_RECORDER_ACTS = frozenset({Act.COLLECTION_OPENED.value, Act.COLLECTION_CLOSED.value})
_STATION_ACTS = frozenset(
    act.value
    for act in (
        *(Act.STATION_CREATED, Act.SIGNED_IN, Act.SIGNED_OUT, Act.LOCKED_OUT, Act.VIEWED),
        *(Act.DAMAGED, Act.HEALED, Act.QUARANTINED, Act.DESTROYED, Act.EXPORTED, Act.FETCHED),
        *(Act.ERASED_FROM_RECORDER, Act.POLICY_ADOPTED, Act.HELD, Act.RELEASED),
    )
)
_LOW_FREE = 0.05  # of the vault's disk


class Telling:
    """Reads only."""

    def __init__(
        self, catalog: Catalog, source: Source, station: str, store: str, vault: Path, address: str
    ) -> None:
        self._catalog = catalog
        self._source = source
        self._station = station
        self._store = store
        self._vault = vault
        self._address = address
        self._recorders: dict[str, str] = {}  # of collections that were opened

    # -- files --------------------------------------------------------------------------

    def clips_after(self, seq: int, limit: int) -> list[Clip]:
        """Clips in order of admission."""
        return self._catalog.clips(after_seq=seq, limit=limit)

    def beginning(self, clip: Clip, connector: Connector, domain: str) -> str:
        """The file's number without time of import and sequence."""
        kind = numbers.code_of(clip.kind, connector.kinds, connector.other_kind)
        shot = _shot_at(clip)
        return numbers.beginning(domain, clip.recorder_serial, shot, kind, is_marked=clip.important)

    def imported_at(self, clip: Clip) -> datetime:
        """By this machine's zone."""
        return clip.vaulted_at.astimezone().replace(tzinfo=None)

    def file(self, clip_id: str, number: str) -> FileFact:
        """Everything a platform is told of a clip.

        Raises:
            UnknownClipError: there is none of this id.
        """
        clip = self._catalog.clip(clip_id)
        badge = clip.badge or clip.bound_badge or ""
        officer = self._catalog.officer(badge) if badge else None
        units = {unit.id: unit for unit in self._catalog.units()} if officer else {}
        unit = units.get(officer.unit) if officer else None
        shot = _shot_at(clip)
        return FileFact(
            clip=clip.id,
            number=number,
            alias=numbers.alias(clip.recorder_serial, shot, int(number[-4:]), clip.name),
            name=clip.name,
            kind=clip.kind,
            size_bytes=clip.size_bytes,
            duration_s=round(clip.duration_s or 0),
            is_marked=clip.important,
            shot_at=shot,
            imported_at=self.imported_at(clip),
            unit_code=unit.code if unit else "",
            unit_name=unit.name if unit else "",
            badge=badge,
            officer=officer.name if officer else "",
            recorder=clip.recorder_serial,
            object_key=clip_key(self._station, clip),
            store=self._store,
        )

    def destroyed(self, clips: list[str]) -> set[str]:
        """Which of these our own rules have let go, with a certificate."""
        here = {one.id for one in self._catalog.clip_facts(clips)} if clips else set()
        return set(clips) - here

    # -- logs ---------------------------------------------------------------------------

    def log_after(self, seq: int, limit: int) -> tuple[int, list[LogFact]]:
        """What ledger lines behind ``seq`` tell; the number of the last one looked at."""
        lines = self._source.custody_lines(seq, limit)
        entries = [msgspec.json.decode(line, type=CustodyLine) for line in lines]
        told = [fact for entry in entries if (fact := self._log(entry)) is not None]
        return (entries[-1].seq if entries else seq), told

    def _log(self, entry: CustodyLine) -> LogFact | None:
        if entry.act in _RECORDER_ACTS:
            recorder = self._recorder_of(entry)
        elif entry.act in _STATION_ACTS:
            recorder = ""
        else:
            return None
        at = from_text(entry.at).astimezone().replace(tzinfo=None)
        subject = entry.clip or entry.collection or entry.by or ""
        return LogFact(at, entry.act, recorder, subject)

    def _recorder_of(self, entry: CustodyLine) -> str:
        collection = entry.collection or ""
        if collection not in self._recorders:
            docked = self._catalog.collection(collection)
            self._recorders[collection] = (docked.recorder_serial if docked else "") or "-"
        return self._recorders[collection]

    # -- tracks and condition -----------------------------------------------------------

    def track(self, clip: Clip) -> Track | None:
        """The points of a track that we hold; None for any other file."""
        if clip.kind is not ClipKind.TRACK:
            return None
        begins = clip.recorded_at.astimezone() if clip.recorded_at else None
        with closing(self._source.open(clip.id)) as plain:
            return read_track(_Whole(plain), begins)

    def condition(self) -> Condition:
        """How the machine is now."""
        stats = os.statvfs(self._vault)
        total, free = stats.f_blocks * stats.f_frsize, stats.f_bavail * stats.f_frsize
        alarms = ("disk_low",) if free < total * _LOW_FREE else ()
        return Condition(
            address=self._address,
            version=_version(),
            total_bytes=total,
            free_bytes=free,
            cpu_percent=min(100, round(100 * os.getloadavg()[0] / (os.cpu_count() or 1))),
            memory_percent=_memory_percent(),
            alarms=alarms,
        )


class _Whole:
    """A clip's plain bytes anywhere, out of a reader that goes forward."""

    def __init__(self, plain: PlainBytes) -> None:
        self._plain = plain

    @property
    def size_bytes(self) -> int:
        return self._plain.size_bytes

    def read_at(self, offset: int, count: int) -> bytes:
        self._plain.seek(offset)
        buffer = memoryview(bytearray(count))
        filled = 0
        while filled < count and (got := self._plain.readinto(buffer[filled:])):
            filled += got
        return bytes(buffer[:filled])


def _shot_at(clip: Clip) -> datetime:
    """By the recorder's own clock; where it is not known, when the clip came in."""
    if clip.recorded_at is not None:
        return clip.recorded_at.replace(tzinfo=None)
    return clip.vaulted_at.astimezone().replace(tzinfo=None)


def _memory_percent() -> int:
    fields = {}
    for line in Path("/proc/meminfo").read_text("ascii").splitlines():
        name, _, rest = line.partition(":")
        fields[name] = int(rest.split()[0])
    return round(100 * (1 - fields["MemAvailable"] / fields["MemTotal"]))


def _version() -> str:
    try:
        return version("evidock")
    except PackageNotFoundError:
        return "0.1.0"
