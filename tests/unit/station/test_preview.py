"""Handing out one clip's key, and keeping stills: what is on record, and what it opens."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.unit.ingest.scripted import ScriptedFile, ScriptedRecorder
from workstation.casework.annotating import Annotation, Marker, annotate
from workstation.domain.errors import ObjectDamagedError, ObjectMissingError, UsageError
from workstation.ipc.messages_casework import MarkerPoints
from workstation.ipc.messages_preview import (
    ClipOpened,
    DamageChecked,
    KeepSnapshot,
    OpenClip,
    ReportDamage,
    SnapshotKept,
)
from workstation.ipc.peer import Peer
from workstation.ledger.custody import decode
from workstation.sealing.reader import ObjectKey, ObjectReader
from workstation.station.commands import Commands
from workstation.vault import derived
from workstation.vault.derived import DerivativeId

if TYPE_CHECKING:
    from tests.unit.ingest.scripted import Bench
    from workstation.ledger.custody import CustodyLine

ME = Peer(os.getpid(), os.getuid(), os.getgid())
CONTENT = os.urandom((128 << 10) * 5 + 4711)
PNG = b"\x89PNG\r\n\x1a\n" + os.urandom(400_000)


@pytest.fixture
def clip_id(bench: Bench) -> str:
    """A clip of several segments in the vault."""
    recorder = ScriptedRecorder({"DCIM/V0001.MP4": ScriptedFile(CONTENT)})
    (item,) = bench.items(bench.dock(recorder)).values()
    assert item.clip_id is not None
    return item.clip_id


def ask_to_open(bench: Bench, clip_id: str) -> ClipOpened:
    answer = Commands(bench.engine).handle(OpenClip(clip_id), ME)
    assert isinstance(answer, ClipOpened)
    return answer


def key_of(answer: ClipOpened) -> ObjectKey:
    return ObjectKey(answer.secret, answer.header, answer.segment_bytes, answer.size_bytes)


def entries(bench: Bench, clip_id: str) -> list[CustodyLine]:
    return [decode(line, 0) for line in bench.engine.catalog.custody_of(clip_id)]


def acts(bench: Bench, clip_id: str) -> list[str]:
    return [entry.act for entry in entries(bench, clip_id)]


def test_the_key_that_is_handed_out_opens_the_object_anywhere(bench: Bench, clip_id: str) -> None:
    answer = ask_to_open(bench, clip_id)
    with Path(answer.path).open("rb") as file:
        reader = ObjectReader(file.fileno(), key_of(answer))
        assert reader.read_at(0, len(CONTENT) + 1) == CONTENT
        for offset in (0, 131_015, 131_016, 131_017, len(CONTENT) - 1, len(CONTENT)):
            assert reader.read_at(offset, 5) == CONTENT[offset : offset + 5]


def test_handing_out_is_the_view_on_record(bench: Bench, clip_id: str) -> None:
    ask_to_open(bench, clip_id)
    (entry,) = [one for one in entries(bench, clip_id) if one.act == "viewed"]
    assert entry.by == f"uid:{os.getuid()}"
    assert entry.facts["purpose"] == "preview"


def test_no_view_is_on_record_where_there_is_nothing_to_see(bench: Bench, clip_id: str) -> None:
    Path(ask_to_open(bench, clip_id).path).unlink()
    before = acts(bench, clip_id)
    with pytest.raises(ObjectMissingError):
        ask_to_open(bench, clip_id)
    assert acts(bench, clip_id) == before


def test_a_key_opens_no_other_object(bench: Bench, clip_id: str) -> None:
    other = ScriptedRecorder({"DCIM/V0002.MP4": ScriptedFile(CONTENT[:-1])})
    (item,) = bench.items(bench.dock(other)).values()
    assert item.clip_id is not None
    mine, theirs = ask_to_open(bench, clip_id), ask_to_open(bench, item.clip_id)
    with Path(theirs.path).open("rb") as file:
        with pytest.raises(ObjectDamagedError):
            ObjectReader(file.fileno(), key_of(mine))
        stolen = replace(key_of(theirs), secret=mine.secret)
        with pytest.raises(ObjectDamagedError):
            ObjectReader(file.fileno(), stolen).read_at(0, 1)


@pytest.mark.parametrize("segment", [0, 2, 5])
def test_one_changed_byte_is_noticed_where_it_lies(
    bench: Bench, clip_id: str, segment: int, tmp_path: Path
) -> None:
    answer = ask_to_open(bench, clip_id)
    copy = tmp_path / "object"
    with Path(answer.path).open("rb") as file:
        damaged = bytearray(file.read())
    damaged[segment * answer.segment_bytes + 60] ^= 1
    copy.write_bytes(damaged)
    with copy.open("rb") as file:
        reader = ObjectReader(file.fileno(), key_of(answer))
        with pytest.raises(ObjectDamagedError) as caught:
            reader.read_at(0, len(CONTENT))
    assert caught.value.facts["segment"] == segment


def report(bench: Bench, clip_id: str, segment: int) -> DamageChecked:
    answer = Commands(bench.engine).handle(ReportDamage(clip_id, segment), ME)
    assert isinstance(answer, DamageChecked)
    return answer


@pytest.mark.parametrize("segment", [0, 2, 5])
def test_reported_damage_is_on_record_once_the_station_has_seen_it_too(
    bench: Bench, clip_id: str, segment: int
) -> None:
    answer = ask_to_open(bench, clip_id)
    sealed = Path(answer.path)
    damaged = bytearray(sealed.read_bytes())
    damaged[segment * answer.segment_bytes + 60] ^= 1
    sealed.chmod(0o600)
    sealed.write_bytes(damaged)
    assert report(bench, clip_id, segment).is_damaged
    assert report(bench, clip_id, segment).is_damaged
    (entry,) = [one for one in entries(bench, clip_id) if one.act == "damaged"]
    assert entry.facts == {"code": "object.damaged", "segment": segment, "purpose": "preview"}
    assert list(bench.engine.catalog.damaged()) == [clip_id]


@pytest.mark.parametrize("segment", [-1, 0, 3, 5, 1_000_000])
def test_nobodys_word_makes_a_whole_clip_damaged(bench: Bench, clip_id: str, segment: int) -> None:
    assert not report(bench, clip_id, segment).is_damaged
    assert "damaged" not in acts(bench, clip_id)


def test_what_people_marked_comes_with_the_clip(bench: Bench, clip_id: str) -> None:
    said = Annotation(add_markers=[Marker(1500, 4000, "亮证")])
    annotate(bench.engine.ledger, [clip_id], said, "012345")
    (marker,) = ask_to_open(bench, clip_id).markers
    assert marker == MarkerPoints(1500, 4000, "亮证", marker.name)
    annotate(bench.engine.ledger, [clip_id], Annotation(remove_markers=[marker.name]), "012345")
    assert ask_to_open(bench, clip_id).markers == ()


def test_a_snapshot_is_kept_beside_its_clip_and_is_on_record(bench: Bench, clip_id: str) -> None:
    command = KeepSnapshot(clip_id, 1234, 1920, 1080, PNG)
    kept = Commands(bench.engine).handle(command, ME)
    assert isinstance(kept, SnapshotKept)
    assert kept.sha256 == hashlib.sha256(PNG).hexdigest()
    (entry,) = [one for one in entries(bench, clip_id) if one.act == "derived"]
    assert (entry.facts["at_ms"], entry.facts["sha256"]) == (1234, kept.sha256)
    key_id = entry.facts["key_id"]
    assert isinstance(key_id, int)
    assert derived.read(bench.engine.vault, DerivativeId(kept.derivative_id), key_id) == PNG
    assert bench.content(clip_id) == CONTENT


def test_what_is_no_picture_is_not_kept(bench: Bench, clip_id: str) -> None:
    before = acts(bench, clip_id)
    with pytest.raises(UsageError):
        Commands(bench.engine).handle(KeepSnapshot(clip_id, 0, 1, 1, b"#!/bin/sh"), ME)
    assert acts(bench, clip_id) == before
