"""The view-model of the preview: which clips, which of them is open, what is kept of it."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QCoreApplication, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.formats import stamp_text
from ui.models.deck import DeckModel
from ui.models.marking import TICKET as MARK_TICKET
from ui.models.marking import MarkingModel
from ui.models.way import WayModel
from ui.player.wire import RATES
from workstation.domain.errors import ObjectDamagedError
from workstation.ipc.messages_preview import (
    ClipOpened,
    KeepSnapshot,
    OpenClip,
    ReportDamage,
    SnapshotKept,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ui.errands import Answered, Looked
    from ui.i18n import Tongue
    from ui.maps.tiles import TileStore
    from ui.models.marking import Line
    from ui.player.wire import Still
    from workstation.platform.clock import Clock

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1

TICKET = "preview"
WAY_TICKET = "preview:way"

translate = QCoreApplication.translate


@QmlElement
class PreviewModel(QObject):
    """Open while somebody looks. Whoever signs out closes it: ``close``."""

    changed = Signal()
    noted = Signal()
    ticked = Signal()

    def __init__(
        self, tongue: Tongue, clock: Clock, link: Line, tiles: TileStore, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._tongue = tongue
        self._clock = clock
        self._link = link
        self._numbers = itertools.count(1)
        self._expected = ""  # the ticket of the clip that is on its way
        self._clips: tuple[str, ...] = ()
        self._place = 0
        self._note = ""
        self._reported = False  # the damage of the clip that is shown
        self.deck = DeckModel(tongue, self)
        self.deck.changed.connect(self._report_damage)
        self.deck.stilled.connect(self._keep_still)
        self.marking = MarkingModel(tongue, link, self.deck, self)
        self.marking.said.connect(self._say)
        self._jump_ms: int | None = None  # where a clip begins that was opened for a moment of it
        self.way = WayModel(WAY_TICKET, link, tiles, self)
        self.way.sought.connect(self._go_to)
        self.deck.changed.connect(self._follow)

    @property
    def clip_id(self) -> str | None:
        """The clip that is shown."""
        return self._clips[self._place] if self._clips else None

    @Slot(object, str)
    def show(self, clips: Sequence[str], clip_id: str) -> None:
        """Open one of some clips; the others are its neighbours."""
        self._clips = tuple(clips)
        self._place = self._clips.index(clip_id)
        self._open()

    @Slot(int)
    def jump(self, at_ms: int) -> None:
        """The clip that is being opened is meant at this moment."""
        self._jump_ms = at_ms

    def answered(self, event: Answered) -> None:
        """Take the station's answer to something asked from here."""
        result, refusal = event.result, event.refusal
        if event.ticket.startswith(MARK_TICKET):
            self.marking.answered(event)
        elif event.ticket.startswith(WAY_TICKET):
            self.way.answered(event)
        elif isinstance(result, ClipOpened):
            if event.ticket == self._expected:
                self.deck.show_clip(result)
        elif isinstance(result, SnapshotKept):
            self._say(translate("Preview", "截图已保存并记入台账"))
        elif refusal is not None and event.ticket == self._expected:
            self.deck.fail(refusal.code)
        elif refusal is not None:
            self._say(self._tongue.word(refusal.code, refusal.facts).title)

    def see(self, looked: Looked) -> None:
        """Take what the catalog holds of something asked from here."""
        if looked.ticket.startswith(WAY_TICKET):
            self.way.see(looked)
        else:
            self.marking.see(looked)

    def tick(self) -> None:
        """A second has passed: the time over the picture moves on."""
        if self._clips:
            self.ticked.emit()

    def retranslate(self) -> None:
        """Word everything in the language spoken now."""
        self.deck.retranslate()
        self.way.changed.emit()
        self.changed.emit()
        self.ticked.emit()

    # -- what people do --------------------------------------------------------------------

    @Slot()
    def close(self) -> None:
        """Look no more."""
        self._clips, self._expected = (), ""
        self.marking.show_clip(None)
        self.way.show_clip(None)
        self._jump_ms = None
        self.deck.close()
        self._say("")
        self.changed.emit()

    @Slot(int)
    def go(self, clips: int) -> None:
        """So many clips on, or back."""
        place = self._place + clips
        if 0 <= place < len(self._clips):
            self._place = place
            self._open()

    @Slot()
    def toggle(self) -> None:
        """Play, or stand still."""
        self.deck.toggle()

    @Slot(int)
    def step(self, frames: int) -> None:
        """Some frames on, or back."""
        self.deck.step(frames)

    @Slot(float)
    def seek(self, part: float) -> None:
        """Go to a part of the length, 0 to 1."""
        opened = self.deck.facts.opened
        if opened is not None:
            self.deck.seek(round(min(1.0, max(0.0, part)) * opened.duration_ms))

    @Slot(float)
    def set_rate(self, rate: float) -> None:
        """One of the speeds."""
        self.deck.set_rate(rate)

    @Slot()
    def reopen(self) -> None:
        """Start the player again where it died."""
        self.deck.reopen()

    @Slot()
    def snapshot(self) -> None:
        """Keep the frame that is shown."""
        self.deck.make_still()

    @Slot(bytes, object)
    def _keep_still(self, jpeg: bytes, still: Still) -> None:
        if not jpeg or self.clip_id is None:
            self._say(translate("Preview", "无法截图"))
            return
        size = (still.width, still.height)
        self._link.ask(self._ticket(), KeepSnapshot(self.clip_id, still.at_ms, *size, jpeg))

    @Slot()
    def _follow(self) -> None:
        """The clip stands elsewhere now, or is open at last."""
        facts = self.deck.facts
        self.way.move(self.clip_id, facts.at_ms)
        if self._jump_ms is not None and facts.opened is not None:
            at_ms, self._jump_ms = self._jump_ms, None
            self.deck.seek(at_ms)

    @Slot(str, int)
    def _go_to(self, clip: str, at_ms: int) -> None:
        """A point of the map was pressed."""
        if clip == self.clip_id:
            self.deck.seek(at_ms)

    @Slot()
    def _report_damage(self) -> None:
        """The reader met a tag that does not hold: the station has to know, once a clip."""
        codes = dict(self.deck.facts.codes)
        if self._reported or self.clip_id is None or ObjectDamagedError.code not in codes:
            return
        self._reported = True
        segment = codes[ObjectDamagedError.code]
        self._link.ask(self._ticket(), ReportDamage(self.clip_id, segment))

    def _open(self) -> None:
        self._reported = False
        self._say("")
        self.deck.prepare()
        self._expected = self._ticket()
        self.marking.show_clip(self.clip_id)
        self.way.show_clip(self.clip_id)
        self._link.ask(self._expected, OpenClip(self._clips[self._place]))
        self.changed.emit()

    def _ticket(self) -> str:
        return f"{TICKET}:{next(self._numbers)}"

    @Slot(str)
    def _say(self, note: str) -> None:
        if note != self._note:
            self._note = note
            self.noted.emit()

    def _count(self) -> str:
        return f"{self._place + 1} / {len(self._clips)}" if self._clips else ""

    def _stamp(self) -> str:
        return stamp_text(self._clock.now())

    open = Property(bool, lambda self: bool(self._clips), notify=changed)
    count = Property(str, _count, notify=changed)
    first = Property(bool, lambda self: self._place == 0, notify=changed)
    last = Property(bool, lambda self: self._place + 1 >= len(self._clips), notify=changed)
    rates = Property(list, lambda _: list(RATES), constant=True)
    note = Property(str, lambda self: self._note, notify=noted)
    stamp = Property(str, _stamp, notify=ticked)
    shown = Property(DeckModel, lambda self: self.deck, constant=True)
    ways = Property(WayModel, lambda self: self.way, constant=True)
    marks = Property(MarkingModel, lambda self: self.marking, constant=True)
