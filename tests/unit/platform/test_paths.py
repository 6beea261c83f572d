"""Everything of a station lies under one directory, and each thing has one name."""

from __future__ import annotations

from pathlib import Path

import pytest

from workstation.platform import paths
from workstation.platform.paths import StatePaths, default_state_dir

LAYOUT = {
    "settings": "evidock.toml",
    "station": "station.json",
    "keys": "keys",
    "vault_key": "keys/vault.json",
    "station_key": "keys/station.key",
    "secrets": "secrets.json",
    "slots": "slots.json",
    "lock": "station.lock",
    "socket": "station.sock",
    "ledger": "ledger.sqlite",
    "sync": "sync.sqlite",
    "cases": "cases.sqlite",
    "logs": "logs",
    "cache": "cache",
    "central": "central",
    "vault": "vault",
    "objects": "vault/objects",
    "staging": "vault/staging",
    "quarantine": "vault/quarantine",
    "thumbs": "vault/thumbs",
}


@pytest.mark.parametrize(("name", "place"), LAYOUT.items())
def test_layout_is_as_written_down(name: str, place: str) -> None:
    assert getattr(StatePaths(Path("/s")), name) == Path("/s") / place


def test_nothing_lies_outside_of_the_directory() -> None:
    root = Path("/s")
    names = {name for name, value in vars(StatePaths).items() if isinstance(value, property)}
    places = [getattr(StatePaths(root), name) for name in names]
    assert all(place.is_relative_to(root) for place in places)
    assert len(set(places)) == len(places)


def test_state_lies_in_the_callers_home_when_not_installed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(paths, "INSTALLED_MARKS", (tmp_path / "etc", tmp_path / "opt"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert default_state_dir() == tmp_path / "evidock"
    monkeypatch.setenv("XDG_STATE_HOME", "relative/is/ignored")
    assert default_state_dir() == Path.home() / ".local" / "state" / "evidock"


def test_state_lies_in_var_lib_when_installed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(paths, "INSTALLED_MARKS", (tmp_path, tmp_path / "opt"))
    assert default_state_dir() == Path("/var/lib/evidock")
    here = Path(paths.__file__).resolve().parents[2]
    monkeypatch.setattr(paths, "INSTALLED_MARKS", (tmp_path / "etc", here))
    assert default_state_dir() == Path("/var/lib/evidock")
