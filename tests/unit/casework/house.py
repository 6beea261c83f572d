"""A real ledger with people in it, and a clock that stands until it is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from workstation.casework.people import PeopleDesk
from workstation.casework.signin import Claim
from workstation.catalog.reader import Catalog
from workstation.domain.people import Role
from workstation.events.mailbox import Mailbox
from workstation.ipc.peer import Peer
from workstation.ledger.custody import decode
from workstation.ledger.people import PeopleWriter
from workstation.ledger.signing import StationKey
from workstation.ledger.writer import Ledger
from workstation.platform.settings import PeopleSection

if TYPE_CHECKING:
    from pathlib import Path

    from workstation.casework.sessions import Person
    from workstation.ledger.custody import CustodyLine

STATION = "01STATION0000000000000000"
KIOSK = Peer(pid=77, uid=990, gid=990)
ADMIN, LEADER, OFFICER, OTHER = "100001", "200002", "300003", "400004"
PIN, NEW_PIN = "270914", "805316"


class StillClock:
    """Stands until it is told."""

    def __init__(self) -> None:
        self.at = datetime(2026, 5, 1, 8, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def pass_(self, **span: float) -> None:
        """Let time pass."""
        self.at += timedelta(**span)


class House:
    """One station's people; ``reopen`` is a restart."""

    def __init__(self, root: Path, policy: PeopleSection | None = None) -> None:
        self.root = root
        self.policy = policy or PeopleSection()
        self.clock = StillClock()
        self.key = StationKey.generate()
        (root / "keys").mkdir(exist_ok=True)
        self._open()

    def _open(self) -> None:
        path = self.root / "ledger.sqlite"
        self.ledger = Ledger(path, STATION, self.key, self.clock)
        self.catalog = Catalog.open(path)
        self.mailbox = Mailbox()
        self.desk = PeopleDesk(
            self.ledger, self.catalog, self.policy, self.key_path, self.mailbox, self.clock
        )
        self.directory, self.signing = self.desk.directory, self.desk.signing

    @property
    def key_path(self) -> Path:
        return self.root / "keys" / "people.key"

    def reopen(self) -> None:
        """The station stops and starts."""
        self.close()
        self._open()

    def close(self) -> None:
        self.signing.stop()
        self.catalog.close()
        self.ledger.close()
        self.mailbox.close()

    def populate(self) -> None:
        """A bureau with two squads; an administrator, a leader, two officers, all with PINs."""
        self.directory.add_unit("3201", "分局", None, "uid:0")
        self.directory.add_unit("3201-1", "一中队", "3201", "uid:0")
        self.directory.add_unit("3201-2", "二中队", "3201", "uid:0")
        self.add(ADMIN, "赵管", "3201", Role.ADMINISTRATOR)
        self.add(LEADER, "钱队", "3201-1", Role.LEADER)
        self.add(OFFICER, "孙警", "3201-1", Role.OFFICER)
        self.add(OTHER, "李警", "3201-2", Role.OFFICER)

    def add(self, badge: str, name: str, unit: str, role: Role) -> None:
        """Somebody who has chosen a PIN of his own."""
        officer = self.directory.add(badge, name, unit, role, "uid:0")
        with self.ledger.transaction() as tx:
            sealed = self.desk.seal.seal(officer, PIN, must_change=False)
            PeopleWriter(tx, badge).set_pin(officer, sealed)

    def sign_in(self, badge: str = "", pin: str = PIN, card: str = "") -> tuple[str, Person]:
        """Sign in at the kiosk."""
        return self.signing.sign_in(Claim(badge, card, pin), KIOSK, self.desk.seal, self.policy)

    def lines(self, *acts: str) -> list[CustodyLine]:
        """The custody entries of these acts; all of them without any."""
        decoded = [decode(line, 0) for line in self.catalog.custody_lines(limit=10_000)]
        return [line for line in decoded if not acts or line.act in acts]
