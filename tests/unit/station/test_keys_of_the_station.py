"""A station works only with the keys it began with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from workstation.domain.errors import KeyBadError
from workstation.platform.paths import StatePaths
from workstation.platform.settings import Settings
from workstation.station import record
from workstation.vault import keys

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def paths(tmp_path: Path) -> StatePaths:
    made = StatePaths(tmp_path / "state")
    record.initialise(made, Settings())
    return made


def test_the_right_keys_are_taken(paths: StatePaths) -> None:
    assert record.load_keyring(paths) == keys.load(paths.vault_key)
    assert record.load_key(paths).public == record.load(paths).key.public


def test_another_vault_key_is_refused(paths: StatePaths) -> None:
    paths.vault_key.unlink()
    keys.create(paths.vault_key)
    with pytest.raises(KeyBadError):
        record.load_keyring(paths)


def test_another_station_key_is_refused(paths: StatePaths, tmp_path: Path) -> None:
    other = StatePaths(tmp_path / "other")
    record.initialise(other, Settings())
    paths.station_key.unlink()
    keys.write_secret(paths.station_key, other.station_key.read_bytes())
    with pytest.raises(KeyBadError):
        record.load_key(paths)


def test_a_verifier_that_is_not_the_public_key_is_noticed(paths: StatePaths) -> None:
    found = json.loads(paths.station.read_text())
    found["verifier"] = found["verifier"][:-4] + "AAAA"
    paths.station.unlink()
    paths.station.write_text(json.dumps(found))
    assert not record.load(paths).is_consistent


def test_the_key_check_tells_nothing_of_the_key(paths: StatePaths) -> None:
    secret = keys.load(paths.vault_key).primary.secret.hex()
    check = record.load(paths).vault_key_check
    assert len(check) == 32
    assert check not in secret
