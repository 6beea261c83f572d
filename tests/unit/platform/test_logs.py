"""A log line is one line, in UTC, and a file name can not forge another."""

from __future__ import annotations

import json
import logging
import re
import sys
import warnings
from typing import TYPE_CHECKING

import pytest

from workstation.platform import logs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO workstation\.x \[MainThread\]: ")


@pytest.fixture(autouse=True)
def own_root_logger(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep the test runner's handlers out of reach, and put the level back."""
    root = logging.getLogger()
    level = root.level
    monkeypatch.setattr(root, "handlers", [])
    yield
    for handler in root.handlers:
        handler.close()
    root.setLevel(level)
    logging.captureWarnings(capture=False)


def test_line_goes_to_stderr_in_utc(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO")
    logging.getLogger("workstation.x").info("clip vaulted slot=%d", 3)
    shown = capsys.readouterr()
    assert LINE.match(shown.err)
    assert shown.err.endswith("clip vaulted slot=3\n")
    assert shown.out == ""


def test_file_name_can_not_forge_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(logging.INFO)
    logging.getLogger("workstation.x").info("name=%s", "a\n2026 ERROR\r\x1b[31m")
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "\x1b" not in err
    assert "a\\n2026" in err


def test_lines_below_the_level_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("WARNING")
    logging.getLogger("workstation.x").info("quiet")
    assert capsys.readouterr().err == ""


def test_file_gets_the_same_lines_and_is_not_for_everybody(tmp_path: Path) -> None:
    file = tmp_path / "logs" / "station.log"
    logs.configure("INFO", file)
    logging.getLogger("workstation.x").info("录像")
    assert LINE.match(file.read_text(encoding="utf-8"))
    assert file.stat().st_mode & 0o007 == 0


def test_file_rotates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "FILE_BYTES", 200)
    logs.configure("INFO", tmp_path / "station.log")
    for number in range(50):
        logging.getLogger("workstation.x").info("line number=%d", number)
    assert len(list(tmp_path.iterdir())) == logs.FILES_KEPT + 1


def test_json_lines_can_be_read_back(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", json=True)
    try:
        int("?")
    except ValueError:
        logging.getLogger("workstation.x").info("名字 %s", "a\nb", exc_info=sys.exc_info())
    line = json.loads(capsys.readouterr().err)
    assert line["message"] == "名字 a\nb"
    assert line["level"] == "INFO"
    assert "ValueError" in line["traceback"]


def test_traceback_follows_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO")
    try:
        int("?")
    except ValueError:
        logging.getLogger("workstation.x").info("bad", exc_info=sys.exc_info())
    assert "Traceback" in capsys.readouterr().err


def test_warnings_of_python_become_lines(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn("old", UserWarning, stacklevel=1)
        logging.captureWarnings(capture=False)
    assert "UserWarning" in capsys.readouterr().err


def test_configuring_again_replaces_what_was_there(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO")
    logs.configure("INFO")
    logging.getLogger("workstation.x").info("once")
    assert capsys.readouterr().err.count("once") == 1
