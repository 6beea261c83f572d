"""Apply a directory of thousands of officers: the first time, and a change of one."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sync.feed.fetching import Fetching
from sync.feed.places import FolderFeed
from sync.feed.publishing import Publisher
from sync.feed.sheets import read_sheets
from tests.bench.measure import Row, clear, seconds
from tests.fakes.filled_station import DirectoryAnswers, FilledStation
from workstation.ipc.messages_directory import TrustAgency
from workstation.ledger.signing import StationKey
from workstation.ledger.sshsig import public_line

if TYPE_CHECKING:
    from pathlib import Path

OFFICERS = 5000
HEAD = "badge,name,unit,unit_name,role\n000001,赵管,3201,城东所,administrator\n"


def run(work: Path) -> list[Row]:
    """Publish, then fetch and apply; seconds from the poll to the commit, all included."""
    sheets, place = work / "sheets", work / "centre"
    sheets.mkdir(parents=True)
    place.mkdir()
    feed, key = FolderFeed(place), StationKey.generate()
    lines = [f"{one:06},警员{one},3201,城东所,officer\n" for one in range(10, OFFICERS + 10)]

    def publish(text: str, at: datetime) -> None:
        (sheets / "people.csv").write_text(text, "utf-8")
        found = read_sheets(sheets, "", "")
        Publisher(feed, key).publish(found, at, timedelta(days=14), "", dry_run=False)

    with (
        closing(FilledStation(work / "state")) as filled,
        closing(DirectoryAnswers(filled)) as answers,
    ):
        answers.give(TrustAgency(public_line(key.public)))
        fetching = Fetching(feed, answers.give)
        text = HEAD + "".join(lines)
        publish(text, datetime(2026, 5, 1, tzinfo=UTC))
        first = seconds(fetching.run)
        publish(text.replace("警员77,", "警员七七,"), datetime(2026, 5, 2, tzinfo=UTC))
        change = seconds(fetching.run)
        nothing = seconds(fetching.run)
    clear(work)
    return [
        Row("directory", f"{OFFICERS} officers, first time", first, "s", "1 s", 1 / first, 1),
        Row("directory", "one of them changed", change, "s", "1 s", 1 / change, 1),
        Row("directory", "nothing new", nothing * 1000, "ms"),
    ]
