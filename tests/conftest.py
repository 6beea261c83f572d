"""Shared fixtures. A test that logs a warning it did not announce has failed."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from workstation.platform import logs

if TYPE_CHECKING:
    from collections.abc import Iterator

# Before Qt is imported anywhere: no screen, a UTF-8 locale, and nobody's real directories.
_HOME = Path(tempfile.mkdtemp(prefix="evidock-tests-"))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if os.environ.get("LC_ALL") in {"C", "POSIX"}:
    os.environ["LC_ALL"] = "C.UTF-8"
for _name in ("STATE_HOME", "CONFIG_HOME", "CACHE_HOME", "DATA_HOME", "RUNTIME_DIR"):
    _folder = _HOME / _name.lower()
    _folder.mkdir(mode=0o700)
    os.environ[f"XDG_{_name}"] = str(_folder)
for _name in ("EVIDOCK_FAILPOINTS", "NOTIFY_SOCKET", "WATCHDOG_USEC"):
    os.environ.pop(_name, None)

logs.quieten()

# ``HYPOTHESIS_PROFILE=ci`` takes more examples, the same ones each time.
settings.register_profile("dev", max_examples=25, deadline=None)
settings.register_profile("ci", max_examples=50, deadline=None, derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


def pytest_unconfigure() -> None:
    shutil.rmtree(_HOME, ignore_errors=True)


class _Unannounced(logging.Handler):
    """Keeps what was logged, from whichever thread, until the test is over."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def what_a_command_changes() -> Iterator[None]:
    """Put back what ``main.main`` sets for its whole process, where a test calls it in ours."""
    root = logging.getLogger()
    level, on_term = root.level, signal.getsignal(signal.SIGTERM)
    yield
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    signal.signal(signal.SIGTERM, on_term)


@pytest.fixture(autouse=True)
def no_unannounced_warnings(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that logs a warning, unless it asks for ``caplog`` and so looks at its log."""
    if "caplog" in request.fixturenames:
        yield
        return
    handler = _Unannounced()
    logging.getLogger().addHandler(handler)
    yield
    logging.getLogger().removeHandler(handler)
    if handler.lines:
        pytest.fail("unannounced:\n" + "\n".join(handler.lines))
