"""A real station that holds real films with their tracks, of two recorders on one street."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from functools import cache
from typing import TYPE_CHECKING

from tests.ui.shift_station import FRESH, HERE, OFFICER, ShiftStation
from tests.unit.ingest.scripted import ScriptedFile, ScriptedRecorder
from tests.unit.media.clips import Recipe, film
from workstation.devices.simulation.track import walk
from workstation.domain.clip import ClipId, ClipKind
from workstation.ipc.messages_casework import LinkClips
from workstation.ipc.messages_recorders import BindRecorder

if TYPE_CHECKING:
    from datetime import datetime

SECONDS = 12
_RECIPE = Recipe(size=(160, 120), frames=25 * SECONDS)


@cache
def _film(frames: int) -> bytes:
    return film(replace(_RECIPE, frames=frames))


class FilmStation(ShiftStation):
    """``ours`` are clips by name; a clip and its track have one name before the dot."""

    def shoot(
        self, serial: str, badge: str, begins: dict[str, datetime], *, tracked: bool = True
    ) -> None:
        """A recorder comes home with a film of each of these moments (local), and its track."""
        self.machine.call(BindRecorder(serial, badge, f"王{badge[:2]}", "城东大队"))
        files = {}
        for place, (name, at) in enumerate(begins.items()):
            # No two films are the same bytes, or the second would be a duplicate of the first.
            content = _film(25 * SECONDS - len(self._shot()) - place)
            files[f"DCIM/{name}.MP4"] = ScriptedFile(content, recorded_at=at)
            if tracked:
                path = walk(name, at.astimezone(UTC), SECONDS + 20)
                files[f"DCIM/{name}.NMEA"] = ScriptedFile(
                    path.encode(),
                    kind=ClipKind.TRACK,
                    recorded_at=at,
                    sidecar_of=f"DCIM/{name}.MP4",
                )
        self.bench.dock(ScriptedRecorder(files, serial=serial), f"port:{serial}")
        with self.engine.ledger.transaction() as tx:  # as the probe does when it has looked in
            for name in begins:
                clip = ClipId(self.clip(f"{name}.MP4"))
                tx.record_media(clip, SECONDS * 1000, b"{}", has_thumbnail=False)

    def _shot(self) -> list[str]:
        return [one.id for one in self.engine.catalog.clips(limit=1000)]

    def clip(self, name: str) -> str:
        """The id of a clip by the name of its file."""
        found = self.engine.catalog.clips(limit=1000)
        return next(one.id for one in found if one.name == name)

    def link(self, case: str, *names: str) -> None:
        """These clips belong to a case."""
        self.machine.call(LinkClips(tuple(map(self.clip, names)), link=(case,)))


def two_recorders(station: FilmStation) -> str:
    """An officer's two films and a colleague's one of the same minute; the case of all three."""
    begins = HERE + timedelta(minutes=2)
    station.shoot("REC-1", OFFICER, {"A1": begins, "A2": begins + timedelta(seconds=40)})
    station.shoot("REC-2", FRESH, {"B1": begins + timedelta(seconds=4)})
    case = station.open_case("2024-0317", "文明路盗窃案", 7)
    station.link(case, "A1.MP4", "A2.MP4", "B1.MP4")
    return case
