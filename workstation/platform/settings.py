"""The settings of a station: one TOML file, a typed schema, and errors that name the line."""

from __future__ import annotations

import difflib
import math
import tomllib
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn, cast, get_args, get_type_hints

import msgspec
from msgspec import Meta

from workstation.domain.errors import BadSettingsError
from workstation.platform.toml_lines import error_line, key_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MEGABYTE = 1_000_000  # decimal, as on the label of a disk and on every screen of ours

Language = Literal["zh_CN", "en"]
ErasePolicyName = Literal["never", "after_local", "after_central"]
SlotCount = Annotated[int, Meta(ge=0, le=64)]
PortSlot = Annotated[int, Meta(ge=1, le=64)]
Workers = Annotated[int, Meta(ge=1, le=32)]
DockUrl = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9+.-]*:")]
StoreUrl = Annotated[str, Meta(pattern=r"^(|/.*|[a-z][a-z0-9+.-]*:.+)$")]
OptionalPath = Annotated[str, Meta(pattern=r"^(|/.*)$")]
TimeOfDay = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
UnitCodeText = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._-]{0,31}$")]
PlatformUrl = Annotated[str, Meta(pattern=r"^(|https?://[^/?#]+[^?#]*)$")]
ServiceCode = Annotated[str, Meta(pattern=r"^[^,\s]{1,64}$")]
PrinterTarget = Annotated[
    str, Meta(pattern=r"^(|/.*|usb:[0-9a-f]{4}:[0-9a-f]{4}|tcp:.+:[0-9]{1,5})$")
]
_DAY = "(mon|tue|wed|thu|fri|sat|sun)"
_HOUR = "([01][0-9]|2[0-3]):[0-5][0-9]"
WindowText = Annotated[
    str, Meta(pattern=rf"^(daily|{_DAY}(-{_DAY})?) {_HOUR}-({_HOUR}|24:00)( [0-9]+([.][0-9]+)?)?$")
]
PublicKeyLine = Annotated[str, Meta(pattern=r"^ssh-ed25519 [A-Za-z0-9+/=]+$")]
AbsolutePath = Annotated[str, Meta(pattern=r"^/")]
PublicKeyText = Annotated[str, Meta(pattern=r"^(age1[0-9a-z]+|ssh-(ed25519|rsa) [A-Za-z0-9+/=]+)")]


class StationSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who this station is."""

    name: Annotated[str, Meta(min_length=1, max_length=64)] = "采证站"
    language: Language = "zh_CN"


class DockSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where recorders are plugged in, and which bay each port is."""

    urls: tuple[DockUrl, ...] = ()
    slots: SlotCount = 0
    ports: dict[str, PortSlot] = {}
    experimental: tuple[Literal["bcplus_bulk"], ...] = ()
    hubs: tuple[AbsolutePath, ...] = ()


class VaultSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How evidence is kept."""

    min_free_mb: Annotated[int, Meta(ge=0, le=1_000_000_000)] = 2048
    sm3: bool = True

    @property
    def min_free_bytes(self) -> int:
        """The reserve in bytes."""
        return self.min_free_mb * MEGABYTE


class IngestSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How recorders are read."""

    readers_per_hub: Workers = 8
    writers: Workers = 4
    keep_partial: bool = True
    stall_s: Annotated[float, Meta(ge=5, le=600)] = 30.0
    second_read: bool = True


class EraseSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may be removed from recorders, and when."""

    policy: ErasePolicyName = "never"
    cool_down_h: Annotated[float, Meta(ge=0, le=8760)] = 72.0
    units: dict[str, ErasePolicyName] = {}


class RecordersSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a person has to look at a recorder that nobody is bound to."""

    unbound: Literal["always", "no_officer", "never"] = "no_officer"


class ClockSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How wrong a recorder's clock may be, and when it is set."""

    set: Literal["never", "when_wrong", "always"] = "never"
    tolerance_s: Annotated[float, Meta(ge=0, le=86_400)] = 3.0
    drift_alarm_s_per_day: Annotated[float, Meta(ge=0.1, le=86_400)] = 3.0
    needs_synced_station: bool = True


class SyncSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How evidence is delivered to the central store."""

    store: StoreUrl = ""
    retry_max_s: Annotated[float, Meta(ge=1, le=86_400)] = 300.0
    rate_limit_mb_s: Annotated[float, Meta(ge=0, le=100_000)] = 0.0
    windows: tuple[WindowText, ...] = ()
    daily_budget_mb: Annotated[int, Meta(ge=0, le=1_000_000_000)] = 0
    metered: Literal["ask", "no", "yes"] = "ask"
    due_h: Annotated[float, Meta(ge=0, le=8760)] = 24.0
    due_important_h: Annotated[float, Meta(ge=0, le=8760)] = 4.0
    directory: StoreUrl = ""
    centre_keys: tuple[PublicKeyLine, ...] = ()
    directory_units: tuple[UnitCodeText, ...] = ()
    purge_after_days: Annotated[int, Meta(ge=0, le=36_500)] = 0

    @property
    def purge_after(self) -> timedelta | None:
        """How long after its receipt a clip's bytes may go here; None: never."""
        return timedelta(days=self.purge_after_days) if self.purge_after_days else None

    @property
    def rate_limit_bps(self) -> float:
        """The limit in bytes per second; 0 for none."""
        return self.rate_limit_mb_s * MEGABYTE

    @property
    def daily_budget_bytes(self) -> int:
        """What may go in a day, in bytes; 0 for no budget."""
        return self.daily_budget_mb * MEGABYTE


class PlatformSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A management platform that is told what was collected; without an address it is not."""

    url: PlatformUrl = ""
    station: Annotated[str, Meta(min_length=0, max_length=64)] = ""
    domain: Annotated[str, Meta(pattern=r"^[0-9]{8}$")] = "00000000"
    address: Annotated[str, Meta(min_length=0, max_length=64)] = ""
    heartbeat_s: Annotated[float, Meta(ge=5, le=3600)] = 60.0


class Open311Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A municipal system whose service requests are cases here; without an address it is none."""

    url: PlatformUrl = ""
    jurisdiction: Annotated[str, Meta(min_length=0, max_length=128)] = ""
    services: tuple[ServiceCode, ...] = ()
    since_days: Annotated[int, Meta(ge=1, le=365)] = 7
    follow_days: Annotated[int, Meta(ge=0, le=3650)] = 90
    period_s: Annotated[float, Meta(ge=10, le=86_400)] = 300.0
    page_size: Annotated[int, Meta(ge=1, le=1000)] = 50


class CasesSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A watched folder of lists of cases (CSV); empty: none."""

    folder: OptionalPath = ""
    settle_s: Annotated[float, Meta(ge=0.5, le=600)] = 3.0


class UiSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the kiosk looks."""

    theme: Literal["light", "dark"] = "light"
    language: Literal["", "zh_CN", "en"] = ""
    scale: Annotated[float, Meta(ge=0.5, le=3)] = 1.0
    volume: Annotated[int, Meta(ge=0, le=100)] = 60
    clock_after_s: Annotated[float, Meta(ge=0, le=86_400)] = 300.0
    night_from: TimeOfDay = "00:00"
    night_until: TimeOfDay = "00:00"


class MediaSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How footage is looked into, in a child process with limits."""

    probe: bool = True
    time_limit_s: Annotated[float, Meta(ge=1, le=3600)] = 30.0
    memory_limit_mb: Annotated[int, Meta(ge=128, le=65_536)] = 1024

    @property
    def memory_limit_bytes(self) -> int:
        """The limit in bytes."""
        return self.memory_limit_mb * MEGABYTE


class PeopleSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How people sign in, and what officers see."""

    idle_s: Annotated[float, Meta(ge=10, le=3600)] = 60.0
    pin_digits: Annotated[int, Meta(ge=4, le=12)] = 6
    card_needs_pin: bool = True
    officers_see: Literal["own", "unit"] = "own"


class PrinterSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The thermal printer of hand-in receipts (ESC/POS)."""

    target: PrinterTarget = ""
    dots: Annotated[int, Meta(ge=256, le=1024)] = 384


class BackupSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Backups of the ledger while the station runs."""

    directory: OptionalPath = ""
    every_hours: Annotated[float, Meta(ge=0, le=8760)] = 24.0
    keep: Annotated[int, Meta(ge=1, le=10_000)] = 14


class ScrubSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Reading the whole vault again, little by little, at night."""

    enabled: bool = True
    start: TimeOfDay = "01:00"
    stop: TimeOfDay = "05:00"
    rate_mb_s: Annotated[float, Meta(ge=0, le=100_000)] = 100.0
    every_days: Annotated[float, Meta(ge=0, le=3650)] = 30.0

    @property
    def rate_bps(self) -> float:
        """The limit in bytes per second; 0 for none."""
        return self.rate_mb_s * MEGABYTE


class ProfilesSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the site keeps recorder profiles of its own."""

    directories: tuple[AbsolutePath, ...] = ()


class ExportSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where court packs can go from the screen, and whom they can be encrypted for."""

    folders: tuple[AbsolutePath, ...] = ()
    media: tuple[AbsolutePath, ...] = ("/media", "/run/media")
    recipients: dict[str, PublicKeyText] = {}


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything a site may set. All of it has a default."""

    station: StationSection = StationSection()
    dock: DockSection = DockSection()
    vault: VaultSection = VaultSection()
    ingest: IngestSection = IngestSection()
    recorders: RecordersSection = RecordersSection()
    clock: ClockSection = ClockSection()
    erase: EraseSection = EraseSection()
    sync: SyncSection = SyncSection()
    gosuncn: PlatformSection = PlatformSection()
    ga947: PlatformSection = PlatformSection()
    open311: Open311Section = Open311Section()
    cases: CasesSection = CasesSection()
    ui: UiSection = UiSection()
    media: MediaSection = MediaSection()
    people: PeopleSection = PeopleSection()
    profiles: ProfilesSection = ProfilesSection()
    printer: PrinterSection = PrinterSection()
    backup: BackupSection = BackupSection()
    scrub: ScrubSection = ScrubSection()
    export: ExportSection = ExportSection()

    @property
    def kiosk_language(self) -> Language:
        """What the kiosk speaks: its own setting, else the station's."""
        return self.ui.language or self.station.language


class SettingRow(msgspec.Struct, frozen=True):
    """One setting as ``docs/settings.md`` lists it."""

    key: str
    allowed: str
    default: str


class _Wrong(msgspec.Struct, frozen=True):
    """A place in the file that breaks the schema."""

    path: tuple[str, ...]
    reason: str
    allowed: str
    nearest: str = ""


def load(path: Path) -> Settings:
    """Read the settings; a file that is not there means all defaults.

    Raises:
        BadSettingsError: facts ``file``, ``line`` (from 1; 0 for the file as a whole), ``key``
            (dotted), ``allowed``, ``nearest`` (a key that may have been meant) and ``reason``:
            ``unreadable``, ``not_utf8``, ``syntax``, ``unknown_key`` or ``not_allowed``.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        _refuse(path, _Wrong((), "unreadable", ""), 0, cause=error)
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        _refuse(path, _Wrong((), "not_utf8", "UTF-8"), line, cause=error)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        _refuse(path, _Wrong((), "syntax", "TOML 1.0"), error_line(error, text), cause=error)
    wrongs = list(_wrongs(table))
    if wrongs:
        lines = key_lines(text)
        line, first = min(((lines.get(wrong.path, 0), wrong) for wrong in wrongs), key=_line)
        _refuse(path, first, line)
    return msgspec.convert(table, Settings)


def rows() -> list[SettingRow]:
    """Every setting with what it allows and its default, in the order of the schema."""
    listed = []
    for section, struct in _sections().items():
        for key, hint in _hints(struct).items():
            default: object = getattr(struct(), key)
            written = msgspec.json.encode(default).decode()
            listed.append(SettingRow(f"{section}.{key}", describe(hint), written))
    return listed


def describe(hint: object) -> str:
    """What a schema's type allows, in a notation both languages can read."""
    return _describe(msgspec.inspect.type_info(hint))


def _describe(kind: msgspec.inspect.Type) -> str:
    match kind:
        case msgspec.inspect.BoolType():
            return "true | false"
        case msgspec.inspect.LiteralType(values):
            return " | ".join(f'"{value}"' for value in sorted(values, key=str))
        case msgspec.inspect.IntType(ge=low, le=high):
            return f"integer {low}..{high}"
        case msgspec.inspect.FloatType(ge=low, le=high):
            return f"number {low:g}..{high:g}"
        case msgspec.inspect.StrType(pattern=str(pattern)):
            return f"text like {pattern}"
        case msgspec.inspect.StrType(min_length=int(low), max_length=int(high)):
            return f"text of {low}..{high} characters"
        case msgspec.inspect.VarTupleType(item_type=item):
            return f"list of ({_describe(item)})"
        case msgspec.inspect.DictType(value_type=item):
            return f"table of ({_describe(item)})"
        case _:
            return "text"


def _sections() -> dict[str, type[msgspec.Struct]]:
    return {name: type(getattr(Settings(), name)) for name in Settings.__struct_fields__}


def _hints(struct: type[msgspec.Struct]) -> dict[str, object]:
    hints: dict[str, object] = get_type_hints(struct, include_extras=True)
    return {name: hints[name] for name in struct.__struct_fields__}


def _wrongs(table: dict[str, object]) -> Iterator[_Wrong]:
    sections = _sections()
    for name, body in table.items():
        if name not in sections:
            yield _unknown((name,), list(sections))
        elif not isinstance(body, dict):
            yield _Wrong((name,), "not_allowed", f"[{name}]")
        else:
            hints = _hints(sections[name])
            for key, value in cast("dict[str, object]", body).items():
                if key in hints:
                    yield from _wrong_values((name, key), value, hints[key])
                else:
                    yield _unknown((name, key), list(hints))


def _wrong_values(path: tuple[str, ...], value: object, hint: object) -> Iterator[_Wrong]:
    """Problems of one value; those of a table are named by the key within it."""
    kind = msgspec.inspect.type_info(hint)
    if isinstance(kind, msgspec.inspect.DictType) and isinstance(value, dict):
        for key, item in cast("dict[str, object]", value).items():
            yield from _wrong_values((*path, key), item, get_args(hint)[1])
        return
    try:
        msgspec.convert(value, cast("type[object]", hint))
    except msgspec.ValidationError:
        yield _Wrong(path, "not_allowed", _describe(kind))
    else:
        if isinstance(value, float) and not math.isfinite(value):
            yield _Wrong(path, "not_allowed", _describe(kind))


def _unknown(path: tuple[str, ...], known: list[str]) -> _Wrong:
    near = difflib.get_close_matches(path[-1], known, n=1)
    nearest = ".".join((*path[:-1], *near)) if near else ""
    return _Wrong(path, "unknown_key", ", ".join(known), nearest)


def _line(found: tuple[int, _Wrong]) -> int:
    return found[0]


def _refuse(path: Path, wrong: _Wrong, line: int, cause: Exception | None = None) -> NoReturn:
    raise BadSettingsError(
        file=str(path),
        line=line,
        key=".".join(wrong.path),
        allowed=wrong.allowed,
        nearest=wrong.nearest,
        reason=wrong.reason,
    ) from cause
