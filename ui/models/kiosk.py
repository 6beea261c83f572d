"""The root of the view-models: hears the station, keeps the place, switches language and theme."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.client import Heard, ItemsRead, LinkDown, LinkUp, ThumbnailRead
from ui.models.detail import SlotDetailModel
from ui.models.layout import wall_grid
from ui.models.slots import SlotModel
from ui.models.station import StationModel
from ui.preferences import Preferences
from workstation.events.facts import SlotChanged, StationChanged

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.i18n import Tongue
    from ui.preferences import Language, Theme
    from workstation.domain.dock import SlotView
    from workstation.platform.clock import Clock

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1

GRACE_S = 3  # a restart shorter than this does not blank the wall


class Link(Protocol):
    """What the view-models ask of the line to the station."""

    def watch(self, collection_id: str | None) -> None: ...
    def want_thumbnail(self, clip_id: str) -> None: ...


class Shelf(Protocol):
    """Where thumbnails are laid for the image provider."""

    def put(self, clip_id: str, jpeg: bytes) -> None: ...


@QmlElement
class Kiosk(QObject):
    """Which screen is open outlives the station: after a restart people are where they were."""

    moved = Signal()
    linked = Signal()
    chosen = Signal()

    def __init__(self, tongue: Tongue, clock: Clock, link: Link, shelf: Shelf) -> None:
        super().__init__()
        self._tongue = tongue
        self._link = link
        self._shelf = shelf
        self._reached: Literal["connecting", "up", "down"] = "connecting"
        self._unheard_s = 0
        self._connection = 0
        self._open = False
        self._watched: str | None = None
        self._theme: Theme = "light"
        self.slots = SlotModel(tongue, self)
        self.station = StationModel(tongue, clock, self)
        self.detail = SlotDetailModel(tongue, self)
        self._hear: dict[type, Callable[..., None]] = {
            LinkUp: self._link_up,
            LinkDown: self._link_down,
            Heard: self._heard,
            ItemsRead: self._items_read,
            ThumbnailRead: self._thumbnail_read,
        }

    # -- what the station says -------------------------------------------------------------

    def hear(self, event: object) -> None:
        """Take one piece of post; what is no concern of the wall is left alone."""
        react = self._hear.get(type(event))
        if react is not None:
            react(event)

    def tick(self) -> None:
        """A second has passed."""
        self.station.tick()
        if self._reached == "connecting":
            self._unheard_s += 1
            if self._unheard_s >= GRACE_S:
                self._reach("down")

    def _link_up(self, event: LinkUp) -> None:
        self.slots.show_dock(event.dock.slots)
        self.station.show_slots(self.slots.views())
        self.station.show_station(event.dock.station)
        self._follow()
        self._unheard_s = 0
        self._connection = event.connection
        self._reach("up")

    def _link_down(self, _event: LinkDown) -> None:
        if self._reached == "up":
            self._unheard_s = 0
            self._reach("connecting")

    def _heard(self, heard: Heard) -> None:
        """What came by an older connection would undo the newer snapshot: it is dropped."""
        event = heard.event
        if heard.connection != self._connection:
            return
        if isinstance(event, SlotChanged):
            self.slots.show_slot(event.view)
            self.station.show_slots(self.slots.views())
            self._follow()
        elif isinstance(event, StationChanged):
            self.station.show_station(event.view)

    def _items_read(self, event: ItemsRead) -> None:
        for clip_id in self.detail.clips.show_items(event.collection_id, event.items):
            self._link.want_thumbnail(clip_id)

    def _thumbnail_read(self, event: ThumbnailRead) -> None:
        if event.jpeg is not None:
            self._shelf.put(event.clip_id, event.jpeg)
            self.detail.clips.show_picture(event.clip_id)

    def _follow(self) -> None:
        """Keep the open detail screen on its slot, whatever collection runs there now."""
        view = self.slots.view(self.detail.slot) if self._open and self.detail.slot else None
        if view is not None:
            self._show(view)

    def _show(self, view: SlotView) -> None:
        self.detail.show_slot(view)
        if view.collection_id != self._watched:
            self._watched = view.collection_id
            self._link.watch(self._watched)

    def _reach(self, reached: Literal["connecting", "up", "down"]) -> None:
        self._reached = reached
        self.linked.emit()

    # -- what people do --------------------------------------------------------------------

    @Slot(int)
    def open_slot(self, slot: int) -> None:
        """Look at one slot in full."""
        view = self.slots.view(slot)
        if view is not None:
            self._open = True
            self._show(view)
            self.moved.emit()

    @Slot()
    def back(self) -> None:
        """Return to the wall."""
        self._open = False
        self._watched = None
        self._link.watch(None)
        self.moved.emit()

    @Slot(str)
    def choose_language(self, language: str) -> None:
        """Speak Chinese (``zh_CN``) or English (``en``) from now on."""
        spoken: Language = "en" if language == "en" else "zh_CN"
        self._tongue.speak(spoken)
        for model in (self.slots, self.station, self.detail):
            model.retranslate()
        self.chosen.emit()

    @Slot()
    def switch_theme(self) -> None:
        """Light becomes dark and dark becomes light."""
        self.choose_theme("light" if self._theme == "dark" else "dark")

    def choose_theme(self, theme: Theme) -> None:
        """Show this theme from now on."""
        self._theme = theme
        self.chosen.emit()

    @property
    def is_up(self) -> bool:
        """Whether the station answers."""
        return self._reached == "up"

    @property
    def preferences(self) -> Preferences:
        """What is chosen now."""
        return Preferences(language=self._tongue.language, theme=self._theme)

    # -- how the wall is laid out ------------------------------------------------------------

    @Slot(float, float, int, result=int)
    def columns(self, width: float, height: float, count: int) -> int:
        """Columns for so many cards in so much room."""
        return wall_grid(width, height, count).columns

    @Slot(float, float, int, result=float)
    def cell_height(self, width: float, height: float, count: int) -> float:
        """Height of one cell in that grid."""
        return wall_grid(width, height, count).cell_height

    @Slot(float, float, int, result=bool)
    def compact(self, width: float, height: float, count: int) -> bool:
        """Whether the cards of that grid are the low, wide ones."""
        return wall_grid(width, height, count).is_compact

    reached = Property(str, lambda self: self._reached, notify=linked)
    detailed = Property(bool, lambda self: self._open, notify=moved)
    language = Property(str, lambda self: self.preferences.language, notify=chosen)
    dark = Property(bool, lambda self: self._theme == "dark", notify=chosen)
    wall = Property(SlotModel, lambda self: self.slots, constant=True)
    frame = Property(StationModel, lambda self: self.station, constant=True)
    bay = Property(SlotDetailModel, lambda self: self.detail, constant=True)
