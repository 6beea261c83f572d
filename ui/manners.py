"""The kiosk's manners at the window: keys, touches, closing, the dark, and the place kept."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Final, cast

import msgspec
from PySide6.QtCore import QEvent, QObject, Qt

from ui.wedge import Wedge

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QKeyEvent
    from PySide6.QtQuick import QQuickView

    from ui.models.kiosk import Kiosk

logger = logging.getLogger(__name__)

_TOUCHES: Final = frozenset({QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin})
_ENTERS: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_MOVES: Final = frozenset(
    {
        Qt.Key.Key_Tab,
        Qt.Key.Key_Backtab,
        Qt.Key.Key_Space,
        *_ENTERS,
        Qt.Key.Key_Backspace,
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
    }
)
_BARE: Final = Qt.KeyboardModifier.NoModifier
_PAD: Final = Qt.KeyboardModifier.KeypadModifier
_SHIFT: Final = Qt.KeyboardModifier.ShiftModifier


class Hands(QObject):
    """Sees every key and touch before the window does.

    Locked (full screen) it lets through what a person needs to get about, and nothing that
    closes, hides or leaves the window.
    """

    def __init__(self, kiosk: Kiosk, view: QQuickView, *, is_locked: bool) -> None:
        super().__init__()
        self._kiosk = kiosk
        self._view = view
        self._is_locked = is_locked
        self._wedge = Wedge()
        view.installEventFilter(self)
        kiosk.presence.darkened.connect(lambda: _power_screen("off"))
        kiosk.presence.woken.connect(lambda: _power_screen("on"))

    def stop(self) -> None:
        """Let the window close."""
        self._view.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002, N802 - Qt's names
        kind = event.type()
        if kind in _TOUCHES:
            return self._kiosk.touched()  # what wakes the screen presses nothing on it
        if kind == QEvent.Type.Close and self._is_locked:
            event.ignore()
            return True
        if kind == QEvent.Type.KeyPress:
            return self._press(cast("QKeyEvent", event))
        return False

    def _press(self, event: QKeyEvent) -> bool:
        """Whether the key ends here."""
        only_woke = self._kiosk.touched()
        at_ms = event.timestamp()  # of the keyboard: a busy machine hears of keys late
        if event.key() in _ENTERS:
            card = self._wedge.end(at_ms)
            if card is not None:
                self._kiosk.card(card)
                return True
            return only_woke or self._accept()
        text = event.text()
        is_plain = event.modifiers() & ~(_PAD | _SHIFT) == _BARE
        if is_plain and text.isprintable() and text.strip():
            self._wedge.feed(text, at_ms)
            return only_woke or self._type(text)
        typist = self._kiosk.typist
        if event.key() == Qt.Key.Key_Backspace and typist is not None:
            typist.erase()
            return True
        if event.key() == Qt.Key.Key_Space and self._kiosk.rooms.browser.finding.is_typing:
            return only_woke or self._type(" ")
        return only_woke or (self._is_locked and (not is_plain or event.key() not in _MOVES))

    @property
    def _is_typing(self) -> bool:
        return self._kiosk.place[0] == "sign_in"

    def _type(self, text: str) -> bool:
        typist = self._kiosk.typist
        if typist is not None:
            typist.type_in(text)
        return typist is not None or self._is_locked

    def _accept(self) -> bool:
        """Enter submits what was typed; with nothing typed it presses what has the focus."""
        if self._is_typing and self._kiosk.visit.sign_in.face.typed:
            self._kiosk.visit.sign_in.accept()
            return True
        return False


def _power_screen(state: str) -> None:
    """Ask the X server to switch the panel; the screen is painted black all the same."""
    tool = shutil.which("xset")
    if tool is None or not os.environ.get("DISPLAY"):
        return
    arguments = {"off": ["+dpms", "dpms", "force", "off"], "on": ["dpms", "force", "on", "-dpms"]}
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command
            [tool, *arguments[state]], capture_output=True, timeout=2, check=False
        )
    except subprocess.TimeoutExpired:
        logger.info("panel not switched state=%s: no answer", state)
        return
    if done.returncode:
        logger.info("panel not switched state=%s: %s", state, done.stderr.decode().strip())


class KeptPlace(msgspec.Struct, frozen=True):
    """Which screen was open, and of which slot."""

    name: str
    slot: int = 0


def recall_place(path: Path) -> KeptPlace | None:
    """Where people were when the kiosk ended of itself; None after an orderly end."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=KeptPlace)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        logger.info("place not read path=%s: %s", path, error)
        return None


def remember_place(path: Path, name: str, slot: int) -> None:
    """Keep it for the next start; a kiosk that may not write goes on."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(msgspec.json.encode(KeptPlace(name, slot)))
    except OSError as error:
        logger.info("place not kept path=%s: %s", path, error)


def forget_place(path: Path) -> None:
    """The kiosk ends because somebody wants it to."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        logger.info("place not forgotten path=%s: %s", path, error)
