"""The auditor's desk: a check of everything, and entries that prove themselves elsewhere."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.unit.ingest.scripted import ScriptedFile, ScriptedRecorder, until
from workstation.catalog.auditing import EntryFilter
from workstation.domain.errors_export import NoEntriesError
from workstation.ledger.custody import Act, decode
from workstation.ledger.merkle import leaf_hash
from workstation.ledger.notes import open_note
from workstation.ledger.proofs import includes
from workstation.station import record

if TYPE_CHECKING:
    from tests.unit.ingest.scripted import Bench
    from workstation.ipc.messages_audit import VerificationState


def _dock(bench: Bench) -> None:
    files = {f"A{number}.MP4": ScriptedFile(b"%d" % number * 5000) for number in range(3)}
    bench.dock(ScriptedRecorder(files))


def _ended(bench: Bench) -> VerificationState:
    until(lambda: bench.engine.audit.state().step != "running", "the check ends")
    return bench.engine.audit.state()


def test_a_whole_station_is_verified_with_every_object(bench: Bench) -> None:
    _dock(bench)
    bench.engine.audit.begin("400004", vault=True)
    state = _ended(bench)
    assert (state.step, state.fault_count, state.objects, state.by) == ("ended", 0, 3, "400004")
    assert state.lines >= 5
    assert state.bytes_read == state.bytes_total > 0


def test_a_damaged_object_is_named_with_its_code(bench: Bench) -> None:
    _dock(bench)
    victim = next(iter(bench.engine.vault.object_files()))
    victim.chmod(0o600)
    content = bytearray(victim.read_bytes())
    content[-1] ^= 1
    victim.write_bytes(content)
    bench.engine.audit.begin("400004", vault=True)
    state = _ended(bench)
    assert state.fault_count == 1
    assert state.faults[0].kind == "object"
    assert state.faults[0].code == "object.damaged"
    bench.engine.audit.begin("400004", vault=False)  # the ledger alone has nothing wrong
    assert _ended(bench).fault_count == 0


def test_the_newest_entries_come_first_and_every_filter_leaves_out(bench: Bench) -> None:
    _dock(bench)
    catalog = bench.engine.catalog
    everything = catalog.entries(EntryFilter(), 0, 1000)
    seqs = [row.seq for row in everything]
    assert seqs == sorted(seqs, reverse=True)
    assert seqs[-1] == 1
    assert all(hashlib.sha256(row.line).hexdigest() == row.hash for row in everything)
    assert catalog.entries(EntryFilter(), 4, 2) == everything[-3:-1]
    collected = catalog.entries(EntryFilter(acts=(Act.COLLECTED.value,)), 0, 1000)
    assert len(collected) == 3
    one = decode(collected[0].line, collected[0].seq)
    assert one.clip is not None
    of_clip = catalog.entries(EntryFilter(clip=one.clip), 0, 1000)
    assert {decode(row.line, row.seq).clip for row in of_clip} == {one.clip}
    assert catalog.entries(EntryFilter(since=one.at), 0, 1000)
    before = catalog.entries(EntryFilter(until=one.at), 0, 1000)
    assert before
    assert all(decode(row.line, row.seq).at < one.at for row in before)
    assert catalog.entries(EntryFilter(by="999999"), 0, 1000) == []


def test_an_entry_is_covered_by_the_first_checkpoint_behind_it(bench: Bench) -> None:
    _dock(bench)
    bench.engine.ledger.checkpoint()
    points = bench.engine.catalog.checkpoints()
    assert bench.engine.catalog.covering(1) == points[0]
    assert bench.engine.catalog.covering(points[-1].size + 1) is None


def test_exported_entries_prove_themselves_with_the_public_key_alone(bench: Bench) -> None:
    _dock(bench)
    made = bench.engine.audit.export(EntryFilter(acts=(Act.COLLECTED.value,)), "400004")
    text = Path(made.path).read_bytes()
    assert hashlib.sha256(text).hexdigest() == made.sha256
    document = json.loads(text)
    me = record.load(bench.paths)
    assert document["keys"] == [me.verifier]
    point = open_note(document["checkpoint"], f"evidock/{me.id}", me.key)
    proved = [decode(one["line"].encode(), one["seq"]) for one in document["lines"]]
    assert sum(line.act == Act.COLLECTED.value for line in proved) == made.entries == 3
    for one in document["lines"]:
        path = [base64.b64decode(step) for step in one["path"]]
        leaf = leaf_hash(one["line"].encode())
        assert includes(leaf, one["seq"] - 1, point.size, path, point.root)
    (newest,) = bench.engine.catalog.entries(EntryFilter(), 0, 1)
    told = decode(newest.line, newest.seq)
    assert (told.act, told.by) == (Act.ENTRIES_EXPORTED.value, "400004")
    assert told.facts["sha256"] == made.sha256


def test_nothing_is_exported_where_no_entry_is_as_asked_for(bench: Bench) -> None:
    with pytest.raises(NoEntriesError):
        bench.engine.audit.export(EntryFilter(by="999999"), "400004")
    assert not bench.paths.entry_exports.exists()
