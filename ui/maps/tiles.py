"""The site's map as pictures: read and decoded on a thread of its own, as many as have room."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict, deque
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QImage, QImageReader

from ui.maps.ground import SIGNS, GroundFacts, MapFileError
from ui.maps.mbtiles import MbTiles
from ui.maps.pmtiles import PmTiles

if TYPE_CHECKING:
    from pathlib import Path

    from ui.maps.ground import Ground

logger = logging.getLogger(__name__)

KEPT_TILES: Final = 192  # 256 KiB each
_LARGEST_PX: Final = 1024  # of a tile's side
_WISHES: Final = 64
_READERS: Final[dict[str, type[MbTiles | PmTiles]]] = {".mbtiles": MbTiles, ".pmtiles": PmTiles}

Spot = tuple[int, int, int]  # zoom, column, row


class TileStore(QObject):
    """Asked from the GUI thread. ``changed`` when a tile, the map's facts or a fault came in."""

    changed = Signal()
    _came = Signal(object, object)

    def __init__(self, folder: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self.facts: GroundFacts | None = None
        self.faults: tuple[tuple[str, str], ...] = ()  # files that can not be used, and why
        self.is_known = False  # whether the folder was looked into
        self._tiles: OrderedDict[Spot, QImage | None] = OrderedDict()
        self._wishes: deque[Spot] = deque(maxlen=_WISHES)
        self._asked: set[Spot] = set()
        self._turn = threading.Condition()
        self._thread: threading.Thread | None = None
        self._is_over = False
        self._came.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def open(self) -> None:
        """A map is about to be shown: look for the site's files, once."""
        if self._thread is None and self._folder is not None:
            self._thread = threading.Thread(target=self._run, name="tiles", daemon=True)
            self._thread.start()
        elif self._folder is None:
            self.is_known = True

    def close(self) -> None:
        """End the thread."""
        with self._turn:
            self._is_over = True
            self._turn.notify()
        if self._thread is not None:
            self._thread.join()

    def tile(self, zoom: int, column: int, row: int) -> QImage | None:
        """A picture, if it is at hand; it is fetched otherwise."""
        spot = (zoom, column, row)
        if spot in self._tiles:
            self._tiles.move_to_end(spot)
            return self._tiles[spot]
        if self.facts is not None and spot not in self._asked:
            with self._turn:
                if len(self._wishes) == _WISHES:
                    self._asked.discard(self._wishes[0])
                self._asked.add(spot)
                self._wishes.append(spot)
                self._turn.notify()
        return None

    @Slot(object, object)
    def _take(self, what: object, found: object) -> None:
        if isinstance(what, tuple):
            self._asked.discard(what)
            self._tiles[what] = found if isinstance(found, QImage) else None
            while len(self._tiles) > KEPT_TILES:
                self._tiles.popitem(last=False)
        elif isinstance(what, str):
            self.faults = (*self.faults, (what, str(found)))
        else:
            self.facts = found if isinstance(found, GroundFacts) else None
            self.is_known = True
        self.changed.emit()

    # -- the thread of its own ---------------------------------------------------------------

    def _run(self) -> None:
        ground = self._find()
        self._came.emit(None, None if ground is None else ground.facts)
        if ground is None:
            return
        try:
            while (spot := self._next()) is not None:
                self._came.emit(spot, self._fetch(ground, spot))
        finally:
            ground.close()

    def _find(self) -> Ground | None:
        """The first file by name that can be used."""
        found: Ground | None = None
        paths = sorted(self._folder.iterdir()) if self._folder and self._folder.is_dir() else []
        for path in paths:
            reader = _READERS.get(path.suffix.casefold())
            if reader is None or found is not None:
                continue
            try:
                found = reader(path)
            except MapFileError as error:
                logger.warning("map file can not be used path=%s reason=%s", path, error.reason)
                self._came.emit(path.name, error.reason)
        return found

    def _next(self) -> Spot | None:
        with self._turn:
            self._turn.wait_for(lambda: self._wishes or self._is_over)
            return None if self._is_over else self._wishes.pop()

    def _fetch(self, ground: Ground, spot: Spot) -> QImage | None:
        try:
            data = ground.tile(*spot)
        except MapFileError as error:
            logger.info("no tile spot=%s reason=%s", spot, error.reason)
            return None
        return None if data is None else decoded(data)


def decoded(data: bytes) -> QImage | None:
    """A tile's picture; None for what is no picture of a kind and size that maps have."""
    kind = next((name for sign, name in SIGNS.items() if data.startswith(sign)), None)
    if kind is None:
        return None
    source = QBuffer()
    source.setData(QByteArray(data))
    source.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(source, QByteArray(kind.encode()))
    reader.setAutoDetectImageFormat(False)
    size = reader.size()
    if not (0 < size.width() <= _LARGEST_PX and 0 < size.height() <= _LARGEST_PX):
        return None
    image = reader.read()
    return None if image.isNull() else image.convertToFormat(QImage.Format.Format_RGB32)


def part_of(spot: Spot, zoom: int, image: QImage) -> tuple[Spot, QRectF]:
    """The tile of a smaller zoom that covers this one, and which part of its picture does."""
    up = spot[0] - zoom
    parent = (zoom, spot[1] >> up, spot[2] >> up)
    side = image.width() / (1 << up)
    left = (spot[1] & ((1 << up) - 1)) * side
    top = (spot[2] & ((1 << up) - 1)) * side
    return parent, QRectF(left, top, side, side)
