"""People look at delivery and steer it: status, log, now, pause; small things pass large ones."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.fakes.filled_station import content_of
from tests.integration import commands
from tests.integration.sync.rig import SIZES, check_published, deliver, eventually, start

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.fakes.filled_station import FilledStation, LedgerStation

LARGE = 60_000_000


def sync(filled: FilledStation, *words: str) -> commands.Ended:
    return commands.run("sync", *words, "--state", filled.paths.root)


def status(filled: FilledStation) -> dict[str, Any]:
    (store,) = sync(filled, "status", "--json").document["stores"]
    found: dict[str, Any] = store
    return found


def slowly(filled: FilledStation) -> None:
    filled.paths.settings.write_text("[sync]\nrate_limit_mb_s = 6.0\n", "utf-8")


def is_under_way(store: Path) -> bool:
    return any(part.stat().st_size > 2_000_000 for part in store.glob(".incoming/*.part"))


def test_small_clips_and_ledger_lines_pass_a_large_one(
    filled: FilledStation, served: LedgerStation, store: Path
) -> None:
    assert deliver(filled, store) == 0
    slowly(filled)
    (large,) = filled.collect([content_of(1, LARGE)])
    with start(filled.paths.root, store, "daemon") as child:
        eventually(lambda: is_under_way(store), "the large clip is under way")
        small = filled.collect([b"photo", b"track"])
        eventually(lambda: served.fresh_receipts == len(SIZES) + 2, "the small ones are there")
        published = check_published(store, filled.clips)
        assert set(small) < set(published)
        assert large not in published
        child.terminate()
        assert child.wait(20) == 0
    filled.paths.settings.unlink()
    assert deliver(filled, store) == 0
    assert sorted(check_published(store, filled.clips)) == sorted(filled.clips)


def test_what_a_person_asks_for_goes_first(
    filled: FilledStation, served: LedgerStation, store: Path
) -> None:
    assert deliver(filled, store) == 0
    slowly(filled)
    _, wanted = filled.collect([content_of(1, LARGE), content_of(2, 12_000_000)])
    with start(filled.paths.root, store, "daemon") as child:
        eventually(lambda: is_under_way(store), "the first is under way")
        assert sync(filled, "now", wanted).code == 0
        eventually(lambda: served.fresh_receipts == len(SIZES) + 1, "one has arrived")
        assert check_published(store, filled.clips)[-1] == wanted
        child.terminate()
        assert child.wait(20) == 0
    assert sync(filled, "now", "no-such-clip").code != 0


def test_paused_means_that_no_clip_goes_until_resumed(
    filled: FilledStation, served: LedgerStation, store: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert deliver(filled, store) == 0
    assert sync(filled, "pause").code == 0
    filled.collect([b"waits"])
    segments = len(list(store.glob("ledger/*/*.jsonl")))
    assert deliver(filled, store) == 5
    assert "store.paused" in caplog.text
    assert served.fresh_receipts == len(SIZES)
    assert len(list(store.glob("ledger/*/*.jsonl"))) > segments  # the hashes go all the same
    assert status(filled)["paused_at"] is not None
    assert sync(filled, "resume").code == 0
    assert deliver(filled, store) == 0
    assert served.fresh_receipts == len(SIZES) + 1


def test_status_tells_where_every_clip_is(
    filled: FilledStation, served: LedgerStation, store: Path
) -> None:
    assert served.fresh_receipts == 0
    assert commands.run("sync", "status", "--state", filled.paths.root).code == 3
    assert deliver(filled, store) == 0
    found = status(filled)
    assert found["clips"] == {"here": 0, "on_its_way": 0, "in_store": len(SIZES), "held": 0}
    assert {row["clip_id"] for row in found["all_clips"]} == set(filled.clips)
    assert all(row["has_receipt"] and row["locked_until"] is None for row in found["all_clips"])
    said = sync(filled, "status").stdout.decode()
    assert "已入库 / in the store，不能锁定 / which can not lock" in said
    first = next(iter(filled.clips))
    lines = json.loads(sync(filled, "log", first, "--json").stdout)["lines"]
    assert next(line["what"] for line in lines) == "queued"
    assert lines[-1]["what"] == "published → settled"
