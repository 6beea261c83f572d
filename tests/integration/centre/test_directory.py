"""The centre's directory: published, fetched, proved, applied; and what must not be taken."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from sync.feed.cli import read_public
from sync.feed.fetching import Fetching
from sync.feed.hearing import proposals_of
from sync.feed.keys import HEAD_KEY, delta_key, snapshot_key
from sync.feed.places import FolderFeed, S3Feed
from sync.feed.publishing import Publisher
from sync.feed.sheets import read_sheets
from sync.stores.directory import DirectoryStore
from sync.stores.s3.place import Credentials, parse_place
from tests.fakes.filled_station import DirectoryAnswers, FilledStation, LedgerStation
from tests.integration import commands
from tests.integration.sync.rig import deliver
from tests.tools.ceph import cluster
from workstation.casework import annotating
from workstation.casework.annotating import Annotation
from workstation.casework.directory import Directory
from workstation.domain.errors import StationError
from workstation.domain.errors_directory import (
    DirectoryDamagedError,
    DirectoryRolledBackError,
    DirectorySignatureError,
    NoAgencyError,
    UnknownCategoryError,
)
from workstation.domain.people import Role
from workstation.ipc.messages_directory import TrustAgency
from workstation.ledger.custody import decode
from workstation.ledger.signing import StationKey
from workstation.ledger.sshsig import public_line
from workstation.platform import failpoints
from workstation.platform.ids import new_id
from workstation.station.feed.standing import notice, standing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sync.feed.places import FeedPlace
    from sync.feed.publishing import Published
    from workstation.domain.casework_state import CaseFile

NOW = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
PEOPLE = """badge,name,unit,unit_name,role
012345,王芳,3201,城东所,officer
000001,赵管,3201,城东所,administrator
"""


class Agency:
    """The centre: a key, a folder of sheets, a place."""

    def __init__(self, place: FeedPlace, folder: Path) -> None:
        self.place = place
        self.key = StationKey.generate()
        self.folder = folder
        self.now = NOW
        folder.mkdir()
        self.sheet("people.csv", PEOPLE)

    def sheet(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, "utf-8")

    def publish(self, *, days: int = 14, second: str = "") -> Published:
        self.now += timedelta(seconds=1)
        sheets = read_sheets(self.folder, "局长", second)
        valid = timedelta(days=days)
        return Publisher(self.place, self.key).publish(
            sheets, self.now, valid, "局长", dry_run=False
        )

    @property
    def pinned(self) -> TrustAgency:
        return TrustAgency(public_line(self.key.public))


class Taker:
    """A station and what fetches for it."""

    def __init__(self, root: Path, place: FeedPlace, units: frozenset[str] = frozenset()) -> None:
        self.filled = FilledStation(root)
        self.answers = DirectoryAnswers(self.filled, units)
        self.catalog = self.answers.catalog
        self.fetching = Fetching(place, self.answers.give)

    def fetch(self) -> dict[str, int]:
        done = self.fetching.run()
        if done.trouble is not None:
            raise done.trouble
        return done.applied

    def officers(self) -> dict[str, str]:
        return {
            line.officer.badge: f"{line.officer.name} {line.officer.is_active} {line.source}"
            for line in self.catalog.officers()
        }

    def acts(self, *names: str) -> list[str]:
        lines = (decode(line, 0) for line in self.catalog.custody_lines(0, 100_000))
        return [line.act for line in lines if line.act in names]

    def close(self) -> None:
        self.answers.close()
        self.filled.close()


def _folder(root: Path) -> FeedPlace:
    root.mkdir()
    return FolderFeed(root)


def _bucket(_: Path) -> FeedPlace:
    ceph = cluster()
    name = f"evidence-{new_id().lower()}-directory"
    ceph.make_bucket(name, lock=True)
    keys = Credentials(ceph.access_key, ceph.secret_key)
    return S3Feed(parse_place(ceph.url(name)), keys)


PLACES: dict[str, Callable[[Path], FeedPlace]] = {"folder": _folder, "ceph": _bucket}
refuses = pytest.mark.usefixtures("caplog")  # what is refused is logged
every_place = pytest.mark.parametrize("place", PLACES, indirect=True)


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> FeedPlace:
    return PLACES[getattr(request, "param", "folder")](tmp_path / "centre")


@pytest.fixture
def agency(place: FeedPlace, tmp_path: Path) -> Agency:
    return Agency(place, tmp_path / "sheets")


@pytest.fixture
def taker(place: FeedPlace, agency: Agency, tmp_path: Path) -> Iterator[Taker]:
    with closing(Taker(tmp_path / "state", place)) as taker:
        taker.answers.give(agency.pinned)
        yield taker
    failpoints.arm("")


# -- on every kind of place ----------------------------------------------------------------------


@every_place
def test_what_is_published_is_taken_once_and_changes_come_as_deltas(
    agency: Agency, taker: Taker
) -> None:
    assert taker.fetch() == {}  # nothing is there yet
    agency.sheet("recorders.csv", "serial,badge\nREC-7,012345\nREC-8,\n")
    agency.publish()
    assert taker.fetch()["people"] == 3
    assert taker.officers()["012345"] == "王芳 True central"
    assert taker.catalog.binding("REC-7") is not None
    assert taker.answers.recorders == ["REC-7"]
    assert taker.fetching.run().is_new is False  # one conditional request, nothing else
    agency.sheet("people.csv", PEOPLE.replace("王芳", "王方"))
    done = agency.publish()
    assert list(done.changed) == ["people"]
    # Only the delta can be read; so it was the delta that was applied.
    agency.place.put(snapshot_key("people", 2), b"gone")
    assert taker.fetch() == {"people": 1}
    assert taker.officers()["012345"] == "王方 True central"
    assert taker.acts("directory_applied") == ["directory_applied"] * 3


@every_place
@refuses
def test_a_list_put_back_is_refused_and_told(agency: Agency, taker: Taker) -> None:
    agency.publish()
    old = agency.place.read(HEAD_KEY) or b""
    taker.fetch()
    agency.sheet("people.csv", PEOPLE.replace("王芳", "王方"))
    agency.publish()
    taker.fetch()
    agency.place.put(HEAD_KEY, old)
    for _ in range(2):
        with pytest.raises(DirectoryRolledBackError):
            taker.fetch()
    assert taker.officers()["012345"] == "王方 True central"
    assert taker.acts("directory_refused") == ["directory_refused"]  # told once
    told = notice(taker.catalog, NOW)
    assert told is not None
    assert told.code == "directory.rolled_back"
    agency.publish()  # the centre itself is not led back either
    taker.fetch()
    assert notice(taker.catalog, NOW) is None


@every_place
def test_a_key_that_was_handed_over_counts_and_the_one_before_no_longer(
    agency: Agency, taker: Taker
) -> None:
    agency.publish()
    taker.fetch()
    old, agency.key = agency.key, StationKey.generate()
    assert Publisher(agency.place, old).hand_over(agency.key, NOW) == 2
    with pytest.raises(DirectorySignatureError):
        Publisher(agency.place, old)  # whose time is over
    agency.sheet("people.csv", PEOPLE.replace("王芳", "王方"))
    agency.publish()
    assert taker.fetch() == {"people": 1}
    assert [line.number for line in taker.catalog.agency_keys()] == [1, 2]
    late = Taker(taker.filled.paths.root.with_name("late"), agency.place)
    with closing(late):
        late.answers.give(TrustAgency(public_line(old.public)))  # all it was ever told
        assert late.fetch()["people"] == 3


# -- what counts ---------------------------------------------------------------------------------


def test_nothing_is_taken_before_a_person_pinned_the_key(agency: Agency, tmp_path: Path) -> None:
    agency.publish()
    with closing(Taker(tmp_path / "other", agency.place)) as taker, pytest.raises(NoAgencyError):
        taker.fetch()


@refuses
def test_what_others_signed_is_refused(agency: Agency, taker: Taker) -> None:
    agency.publish()
    taker.fetch()
    rightful, agency.key = agency.key, StationKey.generate()
    agency.sheet("people.csv", PEOPLE.replace("officer", "administrator"))
    # Somebody who may write there, and has not the key, starts anew.
    head = agency.place.read(HEAD_KEY) or b""
    with pytest.raises(DirectorySignatureError):
        agency.publish()
    agency.place.put(HEAD_KEY, head.replace(b'"number":1', b'"number":9'))
    with pytest.raises(DirectorySignatureError):
        taker.fetch()
    agency.key = rightful
    assert standing(taker.catalog, NOW).number == 1


@refuses
def test_a_part_that_is_not_what_the_list_says_is_refused_and_then_taken_whole(
    agency: Agency, taker: Taker
) -> None:
    agency.publish()
    body = agency.place.read(snapshot_key("people", 1)) or b""
    agency.place.put(snapshot_key("people", 1), body.replace("王芳".encode(), "王强".encode()))
    with pytest.raises(DirectoryDamagedError):
        taker.fetch()
    assert taker.officers() == {}
    agency.place.put(snapshot_key("people", 1), body)
    taker.fetch()
    agency.sheet("people.csv", PEOPLE.replace("王芳", "王方"))
    agency.publish()
    delta = agency.place.read(delta_key("people", 2)) or b""
    agency.place.put(delta_key("people", 2), delta.replace("王方".encode(), "王强".encode()))
    assert taker.fetch() == {"people": 1}  # the whole was right
    assert taker.officers()["012345"] == "王方 True central"
    assert notice(taker.catalog, NOW) is None


def test_an_expired_list_is_used_on_and_its_age_is_told(agency: Agency, taker: Taker) -> None:
    agency.publish(days=3)
    taker.fetch()
    assert notice(taker.catalog, NOW) is None
    late = NOW + timedelta(days=5)
    told = notice(taker.catalog, late)
    assert told is not None
    assert (told.code, told.facts["days"]) == ("directory.expired", 4)
    assert standing(taker.catalog, late).is_expired
    assert len(taker.officers()) == 2


@refuses
def test_all_of_a_kind_is_applied_or_nothing(agency: Agency, taker: Taker) -> None:
    agency.publish()
    failpoints.arm("directory.before_commit=eio")
    with pytest.raises(StationError):
        taker.fetch()
    assert (taker.officers(), taker.acts("officer_added", "roster_applied")) == ({}, [])
    failpoints.arm("")
    taker.fetch()
    assert len(taker.officers()) == 2


@refuses
def test_a_kind_that_can_not_be_stops_no_other(agency: Agency, taker: Taker) -> None:
    agency.sheet("policy.toml", 'format = 1\n[categories]\n"一般执法" = 360\n')
    agency.publish()  # shortens what an undecided site keeps for ever, and one person said so
    done = taker.fetching.run()
    assert done.trouble is not None
    assert "people" in done.applied
    refused = taker.catalog.directory_refusals()
    assert [one.kind for one in refused] == ["policy"]
    agency.sheet("policy.toml", 'format = 1\nname = "二"\n[categories]\n"一般执法" = 360\n')
    agency.publish(second="政委")
    taker.fetch()
    assert taker.catalog.directory_refusals() == []
    assert "二".encode() in (taker.catalog.policy_text() or b"")


@refuses
def test_the_last_administrator_is_not_taken_away(agency: Agency, taker: Taker) -> None:
    agency.publish()
    taker.fetch()
    agency.sheet("people.csv", "".join(PEOPLE.splitlines(keepends=True)[:2]))
    agency.publish()
    assert taker.fetching.run().trouble is not None
    assert taker.officers()["000001"].endswith("True central")


def test_who_is_listed_no_longer_is_disabled_and_local_people_stay(
    agency: Agency, taker: Taker
) -> None:
    agency.publish()
    taker.fetch()
    directory = Directory(taker.filled.ledger, taker.catalog)
    directory.add("555555", "临时", "3201", Role.OFFICER, "000001")
    agency.sheet("people.csv", PEOPLE.replace("012345,王芳", "012346,李新"))
    agency.publish()
    taker.fetch()
    assert taker.officers() == {
        "000001": "赵管 True central",
        "012345": "王芳 False central",
        "012346": "李新 True central",
        "555555": "临时 True local",
    }
    agency.sheet("people.csv", PEOPLE + "555555,林石,3201,城东所,officer\n")
    agency.publish()
    taker.fetch()
    assert taker.officers()["555555"] == "林石 True central"  # the centre took him over


def test_what_was_changed_here_stays_until_the_centre_decides_otherwise(
    agency: Agency, taker: Taker
) -> None:
    agency.publish()
    taker.fetch()
    Directory(taker.filled.ledger, taker.catalog).change("012345", "000001", is_active=False)
    agency.sheet("people.csv", PEOPLE + "777777,新人,3201,城东所,officer\n")
    agency.publish()
    taker.fetch()  # says of 012345 what it always said
    assert taker.officers()["012345"] == "王芳 False central"


# -- cases, holds, categories --------------------------------------------------------------------


def the_case(taker: Taker) -> CaseFile:
    (line,) = (one.file for one in taker.catalog.cases())
    return taker.catalog.case(line.id)


def test_a_station_takes_the_cases_of_its_units_and_holds(
    agency: Agency, place: FeedPlace, tmp_path: Path
) -> None:
    cases = "unit,number,title,parties,closed\n3201,A-1,盗窃,张三;李四,\n3202,B-1,别家,,\n"
    agency.sheet("cases.csv", cases)
    agency.sheet("holds.csv", "unit,case,reason\n3201,A-1,复议\n")
    agency.publish()
    with closing(Taker(tmp_path / "state", place, frozenset({"3201"}))) as taker:
        taker.answers.give(agency.pinned)
        assert taker.fetch().keys() == {"people", "cases/3201", "holds"}
        case = the_case(taker)
        assert (case.number, case.fields["title"]) == ("A-1", ("盗窃",))
        assert sorted(case.parties) == ["张三", "李四"]
        assert [hold.value for hold in case.holds] == ["复议"]
        agency.sheet("cases.csv", cases.replace("盗窃,张三;李四,", "抢劫,张三,是"))
        agency.sheet("holds.csv", "unit,case,reason\n")
        agency.publish()
        taker.fetch()
        case = the_case(taker)
        assert (case.fields["title"], case.is_closed) == (("抢劫",), True)
        assert (list(case.parties), list(case.holds)) == (["张三"], [])
        assert case.contested == ()


def test_categories_are_those_of_the_list(agency: Agency, taker: Taker) -> None:
    (clip,) = taker.filled.collect([b"clip"])
    ledger = taker.filled.ledger
    annotating.annotate(ledger, [clip], Annotation(category="随便"), "012345")
    agency.sheet("categories.csv", "name\n一般执法\n刑事案件\n")
    agency.publish()
    taker.fetch()
    assert taker.catalog.directory_categories() == ["一般执法", "刑事案件"]
    annotating.annotate(ledger, [clip], Annotation(category="刑事案件"), "012345")
    annotating.annotate(ledger, [clip], Annotation(category=""), "012345")
    with pytest.raises(UnknownCategoryError):
        annotating.annotate(ledger, [clip], Annotation(category="随便"), "012345")


# -- the whole loop ------------------------------------------------------------------------------


def test_the_sync_process_fetches_and_sends_up_what_was_changed_here(tmp_path: Path) -> None:
    store = tmp_path / "central"
    with closing(FilledStation(tmp_path / "state")) as filled, LedgerStation(filled):
        assert deliver(filled, store) == 0
        agency = Agency(FolderFeed(store), tmp_path / "sheets")
        with closing(DirectoryAnswers(filled)) as answers:
            Directory(filled.ledger, answers.catalog).add_unit("3201", "城东所", None, "uid:0")
            assert deliver(filled, store) == 0
            answers.give(agency.pinned)
            agency.publish()
            assert deliver(filled, store) == 0
            directory = Directory(filled.ledger, answers.catalog)
            assert directory.officer("012345").name == "王芳"
            directory.add("555555", "临时", "3201", Role.OFFICER, "000001")
        assert deliver(filled, store) == 0
        with closing(DirectoryStore(store)) as opened:
            opened.describe()
            found = list(proposals_of(opened, filled.record.id))
        # What was done before the centre kept the directory goes up too, and once.
        assert [(one.act, one.by) for one in found] == [
            ("unit_added", "uid:0"),
            ("officer_added", "000001"),
        ]
        assert found[1].facts["badge"] == "555555"


def test_everything_is_done_with_commands_alone(tmp_path: Path) -> None:
    state, store = tmp_path / "state", tmp_path / "centre"
    store.mkdir()
    folder = tmp_path / "sheets"
    folder.mkdir()
    (folder / "people.csv").write_text(PEOPLE, "utf-8")
    key = tmp_path / "agency.key"
    at = ("--to", store, "--key", key, "--state", tmp_path / "nobody", "--json")
    assert commands.run("init", "--non-interactive", "--state", state).code == 0
    assert commands.run("directory", "key", key, "--json").document["number"] == 1
    assert key.stat().st_mode & 0o077 == 0
    assert read_public(str(key) + ".pub")[1] == 1
    assert commands.run("directory", "publish", folder, *at).document["changed"] == {"people": 3}
    trusted = commands.run("directory", "trust", f"{key}.pub", "--state", state, "--json")
    assert trusted.code == 0, trusted.stderr
    fetch = ("directory", "fetch", "--from", store, "--state", state, "--json")
    killed = {**os.environ, "EVIDOCK_FAILPOINTS": "directory.before_commit=kill"}
    died = subprocess.run(commands.argv(*fetch), env=killed, capture_output=True, check=False)
    assert died.returncode == -signal.SIGKILL
    assert commands.run(*fetch).document["applied"] == {"people": 3}
    found = commands.run("people", "list", "--state", state, "--json").document
    assert {one["badge"] for one in found["officers"]} == {"012345", "000001"}
    rotated = commands.run("directory", "rotate", *at, "--new", tmp_path / "second.key")
    assert rotated.document["number"] == 2, rotated.stderr
    assert commands.run(*fetch).document["applied"] == {}
    status = commands.run("directory", "status", "--state", state, "--json").document["directory"]
    assert (status["number"], status["key_number"], status["refusals"]) == (2, 2, [])
    assert commands.run("verify", "--state", state, "--json").code == 0


# -- thousands -----------------------------------------------------------------------------------

OFFICERS = 5000


def test_thousands_of_officers_come_in_one_transaction(agency: Agency, taker: Taker) -> None:
    """How long it takes is measured by ``make bench`` (row ``directory``)."""
    lines = [
        f"{number:06},警员{number},3201,城东所,officer\n" for number in range(10, OFFICERS + 10)
    ]
    agency.sheet("people.csv", PEOPLE.splitlines(keepends=True)[0] + "".join(lines))
    agency.sheet("people.csv", (agency.folder / "people.csv").read_text("utf-8") + _ADMIN)
    agency.publish()
    applied = taker.fetch()
    assert applied == {"people": OFFICERS + 2}
    assert len(taker.officers()) == OFFICERS + 1
    entries = [decode(line, 0) for line in taker.catalog.custody_lines(0, 100_000)]
    added = {entry.at for entry in entries if entry.act == "officer_added"}
    assert len(added) == 1  # one transaction has one time
    replaced = (agency.folder / "people.csv").read_text("utf-8").replace("警员77,", "警员七七,")
    agency.sheet("people.csv", replaced)
    agency.publish()
    delta = json.loads(agency.place.read(delta_key("people", 2)) or b"")
    assert [row["name"] for row in delta["put"]] == ["警员七七"]
    assert taker.fetch() == {"people": 1}


_ADMIN = "000001,赵管,3201,城东所,administrator\n"
