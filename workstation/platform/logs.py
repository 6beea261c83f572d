"""Logging: one line a fact, in UTC, to stderr and where asked to a file that rotates."""

from __future__ import annotations

import json as json_format
import logging
import sys
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING

from workstation.platform.clock import to_text

if TYPE_CHECKING:
    from pathlib import Path

FILE_BYTES = 8 << 20
FILES_KEPT = 5
_ESCAPES = {ord("\r"): "\\r", ord("\n"): "\\n"} | {
    number: f"\\x{number:02x}" for number in (*range(9), 11, 12, *range(14, 32), 127)
}


class LineFormatter(logging.Formatter):
    """``2026-03-01T08:00:00.000Z WARNING workstation.ingest.lane [name]: text``.

    A file name on a recorder may hold line breaks and terminal escapes; they are written as
    escapes, so nobody can forge a line. Only a traceback takes more than one.
    """

    def format(self, record: logging.LogRecord) -> str:
        text = (
            f"{_moment(record)} {record.levelname} {record.name} [{record.threadName}]: "
            f"{record.getMessage().translate(_ESCAPES)}"
        )
        if record.exc_info:
            text += "\n" + self.formatException(record.exc_info)
        return text


class JsonFormatter(logging.Formatter):
    """One JSON object a line, for a collector of logs."""

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, str | int] = {
            "time": _moment(record),
            "level": record.levelname,
            "logger": record.name,
            "thread": record.threadName or "",
            "pid": record.process or 0,
            "message": record.getMessage(),
        }
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)
        return json_format.dumps(fields, ensure_ascii=False)


# What a library calls an error and is none, by its logger: watchdog's reader thread may wake once
# more while it is being stopped, and says so as if somebody had misused it (watchdog 7.1).
NO_ERRORS = {"watchdog.observers.inotify": "called when the thread is inactive"}


class _Without(logging.Filter):
    """Lets everything pass but lines that hold a text."""

    def __init__(self, part: str) -> None:
        super().__init__()
        self._part = part

    def filter(self, record: logging.LogRecord) -> bool:
        return self._part not in record.getMessage()


def quieten() -> None:
    """Drop the lines of ``NO_ERRORS``; nothing else of those loggers."""
    for name, part in NO_ERRORS.items():
        logging.getLogger(name).addFilter(_Without(part))


def configure(level: str | int, file: Path | None = None, *, json: bool = False) -> None:
    """Set the root logger up, replacing what was there; to be called once, by ``main.py``.

    Args:
        level: ``"INFO"`` and the like.
        file: Also write here (0640), up to 8 MiB and five older files.
        json: Write JSON lines instead of text.

    Raises:
        OSError: ``file`` can not be opened.
    """
    quieten()
    formatter = JsonFormatter() if json else LineFormatter()
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr)]
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o640)
        handlers.append(
            RotatingFileHandler(file, maxBytes=FILE_BYTES, backupCount=FILES_KEPT, encoding="utf-8")
        )
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
        old.close()
    for handler in handlers:
        handler.setFormatter(formatter)
        root.addHandler(handler)
    root.setLevel(level)
    logging.captureWarnings(capture=True)


def _moment(record: logging.LogRecord) -> str:
    return to_text(datetime.fromtimestamp(record.created, UTC))
