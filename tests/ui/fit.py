"""What a layout must not do: cut words, let them out of their tile, or off the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlExpression, qmlContext

from tests.ui.screen import area, said, walk
from ui.tokens import TOUCH_PX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtQuick import QQuickItem

    from tests.ui.screen import Screen

SIZES = [(1920, 1080), (1080, 1920), (1280, 800)]
_SLACK_PX = 1.5  # half a pixel of rounding on either side
_ROUNDS = 20
_COVERS = (
    "resting",
    "casePicker",
    "gapPicker",
    "filterPicker",
    "bulkPicker",
    "bindPicker",
    "pickSheet",
    "padSheet",
)  # what lies over everything else and hides it


def faults(screen: Screen, *, may_elide: bool = False) -> list[str]:
    """All that is wrong with what is on the screen now.

    Args:
        screen: the kiosk.
        may_elide: words are longer than those of any language; an ellipsis is no fault then.
    """
    found: list[str] = []
    for _ in range(_ROUNDS):
        found = [] if may_elide else cut_short(screen)
        found += stuck_out(screen) + off_screen(screen) + overlapping(screen) + hard(screen)
        if not found:
            break
        QGuiApplication.processEvents()
        screen.settle()  # cards of a list move to their places after the list did
    return found


def cut_short(screen: Screen) -> list[str]:
    """Texts that end in an ellipsis."""
    return [f"{said(text)} is cut" for text in screen.texts() if text.property("truncated")]


def stuck_out(screen: Screen) -> list[str]:
    """Texts that reach beyond the tile they belong to."""
    found = []
    for text in screen.texts():
        tile = text.parentItem()
        while not tile.inherits("QQuickRectangle"):
            tile = tile.parentItem()
        inner, outer = _inked(text), area(tile)
        beyond = max(
            outer.left() - inner.left(),
            inner.right() - outer.right(),
            inner.bottom() - outer.bottom(),
        )
        if beyond > _SLACK_PX:
            found.append(f"{said(text)} sticks out by {beyond:.0f} px")
    return found


def off_screen(screen: Screen) -> list[str]:
    """Texts and keys outside the window that no scrolling brings in."""
    window = area(screen.view.rootObject())
    window = window.adjusted(-_SLACK_PX, -_SLACK_PX, _SLACK_PX, _SLACK_PX)
    return [
        f"{item.objectName() or said(item)} is off the screen"
        for item in _shown(screen)
        if (item.inherits("QQuickText") or item.property("face") is not None)
        and not any(one.inherits("QQuickFlickable") for one in _above(item))
        and not window.contains(_inked(item) if item.inherits("QQuickText") else area(item))
    ]


def overlapping(screen: Screen) -> list[str]:
    """Texts painted over each other."""
    texts = [item for item in _shown(screen) if item.inherits("QQuickText")]
    seen = sorted(((_seen(text), text) for text in texts), key=lambda one: one[0].top())
    return [
        f"{said(one)} lies over {said(other)}"
        for place, (here, one) in enumerate(seen)
        for there, other in seen[place + 1 :]
        if _overlap(here, there)
    ]


def hard(screen: Screen) -> list[str]:
    """What can be pressed and is too small for a finger, or has no name to say."""
    found = []
    for item in _shown(screen):
        if item.property("face") is None:
            continue
        if not item.objectName() or not item.property("name"):
            found.append(f"{item.objectName() or area(item)} has no name")
        if min(item.width(), item.height()) < TOUCH_PX:
            found.append(f"{item.objectName()} is {item.width():.0f} x {item.height():.0f} px")
    return found


def _shown(screen: Screen) -> Iterator[QQuickItem]:
    """What people see: the topmost screen only, and texts only if they say something."""
    cover = next((found for name in _COVERS if (found := screen.find(name)) is not None), None)
    for item in walk(cover or screen.view.rootObject()):
        if item.isVisible() and (not item.inherits("QQuickText") or said(item)):
            yield item


def _above(item: QQuickItem) -> Iterator[QQuickItem]:
    parent = item.parentItem()
    while parent is not None:
        yield parent
        parent = parent.parentItem()


def _inked(text: QQuickItem) -> QRectF:
    """Where the letters are; the item may be wider, and lower where several lines did not fit."""
    place = area(text)
    width, height = float(text.property("contentWidth")), float(text.property("contentHeight"))
    spare, room = place.width() - width, place.height() - height
    left = {2: spare, 4: spare / 2}.get(_number(text, "effectiveHorizontalAlignment"), 0.0)
    top = {64: room, 128: room / 2}.get(_number(text, "verticalAlignment"), 0.0)
    return QRectF(place.left() + left, place.top() + top, width, height)


def _number(text: QQuickItem, name: str) -> int:
    """An alignment as QML's number; PySide has no converter for these enumerations."""
    context = qmlContext(text)
    assert context is not None
    value, _ = QQmlExpression(context, text, f"{name} + 0").evaluate()
    return int(value)


def _seen(text: QQuickItem) -> QRectF:
    """The same, as far as nothing clips it."""
    seen = _inked(text)
    for item in _above(text):
        if item.property("clip"):
            seen = seen.intersected(area(item))
    return seen


def _overlap(one: QRectF, other: QRectF) -> bool:
    """Lines of a font overlap a little by design: half a line is a fault."""
    both = one.intersected(other)
    return both.width() > 2 * _SLACK_PX and both.height() > min(one.height(), other.height()) / 2
