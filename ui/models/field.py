"""QML properties read from a frozen face, so that a view-model is one value and one signal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Property

if TYPE_CHECKING:
    from PySide6.QtCore import Signal


def shown(kind: type, name: str, changed: Signal) -> Property:
    """A read-only property that shows ``face.<name>`` of its view-model."""
    return Property(kind, lambda model: getattr(model.face, name), notify=changed)
