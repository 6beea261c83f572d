"""Recorder profiles: which family wrote this card, and what its file names say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workstation.devices import profile_schema
from workstation.devices.api import Sighting
from workstation.devices.file_names import MEDIA, NameReader, compiled, globs
from workstation.domain.errors import BadProfileError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from workstation.devices.file_names import NameFacts

# What speaks for a family. Names weigh most: whoever wrote them wrote the evidence.
_NAMES_SCORE = 100.0
_IDS_SCORE = 40.0
_MARKER_SCORE = 30.0
_LABEL_SCORE = 10.0


@dataclass(frozen=True, slots=True)
class CardHints:
    """What is known of a card before a profile is chosen; ``names`` are paths of files."""

    label: str = ""
    usb: str = ""
    inquiry: str = ""
    directories: Sequence[str] = ()
    names: Sequence[str] = ()


class Profile:
    """A family's profile, compiled. Immutable, safe to share between threads."""

    def __init__(self, file: profile_schema.ProfileFile, source: str = "", text: str = "") -> None:
        """Compile.

        Raises:
            BadProfileError: a regular expression does not compile, or an id has no known form.
        """
        self.file = file
        self._origin = (source, text)
        self._usb = frozenset(file.match.usb)
        self._inquiry = frozenset(file.match.inquiry)
        self._markers = globs(file.match.markers)
        try:
            self._label = compiled(file.match.label)
        except re.error as error:
            raise self.bad("match.label", value=file.match.label, reason=str(error)) from error
        try:
            self._names = NameReader(file.media, file.clock)
        except re.error as error:
            raise self.bad(
                "media.name.pattern", value=str(error.pattern), reason=str(error)
            ) from error
        rule = file.vendor_mode
        for key, identifiers in (
            ("match.usb", file.match.usb),
            ("vendor_mode.usb", rule.usb if rule else ()),
        ):
            for identifier in identifiers:
                if not re.fullmatch(r"[0-9a-f]{4}:[0-9a-f]{4}", identifier):
                    raise self.bad(key, value=identifier, reason="form")

    @property
    def key(self) -> str:
        """The name it goes by in settings and reports."""
        return self.file.profile.key

    @property
    def usb(self) -> tuple[str, ...]:
        """The USB ids it has in any mode."""
        rule = self.file.vendor_mode
        return self.file.match.usb + (rule.usb if rule else ())

    @property
    def is_label_serial(self) -> bool:
        """Whether the maker writes the recorder's serial into the volume label."""
        return self.file.identity.label_is_serial

    def classify(self, path: str) -> NameFacts:
        """Read what the name says; ``path`` is relative to the card's top, with slashes."""
        return self._names.read(path)

    def is_skipped(self, path: str) -> bool:
        """Whether a file or directory is no evidence by rule."""
        return self._names.is_skipped(path)

    def fits_label(self, label: str) -> bool:
        """Whether the volume label has the form that this family writes."""
        return bool(self.file.match.label and label and self._label.fullmatch(label))

    def score(self, hints: CardHints) -> float:
        """How well a card fits: the share of its names that parse, its ids, marker, label."""
        score = _NAMES_SCORE * self._share_parsed(hints.names)
        if any(self._markers.match(directory) for directory in hints.directories):
            score += _MARKER_SCORE
        if self.fits_label(hints.label):
            score += _LABEL_SCORE
        return score + _IDS_SCORE * ((hints.usb in self._usb) + (hints.inquiry in self._inquiry))

    def bad(self, key: str, *, value: str, reason: str) -> BadProfileError:
        """The error for a value of this profile, with file and line."""
        source, text = self._origin
        return BadProfileError(
            file=source,
            line=profile_schema.line_of(text, key),
            key=key,
            value=value,
            allowed="vvvv:pppp" if reason == "form" else "",
            reason=reason,
        )

    def _share_parsed(self, names: Sequence[str]) -> float:
        """The share of media files whose names parse; 0 for a minority, which proves nothing."""
        media = [path for path in names if self._names.kind(path.lower()) in MEDIA]
        if not media:
            return 0.0
        parsed = [weight for path in media if (weight := self._names.weight(path))]
        return sum(parsed) / len(media) if 2 * len(parsed) > len(media) else 0.0


class ProfileSet:
    """All profiles of this station. A site's own profile replaces a shipped one by its key."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        """Index.

        Raises:
            BadProfileError: no fallback, or more than one; or two profiles claim the same
                USB id together with the same inquiry.
        """
        by_key = {profile.key: profile for profile in profiles}
        self._profiles = tuple(by_key.values())
        fallbacks = [profile for profile in self._profiles if profile.file.profile.fallback]
        if len(fallbacks) != 1:
            keys = ", ".join(profile.key for profile in fallbacks)
            raise BadProfileError(file=keys, key="profile.fallback", reason="not_exactly_one")
        self.fallback = fallbacks[0]
        self._refuse_rivals()

    @classmethod
    def load(cls, directories: Iterable[Path]) -> ProfileSet:
        """Read every ``*.toml``; later directories override earlier ones by key.

        Raises:
            BadProfileError: a file breaks the schema, two of one directory share a key, or a
                directory is not there.
        """
        profiles: dict[str, Profile] = {}
        for directory in directories:
            here: dict[str, Profile] = {}
            if not directory.is_dir():
                raise BadProfileError(file=str(directory), reason="no such directory")
            for path in sorted(directory.glob("*.toml")):
                profile = Profile(profile_schema.read(path), str(path), path.read_text("utf-8"))
                if profile.key in here:
                    raise profile.bad("profile.key", value=profile.key, reason="same_key")
                here[profile.key] = profile
            # A site that writes a profile of its own means it: it goes first where two fit alike.
            profiles = here | {key: old for key, old in profiles.items() if key not in here}
        return cls(profiles.values())

    def __iter__(self) -> Iterator[Profile]:
        return iter(self._profiles)

    def __getitem__(self, key: str) -> Profile:
        """The profile of this key; ``KeyError`` where there is none."""
        for profile in self._profiles:
            if profile.key == key:
                return profile
        raise KeyError(key)

    def choose(self, hints: CardHints) -> Profile:
        """The profile that fits best; the fallback where none does. A tie is the site's."""
        rivals = [profile for profile in self._profiles if profile is not self.fallback]
        best = max(rivals, key=lambda profile: profile.score(hints), default=self.fallback)
        # A label alone is no sign: "seven letters or digits" fits half of all cards.
        return best if best.score(hints) > _LABEL_SCORE else self.fallback

    def of_usb(self, usb: str, inquiry: str) -> tuple[bool, bool]:
        """Whether any profile names this USB id, and whether any names this inquiry."""
        matches = [profile.file.match for profile in self._profiles]
        return (
            any(usb in match.usb for match in matches),
            any(inquiry in match.inquiry for match in matches),
        )

    def probes(self) -> Iterator[Sighting]:
        """One made-up sighting for each USB id, for ``Registry.check``."""
        for profile in self._profiles:
            for identifier in profile.file.match.usb:
                vendor, product = (int(part, 16) for part in identifier.split(":"))
                yield Sighting(
                    port=f"profile:{profile.key}",
                    source="/",
                    vendor_id=vendor,
                    product_id=product,
                )

    def _refuse_rivals(self) -> None:
        claimed: dict[tuple[str, str], str] = {}
        for profile in self._profiles:
            for usb in profile.file.match.usb:
                for inquiry in profile.file.match.inquiry or ("",):
                    other = claimed.setdefault((usb, inquiry), profile.key)
                    if other != profile.key:
                        raise profile.bad("match.usb", value=usb, reason=f"claimed_by:{other}")


def usb_text(sighting: Sighting) -> str:
    """``vid:pid`` as profiles write it; empty where it is not known."""
    if not sighting.vendor_id:
        return ""
    return f"{sighting.vendor_id:04x}:{sighting.product_id:04x}"


def inquiry_text(sighting: Sighting) -> str:
    """SCSI vendor and product as profiles write them: lower case, no spaces or underscores."""
    text = sighting.properties.get("ID_VENDOR", "") + sighting.properties.get("ID_MODEL", "")
    return re.sub(r"[\s_]+", "", text).lower()
