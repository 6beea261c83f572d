"""A folder in which an office leaves lists of cases: each taken once it is whole, then put away.

A file is whole when two looks, some seconds apart, find the same. What becomes of each line stands
in a result beside the file in ``done``; a file that is no list goes to ``refused``. A kill at any
moment repeats the file, which changes nothing.
"""

from __future__ import annotations

import contextlib
import csv
import io
import logging
import os
import stat
import time
from typing import TYPE_CHECKING

from watchdog.events import FileSystemEventHandler
from watchdog.observers import Observer

from sync.cases.handing import hand_over
from sync.cases.sheet import LONGEST_BYTES, NAME, WHY, read_sheet
from workstation.domain.errors_casework import CaseFolderError
from workstation.ipc.messages_casework import CaseOutcome
from workstation.vault.diskfile import write_durably

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from watchdog.events import FileSystemEvent

    from sync.cases.handing import Give
    from sync.cases.memory import CaseMemory
    from sync.cases.sheet import Sheet, SheetLine
    from workstation.ipc.messages_casework import TakenCase
    from workstation.platform.clock import Clock

logger = logging.getLogger(__name__)

DONE, REFUSED = "done", "refused"
LOOK_PERIOD_S = 30.0  # without news: a share's writes from elsewhere are told by nobody
_PASSED = (".", "~")  # what office programs leave beside a file they have open
_HEADINGS = ("行 line", "编号 number", "结果 outcome", "说明 note")
_OUTCOMES = {
    CaseOutcome.OPENED: "新建 / opened",
    CaseOutcome.JOINED: "并入本站已有案件 / joined a case that people opened here",
    CaseOutcome.CHANGED: "已更新 / changed",
    CaseOutcome.SAME: "无变化 / nothing new",
    CaseOutcome.REFUSED: "未采纳 / not taken",
}
_CONTESTED = "与本站人员填写的不一致，两者并存 / people here say otherwise, both are kept"
_FORMULA = ("=", "+", "-", "@")

Look = tuple[int, int, int]


class _News(FileSystemEventHandler):
    """Notes that something happened in the folder."""

    def __init__(self) -> None:
        self.is_there = True  # the first look is due

    def on_any_event(self, event: FileSystemEvent) -> None:
        """See watchdog; runs on its thread."""
        self.is_there = self.is_there or event.event_type in {"created", "modified", "moved"}


@contextlib.contextmanager
def watching(folder: Path) -> Iterator[_News]:
    """News of the folder while the block runs; where nobody can tell, looks alone must do."""
    news, observer = _News(), Observer()
    try:
        observer.schedule(news, str(folder))
        observer.start()
    except OSError as error:
        logger.warning("folder can not be watched: %s", error)
        yield news
        return
    try:
        yield news
    finally:
        observer.stop()
        observer.join()


class CaseFolder:
    """One folder. Used by one thread."""

    def __init__(
        self, folder: Path, settle_s: float, memory: CaseMemory, give: Give, clock: Clock
    ) -> None:
        self._folder = folder
        self._settle_s = settle_s
        self._memory = memory
        self._give = give
        self._clock = clock
        self._seen: dict[str, tuple[Look, float]] = {}  # and since when it looks so

    def run(self) -> float | None:
        """Take what is whole; in how many seconds something else may be, None: nothing waits.

        Raises:
            CaseFolderError: the folder is not there, or files can not be moved in it.
            StationError: the station does not take cases now; nothing is missed.
        """
        now_s = time.monotonic()
        there = self._there()
        self._seen = {
            name: (look, since_s if before == look else now_s)
            for name, look in there.items()
            for before, since_s in (self._seen.get(name, (look, now_s)),)
        }
        for name in sorted(there):
            if now_s - self._seen[name][1] >= self._settle_s:
                self._take(name)
                del self._seen[name]
        self._memory.well()
        return self._settle_s if self._seen else None

    def _there(self) -> dict[str, Look]:
        found: dict[str, Look] = {}
        with _folder_errors(self._folder), os.scandir(self._folder) as entries:
            for entry in entries:
                is_list = entry.name.casefold().endswith(".csv")
                if not is_list or entry.name.startswith(_PASSED):
                    continue
                with contextlib.suppress(FileNotFoundError):
                    facts = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(facts.st_mode) and facts.st_size:
                        found[entry.name] = (facts.st_ino, facts.st_size, facts.st_mtime_ns)
        return found

    def _take(self, name: str) -> None:
        with _folder_errors(self._folder):
            content = _content(self._folder / name)
        sheet = read_sheet(content)
        good = [one for one in sheet.lines if one.case is not None]
        cases = [one.case for one in good if one.case is not None]
        taken = hand_over(self._give, NAME, name, content, cases)
        is_list = not sheet.why
        with _folder_errors(self._folder):
            self._put_away(name, _result(sheet, good, taken), DONE if is_list else REFUSED)
        self._memory.count(taken, len(sheet.lines) - len(good) + (not is_list))
        logger.info("case list taken lines=%d cases=%d", len(sheet.lines), len(cases))

    def _put_away(self, name: str, result: bytes, where: str) -> None:
        """Its result first: a file that is put away has one."""
        shelf = self._folder / where
        shelf.mkdir(exist_ok=True)
        stem = f"{self._clock.now():%Y%m%dT%H%M%SZ}-{name[: -len('.csv')]}"
        free = stem
        number = 1
        while (shelf / f"{free}.csv").exists():
            number += 1
            free = f"{stem}-{number}"
        write_durably(shelf / f"{free}.result.csv", result, 0o640)
        (self._folder / name).rename(shelf / f"{free}.csv")


@contextlib.contextmanager
def _folder_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise CaseFolderError(path=str(folder), reason=reason) from error


def _content(path: Path) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        return file.read(LONGEST_BYTES + 1)


def _result(sheet: Sheet, good: list[SheetLine], taken: list[TakenCase]) -> bytes:
    """What became of every line, as a list that spreadsheets open."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_HEADINGS)
    if sheet.why:
        writer.writerow((1, "", _OUTCOMES[CaseOutcome.REFUSED], WHY[sheet.why]))
    became = {one.line: what for one, what in zip(good, taken, strict=True)}
    for one in sheet.lines:
        what = became.get(one.line)
        outcome = _OUTCOMES[CaseOutcome.REFUSED if what is None else what.outcome]
        note = WHY[one.why] if what is None else what.reason
        if what is not None and what.contested:
            note = f"{_CONTESTED}: {' '.join(what.contested)}"
        number = f"'{one.number}" if one.number.startswith(_FORMULA) else one.number
        writer.writerow((one.line, number, outcome, note))
    return text.getvalue().encode("utf-8-sig")
