"""Whatever waits, it goes in the promised order, and small things never wait for a large one."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from sync.database import SyncDatabase
from sync.deliveries import SMALL_BYTES, Deliveries, Delivery
from sync.documents import StoreDocument
from sync.pace.prospect import queue
from sync.standing import Standing, Wish
from sync.states import ClipState, ObjectState
from sync.stores.api import StoreDescriptor
from tests.fakes.filled_station import FilledStation, LedgerStation, content_of
from tests.integration.sync.rig import deliver, manifests_of
from workstation.ledger.signing import VerifyKey
from workstation.platform.clock import Clock, to_text

if TYPE_CHECKING:
    from collections.abc import Iterator

BEGAN = datetime(2026, 3, 1, tzinfo=UTC)
STORE = "central"


@st.composite
def outboxes(draw: st.DrawFn) -> list[Delivery]:
    """Clips in the order of collection: sizes on both sides of the limit, deadlines or none."""
    sizes = st.one_of(
        st.integers(0, SMALL_BYTES),
        st.sampled_from([SMALL_BYTES, SMALL_BYTES + 1]),
        st.integers(SMALL_BYTES + 1, 20_000_000_000),
    )
    hours = st.one_of(st.none(), st.integers(0, 6))
    waiting = []
    for place in range(1, draw(st.integers(1, 9)) + 1):
        due = draw(hours)
        due_at = None if due is None else to_text(BEGAN + timedelta(hours=due))
        size = draw(sizes)
        waiting.append(Delivery(f"clip-{place}", place, f"k{place}", size, "0" * 64, due_at=due_at))
    return waiting


class Ticking(Clock):
    """Never the same moment twice."""

    def __init__(self) -> None:
        self._s = 0

    def now(self) -> datetime:
        self._s += 1
        return BEGAN + timedelta(seconds=self._s)


@contextmanager
def remembered(outbox: list[Delivery]) -> Iterator[tuple[SyncDatabase, Deliveries]]:
    """A real ``sync.sqlite`` with this outbox."""
    with (
        tempfile.TemporaryDirectory() as place,
        closing(SyncDatabase(Path(place) / "sync.sqlite", Ticking())) as database,
    ):
        document = StoreDocument(1, STORE, to_text(BEGAN), "station", "ssh")
        database.pin("directory:/x", StoreDescriptor(STORE, document, VerifyKey(b"\0" * 32)))
        deliveries = Deliveries(database)
        deliveries.enqueue(len(outbox), outbox)
        yield database, deliveries


def wished(database: SyncDatabase, deliveries: Deliveries, clips: list[str]) -> dict[str, int]:
    """Let a person ask for these, in this order; when each was asked for."""
    for clip in clips:
        Standing(database).wish(Wish.NOW, clip)
    deliveries.take_wishes()
    return {clip: number for number, clip in enumerate(clips)}


def number(deliveries: Deliveries, database: SyncDatabase, clip: str) -> None:
    """Bring a clip to where it has its number, but its manifest is not out."""
    for state in (ObjectState.SENDING, ObjectState.COMMITTING, ObjectState.CHECKING):
        deliveries.object_becomes(clip, state)
    with database.transaction() as db:
        deliveries.clip_becomes(db, clip, ClipState.PUBLISHING, "no. 1")


def take_all(deliveries: Deliveries, database: SyncDatabase) -> list[str]:
    """Take one after the other, as a session does."""
    order: list[str] = []
    while (found := deliveries.next_open()) is not None:
        order.append(found.clip_id)
        if found.state is ClipState.WAITING:
            number(deliveries, database, found.clip_id)
        with database.transaction() as db:
            deliveries.clip_becomes(db, found.clip_id, ClipState.PUBLISHED, "")
    return order


def rank(one: Delivery, asked: dict[str, int], numbered: str | None) -> tuple[object, ...]:
    """The promise in words of Python: said once more, not as the query says it."""
    asked_for = asked.get(one.clip_id, len(asked))  # first who asked first
    is_large = one.size_bytes > SMALL_BYTES
    due = (1, "") if one.due_at is None else (0, one.due_at)
    return (one.clip_id != numbered, asked_for, is_large, due, one.place)


@given(outboxes(), st.data())
def test_everything_goes_in_the_promised_order(outbox: list[Delivery], data: st.DataObject) -> None:
    names = [one.clip_id for one in outbox]
    asked_for = data.draw(st.lists(st.sampled_from(names), unique=True, max_size=3))
    numbered = data.draw(st.one_of(st.none(), st.sampled_from(names)))
    with remembered(outbox) as (database, deliveries):
        asked = wished(database, deliveries, asked_for)
        if numbered is not None:
            number(deliveries, database, numbered)
        expected = sorted(outbox, key=lambda one: rank(one, asked, numbered))
        foretold = [one.clip_id for one in queue(database, STORE)]
        assert foretold == [one.clip_id for one in expected]
        assert take_all(deliveries, database) == foretold


@given(outboxes(), st.booleans(), st.booleans())
def test_while_a_large_clip_is_sent_every_small_one_may_pass_it_and_no_other_large_one(
    outbox: list[Delivery], is_shut: bool, is_urgent: bool
) -> None:
    large = Delivery("clip-large", 0, "kl", SMALL_BYTES + 1, "0" * 64, due_at=to_text(BEGAN))
    with remembered([large, *outbox]) as (database, deliveries):
        wished(database, deliveries, ["clip-large"] if is_urgent else [])
        passing = deliveries.get("clip-large")
        assert passing is not None
        passed: list[str] = []
        while (found := deliveries.next_open(passing, is_shut=is_shut)) is not None:
            passed.append(found.clip_id)
            number(deliveries, database, found.clip_id)
            with database.transaction() as db:
                deliveries.clip_becomes(db, found.clip_id, ClipState.PUBLISHED, "")
        small = [one for one in outbox if one.size_bytes <= SMALL_BYTES]
        assert passed == [one.clip_id for one in sorted(small, key=lambda one: rank(one, {}, None))]


SIZES = st.sampled_from([0, 1, 4096, 70_000, SMALL_BYTES + 1])


@settings(max_examples=6, deadline=None)
@given(st.lists(SIZES, min_size=1, max_size=4))
def test_at_the_store_the_ledger_is_first_and_numbers_follow_the_order(sizes: list[int]) -> None:
    with tempfile.TemporaryDirectory() as place, ExitStack() as stack:
        store = Path(place) / "central"
        filled = stack.enter_context(closing(FilledStation(Path(place) / "state")))
        stack.enter_context(LedgerStation(filled))
        clips = filled.collect(
            [b"%d:" % seed + content_of(seed, size) for seed, size in enumerate(sizes)]
        )
        assert deliver(filled, store) == 0
        lines = (store / "ledger" / filled.record.id / f"{1:012}.jsonl").stat().st_ctime_ns
        assert all(lines < path.stat().st_ctime_ns for path in store.glob("clips/*/*/*/*/*/*"))
        published = [path.stem.partition("-")[2] for path in manifests_of(store)]
        assert published == sorted(
            clips, key=lambda one: (len(filled.clips[one]) > SMALL_BYTES, clips.index(one))
        )
