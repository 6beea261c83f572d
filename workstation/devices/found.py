"""What lies in one directory of a recorder, put into lines of the listing; no matter how read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from workstation.devices import names
from workstation.domain.clip import ClipEntry, ClipKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workstation.devices.file_names import NameFacts
    from workstation.devices.profiles import Profile

ZERO_BYTES = "entry.zero_bytes"
SPECIAL_FILE = "entry.special_file"
UNREADABLE = "entry.unreadable"

_KIND_ORDER = {ClipKind.VIDEO: 0, ClipKind.AUDIO: 1, ClipKind.PHOTO: 2}


class Form(Enum):
    """What is behind a name."""

    DIRECTORY = "directory"
    FILE = "file"
    OTHER = "other"
    UNKNOWN = "unknown"  # it can not be looked at


@dataclass(slots=True)
class Found:
    """One name in a directory, before it is known what it belongs to."""

    raw_name: bytes
    name: str
    findings: tuple[str, ...]
    form: Form
    size_bytes: int = 0
    mtime_ns: int = 0

    @property
    def is_directory(self) -> bool:
        """Whether there may be more below."""
        return self.form is Form.DIRECTORY

    @property
    def order(self) -> bytes:
        """Sorts a directory as the paths inside it do, so the whole listing is in byte order."""
        return self.raw_name + b"/" if self.is_directory else self.raw_name


@dataclass(frozen=True, slots=True)
class Described:
    """A name with its place, and what the profile and the neighbours say of it."""

    found: Found
    path: str
    raw_path: bytes
    findings: tuple[str, ...]
    facts: NameFacts | None = None  # None for a directory
    owner: str | None = None

    def entry(self, skip_code: str | None = None) -> ClipEntry:
        """The line of a file. ``skip_code``: why the reader leaves it alone, if it does."""
        facts, found = self.facts, self.found
        if facts is None:
            return line(self.path, self.raw_path, skip_code or SPECIAL_FILE)
        return ClipEntry(
            path=self.path,
            raw_path=self.raw_path,
            size_bytes=found.size_bytes,
            mtime_ns=found.mtime_ns,
            kind=facts.kind,
            recorded_at=facts.recorded_at,
            badge=facts.badge,
            recorder_serial=facts.serial,
            sequence=facts.sequence,
            important=facts.important,
            sidecar_of=self.owner,
            skip_code=_form_code(found) or facts.skip_code or skip_code or _size_code(found),
            findings=self.findings + facts.findings,
        )


def describe(
    children: Sequence[Found],
    path: str,
    raw_path: bytes,
    findings: tuple[str, ...],
    profile: Profile,
) -> Iterator[Described]:
    """Everything in the directory at ``path`` (empty for the top), in the order given."""
    prefix, raw_prefix = (path + "/", raw_path + b"/") if path else ("", b"")
    clashes = names.clashing(child.name for child in children)
    facts = {
        child.raw_name: profile.classify(prefix + child.name)
        for child in children
        if not child.is_directory
    }
    owners = _owners(children, facts, prefix)
    for child in children:
        codes = findings + child.findings
        if child.name in clashes:
            codes += (names.CASE_CLASH,)
        claim = facts.get(child.raw_name)
        stems = claim.sidecar_stems if claim else ()
        yield Described(
            found=child,
            path=prefix + child.name,
            raw_path=raw_prefix + child.raw_name,
            findings=codes,
            facts=claim,
            owner=next((owners[stem] for stem in stems if stem in owners), None),
        )


def line(path: str, raw_path: bytes, code: str) -> ClipEntry:
    """A line of the report for what is not a file to copy."""
    return ClipEntry(path, raw_path, 0, 0, ClipKind.OTHER, skip_code=code)


def _form_code(found: Found) -> str | None:
    if found.form is Form.UNKNOWN:
        return UNREADABLE
    return None if found.form is Form.FILE else SPECIAL_FILE


def _size_code(found: Found) -> str | None:
    return None if found.size_bytes else ZERO_BYTES


def _owners(
    children: Sequence[Found], facts: dict[bytes, NameFacts], prefix: str
) -> dict[str, str]:
    """Path of the clip for each stem of this directory; a video goes before a sound."""
    owners: dict[str, tuple[int, str]] = {}
    for child in children:
        claim = facts.get(child.raw_name)
        if claim is None or claim.sidecar_stems or claim.kind not in _KIND_ORDER:
            continue
        stem = child.name.lower().rpartition(".")[0]
        candidate = (_KIND_ORDER[claim.kind], prefix + child.name)
        owners[stem] = min(owners.get(stem, candidate), candidate)
    return {stem: path for stem, (_, path) in owners.items()}
