"""What sync tells the station in full, and what people at the screen ask of it."""

from __future__ import annotations

import os
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import pytest

from sync.daemon import SyncOptions, run
from sync.database import SyncDatabase
from sync.standing import Standing, Where
from sync.station_link import StationLink
from sync.stores.urls import known_as
from sync.telling import Teller
from tests.fakes.filled_station import FilledStation, LedgerStation
from workstation.ipc.messages_delivery import DeliveryWish, ReportDelivery, WishesMade
from workstation.platform import settings
from workstation.platform.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from workstation.domain.outlook import DeliveryView
    from workstation.ipc.peer import Peer
    from workstation.ipc.words import Command, Result


class AskedStation(LedgerStation):
    """A station at whose screen somebody asks for something."""

    def __init__(self, filled: FilledStation) -> None:
        super().__init__(filled)
        self.views: list[DeliveryView] = []
        self.wishes: list[DeliveryWish] = []

    def handle(self, command: Command, peer: Peer) -> Result:
        if isinstance(command, ReportDelivery):
            self.views.append(command.view)
            return WishesMade(tuple(one for one in self.wishes if one.number > command.heard))
        return super().handle(command, peer)


class Site:
    """A station, its store, and what tells of both."""

    def __init__(self, filled: FilledStation, store: Path, stack: ExitStack) -> None:
        self.filled = filled
        self.store = str(store)
        self.station = stack.enter_context(AskedStation(filled))
        self._stack = stack

    def teller(self) -> Teller:
        link = self._stack.enter_context(closing(StationLink(self.filled.paths.socket)))
        loaded = settings.load(self.filled.paths.settings)
        made = Teller(self.filled.paths, loaded, known_as(self.store), link)
        return self._stack.enter_context(closing(made))

    def standing(self) -> Standing:
        database = SyncDatabase(self.filled.paths.sync, SystemClock())
        return Standing(self._stack.enter_context(closing(database)))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with ExitStack() as stack:
        filled = stack.enter_context(closing(FilledStation(tmp_path / "state")))
        filled.collect([b"one", b"second"])
        lines = ["[sync]", 'windows = ["mon-fri 20:00-06:00 2.5"]', "daily_budget_mb = 20"]
        filled.paths.settings.write_text("\n".join(lines) + "\n", "utf-8")
        (tmp_path / "store").mkdir()
        yield Site(filled, tmp_path / "store", stack)


def _deliver(site: Site) -> int:
    return run(SyncOptions(site.filled.paths.root, once=True, to=site.store))


def test_before_the_first_delivery_only_the_rules_are_told(site: Site) -> None:
    site.teller().run()
    (view,) = site.station.views
    assert (view.store, view.queue) == (f"directory:{site.store}", ())
    assert (view.line.windows, view.line.budget_bytes) == (("mon-fri 20:00-06:00 2.5",), 20_000_000)


@pytest.mark.usefixtures("caplog")
def test_queue_and_pause_are_told_and_a_wish_is_written_down_once(site: Site) -> None:
    assert _deliver(site) == 0
    site.station.wishes = [DeliveryWish(1, "pause", None, "100001")]
    teller = site.teller()
    teller.run()
    teller.run()
    journal = [line["what"] for line in site.standing().journal(50)]
    assert journal.count("asked at the screen: pause") == 1
    site.filled.collect([b"the third"])
    _deliver(site)
    teller.run()
    view = site.station.views[-1]
    assert view.line.paused_at is not None
    assert [(one.name, one.clips, one.size_bytes) for one in view.queue] == [("small", 1, 9)]


@pytest.mark.usefixtures("caplog")
def test_a_clip_that_is_asked_for_goes_though_delivery_is_paused(site: Site) -> None:
    assert _deliver(site) == 0
    site.station.wishes = [DeliveryWish(1, "pause", None, "100001")]
    teller = site.teller()
    teller.run()
    site.filled.collect([os.urandom(100)])
    _deliver(site)
    (waiting,) = [
        clip
        for store in site.standing().stores()
        for clip in site.standing().clips(store.store_id)
        if clip.where is not Where.IN_STORE
    ]
    site.station.wishes.append(DeliveryWish(2, "now", waiting.clip_id, "200002"))
    teller.run()
    _deliver(site)
    assert site.standing().stores()[0].clips[Where.IN_STORE] == 3
