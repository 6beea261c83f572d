"""The view-models alone: rows change in place, words follow the language, old news is dropped."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtTest import QAbstractItemModelTester

from tests.fakes.fake_station import dock_of, slot_of
from tests.ui.screen import item_line
from ui.client import Heard, ItemsRead, LinkDown, LinkUp, ThumbnailRead
from ui.i18n import Tongue
from ui.models.clips import ClipListModel
from ui.models.kiosk import Kiosk
from ui.models.slots import SlotModel
from ui.texts import say
from workstation.domain.dock import SlotPhase, SlotStatus, UplinkState, UplinkView
from workstation.domain.ingest_state import IngestState
from workstation.events.facts import SlotChanged
from workstation.platform.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from PySide6.QtCore import QAbstractItemModel
    from pytestqt.qtbot import QtBot

    from workstation.ipc.messages import AnyCommand


class Asked:
    """Notes what the view-models ask of the link, and what they lay on the shelf."""

    def __init__(self) -> None:
        self.watched: list[str | None] = []
        self.wanted: list[str] = []
        self.shelved: list[str] = []
        self.commands: list[tuple[str, AnyCommand]] = []
        self.looked: list[str] = []

    def watch(self, collection_id: str | None) -> None:
        self.watched.append(collection_id)

    def want_thumbnail(self, clip_id: str) -> None:
        self.wanted.append(clip_id)

    def look(self, ticket: str, question: Callable[[Any], object]) -> None:
        assert callable(question)
        self.looked.append(ticket)

    def put(self, clip_id: str, jpeg: bytes) -> None:
        assert jpeg
        self.shelved.append(clip_id)

    def ask(self, ticket: str, command: AnyCommand) -> None:
        self.commands.append((ticket, command))


@pytest.fixture
def tongue(qtbot: QtBot) -> Iterator[Tongue]:
    assert qtbot is not None
    spoken = Tongue(say)
    yield spoken
    spoken.speak("zh_CN")


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def kiosk(tongue: Tongue, asked: Asked) -> Kiosk:
    return Kiosk(tongue, SystemClock(), asked, asked)


def never_reset(model: QAbstractItemModel) -> None:
    def fail() -> None:
        pytest.fail("the model was reset")

    model.modelAboutToBeReset.connect(fail)


def test_slot_rows_come_change_and_go_without_a_reset(tongue: Tongue) -> None:
    model = SlotModel(tongue)
    strict = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    assert strict.model() is model
    never_reset(model)
    model.show_dock(dock_of(8).slots)
    assert model.rowCount() == 8
    model.show_dock([slot_of(2), slot_of(9), slot_of(5)])
    assert [view.slot for view in model.views()] == [2, 5, 9]
    model.show_slot(slot_of(1))
    assert [view.slot for view in model.views()] == [1, 2, 5, 9]
    assert "1 号口" in str(model.data(model.index(0)))


def test_only_the_roles_that_differ_are_announced(tongue: Tongue, qtbot: QtBot) -> None:
    model = SlotModel(tongue)
    model.show_dock([slot_of(1)])
    view = slot_of(1)
    with qtbot.waitSignal(model.dataChanged) as heard:
        model.show_slot(replace(view, rate_bps=view.rate_bps + 1e6))
    names = model.roleNames()
    said = {bytes(names[role].data()).decode() for role in heard.args[2] if role in names}
    assert said == {"tail"}
    with qtbot.assertNotEmitted(model.dataChanged):
        model.show_slot(replace(view, rate_bps=view.rate_bps + 1e6))


def test_every_phase_and_status_has_its_words_in_both_languages(tongue: Tongue) -> None:
    model = SlotModel(tongue)
    seen = set()
    for language in ("zh_CN", "en"):
        tongue.speak(language)
        for status in SlotStatus:
            for phase in SlotPhase:
                model.show_slot(replace(slot_of(1, status), phase=phase))
                spoken = str(model.data(model.index(0)))
                assert spoken
                seen.add(spoken)
        model.retranslate()
    assert len(seen) > 12


def test_file_rows_change_in_place_while_a_collection_runs(tongue: Tongue) -> None:
    model = ClipListModel(tongue)
    strict = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    assert strict.model() is model
    model.follow("COL")
    never_reset(model)
    model.show_items("COL", [item_line(n, IngestState.LISTED) for n in range(5)])
    model.show_items("COL", [item_line(0), *(item_line(n, IngestState.LISTED) for n in (1, 2))])
    assert model.rowCount() == 3
    assert "已入库" in str(model.data(model.index(0)))
    model.show_items("OTHER", [item_line(1)])
    assert model.rowCount() == 3


def test_pictures_are_asked_for_once_and_when_there_is_one(kiosk: Kiosk, asked: Asked) -> None:
    kiosk.hear(LinkUp(1, dock_of(3)))
    kiosk.open_slot(1)
    assert asked.watched == ["COL01"]
    plain, pictured = item_line(1, clip_id="C1"), item_line(1, clip_id="C1", has_thumbnail=True)
    kiosk.hear(ItemsRead("COL01", (plain,)))
    assert asked.wanted == []
    kiosk.hear(ItemsRead("COL01", (pictured,)))
    kiosk.hear(ItemsRead("COL01", (pictured,)))
    assert asked.wanted == ["C1"]
    kiosk.hear(ThumbnailRead("C1", None))
    assert asked.shelved == []
    kiosk.hear(ThumbnailRead("C1", b"jpeg"))
    assert asked.shelved == ["C1"]


def test_what_an_older_connection_said_does_not_undo_the_newer(kiosk: Kiosk) -> None:
    kiosk.hear(LinkUp(1, dock_of(3)))
    kiosk.hear(LinkDown())
    kiosk.hear(LinkUp(2, dock_of(3)))
    kiosk.hear(Heard(1, SlotChanged(slot_of(1, SlotStatus.DONE))))
    view = kiosk.slots.view(1)
    assert view is not None
    assert view.status is SlotStatus.IMPORTING
    kiosk.hear(Heard(2, SlotChanged(slot_of(1, SlotStatus.DONE))))
    view = kiosk.slots.view(1)
    assert view is not None
    assert view.status is SlotStatus.DONE


def test_detail_follows_its_slot_into_the_next_collection(kiosk: Kiosk, asked: Asked) -> None:
    kiosk.hear(LinkUp(1, dock_of(3)))
    kiosk.open_slot(1)
    kiosk.hear(ItemsRead("COL01", (item_line(1),)))
    assert kiosk.detail.clips.rowCount() == 1
    kiosk.hear(Heard(1, SlotChanged(replace(slot_of(1), collection_id="NEXT"))))
    assert kiosk.detail.clips.rowCount() == 0
    assert asked.watched == ["COL01", "NEXT"]
    kiosk.back()
    assert asked.watched[-1] is None


def test_a_restart_shorter_than_the_grace_keeps_the_wall(kiosk: Kiosk) -> None:
    kiosk.hear(LinkUp(1, dock_of(3)))
    kiosk.hear(LinkDown())
    kiosk.tick()
    assert kiosk.property("reached") == "connecting"
    kiosk.hear(LinkDown())
    kiosk.tick()
    kiosk.tick()
    assert kiosk.property("reached") == "down"
    kiosk.hear(LinkUp(2, dock_of(3)))
    assert kiosk.property("reached") == "up"


def test_each_state_of_the_uplink_has_words(kiosk: Kiosk) -> None:
    dock = dock_of(1)
    seen = set()
    for number, state in enumerate(UplinkState, start=1):
        uplink = UplinkView(state, "central", 3, 5, 1e6, code="store.full")
        kiosk.hear(LinkUp(number, replace(dock, station=replace(dock.station, uplink=uplink))))
        face = kiosk.station.face
        seen.add((face.uplink, face.cloud))
        assert face.delivery
    assert len(seen) == len(UplinkState)


def test_clips_that_will_be_late_are_told_with_how_much(kiosk: Kiosk) -> None:
    dock = dock_of(1)
    late = UplinkView(
        UplinkState.WAITING, "central", 9, 5, code="store.waits", late_clips=2, late_by_s=10_000.0
    )
    kiosk.hear(LinkUp(1, replace(dock, station=replace(dock.station, uplink=late))))
    face = kiosk.station.face
    assert (face.uplink, face.delivery) == ("暂缓上传", "待传 9 段 · 2 段 将迟到 3 小时")


def test_opening_a_slot_that_is_not_there_changes_nothing(kiosk: Kiosk) -> None:
    kiosk.open_slot(7)
    assert kiosk.property("screen") == "wall"
