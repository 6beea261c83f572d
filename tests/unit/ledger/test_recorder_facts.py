"""Who had which recorder: a history without gaps nobody meant and without two at a time."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from workstation.catalog.reader import Catalog
from workstation.domain.binding import Remark
from workstation.domain.clip import BadgeNumber, CollectionId
from workstation.domain.errors import BoundAlreadyError, NotBoundError, UsageError
from workstation.domain.recorder import RecorderIdentity
from workstation.domain.recorder_clock import ClockMark, RecorderClock, StationTime
from workstation.ledger import recorder_facts
from workstation.ledger.custody import decode
from workstation.ledger.recorder_facts import ClockSetting, NewBinding
from workstation.ledger.records import NewCollection

if TYPE_CHECKING:
    from tests.unit.ledger.lines import Desk

NOW = datetime(2026, 3, 1, 8, 0, 0, 123000, tzinfo=UTC)  # where the desk's clock stands
WANG = BadgeNumber("012345")
ZHAO = BadgeNumber("067890")


def bind(desk: Desk, badge: BadgeNumber, since: datetime | None = None) -> int:
    new = NewBinding("A1B2C3D", badge, "王芳", "一中队", by="uid:0", since=since)
    with desk.ledger.transaction() as tx:
        return recorder_facts.bind(tx, new)


def unbind(desk: Desk) -> None:
    with desk.ledger.transaction() as tx:
        recorder_facts.unbind(tx, "A1B2C3D", "uid:0")


def history(desk: Desk) -> list[tuple[str, datetime, datetime | None]]:
    with closing(Catalog.open(desk.path)) as catalog:
        return [(one.badge, one.since, one.until) for one in catalog.bindings("A1B2C3D")]


def acts(desk: Desk) -> list[str]:
    with closing(Catalog.open(desk.path)) as catalog:
        lines = catalog.custody_lines()
    return [decode(line, seq).act for seq, line in enumerate(lines, 1)]


def test_who_gets_it_takes_it_from_who_had_it(desk: Desk) -> None:
    first = bind(desk, WANG, NOW - timedelta(days=2))
    assert bind(desk, ZHAO, NOW - timedelta(days=1)) > first
    assert history(desk) == [
        (ZHAO, NOW - timedelta(days=1), None),
        (WANG, NOW - timedelta(days=2), NOW - timedelta(days=1)),
    ]
    assert acts(desk) == ["recorder_bound", "recorder_unbound", "recorder_bound"]
    assert desk.audit().faults == ()


def test_giving_it_back_leaves_nobody(desk: Desk) -> None:
    bind(desk, WANG, NOW - timedelta(days=2))
    unbind(desk)
    with closing(Catalog.open(desk.path)) as catalog:
        assert catalog.binding("A1B2C3D") is None
        (held,) = catalog.bindings("A1B2C3D")
    assert (held.until, held.unbound_by) == (NOW, "uid:0")
    with pytest.raises(NotBoundError):
        unbind(desk)


@pytest.mark.parametrize(
    ("badge", "since"),
    [
        (WANG, NOW),  # has it already
        (ZHAO, NOW - timedelta(days=3)),  # before the one who has it got it
    ],
)
def test_a_history_that_contradicts_itself_is_refused(
    desk: Desk, badge: BadgeNumber, since: datetime
) -> None:
    bind(desk, WANG, NOW - timedelta(days=2))
    before = history(desk)
    with pytest.raises(BoundAlreadyError):
        bind(desk, badge, since)
    assert history(desk) == before
    assert acts(desk) == ["recorder_bound"]


def test_nobody_has_a_recorder_from_tomorrow_on(desk: Desk) -> None:
    with pytest.raises(UsageError):
        bind(desk, WANG, NOW + timedelta(days=1))
    assert history(desk) == []


def test_a_remark_is_an_entry_a_row_and_a_finding_once(desk: Desk) -> None:
    collection = desk.collection()
    for slot in (3, 4):
        with desk.ledger.transaction() as tx:
            recorder_facts.flag(tx, collection, Remark("identity.serial_twice", {"slot": slot}))
    with closing(Catalog.open(desk.path)) as catalog:
        assert [one.facts for one in catalog.remarks(collection)] == [{"slot": 3}, {"slot": 4}]
        summary = catalog.collection(collection)
    assert summary is not None
    assert summary.findings == ("identity.serial_twice",)
    assert desk.audit().faults == ()


def test_drift_counts_from_the_latest_setting_and_never_from_before_it(desk: Desk) -> None:
    read_at = datetime(2026, 3, 1, 8, tzinfo=UTC)
    new = NewCollection(
        id=CollectionId("docking"),
        slot=1,
        port="port:1",
        source="/media/card",
        driver="scripted",
        identity=RecorderIdentity(serial="REC-1", profile="scripted"),
        clock=RecorderClock(
            ClockMark(read_at, -93.25, 0.5), "device", StationTime("chrony", is_synced=True)
        ),
    )
    with desk.ledger.transaction() as tx:
        tx.open_collection(new)
        recorder_facts.open_docking(tx, new, [])

    def last() -> ClockMark | None:
        with closing(Catalog.open(desk.path)) as catalog:
            return catalog.last_clock("REC-1")

    def settle(setting: ClockSetting) -> None:
        with desk.ledger.transaction() as tx:
            recorder_facts.record_clock_setting(tx, new.id, setting)

    assert last() == ClockMark(read_at, -93.25, 0.5)
    settle(ClockSetting(None, code="recorder.busy"))
    assert last() == ClockMark(read_at, -93.25, 0.5)
    settle(ClockSetting(NOW))  # set, and not read since
    assert last() is None
    settle(ClockSetting(NOW, ClockMark(NOW, 0.25, 0.5)))
    assert last() == ClockMark(NOW, 0.25, 0.5)
