"""What a recorder of the tests is like inside, whatever protocol it speaks."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from workstation.domain.clip import BadgeNumber
from workstation.domain.recorder import Inscription

OWNER = Inscription("A1B2C3D", BadgeNumber("012345"), "张三丰", "310101000001", "城管执法一中队")


@dataclass
class RecorderState:
    """One recorder. ``writes`` says what was changed on it, in the order of arrival."""

    written: Inscription = OWNER
    id_code: str = "ABCDE"
    password: str = "246810"
    battery: int = 73
    size: tuple[int, int] = (1920, 1080)
    total_mb: int = 30436
    free_mb: int = 12000
    clock_ahead: timedelta = timedelta(seconds=-93)
    has_card: bool = True
    is_recording: bool = False
    shows_card: bool = False
    tries: int = 0
    writes: list[str] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def now(self) -> datetime:
        """The recorder's own time."""
        return datetime.now(UTC) + self.clock_ahead

    def set_now(self, moment: datetime) -> None:
        """Its clock was set."""
        self.clock_ahead = moment - datetime.now(UTC)
        self.writes.append("clock")

    def accepts(self, password: str) -> bool:
        """Somebody tried a password."""
        self.tries += 1
        return password == self.password

    def show_card(self) -> bool:
        """Somebody asked for the card; whether it is shown."""
        if self.is_recording or not self.has_card:
            return False
        self.shows_card = True
        self.writes.append("card")
        return True

    def write(self, inscription: Inscription) -> None:
        """Somebody wrote who wears it."""
        self.written = inscription
        self.writes.append("binding")
