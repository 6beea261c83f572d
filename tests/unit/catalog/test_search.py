"""Clips are found by one character, by the end of a number, by day and by state."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.unit.ingest.scripted import Bench, ScriptedFile, ScriptedRecorder
from workstation.casework import annotating
from workstation.casework.annotating import Annotation
from workstation.catalog.values import Search
from workstation.domain import searching
from workstation.domain.clip import ClipKind
from workstation.retention import holds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    made = Bench(tmp_path_factory.mktemp("search") / "state")
    files = {
        "DCIM/NIGHT_0001.MP4": ScriptedFile(b"1"),
        "DCIM/NIGHT_0002.MP4": ScriptedFile(b"2"),
        "DCIM/photo.JPG": ScriptedFile(b"3", kind=ClipKind.PHOTO),
    }
    made.dock(ScriptedRecorder(files, serial="DSJ-A8-100042"), "port:1")
    made.dock(ScriptedRecorder({"x.MP4": ScriptedFile(b"4")}, serial="REC-2"), "port:2")
    first, second, third, _ = (clip.id for clip in made.engine.catalog.clips())
    ledger = made.engine.ledger
    annotating.annotate(
        ledger, [first], Annotation(add_tags=("占道经营",), note="文明路口", importance=4), "1"
    )
    annotating.annotate(ledger, [second], Annotation(add_tags=("噪音",), category="投诉"), "1")
    holds.place(ledger, clips=[third], cases=[], reason="复议中", by="1")
    yield made
    made.close()


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        (Search(), [4, 3, 2, 1]),
        (Search("占"), [1]),
        (Search("占道"), [1]),
        (Search("道经"), [1]),
        (Search("经道"), []),
        (Search("营 路口"), [1]),
        (Search("营口"), []),  # never across two texts
        (Search("文明路"), [1]),
        (Search("噪"), [2]),
        (Search("night"), [2, 1]),
        (Search("ＮＩＧＨＴ"), [2, 1]),  # full-width letters
        (Search("nig"), [2, 1]),
        (Search("100042"), [3, 2, 1]),
        (Search("0042"), [3, 2, 1]),
        (Search("DSJ-A8"), [3, 2, 1]),
        (Search('"OR*'), []),
        (Search("。！"), []),
        (Search(kinds=(ClipKind.PHOTO,)), [3]),
        (Search(kinds=(ClipKind.PHOTO, ClipKind.VIDEO), recorders=("REC-2",)), [4]),
        (Search(tags=("噪音",)), [2]),
        (Search(tags=("噪",)), []),  # a filter is whole
        (Search(categories=("投诉",)), [2]),
        (Search(importances=(4, 5)), [1]),
        (Search(importances=(0,)), [4, 3, 2]),
        (Search(is_tagged=True), [2, 1]),
        (Search(is_tagged=False), [4, 3]),
        (Search(is_linked=True), []),
        (Search(is_delivered=False), [4, 3, 2, 1]),
        (Search(is_held=True), [3]),
        (Search(is_marked=True), []),
        (Search("占", is_tagged=False), []),
        (Search(first_day=date(2020, 1, 1)), [4, 3, 2, 1]),
        (Search(last_day=date(2020, 1, 1)), []),
        (Search(first_day=date(2030, 1, 1), last_day=date(2020, 1, 1)), []),
    ],
)
def test_finds_exactly_what_is_meant(bench: Bench, wanted: Search, places: list[int]) -> None:
    found = bench.engine.catalog.search(wanted)
    assert [clip.seq for clip in found] == places
    assert bench.engine.catalog.count(wanted) == len(places)


def test_pages_follow_one_another(bench: Bench) -> None:
    catalog = bench.engine.catalog
    for wanted in (Search(), Search(is_delivered=False)):
        first = catalog.search(wanted, limit=3)
        rest = catalog.search(wanted, before_seq=first[-1].seq, limit=3)
        assert [clip.seq for clip in (*first, *rest)] == [4, 3, 2, 1]


def test_index_of_a_ledger_from_before_there_was_one_is_made_at_the_start(
    tmp_path: Path,
) -> None:
    made = Bench(tmp_path / "state")
    made.dock(ScriptedRecorder({"x.MP4": ScriptedFile(b"4")}, serial="REC-2"))
    with made.engine.ledger.transaction() as tx:
        tx.connection.exec_driver_sql("DELETE FROM clip_words")
    assert made.engine.catalog.search(Search("rec")) == []
    made.close()
    again = Bench(tmp_path / "state")
    assert len(again.engine.catalog.search(Search("rec"))) == 1
    again.close()


@pytest.mark.parametrize(
    ("first", "last", "facets"),
    [
        (date(2026, 3, 1), date(2026, 3, 2), ["fd20260301", "fd20260302"]),
        (date(2026, 2, 27), date(2026, 3, 31), ["fd20260227", "fd20260228", "fm202603"]),
        (date(2025, 1, 1), date(2026, 1, 1), ["fy2025", "fd20260101"]),
        (date(9999, 12, 31), date(9999, 12, 31), ["fd99991231"]),
        (date(2026, 3, 2), date(2026, 3, 1), ["fdnever"]),
    ],
)
def test_days_are_asked_by_month_and_year_where_whole(
    first: date, last: date, facets: list[str]
) -> None:
    assert searching.days_between(first, last) == facets
