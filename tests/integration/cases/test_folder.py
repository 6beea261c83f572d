"""The watched folder: a list is taken once it is whole, its bad lines are named, it is put away."""

from __future__ import annotations

import csv
import io
import json
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from sync.cases.folder import CaseFolder
from sync.cases.memory import standings
from tests.fakes.filled_station import FilledStation, LedgerStation
from tests.fakes.platforms.open311 import request
from tests.integration.commands import run
from tests.integration.sync.rig import eventually, start
from workstation.casework import cases
from workstation.casework.cases import CaseChange
from workstation.domain.errors_casework import CaseFolderError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fakes.platforms.open311 import Open311City
    from tests.fakes.platforms.server import PlatformServer
    from tests.integration.cases.conftest import Town

LIST = """案件编号,案件类型,案发地点,案发时间,状态,经度,纬度,当事人
2026-001,占道经营,文明路 8 号,2026/7/11 9:05,办理中,113.66,34.757,王某；李某
,噪音,人民路,2026年7月11日,办理中,,,
2026-003,噪音,人民路,昨天,办理中,,,
2026-004,噪音,人民路,,不明,,,
2026-005,噪音,人民路,,,999,34.757,
2026-001,噪音,人民路,,,,,
2.02611E+11,噪音,人民路,,,,,
2026-008,噪音,人民路,2026-07-11,已结案,,,
"""


class Office:
    """A folder in which somebody leaves lists."""

    def __init__(self, town: Town, folder: Path) -> None:
        self.town = town
        self.folder = folder
        folder.mkdir()
        memory = town.memory("folder")
        self.taking = CaseFolder(folder, 0.0, memory, town.give, town.clock)

    def leave(self, name: str, content: str, charset: str = "utf-8") -> None:
        (self.folder / name).write_bytes(content.encode(charset))

    def result(self, where: str = "done") -> list[list[str]]:
        """Of the one file that was put away, without its headings."""
        (path,) = (self.folder / where).glob("*.result.csv")
        return list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))[1:]


@pytest.fixture
def office(town: Town, tmp_path: Path) -> Office:
    return Office(town, tmp_path / "lists")


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_good_lines_are_cases_and_bad_lines_are_named_with_their_reason(
    office: Office, charset: str
) -> None:
    office.leave("七月.csv", LIST, charset)
    office.taking.run()
    found = office.town.cases
    assert found.keys() == {"2026-001", "2026-008"}
    first = found["2026-001"]
    assert first.fields["position"] == ("34.757,113.66",)
    assert first.fields["occurred"] == ("2026-07-11T09:05:00",)
    assert (first.parties, first.is_closed) == (("李某", "王某"), False)
    assert (found["2026-008"].is_closed, first.opened_by) == (True, "cases:folder")
    result = office.result()
    assert [row[0] for row in result] == ["2", "3", "4", "5", "6", "7", "8", "9"]
    why = {row[0]: row[3] for row in result if row[3]}
    assert why.keys() == {"3", "4", "5", "6", "7", "8"}
    assert "时间无法识别" in why["4"]
    assert "重复" in why["7"]
    assert list(office.folder.glob("*.csv")) == []
    assert len(list((office.folder / "done").iterdir())) == 2


def test_english_headings_and_other_separators_are_read(office: Office) -> None:
    office.leave("a.csv", 'Case No.;Address;Status\nA-1;"5, High Street";closed\n')
    office.taking.run()
    case = office.town.cases["A-1"]
    assert (case.fields["place"], case.is_closed) == (("5, High Street",), True)


def test_a_list_that_is_left_again_changes_nothing(office: Office) -> None:
    office.leave("a.csv", LIST)
    office.taking.run()
    entries = office.town.entries
    office.leave("a.csv", LIST)
    office.taking.run()
    assert office.town.entries == entries
    assert len(list((office.folder / "done").iterdir())) == 4
    assert office.town.standing.opened == 2


def test_a_file_that_still_grows_is_left_alone(town: Town, tmp_path: Path) -> None:
    folder = tmp_path / "lists"
    folder.mkdir()
    taking = CaseFolder(folder, 3600.0, town.memory("folder"), town.give, town.clock)
    (folder / "a.csv").write_text("number\nA-1\n", "utf-8")
    assert taking.run() == 3600.0
    assert taking.run() == 3600.0
    assert (town.cases, (folder / "a.csv").exists()) == ({}, True)


def test_what_is_no_list_is_refused_whole_and_says_why(office: Office) -> None:
    office.leave("a.csv", "姓名,电话\n王某,1\n")
    office.leave("~$b.csv", "number\n1\n")
    office.leave("notes.txt", "number\n1\n")
    (office.folder / "link.csv").symlink_to("/etc/hostname")
    office.taking.run()
    assert office.town.cases == {}
    assert "没有编号列" in office.result("refused")[0][3]
    assert (office.folder / "~$b.csv").exists()
    assert (office.folder / "link.csv").is_symlink()


def test_an_open_quote_costs_its_own_line_only(office: Office) -> None:
    office.leave("a.csv", 'number,place\nA-1,"High Street\nA-2,Low Street\n')
    office.taking.run()
    assert office.town.cases.keys() == {"A-2"}
    assert "引号" in office.result()[0][3]


def test_a_line_that_contradicts_people_is_named_in_the_result(office: Office) -> None:
    change = CaseChange({"number": "2026-001", "place": "文明路 12 号"})
    mine = cases.create(office.town.filled.ledger, change, "012345")
    office.leave("a.csv", LIST)
    office.taking.run()
    assert office.town.cases["2026-001"].id == mine
    assert "place" in office.result()[0][3]
    assert office.town.cases["2026-001"].fields["place"] == ("文明路 12 号", "文明路 8 号")


def test_a_folder_that_is_not_there_is_for_a_person(town: Town, tmp_path: Path) -> None:
    taking = CaseFolder(tmp_path / "gone", 0.0, town.memory("folder"), town.give, town.clock)
    with pytest.raises(CaseFolderError):
        taking.run()


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[FilledStation]:
    with closing(FilledStation(tmp_path / "state")) as made:
        yield made


def test_the_sync_process_reads_city_and_folder_and_status_shows_both(
    filled: FilledStation, tmp_path: Path, city: Open311City, served: PlatformServer
) -> None:
    folder = tmp_path / "lists"
    folder.mkdir()
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    city.rows = [request("R1", f"{an_hour_ago:%Y-%m-%dT%H:%M:%SZ}")]
    lines = ["[open311]", f'url = "{served.url}/v2"', 'jurisdiction = "city.example"']
    lines += ["period_s = 10", "[cases]", f'folder = "{folder}"', "settle_s = 0.5"]
    filled.paths.settings.write_text("\n".join(lines) + "\n", "utf-8")
    with ExitStack() as stack:
        stack.enter_context(LedgerStation(filled))
        child = stack.enter_context(start(filled.paths.root, "", "daemon"))
        eventually(lambda: _opened(filled) == {"open311": 1, "folder": 0}, "the city is read")
        (folder / "a.csv").write_text(LIST, "utf-8")
        eventually(lambda: _opened(filled).get("folder") == 2, "the list is taken")
        child.terminate()
        assert child.wait(60) == 0
    shown = run("sync", "status", "--json", "--state", filled.paths.root)
    assert shown.code == 0, shown.stderr
    told = {one["name"]: one for one in json.loads(shown.stdout)["cases"]}
    assert (told["folder"]["refused"], told["open311"]["code"]) == (6, None)
    assert "案件来源" in run("sync", "status", "--state", filled.paths.root).stdout.decode()


def _opened(filled: FilledStation) -> dict[str, int]:
    return {one.name: one.opened for one in standings(filled.paths.cases)}
