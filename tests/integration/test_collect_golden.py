"""A station's files as an earlier version wrote them: today's program vouches for them."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from tests.integration import commands
from tests.unit.ingest.scripted import SETTINGS
from workstation.catalog.reader import Catalog
from workstation.ledger import database
from workstation.platform.paths import StatePaths
from workstation.vault import keys
from workstation.vault.store import Vault

GOLDEN = sorted((Path(__file__).parents[1] / "golden").glob("state-*"))


@pytest.fixture(params=GOLDEN, ids=lambda path: path.name)
def paths(request: pytest.FixtureRequest, tmp_path: Path) -> StatePaths:
    """The golden files in their places, with the modes a station gives them."""
    golden: Path = request.param
    paths = StatePaths(tmp_path / "state")
    paths.keys.mkdir(parents=True)
    shutil.copy(golden / "ledger.sqlite", paths.ledger)
    shutil.copy(golden / "station.json", paths.station)
    shutil.copy(golden / "vault-key.json", paths.vault_key)
    paths.vault_key.chmod(0o400)
    Vault(paths.vault, keys.load(paths.vault_key)).prepare()
    for sealed in golden.glob("*.01*"):
        shutil.copy(sealed, paths.objects / sealed.name[:2] / sealed.name)
    database.migrate(paths.ledger)
    return paths


def test_there_are_golden_states() -> None:
    assert GOLDEN


def test_a_state_of_an_earlier_version_is_whole(paths: StatePaths) -> None:
    found = commands.check(paths.root)
    assert found.code == 0, found.stderr
    assert found.document["objects"] == 2
    assert found.document["strangers"] == []


def test_clips_of_an_earlier_version_give_their_bytes(paths: StatePaths) -> None:
    vault = Vault(
        paths.vault, keys.load(paths.vault_key), reserve_bytes=SETTINGS.vault.min_free_bytes
    )
    with closing(Catalog.open(paths.ledger)) as catalog:
        found = {}
        for clip in catalog.clips():
            with vault.open(catalog.object_ref(clip.id)) as reader:
                found[clip.source_path] = reader.read_at(0, reader.size_bytes)
        (collection,) = catalog.collections()
        states = [line.state.value for line in catalog.items(collection.id)]
    assert found == {"DCIM/执法_0001.MP4": b"golden video " * 100, "DCIM/0002.JPG": b"golden photo"}
    assert states == ["vaulted", "vaulted", "duplicate", "skipped"]
