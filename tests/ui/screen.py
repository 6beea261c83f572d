"""Hands and eyes for the kiosk's tests: finds items by name, presses them, reads their text."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtTest import QTest

from ui.app import KioskOptions, KioskProgram
from ui.models.presence import Manners
from workstation.catalog.values import ItemLine
from workstation.domain.casework_state import ClipCasework
from workstation.domain.clip import ClipId, ClipKind, ItemId
from workstation.domain.errors import UnknownClipError
from workstation.domain.ingest_state import IngestState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from PySide6.QtQuick import QQuickItem
    from pytestqt.qtbot import QtBot

    from ui.client import CollectionReader
    from workstation.domain.clip import Clip

_PATIENCE_MS = 120_000


def item_line(
    number: int,
    state: IngestState = IngestState.VAULTED,
    *,
    code: str | None = None,
    kind: ClipKind = ClipKind.VIDEO,
    clip_id: str | None = None,
    has_thumbnail: bool = False,
) -> ItemLine:
    """A line of a collection's report."""
    return ItemLine(
        id=ItemId(f"item{number}"),
        path=f"DCIM/20251122/V{number:06d}.MP4",
        size_bytes=180_000_000,
        kind=kind,
        state=state,
        code=code,
        facts={},
        findings=(),
        clip_id=ClipId(clip_id) if clip_id else None,
        sha256=None,
        sm3=None,
        level=None,
        important=number % 4 == 0,
        recorded_at=None,
        duration_s=300.0,
        has_thumbnail=has_thumbnail,
    )


class FakeCatalog:
    """The files of collections, changed by the test, read by the link's thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._items: dict[str, tuple[ItemLine, ...]] = {}
        self._version = 1

    def put(self, collection_id: str, items: Sequence[ItemLine]) -> None:
        """The ledger holds these now."""
        with self._lock:
            self._items[collection_id] = tuple(items)
            self._version += 1

    def items(self, collection_id: str) -> Sequence[ItemLine]:
        with self._lock:
            return self._items.get(collection_id, ())

    def data_version(self) -> int:
        with self._lock:
            return self._version

    def clip(self, clip: str) -> Clip:
        """None of its clips is in this ledger, so none has a track."""
        raise UnknownClipError(clip=clip)

    def casework_of(self, clip: str) -> ClipCasework:
        """Nobody said anything."""
        return ClipCasework(clip)

    def close(self) -> None:
        """Nothing to give back."""


def walk(item: QQuickItem) -> Iterator[QQuickItem]:
    """An item and all below it, as they are painted."""
    yield item
    for child in item.childItems():
        yield from walk(child)


class Screen:
    """The kiosk's window with its program, as a person in front of it meets them."""

    def __init__(
        self,
        qtbot: QtBot,
        state_dir: Path,
        settings: Path,
        open_catalog: Callable[[], CollectionReader],
        size: tuple[int, int],
        language: str = "zh_CN",
        manners: Manners | None = None,
    ) -> None:
        """``manners``: locked and so mannered, as the cabinet runs it."""
        options = KioskOptions(
            state_dir,
            language="en" if language == "en" else "zh_CN",
            manners=manners or Manners(volume=0),
            is_guarded=manners is not None,
        )
        self.qtbot = qtbot
        self.program = KioskProgram(options, settings, open_catalog)
        self.kiosk = self.program.kiosk
        self.view = self.program.scene.view
        self.view.resize(*size)
        self.view.show()
        self.until(self.view.isExposed)
        self.program.start()

    def close(self) -> None:
        self.program.stop()
        self.kiosk.choose_language("zh_CN")

    def wait_up(self) -> None:
        """Until the station's dock is on the wall and painted."""
        self.until(lambda: self.kiosk.is_up and self.find("slot1") is not None)
        self.settle()

    def until(self, condition: Callable[[], bool]) -> None:
        """Let it go on until something is so; the machine may be busy with much else."""
        self.qtbot.waitUntil(condition, timeout=_PATIENCE_MS)

    def settle(self) -> None:
        """Let bindings and layouts come to rest."""
        self.view.grabWindow()

    def items(self) -> list[QQuickItem]:
        """Everything that can be seen."""
        return [item for item in walk(self.view.rootObject()) if item.isVisible()]

    def find(self, name: str) -> QQuickItem | None:
        """The visible item of this object name."""
        return next((item for item in self.items() if item.objectName() == name), None)

    def get(self, name: str) -> QQuickItem:
        """The same, when it must be there."""
        found = self.find(name)
        assert found is not None, f"{name} is not on the screen"
        return found

    def shows(self, *names: str) -> bool:
        """Whether all these items can be seen."""
        return all(self.find(name) is not None for name in names)

    def press(self, name: str) -> None:
        """Press an item in its middle."""
        item = self.get(name)
        middle = item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()
        QTest.mouseClick(
            self.view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle
        )
        self.settle()

    def texts(self) -> list[QQuickItem]:
        """All visible pieces of text that say something."""
        return [item for item in self.items() if item.inherits("QQuickText") and said(item)]

    def says(self, text: str) -> bool:
        """Whether some visible text holds these words."""
        return any(text in said(item) for item in self.texts())


def said(item: QQuickItem) -> str:
    """The words of a text item."""
    return str(item.property("text") or "")


def area(item: QQuickItem) -> QRectF:
    """Where an item is on the screen."""
    return item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))
