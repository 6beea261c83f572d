"""``docs/adding-a-recorder.md``, followed to the letter: a file, a setting, a command."""

from __future__ import annotations

import importlib
import json
import re
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

import drivers
from tests.fakes.bulk_recorder import ADDRESS, BUS, BulkRecorder
from tests.fakes.recorder_state import OWNER, RecorderState
from tests.integration import commands
from workstation.devices.api import Match, ReportsBattery, Sighting, UnlocksStorage
from workstation.devices.profiles import ProfileSet
from workstation.devices.vendor_mode import candidates
from workstation.domain.errors import (
    PasswordRefusedError,
    RecorderGoneError,
    UnknownRecorderError,
)
from workstation.domain.recorder import WriteKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workstation.devices.locked import LockedDriver

PAGE = Path(__file__).parents[2] / "docs" / "adding-a-recorder.md"
TOML = re.compile(r"^```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)
PYTHON = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
ALL = [block for block in TOML.findall(PAGE.read_text("utf-8")) if block.startswith("[profile]")]
BLOCKS, LINES = ALL[:2], ALL[2]
PLUGGED = Sighting(
    "usb-0:2",
    "",
    scheme="usb",
    vendor_id=0x4255,
    product_id=1,
    ready=False,
    state_code="slot.charge_only",
    properties={"BUSNUM": f"{BUS:03d}", "DEVNUM": f"{ADDRESS:03d}"},
)


@dataclass
class KnownPasswords:
    """The sealed passwords of a test."""

    known: Sequence[str] = ("246810",)

    def of(self, _profile: str) -> Sequence[str]:
        return self.known


def test_the_page_has_its_profiles() -> None:
    keys = [tomllib.loads(block)["profile"]["key"] for block in ALL]
    assert keys == ["mymodel", "jiexin", "lines"]


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.split('"')[1])
def test_a_card_of_the_pages_recorder_is_known_by_the_pages_file(
    tmp_path: Path, block: str
) -> None:
    profile: dict[str, Any] = tomllib.loads(block)
    key, (example,) = profile["profile"]["key"], profile["example"]
    site, card, state = tmp_path / "profiles", tmp_path / "card", tmp_path / "state"
    site.mkdir()
    (site / f"{key}.toml").write_text(block, "utf-8")
    path = card / example["path"]
    path.parent.mkdir(parents=True)
    path.write_bytes(b"footage")
    (path.parent / "other.txt").write_bytes(b"no clip of this family")
    commands.settle(state, f"[profiles]\ndirectories = [{json.dumps(str(site))}]\n")
    taken = commands.collect(state, card)
    assert taken.code == 0, taken.stderr
    (collection,) = taken.document["collections"]
    assert (collection["recorder"], collection["badge"]) == (example["serial"], example["badge"])
    clips = {clip["source_path"]: clip for clip in taken.document["clips"]}
    clip = clips[example["path"]]
    assert (clip["kind"], clip["important"]) == (example["kind"], example["important"])
    said = example.get("recorded_at")
    assert clip["recorded_at"] == (None if said is None else said.isoformat())
    shown = commands.run("recorders", "show", example["serial"], "--state", state, "--json")
    assert [docking["profile"] for docking in shown.document["dockings"]] == [key]


def test_a_mistake_is_told_with_file_line_and_key(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    wrong = BLOCKS[1].replace("[match]\nmarkers", "[match]\nmarker")
    (tmp_path / "p" / "jiexin.toml").write_text(wrong, "utf-8")
    (tmp_path / "card").mkdir()
    (tmp_path / "card" / "a.mp4").write_bytes(b"x")
    commands.settle(tmp_path / "s", f'[profiles]\ndirectories = ["{tmp_path / "p"}"]\n')
    refused = commands.collect(tmp_path / "s", tmp_path / "card")
    assert refused.code == 3
    assert "jiexin.toml" in refused.stderr
    assert "marker" in refused.stderr


@pytest.fixture
def protocol(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[LockedDriver, BulkRecorder]:
    """The page's module, listed as the page says, before a recorder that speaks its lines."""
    (module_text,) = PYTHON.findall(PAGE.read_text("utf-8"))
    (tmp_path / "bc_lines.py").write_text(module_text, "utf-8")
    (tmp_path / "lines.toml").write_text(LINES, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module("bc_lines")
    monkeypatch.delitem(sys.modules, "bc_lines")
    recorder = BulkRecorder(RecorderState(password="246810"))

    def made(profiles: ProfileSet) -> LockedDriver:
        return cast("LockedDriver", module.BcLinesDriver(profiles, backend=recorder))

    monkeypatch.setattr("drivers.LOCKED", (*drivers.LOCKED, made))
    profiles = ProfileSet.load([PAGE.parents[1] / "resources" / "profiles", tmp_path])
    fits = candidates(drivers.locked_drivers(profiles), PLUGGED)
    assert [driver.name for driver in fits] == ["bc_lines"]
    return fits[0], recorder


def test_the_pages_module_says_who_it_is_and_shows_the_card(
    protocol: tuple[LockedDriver, BulkRecorder],
) -> None:
    driver, recorder = protocol
    with driver.open(PLUGGED, KnownPasswords()) as session:
        assert session.identity.serial == OWNER.serial
        assert session.identity.profile == "lines"
        assert isinstance(session, ReportsBattery)
        assert session.battery_percent() == recorder.state.battery
        assert recorder.state.writes == []
        assert isinstance(session, UnlocksStorage)
        assert session.unlock_storage().kind is WriteKind.STORAGE_UNLOCKED
    assert recorder.state.shows_card


def test_the_pages_module_keeps_what_a_driver_must_keep(
    protocol: tuple[LockedDriver, BulkRecorder],
) -> None:
    driver, recorder = protocol
    with pytest.raises(PasswordRefusedError), driver.open(PLUGGED, KnownPasswords(("1", "2", "3"))):
        pass
    assert recorder.state.tries == 2
    recorder.is_silent = True
    with pytest.raises(UnknownRecorderError), driver.open(PLUGGED, KnownPasswords()):
        pass
    recorder.is_gone = True
    assert driver.match(PLUGGED) is not Match.NO
    with pytest.raises(RecorderGoneError), driver.open(PLUGGED, KnownPasswords()):
        pass
