"""``shift`` and ``gap`` over real films on a card of a recorder that counts its files."""

from __future__ import annotations

import os
import subprocess
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration import commands
from tests.unit.media.clips import Recipe, film

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BADGE = "012345"
BEGAN = datetime.now().replace(microsecond=0) - timedelta(hours=3)  # noqa: DTZ005 - a recorder's clock
PATIENCE_S = 120.0


def _film(card: Path, after_min: float, number: int, seconds: int, closed_after_s: float) -> None:
    """A real film whose name says when it began, closed so long after that."""
    at = BEGAN + timedelta(minutes=after_min)
    path = card / f"{BADGE}_A1B2C3D_{at:%Y%m%d%H%M%S}_{number:04}.mp4"
    path.write_bytes(film(Recipe(size=(64, 48), frames=25 * seconds)))
    closed = at.timestamp() + closed_after_s
    os.utime(path, (closed, closed))


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A running station with a card in it: three films, two numbers left out."""
    folder = tmp_path_factory.mktemp("shift")
    card = folder / "card" / "DCIM" / "101ANDRO"
    card.mkdir(parents=True)
    _film(card, 0, 7, 4, 4)
    _film(card, 60, 10, 5, 5)
    _film(card, 90, 11, 36, 4)  # named when the button was pressed, 32 s after its first frame
    note = folder / "note"
    note.mkdir()
    (note / "readme.txt").write_text("nobody's")
    commands.collect(folder / "state", note)  # makes the station
    dock = f"card:{folder / 'card'}"
    process = subprocess.Popen(
        commands.argv("station", "--state", folder / "state", "--dock", dock),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        deadline = time.monotonic() + PATIENCE_S
        while not _is_known(folder / "state"):
            assert process.poll() is None, process.stderr and process.stderr.read()
            assert time.monotonic() < deadline
            time.sleep(0.2)
        yield folder / "state"
    finally:
        process.terminate()
        process.communicate(timeout=60)


def _is_known(state: Path) -> bool:
    """Whether every film is held, and the probe has told how long each is."""
    if not (state / "station.sock").exists():
        return False
    found = say(state, "shift", BADGE, *hours())
    return (
        bool(found.stdout)
        and found.document.get("clips") == 3
        and not (found.document["unmeasured"])
    )


def say(state: Path, *words: str) -> commands.Ended:
    return commands.run(*words, "--state", state, "--json")


def hours() -> tuple[str, str, str, str]:
    """The roster: half an hour before the first film to half an hour after the last."""
    begins, ends = BEGAN - timedelta(minutes=30), BEGAN + timedelta(minutes=120)
    return "--from", begins.isoformat(), "--to", ends.isoformat()


def parts(document: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(one["cover"], one["reason"]) for one in document["parts"]]


def test_the_bar_the_missing_numbers_and_the_pre_record_are_told(state: Path) -> None:
    ended = say(state, "shift", BADGE, *hours())
    assert ended.code == 3
    found = ended.document
    assert found["basis"] == "given"
    assert found["seconds"]["shift"] == 150 * 60
    assert found["seconds"]["recorded"] == pytest.approx(45, abs=1)
    assert parts(found)[0] == ("unexplained", None)
    (missing,) = found["missing"]
    assert (missing["first"], missing["last"], missing["count"]) == (8, 9, 2)
    assert "never reached this station" in missing["statement"]
    assert [one["found"] for one in found["pre_record"]] == ["unknown", "unknown", "present"]
    assert found["pre_record"][2]["s"] == pytest.approx(32, abs=1)


def test_a_reason_given_to_the_running_station_is_on_the_bar_and_in_the_ledger(
    state: Path,
) -> None:
    begins, ends = BEGAN + timedelta(minutes=1), BEGAN + timedelta(minutes=31)
    span = ("--from", begins.isoformat(), "--to", ends.isoformat())
    ended = say(state, "gap", BADGE, *span, "--reason", "meal", "--note", "食堂")
    assert ended.code == 0
    found = say(state, "shift", BADGE, *hours()).document
    assert ("explained", "meal") in parts(found)
    assert found["seconds"]["explained"] == 30 * 60
    assert sum(found["seconds"][one] for one in ("recorded", "explained", "unexplained")) == (
        pytest.approx(found["seconds"]["shift"])
    )
    assert say(state, "verify", "--ledger").code == 0


def test_a_time_yet_to_come_and_half_a_roster_are_refused(state: Path) -> None:
    later = (datetime.now() + timedelta(days=2)).isoformat()  # noqa: DTZ005 - as typed
    span = ("--from", BEGAN.isoformat(), "--to", later)
    refused = say(state, "gap", BADGE, *span, "--reason", "meal")
    assert (refused.code, refused.document["error"]["code"]) == (2, "shift.bad_gap")
    assert say(state, "shift", BADGE, "--from", BEGAN.isoformat()).code == 2


def test_somebody_who_filmed_nothing_has_no_shift_to_judge(state: Path) -> None:
    ended = say(state, "shift", "999999")
    assert (ended.code, ended.document["basis"]) == (0, "nothing")
