"""Read what a file name on a card claims: when, who, which recorder, whether to take it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import translate
from typing import TYPE_CHECKING

from workstation.domain.clip import BadgeNumber, ClipKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from workstation.devices.profile_schema import ClockRule, MarkRule, MediaRule

IN_PROGRESS = "entry.in_progress"
NOT_EVIDENCE = "entry.not_evidence"
UNPARSED = "name.unparsed"
ENCRYPTED = "name.encrypted"
TIME_UNSET = "time.unset"
TIME_INVALID = "time.invalid"
BADGE_UNSET = "badge.unset"

_BY_EXTENSION = {
    **dict.fromkeys(("mp4", "avi", "mov", "ts", "mkv", "m4v", "3gp"), ClipKind.VIDEO),
    **dict.fromkeys(("mp3", "wav", "aac", "m4a", "amr"), ClipKind.AUDIO),
    **dict.fromkeys(("jpg", "jpeg", "png", "bmp", "heic"), ClipKind.PHOTO),
    **dict.fromkeys(("gps", "nmea", "gpx", "srt"), ClipKind.TRACK),
    **dict.fromkeys(("log", "txt"), ClipKind.LOG),
}
MEDIA = frozenset({ClipKind.VIDEO, ClipKind.AUDIO, ClipKind.PHOTO})

# Written by computers, phones and file managers, not by recorders.
_SKIP_EVERYWHERE = (
    "System Volume Information",
    "$RECYCLE.BIN",
    "LOST.DIR",
    "._*",
    ".Trashes",
    ".Trash-*",
    ".Spotlight-V100",
    ".fseventsd",
    ".DS_Store",
    "Thumbs.db",
    "desktop.ini",
    "/Android",
)
_SIDECARS_EVERYWHERE = (".thm", ".lrv", ".gps", ".nmea", ".srt", ".gpx")
_UNFINISHED = frozenset({"tmp", "part", "crdownload", "download"})

# A clock that nobody set counts from its maker's first day: the Unix epoch, 1 January 2000 or
# 2010, or a New Year's Day before the recorder was built. Nothing is dropped for it.
_FIRST_YEAR = 2011
_LAST_NEW_YEAR_UNSET = 2018
_SHORT_YEAR_DIGITS = 12


@dataclass(frozen=True, slots=True)
class NameFacts:
    """What a path on the card says of its file, as claimed.

    ``sidecar_stems`` are the stems (in lower case) of the clips it may belong to; empty for
    a clip of its own. ``is_parsed`` is False where no rule of the profile fits the name.
    """

    kind: ClipKind
    badge: BadgeNumber | None = None
    serial: str | None = None
    recorded_at: datetime | None = None
    sequence: int | None = None
    important: bool = False
    skip_code: str | None = None
    sidecar_stems: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    is_parsed: bool = False


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: re.Pattern[str]
    is_for_path: bool
    weight: float


class _Marks:
    """Endings of a stem, or directories, that mark a file."""

    def __init__(self, rule: MarkRule) -> None:
        self._endings = tuple(mark.lower() for mark in rule.marks)
        self._directories = globs(rule.directories) if rule.directories else None

    def fits(self, path: str, stem: str) -> bool:
        if self._endings and stem.endswith(self._endings):
            return True
        if self._directories is None:
            return False
        return any(self._directories.match(part) for part in path.split("/")[:-1])

    def is_in(self, marks: str) -> bool:
        """Whether a mark is among several that follow one another."""
        return any(ending in marks for ending in self._endings)


class NameReader:
    """The naming rules of one family, compiled. Immutable, safe to share between threads."""

    def __init__(self, media: MediaRule, clock: ClockRule) -> None:
        """Compile.

        Raises:
            re.error: a pattern is no regular expression; ``pattern`` holds its text.
        """
        self._clock = clock
        self._rules = tuple(
            _Rule(compiled(rule.pattern), rule.on == "path", 0.5 if rule.weak else 1.0)
            for rule in media.name
        )
        self._kinds = tuple((end.lower(), ClipKind(kind)) for end, kind in media.kinds.items())
        skips = (*_SKIP_EVERYWHERE, *media.skip)
        self._skip_names = globs(glob for glob in skips if not glob.startswith("/"))
        self._skip_paths = globs(glob[1:] for glob in skips if glob.startswith("/"))
        self._important = _Marks(media.important)
        self._in_progress = _Marks(media.in_progress)
        self._sidecars = tuple(
            sorted(
                {end.lower() for end in (*media.sidecar.endings, *_SIDECARS_EVERYWHERE)},
                key=lambda end: (-len(end), end),
            )
        )
        self._prefixes = media.sidecar.prefixes

    def read(self, path: str) -> NameFacts:
        """Read what the name says; ``path`` is relative to the card's top, with slashes."""
        name = path.rpartition("/")[2]
        lowered = name.lower()
        kind = self.kind(lowered)
        stems = self._stems(lowered)
        match, _ = self._parse(path, name)
        groups: dict[str, str | None] = match.groupdict() if match else {}
        recorded_at, findings = self._moment(groups.get("ts"))
        if match is None and kind in MEDIA and not stems and self._rules:
            findings.append(UNPARSED)
        badge = groups.get("badge")
        if badge and not badge.strip("0"):
            badge = None
            findings.append(BADGE_UNSET)
        if groups.get("enc"):
            findings.append(ENCRYPTED)
        stem = lowered.rpartition(".")[0] or lowered
        marks = (groups.get("marks") or "").lower()
        sequence = groups.get("seq")
        return NameFacts(
            kind=kind,
            badge=BadgeNumber(badge) if badge else None,
            serial=groups.get("serial") or None,
            recorded_at=recorded_at,
            sequence=int(sequence) if sequence else None,
            important=bool(groups.get("imp"))
            or self._important.is_in(marks)
            or self._important.fits(path, stem),
            skip_code=self._skip(path, lowered, marks),
            sidecar_stems=stems,
            findings=tuple(findings),
            is_parsed=match is not None,
        )

    def weight(self, path: str) -> float:
        """How telling it is that a rule fits this path: 0 none does, 0.5 a weak one, 1."""
        return self._parse(path, path.rpartition("/")[2])[1]

    def is_skipped(self, path: str) -> bool:
        """Whether a file or directory is no evidence by rule."""
        name = path.rpartition("/")[2]
        return bool(self._skip_names.match(name) or self._skip_paths.match(path))

    def kind(self, lowered_path: str) -> ClipKind:
        """What sort of thing it is, by the ending of its name in lower case."""
        for ending, kind in self._kinds:
            if lowered_path.endswith(ending):
                return kind
        return _BY_EXTENSION.get(lowered_path.rpartition(".")[2], ClipKind.OTHER)

    def _parse(self, path: str, name: str) -> tuple[re.Match[str] | None, float]:
        for rule in self._rules:
            match = rule.pattern.fullmatch(path if rule.is_for_path else name)
            if match:
                return match, rule.weight
        return None, 0.0

    def _stems(self, lowered: str) -> tuple[str, ...]:
        for ending in self._sidecars:
            if lowered.endswith(ending):
                stem = lowered[: -len(ending)]
                break
        else:
            return ()
        stems = [stem]
        for prefix, others in self._prefixes.items():
            if stem.startswith(prefix.lower()):
                stems += [other.lower() + stem[len(prefix) :] for other in others]
        return tuple(stems)

    def _moment(self, written: str | None) -> tuple[datetime | None, list[str]]:
        """The naive local moment of the digits, and what is doubtful about it."""
        if not written:
            return None, []
        digits = "".join(filter(str.isdecimal, written))
        if len(digits) == _SHORT_YEAR_DIGITS:
            digits = "20" + digits
        hour = digits[8:10]
        if hour == "24" and self._clock.hour_24:
            hour = "00"  # Java's "kk" counts the first hour of a day as 24
        try:
            moment = datetime(  # noqa: DTZ001 - a recorder's own clock has no zone
                int(digits[:4]),
                int(digits[4:6]),
                int(digits[6:8]),
                int(hour),
                int(digits[10:12]),
                int(digits[12:14]),
                int(digits[14:17].ljust(3, "0")) * 1000,
            )
            if self._clock.zone == "utc":
                local = moment.replace(tzinfo=UTC).astimezone().replace(tzinfo=None)
            else:
                local = moment
        except (ValueError, OverflowError):  # OverflowError: the calendar's end, in another zone
            return None, [TIME_INVALID]
        doubts = [TIME_UNSET] if self._is_unset(moment.date()) else []
        return local, doubts

    def _is_unset(self, day: date) -> bool:
        is_new_year = day.month == 1 and day.day == 1 and day.year <= _LAST_NEW_YEAR_UNSET
        return is_new_year or day.year < _FIRST_YEAR or day in self._clock.unset

    def _skip(self, path: str, lowered: str, marks: str) -> str | None:
        if self.is_skipped(path):
            return NOT_EVIDENCE
        stem, _, extension = lowered.rpartition(".")
        if (
            extension in _UNFINISHED
            or self._in_progress.is_in(marks)
            or self._in_progress.fits(path, stem or extension)
        ):
            return IN_PROGRESS
        return None


def compiled(pattern: str) -> re.Pattern[str]:
    """The way all patterns of profiles are read: ASCII digits, any case."""
    return re.compile(pattern, re.ASCII | re.IGNORECASE)


def globs(patterns: Iterable[str]) -> re.Pattern[str]:
    """One expression for many globs, any case; none of them matches nothing."""
    return re.compile("|".join(translate(glob) for glob in patterns) or r"(?!)", re.IGNORECASE)
