"""Where everything of a station lies: one state directory, one name for each thing in it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

INSTALLED_STATE = Path("/var/lib/evidock")
INSTALLED_MARKS = (Path("/etc/evidock"), Path("/opt/evidock"))


@dataclass(frozen=True, slots=True)
class StatePaths:
    """The layout of a state directory. Names only: nothing is created or looked at."""

    root: Path

    @property
    def settings(self) -> Path:
        """``evidock.toml``, written by people."""
        return self.root / "evidock.toml"

    @property
    def station(self) -> Path:
        """``station.json``: id, name, time of creation, public key."""
        return self.root / "station.json"

    @property
    def station_draft(self) -> Path:
        """``station.json`` while the first-start ceremony is under way."""
        return self.root / "station.json.draft"

    @property
    def keys(self) -> Path:
        """The directory of the two key files (0700)."""
        return self.root / "keys"

    @property
    def vault_key(self) -> Path:
        """Tink JSON keyset (0400)."""
        return self.keys / "vault.json"

    @property
    def station_key(self) -> Path:
        """Ed25519 private key, PEM (0400)."""
        return self.keys / "station.key"

    @property
    def next_station_key(self) -> Path:
        """The key that takes over, while a rotation is under way (0400)."""
        return self.keys / "station.key.next"

    @property
    def slots(self) -> Path:
        """Which port is which bay, as it was learned."""
        return self.root / "slots.json"

    @property
    def secrets(self) -> Path:
        """Recorders' passwords, sealed with the vault key (0600)."""
        return self.root / "secrets.json"

    @property
    def people_key(self) -> Path:
        """32 random bytes that PINs and card numbers are sealed with (0400)."""
        return self.keys / "people.key"

    @property
    def lock(self) -> Path:
        """Held by the station process while it runs."""
        return self.root / "station.lock"

    @property
    def socket(self) -> Path:
        """Where the station serves its clients."""
        return self.root / "station.sock"

    @property
    def ledger(self) -> Path:
        """The station's database; the station is its only writer."""
        return self.root / "ledger.sqlite"

    @property
    def sync(self) -> Path:
        """The delivery database; the sync process is its only writer."""
        return self.root / "sync.sqlite"

    @property
    def platforms(self) -> Path:
        """What management platforms were told; the sync process is its only writer."""
        return self.root / "platforms.sqlite"

    @property
    def cases(self) -> Path:
        """How far sources of cases were read; the sync process is its only writer."""
        return self.root / "cases.sqlite"

    @property
    def centre_index(self) -> Path:
        """What was indexed of central stores; can be made again."""
        return self.root / "centre.sqlite"

    @property
    def logs(self) -> Path:
        """Log files, one per process."""
        return self.root / "logs"

    @property
    def cache(self) -> Path:
        """What can be made again."""
        return self.root / "cache"

    @property
    def central(self) -> Path:
        """The demo's central store; a real station has its store elsewhere."""
        return self.root / "central"

    @property
    def vault(self) -> Path:
        """Everything of the vault."""
        return self.root / "vault"

    @property
    def objects(self) -> Path:
        """Sealed objects, in directories by the first two digits of their digest."""
        return self.vault / "objects"

    @property
    def staging(self) -> Path:
        """Copies in progress; never trusted after a restart."""
        return self.vault / "staging"

    @property
    def quarantine(self) -> Path:
        """The readable part of what could not be taken whole."""
        return self.vault / "quarantine"

    @property
    def entry_exports(self) -> Path:
        """Custody entries that auditors took out, each file with its proof."""
        return self.root / "exports"

    @property
    def rosters(self) -> Path:
        """Where lists of people lie ready for an administrator at the screen."""
        return self.root / "rosters"

    @property
    def second_copy(self) -> Path:
        """The ledger's lines once more, to rebuild it from."""
        return self.vault / "ledger"

    @property
    def backups(self) -> Path:
        """Backups of the ledger, where the settings name no better place."""
        return self.root / "backups"

    @property
    def thumbs(self) -> Path:
        """Small pictures of clips."""
        return self.vault / "thumbs"


def default_state_dir() -> Path:
    """``/var/lib/evidock`` on an installed machine, else a place in the caller's home."""
    program = Path(__file__).resolve()
    installed, tree = INSTALLED_MARKS
    if installed.is_dir() or program.is_relative_to(tree):
        return INSTALLED_STATE
    named = os.environ.get("XDG_STATE_HOME", "")
    # The XDG base directory specification: a relative path there is to be ignored.
    base = Path(named) if named.startswith("/") else Path.home() / ".local" / "state"
    return base / "evidock"
