"""Write ``tests/golden/state-<version>``: run once for a release, never over an old one."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from tests.integration import commands
from workstation.platform.paths import StatePaths

GOLDEN = Path(__file__).parents[1] / "golden"


def main(version: str) -> int:
    """Take in a tiny card with today's program and keep what it wrote."""
    target = GOLDEN / f"state-{version}"
    target.mkdir()
    with tempfile.TemporaryDirectory() as place:
        card = Path(place) / "card"
        (card / "DCIM").mkdir(parents=True)
        (card / "DCIM" / "执法_0001.MP4").write_bytes(b"golden video " * 100)
        (card / "DCIM" / "0002.JPG").write_bytes(b"golden photo")
        (card / "twin.MP4").write_bytes(b"golden photo")
        (card / "zero").touch()
        paths = StatePaths(Path(place) / "state")
        done = commands.collect(paths.root, card)
        shutil.copy(paths.ledger, target / "ledger.sqlite")
        shutil.copy(paths.station, target / "station.json")
        shutil.copy(paths.vault_key, target / "vault-key.json")
        for path in paths.objects.glob("*/*"):
            shutil.copy(path, target / path.name)
    for path in target.iterdir():
        path.chmod(0o644)
    return done.code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
