"""Whether somebody stands there: idle time, the clock screen, and the dark of the night."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

if TYPE_CHECKING:
    from datetime import datetime

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1

WARNED_S: Final = 15  # so long before the end the screen counts down
DARK_AFTER_S: Final = 60  # of the night without a touch
SAID_EVERY_S: Final = 5  # how often the station is told that somebody is still there


@dataclass(frozen=True, slots=True)
class Manners:
    """How the kiosk behaves towards people. The night is empty where both ends are equal."""

    card_needs_pin: bool = True
    idle_s: float = 60.0
    clock_after_s: float = 300.0  # 0: the wall stays
    night_from: str = "00:00"
    night_until: str = "00:00"
    volume: int = 60  # per cent


def is_night(now: datetime, manners: Manners) -> bool:
    """Whether the screen may be dark now, by the wall clock; nights go over midnight."""
    begins, ends = time.fromisoformat(manners.night_from), time.fromisoformat(manners.night_until)
    at = now.astimezone().time()
    return begins <= at < ends if begins <= ends else at >= begins or at < ends


@QmlElement
class PresenceModel(QObject):
    """Counts seconds without a touch. ``idle``: the person has gone."""

    changed = Signal()
    idle = Signal()
    woken = Signal()
    darkened = Signal()

    def __init__(self, manners: Manners, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._manners = manners
        self._idle_s = manners.idle_s
        self._quiet_s = 0
        self._leaving = 0
        self._resting = False
        self._dark = False

    @property
    def is_dark(self) -> bool:
        """Whether the screen is off."""
        return self._dark

    @Slot(float)
    def last(self, idle_s: float) -> None:
        """Sessions end after so many seconds, as the station says."""
        self._idle_s = idle_s

    def touch(self) -> bool:
        """Somebody is there, or a recorder came. Whether that only woke the screen."""
        self._quiet_s = 0
        was_away = self._dark or self._resting
        self._show(leaving=0, resting=False, dark=False)
        if was_away:
            self.woken.emit()
        return was_away

    def tick(self, now: datetime, *, is_away_from_wall: bool, is_busy: bool) -> None:
        """A second has passed without a touch.

        ``is_busy``: recorders are being collected, so the wall says something.
        """
        self._quiet_s += 1
        if is_away_from_wall:
            left = max(0, int(self._idle_s) - self._quiet_s)
            self._show(leaving=left if left <= WARNED_S else 0, resting=False, dark=False)
            if left == 0:
                self._quiet_s = 0
                self.idle.emit()
            return
        after_s = self._manners.clock_after_s
        rests = 0 < after_s <= self._quiet_s and not is_busy
        dark = self._quiet_s >= DARK_AFTER_S and not is_busy and is_night(now, self._manners)
        self._show(leaving=0, resting=rests or dark, dark=dark)

    def _show(self, *, leaving: int, resting: bool, dark: bool) -> None:
        now = (leaving, resting, dark)
        was_dark = self._dark
        if now != (self._leaving, self._resting, self._dark):
            self._leaving, self._resting, self._dark = now
            self.changed.emit()
        if dark and not was_dark:
            self.darkened.emit()

    leaving = Property(int, lambda self: self._leaving, notify=changed)
    resting = Property(bool, lambda self: self._resting, notify=changed)
    dark = Property(bool, lambda self: self._dark, notify=changed)
