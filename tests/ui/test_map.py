"""The map: real tile files, real tracks, and a press on a track that moves the film."""

from __future__ import annotations

import math
import os
import random
import sqlite3
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from tests.ui.fit import faults
from tests.ui.map_files import around, picture, write_mbtiles, write_pmtiles
from tests.ui.officer import wait
from tests.ui.shift_station import OFFICER
from tests.ui.test_casebook import open_case, press_bar
from tests.ui.test_fit import every_size, in_both_languages
from ui.maps.geo import gcj02_of, place_of, wgs84_of, world_of
from ui.maps.ground import MapFileError
from ui.maps.mbtiles import MbTiles
from ui.maps.pmtiles import PmTiles, tile_id
from ui.maps.tiles import decoded
from workstation.devices.simulation.track import START_LATITUDE, START_LONGITUDE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.ui.film_station import FilmStation
    from tests.ui.map_files import Tiles
    from tests.ui.screen import Screen

GREEN = (40, 160, 70)
# WGS-84 and GCJ-02 as public converters give them: Shanghai, Shenzhen, Beijing.
PUBLISHED = (
    (31.1774276, 121.5272106, 31.17530398364597, 121.531541859215),
    (22.543847, 113.912316, 22.540796131694766, 113.9171764808363),
    (39.911954, 116.377817, 39.91334545536069, 116.38404722455657),
)


@pytest.mark.parametrize("pair", PUBLISHED)
def test_the_shift_is_that_of_published_points(pair: tuple[float, ...]) -> None:
    shown = gcj02_of(*pair[:2])
    assert max(abs(shown[0] - pair[2]), abs(shown[1] - pair[3])) < 1e-6


def test_the_shift_taken_back_is_exact_to_a_tenth_of_a_millimetre_and_nothing_abroad() -> None:
    chance = random.Random(4)
    for _ in range(500):
        place = (chance.uniform(18, 53), chance.uniform(74, 134))
        back = wgs84_of(*gcj02_of(*place))
        assert math.dist(place, back) * 111_320 < 1e-4
    assert gcj02_of(48.85, 2.35) == (48.85, 2.35)


def test_the_square_of_the_map_and_back_is_the_same_place() -> None:
    for place in ((0.0, 0.0), (23.1291, 113.3247), (-33.9, 151.2)):
        assert math.dist(place_of(*world_of(*place)), place) < 1e-9


def test_tiles_are_numbered_as_the_specification_says() -> None:
    spots = ((0, 0, 0), (1, 0, 0), (1, 0, 1), (1, 1, 1), (1, 1, 0), (2, 0, 0), (12, 3423, 1763))
    assert [tile_id(*spot) for spot in spots] == [0, 1, 2, 3, 4, 5, 19078479]


@pytest.mark.parametrize("form", ["mbtiles", "pmtiles"])
def test_a_file_gives_its_tiles_and_says_whose_they_are(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"site.{form}"
    write, reader = (write_mbtiles, MbTiles) if form == "mbtiles" else (write_pmtiles, PmTiles)
    tiles = {(3, 1, 2): picture(GREEN), (3, 7, 7): picture((1, 2, 3)), (2, 0, 0): picture(GREEN)}
    write(path, tiles, name="城区", attribution="<a href='x'>测绘院</a> GS(2024)1", crs="GCJ-02")
    file = reader(path)
    for spot, data in tiles.items():
        assert file.tile(*spot) == data
    assert file.tile(3, 1, 3) is None
    assert file.facts.attribution == "测绘院 GS(2024)1"
    assert file.facts.is_shifted
    assert (file.facts.least_zoom, file.facts.most_zoom) == (2, 3)
    file.close()


def test_tiles_that_are_no_pictures_are_refused(tmp_path: Path) -> None:
    write_pmtiles(tmp_path / "v.pmtiles", {(0, 0, 0): b"vector"}, kind=1)
    with pytest.raises(MapFileError):
        PmTiles(tmp_path / "v.pmtiles")
    write_mbtiles(tmp_path / "v.mbtiles", {(0, 0, 0): b"vector"}, format="pbf")
    with pytest.raises(MapFileError):
        MbTiles(tmp_path / "v.mbtiles")


def test_broken_files_say_so_and_nothing_else(tmp_path: Path) -> None:
    good = tmp_path / "good.pmtiles"
    write_pmtiles(good, {(3, x, y): picture(GREEN) for x in range(4) for y in range(4)})
    whole = good.read_bytes()
    chance = random.Random(7)
    path = tmp_path / "bad.pmtiles"
    for _ in range(200):
        bent = bytearray(whole)
        for _ in range(3):
            bent[chance.randrange(400)] = chance.randrange(256)
        path.write_bytes(bytes(bent[: chance.randrange(len(bent))]))
        try:
            file = PmTiles(path)
        except MapFileError:
            continue
        try:
            file.tile(3, 1, 1)
        except MapFileError:
            pass
        finally:
            file.close()
    (tmp_path / "bad.mbtiles").write_bytes(os.urandom(5000))
    with pytest.raises(MapFileError):
        MbTiles(tmp_path / "bad.mbtiles")


def test_a_query_that_never_ends_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "endless.mbtiles"
    file = sqlite3.connect(path)
    file.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
    file.execute("INSERT INTO metadata VALUES ('minzoom', '0'), ('maxzoom', '3')")
    file.execute(
        "CREATE VIEW tiles AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        " SELECT -i AS zoom_level, -i AS tile_column, 0 AS tile_row, 0 AS tile_data FROM n"
    )
    file.commit()
    file.close()
    tiles = MbTiles(path)
    with pytest.raises(MapFileError):
        tiles.tile(1, 0, 1)
    tiles.close()


NO_PICTURES = (b"", b"\x89PNG\r\n\x1a\n" + bytes(50), b"<svg/>", b"RIFF0000WEBP")


@pytest.mark.parametrize("data", NO_PICTURES)
def test_what_is_no_picture_is_no_tile(data: bytes) -> None:
    assert decoded(data) is None


# -- on the screen ------------------------------------------------------------------------------


def look_at_map(kiosk: Callable[..., Screen]) -> Screen:
    screen = open_case(kiosk, OFFICER)
    press_bar(screen, 0, 0)
    sight = screen.kiosk.preview
    wait(screen, lambda: sight.deck.facts.opened is not None and screen.shows("previewMap"))
    screen.press("previewMap")
    wait(screen, lambda: screen.shows("map") and bool(sight.way.ways))
    return screen


def press_way(screen: Screen, at_s: float) -> None:
    """Press the map where the recorder was at a moment of the film."""
    way = screen.kiosk.preview.way
    (found,) = way.ways.values()
    x, y = way.pixel_of(*world_of(*found.place_at(at_s)))
    place = screen.get("map").mapToScene(QPointF(x, y)).toPoint()
    QTest.mouseClick(screen.view, Qt.MouseButton.LeftButton, pos=place)


def test_a_press_on_the_track_moves_the_film_and_the_film_moves_the_marker(
    street_kiosk: Callable[..., Screen], street: FilmStation
) -> None:
    screen = look_at_map(street_kiosk)
    sight = screen.kiosk.preview
    assert screen.says("本站没有地图文件")
    start = sight.way.marker()
    for _ in range(3):
        screen.press("mapNearer")
    screen.press("mapWhole")
    press_way(screen, 8)
    wait(screen, lambda: sight.deck.facts.at_ms > 7000)
    assert abs(sight.deck.facts.at_ms - 8000) < 1500
    assert sight.way.marker() != start
    lines = street.engine.catalog.custody_of(street.clip("A1.NMEA"))
    assert any(b'"viewed"' in line for line in lines)
    screen.press("previewMap")
    assert not screen.shows("map")


def test_the_sites_own_map_lies_under_the_track_with_its_attribution(
    street_kiosk: Callable[..., Screen], state_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = state_dir / "maps"
    folder.mkdir()
    (folder / "a-broken.mbtiles").write_bytes(os.urandom(4000))
    x, y = world_of(START_LATITUDE, START_LONGITUDE)
    tiles: Tiles = {}
    for zoom in range(13, 16):
        tiles |= around(zoom, int(x * 2**zoom), int(y * 2**zoom), GREEN)
    write_mbtiles(folder / "b-site.mbtiles", tiles, attribution="审图号 GS(2024)0001")
    screen = look_at_map(street_kiosk)
    wait(screen, lambda: screen.shows("mapCredit"))
    assert "审图号" in screen.get("mapCredit").property("text")
    assert "a-broken.mbtiles" in caplog.text
    assert screen.says("地图文件 a-broken.mbtiles 不能使用")
    view = screen.get("map")
    place = view.mapToScene(QPointF(view.width() / 4, view.height() * 3 / 4)).toPoint()

    def is_green() -> bool:
        colour = screen.view.grabWindow().pixelColor(place)
        return (colour.red(), colour.green(), colour.blue()) == GREEN

    screen.until(is_green)


def test_a_case_shows_all_its_tracks_on_one_map(
    street_kiosk: Callable[..., Screen], street: FilmStation
) -> None:
    screen = open_case(street_kiosk)
    screen.press("caseMap")
    page = screen.kiosk.rooms.casebook.page
    wait(screen, lambda: len(page.way.ways) == 3)
    clip = street.clip("B1.MP4")
    x, y = page.way.pixel_of(*world_of(*page.way.ways[clip].place_at(6)))
    place = screen.get("map").mapToScene(QPointF(x, y)).toPoint()
    QTest.mouseClick(screen.view, Qt.MouseButton.LeftButton, pos=place)
    wait(screen, lambda: screen.shows("preview"))
    assert screen.kiosk.preview.clip_id == clip
    wait(screen, lambda: screen.kiosk.preview.deck.facts.at_ms > 3000)


def map_tour(screen: Screen) -> Iterator[str]:
    sight = screen.kiosk.preview
    press_bar(screen, 0, 0)
    wait(screen, lambda: sight.deck.facts.opened is not None and screen.shows("previewMap"))
    screen.press("previewMap")
    wait(screen, lambda: bool(sight.way.ways) and not sight.deck.image.isNull())
    yield "map-preview"
    screen.press("previewClose")
    page = screen.kiosk.rooms.casebook.page
    screen.press("caseMap")
    wait(screen, lambda: len(page.way.ways) == 3)
    yield "map-case"


@every_size
def test_nothing_of_a_map_is_cut_and_everything_can_be_pressed(
    street_kiosk: Callable[..., Screen], size: tuple[int, int]
) -> None:
    screen = open_case(lambda: street_kiosk(*size))
    for name in in_both_languages(screen, map_tour(screen)):
        assert (name, faults(screen)) == (name, [])
