"""Whatever is done to a store, both the command and the script with public tools see it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.integration.centre.rig import audited, centre, remove, rewrite, verified
from tests.integration.sync.rig import damage, deliver

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.integration.centre.rig import Pair


def test_an_honest_store_is_whole(pair: Pair, tmp_path: Path) -> None:
    keys = pair.keys(tmp_path / "keys")
    assert verified(pair.store, "--key", keys) == (0, set())
    code, said = audited(pair.store, keys)
    assert code == 0, said
    assert "5 objects" in said
    assert " 0 faults" in said


def test_the_report_says_who_witnessed_whom(pair: Pair) -> None:
    report = json.loads(centre("verify", pair.store, "--json").stdout)["report"]
    seen = {one["station"]: one["witnessed_by"] for one in report["stations"]}
    assert seen[pair.first.record.id] == [pair.second.record.id]


def _byte(pair: Pair) -> None:
    damage(next(path for path in pair.store.glob("clips/**/*") if path.is_file()))


def _object(pair: Pair) -> None:
    next(path for path in pair.store.glob("clips/**/*") if path.is_file()).unlink()


def _manifest(pair: Pair) -> None:
    rewrite(pair.of("manifests", "*.json")[1], '"level": 2', '"level": 3')


def _clip_of(manifest: Path, pair: Pair) -> Path:
    return pair.store / str(json.loads(manifest.read_bytes())["objects"][0]["key"])


def _middle(pair: Pair) -> None:
    manifest = pair.of("manifests", "*.json")[1]
    _clip_of(manifest, pair).unlink()
    remove(manifest)


def _end(pair: Pair) -> None:
    manifest = pair.of("manifests", "*.json")[-1]
    _clip_of(manifest, pair).unlink()
    remove(manifest)


def _line(pair: Pair) -> None:
    rewrite(pair.of("ledger", "*.jsonl")[0], '"act":"collected"', '"act":"collecteD"')


def _ledger_tail(pair: Pair) -> None:
    """The last segment and the checkpoints that would tell of it."""
    *_, last = pair.of("ledger", "*.jsonl")
    remove(last, *pair.of("ledger", "*.checkpoint"))


def _both_tails(pair: Pair) -> None:
    """Everything of the first station since its first delivery, ledger and footage together."""
    segments = pair.of("ledger", "*.jsonl")
    kept = max(
        number
        for number, path in enumerate(segments)
        if '"act":"collected"' in path.read_text("utf-8")
    )
    manifest = pair.of("manifests", "*.json")[-1]
    assert json.loads(manifest.read_bytes())["clip"] in segments[kept].read_text("utf-8")
    _clip_of(manifest, pair).unlink()
    remove(manifest, *segments[kept:], *pair.of("ledger", "*.checkpoint"))


def _store(pair: Pair) -> None:
    rewrite(pair.store / "store.json", '"format": 1', '"format": 1 ')


def _key(pair: Pair) -> None:
    (pair.store / "keys" / f"{pair.first.record.id}-1.json").unlink()


@pytest.mark.parametrize(
    ("tamper", "code"),
    [
        (_byte, "centre.altered"),
        (_object, "centre.missing"),
        (_manifest, "centre.signature"),
        (_middle, "centre.missing"),
        (_end, "centre.missing"),
        (_line, "centre.signature"),
        (_ledger_tail, "centre.witness"),
        (_both_tails, "centre.witness"),
        (_store, "centre.signature"),
        (_key, "centre.key"),
    ],
)
def test_planted_tampering_is_found_by_command_and_script(
    pair: Pair, tmp_path: Path, tamper: Callable[[Pair], None], code: str
) -> None:
    keys = pair.keys(tmp_path / "keys")
    tamper(pair)
    exit_code, codes = verified(pair.store, "--key", keys)
    assert exit_code == 4
    assert code in codes
    exit_code, said = audited(pair.store, keys)
    assert exit_code == 4, said
    assert "FAIL" in said


def test_tails_cut_together_are_seen_only_by_the_witness(pair: Pair, tmp_path: Path) -> None:
    keys = pair.keys(tmp_path / "keys")
    _both_tails(pair)
    assert verified(pair.store, "--key", keys) == (4, {"centre.witness"})
    _, said = audited(pair.store, keys)
    faults = [line for line in said.splitlines() if line.startswith("FAIL")]
    assert faults
    assert all("as" in line and "saw it" in line for line in faults)


def test_keys_of_strangers_are_no_keys(pair: Pair, tmp_path: Path) -> None:
    keys = pair.keys(tmp_path / "keys", right=False)
    assert verified(pair.store, "--key", keys) == (4, {"centre.key"})
    code, said = audited(pair.store, keys)
    assert code == 4
    assert "none of the keys given" in said


def test_a_store_that_is_not_there_is_no_fault_of_it(tmp_path: Path) -> None:
    assert centre("verify", tmp_path / "nowhere").returncode == 5


def test_stations_that_watch_each_other_come_to_rest(pair: Pair) -> None:
    for _ in range(3):
        for station in (pair.first, pair.second):
            assert deliver(station, pair.store) == 0
    before = pair.lines()
    for station in (pair.first, pair.second):
        assert deliver(station, pair.store) == 0
    assert pair.lines() == before
