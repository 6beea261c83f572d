"""Station events become one Qt signal, always in the GUI thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSocketNotifier, Signal, Slot

if TYPE_CHECKING:
    from workstation.events.mailbox import Mailbox


class EventBridge(QObject):
    """Wakes when the mailbox has post and emits it. Nothing else crosses threads."""

    received = Signal(object)

    def __init__(self, mailbox: Mailbox, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mailbox = mailbox
        self._notifier = QSocketNotifier(mailbox.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._deliver)

    def stop(self) -> None:
        """Look no more; to be called before the mailbox is closed."""
        self._notifier.setEnabled(False)

    @Slot()
    def _deliver(self) -> None:
        for event in self._mailbox.drain():
            self.received.emit(event)
