"""A clip whose name and container tell different times is collected, and it is said."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from tests.unit.ingest.scripted import ScriptedFile, ScriptedRecorder, until
from tests.unit.media.clips import Recipe, film
from workstation.platform.settings import MediaSection

if TYPE_CHECKING:
    from tests.unit.ingest.scripted import Bench

NAMED = datetime(2024, 5, 6, 7, 8, 9)  # noqa: DTZ001 - names tell local time


def filmed(at: str) -> ScriptedFile:
    content = film(Recipe(frames=10, metadata={"creation_time": at}))
    return ScriptedFile(content, recorded_at=NAMED)


def test_times_that_contradict_each_other_are_a_finding_of_the_clip(bench: Bench) -> None:
    files = {
        "right.mp4": filmed("2024-05-06T07:08:09Z"),
        "wrong.mp4": filmed("2023-01-01T00:00:00Z"),
        "silent.mp4": ScriptedFile(film(Recipe(frames=9)), recorded_at=NAMED),
    }
    taken = bench.dock(ScriptedRecorder(files))
    stop = bench.engine.footage.start_probing(MediaSection())
    try:
        bench.engine.footage.wake()
        until(lambda: not bench.engine.catalog.unprobed(10), "not looked into")
    finally:
        stop()
    found = {path: line.findings for path, line in bench.items(taken).items()}
    assert found == {"right.mp4": (), "wrong.mp4": ("time.disagrees",), "silent.mp4": ()}
    told = [facts for facts in bench.acts("flagged") if facts["code"] == "time.disagrees"]
    assert len(told) == 1
    assert told[0]["named"] == "2024-05-06T07:08:09"
    assert str(told[0]["container"]).startswith("2023-01-01T00:00:00")
