"""Simulated cards look like the families they copy, repeat by plan, and share no bytes."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from workstation.devices.simulation.cards import Make, card_of, ended_at_ns
from workstation.devices.simulation.families import FAMILIES
from workstation.devices.simulation.shelf import Shelf
from workstation.devices.simulation.url import parse_slot
from workstation.devices.simulation.writing import CardWriter
from workstation.domain.clip import ClipKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.unit.devices.simulation.conftest import Open
    from workstation.domain.clip import ClipEntry

SMALL = "simulated:?slots=4&clips=2&seconds=1"
every_family = pytest.mark.parametrize("slot", [1, 2, 3, 4], ids=FAMILIES)


def _digests(tree: Path) -> dict[str, str]:
    return {
        path.relative_to(tree).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in tree.rglob("*")
        if path.is_file()
    }


def _entries(docked: Open, url: str) -> list[ClipEntry]:
    with docked(url) as (session, _):
        return list(session.entries())


@every_family
def test_names_tell_what_the_profile_reads_from_them(docked: Open, slot: int) -> None:
    owner = card_of(parse_slot(f"{SMALL}#{slot}")).owner
    with docked(f"{SMALL}#{slot}") as (session, _):
        identity, entries = session.identity, list(session.entries())
    taken = [entry for entry in entries if entry.skip_code is None]
    media = [e for e in taken if e.kind in {ClipKind.VIDEO, ClipKind.AUDIO, ClipKind.PHOTO}]
    named = [entry for entry in media if not entry.path.endswith(".ts")]
    assert identity.profile == owner.family
    assert identity.badge == owner.badge
    assert identity.findings == () or owner.family == "gosuncn"
    assert {entry.badge for entry in named} == {owner.badge}
    assert all(entry.recorded_at is not None and entry.findings == () for entry in named)
    kinds = Counter(entry.kind for entry in named)
    assert kinds[ClipKind.VIDEO] == 2
    assert kinds[ClipKind.AUDIO] == kinds[ClipKind.PHOTO] == 1
    tracks = [entry for entry in taken if entry.kind is ClipKind.TRACK]
    assert tracks
    assert all(entry.sidecar_of for entry in tracks)


def test_second_video_is_marked_important_where_names_can_say_so(docked: Open) -> None:
    for slot, is_marked in ((1, True), (2, True), (3, True), (4, False)):
        entries = _entries(docked, f"{SMALL}#{slot}")
        marked = [e for e in entries if e.important and e.kind is ClipKind.VIDEO]
        assert len(marked) == is_marked, slot


def test_same_plan_gives_the_same_bytes_in_another_place(
    tree_of: Callable[[str], Path], tmp_path: Path
) -> None:
    url = f"{SMALL}#3"
    card = card_of(parse_slot(url))
    again = Shelf(tmp_path).make(card, CardWriter(card.seed).write)
    assert _digests(again) == _digests(tree_of(url)) != {}


def test_no_two_files_of_a_dock_are_equal(tree_of: Callable[[str], Path]) -> None:
    digests = [
        digest
        for slot in (1, 2, 3, 4)
        for path, digest in _digests(tree_of(f"{SMALL}#{slot}")).items()
        if not path.startswith(("LOST.DIR", "Android"))
    ]
    assert len(digests) == len(set(digests)) > 20


@pytest.mark.parametrize("other", ["seed=2", "day=2026-01-05", "seconds=2", "clock_skew=-93s"])
def test_every_parameter_that_shows_on_the_card_changes_it(other: str) -> None:
    plain, changed = (card_of(parse_slot(f"simulated:?{more}#1")) for more in ("seed=1", other))
    assert plain != changed


def test_what_only_concerns_reading_leaves_the_card_as_it_is() -> None:
    plain = card_of(parse_slot("simulated:?seed=1#2"))
    assert card_of(parse_slot("simulated:?seed=1&mb_s=3&yank_at=5%&stagger_s=2#2.3")) == plain


def test_next_cycle_is_the_same_recorder_with_other_footage() -> None:
    first, second = (card_of(parse_slot(f"{SMALL}#1.{cycle}.{cycle}")) for cycle in (1, 2))
    assert first.owner == second.owner
    assert not {item.path for item in first.videos} & {item.path for item in second.videos}


def test_split_files_follow_one_another_without_a_gap() -> None:
    videos = card_of(parse_slot("simulated:?clips=12&seconds=4#1")).videos
    gaps = [(after.at - before.at).total_seconds() - 4 for before, after in pairwise(videos)]
    assert gaps.count(0) == 6
    assert all(gap == 0 or gap > 60 for gap in gaps)


def test_skewed_clock_shows_in_names_and_times() -> None:
    right, wrong = (card_of(parse_slot(f"simulated:?{more}#1")) for more in ("", "clock_skew=-93s"))
    for before, after in zip(right.videos, wrong.videos, strict=True):
        assert (after.at - before.at).total_seconds() == -93
        assert ended_at_ns(after) - ended_at_ns(before) == -93 * 10**9


def test_zero_in_progress_and_duplicate_files_are_on_the_card(docked: Open) -> None:
    for slot in (1, 2):
        extra = f"zero={slot}&in_progress={slot}&duplicate={slot}"
        url = f"simulated:?slots=2&clips=1&seconds=1&{extra}#{slot}"
        with docked(url) as (session, bay):
            entries = list(session.entries())
            tree = bay.path.resolve()
        codes = Counter(entry.skip_code for entry in entries)
        assert codes["entry.zero_bytes"] >= 1
        assert codes["entry.in_progress"] == 1
        twins = Counter(_digests(tree).values())
        assert max(twins.values()) == 2


def test_hostile_names_are_all_listed_and_flagged(docked: Open) -> None:
    entries = _entries(docked, "simulated:?slots=1&clips=1&seconds=1&hostile=1#1")
    found = {finding for entry in entries for finding in entry.findings}
    assert found >= {
        "name.not_utf8",
        "name.control_characters",
        "name.too_long",
        "name.case_clash",
        "time.unset",
    }
    assert any(entry.skip_code == "entry.special_file" for entry in entries)


def test_half_made_card_is_never_found_and_a_lost_race_is_no_error(tmp_path: Path) -> None:
    card = card_of(parse_slot(f"{SMALL}#1"))
    shelf = Shelf(tmp_path)

    def breaks(root: Path, _card: object) -> None:
        (root / "half").write_bytes(b"half")
        raise OSError(28, "full")

    with pytest.raises(OSError, match="full"):
        shelf.make(card, breaks)
    assert shelf.find(card) is None
    assert list(tmp_path.iterdir()) == []

    def is_overtaken(root: Path, _card: object) -> None:
        (root / "mine").touch()
        Shelf(tmp_path).make(card, lambda other, _: (other / "theirs").touch())

    home = shelf.make(card, is_overtaken)
    assert [path.name for path in home.iterdir()] == ["theirs"]
    assert [path.name for path in tmp_path.iterdir()] == [home.name]


def test_unused_cards_are_pruned_and_used_ones_stay(tmp_path: Path) -> None:
    used, unused = (card_of(parse_slot(f"{SMALL}#{slot}")) for slot in (1, 2))
    shelf = Shelf(tmp_path)
    for card in (used, unused):
        home = shelf.make(card, lambda root, _: (root / "file").touch())
        os.utime(home, (0, 0))
    assert shelf.find(used) is not None
    shelf.prune(datetime.now(UTC))
    assert shelf.find(used) is not None
    assert shelf.find(unused) is None


def test_load_test_docks_are_filmed_coarsely() -> None:
    assert card_of(parse_slot("simulated:?slots=8&clips=12#1")).lines == 540
    assert card_of(parse_slot("simulated:?slots=24&clips=12#1")).lines == 360


def test_every_way_of_making_an_item_is_used() -> None:
    extra = "zero=1,2&in_progress=1,2&duplicate=1,2&hostile=1,2"
    made = {
        item.make
        for slot in (1, 2)
        for item in card_of(parse_slot(f"simulated:?{extra}#{slot}")).items
    }
    assert made == set(Make)
