"""``main.py recorders``: who has which, beside a running station and without one."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from tests.integration import commands
from workstation.platform.paths import StatePaths

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SERIAL = "A1B2C3D"


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A station that took in one card whose files name recorder and officer."""
    folder = tmp_path_factory.mktemp("recorders")
    card = folder / "card" / "DCIM" / "101ANDRO"
    card.mkdir(parents=True)
    (card / f"012345_{SERIAL}_20240506070809_0007.mp4").write_bytes(b"footage")
    taken = commands.collect(folder / "state", card.parents[1])
    assert taken.code == 0
    (collection,) = taken.document["collections"]
    assert (collection["recorder"], collection["badge"]) == (SERIAL, "012345")
    return folder / "state"


@pytest.fixture(params=["alone", "through the station"])
def ways(request: pytest.FixtureRequest, state: Path) -> Iterator[str]:
    """Without a station the command writes under its lock; with one it asks its socket."""
    if request.param == "alone":
        yield request.param
        return
    process = subprocess.Popen(
        commands.argv("station", "--state", state),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 60
    while not (state / "station.sock").exists():
        assert process.poll() is None, process.stderr and process.stderr.read()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    yield request.param
    process.terminate()
    process.communicate(timeout=60)


def say(state: Path, *words: str) -> commands.Ended:
    return commands.run("recorders", *words, "--state", state, "--json")


def test_a_recorder_goes_from_one_officer_to_the_next(state: Path, ways: str) -> None:
    """Both ways write the same history, each behind the one before."""
    badge = "111111" if ways == "alone" else "222222"
    bound = say(state, "bind", SERIAL, badge, "--name", "王芳", "--unit", "一中队")
    assert bound.code == 0, bound.stderr
    binding = bound.document["binding"]
    assert (binding["badge"], binding["officer_name"], binding["until"]) == (badge, "王芳", None)
    assert binding["bound_by"].startswith("uid:")
    again = say(state, "bind", SERIAL, badge)
    assert again.code == 2
    assert "recorder.bound_already" in again.stderr or badge in again.stderr
    (line,) = say(state, "list").document["recorders"]
    assert (line["recorder"], line["dockings"], line["binding"]["badge"]) == (SERIAL, 1, badge)
    returned = say(state, "unbind", SERIAL)
    assert (returned.code, returned.document["binding"]) == (0, None)
    assert say(state, "unbind", SERIAL).code == 2
    shown = say(state, "show", SERIAL).document
    assert shown["bindings"][0]["badge"] == badge
    assert shown["bindings"][0]["until"] is not None
    (docking,) = shown["dockings"]
    assert docking["badge_source"] == "names"
    assert {"field": "badge", "source": "names", "value": "012345"} in docking["claims"]
    assert [remark["code"] for remark in docking["remarks"]] == ["recorder.unbound"]
    assert commands.verify(state).code == 0


def test_what_can_not_be_is_refused_in_words(state: Path) -> None:
    assert say(state, "show", "NOBODYS").code == 2
    assert say(state, "bind", SERIAL, "333333", "--since", "2099-01-01").code == 2
    assert say(state, "bind", SERIAL, "333333", "--since", "yesterday").code == 2
    assert say(state, "bind", " ", "333333").code == 2


def test_people_read_it_as_lines(state: Path) -> None:
    shown = commands.run("recorders", "show", SERIAL, "--state", state)
    assert shown.code == 0
    assert "012345 (names)" in shown.stdout.decode()
    listed = commands.run("recorders", "list", "--state", state)
    assert SERIAL in listed.stdout.decode()


def test_a_binding_lies_in_the_second_copy_too(state: Path, ways: str) -> None:
    serial = f"COPY-{len(ways)}"
    assert say(state, "bind", serial, "012345").code == 0
    deadline = time.monotonic() + 60
    while not any(
        f'"{serial}"' in segment.read_text(encoding="utf-8")
        for segment in StatePaths(state).second_copy.glob("*.jsonl")
    ):
        assert time.monotonic() < deadline, "the line is in the ledger alone"
        time.sleep(0.05)
