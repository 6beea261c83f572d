"""The preview in front of real sealed clips: pictures, keys, alarms, and a player that dies."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from tests.ui.screen import item_line
from tests.ui.sealing import SEGMENT_BYTES, seal
from tests.unit.media.clips import Recipe, film, record_sound, snap
from ui.player import libvlc
from workstation.domain.clip import ClipKind
from workstation.ipc.messages_casework import Annotate
from workstation.ipc.messages_preview import KeepSnapshot, OpenClip, ReportDamage

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.fake_station import FakeStation
    from tests.ui.screen import FakeCatalog, Screen
    from ui.models.deck import DeckModel
    from ui.models.preview import PreviewModel

PATIENCE_MS = 20_000
_FRAME_MS = 40  # at 25 a second
needs_libvlc = pytest.mark.skipif(libvlc.instance() is None, reason="no libVLC on this machine")


class Bench:
    """A kiosk that stands in the detail of slot 1, with clips that can be pressed."""

    def __init__(
        self, screen: Screen, station: FakeStation, catalog: FakeCatalog, folder: Path
    ) -> None:
        self.screen = screen
        self._station = station
        self._catalog = catalog
        self._folder = folder

    @property
    def sight(self) -> PreviewModel:
        return self.screen.kiosk.preview

    @property
    def deck(self) -> DeckModel:
        return self.sight.deck

    def hold(self, *contents: bytes, kind: ClipKind = ClipKind.VIDEO) -> None:
        """The slot's docking brought these clips."""
        for number, content in enumerate(contents, 1):
            name = f"V{number:06d}.MP4"
            clip = seal(content, self._folder / f"C{number}", name, kind.value)
            self._station.clips[f"C{number}"] = clip
        lines = [item_line(n, clip_id=f"C{n}", kind=kind) for n in range(1, len(contents) + 1)]
        self.screen.wait_up()
        self.screen.press("slot1")
        self._catalog.put("COL01", lines)
        self.until(lambda: self.screen.find("clipC1") is not None)
        self.screen.settle()

    def look(self, number: int = 1) -> None:
        """Press a clip and wait until it is open."""
        self.screen.press(f"clipC{number}")
        self.until(lambda: self.deck.facts.opened is not None or bool(self.deck.facts.codes))
        self.screen.settle()

    def until(self, condition: Callable[[], bool]) -> None:
        self.screen.until(condition)

    def brightness(self) -> int:
        """Of the picture as it is painted on the screen, in its middle."""
        surface = self.screen.get("previewSurface")
        middle = surface.mapToScene(QPointF(surface.width() / 2, surface.height() / 2)).toPoint()
        return self.screen.view.grabWindow().pixelColor(middle).green()

    def press_line(self, part: float) -> None:
        """Press the time line at a part of its length."""
        track = self.screen.get("previewTrack")
        place = track.mapToScene(QPointF(track.width() * part, track.height() / 2)).toPoint()
        QTest.mouseClick(
            self.screen.view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place
        )

    def damage(self, number: int, segment: int) -> None:
        """Change one byte of a sealed object."""
        path = self._folder / f"C{number}"
        content = bytearray(path.read_bytes())
        content[segment * SEGMENT_BYTES + 100] ^= 1
        path.write_bytes(content)


@pytest.fixture
def bench(
    open_screen: Callable[..., Screen], station: FakeStation, catalog: FakeCatalog, tmp_path: Path
) -> Bench:
    folder = tmp_path / "objects"
    folder.mkdir()
    return Bench(open_screen(), station, catalog, folder)


def plain_grey(number: int, width: int, height: int) -> bytes:
    """A picture that says which frame it is: four steps of luma each."""
    return bytes([16 + number * 4 % 220]) * (width * height)


def _noise(_number: int, width: int, height: int) -> bytes:
    return os.urandom(width * height)


GREY = Recipe(paint=plain_grey, frames=50)
CONTAINERS = {
    "h264-mp4": GREY,
    "h265-mp4": replace(GREY, codec="libx265", options={"x265-params": "log-level=none"}),
    "h264-mov": replace(GREY, container="mov", audio="aac"),
    "h264-avi": replace(GREY, container="avi", options={"bf": "0"}),
    "mpeg4-avi": replace(GREY, codec="mpeg4", container="avi"),
    "h264-ts": replace(GREY, container="mpegts", audio="aac"),
}


@pytest.mark.parametrize("recipe", CONTAINERS.values(), ids=CONTAINERS.keys())
def test_every_container_shows_the_right_frame_and_steps_both_ways(
    bench: Bench, recipe: Recipe
) -> None:
    bench.hold(film(recipe))
    bench.look()
    first = bench.brightness()
    assert first < 30
    bench.press_line(0.5)
    bench.until(lambda: abs(bench.deck.facts.at_ms - 1000) <= 2 * _FRAME_MS)
    at_ms, grey = bench.deck.facts.at_ms, bench.brightness()
    assert abs(grey - (first + 4 * 1.164 * at_ms / _FRAME_MS)) < 8
    bench.screen.press("previewForward")
    bench.until(lambda: bench.deck.facts.at_ms == at_ms + _FRAME_MS)
    assert 2 <= bench.brightness() - grey <= 8
    for _ in range(3):
        bench.screen.press("previewBack")
    bench.until(lambda: bench.deck.facts.at_ms == at_ms - 2 * _FRAME_MS)
    assert 5 <= grey - bench.brightness() <= 16


@pytest.mark.parametrize(
    "with_libvlc", [pytest.param(True, marks=needs_libvlc), False], ids=["libvlc", "fallback"]
)
def test_a_clip_plays_to_its_end_and_again(bench: Bench, *, with_libvlc: bool) -> None:
    bench.deck.with_libvlc = with_libvlc
    bench.hold(film(replace(GREY, audio="aac")))
    bench.look()
    assert bench.screen.says("播放组件缺失") != with_libvlc
    seen: set[int] = set()
    bench.deck.painted.connect(lambda: seen.add(bench.deck.image.pixelColor(5, 5).green()))
    bench.screen.press("previewPlay")
    bench.until(lambda: bench.deck.facts.is_playing)
    bench.until(lambda: not bench.deck.facts.is_playing)
    assert len(seen) > 20
    assert max(seen) > 190
    bench.screen.press("previewPlay")
    bench.until(lambda: bench.deck.facts.is_playing and bench.deck.facts.at_ms < 1500)
    bench.screen.press("previewPlay")
    bench.until(lambda: not bench.deck.facts.is_playing)


def test_speed_is_kept_and_makes_it_faster(bench: Bench) -> None:
    bench.deck.with_libvlc = False
    bench.hold(film(replace(GREY, frames=100)))
    bench.look()
    bench.screen.press("previewRate8")
    assert bench.deck.facts.rate == 8
    bench.screen.press("previewPlay")
    bench.until(lambda: bench.deck.facts.at_ms == bench.deck.facts.opened.duration_ms)  # type: ignore[union-attr]


def test_a_photo_is_shown_upright_and_whole(bench: Bench) -> None:
    bench.hold(snap(), kind=ClipKind.PHOTO)
    bench.look()
    assert (bench.deck.image.width(), bench.deck.image.height()) == (640, 480)
    assert not bench.screen.shows("previewTrouble")


def test_sound_has_a_wave_form_and_a_length(bench: Bench) -> None:
    bench.hold(record_sound("pcm_s16le", "wav"), kind=ClipKind.AUDIO)
    bench.look()
    assert bench.screen.says("录音")
    assert bench.deck.face.length == "00:02.0"


def test_each_clip_that_is_opened_is_asked_for_once(bench: Bench, station: FakeStation) -> None:
    bench.hold(*[film(replace(GREY, frames=5 + n)) for n in range(3)])
    bench.look(2)
    assert bench.screen.says("2 / 3")
    bench.screen.press("previewNext")
    bench.until(lambda: bench.deck.face.name == "V000003.MP4")
    bench.screen.press("previewPrevious")
    bench.until(lambda: bench.deck.face.name == "V000002.MP4")
    assert station.given == [OpenClip("C2"), OpenClip("C3"), OpenClip("C2")]
    assert bench.screen.says("王芳")
    bench.screen.press("previewClose")
    assert bench.deck.player is None
    assert bench.screen.shows("detail")


def test_a_marker_and_a_snapshot_go_to_the_station(bench: Bench, station: FakeStation) -> None:
    bench.hold(film(GREY))
    bench.look()
    bench.press_line(0.25)
    bench.until(lambda: bench.deck.facts.at_ms > 0)
    first = bench.deck.facts.at_ms
    bench.screen.press("previewMarkKey")
    bench.press_line(0.75)
    bench.until(lambda: bench.deck.facts.at_ms > 1200)
    bench.screen.press("previewMarkKey")
    bench.until(lambda: bench.screen.says("标记已保存"))
    bench.screen.press("previewSnapshot")
    bench.until(lambda: bench.screen.says("截图已保存"))
    marked = next(one for one in station.given if isinstance(one, Annotate))
    assert marked.add_markers[0].in_ms == first
    assert marked.add_markers[0].out_ms == bench.deck.facts.at_ms
    kept = next(one for one in station.given if isinstance(one, KeepSnapshot))
    assert (kept.at_ms, kept.width, kept.height) == (bench.deck.facts.at_ms, 320, 240)
    assert kept.image.startswith(b"\xff\xd8\xff")


def test_a_changed_byte_raises_the_alarm_and_what_can_be_shown_is_shown(
    bench: Bench, station: FakeStation
) -> None:
    noisy = replace(GREY, container="mpegts", size=(640, 480), paint=_noise)
    bench.hold(film(noisy))
    bench.damage(1, 40)
    bench.look()
    bench.until(lambda: not bench.deck.image.isNull())
    bench.screen.press("previewPlay")
    bench.until(lambda: bench.deck.face.alarm)
    bench.screen.settle()
    assert bench.screen.shows("previewTrouble")
    assert bench.screen.says("证据文件已损坏")
    assert bench.screen.says("第 40 段")
    bench.until(lambda: any(isinstance(one, ReportDamage) for one in station.given))
    assert [one for one in station.given if isinstance(one, ReportDamage)] == [
        ReportDamage("C1", 40)
    ]


HOSTILE = {
    "noise": os.urandom(300_000),
    "nothing": b"",
    "no index": film(replace(GREY, audio="aac"))[:3000],
    "a play list": b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n" * 50,
    "a box of -1 bytes": b"\xff\xff\xff\xffftyp" + os.urandom(5000),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_broken_file_says_what_is_wrong(bench: Bench, content: bytes) -> None:
    bench.hold(content)
    bench.look()
    bench.until(lambda: bench.deck.face.title != "")
    bench.screen.settle()
    assert bench.screen.shows("previewTrouble")
    assert not bench.deck.face.died
    assert not bench.deck.face.alarm


def test_a_player_that_is_killed_takes_nothing_with_it(bench: Bench) -> None:
    bench.hold(film(GREY))
    bench.look()
    bench.press_line(0.5)
    bench.until(lambda: bench.deck.facts.at_ms > 0)
    at_ms = bench.deck.facts.at_ms
    player = bench.deck.player
    assert player is not None
    os.kill(player.pid, signal.SIGKILL)
    bench.until(lambda: bench.deck.face.died)
    bench.screen.settle()
    assert bench.screen.says("播放器意外退出")
    assert bench.screen.kiosk.is_up
    bench.screen.press("previewReopen")
    bench.until(lambda: bench.deck.facts.at_ms == at_ms and not bench.deck.face.died)
    bench.until(lambda: bench.deck.face.playable)


def test_what_may_not_be_seen_says_so(bench: Bench, station: FakeStation) -> None:
    bench.hold(film(GREY))
    del station.clips["C1"]
    bench.screen.press("clipC1")
    bench.until(lambda: bench.deck.face.title != "")
    bench.screen.settle()
    assert bench.screen.shows("previewTrouble")


def test_the_player_can_write_no_byte_anywhere(bench: Bench) -> None:
    bench.hold(film(GREY))
    bench.look()
    player = bench.deck.player
    assert player is not None
    limits = Path(f"/proc/{player.pid}/limits").read_text(encoding="ascii")
    size = next(line for line in limits.splitlines() if line.startswith("Max file size"))
    assert size.split()[3:5] == ["0", "0"]
    assert "C1" not in Path(f"/proc/{player.pid}/cmdline").read_text(encoding="utf-8")
