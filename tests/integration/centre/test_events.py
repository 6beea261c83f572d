"""What people say at one station holds at the others, through the store."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING

from tests.integration.centre.rig import audited, rewrite, verified
from tests.integration.sync.rig import deliver
from workstation.casework import annotating
from workstation.casework.annotating import Annotation
from workstation.catalog.reader import Catalog
from workstation.ledger import operations

if TYPE_CHECKING:
    import pytest

    from tests.fakes.filled_station import FilledStation
    from tests.integration.centre.rig import Pair


def say(station: FilledStation, clip: str, tag: str) -> None:
    annotating.annotate(station.ledger, [clip], Annotation(add_tags=[tag]), "012345")


def tags(station: FilledStation, clip: str) -> tuple[str, ...]:
    with closing(Catalog.open(station.paths.ledger)) as catalog:
        return tuple(catalog.casework_of(clip).tags)


def exchange(pair: Pair) -> None:
    for station in (pair.first, pair.second, pair.first):
        assert deliver(station, pair.store) == 0


def test_each_station_hears_what_the_other_said(pair: Pair) -> None:
    ours, theirs = next(iter(pair.first.clips)), next(iter(pair.second.clips))
    say(pair.first, ours, "盗窃")
    say(pair.second, theirs, "夜间")
    exchange(pair)
    for station in (pair.first, pair.second):
        assert (tags(station, ours), tags(station, theirs)) == (("盗窃",), ("夜间",))
    assert len(pair.of("events", "*.jsonl")) == 1  # nothing heard is said again
    assert verified(pair.store)[0] == 0
    assert audited(pair.store)[0] == 0


def test_a_lost_memory_finds_what_was_said_and_says_nothing_twice(pair: Pair) -> None:
    clip = next(iter(pair.first.clips))
    say(pair.first, clip, "一")
    exchange(pair)
    for ending in ("", "-wal", "-shm"):
        path = pair.first.paths.sync
        path.with_name(path.name + ending).unlink(missing_ok=True)
    say(pair.first, clip, "二")
    exchange(pair)
    assert [path.stem for path in pair.of("events", "*.jsonl")] == [f"{1:012}", f"{2:012}"]
    assert set(tags(pair.second, clip)) == {"一", "二"}


def test_operations_that_were_edited_are_not_taken(
    pair: Pair, caplog: pytest.LogCaptureFixture
) -> None:
    clip = next(iter(pair.first.clips))
    say(pair.first, clip, "真")
    assert deliver(pair.first, pair.store) == 0
    rewrite(pair.of("events", "*.jsonl")[0], "真", "假")
    assert deliver(pair.second, pair.store) == 0
    assert tags(pair.second, clip) == ()
    assert "centre.signature" in caplog.text
    assert verified(pair.store) == (4, {"centre.signature"})
    assert audited(pair.store)[0] == 4


def test_what_was_said_is_published_as_it_stands_in_the_ledger(pair: Pair) -> None:
    clip = next(iter(pair.first.clips))
    say(pair.first, clip, "原文")
    exchange(pair)
    (line,) = pair.of("events", "*.jsonl")[0].read_bytes().splitlines()
    assert json.loads(line)["value"] == "原文"
    assert operations.encode(operations.decode(line)) == line
