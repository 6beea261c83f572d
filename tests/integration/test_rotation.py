"""The station's key is rotated, lost, and restored; the process dies at every step of it."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.integration import commands
from tests.unit.ingest.scripted import Bench, ScriptedFile, ScriptedRecorder
from workstation.ledger.notes import verifier_line
from workstation.platform.paths import StatePaths
from workstation.station import record

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("rotation") / "state"
    bench = Bench(root)
    bench.dock(ScriptedRecorder({"A.MP4": ScriptedFile(os.urandom(5000))}))
    bench.close()
    return root


@pytest.fixture
def state(template: Path, tmp_path: Path) -> Path:
    shutil.copytree(template, tmp_path / "state")
    return tmp_path / "state"


def _still_works(state: Path, tmp_path: Path) -> None:
    card = tmp_path / "card"
    card.mkdir(exist_ok=True)
    (card / "NEW.MP4").write_bytes(os.urandom(3000))
    assert commands.collect(state, card).code == 0
    verified = commands.verify(state)
    assert verified.code == 0, verified.document
    assert verified.document["unsigned_lines"] == 0


def test_a_rotated_key_signs_on_and_what_the_old_one_signed_still_holds(
    state: Path, tmp_path: Path
) -> None:
    paths = StatePaths(state)
    before = record.load(paths)
    ended = commands.run("keys", "rotate", "--state", state, "--json")
    assert ended.code == 0, ended.stderr
    after = record.load(paths)
    assert after.former_keys == (before.public_key,)
    assert after.public_key == ended.document["public_key"] != before.public_key
    assert after.verifier == verifier_line(f"evidock/{after.id}", record.load_key(paths).public)
    assert sorted(path.name for path in paths.keys.iterdir()) == ["station.key", "vault.json"]
    assert paths.station_key.stat().st_mode & 0o777 == 0o400
    _still_works(state, tmp_path)
    assert commands.run("keys", "rotate", "--state", state).code == 0
    assert len(record.load(paths).former_keys) == 2
    _still_works(state, tmp_path)


@pytest.mark.parametrize(
    "place", ["rotate.drawn", "rotate.entered", "checkpoint.before", "rotate.named"]
)
def test_a_rotation_cut_short_anywhere_leaves_one_key_in_force(
    state: Path, tmp_path: Path, place: str
) -> None:
    environment = os.environ | {"EVIDOCK_FAILPOINTS": f"{place}@1=kill"}
    died = subprocess.run(
        commands.argv("keys", "rotate", "--state", state),
        env=environment,
        capture_output=True,
        check=False,
    )
    assert died.returncode == -9
    _still_works(state, tmp_path)
    paths = StatePaths(state)
    rotated = place != "rotate.drawn"
    assert len(record.load(paths).former_keys) == int(rotated)
    assert not paths.next_station_key.exists()


def test_a_key_of_another_time_is_refused_and_the_right_backup_is_taken(
    state: Path, tmp_path: Path
) -> None:
    paths = StatePaths(state)
    old = tmp_path / "old.key"
    shutil.copy(paths.station_key, old)
    assert commands.run("keys", "rotate", "--state", state).code == 0
    backup = tmp_path / "new.key"
    shutil.copy(paths.station_key, backup)
    paths.station_key.unlink()
    lost = commands.run("receipt", "0", "--state", state, "--json")
    assert (lost.code, lost.document["error"]["code"]) == (3, "key.missing")
    assert commands.verify(state).code == 0, "checking needs no secret"
    shutil.copy(old, paths.station_key)
    stale = commands.run("receipt", "0", "--state", state, "--json")
    assert (stale.code, stale.document["error"]["code"]) == (3, "key.bad")
    paths.station_key.unlink()
    shutil.copy(backup, paths.station_key)
    _still_works(state, tmp_path)


def test_a_key_that_is_lost_for_good_can_not_be_rotated(state: Path) -> None:
    paths = StatePaths(state)
    paths.station_key.unlink()
    ended = commands.run("keys", "rotate", "--state", state, "--json")
    assert (ended.code, ended.document["error"]["code"]) == (3, "key.missing")
    assert not paths.next_station_key.exists()


def test_a_central_store_takes_what_either_key_signed(state: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    receipts_wait = 5  # no station runs that would take them
    deliver = ("sync", "--once", "--to", store, "--state", state)
    assert commands.run(*deliver).code == receipts_wait
    assert commands.run("keys", "rotate", "--state", state).code == 0
    _still_works(state, tmp_path)
    assert commands.run(*deliver).code == receipts_wait
    (state / "sync.sqlite").unlink()  # it must believe what it finds, signed by both
    assert commands.run(*deliver).code == receipts_wait
    names = sorted(path.name[-7:] for path in (store / "keys").glob("*.json"))
    assert names == ["-1.json", "-2.json"]
