"""The room "Uplink" with real clicks: what is told, what will be late, and steering it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.ui.fit import faults
from tests.ui.officer import sign_in, wait
from tests.ui.shift_station import ADMIN, LEADER, OFFICER
from tests.ui.test_fit import every_size, in_both_languages
from workstation.domain.dock import UplinkState, UplinkView
from workstation.domain.outlook import (
    Counterpart,
    DeliveryView,
    Expectation,
    LateClip,
    LineState,
    QueueClass,
)
from workstation.ipc.messages import RecordCommissioning, ReportUplink
from workstation.ipc.messages_delivery import ReportDelivery, WishesMade

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.ui.screen import Screen
    from tests.ui.shift_station import ShiftStation
    from workstation.ipc.messages_delivery import DeliveryWish

HOLDS = ["locks_by_itself", "refuses_shortening", "goes_on_with_uploads", "station_can_put"]
LACKS = ["refuses_delete_with_bypass", "station_can_not_change_the_rules"]


def _view(clips: list[str], *, is_paused: bool = False, **line: object) -> DeliveryView:
    now = datetime.now(UTC)
    return DeliveryView(
        at=now,
        store="s3+https://store.example.net:9443/evidence",
        queue=(
            QueueClass("urgent", 1, 2_000_000_000),
            QueueClass("small", 120, 96_000_000),
            QueueClass("large", 34, 88_000_000_000),
            QueueClass("held", 2, 4_000_000_000),
        ),
        line=LineState(
            windows=("mon-fri 20:00-06:00 2.5", "sat-sun 00:00-24:00"),
            limit_bps=4_000_000.0,
            budget_bytes=20_000_000_000,
            spent_bytes=13_000_000_000,
            paused_at=now if is_paused else None,
            **line,  # type: ignore[arg-type]
        ),
        expected=Expectation(
            rate_bps=510_000.0,
            left_bytes=90_000_000_000,
            ends_at=now + timedelta(days=2),
            late_clips=len(clips),
            late=tuple(LateClip(clip, 3_000_000_000, 7200.0) for clip in clips),
            late_if_open=1,
            needed_bps=2_100_000.0,
            late_bytes=6_000_000_000,
        ),
        counterparts=(
            Counterpart("gosuncn", ok_at=now, counts={"accepted": 1234, "numbered": 3}),
            Counterpart("ga947", ok_at=now, code="platform.unavailable", reason="HTTP 502"),
            Counterpart("open311", True, ok_at=now, counts={"opened": 48, "contested": 2}),
            Counterpart("folder", True, code="case.folder", reason="Permission denied"),
        ),
    )


def _tell(home: ShiftStation, view: DeliveryView, heard: int = 0) -> tuple[DeliveryWish, ...]:
    """What sync would say, and what people ask of it."""
    answer = home.machine.call(ReportDelivery(view, heard))
    assert isinstance(answer, WishesMade)
    return answer.wishes


@pytest.fixture
def clips(home: ShiftStation) -> list[str]:
    home.machine.call(RecordCommissioning("s3+https://x/e", "S1", 30, HOLDS, LACKS))
    return [str(clip.id) for clip in home.engine.catalog.clips()][:3]


def open_uplink(kiosk: Callable[..., Screen], badge: str = LEADER) -> Screen:
    screen = kiosk()
    sign_in(screen, badge)
    screen.kiosk.enter("uplink")
    wait(screen, lambda: screen.shows("uplink", "uplinkState"))
    return screen


def test_leader_sees_queue_forecast_faults_and_what_the_store_lacks(
    kiosk: Callable[..., Screen], home: ShiftStation, clips: list[str]
) -> None:
    _tell(home, _view(clips, shut="window", until=datetime.now(UTC) + timedelta(hours=3)))
    screen = open_uplink(kiosk)
    wait(screen, lambda: screen.shows("late2", "other3", "finding0"))
    assert screen.says("大文件等待：不在传输时段")
    assert screen.says("迟 2 小时")
    assert screen.says("速率达到 2.1 MB/s 则都不迟到")
    assert screen.says("管理平台连不上")
    assert screen.says("有分歧 2")
    assert screen.says("不能")
    assert screen.shows("finding5")
    assert not screen.shows("finding6")
    assert screen.says("拒绝越权删除")


def test_a_late_clip_is_sent_first_when_it_is_pressed(
    kiosk: Callable[..., Screen], home: ShiftStation, clips: list[str]
) -> None:
    _tell(home, _view(clips))
    screen = open_uplink(kiosk)
    wait(screen, lambda: screen.shows("late1"))
    screen.press("late1")
    wait(screen, lambda: screen.says("将优先上传"))
    (wish,) = _tell(home, _view(clips))
    assert (wish.kind, wish.clip, wish.by) == ("now", clips[1], LEADER)
    assert _tell(home, _view(clips), wish.number) == ()


def test_an_administrator_pauses_and_resumes(
    kiosk: Callable[..., Screen], home: ShiftStation, clips: list[str]
) -> None:
    _tell(home, _view(clips))
    screen = open_uplink(kiosk, ADMIN)
    wait(screen, lambda: screen.shows("uplinkPause"))
    screen.press("uplinkPause")
    wait(screen, lambda: screen.says("已要求暂停"))
    wishes = _tell(home, _view(clips, is_paused=True))
    assert [wish.kind for wish in wishes] == ["pause"]
    wait(screen, lambda: screen.says("继续上传"))
    screen.press("uplinkPause")
    wait(screen, lambda: screen.says("已要求继续"))
    assert [wish.kind for wish in _tell(home, _view(clips), wishes[0].number)] == ["resume"]


def test_an_officer_has_no_such_room_and_its_state_goes_with_its_person(
    kiosk: Callable[..., Screen], home: ShiftStation, clips: list[str]
) -> None:
    _tell(home, _view(clips))
    screen = open_uplink(kiosk)
    screen.press("navSignIn")
    screen.press("signOut")
    assert screen.kiosk.rooms.delivery.property("known") is False
    sign_in(screen, OFFICER)
    assert not screen.kiosk.rooms.may_enter("uplink")


def test_a_store_that_fails_is_told_in_words_with_the_next_try(
    kiosk: Callable[..., Screen], home: ShiftStation, clips: list[str]
) -> None:
    again = datetime.now(UTC) + timedelta(minutes=2)
    told = UplinkView(UplinkState.WAITING, code="store.unavailable", next_try_at=again)
    home.machine.call(ReportUplink(told))
    _tell(home, _view(clips))
    screen = open_uplink(kiosk)
    wait(screen, lambda: screen.says("再试"))


def test_without_a_sync_process_the_room_says_so(kiosk: Callable[..., Screen]) -> None:
    screen = open_uplink(kiosk)
    assert screen.says("传输进程没有消息")
    assert not screen.shows("uplinkPause")


@every_size
def test_nothing_of_the_room_is_cut(
    kiosk: Callable[..., Screen], home: ShiftStation, clips: list[str], size: tuple[int, int]
) -> None:
    def tour(screen: Screen) -> Iterator[str]:
        sign_in(screen, LEADER)
        screen.kiosk.enter("uplink")
        _tell(home, _view(clips, shut="budget"))
        screen.kiosk.enter("uplink")
        wait(screen, lambda: screen.shows("late2", "other3", "finding0"))
        yield "uplink"

    screen = kiosk(*size)
    for name in in_both_languages(screen, tour(screen)):
        assert (name, faults(screen)) == (name, [])
