"""Read a list of cases that somebody exported or typed: CSV with Chinese or English headings."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync.cases.wording import decoded, moment, one_line, place_on_earth
from workstation.domain.casework import SHORT_LIMIT, clean
from workstation.ipc.messages_casework import ReportedCase

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NAME = "folder"
LONGEST_BYTES = 16 << 20
_HEADINGS = {
    "number": "number casenumber caseno no id 案件编号 案件号 案号 编号 工单号 受理编号 警情编号",
    "title": "title name subject 标题 案件名称 名称 案情 简要案情",
    "type": "type category casetype 类型 案件类型 类别 案件类别 案由",
    "place": "place address location 地点 地址 案发地点 发生地点 发案地点",
    "occurred": "occurred occurredat time date datetime 时间 发生时间 案发时间 发案时间",
    "state": "state status 状态 案件状态",
    "closed": "closed isclosed 是否结案 已结案",
    "latitude": "lat latitude 纬度",
    "longitude": "lon lng long longitude 经度",
    "parties": "parties party 当事人 涉案人员",
}
_COLUMNS = {word: column for column, words in _HEADINGS.items() for word in words.split()}
_STATES = {
    **dict.fromkeys(("open", "opened", "处理中", "办理中", "受理", "已受理", "立案"), False),
    **dict.fromkeys(("未结", "未结案"), False),
    **dict.fromkeys(("closed", "close", "关闭", "结案", "已结", "已结案"), True),
    **dict.fromkeys(("办结", "已办结"), True),
}
_FLAGS = {
    **dict.fromkeys(["1", "yes", "y", "true", "是"], True),
    **dict.fromkeys(["0", "no", "n", "false", "否"], False),
}
_FOLDED = re.compile(r"[\s_\-.()（）:：*]+")
_PARTING = re.compile(r"[;；、|]")
_ROUNDED = re.compile(r"[0-9](\.[0-9]+)?E\+[0-9]+", re.IGNORECASE)
WHY = {
    "columns": "没有编号列 / no column of numbers",
    "too_long": "文件过大 / file too large",
    "quotes": "引号不成对 / quotes do not match",
    "number": "缺少编号 / no number",
    "rounded": "编号被表格软件缩写 / number was rounded by a spreadsheet",
    "twice": "编号在本文件中重复 / number is in this file already",
    "value": "内容过长 / text too long",
    "occurred": "时间无法识别 / not a time",
    "state": "状态无法识别 / unknown state",
    "position": "经纬度无法识别 / not a position",
}


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line (from 1, the headings count). ``case`` is None where ``why`` says what is wrong."""

    line: int
    number: str
    case: ReportedCase | None = None
    why: str = ""  # a key of ``WHY``


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole list; ``why`` says what is wrong with all of it."""

    lines: tuple[SheetLine, ...] = ()
    why: str = ""


class _BadCellError(Exception):
    """``args[0]`` is a key of ``WHY``."""


def read_sheet(content: bytes) -> Sheet:
    """Every line of a list; none of it stops another."""
    if len(content) > LONGEST_BYTES:
        return Sheet(why="too_long")
    rows = _rows(decoded(content))
    first = next(rows, None)
    columns = [] if first is None or first[1] is None else [_column(cell) for cell in first[1]]
    if "number" not in columns:
        return Sheet(why="columns")
    lines: list[SheetLine] = []
    seen: set[str] = set()
    for line, cells in rows:
        if cells is None:
            lines.append(SheetLine(line, "", why="quotes"))
        elif any(cell.strip() for cell in cells):
            one = _line(line, dict(zip(columns, cells, strict=False)), seen)
            seen.add(one.number)
            lines.append(one)
    return Sheet(tuple(lines))


def _column(heading: str) -> str:
    return _COLUMNS.get(_FOLDED.sub("", clean(heading).casefold()), "")


def _rows(text: str) -> Iterator[tuple[int, Sequence[str] | None]]:
    """Lines with their numbers; None for one whose quotes do not match."""
    head = text.partition("\n")[0]
    mark = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    whole: list[tuple[int, Sequence[str] | None]] = []
    line = 1
    try:
        for cells in reader:
            whole.append((line, cells))
            line = reader.line_num + 1
    except csv.Error:
        yield from _each(text, mark)
        return
    yield from whole


def _each(text: str, mark: str) -> Iterator[tuple[int, Sequence[str] | None]]:
    """Line by line, so that one open quote does not swallow what follows."""
    for line, one in enumerate(text.splitlines(), 1):
        try:
            yield line, next(csv.reader([one], delimiter=mark, strict=True), [])
        except csv.Error:
            yield line, None


def _line(line: int, cells: dict[str, str], seen: set[str]) -> SheetLine:
    values = {column: one_line(cell) for column, cell in cells.items() if column}
    number = values["number"]
    try:
        return SheetLine(line, number, _case(number, values, seen))
    except _BadCellError as error:
        return SheetLine(line, number, why=str(error))


def _case(number: str, values: dict[str, str], seen: set[str]) -> ReportedCase:
    _require(bool(number), "number")
    _require(not _ROUNDED.fullmatch(number), "rounded")
    _require(number not in seen, "twice")
    fields = {name: values.get(name, "") for name in ("number", "title", "type", "place")}
    if written := values.get("occurred", ""):
        fields["occurred"] = moment(written) or ""
        _require(bool(fields["occurred"]), "occurred")
    north, east = values.get("latitude", ""), values.get("longitude", "")
    if north or east:
        fields["position"] = place_on_earth(north, east) or ""
        _require(bool(fields["position"]), "position")
    parties = tuple(filter(None, map(clean, _PARTING.split(values.get("parties", "")))))
    _require(all(len(text) <= SHORT_LIMIT for text in (*fields.values(), *parties)), "value")
    named = {name: value for name, value in fields.items() if value}
    return ReportedCase(f"{NAME}:{number}", named, parties, _is_closed(values))


def _is_closed(values: dict[str, str]) -> bool | None:
    for column, words in (("state", _STATES), ("closed", _FLAGS)):
        word = values.get(column, "").casefold()
        if word:
            _require(word in words, "state")
            return words[word]
    return None


def _require(is_so: bool, why: str) -> None:
    if not is_so:
        raise _BadCellError(why)
