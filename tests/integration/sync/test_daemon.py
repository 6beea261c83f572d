"""The sync process on its own: news, interruptions, signals."""

from __future__ import annotations

import json
import signal
from contextlib import closing
from typing import TYPE_CHECKING

from tests.fakes.filled_station import FilledStation, LedgerStation, content_of
from tests.integration.sync.rig import (
    SIZES,
    check_complete,
    deliver,
    eventually,
    manifests_of,
    start,
)
from workstation.domain.dock import UplinkState

if TYPE_CHECKING:
    from pathlib import Path


def test_the_daemon_delivers_what_comes_later_and_stops_when_asked(
    filled: FilledStation, served: LedgerStation, store: Path
) -> None:
    with start(filled.paths.root, store, "daemon") as child:
        eventually(lambda: served.fresh_receipts == len(SIZES), "first delivery")
        filled.collect([b"later", content_of(7, 2_000_000)])
        eventually(lambda: served.fresh_receipts == len(SIZES) + 2, "second delivery")
        eventually(lambda: served.uplinks[-1].state is UplinkState.IDLE, "idle")
        assert served.uplinks[-1].last_success_at is not None
        child.send_signal(signal.SIGTERM)
        assert child.wait(10) == 0
    assert served.uplinks[-1].state is UplinkState.OFF
    check_complete(store, filled)


def test_the_daemon_waits_for_a_store_that_went_away_and_tells_the_wall(
    filled: FilledStation, served: LedgerStation, store: Path
) -> None:
    filled.paths.settings.write_text("[sync]\nretry_max_s = 1.0\n", "utf-8")
    with start(filled.paths.root, store, "daemon") as child:
        eventually(lambda: served.fresh_receipts == len(SIZES), "first delivery")
        away = store.rename(store.with_name("unplugged"))
        filled.collect([b"later"])

        def is_told() -> bool:
            view = served.uplinks[-1]
            told = (view.state, view.code, view.pending_clips, view.pending_bytes)
            return told == (UplinkState.WAITING, "store.unavailable", 1, 5)

        eventually(is_told, "waiting is told")
        assert served.uplinks[-1].next_try_at is not None
        away.rename(store)
        eventually(lambda: served.fresh_receipts == len(SIZES) + 1, "delivery after all")
        child.terminate()
        assert child.wait(10) == 0
    check_complete(store, filled)


def test_the_daemon_settles_when_the_station_comes_back(filled: FilledStation, store: Path) -> None:
    with start(filled.paths.root, store, "daemon") as child:
        eventually(lambda: len(manifests_of(store)) == len(SIZES), "delivery")
        with LedgerStation(filled) as served:
            eventually(lambda: served.fresh_receipts == len(SIZES), "receipts")
            child.terminate()
            assert child.wait(10) == 0


def test_the_daemon_stops_in_the_middle_of_a_clip(
    filled: FilledStation, served: LedgerStation, store: Path
) -> None:
    filled.paths.settings.write_text("[sync]\nrate_limit_mb_s = 5.0\n", "utf-8")
    filled.collect([content_of(5, 60_000_000)])
    with start(filled.paths.root, store, "daemon") as child:
        eventually(lambda: any(_large(part) for part in store.glob(".incoming/*.part")), "sending")
        child.terminate()
        assert child.wait(10) == 0
    filled.paths.settings.unlink()
    assert deliver(filled, store) == 0
    check_complete(store, filled)
    assert served.fresh_receipts == len(filled.clips)


def test_the_daemon_waits_for_a_station_that_was_never_started(tmp_path: Path, store: Path) -> None:
    state = tmp_path / "state"
    with start(state, store, "daemon") as child:
        with closing(FilledStation(state)) as filled:
            filled.collect([b"first"])
            with LedgerStation(filled) as served:
                eventually(lambda: served.fresh_receipts == 1, "delivery")
        child.terminate()
        assert child.wait(10) == 0
    assert json.loads(manifests_of(store)[0].read_bytes())["seq"] == 1


def _large(part: Path) -> bool:
    try:
        return part.stat().st_size > 4_000_000
    except FileNotFoundError:
        return False
