"""The root of the view-models: hears the station, keeps the place, switches language and theme."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, Protocol

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.client import Heard, ItemsRead, LinkDown, LinkUp, ThumbnailRead
from ui.errands import Answered, Looked
from ui.maps.tiles import TileStore
from ui.models.detail import SlotDetailModel
from ui.models.layout import wall_grid
from ui.models.pack import NAME as PACK
from ui.models.presence import SAID_EVERY_S, Manners, PresenceModel
from ui.models.preview import TICKET, PreviewModel
from ui.models.rooms import MENU, Rooms
from ui.models.slot_face import HOT, LIVE
from ui.models.slots import SlotModel
from ui.models.station import StationModel
from ui.models.visit import VisitModel
from ui.preferences import Preferences
from workstation.domain.dock import SlotStatus
from workstation.events.facts import PackChanged, PersonSignedOut, SlotChanged, StationChanged

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from ui.i18n import Tongue
    from ui.preferences import Language, Theme
    from workstation.domain.dock import SlotView
    from workstation.ipc.messages import AnyCommand
    from workstation.platform.clock import Clock

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1

# Places that are no rooms, and their screens in ``ui/qml``. The wall is always there.
_PAGES: Final = {
    "wall": "",
    "slot": "SlotDetail",
    "sign_in": "SignIn",
    "home": "OfficerHome",
    "receipt": "Receipt",
    MENU: "Menu",
}
GRACE_S = 3  # a restart shorter than this does not blank the wall


class Link(Protocol):
    """What the view-models ask of the line to the station."""

    def watch(self, collection_id: str | None) -> None: ...
    def want_thumbnail(self, clip_id: str) -> None: ...
    def ask(self, ticket: str, command: AnyCommand) -> None: ...
    def look(self, ticket: str, question: Callable[[Any], object]) -> None: ...


class Shelf(Protocol):
    """Where thumbnails are laid for the image provider."""

    def put(self, clip_id: str, jpeg: bytes) -> None: ...


class Typist(Protocol):
    """What keys of a keyboard go to."""

    def type_in(self, character: str) -> None: ...
    def erase(self) -> None: ...


@QmlElement
class Kiosk(QObject):
    """Which screen is open outlives the station: after a restart people are where they were."""

    moved = Signal()
    linked = Signal()
    chosen = Signal()
    rang = Signal(str)  # ``done`` or ``fault``: something worth a sound
    ended = Signal()  # an administrator closes the kiosk

    def __init__(
        self,
        tongue: Tongue,
        clock: Clock,
        link: Link,
        shelf: Shelf,
        manners: Manners | None = None,
        maps: Path | None = None,
    ) -> None:
        super().__init__()
        self._tongue = tongue
        self._link = link
        self._shelf = shelf
        self._reached: Literal["connecting", "up", "down"] = "connecting"
        self._unheard_s = 0
        self._connection = 0
        self._clock = clock
        self._place = "wall"
        self._return_to: tuple[str, int] | None = None  # where people were before a crash
        self._room_before = ""  # the same, while somebody signs in again
        self._said_s = 0
        self._watched: str | None = None
        self._theme: Theme = "light"
        self.slots = SlotModel(tongue, self)
        self.station = StationModel(tongue, clock, self)
        self.detail = SlotDetailModel(tongue, self)
        self.tiles = TileStore(maps, self)
        self.preview = PreviewModel(tongue, clock, link, self.tiles, self)
        self.rooms = Rooms(tongue, clock, link, self.tiles, self)
        self.rooms.previewed.connect(self.preview.show)
        self.rooms.jumped.connect(self.preview.jump)
        self.rooms.invited.connect(self.enter)
        self.rooms.worked.connect(self.touched)
        manners = manners or Manners()
        self.presence = PresenceModel(manners, self)
        self.presence.idle.connect(self._gone)
        self.visit = VisitModel(tongue, clock, link, self)
        self.visit.sign_in.use_cards(needs_pin=manners.card_needs_pin)
        self.visit.sign_in.idle_known.connect(self.presence.last)
        self.visit.entered.connect(self._entered)
        self.visit.handed.connect(self._handed)
        self.visit.left.connect(self._left)
        self._hear: dict[type, Callable[..., None]] = {
            LinkUp: self._link_up,
            LinkDown: self._link_down,
            Heard: self._heard,
            ItemsRead: self._items_read,
            ThumbnailRead: self._thumbnail_read,
            Answered: self._answered,
            Looked: self._looked,
        }

    # -- what the station says -------------------------------------------------------------

    @Slot(object)
    def hear(self, event: object) -> None:
        """Take one piece of post; what is no concern of the wall is left alone."""
        react = self._hear.get(type(event))
        if react is not None:
            react(event)

    @Slot()
    def tick(self) -> None:
        """A second has passed."""
        self.station.tick()
        self.preview.tick()
        self.rooms.tick()
        self._said_s += 1
        is_busy = any(view.status in LIVE for view in self.slots.views())
        away = self._place != "wall"
        self.presence.tick(self._clock.now(), is_away_from_wall=away, is_busy=is_busy)
        if self._reached == "connecting":
            self._unheard_s += 1
            if self._unheard_s >= GRACE_S:
                self._reach("down")

    def _link_up(self, event: LinkUp) -> None:
        self.slots.show_dock(event.dock.slots)
        self.station.show_slots(self.slots.views())
        self.visit.show_slots(self.slots.views())
        self.station.show_station(event.dock.station)
        self._follow()
        self._unheard_s = 0
        self._connection = event.connection
        self._reach("up")
        self._go_back()

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
            self._mind(self.slots.view(event.view.slot), event.view)
            self.slots.show_slot(event.view)
            self.station.show_slots(self.slots.views())
            self.visit.show_slots(self.slots.views())
            self._follow()
        elif isinstance(event, PersonSignedOut):
            self._signed_out(event.session)
        elif isinstance(event, StationChanged):
            self.station.show_station(event.view)
        elif isinstance(event, PackChanged):
            self.rooms.pack.follow(event)

    def _items_read(self, event: ItemsRead) -> None:
        for clip_id in reversed(self.detail.clips.show_items(event.collection_id, event.items)):
            self._link.want_thumbnail(clip_id)

    def _thumbnail_read(self, event: ThumbnailRead) -> None:
        if event.jpeg is not None:
            self._shelf.put(event.clip_id, event.jpeg)
            self.detail.clips.show_picture(event.clip_id)
            self.rooms.show_picture(event.clip_id)

    def _answered(self, event: Answered) -> None:
        if event.ticket.startswith(TICKET):
            self.preview.answered(event)
        elif not self.rooms.hear(event):
            self.visit.hear(event)

    def _looked(self, event: Looked) -> None:
        if event.ticket.startswith(TICKET):
            self.preview.see(event)
        elif not self.rooms.see(event):
            self.visit.see(event)

    def _follow(self) -> None:
        """Keep the open detail screen on its slot, whatever collection runs there now."""
        is_open = self._place == "slot" and self.detail.slot
        view = self.slots.view(self.detail.slot or 0) if is_open else None
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
            self._show(view)
            self._go("slot")

    @Slot()
    def back(self) -> None:
        """Return to the wall; whoever is signed in stays so."""
        self._watched = None
        self._link.watch(None)
        self.preview.close()
        if self._place == "sign_in":
            self.visit.sign_in.forget()
        self._go("wall")

    @Slot()
    def sign_in(self) -> None:
        """To one's own screen, by way of the sign-in screen where nobody is signed in."""
        self.preview.close()
        if self.visit.person is not None:
            self._go("home" if self.visit.may_hand_in else MENU)
        else:
            self.visit.sign_in.open()
            self._go("sign_in")

    @Slot(str)
    def enter(self, name: str) -> None:
        """Go to a room, or to the tiles of all of them; nothing happens where one may not."""
        is_menu = name == MENU and self.visit.person is not None
        if is_menu or self.rooms.may_enter(name):
            self.preview.close()
            if not is_menu:
                self.rooms.enter(name)
            self._go(name)

    @Slot()
    def end(self) -> None:
        """Close the kiosk; only who may configure the station, and proved it with a PIN."""
        if self.visit.may_configure:
            self.ended.emit()

    def card(self, number: str) -> None:
        """A badge was held to the reader, whatever is on the screen."""
        if self._place == PACK and self.rooms.pack.read_card(number):
            return
        if self.visit.person is not None:
            self.rooms.leave(self._place)
            self.visit.leave()
        if self._place != "sign_in":
            self.visit.sign_in.open()
            self._go("sign_in")
        self.visit.sign_in.read_card(number)

    @Slot()
    def touched(self) -> bool:
        """Somebody touched the screen or the keyboard. Whether that only woke it."""
        if self.visit.person is not None and self._said_s >= SAID_EVERY_S:
            self._said_s = 0
            self.visit.stay()
        return self.presence.touch()

    def return_to(self, place: str, slot: int) -> None:
        """Where people were when the kiosk last ended of itself; gone to when the wall is up."""
        self._return_to = (place, slot)

    @property
    def typist(self) -> Typist | None:
        """Who takes what is typed on a keyboard now."""
        if self._place == "sign_in":
            return self.visit.sign_in
        return None if self.preview.clip_id else self.rooms.typist(self._place)

    @property
    def place(self) -> tuple[str, int]:
        """The screen that is open, and its slot."""
        return self._place, self.detail.slot or 0

    # -- where it goes on --------------------------------------------------------------------

    def _go(self, place: str) -> None:
        if place != self._place:
            self.rooms.leave(self._place)
            self._place = place
            self.moved.emit()

    def _go_back(self) -> None:
        if self._return_to is None:
            return
        (place, slot), self._return_to = self._return_to, None
        if place == "slot":
            self.open_slot(slot)
        elif place != "wall":
            self._room_before = place
            self.visit.sign_in.open("" if place == "sign_in" else "back")
            self._go("sign_in")

    @Slot()
    def _entered(self) -> None:
        person = self.visit.person
        self.slots.mark(person.badge if person else "")
        self.visit.show_slots(self.slots.views())
        self.rooms.admit(person)
        room, self._room_before = self._room_before, ""
        self.sign_in()
        self.enter(room)

    @Slot()
    def _handed(self) -> None:
        self._go("receipt")

    @Slot()
    def _left(self) -> None:
        """Nobody sees on what only that person might."""
        self.slots.mark("")
        self.rooms.admit(None)
        self.preview.close()
        self._go("wall")

    @Slot()
    def _gone(self) -> None:
        """Nobody touched the screen for so long: everybody sees the wall again."""
        if self.visit.person is not None:
            self.rooms.leave(self._place)
            self.visit.leave()
        self.back()

    def _signed_out(self, session: str) -> None:
        """The station ended the session: idle, disabled, or another role."""
        person = self.visit.person
        if person is not None and person.session == session:
            self.visit.forget()

    def _mind(self, before: SlotView | None, now: SlotView) -> None:
        """Wake when a recorder comes; sound when it is done or needs a hand."""
        was = before.status if before else SlotStatus.EMPTY
        if was is now.status:
            return
        if was is SlotStatus.EMPTY:
            self.presence.touch()
        if now.status is SlotStatus.DONE:
            self.rang.emit("done")
        elif now.status in HOT and was not in HOT:
            self.presence.touch()
            self.rang.emit("fault")

    @Slot(str)
    def open_clip(self, clip_id: str) -> None:
        """Look into a clip of the open slot; the others of its docking are its neighbours."""
        clips = self.detail.clips.clip_ids()
        if clip_id in clips:
            self.preview.show(clips, clip_id)

    @Slot(str)
    def choose_language(self, language: str) -> None:
        """Speak Chinese (``zh_CN``) or English (``en``) from now on."""
        spoken: Language = "en" if language == "en" else "zh_CN"
        self._tongue.speak(spoken)
        for model in (self.slots, self.station, self.detail, self.preview, self.visit, self.rooms):
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
    screen = Property(str, lambda self: self._place, notify=moved)
    page = Property(
        str, lambda self: _PAGES.get(self._place) or self.rooms.page(self._place), notify=moved
    )
    language = Property(str, lambda self: self.preferences.language, notify=chosen)
    dark = Property(bool, lambda self: self._theme == "dark", notify=chosen)
    wall = Property(SlotModel, lambda self: self.slots, constant=True)
    frame = Property(StationModel, lambda self: self.station, constant=True)
    guest = Property(VisitModel, lambda self: self.visit, constant=True)
    watch = Property(PresenceModel, lambda self: self.presence, constant=True)
    bay = Property(SlotDetailModel, lambda self: self.detail, constant=True)
    behind = Property(Rooms, lambda self: self.rooms, constant=True)
    sight = Property(PreviewModel, lambda self: self.preview, constant=True)
