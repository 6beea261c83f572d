"""A day at a station: dockings, people, bindings, cases, holds, deliveries, erases, destruction."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.unit.ingest.scripted import Bench, ClockedRecorder, ScriptedFile
from tests.unit.retention.rig import A, B, Rig
from workstation.casework import annotating, cases
from workstation.casework.annotating import Annotation, Marker
from workstation.casework.cases import CaseChange
from workstation.casework.directory import Directory
from workstation.domain.binding import Remark
from workstation.domain.clip import BadgeNumber, ClipId, ItemId
from workstation.domain.coverage import GapReason
from workstation.domain.erasing import ErasePolicy
from workstation.domain.people import Role
from workstation.ledger import care, delivery, directory_rows, erasing, recorder_facts
from workstation.ledger.directory_rows import Part
from workstation.ledger.erasing import EraseIntent, EraseTarget
from workstation.ledger.gaps import GapSaying, explain
from workstation.ledger.people import PeopleWriter, SealedPin
from workstation.ledger.recorder_facts import NewBinding
from workstation.ledger.records import NewReadBack, NewReceipt
from workstation.ledger.second_copy import SecondCopy
from workstation.retention import holds, policy
from workstation.retention.purging import Purge, StoreWord

if TYPE_CHECKING:
    from pathlib import Path

    from workstation.domain.clip import CollectionId
    from workstation.platform.paths import StatePaths

SERIAL = "REC-1"


def _dock(root: Path) -> None:
    """Two dockings of one recorder: one file can not be read, the others come back as known."""
    files = {f"DCIM/d{n}.MP4": ScriptedFile(b"day %d" % n) for n in range(4)}
    files["DCIM/bad.MP4"] = ScriptedFile(b"bad" * 100, present=False)
    bench = Bench(root)
    bench.dock(ClockedRecorder(files, ahead_s=-93.25))
    bench.dock(ClockedRecorder(files, ahead_s=-93.5))
    bench.close()


def _people(rig: Rig) -> None:
    directory = Directory(rig.ledger, rig.catalog)
    directory.add_unit("3201", "分局", None, A)
    directory.add_unit("3201-1", "一中队", "3201", A)
    directory.add("012345", "孙警", "3201", Role.OFFICER, A)
    directory.add("067890", "李警", "3201", Role.LEADER, A)
    directory.change("012345", A, name="孙警官", unit="3201-1")
    officer = directory.officer("012345")
    with rig.ledger.transaction() as tx:
        writer = PeopleWriter(tx, A)
        writer.set_pin(officer, SealedPin("$argon2id$phc", "check", must_change=True))
        writer.bind_card(officer, "digest", "check")
        new = NewBinding(SERIAL, BadgeNumber("012345"), "孙警官", "一中队", A)
        recorder_facts.bind(tx, new)
        recorder_facts.bind(tx, NewBinding("REC-2", BadgeNumber("067890"), None, None, A))
        recorder_facts.unbind(tx, "REC-2", A)
        directory_rows.pin_key(tx, 1, "ssh-ed25519 AAAA", A)
        body = b'{"kind": "people"}'
        part = Part("people", 3, hashlib.sha256(body).hexdigest(), body)
        directory_rows.keep_part(tx, part, changes=2)


def _said(rig: Rig) -> None:
    ledger, clips = rig.ledger, rig.clips
    policy.adopt(ledger, b'format = 1\nname = "site"\nqueue_days = 9\n', A)
    case = cases.create(ledger, CaseChange({"number": "2026-7", "title": "噪声"}), A)
    said = Annotation(["重点"], [], [case], importance=3, add_markers=[Marker(5, 9, "起点")])
    annotating.annotate(ledger, clips[:2], said, A)
    annotating.annotate(ledger, clips[:1], Annotation(remove_tags=["重点"]), B)
    annotating.annotate(ledger, clips[2:3], Annotation(["重点"], note="证人李某"), A)
    holds.place(ledger, clips=clips[2:3], cases=[case], reason="复议", by=B)


def _explain(rig: Rig) -> None:
    """Why nothing was recorded over noon; said twice, and taken back once."""
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    for reason in (GapReason.CHARGING, GapReason.MEAL, GapReason.WITHDRAWN):
        said = GapSaying(A, noon, noon + timedelta(hours=1), reason, "食堂")
        with rig.ledger.transaction() as tx:
            explain(tx, said, B, {"session": "s-1"})


def targets(ledger: Path, state: str) -> list[EraseTarget]:
    """Files of a listing that are held as clips, as an erase would name them."""
    with closing(sqlite3.connect(ledger)) as db:
        rows = db.execute(
            "SELECT id, path, raw_path, size_bytes, mtime_ns, sha256, clip_id FROM ingest_item "
            "WHERE state=? ORDER BY collection_id, place",
            (state,),
        )
        return [
            EraseTarget(ItemId(item), path, raw, size, mtime, sha256, ClipId(clip))
            for item, path, raw, size, mtime, sha256, clip in rows
        ]


def _erase(rig: Rig, collections: list[CollectionId]) -> None:
    """One erase that ended, of duplicates too, and one that was cut short."""
    fresh, known = targets(rig.paths.ledger, "vaulted"), targets(rig.paths.ledger, "duplicate")
    chosen = (*fresh[:2], *known[:2])
    first, later = collections[0], collections[1]
    whole = EraseIntent("intent-1", first, SERIAL, ErasePolicy.AFTER_LOCAL, chosen)
    cut = EraseIntent("intent-2", later, SERIAL, ErasePolicy.AFTER_LOCAL, tuple(fresh[2:4]))
    with rig.ledger.transaction() as tx:
        erasing.record_second_readings(tx, first, fresh[:2])
        erasing.record_second_readings(tx, later, known[:2])
        erasing.record_other_digest(tx, first, fresh[3], "00" * 32)
        erasing.begin_erase(tx, whole)
        erasing.record_erased(tx, whole, chosen[0])
        erasing.record_erased(tx, whole, chosen[2])
        erasing.record_kept(tx, whole, chosen[1], "entry.changed")
        erasing.record_kept(tx, whole, chosen[3], "entry.changed")
        erasing.end_erase(tx, whole, erased=2, kept=2, lost=0)
        erasing.begin_erase(tx, cut)
        erasing.record_erased(tx, cut, fresh[2], found_gone=True)


def _fare(rig: Rig, collections: list[CollectionId]) -> None:
    clips = [ClipId(clip) for clip in rig.clips]
    first = rig.catalog.clip(clips[0])
    receipt = NewReceipt(
        clip_id=clips[0],
        store_id="store",
        object_key="clips/x",
        manifest_key="manifests/x",
        sha256=first.digest.sha256,
        size_bytes=first.size_bytes,
        stored_at=datetime(2026, 11, 1, tzinfo=UTC),
    )
    signed = NewReadBack(
        clip_id=clips[0],
        centre="centre",
        store_id="store",
        sha256=first.digest.sha256,
        at="2026-11-02T00:00:00.000Z",
        receipt_key="receipts/x",
        receipt_sha256=hashlib.sha256(b"x").hexdigest(),
    )
    with rig.ledger.transaction() as tx:
        tx.record_receipt(receipt)
        delivery.record_read_back(tx, signed)
        recorder_facts.flag(tx, collections[0], Remark("clock.drift", {"s": 7}))
        recorder_facts.flag_clip(tx, clips[1], Remark("time.disagrees", {"s": 99.5}))
        care.record_damage(tx, clips[3], "object.damaged", {"segment": 1})
        care.record_damage(tx, clips[4], "object.damaged", {"segment": 2})
        care.record_healing(tx, clips[4], 7, bytes(40), {"from": "recorder"})


def _purge(rig: Rig) -> None:
    """The store holds a clip, and says so anew: it goes here."""
    clip = rig.catalog.clip(rig.clips[6])
    receipt = NewReceipt(
        clip_id=clip.id,
        store_id="store",
        object_key="clips/y",
        manifest_key="manifests/y",
        sha256=clip.digest.sha256,
        size_bytes=clip.size_bytes,
        stored_at=datetime(2026, 11, 1, tzinfo=UTC),
    )
    with rig.ledger.transaction() as tx:
        tx.record_receipt(receipt)
    word = StoreWord(
        clip_id=clip.id,
        store_id="store",
        size_bytes=clip.size_bytes,
        sha256=clip.digest.sha256,
        how="locked",
        version="v1",
        locked_until=None,
        checked_at=rig.clock.now(),
    )
    assert Purge(rig.ledger, rig.vault, timedelta()).run(word)


def _destroy(rig: Rig) -> None:
    rig.later(12 * 366)
    queued = rig.sweep.queue(A)
    assert queued is not None
    holds.place(rig.ledger, clips=rig.clips[5:7], cases=[], reason="投诉", by=B)
    rig.later(10)
    ended = rig.sweep.confirm(queued[0], B)
    assert ended.destroyed >= 1
    assert ended.spared >= 1


def live(root: Path) -> StatePaths:
    """Do of everything something, and close; the second copy is level."""
    _dock(root)
    rig = Rig(root, clips=7)
    collections = [one.id for one in rig.catalog.collections(limit=10)][::-1]
    _people(rig)
    _said(rig)
    _explain(rig)
    _erase(rig, collections)
    _fare(rig, collections)
    _purge(rig)
    _destroy(rig)
    close(rig)
    return rig.paths


def close(rig: Rig) -> None:
    """Let go, and bring the second copy level as the next start would."""
    rig.close()
    with closing(sqlite3.connect(rig.paths.ledger)) as db:
        SecondCopy(rig.paths.second_copy).attach(db)
