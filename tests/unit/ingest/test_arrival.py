"""Whose recorder is docked, what is doubtful about it, and what its slot says."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

import pytest

from tests.unit.ingest.scripted import (
    SETTINGS,
    Bench,
    ClockedRecorder,
    ScriptedFile,
    ScriptedRecorder,
    until,
)
from workstation.catalog.values import ClipFilter
from workstation.domain.clip import BadgeNumber
from workstation.domain.dock import SlotStatus
from workstation.domain.errors import RecorderProtocolError
from workstation.domain.recorder import Claim, RecorderIdentity, RecorderStorage
from workstation.ipc.messages_recorders import BindRecorder, UnbindRecorder
from workstation.ipc.peer import Peer
from workstation.platform.clock import to_text
from workstation.platform.settings import RecordersSection, Settings, VaultSection
from workstation.station.commands.answers import Caller
from workstation.station.commands.recorders import answers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from workstation.catalog.values import CollectionSummary, DockingLine
    from workstation.ipc.words import Command

WANG, ZHAO = "012345", "067890"
LEADER = Caller.speaking(Peer(1, 1000, 1000))


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Bench]:
    """A station as it comes: recorders nobody is bound to are shown by the default rule."""
    made = Bench(tmp_path / "state", Settings(vault=VaultSection(min_free_mb=0)))
    yield made
    made.close()


def recorder(
    badge: str | None = None, *findings: str, content: bytes = b"footage"
) -> ScriptedRecorder:
    who = RecorderIdentity(
        "A1B2C3D",
        "scripted",
        badge=BadgeNumber(badge) if badge else None,
        provenance={"serial": "sidecar"} | ({"badge": "names"} if badge else {}),
        findings=findings,
        claims=(Claim("serial", "sidecar", "A1B2C3D"), Claim("serial", "label", "Z9Z9Z9Z")),
    )
    return ScriptedRecorder({"1.MP4": ScriptedFile(content)}, "A1B2C3D", who)


def give(bench: Bench, command: Command) -> None:
    answers(bench.engine)[type(command)].handle(command, LEADER)


def docking(bench: Bench, collection: CollectionSummary) -> DockingLine:
    found = bench.engine.catalog.docking(collection.id)
    assert found is not None
    return found


def codes(bench: Bench, collection: CollectionSummary) -> list[str]:
    return [remark.code for remark in docking(bench, collection).remarks]


def test_a_recorder_nobody_is_bound_to_waits_for_a_leader_who_binds_it(station: Bench) -> None:
    taken = station.dock(recorder())
    view = station.view()
    assert (view.status, view.code) == (SlotStatus.ATTENTION, "recorder.unbound")
    assert view.remarks == ("recorder.unbound",)
    assert (view.vaulted, view.badge) == (1, None)  # collected all the same
    assert codes(station, taken) == ["recorder.unbound"]
    give(station, BindRecorder("A1B2C3D", WANG, "王芳", "一中队"))
    view = station.view()
    assert (view.status, view.code, view.remarks) == (SlotStatus.DONE, None, ())
    assert (view.badge, view.officer_name, view.unit) == (WANG, "王芳", "一中队")
    assert view.officer_source == "binding"
    give(station, UnbindRecorder("A1B2C3D"))
    assert station.view().code == "recorder.unbound"


def test_files_that_name_their_officer_ask_for_nobody(station: Bench) -> None:
    taken = station.dock(recorder(WANG))
    view = station.view()
    assert (view.status, view.code, view.badge) == (SlotStatus.DONE, None, WANG)
    assert view.officer_source == "names"
    assert view.remarks == ("recorder.unbound",)
    assert codes(station, taken) == ["recorder.unbound"]


@pytest.mark.parametrize(
    ("rule", "badge", "status"),
    [
        ("always", WANG, SlotStatus.ATTENTION),
        ("always", None, SlotStatus.ATTENTION),
        ("never", None, SlotStatus.DONE),
    ],
)
def test_a_site_says_when_it_wants_to_be_asked(
    tmp_path: Path, rule: Literal["always", "never"], badge: str | None, status: SlotStatus
) -> None:
    section = RecordersSection(unbound=rule)
    bench = Bench(tmp_path / "s", Settings(vault=VaultSection(min_free_mb=0), recorders=section))
    try:
        taken = bench.dock(recorder(badge))
        assert bench.view().status is status
        assert codes(bench, taken) == ["recorder.unbound"]  # on record, shown or not
    finally:
        bench.close()


def test_footage_belongs_to_whom_the_recorder_was_bound(station: Bench) -> None:
    give(station, BindRecorder("A1B2C3D", WANG))
    station.dock(recorder(content=b"of wang"))
    give(station, BindRecorder("A1B2C3D", ZHAO))
    station.dock(recorder(content=b"of zhao"))
    clips = station.engine.catalog.clips()
    assert [(clip.badge, clip.badge_source) for clip in clips] == [
        (WANG, "binding"),
        (ZHAO, "binding"),
    ]
    assert [held.badge for held in station.engine.catalog.bindings("A1B2C3D")] == [ZHAO, WANG]
    bound = station.acts("recorder_bound", "recorder_unbound")
    assert [facts["badge"] for facts in bound] == [WANG, WANG, ZHAO]


def test_footage_of_nobody_is_found_by_whom_a_later_binding_names(station: Bench) -> None:
    station.dock(recorder(content=b"early"))
    hour_ago = datetime.now(UTC) - timedelta(hours=1)
    give(station, BindRecorder("A1B2C3D", WANG, since=to_text(hour_ago)))
    (clip,) = station.engine.catalog.clips(ClipFilter(badge=BadgeNumber(WANG)))
    assert (clip.badge, clip.bound_badge) == (None, WANG)  # what was written stays written
    assert station.engine.catalog.clips(ClipFilter(badge=BadgeNumber(ZHAO))) == []
    assert station.engine.catalog.totals(ClipFilter(badge=BadgeNumber(WANG))).clips == 1


def test_a_recorder_that_names_another_officer_is_not_decided_in_silence(station: Bench) -> None:
    give(station, BindRecorder("A1B2C3D", WANG))
    taken = station.dock(recorder(ZHAO))
    view = station.view()
    assert (view.status, view.code) == (SlotStatus.ATTENTION, "officer.differs")
    assert view.facts == {"named": ZHAO, "bound": WANG}
    assert docking(station, taken).badge == WANG
    give(station, BindRecorder("A1B2C3D", ZHAO))
    assert (station.view().status, station.view().remarks) == (SlotStatus.DONE, ())


def test_two_recorders_of_one_number_are_both_shown_and_owned_by_nobody(station: Bench) -> None:
    give(station, BindRecorder("A1B2C3D", WANG))
    gate = threading.Event()
    first = recorder(content=b"first")

    def wait(_: int) -> None:
        gate.wait(20)

    first.files["1.MP4"].on_read = wait
    lane = station.plug(first, "port:1")
    until(lambda: station.view(1).recorder_serial == "A1B2C3D", "not opened")
    second = station.dock(recorder(content=b"second"), "port:2")
    gate.set()
    assert lane is not None
    lane.join(20)
    assert station.view(1).code == station.view(2).code == "identity.serial_twice"
    assert station.view(1).facts["slot"] == 2
    assert station.view(2).facts["slot"] == 1
    assert docking(station, second).badge is None  # whose it is, is not sure
    flagged = station.acts("flagged")
    assert [facts["code"] for facts in flagged].count("identity.serial_twice") == 2


def test_another_recorder_of_a_number_that_was_here_is_told(station: Bench) -> None:
    give(station, BindRecorder("A1B2C3D", WANG))
    station.dock(recorder(), usb_serial="SN1", volume="1A2B-3C4D")
    assert station.view().status is SlotStatus.DONE
    other = station.dock(recorder(content=b"other"), usb_serial="SN2", volume="1A2B-3C4D")
    view = station.view()
    assert (view.status, view.code) == (SlotStatus.ATTENTION, "identity.other_recorder")
    assert view.facts["found"] == "usb=SN2 volume=1A2B-3C4D"
    assert view.facts["earlier"] == "usb=SN1 volume=1A2B-3C4D"
    assert docking(station, other).badge is None


def test_sources_that_disagree_are_all_kept(station: Bench) -> None:
    taken = station.dock(recorder(WANG, "identity.disagrees"))
    line = docking(station, taken)
    assert [(claim.source, claim.value) for claim in line.claims] == [
        ("sidecar", "A1B2C3D"),
        ("label", "Z9Z9Z9Z"),
    ]
    assert line.provenance == {"serial": "sidecar", "badge": "names"}
    view = station.view()
    assert (view.status, view.code) == (SlotStatus.ATTENTION, "identity.disagrees")
    assert view.facts == {"found": "serial sidecar=A1B2C3D label=Z9Z9Z9Z"}
    assert set(view.remarks) == {"identity.disagrees", "recorder.unbound"}


def test_a_wrong_clock_is_told_and_times_are_corrected_beside(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "state", SETTINGS)
    try:
        taken = bench.dock(ClockedRecorder({"1.MP4": ScriptedFile(b"x")}, ahead_s=-93.0))
        view = bench.view()
        assert (view.status, view.code) == (SlotStatus.DONE, "clock.wrong")
        assert view.clock_offset_s == -93.0
        clock = docking(bench, taken).clock
        assert clock is not None
        assert clock.mark.offset_s == -93.0
        assert clock.mark.uncertainty_s >= 0.5
        assert clock.station.keeper in {"chrony", "timesyncd", "ntpd", "rtc"}
        opened = bench.acts("collection_opened")[0]
        assert opened["clock_offset_s"] == clock.mark.offset_s
    finally:
        bench.close()


def test_a_clock_that_can_not_be_read_is_told(bench: Bench) -> None:
    mute = ClockedRecorder(
        {"1.MP4": ScriptedFile(b"x")}, refuses_reading=RecorderProtocolError(command="clock")
    )
    taken = bench.dock(mute)
    assert codes(bench, taken)[-1] == "clock.unreadable"
    assert docking(bench, taken).clock is None
    assert bench.view().code == "clock.unreadable"


class FillingRecorder(ScriptedRecorder):
    """Tells how much room its card has."""

    room = RecorderStorage(64_000_000_000, 32_000_000_000)

    def storage(self) -> RecorderStorage:
        return self.room


@pytest.mark.parametrize(
    ("free_bytes", "remarks"),
    [(0, ["recorder.card_full"]), (3_199_999_999, ["recorder.card_full"]), (3_200_000_000, [])],
)
def test_a_card_without_room_for_another_shift_is_said(
    station: Bench, free_bytes: int, remarks: list[str]
) -> None:
    full = FillingRecorder({"DCIM/A.MP4": ScriptedFile(b"footage")}, serial="FULL-1")
    full.room = RecorderStorage(64_000_000_000, free_bytes)
    summary = station.dock(full)
    said = station.engine.catalog.remarks(summary.id)
    assert [one.code for one in said if one.code == "recorder.card_full"] == remarks
    assert station.engine.catalog.totals().clips == 1


def test_a_card_that_tells_no_room_is_not_called_full() -> None:
    assert not RecorderStorage(64_000_000_000).is_full
