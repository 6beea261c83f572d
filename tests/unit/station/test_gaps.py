"""Reasons for gaps: an officer speaks of his own shift, a leader of his unit's."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.unit.ingest.scripted import Bench
from workstation.casework.sessions import new_session
from workstation.domain.coverage import GapReason
from workstation.domain.errors import NotPermittedError
from workstation.domain.errors_casework import BadGapError
from workstation.domain.people import Role
from workstation.ipc.messages_shift import ExplainGap
from workstation.ledger.custody import Act, decode
from workstation.platform.clock import to_text
from workstation.station.commands.answers import Caller
from workstation.station.commands.shifts import answers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HIS, MATE, LEADER, STRANGER = "012345", "012346", "200002", "300003"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MACHINE = Caller(os.getpid(), os.getuid(), os.getgid())


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """Two officers and their leader, below another unit's leader."""
    made = Bench(tmp_path / "state")
    directory = made.engine.people.directory
    directory.add_unit("3201", "城东", None, "uid:0")
    directory.add_unit("3201-1", "一中队", "3201", "uid:0")
    directory.add_unit("3202", "城西", None, "uid:0")
    for badge, unit, role in (
        (HIS, "3201-1", Role.OFFICER),
        (MATE, "3201-1", Role.OFFICER),
        (LEADER, "3201", Role.LEADER),
        (STRANGER, "3202", Role.LEADER),
    ):
        directory.add(badge, f"人{badge}", unit, role, "uid:0")
    yield made
    made.close()


def caller(bench: Bench, badge: str) -> Caller:
    officer = bench.engine.people.catalog.officer(badge)
    assert officer is not None
    person = new_session(officer, must_change_pin=False, sees_unit=False)
    return Caller(os.getpid(), os.getuid(), os.getgid(), "token", person)


def say(bench: Bench, who: Caller, **changed: str) -> None:
    told = {
        "badge": HIS,
        "begins": to_text(NOON),
        "ends": to_text(NOON + timedelta(hours=1)),
        "reason": "meal",
    }
    command = ExplainGap(**(told | changed))
    answers(bench.engine.ledger, bench.engine.people)[ExplainGap].handle(command, who)


def said(bench: Bench) -> list[tuple[str, GapReason]]:
    found = bench.engine.catalog.gap_reasons(HIS, NOON - timedelta(days=1), NOON)
    assert found == []  # none of them touches the morning
    found = bench.engine.catalog.gap_reasons(HIS, NOON, NOON + timedelta(minutes=1))
    return [(one.by, one.reason) for one in found]


@pytest.mark.parametrize("badge", [HIS, LEADER])
def test_officer_and_his_leader_may_say_why(bench: Bench, badge: str) -> None:
    say(bench, caller(bench, badge))
    assert said(bench) == [(badge, GapReason.MEAL)]


@pytest.mark.parametrize("badge", [MATE, STRANGER])
def test_nobody_else_may_and_the_refusal_is_counted(bench: Bench, badge: str) -> None:
    with pytest.raises(NotPermittedError):
        say(bench, caller(bench, badge))
    assert said(bench) == []
    bench.engine.people.signing.stop()  # writes down what was counted
    assert [one.who for one in bench.engine.people.catalog.denials()] == [badge]


def test_a_number_nobody_has_is_for_the_machine_alone(bench: Bench) -> None:
    with pytest.raises(NotPermittedError):
        say(bench, caller(bench, LEADER), badge="999999")
    say(bench, MACHINE, badge="999999")


def test_the_entry_says_who_when_and_why(bench: Bench) -> None:
    say(bench, caller(bench, HIS), note="  食堂 \n 一楼 ")
    lines = [decode(line, 0) for line in bench.engine.catalog.custody_lines(limit=10_000)]
    (entry,) = [line for line in lines if line.act == Act.GAP_EXPLAINED.value]
    assert entry.by == HIS
    assert entry.facts["note"] == "食堂 一楼"
    assert (entry.facts["reason"], entry.facts["begins"]) == ("meal", to_text(NOON))
    assert entry.facts["session"]


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"ends": to_text(NOON)}, "span"),
        ({"ends": to_text(NOON + timedelta(hours=25))}, "span"),
        ({"reason": "docked"}, "reason"),
        ({"reason": "bored"}, "bored"),
        ({"begins": "noon"}, "meal"),
        ({"note": "x" * 201}, "note"),
        ({"badge": " "}, "badge"),
    ],
)
def test_what_can_not_be_said_is_refused_and_not_written(
    bench: Bench, changed: dict[str, str], problem: str
) -> None:
    with pytest.raises(BadGapError) as refused:
        say(bench, MACHINE, **changed)
    assert refused.value.facts["reason"] == problem
    assert said(bench) == []


def test_time_that_is_yet_to_come_can_not_be_explained(bench: Bench) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    with pytest.raises(BadGapError) as refused:
        say(bench, MACHINE, begins=to_text(later - timedelta(hours=2)), ends=to_text(later))
    assert refused.value.facts["reason"] == "future"
