"""A map, painted: the site's tiles or a plain graticule, ways over it, and a marker that moves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Property, QLineF, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QPen, QPolygonF
from PySide6.QtQml import QmlElement
from PySide6.QtQuick import QQuickPaintedItem

from ui.maps.geo import TILE_PX, metres_per_pixel, place_of, world_of
from ui.maps.tiles import part_of
from ui.models.way import WayModel

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter
    from PySide6.QtQuick import QQuickItem

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1

FINGER_PX: Final = 44  # so near to a way a finger means it
_THIN_PX: Final = 2.0  # points nearer to one another are one
_LINE_PX: Final = 110  # between two lines of the graticule, at least
_SCALE_PX: Final = 160
_STEPS_DEG: Final = tuple(part * 10.0**power for power in range(-5, 2) for part in (1, 2, 5))


@QmlElement
class MapView(QQuickPaintedItem):
    """``tones``: ground, lines, words, ways, marker, paper."""

    bound = Signal()

    def __init__(self, parent: QQuickItem | None = None) -> None:
        super().__init__(parent)
        self._way: WayModel | None = None
        self._tones = [QColor("grey")] * 6
        self._seen: object = None
        self._lines: list[QPolygonF] = []
        self.widthChanged.connect(self._sized)
        self.heightChanged.connect(self._sized)

    def paint(self, painter: QPainter) -> None:
        if self._way is None:
            return
        font = QFont(painter.font())
        font.setPixelSize(15)
        painter.setFont(font)
        painter.fillRect(QRectF(0, 0, self.width(), self.height()), self._tones[0])
        if self._way.tiles.facts is not None:
            self._paint_tiles(painter)
        else:
            self._paint_lines(painter)
        painter.setRenderHint(painter.RenderHint.Antialiasing)
        self._paint_ways(painter)
        self._paint_scale(painter)

    def _paint_tiles(self, painter: QPainter) -> None:
        way = self._way
        if way is None or way.tiles.facts is None:
            return
        facts = way.tiles.facts
        zoom = max(facts.least_zoom, min(facts.most_zoom, round(way.eye.zoom)))
        count = 1 << zoom
        side = way.side_px / count
        if side < TILE_PX / 8:
            return  # far out of the map's zooms: hundreds of tiles would be asked for
        painter.setRenderHint(painter.RenderHint.SmoothPixmapTransform)
        left, top = way.world_at(0, 0)
        right, bottom = way.world_at(self.width(), self.height())
        for row in range(max(0, math.floor(top * count)), min(count, math.ceil(bottom * count))):
            for column in range(math.floor(left * count), math.ceil(right * count)):
                x, y = way.pixel_of(column / count, row / count)
                target = QRectF(x, y, side + 0.5, side + 0.5)
                self._paint_tile(painter, (zoom, column % count, row), target)

    def _paint_tile(self, painter: QPainter, spot: tuple[int, int, int], target: QRectF) -> None:
        if self._way is None or self._way.tiles.facts is None:
            return
        tiles = self._way.tiles
        image = tiles.tile(*spot)
        if image is not None:
            painter.drawImage(target, image)
            return
        least = max(tiles.facts.least_zoom if tiles.facts else 0, spot[0] - 4)
        for zoom in range(spot[0] - 1, least - 1, -1):  # a coarser one, until the fine one comes
            up = spot[0] - zoom
            parent = tiles.tile(zoom, spot[1] >> up, spot[2] >> up)
            if parent is not None:
                painter.drawImage(target, parent, part_of(spot, zoom, parent)[1])
                return

    def _paint_lines(self, painter: QPainter) -> None:
        way = self._way
        if way is None:
            return
        north, west = place_of(*way.world_at(0, 0))
        south, east = place_of(*way.world_at(self.width(), self.height()))
        wanted = (east - west) * _LINE_PX / max(1.0, self.width())
        step = next((one for one in _STEPS_DEG if one >= wanted), _STEPS_DEG[-1])
        digits = max(0, math.ceil(-math.log10(step)))
        _, lines, words = self._tones[:3]
        for number in range(math.ceil(west / step), math.floor(east / step) + 1):
            x, _ = way.pixel_of(*world_of(south, number * step))
            painter.setPen(QPen(lines, 1))
            painter.drawLine(QLineF(x, 0, x, self.height()))
            painter.setPen(words)
            painter.drawText(QPointF(x + 4, 18), f"{number * step:.{digits}f}°")
        for number in range(math.ceil(south / step), math.floor(north / step) + 1):
            _, y = way.pixel_of(*world_of(number * step, west))
            painter.setPen(QPen(lines, 1))
            painter.drawLine(QLineF(0, y, self.width(), y))
            painter.setPen(words)
            painter.drawText(QPointF(4, y - 4), f"{number * step:.{digits}f}°")

    def _paint_ways(self, painter: QPainter) -> None:
        way = self._way
        if way is None:
            return
        _, _, _, tone, mark, paper = self._tones
        seen = (way.eye, self.width(), self.height(), way.worlds)
        if seen != self._seen:  # the marker moves far more often than the map
            self._seen = seen
            self._lines = [
                _thinned([QPointF(*way.pixel_of(x, y)) for x, y in points])
                for points in way.worlds.values()
            ]
        for line in self._lines:
            for pen in (QPen(paper, 8), QPen(tone, 4)):
                pen.setCapStyle(Qt.PenCapStyle.RoundCap)
                pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
                painter.setPen(pen)
                painter.drawPolyline(line)
        where = way.marker()
        if where is not None:
            painter.setPen(QPen(paper, 4))
            painter.setBrush(mark)
            painter.drawEllipse(QPointF(*way.pixel_of(*where)), 11, 11)

    def _paint_scale(self, painter: QPainter) -> None:
        if self._way is None:
            return
        latitude, _ = place_of(self._way.eye.x, self._way.eye.y)
        metre = metres_per_pixel(latitude, self._way.eye.zoom)
        most = metre * _SCALE_PX
        power = 10 ** math.floor(math.log10(most))
        length = max(part * power for part in (1, 2, 5) if part * power <= most)
        word = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
        right, bottom = self.width() - 16, self.height() - 16
        _, _, words, _, _, paper = self._tones
        wide = length / metre
        painter.fillRect(QRectF(right - wide - 8, bottom - 26, wide + 16, 34), paper)
        painter.setPen(QPen(words, 3))
        painter.drawLine(QLineF(right - wide, bottom, right, bottom))
        box = QRectF(right - wide, bottom - 26, wide, 22)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, word)

    @Slot(float, float)
    def press(self, x: float, y: float) -> None:
        """A finger on a way: its clip goes to the moment when it was there."""
        if self._way is None:
            return
        nearest = (float(FINGER_PX), "", 0)
        for clip, points in self._way.worlds.items():
            for place, point in enumerate(points):
                px, py = self._way.pixel_of(*point)
                far = math.hypot(px - x, py - y)
                if far < nearest[0]:
                    nearest = (far, clip, place)
        _, clip, place = nearest
        if clip:
            self._way.choose(clip, self._way.ways[clip].times_s[place])

    @Slot()
    def _sized(self) -> None:
        if self._way is not None and self.width() > 1 and self.height() > 1:
            self._way.resize(self.width(), self.height())

    @Slot()
    def _again(self) -> None:
        self.update()

    def _bind(self, way: WayModel | None) -> None:
        if self._way is not None:
            self._way.changed.disconnect(self._again)
            self._way.moved.disconnect(self._again)
        self._way = way
        if way is not None:
            way.changed.connect(self._again)
            way.moved.connect(self._again)
        self.bound.emit()
        self._sized()
        self.update()

    def _dye(self, tones: list[QColor]) -> None:
        self._tones = [QColor(tone) for tone in tones]
        self.bound.emit()
        self.update()

    way = Property(WayModel, lambda self: self._way, _bind, notify=bound)
    tones = Property(list, lambda self: self._tones, _dye, notify=bound)


def _thinned(points: list[QPointF]) -> QPolygonF:
    """Without points that would be painted on top of one another."""
    kept: list[QPointF] = []
    for point in points:
        if not kept or (point - kept[-1]).manhattanLength() >= _THIN_PX:
            kept.append(point)
    return QPolygonF(kept)
