"""Who a card says it is: label, file names, files in which a recorder names itself."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from workstation.devices.names import display
from workstation.devices.profiles import CardHints, inquiry_text, usb_text
from workstation.domain.binding import DISAGREES, LABEL_DIFFERS
from workstation.domain.clip import BadgeNumber
from workstation.domain.recorder import Claim, RecorderIdentity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workstation.devices.api import Sighting
    from workstation.devices.profiles import Profile, ProfileSet

UNKNOWN = "identity.unknown"

# Enough to see a majority, little enough that a full card does not delay its first clip.
_NAMES_PER_DIRECTORY = 64
_DIRECTORIES = 256
_DEPTH = 6
SIDECAR_BYTES = 64 * 1024
_NAMED_AT_MOST = 5  # different values told by file names that are kept as claims

# Labels that makers and formatting tools write by themselves: they name nobody.
_MEANINGLESS = frozenset(
    {"NO NAME", "NONAME", "UNTITLED", "DISK", "DISK_IMG", "SD", "SDCARD", "SD CARD", "CARD"}
    | {"USB", "USB DISK", "USBDISK", "UDISK", "REMOVABLE", "VOLUME", "NEW VOLUME", "新加卷"}
    | {"DCIM", "POLICE", "DSJ", "BODYCAM", "CAMERA", "EOS_DIGITAL", "DRIVEPRO", "EXFAT", "FAT32"}
)
_BELIEVED = ("sidecar", "names", "label")  # in this order
_UNSET_SERIAL = re.compile(r"0*")


@dataclass(slots=True)
class _Claims:
    """What each source says of one field; a source speaks once."""

    by_source: dict[str, str] = field(default_factory=dict)
    in_names: tuple[str, ...] = ()  # every value that file names tell, the most frequent first

    def add(self, source: str, value: str | None) -> None:
        if value and not _UNSET_SERIAL.fullmatch(value):
            self.by_source.setdefault(source, value)

    def add_names(self, values: Iterable[str | None]) -> None:
        """Let file names speak: the value of more than half of those that tell one."""
        counts = Counter(value for value in values if value)
        self.in_names = tuple(value for value, _ in counts.most_common())
        for value, count in counts.most_common(1):
            if 2 * count > counts.total():
                self.add("names", value)

    def best(self) -> tuple[str, str] | None:
        """The most believed source that says something, and what it says."""
        for source in _BELIEVED:
            if source in self.by_source:
                return source, self.by_source[source]
        return None

    @property
    def disagree(self) -> bool:
        """Whether two sources differ, or the names among themselves."""
        told = {value.casefold() for value in self.by_source.values()}
        return len(self.in_names) > 1 or len(told) > 1

    def told(self, name: str) -> list[Claim]:
        """All that was said, the most believed source first."""
        rest: dict[str, tuple[str, ...]] = {
            source: (value,) for source, value in self.by_source.items()
        }
        rest |= {"names": self.in_names[:_NAMED_AT_MOST]} if self.in_names else {}
        order = sorted(rest, key=_BELIEVED.index)
        return [Claim(name, source, value) for source in order for value in rest[source]]


class SmallFiles(Protocol):
    """Whatever the files of a recorder can be read from: a mounted card, a phone's store."""

    def names_in(self, parts: tuple[bytes, ...]) -> tuple[list[bytes], list[bytes]]:
        """Sub-directories and files of one directory, by the parts of its path.

        Raises:
            OSError: it can not be listed.
        """
        ...

    def read_small(self, path: str, limit_bytes: int) -> bytes:
        """The beginning of a file; nothing where it is not there or not readable."""
        ...


def survey(files: SmallFiles, sighting: Sighting, profiles: ProfileSet) -> CardHints:
    """A sample of directories and names, breadth first, without looking at any file.

    A directory that can not be listed is left out here; the listing itself reports it.
    """
    directories: list[str] = []
    paths: list[str] = []
    pending: list[tuple[bytes, ...]] = [()]
    while pending and len(directories) < _DIRECTORIES:
        parts = pending.pop(0)
        here = "/".join(display(part)[0] for part in parts)
        if parts:
            directories.append(here)
        try:
            inner, here_lie = _sample(files, parts)
        except OSError:
            continue
        paths += [f"{here}/{name}".lstrip("/") for name in map(_text, here_lie)]
        for raw_name in inner:
            path = f"{here}/{_text(raw_name)}".lstrip("/")
            if len(parts) < _DEPTH and not profiles.fallback.is_skipped(path):
                pending.append((*parts, raw_name))
    return CardHints(
        label=_label(sighting),
        usb=usb_text(sighting),
        inquiry=inquiry_text(sighting),
        directories=directories,
        names=paths,
    )


def identify(
    files: SmallFiles, sighting: Sighting, profile: Profile, hints: CardHints
) -> RecorderIdentity:
    """Put the claims together; where they disagree, say so and believe the surest."""
    serial, badge, others = _Claims(), _Claims(), dict[str, str]()
    for name, value in _named_by_itself(files, profile):
        if name in {"serial", "badge"}:
            (serial if name == "serial" else badge).add("sidecar", value)
        else:
            others.setdefault(name, value)
    facts = [profile.classify(path) for path in hints.names]
    serial.add_names(fact.serial for fact in facts)
    badge.add_names(fact.badge for fact in facts)
    if _tells(hints.label) and (profile.is_label_serial or profile.fits_label(hints.label)):
        serial.add("label", hints.label)
    source, known = serial.best() or _fallback(sighting, hints.label)
    who = badge.best()
    findings = [DISAGREES] if serial.disagree or badge.disagree else []
    if source not in _BELIEVED:
        findings.append(UNKNOWN)
    elif "label" not in serial.by_source and _tells(hints.label):
        told = {known, who[1] if who else "", *others.values()}
        if hints.label.casefold() not in {value.casefold() for value in told}:
            findings.append(LABEL_DIFFERS)
    provenance = {"serial": source, **dict.fromkeys(others, "sidecar")}
    if who:
        provenance["badge"] = who[0]
    return RecorderIdentity(
        serial=known,
        profile=profile.key,
        badge=BadgeNumber(who[1]) if who else None,
        officer_name=others.get("officer_name"),
        unit=others.get("unit"),
        label=hints.label or None,
        provenance=provenance,
        findings=tuple(findings),
        claims=(
            *serial.told("serial"),
            *badge.told("badge"),
            *(Claim(name, "sidecar", value) for name, value in others.items()),
        ),
    )


def _fallback(sighting: Sighting, label: str) -> tuple[str, str]:
    """A label of somebody's own, else an id that is the same at the next docking.

    The USB serial number is empty or equal in whole batches of recorders, so it is only an
    ingredient.
    """
    if _tells(label):
        return "label", label
    volume = sighting.properties.get("ID_FS_UUID", "")
    parts = (volume, sighting.serial) if volume or sighting.serial else (sighting.port,)
    digest = hashlib.sha256("\n".join((*parts, label)).encode()).hexdigest()
    return "device" if volume or sighting.serial else "path", f"card-{digest[:12]}"


def _label(sighting: Sighting) -> str:
    """As a person can read it: whatever bytes it was written in, it goes into the ledger."""
    written = (sighting.label or sighting.properties.get("ID_FS_LABEL", "")).strip()
    return display(written.encode("utf-8", "surrogateescape"))[0]


def _tells(label: str) -> bool:
    return bool(label) and label.upper() not in _MEANINGLESS


def _named_by_itself(files: SmallFiles, profile: Profile) -> Iterable[tuple[str, str]]:
    for rule in profile.file.identity.sidecar:
        text = _decoded(files.read_small(rule.file, SIDECAR_BYTES))
        for name in ("serial", "badge", "officer_name", "unit"):
            pattern: str = getattr(rule, name)
            match = re.search(pattern, text, re.MULTILINE | re.IGNORECASE) if pattern else None
            if match:
                yield name, match.group(1).strip()


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def _sample(files: SmallFiles, parts: tuple[bytes, ...]) -> tuple[list[bytes], list[bytes]]:
    """Sub-directories, and the first and last names of files, of one directory."""
    inner, names = map(sorted, files.names_in(parts))
    if len(names) > _NAMES_PER_DIRECTORY:
        half = _NAMES_PER_DIRECTORY // 2
        names = names[:half] + names[-half:]
    return inner, names


def _text(raw_name: bytes) -> str:
    return display(raw_name)[0]
