"""Die at every failpoint of the station, or have the disk refuse; start again; nothing is lost."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING

import pytest

from tests.crash.children import KILLED, Census, Command
from tests.crash.harness import ask, at_rest, invariants, nothing_believed_by_halves, staged
from workstation.platform import failpoints

if TYPE_CHECKING:
    from tests.crash.cards import Card
    from tests.crash.children import Station

# How often one collection of the common card passes each place: a batch of photos, two videos
# of three and four blocks, and a third that equals the first and so is never admitted.
PASSAGES = {
    "collection.opened": 1,
    "items.listed": 1,
    "copy.begun": 3,
    "copy.half": 10,
    "copy.written": 4,
    "stage.synced": 4,
    "stage.verified": 4,
    "stage.recorded": 4,
    "admit.renamed": 3,
    "admit.synced": 3,
    "record.before_commit": 3,
    "record.committed": 4,
    "collection.closing": 1,
    "checkpoint.before": 1,
}
# Reached by the sync process' word about a clip; test_receipts.py dies there.
# Passed by a rotation of the key and by the mending of an object; their tests die there.
ELSEWHERE = {
    "receipt.before_commit",
    "directory.before_commit",
    "purge.intended",  # tests/integration/sync/test_purge.py
    "purge.discarded",
    "purge.recorded",
    "rotate.drawn",
    "rotate.entered",
    "rotate.named",
    "heal.placed",
    "rebuild.aside",  # tests/integration/test_rebuild.py
    "rebuild.placed",
    "destroy.confirmed",  # test_destruction.py
    "destroy.discarded",
    "destroy.recorded",
    "destroy.certified",
    "export.file_written",  # tests/court_pack/test_export.py
    "export.written",
}
# Passed where a recorder is erased; test_erasing.py dies there.
ERASE = {
    "second.recorded",
    "erase.intended",
    "erase.before_one",
    "erase.after_one",
    "erase.recorded_one",
    "erase.relisted",
}
# Passed by the sync process only; its own tests die there.
SYNC = {
    "sync.object_half",
    "sync.object_written",
    "sync.object_published",
    "sync.manifest_written",
    "sync.manifest_published",
    "sync.receipt_sent",
    "fetch.piece_written",
    "readback.signed",
}
EXITS = ("copy.half", "record.before_commit")  # dead is dead: two will do
DEATHS = [f"{name}@1=exit" for name in EXITS] + [
    # First and last passage always; the ones between are much alike.
    pytest.param(armed, marks=() if nth in {1, count} else pytest.mark.nightly)
    for name, count in PASSAGES.items()
    for nth in range(1, count + 1)
    if (armed := f"{name}@{nth}=kill")
]
WRITES = (
    "copy.half@5",
    "copy.written@1",
    "copy.written@2",
    "stage.synced@1",
    "admit.renamed@1",
    "admit.renamed@2",
    "admit.synced@1",
    "admit.synced@3",
    "record.before_commit@1",
    "record.before_commit@2",
    "collection.closing",
)
REFUSALS = {"enospc": "vault.full", "eio": "vault.io", "erofs": "vault.read_only"}


def test_every_failpoint_is_died_at_somewhere() -> None:
    assert PASSAGES.keys() | ELSEWHERE | ERASE | SYNC == set(failpoints.NAMES)
    assert not SYNC & PASSAGES.keys()
    assert all(name.startswith(("sync.", "fetch.", "readback.")) for name in SYNC)


def test_undisturbed_collection_passes_every_failpoint_as_often_as_we_think(
    station: Station, card: Card
) -> None:
    run = station.run(Census(station.collecting([card]).arguments))
    assert run.status == 0, run.errors
    assert json.loads(run.errors.splitlines()[-1]) == PASSAGES
    invariants(station.state, card)


@pytest.mark.parametrize("armed", DEATHS)
def test_station_that_died_there_has_lost_and_doubled_nothing(
    armed: str, station: Station, card: Card
) -> None:
    died = station.collect(card, armed=armed)
    expected = KILLED if armed.endswith("kill") else failpoints.DIED_STATUS
    assert died.status == expected, died.errors
    nothing_believed_by_halves(station.state)
    again = station.collect(card)
    assert again.status == 0, again.errors
    invariants(station.state, card)


@pytest.mark.parametrize("name", ["copy.half", "stage.recorded", "admit.renamed"])
def test_station_comes_to_rest_without_the_recorder(
    name: str, station: Station, card: Card
) -> None:
    station.collect(card, armed=f"{name}@2=kill")
    settled = station.settle()
    assert settled.status == 0, settled.errors
    at_rest(station.state)
    was_verified = name != "copy.half"
    videos = ask(station.state, "SELECT id FROM clip WHERE kind='video'")
    assert len(videos) == was_verified  # what was staged needs no recorder to become a clip


ALWAYS = {
    ("copy.half@5", "enospc"),
    ("copy.written@2", "erofs"),
    ("stage.synced@1", "enospc"),
    ("admit.renamed@1", "enospc"),
    ("admit.renamed@2", "eio"),
    ("record.before_commit@2", "enospc"),
    ("collection.closing", "enospc"),
}
ARMED = [
    pytest.param(*pair, marks=() if pair in ALWAYS else pytest.mark.nightly)
    for pair in itertools.product(WRITES, REFUSALS)
]


@pytest.mark.parametrize(("place", "action"), ARMED)
def test_disk_that_refuses_ends_the_collection_with_a_clear_code(
    place: str, action: str, station: Station, card: Card
) -> None:
    refused = station.collect(card, armed=f"{place}={action}")
    assert refused.status == 3, refused.errors
    assert "Traceback" not in refused.errors
    assert refused.codes == {REFUSALS[action]}
    named = ask(station.state, "SELECT clip_id FROM ingest_item WHERE clip_id IS NOT NULL")
    assert staged(station.state) <= {clip for (clip,) in named}, "litter until the next start"
    settled = station.settle()
    assert settled.status == 0, settled.errors
    at_rest(station.state)
    again = station.collect(card)
    assert again.status == 0, again.errors
    invariants(station.state, card)


def test_signature_that_the_disk_refuses_costs_no_footage(station: Station, card: Card) -> None:
    refused = station.collect(card, armed="checkpoint.before=enospc")
    assert refused.status == 0, refused.errors
    unsigned = station.run(Command(("verify", "--state", str(station.state), "--json")))
    assert unsigned.status == 0
    assert unsigned.document["unsigned_lines"]
    assert station.settle().status == 0  # signs at its end
    assert ask(station.state, "SELECT max(size) FROM checkpoint") == ask(
        station.state, "SELECT max(seq) FROM custody_entry"
    )
    invariants(station.state, card)
