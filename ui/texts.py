"""The words for every code of the station: what it is, why, and what to do. Pure Python."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("zh_CN", "en")
UNKNOWN_CODE = "station.unknown"
_FOLDER = Path(__file__).resolve().parents[1] / "resources" / "texts"
_FIELD = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_OPTIONAL = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
_UNSAID = "—"
_STEP = 1000  # decimal units, as on the label of a disk
_UNITS = ("B", "KB", "MB", "GB", "TB", "PB")
_SPANS = {
    "zh_CN": ((86_400, "天"), (3_600, "小时"), (60, "分"), (1, "秒")),
    "en": ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")),
}
# Facts with a fixed set of words of their own. A word not listed is shown as it is.
_WORDS = {
    "zh_CN": {
        "unreadable": "无法读取",
        "not_utf8": "不是 UTF-8",
        "syntax": "语法错误",
        "unknown_key": "没有这一项",
        "not_allowed": "值不在允许范围内",
        "none": "没有",
        "present": "有",
        "writable": "可以写入",
        "not_writable": "不能写入",
        "supported": "支持",
        "not_supported": "不支持",
        "synchronised": "已同步",
        "not_synchronised": "未同步",
        "not_initialised": "尚未初始化",
        "initialised": "已初始化",
        "no_daemon": "没有 udev 服务",
        "no_plugins": "没有插件",
        "missing": "缺失",
        "foreign_owner": "属主不对",
        "wrong_result": "结果不对",
        "empty": "没有填写",
        "wrong number of columns": "列数和首行不一致",
        "column missing": "缺少这一列",
        "unknown or repeated column": "多余或重复的列",
        "two names or parents": "同一单位写了两个名称或上级",
        "neither .csv nor .toml": "不是 .csv 或 .toml 文件",
        "not UTF-8": "不是 UTF-8",
        "not there": "文件不在了",
    },
    "en": {
        "not_utf8": "not UTF-8",
        "syntax": "syntax error",
        "unknown_key": "no such key",
        "not_allowed": "value not allowed",
        "not_writable": "not writable",
        "not_supported": "not supported",
        "synchronised": "synchronised",
        "not_synchronised": "not synchronised",
        "not_initialised": "not initialised",
        "no_daemon": "no udev service",
        "no_plugins": "no plugins",
        "foreign_owner": "another owner",
        "wrong_result": "a wrong result",
    },
}


@dataclass(frozen=True, slots=True)
class Text:
    """What people read about a code; ``mend`` says what to do."""

    title: str
    reason: str
    mend: str


def say(code: str, facts: Mapping[str, object], language: str) -> Text:
    """The words for a code. Never fails: an unknown code or a missing fact has words too.

    Args:
        code: As carried by errors, entries, findings, slots and the doctor.
        facts: ``*_bytes`` are shown as a size, ``*_s`` as a span, moments in local time.
        language: ``zh_CN`` or ``en``; anything else is taken for ``zh_CN``.
    """
    spoken = language if language in LANGUAGES else LANGUAGES[0]
    texts = _texts(spoken)
    known = code if code in texts else UNKNOWN_CODE
    shown = {name: fact_text(name, value, spoken) for name, value in facts.items()}
    shown = {name: text for name, text in shown.items() if text}
    shown.setdefault("code", code)
    return Text(*(_fill(texts[known][part], shown) for part in ("title", "reason", "mend")))


def codes(language: str) -> frozenset[str]:
    """Every code that has words in a language."""
    return frozenset(_texts(language))


def templates(language: str) -> Mapping[str, Mapping[str, str]]:
    """The unfilled words of every code, in the order of the files."""
    return _texts(language)


def fact_text(name: str, value: object, language: str) -> str:
    """One fact as people read it; empty where there is nothing to say."""
    if value is None or value == "":
        return ""
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        if name.endswith("_bytes"):
            return size_text(value)
        if name.endswith("_s"):
            return span_text(value, language)
        if name == "line" and value == 0:  # the file as a whole
            return ""
        return f"{value:g}" if isinstance(value, float) else str(value)
    text = str(value)
    text = _WORDS[language].get(text, text)
    return "".join(part if part.isprintable() else _escape(part) for part in text)


def split_size(size_bytes: float) -> tuple[str, str]:
    """Number and unit of a size in decimal units: ``("4.6", "TB")``."""
    value = max(0.0, float(size_bytes))
    unit = 0
    while value >= _STEP - 0.5 and unit < len(_UNITS) - 1:
        value /= _STEP
        unit += 1
    digits = 1 if unit >= 2 and value < 100 else 0
    return f"{value:.{digits}f}", _UNITS[unit]


def size_text(size_bytes: float) -> str:
    """A size with its unit: ``4.6 TB``."""
    return " ".join(split_size(size_bytes))


def span_text(seconds: float, language: str) -> str:
    """A length of time in its two largest units; below a second with two digits."""
    left = round(abs(seconds))
    units = _SPANS[language]
    if left < 1:
        return f"{abs(seconds):.2g} {units[-1][1]}"
    said: list[str] = []
    for length, word in units:
        count, rest = divmod(left, length)
        if count and len(said) < 2:
            said.append(f"{count} {word}")
        elif said:
            break
        left = rest
    return " ".join(said)


def moment_text(moment: datetime) -> str:
    """Date and time to the second; an aware moment in local time, a naive one as it stands."""
    shown = moment if moment.tzinfo is None else moment.astimezone()
    return shown.strftime("%Y-%m-%d %H:%M:%S")


def _escape(character: str) -> str:
    return f"\\u{ord(character):04x}"


def _fill(template: str, shown: Mapping[str, str]) -> str:
    def part(found: re.Match[str]) -> str:
        inner = str(found[1])
        return inner if set(_FIELD.findall(inner)) <= shown.keys() else ""

    def field(found: re.Match[str]) -> str:
        return shown.get(str(found[1]), _UNSAID)

    return _FIELD.sub(field, _OPTIONAL.sub(part, template)).strip(" ,，；;")


@cache
def _texts(language: str) -> dict[str, dict[str, str]]:
    joined: dict[str, dict[str, str]] = {}
    for path in sorted(_FOLDER.glob(f"*.{language}.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        joined |= cast("dict[str, dict[str, str]]", table)
    return joined
