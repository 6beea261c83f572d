"""A real station with people, a recorder and cases, for the officer's screens."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tests.unit.ingest.scripted import SETTINGS, Bench, ScriptedFile, ScriptedRecorder
from workstation.domain.casework import Field
from workstation.domain.clip import ClipEntry
from workstation.domain.people import Role
from workstation.domain.recorder import RecorderStorage
from workstation.ipc.client import Connection
from workstation.ipc.messages_casework import Annotate, CaseOpened, CreateCase
from workstation.ipc.messages_recorders import BindRecorder
from workstation.ipc.server import StationServer
from workstation.ledger.people import PeopleWriter
from workstation.station.commands import Commands

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from workstation.platform.settings import Settings

OFFICER, LEADER, ADMIN, FRESH = "012345", "200002", "100001", "300003"
AUDITOR = "400004"
PIN, CARD = "270914", "0004712345"
HERE = datetime.now().replace(hour=10, minute=5, second=0, microsecond=0)  # noqa: DTZ005 - a recorder's clock has no zone


class NamedRecorder(ScriptedRecorder):
    """Says when each file was recorded, as names of real recorders do."""

    def entries(self) -> Iterator[ClipEntry]:
        for place, entry in enumerate(ScriptedRecorder.entries(self)):
            minutes = 5 * place if place < 3 else 180 + 5 * place
            yield ClipEntry(
                path=entry.path,
                raw_path=entry.raw_path,
                size_bytes=entry.size_bytes,
                mtime_ns=entry.mtime_ns,
                kind=entry.kind,
                recorded_at=HERE + timedelta(minutes=minutes),
                sequence=place + 1 if place < 4 else place + 2,
            )


class FullRecorder(NamedRecorder):
    """Its card has no room for another shift, and its battery none for another hour."""

    def storage(self) -> RecorderStorage:
        return RecorderStorage(64_000_000_000, 640_000_000)

    def battery_percent(self) -> int:
        return 9


class ShiftStation:
    """The engine behind its real socket; people come as another process."""

    def __init__(self, state: Path, settings: Settings = SETTINGS) -> None:
        self.bench = Bench(state, settings)
        self.engine = self.bench.engine
        handle = Commands(self.engine).handle
        self._server = StationServer(self.bench.paths.socket, handle, self.engine.mailbox)
        self._server.start()
        self.machine = Connection(self.bench.paths.socket)
        self.machine.connect()
        self._people()

    def close(self) -> None:
        """Stop serving, then stop."""
        self.machine.close()
        self._server.stop()
        self.bench.close()

    def _people(self) -> None:
        desk = self.engine.people
        by = f"uid:{os.getuid()}"
        desk.directory.add_unit("3201", "城东大队", None, by)
        roles = {OFFICER: Role.OFFICER, LEADER: Role.LEADER, ADMIN: Role.ADMINISTRATOR}
        roles |= {FRESH: Role.OFFICER, AUDITOR: Role.AUDITOR}
        for badge, role in roles.items():
            officer = desk.directory.add(badge, f"王{badge[:2]}", "3201", role, by)
            with self.engine.ledger.transaction() as tx:
                sealed = desk.seal.seal(officer, PIN, must_change=badge == FRESH)
                PeopleWriter(tx, badge).set_pin(officer, sealed)
        desk.directory.bind_card(OFFICER, CARD, desk.seal, by)

    def dock(
        self,
        serial: str = "REC-1",
        badge: str | None = OFFICER,
        files: int = 5,
        kind: type[NamedRecorder] = NamedRecorder,
        salt: str = "",
    ) -> None:
        """An officer comes home and plugs in; other ``salt`` makes other bytes."""
        if badge is not None:
            self.machine.call(BindRecorder(serial, badge, "王芳", "城东大队"))
        content = {
            f"DCIM/V{n:03d}.MP4": ScriptedFile(f"{salt}{n} ".encode() * 9000) for n in range(files)
        }
        self.bench.dock(kind(content, serial=serial), f"port:{serial}")

    def paths_of_exports(self) -> list[Path]:
        """What auditors took out."""
        return sorted(self.bench.paths.entry_exports.glob("*.json"))

    def tag(self, clips: Sequence[str], tag: str) -> None:
        """Somebody says what these clips are."""
        self.machine.call(Annotate(tuple(clips), add_tags=(tag,)))

    def open_case(self, number: str, title: str, minutes: float | None = None) -> str:
        """A case that occurred so long after five past ten."""
        fields = {Field.NUMBER.value: number, Field.TITLE.value: title}
        if minutes is not None:
            fields[Field.OCCURRED.value] = (HERE + timedelta(minutes=minutes)).isoformat()
            fields[Field.PLACE.value] = "文明路"
        answer = self.machine.call(CreateCase(fields))
        assert isinstance(answer, CaseOpened)
        return answer.case
