"""A keypad laid over a room: a number or a secret, typed by a finger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

if TYPE_CHECKING:
    from collections.abc import Callable

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1

LONGEST: Final = 32


@QmlElement
class PadModel(QObject):
    """``entered`` with the name it was opened by and what was typed. Keeps nothing once closed."""

    changed = Signal()
    entered = Signal(str, str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._name = self._typed = ""
        self._said: Callable[[], str] = str
        self._noted: Callable[[], str] = str
        self._secret = False

    def open(
        self,
        name: str,
        heading: Callable[[], str],
        *,
        secret: bool = False,
        note: Callable[[], str] = str,
    ) -> None:
        """Ask for something; ``secret`` shows dots."""
        self._name, self._typed, self._secret = name, "", secret
        self._said, self._noted = heading, note
        self.changed.emit()

    @Slot()
    def close(self) -> None:
        """Type nothing."""
        self._name = self._typed = ""
        self._said = self._noted = str
        self.changed.emit()

    @Slot(str)
    def type_in(self, character: str) -> None:
        """One more digit."""
        if len(self._typed) < LONGEST:
            self._typed += character
            self.changed.emit()

    @Slot()
    def erase(self) -> None:
        """Take the last digit back."""
        self._typed = self._typed[:-1]
        self.changed.emit()

    @Slot()
    def accept(self) -> None:
        """That is it."""
        if not self._typed:
            return
        name, typed = self._name, self._typed
        self.close()
        self.entered.emit(name, typed)

    is_open = Property(bool, lambda self: self._name != "", notify=changed)
    heading = Property(str, lambda self: self._said(), notify=changed)
    note = Property(str, lambda self: self._noted(), notify=changed)
    ready = Property(bool, lambda self: self._typed != "", notify=changed)
    shown = Property(
        str,
        lambda self: "●" * len(self._typed) if self._secret else self._typed,
        notify=changed,
    )
