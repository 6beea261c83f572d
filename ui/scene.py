"""The window: QML over the view-models, repainted when language or theme is chosen anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtQuick import QQuickView

from ui.images import IconProvider, ReceiptProvider, ThumbnailProvider
from ui.painted.case_line import CaseLineView
from ui.painted.map import MapView
from ui.painted.video import VideoSurface
from ui.painted.wave import WaveForm
from ui.tokens import FONT_FAMILY, Tokens

if TYPE_CHECKING:
    from PySide6.QtQml import QQmlEngine

    from ui.images import ThumbnailShelf
    from ui.models.kiosk import Kiosk

PAINTED = (
    VideoSurface,
    WaveForm,
    CaseLineView,
    MapView,
)  # what QML makes itself; importing them tells it how
QML_DIR = Path(__file__).resolve().parent / "qml"


class SceneBrokenError(Exception):
    """The screens do not load: a fault of ours, with what QML says about it."""


class Scene:
    """Owns the view and keeps alive what QML only borrows."""

    def __init__(self, kiosk: Kiosk, shelf: ThumbnailShelf) -> None:
        self._kiosk = kiosk
        self._icons = IconProvider()
        self._receipts = ReceiptProvider()
        self._thumbnails = ThumbnailProvider(shelf)
        self.view = QQuickView()
        self.view.setResizeMode(QQuickView.ResizeMode.SizeRootObjectToView)
        engine = self.view.engine()
        engine.addImageProvider("icon", self._icons)
        engine.addImageProvider("receipt", self._receipts)
        engine.addImageProvider("thumbnail", self._thumbnails)
        self._tokens = _tokens_of(engine)
        self._language = ""
        self._dress()
        kiosk.chosen.connect(self._dress)
        self.view.setInitialProperties({"kiosk": kiosk})
        self.view.setSource(QUrl.fromLocalFile(str(QML_DIR / "Main.qml")))
        if self.view.status() is not QQuickView.Status.Ready:
            raise SceneBrokenError([error.toString() for error in self.view.errors()])

    def close(self) -> None:
        """Take the window down before the view-models, or bindings complain of nothing left."""
        self._kiosk.chosen.disconnect(self._dress)
        self.view.setSource(QUrl())
        self.view.close()

    def _dress(self) -> None:
        chosen = self._kiosk.preferences
        self._tokens.set_dark(dark=chosen.theme == "dark")
        self.view.setColor(self._tokens.palette.canvas)
        if chosen.language != self._language:
            self._language = chosen.language
            self.view.engine().retranslate()


def _tokens_of(engine: QQmlEngine) -> Tokens:
    """The tokens as this engine's QML sees them."""
    tokens = engine.singletonInstance("Evidock", "Tokens")
    if not isinstance(tokens, Tokens):
        raise SceneBrokenError(["Evidock.Tokens"])
    return tokens


def set_font() -> None:
    """One family everywhere: the system's default has Japanese forms of Chinese characters."""
    QGuiApplication.setFont(QFont(FONT_FAMILY))
