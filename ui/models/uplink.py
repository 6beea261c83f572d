"""The view-model of the room "Uplink": what goes to the centre, what waits, and what would help."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Property, QCoreApplication, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.models import uplink_face as face
from workstation.ipc.messages_delivery import DeliveryState, GetDelivery, SteerDelivery, Steered

if TYPE_CHECKING:
    from ui.errands import Answered, Looked, Refusal
    from ui.i18n import Tongue
    from ui.models.room import Line
    from workstation.domain.outlook import DeliveryView, StoreFindings
    from workstation.ipc.messages_delivery import WishKind
    from workstation.ipc.messages_people import PersonView
    from workstation.platform.clock import Clock

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1

NAME: Final = "uplink"
EVERY_TICKS: Final = 3  # seconds between two looks while the room is open
STALE_S: Final = 30.0  # sync tells every two seconds

translate = QCoreApplication.translate


@QmlElement
class UplinkModel(QObject):
    """Asked anew every few seconds while it is on the screen."""

    changed = Signal()

    def __init__(self, tongue: Tongue, clock: Clock, line: Line, parent: QObject) -> None:
        super().__init__(parent)
        self._tongue = tongue
        self._clock = clock
        self._link = line
        self._person: PersonView | None = None
        self._state: DeliveryState | None = None
        self._is_open = False
        self._ticks = 0
        self._said: tuple[str, str] | None = None  # what was asked last: kind and clip
        self._refusal: Refusal | None = None

    # -- as a room ---------------------------------------------------------------------------

    def admit(self, person: PersonView | None) -> None:
        """Somebody has signed in, or nobody is there."""
        self._person, self._state, self._said, self._refusal = person, None, None, None
        self._is_open = False
        self.changed.emit()

    def enter(self) -> None:
        """The room is on the screen now."""
        self._is_open, self._said, self._refusal = True, None, None
        self._look()

    def leave(self) -> None:
        """It is no longer."""
        self._is_open = False

    def tick(self) -> None:
        """A second has passed."""
        self._ticks += 1
        if self._is_open and self._ticks % EVERY_TICKS == 0:
            self._look()

    def hear(self, answer: Answered) -> None:
        """How delivery stands, or what became of a wish."""
        if self._person is None:
            return
        if answer.refusal is not None:
            self._refusal = answer.refusal
        elif isinstance(answer.result, DeliveryState):
            self._state = answer.result
        elif isinstance(answer.result, Steered):
            kind, _, clip = answer.ticket.removeprefix(f"{NAME}:").partition(":")
            self._said, self._refusal = (kind, clip), None
            self._look()
        self.changed.emit()

    def see(self, looked: Looked) -> None:
        """Nothing is asked of the catalog from here."""

    def retranslate(self) -> None:
        """Word everything in the language spoken now."""
        self.changed.emit()

    def _look(self) -> None:
        if self._person is not None:
            self._link.ask(f"{NAME}:look", GetDelivery())

    # -- what people do ----------------------------------------------------------------------

    @Slot(str)
    def send_first(self, clip: str) -> None:
        """Send a clip before all others."""
        if self._person is not None and clip:
            self._link.ask(f"{NAME}:now:{clip}", SteerDelivery("now", clip))

    @Slot()
    def pause(self) -> None:
        """Let no clip go for now, or let them go again."""
        if self._view is not None:
            kind: WishKind = "resume" if self._view.line.paused_at is not None else "pause"
            self._link.ask(f"{NAME}:{kind}", SteerDelivery(kind))

    # -- how it is shown -----------------------------------------------------------------------

    @property
    def _view(self) -> DeliveryView | None:
        return None if self._state is None else self._state.view

    @property
    def _findings(self) -> StoreFindings | None:
        return None if self._state is None else self._state.findings

    @property
    def _is_silent(self) -> bool:
        """Whether no sync process tells anything now."""
        view = self._view
        return view is None or (self._clock.now() - view.at).total_seconds() > STALE_S

    def _standing(self) -> face.Row:
        told = None if self._state is None or self._is_silent else self._state
        return face.state(self._view, told.uplink if told else None, self._tongue)

    def _note(self) -> str:
        if self._refusal is not None:
            return face.refused(self._refusal, self._tongue)
        return "" if self._said is None else face.asked(*self._said)

    known = Property(bool, lambda self: self._state is not None, notify=changed)
    state = Property(dict, lambda self: self._standing(), notify=changed)
    tiles = Property(list, lambda self: face.tiles(self._view), notify=changed)
    late = Property(list, lambda self: face.late(self._view), notify=changed)
    late_note = Property(str, lambda self: face.late_note(self._view), notify=changed)
    others = Property(list, lambda self: face.others(self._view, self._tongue), notify=changed)
    findings = Property(list, lambda self: face.findings(self._findings), notify=changed)
    findings_note = Property(str, lambda self: face.findings_note(self._findings), notify=changed)
    rules = Property(str, lambda self: face.rules(self._view), notify=changed)
    note = Property(str, _note, notify=changed)
    steers = Property(bool, lambda self: bool(self._view and self._view.store), notify=changed)
    paused = Property(
        bool,
        lambda self: self._view is not None and self._view.line.paused_at is not None,
        notify=changed,
    )
