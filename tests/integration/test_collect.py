"""``main.py collect`` and the commands beside it, as processes, on hostile trees."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration import commands
from ui.texts import say
from workstation.catalog.values import ClipFilter
from workstation.platform.paths import StatePaths
from workstation.station.cli import looking
from workstation.station.cli.output import Voice

if TYPE_CHECKING:
    from pathlib import Path

BIG = 3 << 20
FILES = {
    b"DCIM/100/big.MP4": os.urandom(BIG),
    b"DCIM/100/small.JPG": b"jpeg",
    "执法.MP4".encode("gbk"): b"gbk",
    b"L" * 251 + b".MP4": b"long",
    b"new\nline.MP4": b"line end",
    b"bell\x07\x1b[2J.MP4": b"control",
    b"..evil...MP4": b"dots",
    b"-rf.MP4": b"dash",
    b"CLASH.MP4": b"upper",
    b"clash.mp4": b"lower",
    b"note.txt": b"text",
}
TWINS = (b"twin1.MP4", b"twin2.MP4")
NOT_TAKEN = {
    "zero.MP4": "entry.zero_bytes",
    "link.MP4": "entry.special_file",
    "loop": "entry.special_file",
    "pipe.MP4": "entry.special_file",
}


@dataclass(frozen=True, slots=True)
class Taken:
    """A hostile tree and what ``collect`` said of it."""

    tree: Path
    state: Path
    first: commands.Ended
    second: commands.Ended


def _write(tree: Path, name: bytes, content: bytes) -> None:
    path = os.path.join(os.fsencode(tree), name)  # noqa: PTH118 - names here are bytes
    os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120
    with open(path, "wb") as file:  # noqa: PTH123
        file.write(content)


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Taken:
    """One collection of the hostile tree, and a second one of the same."""
    home = tmp_path_factory.mktemp("collect")
    tree, state = home / "card", home / "state"
    tree.mkdir()
    outside = home / "secret"
    outside.write_bytes(b"not on the card")
    for name, content in FILES.items():
        _write(tree, name, content)
    for name in TWINS:
        _write(tree, name, b"the very same bytes")
    (tree / "zero.MP4").touch()
    (tree / "link.MP4").symlink_to(outside)
    (tree / "loop").symlink_to(".")
    os.mkfifo(tree / "pipe.MP4")
    return Taken(tree, state, commands.collect(state, tree), commands.collect(state, tree))


def _lines(ended: commands.Ended) -> dict[str, dict[str, Any]]:
    """The report's lines by the path shown to people."""
    return {line["source_path"]: line for line in ended.document["clips"]}


def _known() -> dict[str, bytes]:
    """Expected content by digest of every file that is to be taken."""
    contents = [*FILES.values(), b"the very same bytes"]
    return {hashlib.sha256(content).hexdigest(): content for content in contents}


# -- what is taken -----------------------------------------------------------------------


def test_a_hostile_tree_is_a_complete_collection(taken: Taken) -> None:
    assert taken.first.code == 0, taken.first.stderr
    (collection,) = taken.first.document["collections"]
    assert (collection["state"], collection["code"]) == ("complete", None)
    assert taken.first.document["errors"] == []


def test_every_file_is_vaulted_with_the_digest_of_its_bytes(taken: Taken) -> None:
    vaulted = [c for c in taken.first.document["clips"] if c["state"] == "vaulted"]
    assert {c["sha256"] for c in vaulted} == set(_known())
    assert {c["verification_level"] for c in vaulted} == {"V2"}


def test_digests_are_those_that_other_programs_compute(taken: Taken) -> None:
    line = _lines(taken.first)["DCIM/100/big.MP4"]
    source = taken.tree / "DCIM/100/big.MP4"
    for tool, digest in (("sha256", line["sha256"]), ("sm3", line["sm3"])):
        words = ["openssl", "dgst", f"-{tool}", "-r", str(source)]
        said = subprocess.run(words, capture_output=True, check=True, text=True).stdout
        assert said.split(" ")[0] == digest


def test_two_names_of_the_same_bytes_are_one_clip_and_one_duplicate(taken: Taken) -> None:
    lines = _lines(taken.first)
    one, two = (lines[name.decode()] for name in TWINS)
    assert (one["state"], two["state"]) == ("vaulted", "duplicate")
    assert two["code"] == "entry.duplicate"
    assert two["facts"]["clip"] == one["clip_id"] == two["clip_id"]


def test_links_pipes_and_empty_files_are_named_and_not_taken(taken: Taken) -> None:
    lines = _lines(taken.first)
    assert {name: lines[name]["code"] for name in NOT_TAKEN} == NOT_TAKEN
    assert {lines[name]["state"] for name in NOT_TAKEN} == {"skipped"}
    assert hashlib.sha256(b"not on the card").hexdigest() not in {
        line["sha256"] for line in lines.values()
    }


def test_names_are_shown_as_text_that_can_not_harm_a_terminal(taken: Taken) -> None:
    for path in _lines(taken.first):
        assert path.isprintable(), path
    shown = _lines(taken.first)["执法.MP4"]
    assert "name.not_utf8" in shown["findings"]


def test_the_totals_add_up(taken: Taken) -> None:
    totals = taken.first.document["totals"]
    size = sum(map(len, FILES.values())) + 2 * len(b"the very same bytes")
    found = [totals[n] for n in ("entries", "vaulted", "duplicates", "skipped", "bytes")]
    count = len(FILES) + 1
    assert found == [count + 1 + len(NOT_TAKEN), count, 1, len(NOT_TAKEN), size]
    assert totals["quarantined"] == totals["interrupted"] == 0


def test_a_second_collection_of_the_same_card_finds_only_duplicates(taken: Taken) -> None:
    assert taken.second.code == 0
    totals = taken.second.document["totals"]
    assert totals["vaulted"] == 0
    assert totals["duplicates"] == taken.first.document["totals"]["vaulted"] + 1
    first, second = _lines(taken.first), _lines(taken.second)
    for path, line in second.items():
        assert line["clip_id"] == first[path]["clip_id"]
        assert line["sha256"] == first[path]["sha256"]


def test_nothing_of_the_card_was_changed(taken: Taken) -> None:
    for name, content in FILES.items():
        with open(os.path.join(os.fsencode(taken.tree), name), "rb") as file:  # noqa: PTH118, PTH123
            assert file.read() == content


# -- what can be asked afterwards --------------------------------------------------------


def test_cat_gives_the_very_bytes_and_leaves_a_custody_line(taken: Taken) -> None:
    line = _lines(taken.first)["DCIM/100/big.MP4"]
    given = commands.run("cat", line["sha256"][:12], "--state", taken.state)
    assert (given.code, given.stdout) == (0, FILES[b"DCIM/100/big.MP4"])
    shown = commands.run("show", line["clip_id"], "--state", taken.state, "--json").document
    assert shown["sha256"] == line["sha256"]
    acts = [entry["act"] for entry in shown["custody"]]
    assert acts == ["collected", "verified", "viewed"]  # the card came a second time


def test_clips_are_listed_and_filtered(taken: Taken) -> None:
    words = ("--kind", "video", "--path", "DCIM/", "--no-transferred", "--since", "2000-01-01")
    listed = commands.run("clips", "--state", taken.state, "--json", *words)
    assert listed.code == 0, listed.stderr
    assert [clip["source_path"] for clip in listed.document["clips"]] == ["DCIM/100/big.MP4"]


@pytest.mark.parametrize(("limit", "count"), [(None, len(FILES) + 1), (3, 3), (0, 0)])
def test_a_list_is_as_long_as_asked_for(
    taken: Taken, capsys: pytest.CaptureFixture[str], limit: int | None, count: int
) -> None:
    paths = StatePaths(taken.state)
    assert looking.clips(paths, ClipFilter(), limit, Voice(say, as_json=True)) == 0
    assert len(json.loads(capsys.readouterr().out)["clips"]) == count


def test_verify_finds_everything_whole(taken: Taken) -> None:
    found = commands.verify(taken.state)
    assert found.code == 0, found.stderr
    assert found.document["whole"] is True
    assert found.document["objects"] == len(FILES) + 1
    assert found.document["strangers"] == []


def test_an_unknown_clip_and_a_missing_source_are_usage_errors(
    taken: Taken, tmp_path: Path
) -> None:
    assert commands.run("show", "ZZZZ", "--state", taken.state).code == 2
    missing = commands.run("collect", tmp_path / "nowhere", "--state", tmp_path / "new", "--json")
    assert missing.code == 2
    assert not (tmp_path / "new").exists()


def test_other_bytes_under_a_known_name_are_a_new_clip(tmp_path: Path) -> None:
    card, state = tmp_path / "card", tmp_path / "state"
    card.mkdir()
    for content in (b"first", b"other"):
        (card / "A.MP4").write_bytes(content)
        os.utime(card / "A.MP4", ns=(10**18, 10**18))  # same size, same time
        document = commands.collect(state, card).document
        (line,) = document["clips"]
        assert line["state"] == "vaulted"
        assert line["sha256"] == hashlib.sha256(content).hexdigest()


@pytest.mark.nightly
def test_a_file_larger_than_four_gigabytes_is_taken(tmp_path: Path) -> None:
    """Needs as much room again for the sealed copy."""
    card, state = tmp_path / "card", tmp_path / "state"
    card.mkdir()
    size = 4300 << 20
    with (card / "A.MP4").open("wb") as file:
        file.truncate(size)
    ended = commands.collect(state, card)
    assert ended.code == 0, ended.stderr
    (line,) = ended.document["clips"]
    assert (line["size"], line["state"]) == (size, "vaulted")
    assert commands.verify(state).code == 0
    shutil.rmtree(state)
