"""Database and the vault's copy of its lines are both lost: the store still has them."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.centre.rig import called
from workstation.catalog.reader import Catalog
from workstation.ledger.second_copy import SecondCopy

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.centre.rig import Pair


def recall(pair: Pair) -> tuple[int, dict[str, Any], str]:
    state = pair.first.paths.root
    words = ("centre", "recall", "--from", pair.store, "--state", state, "--json")
    code, printed, said = called(*words)
    return code, json.loads(printed), said


def rebuild(pair: Pair) -> tuple[int, dict[str, Any]]:
    code, printed, _ = called("rebuild", "--state", pair.first.paths.root, "--json")
    return code, json.loads(printed)


def lose_database(pair: Pair) -> list[bytes]:
    """The lines that the lost database had."""
    paths = pair.first.paths
    pair.first.ledger.checkpoint()
    with closing(Catalog.open(paths.ledger)) as catalog:
        lines = catalog.custody_lines(0, 10_000)
    for path in paths.ledger.parent.glob(f"{paths.ledger.name}*"):
        path.unlink()
    return [bytes(line) for line in lines]


def lines_now(pair: Pair) -> list[bytes]:
    with closing(Catalog.open(pair.first.paths.ledger)) as catalog:
        return [bytes(line) for line in catalog.custody_lines(0, 10_000)]


def test_a_station_that_lost_both_gets_its_ledger_back_as_far_as_the_store_goes(pair: Pair) -> None:
    shutil.rmtree(pair.first.paths.second_copy)
    (undelivered,) = pair.first.collect([b"since the last delivery"])
    had = lose_database(pair)
    shutil.rmtree(pair.first.paths.second_copy, ignore_errors=True)
    assert rebuild(pair)[1]["error"]["code"] == "ledger.no_copy"
    code, document, said = recall(pair)
    assert code == 0, said
    count = document["from_store"]
    assert isinstance(count, int)
    assert (document["lines"], document["from_vault"]) == (count, 0)
    assert 0 < count < len(had)
    code, report = rebuild(pair)
    assert code == 0, report
    assert any(undelivered in str(name) for name in report["orphans"])
    assert lines_now(pair)[:count] == had[:count]
    with closing(Catalog.open(pair.first.paths.ledger)) as catalog:
        assert all(catalog.clip(clip) is not None for clip in list(pair.first.clips)[:4])


@pytest.mark.parametrize("lost", ["all", "first"])
def test_later_lines_that_the_vault_kept_go_behind_those_of_the_store(
    pair: Pair, lost: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workstation.ledger.second_copy.SEGMENT_LINES", 4)
    copy = SecondCopy(pair.first.paths.second_copy)
    shutil.rmtree(pair.first.paths.second_copy)
    pair.first.collect([b"since the last delivery"])
    had = lose_database(pair)
    shutil.rmtree(pair.first.paths.second_copy, ignore_errors=True)
    copy = SecondCopy(pair.first.paths.second_copy)
    copy.extend(had)
    kept = sorted(pair.first.paths.second_copy.glob("*.jsonl"))
    for path in kept if lost == "all" else kept[:1]:
        path.unlink()
    code, document, said = recall(pair)
    assert code == 0, said
    count = document["lines"]
    assert (count == len(had)) == (lost == "first")
    assert document["aside"]
    assert rebuild(pair)[0] == 0
    assert lines_now(pair)[:count] == had[:count]


def test_lines_that_differ_from_the_stores_are_left_to_a_person(pair: Pair) -> None:
    copy = pair.first.paths.second_copy
    lose_database(pair)
    (path,) = copy.glob("*.jsonl")
    lines = path.read_bytes().split(b"\n")
    lines[0] = lines[0].replace(b"20", b"19", 1)
    before = b"\n".join(lines)
    assert before != path.read_bytes()
    path.write_bytes(before)
    code, document, _ = recall(pair)
    assert code == 4
    assert document["error"]["code"] == "ledger.broken"
    assert path.read_bytes() == before


def test_a_store_that_was_tampered_with_gives_nothing_back(pair: Pair) -> None:
    lose_database(pair)
    shutil.rmtree(pair.first.paths.second_copy)
    segment: Path = pair.of("ledger", "*.jsonl")[0]
    content = segment.read_bytes()
    segment.chmod(0o640)
    changed = content.replace(b"20", b"19", 1)
    assert changed != content
    segment.write_bytes(changed)
    code, document, _ = recall(pair)
    assert code == 4
    assert document["faults"]
    assert not pair.first.paths.second_copy.exists()


def test_a_store_without_this_station_has_nothing_to_give(pair: Pair) -> None:
    lose_database(pair)
    shutil.rmtree(pair.first.paths.second_copy)
    for path in pair.of("ledger"):
        path.unlink()
    code, document, _ = recall(pair)
    assert (code, document["error"]["code"]) == (3, "ledger.no_copy")
