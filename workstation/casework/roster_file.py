"""Read a list of people from a CSV or TOML file (docs/administrator.md, "People")."""

from __future__ import annotations

import csv
import io
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

import msgspec

from workstation.casework.roster import Roster
from workstation.domain.errors_people import BadRosterError
from workstation.ipc.messages_people import RosterOfficer, RosterUnit
from workstation.platform.toml_lines import error_line

if TYPE_CHECKING:
    from pathlib import Path

REQUIRED = ("badge", "name", "unit")
OPTIONAL = ("unit_name", "unit_parent", "role", "active", "card")
LONGEST_BYTES = 16 << 20
_YES, _NO = frozenset({"", "1", "yes", "true", "是"}), frozenset({"0", "no", "false", "否"})


class _Officer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    badge: str
    name: str
    unit: str
    role: str = "officer"
    active: bool = True
    card: str = ""


class _Unit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    name: str
    parent: str | None = None


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: int
    complete: bool = False
    unit: tuple[_Unit, ...] = ()
    officer: tuple[_Officer, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedRoster:
    """What a file holds: the list of its good lines, and what is wrong with the others."""

    roster: Roster
    refused: tuple[BadRosterError, ...]


def read_roster(path: Path) -> Roster:
    """The list in a file; its name says how it is written.

    Raises:
        BadRosterError: facts ``file``, ``line`` (where known), ``field`` and ``reason``.
    """
    checked = check_roster(path, read_bytes(path))
    for error in checked.refused:
        raise error
    return checked.roster


def read_bytes(path: Path) -> bytes:
    """What the file holds, up to ``LONGEST_BYTES``.

    Raises:
        BadRosterError: it can not be read, or it is longer.
    """
    try:
        if path.stat().st_size > LONGEST_BYTES:
            _refuse(path, "too long")
        return path.read_bytes()
    except OSError as error:
        _refuse(path, error.strerror or "unreadable", cause=error)


def check_roster(path: Path, content: bytes) -> CheckedRoster:
    """Read every line of ``content``; of a CSV file all bad lines are told, not only the first.

    Raises:
        BadRosterError: it can not be read as a list at all.
    """
    try:
        text = content.decode("utf-8-sig")  # spreadsheets write the mark
    except UnicodeDecodeError as error:
        _refuse(path, "not UTF-8", line=error.object.count(b"\n", 0, error.start) + 1, cause=error)
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return _read_csv(path, text)
    if suffix != ".toml":
        _refuse(path, "neither .csv nor .toml")
    return CheckedRoster(_read_toml(path, text), ())


def _read_toml(path: Path, text: str) -> Roster:
    try:
        found = msgspec.convert(tomllib.loads(text), _Document)
    except tomllib.TOMLDecodeError as error:
        _refuse(path, str(error), line=error_line(error, text), cause=error)
    except msgspec.ValidationError as error:
        _refuse(path, str(error), cause=error)
    if found.format != 1:
        _refuse(path, f"format {found.format}, 1 is known", field="format")
    return Roster(
        tuple(RosterUnit(one.code, one.name, one.parent) for one in found.unit),
        tuple(
            RosterOfficer(one.badge, one.name, one.unit, one.role, one.active, one.card)
            for one in found.officer
        ),
        is_complete=found.complete,
    )


def _read_csv(path: Path, text: str) -> CheckedRoster:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        columns = [name.strip() for name in reader.fieldnames or ()]
    except csv.Error as error:
        _refuse(path, str(error), line=1, cause=error)
    for name in REQUIRED:
        if name not in columns:
            _refuse(path, "column missing", line=1, field=name)
    for name in columns:
        if name not in (*REQUIRED, *OPTIONAL) or columns.count(name) > 1:
            _refuse(path, "unknown or repeated column", line=1, field=name)
    reader.fieldnames = columns
    units: dict[str, RosterUnit] = {}
    officers = []
    refused = []
    try:
        for row in reader:
            try:
                officers.append(_row(path, reader.line_num, row, columns, units))
            except BadRosterError as error:
                refused.append(error)
    except csv.Error as error:
        _refuse(path, str(error), line=reader.line_num + 1, cause=error)
    return CheckedRoster(Roster(tuple(units.values()), tuple(officers)), tuple(refused))


def _row(
    path: Path,
    line: int,
    row: dict[str, str],
    columns: list[str],
    units: dict[str, RosterUnit],
) -> RosterOfficer:
    """One line's officer; its unit goes to ``units`` where the line names it."""
    cells = {name: value.strip() for name, value in row.items() if _is_text(value)}
    if len(cells) != len(columns) or len(row) != len(columns):
        _refuse(path, "wrong number of columns", line=line)
    officer = _officer(path, line, cells)
    unit = _unit(cells)
    if unit is not None and units.setdefault(unit.code, unit) != unit:
        _refuse(path, "two names or parents", line=line, field="unit_name")
    return officer


def _is_text(value: object) -> bool:
    """A row too short holds None, one too long a list."""
    return isinstance(value, str)


def _unit(cells: dict[str, str]) -> RosterUnit | None:
    """The row's unit, where the row says its name; else it has to be there already."""
    name = cells.get("unit_name", "")
    return RosterUnit(cells["unit"], name, cells.get("unit_parent") or None) if name else None


def _officer(path: Path, line: int, cells: dict[str, str]) -> RosterOfficer:
    for name in REQUIRED:
        if not cells[name]:
            _refuse(path, "empty", line=line, field=name)
    active = cells.get("active", "").lower()
    if active not in _YES | _NO:
        _refuse(path, f"{active!r} is neither yes nor no", line=line, field="active")
    return RosterOfficer(
        badge=cells["badge"],
        name=cells["name"],
        unit=cells["unit"],
        role=cells.get("role") or "officer",
        is_active=active in _YES,
        card=cells.get("card", ""),
    )


def _refuse(
    path: Path, reason: str, *, line: int = 0, field: str = "", cause: Exception | None = None
) -> NoReturn:
    places: dict[str, object] = {"line": line, "field": field}
    known = {name: value for name, value in places.items() if value}
    raise BadRosterError(file=str(path), reason=reason, **known) from cause
