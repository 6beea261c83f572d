"""What is to be published, read from a folder of sheets (docs/directory.md).

Each file is one kind; a kind without a file stays as it was published last.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from workstation.casework.directory import badge_number, person_name, unit_code
from workstation.casework.roster import role_of
from workstation.casework.roster_file import read_roster
from workstation.domain.errors import UsageError
from workstation.domain.errors_casework import BadPolicyError
from workstation.domain.errors_directory import BadSheetError
from workstation.domain.errors_people import BadPersonError
from workstation.retention import policy
from workstation.station.feed.documents import (
    CategoryRow,
    OfficerRow,
    PolicyRow,
    RecorderRow,
    UnitRow,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

LONGEST_BYTES = 64 << 20
CASE_FIELDS = ("number", "title", "type", "place", "occurred")
_UNIT_IN_KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
_YES, _NO = frozenset({"1", "yes", "true", "是"}), frozenset({"", "0", "no", "false", "否"})


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case of a unit as the centre has it."""

    unit: str
    fields: tuple[tuple[str, str], ...]  # of ``CASE_FIELDS``
    parties: tuple[str, ...]
    is_closed: bool

    @property
    def number(self) -> str:
        """What it is known by."""
        return dict(self.fields)["number"]


@dataclass(frozen=True, slots=True)
class HoldLine:
    """A hold on a clip, or on a case by unit and number."""

    clip: str
    unit: str
    case: str
    reason: str


@dataclass(frozen=True, slots=True)
class Sheets:
    """Everything found in the folder; None: no such file."""

    people: tuple[UnitRow | OfficerRow, ...] | None
    recorders: tuple[RecorderRow, ...] | None
    categories: tuple[CategoryRow, ...] | None
    policy: PolicyRow | None
    cases: tuple[CaseLine, ...] | None
    holds: tuple[HoldLine, ...] | None


def read_sheets(folder: Path, by: str, second: str) -> Sheets:
    """Read a folder; ``by`` and ``second`` are who decided the policy.

    Raises:
        BadSheetError, BadRosterError, BadPolicyError: facts ``file``, ``line``, ``field``.
    """
    if not folder.is_dir():
        raise BadSheetError(file=str(folder), reason="no folder")
    found = Sheets(
        people=_people(folder),
        recorders=_recorders(folder / "recorders.csv"),
        categories=_categories(folder / "categories.csv"),
        policy=_policy(folder / "policy.toml", by, second),
        cases=_cases(folder / "cases.csv"),
        holds=_holds(folder / "holds.csv"),
    )
    if all(getattr(found, name) is None for name in found.__slots__):
        raise BadSheetError(file=str(folder), reason="no sheets")
    return found


def _people(folder: Path) -> tuple[UnitRow | OfficerRow, ...] | None:
    paths = [path for path in (folder / "people.toml", folder / "people.csv") if path.exists()]
    if not paths:
        return None
    if len(paths) > 1:
        raise BadSheetError(file=str(paths[1]), reason="people.toml is there too")
    path = paths[0]
    roster = read_roster(path)
    units = {unit_code(unit.code) for unit in roster.units}
    try:
        for unit in roster.units:
            person_name(unit.name)
            if unit.parent and unit.parent not in units:
                raise BadSheetError(file=str(path), field="unit", reason=unit.parent)
        for one in roster.officers:
            badge_number(one.badge), person_name(one.name), role_of(one.role)
            if one.card:
                raise BadSheetError(file=str(path), field="card", reason="never published")
            if one.unit not in units:
                raise BadSheetError(file=str(path), field="unit", reason=one.unit)
    except BadPersonError as error:
        raise BadSheetError(file=str(path), **error.facts) from error
    rows: list[UnitRow | OfficerRow] = [
        *(UnitRow(unit.code, unit.name, unit.parent) for unit in roster.units),
        *(OfficerRow(o.badge, o.name, o.unit, o.role, o.is_active) for o in roster.officers),
    ]
    _distinct(path, "badge", [row.badge for row in rows if isinstance(row, OfficerRow)])
    return tuple(rows)


def _recorders(path: Path) -> tuple[RecorderRow, ...] | None:
    lines = _read(path, ("serial", "badge"), ())
    if lines is None:
        return None
    _distinct(path, "serial", [cells["serial"] for _, cells in lines])
    for number, cells in lines:
        if not cells["serial"]:
            _refuse(path, number, "serial", "empty")
        if cells["badge"]:
            _badge(path, number, cells["badge"])
    return tuple(RecorderRow(cells["serial"], cells["badge"]) for _, cells in lines)


def _badge(path: Path, line: int, text: str) -> None:
    try:
        badge_number(text)
    except BadPersonError as error:
        raise BadSheetError(file=str(path), line=line, field="badge", reason=text) from error


def _categories(path: Path) -> tuple[CategoryRow, ...] | None:
    lines = _read(path, ("name",), ())
    if lines is None:
        return None
    names = [cells["name"] for _, cells in lines]
    _distinct(path, "name", names)
    return tuple(CategoryRow(name, place) for place, name in enumerate(names))


def _policy(path: Path, by: str, second: str) -> PolicyRow | None:
    if not path.exists():
        return None
    text = path.read_bytes()
    policy.parse(text, str(path))
    if not by:
        raise UsageError(reason="--by")
    try:
        return PolicyRow(text.decode("utf-8"), by, second)
    except UnicodeDecodeError as error:
        raise BadPolicyError(file=str(path), reason="not_utf8") from error


def _cases(path: Path) -> tuple[CaseLine, ...] | None:
    lines = _read(path, ("unit", "number"), ("title", "type", "place", "occurred", *_CASE_MORE))
    if lines is None:
        return None
    _distinct(path, "number", [f"{cells['unit']} {cells['number']}" for _, cells in lines])
    found = []
    for number, cells in lines:
        closed = cells.get("closed", "").lower()
        if closed not in _YES | _NO:
            _refuse(path, number, "closed", closed)
        if not cells["number"] or not _UNIT_IN_KEY.fullmatch(cells["unit"]):
            _refuse(path, number, "number" if not cells["number"] else "unit", "not allowed")
        parties = tuple(filter(None, (one.strip() for one in cells.get("parties", "").split(";"))))
        fields = tuple((name, cells.get(name, "")) for name in CASE_FIELDS)
        found.append(CaseLine(cells["unit"], fields, parties, closed in _YES))
    return tuple(found)


_CASE_MORE = ("parties", "closed")


def _holds(path: Path) -> tuple[HoldLine, ...] | None:
    lines = _read(path, ("reason",), ("clip", "unit", "case"))
    if lines is None:
        return None
    found = []
    for number, cells in lines:
        clip, unit, case = (cells.get(name, "") for name in ("clip", "unit", "case"))
        if bool(clip) == bool(case) or (case and not unit) or not cells["reason"]:
            _refuse(path, number, "clip", "either a clip, or a unit and its case; and a reason")
        found.append(HoldLine(clip, unit, case, cells["reason"]))
    return tuple(found)


def _read(
    path: Path, required: Sequence[str], optional: Sequence[str]
) -> list[tuple[int, dict[str, str]]] | None:
    """Lines of a sheet by column, with their numbers; None where there is no such file."""
    if not path.exists():
        return None
    if path.stat().st_size > LONGEST_BYTES:
        raise BadSheetError(file=str(path), reason="too long")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadSheetError(file=str(path), reason="not UTF-8") from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found = []
    try:
        columns = [name.strip() for name in next(reader, [])]
        for name in required:
            if name not in columns:
                _refuse(path, 1, name, "column missing")
        for name in columns:
            if name not in (*required, *optional) or columns.count(name) > 1:
                _refuse(path, 1, name, "unknown or repeated column")
        for cells in reader:
            if not any(cells):
                continue
            if len(cells) != len(columns):
                _refuse(path, reader.line_num, "", f"{len(columns)} columns expected")
            stripped = (cell.strip() for cell in cells)
            found.append((reader.line_num, dict(zip(columns, stripped, strict=True))))
    except csv.Error as error:
        raise BadSheetError(file=str(path), line=reader.line_num, reason=str(error)) from error
    return found


def _distinct(path: Path, field: str, values: Sequence[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise BadSheetError(file=str(path), field=field, reason=f"twice: {value}")
        seen.add(value)


def _refuse(path: Path, line: int, field: str, reason: str) -> NoReturn:
    raise BadSheetError(file=str(path), line=line, field=field, reason=reason)
