"""Cases out of another system stand beside what people say, and never in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from workstation.casework import cases
from workstation.casework.cases import CaseChange
from workstation.casework.taking import Reading, case_name, take
from workstation.domain.casework import position
from workstation.domain.errors_casework import BadOperationError, CaseNumberTakenError
from workstation.ipc.messages_casework import CaseOutcome, ReportedCase
from workstation.ledger.custody import decode

if TYPE_CHECKING:
    from tests.unit.ingest.scripted import Bench
    from workstation.domain.casework_state import CaseFile
    from workstation.ipc.messages_casework import TakenCase
    from workstation.ledger.custody import CustodyLine

READING = Reading("open311", "http://city.example/requests.json", "ab" * 32)
NUMBER = "2026-0711"


def _report(
    bench: Bench, *, is_closed: bool | None = None, parties: tuple[str, ...] = (), **fields: str
) -> TakenCase:
    case = ReportedCase("open311:city:1", {"number": NUMBER, **fields}, parties, is_closed)
    (taken,) = take(bench.engine.ledger, READING, [case])
    return taken


def _file(bench: Bench, case: str) -> CaseFile:
    return bench.engine.catalog.case(case)


def _entries(bench: Bench) -> list[CustodyLine]:
    return [decode(line, 0) for line in bench.engine.catalog.custody_lines()]


def _acts(bench: Bench) -> list[str]:
    return [entry.act for entry in _entries(bench)]


def test_a_reported_case_is_opened_once_and_names_where_it_came_from(bench: Bench) -> None:
    fields = {"type": "占道经营", "place": "文明路 8 号", "position": "34.757,113.66"}
    first = _report(bench, is_closed=False, parties=("王某",), **fields)
    file = _file(bench, first.case)
    assert (first.outcome, first.case) == (CaseOutcome.OPENED, case_name("open311:city:1"))
    assert (file.number, file.opened_by, file.is_closed) == (NUMBER, "cases:open311", False)
    assert (file.fields["position"], file.parties) == (("34.757,113.66",), ("王某",))
    entries = [one for one in _entries(bench) if one.act == "cases_taken"]
    assert [(one.facts["sha256"], one.facts["opened"]) for one in entries] == [("ab" * 32, 1)]
    before = _acts(bench)
    again = _report(bench, is_closed=False, parties=("王某",), **fields)
    assert (again.outcome, _acts(bench)) == (CaseOutcome.SAME, before)


def test_what_a_person_changed_stays_until_the_system_says_something_new(bench: Bench) -> None:
    case = _report(bench, place="文明路").case
    cases.change(bench.engine.ledger, case, CaseChange({"place": "文明路 12 号"}), "012345")
    assert _report(bench, place="文明路").outcome is CaseOutcome.SAME
    assert _file(bench, case).fields["place"] == ("文明路 12 号",)
    news = _report(bench, place="人民路")
    assert news.contested == ("place",)
    assert _file(bench, case).fields["place"] == ("人民路", "文明路 12 号")
    cases.change(bench.engine.ledger, case, CaseChange({"place": "文明路 12 号"}), "012345")
    assert _report(bench, place="人民路").contested == ()


def test_the_system_replaces_its_own_words(bench: Bench) -> None:
    case = _report(bench, place="文明路", is_closed=False).case
    changed = _report(bench, place="人民路", is_closed=True)
    assert (changed.outcome, changed.contested) == (CaseOutcome.CHANGED, ())
    assert _file(bench, case).fields["place"] == ("人民路",)
    assert _file(bench, case).is_closed


def test_a_late_number_joins_the_case_that_people_opened_under_it(bench: Bench) -> None:
    fields = {"number": NUMBER, "place": "文明路 12 号"}
    case = cases.create(bench.engine.ledger, CaseChange(fields), "012345")
    taken = _report(bench, place="人民路", type="噪音")
    assert (taken.outcome, taken.case) == (CaseOutcome.JOINED, case)
    assert taken.contested == ("place",)
    file = _file(bench, case)
    assert (file.opened_by, file.fields["type"]) == ("012345", ("噪音",))
    assert file.fields["place"] == ("人民路", "文明路 12 号")


def test_a_provisional_case_can_not_take_the_number_of_a_reported_one(bench: Bench) -> None:
    reported = _report(bench).case
    provisional = cases.create(bench.engine.ledger, CaseChange(), "012345")
    with pytest.raises(CaseNumberTakenError) as raised:
        cases.change(bench.engine.ledger, provisional, CaseChange({"number": NUMBER}), "012345")
    assert raised.value.facts["case"] == reported


def test_a_party_that_a_person_took_back_is_not_named_again(bench: Bench) -> None:
    case = _report(bench, parties=("王某",)).case
    cases.change(bench.engine.ledger, case, CaseChange(remove_parties=["王某"]), "012345")
    _report(bench, parties=("王某",))
    assert _file(bench, case).parties == ()


def test_a_case_that_can_not_be_said_stops_no_other(bench: Bench) -> None:
    bad = ReportedCase("k:1", {"number": "1", "place": "x" * 201})
    strange = ReportedCase("k:2", {"number": "2", "state": "open"})
    good = ReportedCase("k:3", {"number": "3"})
    taken = take(bench.engine.ledger, READING, [bad, strange, good])
    assert [one.outcome.value for one in taken] == ["refused", "refused", "opened"]
    assert taken[0].reason == "place:value"
    assert [line.file.number for line in bench.engine.catalog.cases()] == ["3"]


def test_a_system_without_a_name_of_its_own_is_refused(bench: Bench) -> None:
    with pytest.raises(BadOperationError):
        take(bench.engine.ledger, Reading("012345", "", ""), [])


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("34.757,113.66", (34.757, 113.66)),
        ("-90,180", (-90.0, 180.0)),
        ("91,0", None),
        ("0,181", None),
        ("1e1,2", None),
        ("34.757, 113.66", None),
        ("", None),
    ],
)
def test_a_position_is_latitude_and_longitude_in_degrees(
    text: str, meant: tuple[float, float] | None
) -> None:
    assert position(text) == meant
