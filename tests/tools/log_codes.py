"""Write docs/log-codes.md from the errors and their texts: ``make strings``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ui.texts import templates
from workstation.domain import (
    errors,
    errors_casework,
    errors_centre,
    errors_directory,
    errors_people,
    errors_platform,
)
from workstation.domain.errors import StationError

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGE = Path(__file__).resolve().parents[2] / "docs" / "log-codes.md"
_HEAD = """\
# 代码表 · Codes

<!-- Written by `make strings` from workstation/domain/errors.py and resources/texts. -->

程序以代码报告一切：错误、跳过的文件、提示、体检结果。下表由程序生成。
The program reports everything by code: errors, skipped files, remarks, findings of the doctor.
`Exit` is the exit status of a command that ends with the error (see [exit codes](exit-codes.md)).
"""
_TABLE = """
## {area}

| Code | Exit | 中文 | English |
|---|---|---|---|
"""


def error_classes() -> dict[str, type[StationError]]:
    """Every code that an error of the domain carries, with the class that names it first."""
    found: dict[str, type[StationError]] = {}
    modules = (
        errors,
        errors_casework,
        errors_centre,
        errors_directory,
        errors_people,
        errors_platform,
    )
    for value in (value for module in modules for value in vars(module).values()):
        if isinstance(value, type) and issubclass(value, StationError):
            found.setdefault(value.code, value)
    return found


def page() -> str:
    """The whole page."""
    classes = error_classes()
    chinese, english = templates("zh_CN"), templates("en")
    lines = [_HEAD]
    area = ""
    for code in sorted(chinese):
        if code.split(".")[0] != area:
            area = code.split(".")[0]
            lines.append(_TABLE.format(area=area))
        exit_code = str(classes[code].exit_code) if code in classes else ""
        cells = (f"`{code}`", exit_code, _cell(chinese[code]), _cell(english.get(code, {})))
        lines.append(f"| {' | '.join(cells)} |\n")
    return "".join(lines)


def _cell(text: Mapping[str, str]) -> str:
    shown = f"**{text.get('title', '')}** {text.get('reason', '')} *{text.get('mend', '')}*"
    return shown.replace("[[", "").replace("]]", "").replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.name}\n")
