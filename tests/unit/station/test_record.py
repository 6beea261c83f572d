"""The first-start ceremony: once, whole, by one process."""

from __future__ import annotations

import json
import stat
import threading
from typing import TYPE_CHECKING

import pytest

from tests.unit.ingest.scripted import SETTINGS
from workstation.domain.errors import (
    AlreadyInitialisedError,
    KeyBadError,
    NotInitialisedError,
    StateLockedError,
    StateUnusableError,
    StationError,
)
from workstation.ledger.audit import check_ledger
from workstation.platform.paths import StatePaths
from workstation.station import record

if TYPE_CHECKING:
    from pathlib import Path

    from workstation.station.record import StationRecord


@pytest.fixture
def paths(tmp_path: Path) -> StatePaths:
    return StatePaths(tmp_path / "state")


def test_a_made_station_is_read_as_it_was_made(paths: StatePaths) -> None:
    made = record.initialise(paths, SETTINGS)
    assert record.load(paths) == made
    assert record.load_key(paths).public == made.key.public
    assert made.verifier.startswith(f"evidock/{made.id}+")
    assert stat.S_IMODE(paths.keys.stat().st_mode) == 0o700
    assert stat.S_IMODE(paths.station_key.stat().st_mode) == 0o400
    assert not paths.station_draft.exists()
    report = check_ledger(paths.ledger, made.id, made.key, lambda _: None)
    assert (report.lines, report.unsigned_lines, report.faults) == (1, 0, ())


def test_the_ceremony_is_held_once(paths: StatePaths) -> None:
    record.initialise(paths, SETTINGS)
    keys = (paths.vault_key.read_bytes(), paths.station_key.read_bytes())
    with pytest.raises(AlreadyInitialisedError):
        record.initialise(paths, SETTINGS)
    assert (paths.vault_key.read_bytes(), paths.station_key.read_bytes()) == keys


def test_a_ceremony_that_was_cut_short_is_held_again_with_its_keys(paths: StatePaths) -> None:
    made = record.initialise(paths, SETTINGS)
    paths.station.rename(paths.station_draft)
    assert record.initialise(paths, SETTINGS) == made


def test_two_ceremonies_at_once_make_one_station(paths: StatePaths) -> None:
    """One is held; the others find it held, or being held."""
    made: list[StationRecord] = []
    refused: list[StationError] = []
    meet = threading.Barrier(8)

    def hold() -> None:
        meet.wait()
        try:
            made.append(record.initialise(paths, SETTINGS))
        except StationError as error:
            refused.append(error)

    threads = [threading.Thread(target=hold) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert {type(error) for error in refused} <= {AlreadyInitialisedError, StateLockedError}
    report = check_ledger(paths.ledger, made[0].id, made[0].key, lambda _: None)
    assert (report.lines, report.faults) == (1, ())


def test_a_running_owner_keeps_others_out(paths: StatePaths) -> None:
    paths.root.mkdir()
    with record.sole_owner(paths):
        with pytest.raises(StateLockedError), record.sole_owner(paths):
            pass
        with pytest.raises(StateLockedError):
            record.initialise(paths, SETTINGS)
    record.initialise(paths, SETTINGS)


def test_a_place_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StateUnusableError):
        record.initialise(StatePaths(tmp_path / "file" / "state"), SETTINGS)
    with pytest.raises(StateUnusableError), record.sole_owner(StatePaths(tmp_path / "file")):
        pass


def test_a_station_without_its_record_is_not_initialised(paths: StatePaths) -> None:
    with pytest.raises(NotInitialisedError):
        record.load(paths)


@pytest.mark.parametrize("change", [{"public_key": "AAAA"}, {"public_key": "!"}, {"id": 5}])
def test_a_record_that_holds_no_key_is_bad(paths: StatePaths, change: dict[str, object]) -> None:
    record.initialise(paths, SETTINGS)
    paths.station.chmod(0o600)
    paths.station.write_text(json.dumps({**json.loads(paths.station.read_text()), **change}))
    with pytest.raises(KeyBadError):
        record.load(paths)


def test_the_errors_of_the_body_pass_through_the_lock(paths: StatePaths) -> None:
    paths.root.mkdir()
    with pytest.raises(FileNotFoundError), record.sole_owner(paths):
        (paths.root / "none").read_bytes()
