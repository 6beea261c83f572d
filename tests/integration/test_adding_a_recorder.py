"""``docs/adding-a-recorder.md``, followed to the letter: a file, a setting, a command."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.integration import commands

PAGE = Path(__file__).parents[2] / "docs" / "adding-a-recorder.md"
TOML = re.compile(r"^```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)
BLOCKS = [block for block in TOML.findall(PAGE.read_text("utf-8")) if block.startswith("[profile]")]


def test_the_page_has_its_two_profiles() -> None:
    assert [tomllib.loads(block)["profile"]["key"] for block in BLOCKS] == ["mymodel", "jiexin"]


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
