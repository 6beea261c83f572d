"""Find clips among 100,000 of which people have said things: how long any page takes."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from tests.bench.catalog import CLIPS, fill
from tests.bench.measure import Row, clear, seconds
from workstation.casework import annotating, cases
from workstation.casework.annotating import Annotation
from workstation.casework.cases import CaseChange
from workstation.casework.directory import Directory
from workstation.catalog.people import Reach
from workstation.catalog.reader import Catalog
from workstation.catalog.values import Search
from workstation.domain.clip import BadgeNumber, ClipKind
from workstation.domain.people import Role, Scope
from workstation.domain.retention import Policy, judge
from workstation.ledger.writer import Ledger
from workstation.platform.paths import StatePaths
from workstation.platform.settings import Settings
from workstation.station import record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TAGGED = 20_000
AT_ONCE = 1000
TAGS = ("占道经营", "违章建筑", "噪音扰民", "夜市巡查", "垃圾清运")
SEARCHES = (
    Search(),
    Search("占"),
    Search("占道"),
    Search("违章建筑 口头警告"),
    Search("100042"),
    Search("0042"),
    Search("1"),  # a beginning that every clip has
    Search("mp4"),
    Search("文明路 2026"),
    Search(badges=("100042",)),
    Search(kinds=(ClipKind.PHOTO,), is_tagged=False, is_delivered=False),
    Search("mp4", badges=("100042",), kinds=(ClipKind.VIDEO,), is_tagged=True),
    Search(first_day=date(2020, 1, 1), last_day=date(2030, 12, 30)),
    Search(tags=("夜市巡查",), importances=(3,)),
    Search("无", is_linked=True),
)


def run(work: Path) -> list[Row]:
    """Fill a ledger, say things of a fifth of it, ask."""
    paths = StatePaths(work / "state")
    made = record.initialise(paths, Settings())
    fill(paths, made.id)
    _say(paths, made.id)
    catalog = Catalog.open(paths.ledger)
    slowest = max(
        seconds(partial(catalog.search, wanted, before_seq=before))
        for wanted in SEARCHES
        for before in (None, CLIPS // 2)
    )
    counted = max(seconds(partial(catalog.count, wanted)) for wanted in SEARCHES)
    listed = max(
        seconds(lambda: catalog.cases("文明路")),
        seconds(catalog.cases),
        seconds(catalog.known_tags),
    )

    def judge_all() -> None:
        for clip in catalog.clip_facts():
            judge(clip, Policy())

    judged = seconds(judge_all)
    browsed = max(_browsed(catalog))
    catalog.close()
    clear(work)
    return [
        Row("search", "slowest page", slowest * 1000, "ms", "50 ms", 0.05 / slowest, 1),
        Row("search", "slowest count", counted * 1000, "ms", "50 ms", 0.05 / counted, 1),
        Row("browse", "slowest page, any reach", browsed * 1000, "ms", "50 ms", 0.05 / browsed, 1),
        Row("search", "cases and tags", listed * 1000, "ms", "50 ms", 0.05 / listed, 1),
        Row("retention", "100,000 clips judged", judged, "s", "10 s", 10 / judged, 1),
    ]


def _browsed(catalog: Catalog) -> Iterator[float]:
    """Seconds for pages of the browser: top, middle and end, for an auditor, leader, officer."""
    units = frozenset({catalog.units()[0].id})
    badge = BadgeNumber("100042")
    for reach in (Reach(Scope.STATION), Reach(Scope.UNIT, badge, units), Reach(Scope.OWN, badge)):
        for wanted in SEARCHES:
            survey = catalog.survey(wanted, reach)
            for skip in (0, survey.total // 2, survey.total * 9 // 10):
                yield seconds(partial(catalog.cards, wanted, reach, survey, skip=skip))


def _post(ledger: Ledger, catalog: Catalog) -> None:
    """Ten squads of ten officers; whose clips are whose follows from it."""
    directory = Directory(ledger, catalog)
    for squad in range(10):
        directory.add_unit(f"S{squad}", f"{squad} 中队", None, "uid:0")
        for number in range(10):
            badge = f"1000{squad}{number}"
            directory.add(badge, badge, f"S{squad}", Role.OFFICER, "uid:0")


def _say(paths: StatePaths, station_id: str) -> None:
    ledger = Ledger(paths.ledger, station_id, record.load_key(paths))
    catalog = Catalog.open(paths.ledger)
    _post(ledger, catalog)
    clips = [clip.id for clip in catalog.clips(after_seq=CLIPS - TAGGED, limit=TAGGED)]
    catalog.close()
    for first in range(0, TAGGED, AT_ONCE):
        number = first // AT_ONCE
        fields = {"number": f"2026-{number:04}", "place": "文明路", "title": "口头警告"}
        case = cases.create(ledger, CaseChange(fields), "100042")
        said = Annotation(
            add_tags=(TAGS[number % len(TAGS)],),
            link=(case,),
            importance=number % 6,
        )
        annotating.annotate(ledger, clips[first : first + AT_ONCE], said, "100042")
    ledger.close()
