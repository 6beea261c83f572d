"""Keyrings and vaults; small segments make every boundary cheap to reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from workstation.vault import keys
from workstation.vault.store import Vault

if TYPE_CHECKING:
    from pathlib import Path

    from workstation.vault.keys import Keyring

SMALL_SEGMENT = 4096


@pytest.fixture
def keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keyring:
    """A keyring of the product's own making, with 4 KiB segments."""
    monkeypatch.setattr(keys, "SEGMENT_BYTES", SMALL_SEGMENT)
    return keys.create(tmp_path / "vault.json")


@pytest.fixture
def vault(tmp_path: Path, keyring: Keyring) -> Vault:
    """An empty vault."""
    made = Vault(tmp_path / "vault", keyring)
    made.prepare()
    return made
