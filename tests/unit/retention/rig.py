"""A state directory with real objects, and a clock that can be moved years ahead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.unit.ingest.scripted import Bench, ScriptedFile, ScriptedRecorder
from workstation.catalog.reader import Catalog
from workstation.domain.retention import judge
from workstation.ledger.writer import Ledger
from workstation.platform.paths import StatePaths
from workstation.retention.policy import in_force
from workstation.retention.sweep import Sweep
from workstation.station import record
from workstation.vault.store import Vault

if TYPE_CHECKING:
    from pathlib import Path

    from workstation.domain.retention import Verdict

A, B = "012345", "067890"


class MovingClock:
    """Tells the time that a test wants it to be."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class Rig:
    """A station without its engine: ledger, vault and sweep, years from now."""

    def __init__(self, root: Path, clips: int) -> None:
        bench = Bench(root)
        files = {f"DCIM/{n:03}.MP4": ScriptedFile(b"clip %d" % n) for n in range(clips)}
        bench.dock(ScriptedRecorder(files))
        bench.close()
        self.clock = MovingClock()
        self.paths = StatePaths(root)
        key = record.load_key(self.paths)
        me = record.load(self.paths)
        self.ledger = Ledger(self.paths.ledger, me.id, key, self.clock)
        self.catalog = Catalog.open(self.paths.ledger)
        self.vault = Vault(self.paths.vault, record.load_keyring(self.paths))
        self.sweep = Sweep(self.ledger, self.catalog, self.vault, key)
        self.clips = [clip.id for clip in self.catalog.clips()]

    def close(self) -> None:
        """Let go of the files."""
        self.catalog.close()
        self.ledger.close()

    def later(self, days: float) -> None:
        """Move the clock."""
        self.clock.ahead += timedelta(days=days)

    def objects(self) -> set[str]:
        """Clips whose bytes are in the vault."""
        return {path.name.rpartition(".")[2] for path in self.vault.object_files()}

    def verdicts(self) -> dict[str, Verdict]:
        """What the rules say now of every clip that is there."""
        with self.ledger.transaction() as tx:
            policy = in_force(tx.connection)
        return {clip.id: judge(clip, policy) for clip in self.catalog.clip_facts()}
