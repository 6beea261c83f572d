"""Open311: what a city says becomes cases once, whatever its server does meanwhile."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.fakes.platforms.open311 import request
from workstation.casework import cases
from workstation.casework.cases import CaseChange
from workstation.domain.errors_platform import (
    PlatformAnswerError,
    PlatformRefusedError,
    PlatformUnavailableError,
)

if TYPE_CHECKING:
    from tests.fakes.platforms.open311 import Open311City
    from tests.fakes.platforms.server import PlatformServer
    from tests.integration.cases.conftest import Town
    from workstation.domain.errors import StationError

AT = "2026-07-11T10:{:02d}:00Z"


def _fill(city: Open311City, count: int) -> set[str]:
    city.rows = [request(f"R{n}", AT.format(n % 60)) for n in range(count)]
    return {f"R{n}" for n in range(count)}


def test_a_request_is_a_case_with_number_type_place_position_time_and_state(
    town: Town, city: Open311City
) -> None:
    city.rows = [request("R1", AT.format(0)), request("R2", AT.format(1), status="closed")]
    town.poll()
    first, second = town.cases["R1"], town.cases["R2"]
    fields = {name: values[0] for name, values in first.fields.items()}
    assert fields == {
        "number": "R1",
        "title": "第 R1 号",
        "type": "占道经营",
        "place": "文明路 8 号",
        "position": "34.757,113.66",
        "occurred": "2026-07-11T10:00:00+00:00",
        "state": "open",
    }
    assert (first.opened_by, first.is_closed, second.is_closed) == ("cases:open311", False, True)
    entries = town.entries
    town.poll()
    assert town.entries == entries
    assert (town.standing.opened, town.standing.code) == (2, None)


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [("statuses", PlatformUnavailableError), ("portal", PlatformAnswerError)],
)
def test_nothing_is_missed_when_the_server_fails_or_a_portal_answers(
    town: Town, city: Open311City, served: PlatformServer, trouble: str, kind: type[StationError]
) -> None:
    wanted = _fill(city, 3)
    setattr(served.faults, trouble, [500] if trouble == "statuses" else 1)
    with pytest.raises(kind):
        town.poll()
    assert town.cases == {}
    town.poll()
    assert town.cases.keys() == wanted


def test_a_server_that_never_answers_is_given_up(town: Town, served: PlatformServer) -> None:
    served.faults.stuck = 1
    with pytest.raises(PlatformUnavailableError):
        town.polling(timeout_s=0.3).run(town.stop)


@pytest.mark.parametrize("circle", [False, True])
def test_every_page_is_read_even_where_pages_turn_in_a_circle(
    town: Town, city: Open311City, circle: bool
) -> None:
    wanted = _fill(city, 23)
    city.page_size, city.turns_in_a_circle = 10, circle
    town.poll()
    assert town.cases.keys() == wanted


def test_a_server_that_ignores_pages_is_asked_for_smaller_spans(
    town: Town, city: Open311City
) -> None:
    wanted = _fill(city, 40)
    city.page_size, city.ignores_pages = 10, True
    town.poll(page_size=10)
    assert town.cases.keys() == wanted


def test_xml_is_read_where_only_xml_is_served_even_in_another_charset(
    town: Town, city: Open311City
) -> None:
    city.only_xml, city.charset = True, "gb18030"
    city.rows = [request("R1", AT.format(0))]
    town.poll()
    assert town.cases["R1"].fields["place"] == ("文明路 8 号",)


def test_json_in_a_charset_it_does_not_name_is_read(town: Town, city: Open311City) -> None:
    city.charset = "gb18030"
    city.rows = [request("R1", AT.format(0))]
    town.poll()
    assert town.cases["R1"].fields["type"] == ("占道经营",)


def test_of_a_number_that_comes_twice_the_row_that_changed_last_counts(
    town: Town, city: Open311City
) -> None:
    late = request("R1", AT.format(0), address="人民路", updated_datetime=AT.format(30))
    city.rows = [late, request("R1", AT.format(0), address="文明路")]
    town.poll()
    assert town.cases["R1"].fields["place"] == ("人民路",)


def test_wrong_types_cost_a_value_or_a_row_and_never_the_others(
    town: Town, city: Open311City
) -> None:
    city.extra = ["a text", None, request(None, AT.format(0)), {"token": "t1"}, request({}, "")]
    city.rows = [
        request(4711, AT.format(0), lat="34.757", long="113.66"),
        request("R2", AT.format(1), lat="north", long=None, description=["a"], address=None),
        request("R3", AT.format(2), lat=0, long=0, status="in progress"),
        request("R4", AT.format(3), description="长" * 500, lat=91.0),
    ]
    town.poll()
    assert town.cases.keys() == {"4711", "R2", "R3", "R4"}
    assert town.cases["4711"].fields["position"] == ("34.757,113.66",)
    assert {"position", "title", "place"} & town.cases["R2"].fields.keys() == set()
    assert "position" not in town.cases["R3"].fields
    assert len(town.cases["R4"].fields["title"][0]) == 200
    assert town.standing.refused >= 5


def test_an_error_inside_a_status_200_is_for_a_person(town: Town, city: Open311City) -> None:
    city.error_inside_200 = "jurisdiction is not ours"
    with pytest.raises(PlatformRefusedError) as raised:
        town.poll()
    assert raised.value.facts["reason"] == "403 jurisdiction is not ours"


def test_a_request_that_is_closed_later_is_closed_here(town: Town, city: Open311City) -> None:
    city.rows = [request("R1", "2026-07-10T10:00:00Z")]
    town.poll()
    assert town.standing.pending == 1
    city.rows[0] |= {"status": "closed"}
    town.clock.at += timedelta(days=3)
    town.poll()
    assert town.cases["R1"].is_closed
    assert any(query.get("service_request_id") == "R1" for query in city.queries)
    assert town.standing.pending == 0


def test_reading_goes_on_where_it_stopped(town: Town, city: Open311City) -> None:
    town.poll()
    city.queries.clear()
    town.clock.at += timedelta(minutes=5)
    town.poll()
    assert [query["start_date"] for query in city.queries] == ["2026-07-11T10:00:00Z"]


def test_a_case_that_people_opened_under_the_number_is_joined_and_keeps_their_words(
    town: Town, city: Open311City
) -> None:
    mine = cases.create(
        town.filled.ledger, CaseChange({"number": "R1", "place": "文明路 12 号"}), "012345"
    )
    city.rows = [request("R1", AT.format(0))]
    town.poll()
    file = town.cases["R1"]
    assert (file.id, file.contested) == (mine, ("place",))
    assert file.fields["place"] == ("文明路 12 号", "文明路 8 号")
    assert (town.standing.joined, town.standing.contested) == (1, 1)
