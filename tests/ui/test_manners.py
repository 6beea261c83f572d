"""How the kiosk behaves: what closes it, when it rests, what wakes it, what is heard."""

from __future__ import annotations

import math
import os
import shutil
import wave
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.fakes.fake_station import slot_of
from ui.manners import recall_place
from ui.models.presence import DARK_AFTER_S, Manners, is_night
from ui.sounds import RATE_HZ, Sounds
from ui.tokens import LIGHT, NIGHT
from workstation.domain.dock import SlotStatus

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.fakes.fake_station import FakeStation
    from tests.ui.screen import Screen

CLOCK_S = 20
_BARE = Qt.KeyboardModifier.NoModifier
# Everything a keyboard offers to get out of a window, or to change what is on it.
WAYS_OUT = [
    (Qt.Key.Key_F4, Qt.KeyboardModifier.AltModifier),
    (Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier),
    (Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier),
    (Qt.Key.Key_F11, _BARE),
    (Qt.Key.Key_Escape, _BARE),
    (Qt.Key.Key_Tab, Qt.KeyboardModifier.AltModifier),
    (Qt.Key.Key_Super_L, _BARE),
    (Qt.Key.Key_Menu, _BARE),
    (Qt.Key.Key_Print, _BARE),
    (Qt.Key.Key_Delete, Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier),
]


@pytest.fixture
def locked(
    open_screen: Callable[..., Screen], station: FakeStation, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Screen]:
    """The kiosk as the cabinet runs it, in front of a quiet dock."""
    monkeypatch.setenv("DISPLAY", "")
    for number in range(1, 25):
        station.show(slot_of(number, SlotStatus.EMPTY))

    def open_locked(manners: Manners | None = None) -> Screen:
        manners = manners or Manners(clock_after_s=CLOCK_S, volume=0)
        screen = open_screen(1280, 800, manners=manners)
        screen.wait_up()
        slots = screen.kiosk.slots
        screen.until(lambda: all(one.status is SlotStatus.EMPTY for one in slots.views()))
        return screen

    return open_locked


def _become(screen: Screen, station: FakeStation, slot: int, status: SlotStatus) -> None:
    """A slot changes, and the kiosk has heard of it."""
    station.show(slot_of(slot, status))
    views = screen.kiosk.slots.views
    screen.until(lambda: any((one.slot, one.status) == (slot, status) for one in views()))


def _pass(screen: Screen, seconds: int) -> None:
    for _ in range(seconds):
        screen.kiosk.tick()
    screen.settle()


def _corner(screen: Screen) -> str:
    return screen.view.grabWindow().pixelColor(3, 797).name().upper()


def test_no_key_and_no_close_leaves_the_locked_window(locked: Callable[..., Screen]) -> None:
    screen = locked()
    seen: list[bool] = []
    screen.kiosk.ended.connect(lambda: seen.append(True))
    screen.kiosk.presence.woken.connect(lambda: seen.append(True))
    for key, modifiers in WAYS_OUT:
        QTest.keyClick(screen.view, key, modifiers)
        assert screen.view.isVisible()
        assert screen.shows("wall")
    screen.view.close()
    assert screen.view.isVisible()
    assert seen == []


def test_tab_and_enter_reach_what_a_finger_reaches(locked: Callable[..., Screen]) -> None:
    screen = locked()
    for _ in range(40):
        QTest.keyClick(screen.view, Qt.Key.Key_Tab)
        focused = screen.view.activeFocusItem()
        if focused.objectName() == "slot3":
            break
    QTest.keyClick(screen.view, Qt.Key.Key_Return)
    screen.settle()
    assert screen.shows("detail")


def test_the_clock_shows_when_nobody_is_there_and_a_touch_only_ends_it(
    locked: Callable[..., Screen],
) -> None:
    screen = locked()
    _pass(screen, CLOCK_S - 1)
    assert not screen.shows("resting")
    _pass(screen, 1)
    assert screen.shows("resting", "restingClock")
    assert _corner(screen) == LIGHT.brand
    screen.press("slot1")  # lies below the finger
    assert not screen.shows("resting")
    assert screen.shows("wall"), "the touch that wakes presses nothing"
    screen.press("slot1")
    assert screen.shows("detail")


def test_the_wall_stays_while_recorders_are_collected(
    locked: Callable[..., Screen], station: FakeStation
) -> None:
    screen = locked()
    station.show(slot_of(5, SlotStatus.IMPORTING))
    screen.until(lambda: screen.get("slot5").property("live"))
    _pass(screen, 5 * CLOCK_S)
    assert not screen.shows("resting")


def test_who_left_a_slot_open_finds_the_wall_after_the_idle_time(
    locked: Callable[..., Screen],
) -> None:
    screen = locked(Manners(idle_s=60, clock_after_s=0, volume=0))
    screen.press("slot1")
    _pass(screen, 59)
    assert screen.shows("detail")
    _pass(screen, 1)
    assert screen.shows("wall")


@pytest.mark.parametrize("waker", ["plug", "touch", "key"])
def test_the_screen_is_off_at_night_until_somebody_comes(
    locked: Callable[..., Screen], station: FakeStation, waker: str
) -> None:
    screen = locked(_night())
    switched: list[str] = []
    screen.kiosk.presence.darkened.connect(lambda: switched.append("off"))
    screen.kiosk.presence.woken.connect(lambda: switched.append("on"))
    _pass(screen, DARK_AFTER_S)
    assert _corner(screen) == NIGHT
    assert not screen.shows("restingClock")
    assert switched == ["off"]
    if waker == "plug":
        station.show(slot_of(5, SlotStatus.IMPORTING))
    elif waker == "touch":
        QTest.mouseClick(screen.view, Qt.MouseButton.LeftButton, _BARE, QPoint(400, 400))
    else:
        QTest.keyClick(screen.view, Qt.Key.Key_5)
    screen.until(lambda: switched == ["off", "on"])
    screen.settle()
    assert _corner(screen) == LIGHT.surface
    assert screen.shows("wall")


def _night() -> Manners:
    """From an hour ago until in an hour, by the clock on the wall."""
    now = datetime.now(UTC).astimezone()
    begins, ends = now - timedelta(hours=1), now + timedelta(hours=1)
    return Manners(
        clock_after_s=0, night_from=f"{begins:%H:%M}", night_until=f"{ends:%H:%M}", volume=0
    )


@pytest.mark.parametrize(
    ("begins", "ends", "at", "dark"),
    [
        ("22:00", "06:00", 23, True),
        ("22:00", "06:00", 5, True),
        ("22:00", "06:00", 6, False),
        ("22:00", "06:00", 21, False),
        ("01:00", "05:00", 3, True),
        ("01:00", "05:00", 5, False),
        ("00:00", "00:00", 0, False),
    ],
)
def test_nights_go_over_midnight(begins: str, ends: str, at: int, *, dark: bool) -> None:
    local = datetime.now(UTC).astimezone().replace(hour=at, minute=0, second=0, microsecond=0)
    assert is_night(local, Manners(night_from=begins, night_until=ends)) is dark


def test_the_panel_is_switched_by_the_x_server(
    locked: Callable[..., Screen],
    station: FakeStation,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """Virtual screens have no panel to switch: a stand-in for ``xset`` writes down its words."""
    tools, said = tmp_path / "tools", tmp_path / "said"
    tools.mkdir()
    (tools / "xset").write_text(f'#!/bin/sh\necho "$*" >> {said}\n', encoding="utf-8")
    (tools / "xset").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    screen = locked(_night())
    monkeypatch.setenv("DISPLAY", ":0")
    _pass(screen, DARK_AFTER_S)
    station.show(slot_of(5, SlotStatus.IMPORTING))
    screen.until(lambda: said.read_text(encoding="utf-8").count("\n") == 2)
    assert said.read_text(encoding="utf-8").splitlines() == [
        "+dpms dpms force off",
        "dpms force on -dpms",
    ]


def test_done_and_fault_are_heard_once_and_nothing_else(
    locked: Callable[..., Screen], station: FakeStation
) -> None:
    screen = locked()
    heard: list[str] = []
    screen.kiosk.rang.connect(heard.append)
    for status in (SlotStatus.IMPORTING, SlotStatus.VERIFYING, SlotStatus.DONE):
        _become(screen, station, 5, status)
    for status in (SlotStatus.IMPORTING, SlotStatus.ATTENTION, SlotStatus.FAULT):
        _become(screen, station, 7, status)
    assert heard == ["done", "fault"]


@pytest.mark.parametrize(("name", "tones"), [("done", (660, 880)), ("fault", (520, 350))])
def test_a_sound_is_heard_at_its_volume(
    name: str, tones: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real player, with ALSA's own file device in place of a loudspeaker."""
    loud, soft = (_played(name, volume, tmp_path, monkeypatch) for volume in (80, 20))
    assert 3.5 < _level(loud) / _level(soft) < 4.5
    first = loud[: int(0.1 * RATE_HZ)]
    for tone in tones:
        assert _strength(loud, tone) > 5 * _strength(loud, 1500)
    assert _strength(first, tones[0]) > 5 * _strength(first, tones[1])


def test_at_volume_0_nothing_is_played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _played("done", 0, tmp_path, monkeypatch) == []


def _played(name: str, volume: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    if shutil.which("aplay") is None:
        pytest.skip("no aplay on this machine (alsa-utils)")
    out, configuration = folder / f"{volume}.wav", folder / "asound.conf"
    configuration.write_text(
        "pcm.null { type null }\n"
        f'pcm.!default {{ type file slave.pcm null file "{out}" format wav }}\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(configuration))
    sounds = Sounds(volume)
    sounds.ring(name)
    if sounds._playing is not None:
        sounds._playing.wait()
    if not out.exists():
        return []
    with wave.open(str(out)) as file:
        content = file.readframes(file.getnframes())
    return list(memoryview(content).cast("h"))


def _level(samples: list[int]) -> float:
    return math.sqrt(sum(one * one for one in samples) / len(samples))


def _strength(samples: list[int], hertz: float) -> float:
    """How much of one frequency there is (Goertzel)."""
    turn = 2 * math.pi * hertz / RATE_HZ
    real = sum(one * math.cos(turn * place) for place, one in enumerate(samples))
    imaginary = sum(one * math.sin(turn * place) for place, one in enumerate(samples))
    return math.hypot(real, imaginary)


def test_the_place_is_kept_for_the_next_start(
    locked: Callable[..., Screen], open_screen: Callable[..., Screen], tmp_path: Path
) -> None:
    locked().press("slot4")
    kept = recall_place(tmp_path / "place.json")
    assert kept is not None
    assert (kept.name, kept.slot) == ("slot", 4)
    again = open_screen(1280, 800, manners=Manners(volume=0))
    again.until(lambda: again.shows("detail"))
    assert again.kiosk.place == ("slot", 4)
