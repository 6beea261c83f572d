"""A folder that other sources fill: phones, cameras of shops, exports of other systems."""

from __future__ import annotations

import fcntl
import logging
import os
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from watchdog.events import (
    DirCreatedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileMovedEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

from workstation.devices.api import Departure, Match, Sighting
from workstation.devices.card import open_card
from workstation.devices.medium import Medium
from workstation.devices.walk import IN_PROGRESS, Walk
from workstation.devices.wholeness import Wholeness
from workstation.domain.errors import BadDockUrlError, OperatorError, RecorderGoneError
from workstation.platform.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from watchdog.events import FileSystemEvent
    from watchdog.observers.api import BaseObserver

    from workstation.devices.card import CardSession
    from workstation.devices.profiles import ProfileSet
    from workstation.platform.clock import Clock

logger = logging.getLogger(__name__)

SETTLE_S = 2.0  # copying programs write at least once a second; slower ones are seen in /proc
_IDLE_S = 10.0  # network shares send no events, so we look by ourselves too
_STORM_S = 0.05  # many files at once are one look
_WATCHED: list[type[FileSystemEvent]] = [
    FileClosedEvent,
    FileCreatedEvent,
    FileMovedEvent,
    DirCreatedEvent,
    DirMovedEvent,
]

_FileKey = tuple[bytes, int, int]


class ImportFolderDriver:
    """Reads an import folder like a card, and leaves alone what is not whole yet."""

    name = "import-folder"

    def __init__(self, profiles: ProfileSet, clock: Clock | None = None) -> None:
        self._profiles = profiles
        self._clock = clock or SystemClock()

    def match(self, sighting: Sighting) -> Match:
        """A folder is announced by ``FolderDock`` only, so there is no doubt about it."""
        is_folder = sighting.scheme == "folder" and sighting.ready and bool(sighting.source)
        return Match.EXACT if is_folder else Match.NO

    @contextmanager
    def open(self, sighting: Sighting) -> Iterator[CardSession]:
        """Open the folder; while it is open, ``FolderDock`` holds back its next announcement.

        Raises:
            RecorderGoneError: the folder is not there any more.
            RecorderUnreadableError: it can not be listed.
        """
        if self.match(sighting) is Match.NO:
            raise RecorderGoneError(port=sighting.port, state=sighting.state_code)
        root = Path(sighting.source)
        settle_s = float(sighting.properties.get("settle_s", SETTLE_S))

        def judge() -> Callable[[os.stat_result], bool]:
            return Wholeness(root, settle_s, self._clock.now()).is_unfinished

        with _held(root), open_card(sighting, self._profiles, judge) as session:
            yield session


class FolderDock:
    """``folder:/path?settle_s=2``: announces the folder whenever something whole is new in it.

    Each batch is a docking of its own: a departure, then a sighting at the same port. While
    a session reads the folder the next batch waits, so arrivals never interrupt a collection.
    """

    def __init__(
        self, url: str, root: Path, profiles: ProfileSet, settle_s: float = SETTLE_S
    ) -> None:
        """Look at the folder.

        Raises:
            BadDockUrlError: it is not absolute or no directory, or ``settle_s`` is negative.
        """
        if not root.is_absolute() or not root.is_dir():
            raise BadDockUrlError(url=url, reason="no_directory")
        if not 0 <= settle_s < float("inf"):
            raise BadDockUrlError(url=url, reason="settle_s")
        self._url = url
        self._root = root
        self._settle_s = settle_s
        self._clock: Clock = SystemClock()
        self._profile = profiles.fallback
        self._announced: set[_FileKey] = set()
        self._is_out = False  # a sighting was announced, and no departure since
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return self._url

    @property
    def slots(self) -> int:
        return 1

    def start(self, announce: Callable[[Sighting | Departure], None]) -> None:
        """Watch from a thread of our own, first for what is there already."""
        self._thread = threading.Thread(
            target=self._run, args=(announce,), name="dock-folder", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Nothing is announced after this."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self, announce: Callable[[Sighting | Departure], None]) -> None:
        observer = self._observe()
        try:
            while not self._stopping.is_set():
                self._wake.clear()
                has_more = self._look(announce)
                self._wake.wait(max(self._settle_s, _STORM_S) if has_more else _IDLE_S)
                self._stopping.wait(_STORM_S)
        finally:
            if observer is not None:
                observer.stop()
                observer.join()

    def _observe(self) -> BaseObserver | None:
        """Have the kernel wake us; without that we look every ``_IDLE_S`` seconds."""
        observer = Observer()
        try:
            observer.schedule(
                _Waker(self._wake), str(self._root), recursive=True, event_filter=_WATCHED
            )
            observer.start()
        except OSError as error:
            logger.warning("folder not watched url=%s errno=%s", self._url, error.errno)
            return None
        return observer

    def _look(self, announce: Callable[[Sighting | Departure], None]) -> bool:
        """Announce what is new and whole; tell whether to look again soon."""
        try:
            whole, has_unfinished = self._listing()
        except (RecorderGoneError, OperatorError) as error:
            if self._is_out:
                announce(Departure(self._port))
            self._is_out = False
            self._announced.clear()
            logger.warning("folder not readable url=%s code=%s", self._url, error.code)
            return False
        if whole <= self._announced:
            return has_unfinished
        if self._is_out:
            if _is_held(self._root):
                return True
            announce(Departure(self._port))
        self._is_out = True
        self._announced = whole
        announce(
            Sighting(
                port=self._port,
                source=str(self._root),
                scheme="folder",
                label=self._root.name,
                properties={"settle_s": repr(self._settle_s)},
            )
        )
        return has_unfinished

    def _listing(self) -> tuple[set[_FileKey], bool]:
        medium = Medium(str(self._root))
        try:
            wholeness = Wholeness(self._root, self._settle_s, self._clock.now())
            whole: set[_FileKey] = set()
            has_unfinished = False
            for entry in Walk(medium, self._profile, wholeness.is_unfinished).entries():
                if entry.skip_code is None:
                    whole.add((entry.raw_path, entry.size_bytes, entry.mtime_ns))
                has_unfinished = has_unfinished or entry.skip_code == IN_PROGRESS
        finally:
            medium.close()
        return whole, has_unfinished

    @property
    def _port(self) -> str:
        return f"folder:{self._root}"


class _Waker(FileSystemEventHandler):
    """Any event only means "look"; what there is, the folder itself tells."""

    def __init__(self, wake: threading.Event) -> None:
        self._wake = wake

    def on_any_event(self, event: FileSystemEvent) -> None:  # noqa: ARG002 - watchdog's signature
        self._wake.set()


@contextmanager
def _held(root: Path) -> Iterator[None]:
    """Mark the folder as being read: an advisory lock, which leaves no trace on the disk."""
    descriptor = _open_directory(root)
    try:
        if descriptor is not None:
            fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _is_held(root: Path) -> bool:
    """Whether a session is reading the folder right now."""
    descriptor = _open_directory(root)
    if descriptor is None:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False  # a file system without such locks
    finally:
        os.close(descriptor)
    return False


def _open_directory(root: Path) -> int | None:
    try:
        return os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return None
