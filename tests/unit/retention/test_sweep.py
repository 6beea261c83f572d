"""Two people, a week between them, and a certificate: how clips end."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.unit.ingest.scripted import Bench, ScriptedFile, ScriptedRecorder
from tests.unit.retention.rig import A, B, Rig
from workstation.casework import annotating, cases
from workstation.casework.annotating import Annotation
from workstation.casework.cases import CaseChange
from workstation.domain.clip import ClipKind
from workstation.domain.errors_casework import (
    BadPolicyError,
    ClipDestroyedError,
    SecondPersonError,
    TooEarlyError,
    UnknownDestructionError,
)
from workstation.domain.retention import Policy, Rule
from workstation.events.mailbox import Mailbox
from workstation.ingest.mending import Mender
from workstation.ledger import sshsig
from workstation.ledger.custody import Act, decode
from workstation.ledger.row_audit import check_rows
from workstation.retention import holds, policy
from workstation.retention.policy import parse
from workstation.station import record
from workstation.station.caretaker import Scrubber
from workstation.station.footage import FootageDesk, Snapshot
from workstation.station.verification import verify

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path / "state", 3)
    yield made
    made.close()


class Unheard:
    """Progress that nobody watches."""

    def lines(self, count: int) -> None: ...

    def objects(self, total: int, total_bytes: int) -> None: ...

    def checked_bytes(self, count: int) -> None: ...

    def checked_object(self) -> None: ...


def acts(rig: Rig, clip: str) -> list[str]:
    return [decode(line, 0).act for line in rig.catalog.custody_of(clip)]


def queued(rig: Rig) -> str:
    found = rig.sweep.queue(A)
    assert found is not None
    return found[0]


def test_nothing_is_queued_before_its_time(rig: Rig) -> None:
    rig.later(Policy().unclassified_days - 1)
    assert rig.sweep.queue(A) is None
    rig.later(2)
    found = rig.sweep.queue(A)
    assert found is not None
    assert found[1] == 3
    assert rig.sweep.queue(A) is None  # they wait already


def test_clips_end_by_two_people_after_a_week_with_a_certificate(rig: Rig) -> None:
    rig.later(10 * 366)
    name = queued(rig)
    with pytest.raises(TooEarlyError):
        rig.sweep.confirm(name, B)
    rig.later(7.01)
    with pytest.raises(SecondPersonError):
        rig.sweep.confirm(name, A)
    assert rig.objects() == set(rig.clips)
    ended = rig.sweep.confirm(name, B)
    assert (ended.destroyed, ended.spared) == (3, 0)
    assert rig.objects() == set()
    for clip in rig.clips:
        assert acts(rig, clip)[-2:] == [Act.DESTRUCTION_QUEUED.value, Act.DESTROYED.value]
        assert rig.catalog.clip(clip).id == clip  # the ledger stays
        with pytest.raises(ClipDestroyedError):
            rig.catalog.object_ref(clip)
    certificate, signature = rig.catalog.certificate(name) or (b"", b"")
    document = json.loads(certificate)
    assert (document["queued_by"], document["confirmed_by"]) == (A, B)
    assert {line["clip"] for line in document["destroyed"]} == set(rig.clips)
    key = record.load(rig.paths).key
    assert sshsig.holds(certificate, signature, sshsig.Namespace.DESTRUCTION, key)
    with pytest.raises(UnknownDestructionError):
        rig.sweep.confirm(name, B)
    rig.ledger.checkpoint()
    report = verify(rig.paths, Unheard())
    assert report.is_whole, report.faults
    assert report.strangers == ()


def test_certificate_is_accepted_by_ssh_keygen(rig: Rig, tmp_path: Path) -> None:
    rig.later(10 * 366)
    name = queued(rig)
    rig.later(8)
    rig.sweep.confirm(name, B)
    certificate, signature = rig.catalog.certificate(name) or (b"", b"")
    line = sshsig.public_line(record.load(rig.paths).key.public)
    (tmp_path / "signers").write_text(f"station {line}\n")
    (tmp_path / "c.sig").write_bytes(signature)
    command = ["ssh-keygen", "-Y", "verify", "-f", str(tmp_path / "signers"), "-I", "station"]
    command += ["-n", "evidock-destruction@v1", "-s", str(tmp_path / "c.sig")]
    try:
        done = subprocess.run(command, input=certificate, capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("ssh-keygen is not installed: nobody else checks the signature here")
    assert done.returncode == 0, done.stderr


def test_what_came_in_between_spares_a_clip(rig: Rig) -> None:
    rig.later(10 * 366)
    name = queued(rig)
    case = cases.create(rig.ledger, CaseChange({"number": "1"}), A)
    annotating.annotate(rig.ledger, rig.clips[:1], Annotation(link=(case,)), A)
    held = holds.place(rig.ledger, clips=rig.clips[1:2], cases=[], reason="复议", by=A)
    rig.later(8)
    ended = rig.sweep.confirm(name, B)
    assert (ended.destroyed, ended.spared) == (1, 2)
    assert rig.objects() == set(rig.clips[:2])
    reasons = {clip: rule for clip, _, rule in rig.catalog.destruction_clips(name)}
    assert reasons[rig.clips[0]] == Rule.CASE_OPEN.value
    assert reasons[rig.clips[1]] == Rule.HOLD.value
    holds.release(rig.ledger, held, A)
    assert rig.sweep.queue(A) is None  # days of grace
    rig.later(31)
    again = rig.sweep.queue(A)
    assert again is not None
    assert again[1] == 1


def test_queue_is_cancelled(rig: Rig) -> None:
    rig.later(10 * 366)
    name = queued(rig)
    rig.sweep.cancel(name, B)
    rig.later(8)
    with pytest.raises(UnknownDestructionError):
        rig.sweep.confirm(name, B)
    assert rig.objects() == set(rig.clips)
    assert queued(rig) != name


def test_hold_on_a_case_covers_clips_linked_later(rig: Rig) -> None:
    case = cases.create(rig.ledger, CaseChange({"type": "巡查"}), A)
    cases.change(rig.ledger, case, CaseChange(is_closed=True), A)
    holds.place(rig.ledger, clips=[], cases=[case], reason="诉讼", by=A)
    annotating.annotate(rig.ledger, rig.clips, Annotation(link=(case,)), A)
    rig.later(30 * 366)
    assert rig.sweep.queue(A) is None


def test_policy_that_shortens_needs_a_second_person(rig: Rig) -> None:
    shorter = b"format = 1\nrecorder_mark = 200\n[importance]\n1 = 200\n"
    with pytest.raises(SecondPersonError):
        policy.adopt(rig.ledger, shorter, A)
    with pytest.raises(SecondPersonError):
        policy.adopt(rig.ledger, shorter, A, A)
    policy.adopt(rig.ledger, shorter, A, B)
    assert rig.catalog.policy_text() == shorter
    rig.later(201)
    assert rig.sweep.queue(A) is not None


def test_policy_that_only_lengthens_needs_one(rig: Rig) -> None:
    policy.adopt(rig.ledger, b"format = 1\nfloor_days = 400\n", A)
    assert rig.verdicts()[rig.clips[0]].reasons[-1].rule is Rule.FLOOR


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"\xff", "not_utf8"),
        (b"format = ", "syntax"),
        (b"", "not_allowed"),
        (b"format = 2", "not_allowed"),
        (b"format = 1\nfloor = 3", "not_allowed"),
        (b"format = 1\nqueue_days = 6", "not_allowed"),
        (b"format = 1\nfloor_days = 179", "below_floor"),
        (b'format = 1\n[tags]\na = "forever"', "not_allowed"),
        (b"format = 1\n[importance]\n9 = 3", "not_allowed"),
        (b"format = 1\n[categories]\na = 0", "not_allowed"),
    ],
)
def test_policy_is_read_strictly(text: bytes, reason: str) -> None:
    with pytest.raises(BadPolicyError) as caught:
        parse(text)
    assert caught.value.facts["reason"] == reason


def test_floor_is_lowered_only_in_words() -> None:
    assert parse(b"format = 1\nfloor_days = 90\nlower_floor = true").floor_days == 90


def test_recorder_that_brings_a_destroyed_clip_again_does_not_bring_it_back(
    tmp_path: Path,
) -> None:
    rig = Rig(tmp_path / "state", 1)
    rig.later(10 * 366)
    name = queued(rig)
    rig.later(8)
    rig.sweep.confirm(name, B)
    rig.close()
    bench = Bench(tmp_path / "state")
    files = {"DCIM/000.MP4": ScriptedFile(b"clip 0"), "DCIM/new.MP4": ScriptedFile(b"new")}
    report = bench.items(bench.dock(ScriptedRecorder(files)))
    bench.close()
    line = report["DCIM/000.MP4"]
    assert (line.state.value, line.code, line.level) == ("duplicate", "clip.destroyed", None)
    assert report["DCIM/new.MP4"].state.value == "vaulted"


def with_track(root: Path) -> tuple[Rig, str, str]:
    """A station with a clip and the track that came beside it."""
    bench = Bench(root)
    files = {
        "DCIM/A.MP4": ScriptedFile(b"film"),
        "DCIM/A.GPS": ScriptedFile(b"$GPRMC", kind=ClipKind.TRACK, sidecar_of="DCIM/A.MP4"),
    }
    bench.dock(ScriptedRecorder(files))
    bench.close()
    rig = Rig(root, 1)
    found = {clip.source_path: str(clip.id) for clip in rig.catalog.clips()}
    return rig, found["DCIM/A.MP4"], found["DCIM/A.GPS"]


def test_a_track_is_kept_and_destroyed_with_its_clip(tmp_path: Path) -> None:
    rig, clip, track = with_track(tmp_path / "state")
    annotating.annotate(rig.ledger, [clip], Annotation(category="一般执法"), A)
    assert {reason.rule for reason in rig.verdicts()[track].reasons} == {Rule.FLOOR, Rule.BESIDE}
    names = holds.place(rig.ledger, clips=[clip], cases=[], reason="复议", by=A)
    rig.later(12 * 366)
    name = queued(rig)
    assert not {clip, track} & set(rig.sweep.clips_of(name))
    holds.release(rig.ledger, names, A)
    rig.sweep.cancel(name, A)
    rig.later(31)
    name = queued(rig)
    assert {clip, track} <= set(rig.sweep.clips_of(name))
    rig.later(10)
    rig.sweep.confirm(name, B)
    assert not {clip, track} & rig.objects()
    rig.close()


def test_a_hold_on_the_clip_spares_its_track_in_the_last_moment(tmp_path: Path) -> None:
    rig, clip, track = with_track(tmp_path / "state")
    rig.later(12 * 366)
    name = queued(rig)
    holds.place(rig.ledger, clips=[clip], cases=[], reason="复议", by=A)
    rig.later(10)
    rig.sweep.confirm(name, B)
    assert {clip, track} <= rig.objects()
    spared = {
        one: reason
        for one, state, reason in rig.catalog.destruction_clips(name)
        if state == "spared"
    }
    assert spared[track] == Rule.BESIDE.value
    rig.close()


def still_of(rig: Rig, clip: str) -> Path:
    """A still of the clip, kept as the kiosk does; where it lies."""
    desk = FootageDesk(rig.vault, rig.ledger, rig.catalog, Mailbox())
    made, _ = desk.keep_snapshot(Snapshot(clip, 5, (64, 48), b"\xff\xd8\xff" + bytes(5000)), A)
    return rig.paths.vault / "derived" / made


def test_stills_end_with_their_clip_and_not_before(rig: Rig) -> None:
    first, second = (still_of(rig, clip) for clip in rig.clips[:2])
    holds.place(rig.ledger, clips=rig.clips[1:2], cases=[], reason="复议", by=A)
    rig.later(12 * 366)
    name = queued(rig)
    rig.later(10)
    rig.sweep.confirm(name, B)
    assert (first.exists(), second.exists()) == (False, True)
    (gone,) = [
        entry
        for line in rig.catalog.custody_of(rig.clips[0])
        if (entry := decode(line, 0)).act == Act.DESTROYED.value
    ]
    assert gone.facts["stills"] == 1
    certificate = rig.catalog.certificate(name)
    assert certificate is not None
    stills = {one["clip"]: one["stills"] for one in json.loads(certificate[0])["destroyed"]}
    assert [len(stills[clip]) for clip in (rig.clips[0], rig.clips[2])] == [1, 0]
    rig.ledger.checkpoint()
    report = verify(rig.paths, Unheard())
    assert (report.faults, report.strangers, report.stills) == ((), (), 1)
    with pytest.raises(ClipDestroyedError):
        still_of(rig, rig.clips[0])


@pytest.mark.parametrize("harm", ["flipped", "gone", "swapped"])
def test_a_still_that_is_not_whole_is_named_by_verify_and_by_the_scrub(rig: Rig, harm: str) -> None:
    bad, good = still_of(rig, rig.clips[0]), still_of(rig, rig.clips[1])
    bad.chmod(0o600)
    if harm == "flipped":
        content = bytearray(bad.read_bytes())
        content[len(content) // 2] ^= 1
        bad.write_bytes(content)
    elif harm == "gone":
        bad.unlink()
    else:
        bad.write_bytes(good.read_bytes())
    (bad.parent / "stranger").write_bytes(b"?")
    rig.ledger.checkpoint()
    report = verify(rig.paths, Unheard())
    (fault,) = report.faults
    assert (fault.kind, fault.facts["derivative"]) == ("object", bad.name)
    assert (report.strangers, report.stills) == (("derived/stranger",), 2)
    mender = Mender(rig.vault, rig.ledger, rig.catalog)
    scrubber = Scrubber(rig.vault, rig.ledger, rig.catalog, mender, rig.clock)
    for _ in range(2):  # a second reading says the same, and writes it down once
        assert scrubber.run(0.0, lambda: True) is not None
    told = [decode(line, 0) for line in rig.catalog.custody_lines()]
    damaged = [one for one in told if one.act == Act.DAMAGED.value]
    assert [(one.clip, one.facts["derivative"]) for one in damaged] == [(rig.clips[0], bad.name)]
    ends = [one.facts for one in told if one.act == Act.SCRUBBED.value]
    assert [(one["stills"], one["stills_damaged"]) for one in ends] == [(2, 1), (2, 1)]
    assert rig.catalog.damage_of(rig.clips[0]) is None, "the clip itself is whole"
    rig.ledger.checkpoint()
    assert check_rows(rig.paths.ledger) == ()
