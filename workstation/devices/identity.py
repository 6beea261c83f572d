"""Who a card says it is: label, file names, files in which a recorder names itself."""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workstation.devices.names import display
from workstation.devices.profiles import CardHints, inquiry_text, usb_text
from workstation.domain.clip import BadgeNumber
from workstation.domain.recorder import RecorderIdentity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workstation.devices.api import Sighting
    from workstation.devices.medium import Medium
    from workstation.devices.profiles import Profile, ProfileSet

DISAGREES = "identity.disagrees"
UNKNOWN = "identity.unknown"

# Enough to see a majority, little enough that a full card does not delay its first clip.
_NAMES_PER_DIRECTORY = 64
_DIRECTORIES = 256
_DEPTH = 6
_SIDECAR_BYTES = 64 * 1024

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
    is_mixed: bool = False

    def add(self, source: str, value: str | None) -> None:
        if value and not _UNSET_SERIAL.fullmatch(value):
            self.by_source.setdefault(source, value)

    def add_names(self, values: Iterable[str | None]) -> None:
        """Let file names speak: the value of more than half of those that tell one."""
        counts = Counter(value for value in values if value)
        self.is_mixed = len(counts) > 1
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
        return self.is_mixed or len({value.casefold() for value in self.by_source.values()}) > 1


def survey(medium: Medium, sighting: Sighting, profiles: ProfileSet) -> CardHints:
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
            inner, files = _sample(medium, parts)
        except OSError:
            continue
        paths += [f"{here}/{name}".lstrip("/") for name in map(_text, files)]
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
    medium: Medium, sighting: Sighting, profile: Profile, hints: CardHints
) -> RecorderIdentity:
    """Put the claims together; where they disagree, say so and believe the surest."""
    serial, badge, others = _Claims(), _Claims(), dict[str, str]()
    for name, value in _named_by_itself(medium, profile):
        if name in {"serial", "badge"}:
            (serial if name == "serial" else badge).add("sidecar", value)
        else:
            others.setdefault(name, value)
    facts = [profile.classify(path) for path in hints.names]
    serial.add_names(fact.serial for fact in facts)
    badge.add_names(fact.badge for fact in facts)
    if _tells(hints.label) and (profile.is_label_serial or profile.fits_label(hints.label)):
        serial.add("label", hints.label)
    findings = [DISAGREES] if serial.disagree or badge.disagree else []
    source, known = serial.best() or _fallback(sighting, hints.label)
    if source not in _BELIEVED:
        findings.append(UNKNOWN)
    who = badge.best()
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
    return (sighting.label or sighting.properties.get("ID_FS_LABEL", "")).strip()


def _tells(label: str) -> bool:
    return bool(label) and label.upper() not in _MEANINGLESS


def _named_by_itself(medium: Medium, profile: Profile) -> Iterable[tuple[str, str]]:
    for rule in profile.file.identity.sidecar:
        text = _read_small(medium, rule.file)
        for name in ("serial", "badge", "officer_name", "unit"):
            pattern: str = getattr(rule, name)
            match = re.search(pattern, text, re.MULTILINE | re.IGNORECASE) if pattern else None
            if match:
                yield name, match.group(1).strip()


def _read_small(medium: Medium, path: str) -> str:
    """A text file of the recorder's own; nothing where it is not there or not readable."""
    try:
        descriptor = medium.open_file(path.encode())
    except OSError:
        return ""
    try:
        raw = os.read(descriptor, _SIDECAR_BYTES)
    except OSError:
        return ""
    finally:
        os.close(descriptor)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def _sample(medium: Medium, parts: tuple[bytes, ...]) -> tuple[list[bytes], list[bytes]]:
    """Sub-directories, and the first and last names of files, of one directory."""
    with medium.parent(b"/".join((*parts, b"x"))) as (_, directory), os.scandir(directory) as found:
        listing = sorted(
            (os.fsencode(one.name), one.is_dir(follow_symlinks=False)) for one in found
        )
    inner = [name for name, is_directory in listing if is_directory]
    files = [name for name, is_directory in listing if not is_directory]
    if len(files) > _NAMES_PER_DIRECTORY:
        half = _NAMES_PER_DIRECTORY // 2
        files = files[:half] + files[-half:]
    return inner, files


def _text(raw_name: bytes) -> str:
    return display(raw_name)[0]
