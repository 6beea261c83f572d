"""Key files: Tink's form, nobody else's eyes, never written over."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING

import pytest

from workstation.domain.errors import AlreadyInitialisedError, KeyBadError, KeyMissingError
from workstation.vault import keys

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vault.json"


def _rewrite(path: Path, text: str) -> None:
    path.chmod(0o600)
    path.write_text(text)


def test_a_keyring_is_read_as_it_was_made(path: Path) -> None:
    made = keys.create(path)
    assert keys.load(path) == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    assert [found.name for found in path.parent.iterdir()] == ["vault.json"]


def test_a_key_does_not_show_its_secret(path: Path) -> None:
    key = keys.create(path).primary
    assert key.secret.hex() not in repr(key)
    assert repr(key.secret) not in repr(keys.load(path))


def test_keys_are_never_overwritten(path: Path) -> None:
    keys.create(path)
    before = path.read_bytes()
    with pytest.raises(AlreadyInitialisedError):
        keys.create(path)
    assert path.read_bytes() == before
    assert [found.name for found in path.parent.iterdir()] == ["vault.json"]


def test_a_missing_file_and_a_missing_key_are_missing(path: Path) -> None:
    with pytest.raises(KeyMissingError):
        keys.load(path)
    ring = keys.create(path)
    with pytest.raises(KeyMissingError):
        ring.get(ring.primary.id + 1)


@pytest.mark.parametrize("mode", [0o440, 0o444, 0o604, 0o660])
def test_a_file_that_others_may_read_is_refused(path: Path, mode: int) -> None:
    keys.create(path)
    path.chmod(mode)
    with pytest.raises(KeyBadError):
        keys.load(path)


@pytest.mark.parametrize(
    "text", ["", "{}", "null", "[1]", '{"primaryKeyId": 1, "key": []}', "\x00", '{"key": 1}']
)
def test_a_file_in_another_form_is_bad(path: Path, text: str) -> None:
    keys.create(path)
    _rewrite(path, text)
    with pytest.raises(KeyBadError):
        keys.load(path)


@pytest.mark.parametrize(
    "value",
    ["", "!", "AA==", "EgA=", "Eg==", "EgMIgAEaAQA=", "////////", "CAAQ"],
)
def test_a_key_in_another_form_is_bad(path: Path, value: str) -> None:
    keys.create(path)
    document = json.loads(path.read_text())
    document["key"][0]["keyData"]["value"] = value
    _rewrite(path, json.dumps(document))
    with pytest.raises(KeyBadError):
        keys.load(path)


def test_an_older_key_stays_readable_and_the_primary_seals(tmp_path: Path) -> None:
    old, new = keys.create(tmp_path / "old.json"), keys.create(tmp_path / "new.json")
    document = json.loads((tmp_path / "new.json").read_text())
    document["key"] += json.loads((tmp_path / "old.json").read_text())["key"]
    _rewrite(tmp_path / "new.json", json.dumps(document))
    ring = keys.load(tmp_path / "new.json")
    assert ring.primary == new.primary
    assert ring.get(old.primary.id) == old.primary


def test_a_disabled_key_opens_nothing(path: Path) -> None:
    keys.create(path)
    _rewrite(path, path.read_text().replace("ENABLED", "DISABLED"))
    with pytest.raises(KeyBadError):
        keys.load(path)
