"""The written form of a recorder profile: one TOML file per family, checked key by key."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - msgspec reads the annotations
import re
import tomllib
from typing import TYPE_CHECKING, Literal, get_args, get_type_hints

import msgspec

from workstation.domain.errors import BadProfileError
from workstation.platform.toml_lines import error_line, key_lines

if TYPE_CHECKING:
    from pathlib import Path

Kind = Literal["video", "audio", "photo", "track", "log", "other"]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of all tables: a key we do not know is a mistake, not a comment."""


class Head(_Table, frozen=True):
    """``[profile]``: ``fallback`` marks the one that is taken when no other fits."""

    key: str
    vendor: str
    fallback: bool = False


class MatchRule(_Table, frozen=True):
    """``[match]``: how a card of this family is known.

    ``usb`` holds ``vid:pid`` in hex, ``inquiry`` the SCSI vendor and product in lower case
    without spaces or underscores, ``label`` a regular expression for the volume label,
    ``markers`` globs of directories relative to the card's top (case is ignored).
    """

    usb: tuple[str, ...] = ()
    inquiry: tuple[str, ...] = ()
    label: str = ""
    markers: tuple[str, ...] = ()


class VendorModeRule(_Table, frozen=True):
    """``[vendor_mode]``: a recorder of this family before it shows its card.

    ``driver`` is the one that speaks to it. ``usb`` and ``inquiry`` are as in ``[match]``, of
    the recorder in this mode. ``factory`` holds the passwords it leaves the factory with:
    they are never tried, only recognised, so that somebody can be told. ``library`` is the
    absolute path of the maker's own GA/T 947 library (driver ``ga947_library`` only).
    """

    driver: str
    library: str = ""
    usb: tuple[str, ...] = ()
    inquiry: tuple[str, ...] = ()
    factory: tuple[str, ...] = ()


class ClockRule(_Table, frozen=True):
    """``[clock]``: ``zone`` of the times in names; ``hour_24`` where midnight is 24:mm:ss."""

    zone: Literal["local", "utc"] = "local"
    hour_24: bool = False
    unset: tuple[dt.date, ...] = ()


class NameRule(_Table, frozen=True):
    """``[[media.name]]``: first match wins.

    ``pattern`` must match the whole name, or the whole path where ``on`` is ``path``. Groups
    that mean something: ``badge``, ``serial``, ``ts`` (its digits are YYMMDDHHMMSS,
    YYYYMMDDHHMMSS or that with milliseconds), ``seq``, ``imp`` (present: marked important),
    ``enc`` (present: encrypted by the recorder), ``marks`` (text searched for marks).
    A ``weak`` rule fits other families too and counts half when a profile is chosen.
    """

    pattern: str
    on: Literal["name", "path"] = "name"
    weak: bool = False


class MarkRule(_Table, frozen=True):
    """What marks a file: endings of the name before its extension, and directories (globs)."""

    marks: tuple[str, ...] = ()
    directories: tuple[str, ...] = ()


class SidecarRule(_Table, frozen=True):
    """``[media.sidecar]``: files that belong to the clip with the same stem.

    ``endings`` replace the clip's extension (case is ignored). ``prefixes`` names what the
    clip's name may begin with instead (``GL`` of a preview, ``GX`` or ``GH`` of the video).
    """

    endings: tuple[str, ...] = ()
    prefixes: dict[str, tuple[str, ...]] = {}


class MediaRule(_Table, frozen=True):
    """``[media]``: what lies on the card.

    ``skip`` holds globs of what is no evidence: without a slash a name at any depth, with a
    leading slash a path from the card's top. ``kinds`` maps an ending of the name to a kind.
    """

    skip: tuple[str, ...] = ()
    kinds: dict[str, Kind] = {}
    name: tuple[NameRule, ...] = ()
    important: MarkRule = MarkRule()
    in_progress: MarkRule = MarkRule()
    sidecar: SidecarRule = SidecarRule()


class IdentitySidecar(_Table, frozen=True):
    """``[[identity.sidecar]]``: a small text file in which the recorder names itself.

    ``file`` is a path from the card's top. The others are regular expressions, searched for
    line by line, whose first group is the value.
    """

    file: str
    serial: str = ""
    badge: str = ""
    officer_name: str = ""
    unit: str = ""


class IdentityRule(_Table, frozen=True):
    """``[identity]``: ``label_is_serial`` where the maker writes the serial into the label."""

    label_is_serial: bool = False
    sidecar: tuple[IdentitySidecar, ...] = ()


class Example(_Table, frozen=True):
    """``[[example]]``: a path and everything that must be read from it; a test parses each."""

    path: str
    kind: Kind
    badge: str | None = None
    serial: str | None = None
    recorded_at: dt.datetime | None = None
    sequence: int | None = None
    important: bool = False
    skip_code: str | None = None
    sidecar_stem: str | None = None
    findings: tuple[str, ...] = ()


class ProfileFile(_Table, frozen=True):
    """One file."""

    profile: Head
    match: MatchRule = MatchRule()
    vendor_mode: VendorModeRule | None = None
    clock: ClockRule = ClockRule()
    media: MediaRule = MediaRule()
    identity: IdentityRule = IdentityRule()
    example: tuple[Example, ...] = ()


def read(path: Path) -> ProfileFile:
    """Read and check one file.

    Raises:
        BadProfileError: facts ``file``, ``line`` (of the key, where it can be found), ``key``,
            ``allowed`` and ``reason``.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadProfileError(file=str(path), key="", reason=str(error)) from error
    try:
        return msgspec.convert(tomllib.loads(text), ProfileFile)
    except tomllib.TOMLDecodeError as error:
        line = error_line(error, text)
        raise BadProfileError(file=str(path), line=line, key="", reason=str(error)) from error
    except msgspec.ValidationError as error:
        key, allowed = _locate(str(error))
        raise BadProfileError(
            file=str(path),
            line=line_of(text, key),
            key=key,
            allowed=allowed,
            reason=str(error).partition(" - at ")[0],
        ) from error


def line_of(text: str, key: str) -> int | None:
    """The line (from 1) on which ``key`` first stands, or else the table it belongs to."""
    lines = key_lines(text)
    path = tuple(re.sub(r"\[[^]]*\]", "", key).split("."))
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path)


def _locate(message: str) -> tuple[str, str]:
    """The key that msgspec complains of, and which keys its table may have."""
    _, _, place = message.partition(" - at `$")
    key = place.rstrip("`").lstrip(".")
    named = re.search(r"(unknown|required) field `([^`]+)`", message)
    if not named:
        return key, ""
    allowed = ", ".join(_table_at(key).__struct_fields__)
    return f"{key}.{named.group(2)}".lstrip("."), allowed


def _table_at(key: str) -> type[msgspec.Struct]:
    """The table that ``key`` (``media.name[...]``) names."""
    table: type[msgspec.Struct] = ProfileFile
    for part in filter(None, re.sub(r"\[[^]]*\]", "", key).split(".")):
        hint = get_type_hints(table).get(part)
        candidates = (hint, *get_args(hint))
        for candidate in candidates:
            if isinstance(candidate, type) and issubclass(candidate, msgspec.Struct):
                table = candidate
    return table
