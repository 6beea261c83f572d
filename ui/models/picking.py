"""A list laid over a room, to choose one thing from; letters narrow it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.pinyin import matches

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ui.models.filters import Option

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class PickModel(QObject):
    """``chosen`` with the name it was opened by and the value; empty: none of them."""

    changed = Signal()
    chosen = Signal(str, str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._name = self._held = self._narrow = ""
        self._said: Callable[[], str] = str
        self._offered: Callable[[], Sequence[Option]] = tuple
        self._clearable = False

    def open(
        self,
        name: str,
        heading: Callable[[], str],
        options: Callable[[], Sequence[Option]],
        held: str = "",
        *,
        clearable: bool = False,
    ) -> None:
        """Show a list; heading and options are asked anew in each language."""
        self._name, self._held, self._narrow = name, held, ""
        self._said, self._offered, self._clearable = heading, options, clearable
        self.changed.emit()

    @Slot()
    def close(self) -> None:
        """Choose nothing."""
        self._name = self._held = self._narrow = ""
        self._said, self._offered, self._clearable = str, tuple, False
        self.changed.emit()

    @Slot(str)
    def choose(self, value: str) -> None:
        """This one."""
        name = self._name
        self.close()
        self.chosen.emit(name, value)

    @Slot()
    def clear(self) -> None:
        """None of them."""
        self.choose("")

    @Slot(str)
    def type_in(self, character: str) -> None:
        """Narrow the list."""
        self._narrow += character.strip()
        self.changed.emit()

    @Slot()
    def erase(self) -> None:
        """Take the last character back."""
        self._narrow = self._narrow[:-1]
        self.changed.emit()

    def _entries(self) -> list[dict[str, str | bool]]:
        return [
            {"value": one.value, "word": one.word, "held": one.value == self._held}
            for one in self._offered()
            if matches(self._narrow, one.word)
        ]

    is_open = Property(bool, lambda self: self._name != "", notify=changed)
    clearable = Property(bool, lambda self: self._clearable, notify=changed)
    heading = Property(str, lambda self: self._said(), notify=changed)
    narrowed = Property(str, lambda self: self._narrow, notify=changed)
    options = Property(list, _entries, notify=changed)
