"""The view-model of a map: ways of clips, where the open one is, what part is looked at."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Property, QCoreApplication, QObject, Qt, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.maps.geo import gcj02_of, world_of
from ui.maps.ways import Span, read_later
from ui.models.case_times import began_s
from workstation.ipc.messages_preview import ClipOpened, OpenClip

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Protocol

    from ui.errands import Answered, Looked
    from ui.maps.tiles import TileStore
    from ui.maps.ways import Way
    from workstation.catalog.reader import Catalog
    from workstation.ipc.messages import AnyCommand

    class Line(Protocol):
        """What is asked of the line to the station."""

        def ask(self, ticket: str, command: AnyCommand) -> None: ...
        def look(self, ticket: str, question: Callable[[Any], object]) -> None: ...


QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1

MOST_WAYS: Final = 30  # on one map; each that is opened is a custody entry
NEAREST, FARTHEST = 20.0, 3.0  # zoom
_START_ZOOM: Final = 16.0
_MARGIN: Final = 1.4  # room around the ways

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Eye:
    """What is looked at: the middle in the square of the map, and how near."""

    x: float = 0.5
    y: float = 0.5
    zoom: float = FARTHEST


@QmlElement
class WayModel(QObject):
    """Tracks are opened only when the map is shown. ``sought``: a clip, and a moment in it (ms)."""

    changed = Signal()
    moved = Signal()
    sought = Signal(str, int)
    _read = Signal(object, object)

    def __init__(self, prefix: str, line: Line, tiles: TileStore, parent: QObject) -> None:
        super().__init__(parent)
        self._prefix = prefix  # of the tickets, with which the answers come back
        self._line = line
        self.tiles = tiles
        self._numbers = itertools.count(1)
        self._asked = 0
        self._tracks: dict[str, str] = {}
        self._spans: dict[str, Span] = {}
        self._opening: dict[str, Span] = {}  # by ticket
        self._reading: set[str] = set()
        self._blank = 0  # tracks without a place, or not to be had
        self._shown = False
        self._now: tuple[str, int] | None = None
        self.ways: dict[str, Way] = {}
        self.worlds: dict[str, tuple[tuple[float, float], ...]] = {}
        self.eye = Eye()
        self._size = (1.0, 1.0)
        self._touched = False
        tiles.changed.connect(self._ground)
        self._read.connect(self._take, Qt.ConnectionType.QueuedConnection)

    # -- which clips ---------------------------------------------------------------------------

    def show_clip(self, clip: str | None) -> None:
        """One clip is looked into: has it a track? None: nobody looks any more."""
        self._forget()
        if clip is None:
            self._shown = False
        else:
            self._asked = next(self._numbers)

            def look(catalog: Catalog) -> tuple[dict[str, str], dict[str, Span]]:
                found = catalog.clip(clip)
                span = Span(clip, began_s(found), found.duration_s or 0.0)
                return catalog.tracks_of([clip]), {clip: span}

            self._line.look(f"{self._prefix}:{self._asked}", look)
        self.changed.emit()

    def show_tracks(self, tracks: Mapping[str, str], spans: Sequence[Span]) -> None:
        """These clips have these tracks; what is on the map already stays."""
        wanted = dict(itertools.islice(tracks.items(), MOST_WAYS))
        if wanted.keys() != self._tracks.keys():
            self._forget()
        self._tracks, self._spans = wanted, {span.clip: span for span in spans}
        self._open()
        self.changed.emit()

    def see(self, looked: Looked) -> None:
        """Whether the clip has a track was read."""
        found: Any = looked.found
        if looked.ticket == f"{self._prefix}:{self._asked}" and found is not None:
            self._tracks, self._spans = found
            self._open()
            self.changed.emit()

    def answered(self, event: Answered) -> None:
        """A track's key was handed out, or not."""
        span = self._opening.pop(event.ticket, None)
        if span is None:
            return
        if isinstance(event.result, ClipOpened):
            self._reading.add(span.clip)
            read_later(event.result, span, self._read.emit)
        else:
            self._blank += 1
        self.changed.emit()

    def move(self, clip: str | None, at_ms: int) -> None:
        """The open clip stands there now."""
        now = None if clip is None else (clip, at_ms)
        if now != self._now:
            self._now = now
            self.moved.emit()

    # -- what people do ----------------------------------------------------------------------

    @Slot(bool)
    def show(self, shown: bool) -> None:
        """Show the map, or put it away; shown, it opens the tracks."""
        self._shown = shown
        if shown:
            self.tiles.open()
            self._open()
        self.changed.emit()

    @Slot(float, float)
    def resize(self, width: float, height: float) -> None:
        """The map has so many pixels."""
        self._size = (max(1.0, width), max(1.0, height))
        if not self._touched:
            self.whole()

    @Slot(float, float, float)
    def zoom(self, steps: float, x: float, y: float) -> None:
        """So many zoom levels nearer; what lies under that pixel stays there."""
        held = self.world_at(x, y)
        zoom = min(NEAREST, max(FARTHEST, self.eye.zoom + steps))
        side = 256 * 2**zoom
        dx, dy = x - self._size[0] / 2, y - self._size[1] / 2
        self._touched = True
        self._look(Eye(held[0] - dx / side, held[1] - dy / side, zoom))

    @Slot(float, float)
    def pan(self, dx: float, dy: float) -> None:
        """Drag the map by so many pixels."""
        side = self.side_px
        self._touched = True
        self._look(Eye(self.eye.x - dx / side, self.eye.y - dy / side, self.eye.zoom))

    @Slot()
    def whole(self) -> None:
        """Look at all of the ways."""
        points = [point for way in self.worlds.values() for point in way]
        self._touched = False
        if not points:
            return
        xs, ys = [x for x, _ in points], [y for _, y in points]
        zoom = _START_ZOOM
        wide, high = (max(xs) - min(xs)) * _MARGIN, (max(ys) - min(ys)) * _MARGIN
        while zoom > FARTHEST and (
            wide * 256 * 2**zoom > self._size[0] or high * 256 * 2**zoom > self._size[1]
        ):
            zoom -= 0.5
        while (
            zoom < NEAREST - 2
            and wide * 512 * 2**zoom < self._size[0]
            and high * 512 * 2**zoom < self._size[1]
        ):
            zoom += 0.5
        self._look(Eye((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2, zoom))

    def choose(self, clip: str, at_s: float) -> None:
        """A point of a way is meant: the clip goes there, if it was filmed then."""
        way = self.ways[clip]
        last = way.lasts_s or max(way.times_s[-1], 0.0)
        self.sought.emit(clip, round(1000 * min(max(at_s, 0.0), last)))

    # -- where things are ------------------------------------------------------------------------

    @property
    def side_px(self) -> float:
        """How wide the whole square of the map is now."""
        return 256 * math.exp2(self.eye.zoom)

    def pixel_of(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the square is on the screen."""
        side = self.side_px
        return (
            (x - self.eye.x) * side + self._size[0] / 2,
            (y - self.eye.y) * side + self._size[1] / 2,
        )

    def world_at(self, x: float, y: float) -> tuple[float, float]:
        """Which point of the square a pixel shows."""
        side = self.side_px
        return (
            self.eye.x + (x - self._size[0] / 2) / side,
            self.eye.y + (y - self._size[1] / 2) / side,
        )

    def marker(self) -> tuple[float, float] | None:
        """Where the open clip was filmed at this moment, in the square of the map."""
        if self._now is None or self._now[0] not in self.ways:
            return None
        place = self.ways[self._now[0]].place_at(self._now[1] / 1000)
        return world_of(*(gcj02_of(*place) if self.is_shifted else place))

    @property
    def is_shifted(self) -> bool:
        """Whether places are moved for this map."""
        return self.tiles.facts is not None and self.tiles.facts.is_shifted

    # -- how it goes on ----------------------------------------------------------------------------

    def _forget(self) -> None:
        self._asked = 0
        self._tracks, self._spans, self.ways, self.worlds = {}, {}, {}, {}
        self._opening.clear()
        self._reading.clear()
        self._blank, self._touched = 0, False

    def _open(self) -> None:
        if not self._shown:
            return
        waiting = {span.clip for span in self._opening.values()} | self._reading
        for clip, track in self._tracks.items():
            if clip not in self.ways and clip not in waiting and clip in self._spans:
                ticket = f"{self._prefix}:open:{next(self._numbers)}"
                self._opening[ticket] = self._spans[clip]
                self._line.ask(ticket, OpenClip(track))

    @Slot(object, object)
    def _take(self, span: Span, way: Way | None) -> None:
        if span.clip not in self._reading:
            return
        self._reading.discard(span.clip)
        if way is None:
            self._blank += 1
        else:
            self.ways[span.clip] = way
            self.worlds[span.clip] = way.worlds(is_shifted=self.is_shifted)
            if not self._touched:
                self.whole()
        self.changed.emit()

    @Slot()
    def _ground(self) -> None:
        worlds = {clip: way.worlds(is_shifted=self.is_shifted) for clip, way in self.ways.items()}
        if worlds != self.worlds:
            self.worlds = worlds
            if not self._touched:
                self.whole()
        self.changed.emit()

    def _look(self, eye: Eye) -> None:
        y = min(1.0, max(0.0, eye.y))
        self.eye = Eye(eye.x % 1.0, y, eye.zoom)
        self.changed.emit()

    # -- words -----------------------------------------------------------------------------------

    def _note(self) -> str:
        facts, faults = self.tiles.facts, self.tiles.faults
        told = []
        if faults:
            name, reason = faults[0]
            said = translate("Map", "地图文件 {name} 不能使用（{reason}）")
            told.append(said.format(name=name, reason=reason))
        elif self.tiles.is_known and facts is None:
            told.append(translate("Map", "本站没有地图文件，只画经纬线和比例尺"))
        if self._opening or self._reading:
            told.append(translate("Map", "正在读取轨迹…"))
        elif self._blank:
            told.append(translate("Map", "{count} 条轨迹没有可用的位置").format(count=self._blank))
        if any(way.is_guessed for way in self.ways.values()):
            told.append(translate("Map", "轨迹时间与录像对不上，按起点对齐"))
        return " · ".join(told)

    def _credit(self) -> str:
        facts = self.tiles.facts
        if facts is None:
            return ""
        shift = "GCJ-02" if facts.is_shifted else ""
        return " · ".join(filter(None, (facts.attribution or facts.name, shift)))

    there = Property(bool, lambda self: bool(self._tracks), notify=changed)
    shown = Property(bool, lambda self: self._shown and bool(self._tracks), notify=changed)
    note = Property(str, _note, notify=changed)
    credit = Property(str, _credit, notify=changed)
