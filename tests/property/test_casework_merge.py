"""Stations that hear of one another late, partly and twice end with the same state."""

from __future__ import annotations

import random
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from workstation.domain.casework import Field, Operation, Verb, check
from workstation.domain.casework_state import case_state, clip_state, current
from workstation.ledger import operations
from workstation.ledger.schema_casework import case_file, clip_case, clip_casework, clip_tag, hold
from workstation.ledger.signing import StationKey
from workstation.ledger.writer import Ledger

CLIPS = ("clip-1", "clip-2")
CASE = "case-1"
START = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass
class Replica:
    """A station that only talks: what it has heard, and what it says next."""

    name: str
    rng: random.Random
    heard: dict[str, Operation] = field(default_factory=dict)
    said: int = 0

    def speak(self) -> Operation:
        """Say something in knowledge of what was heard. Clocks differ, even run backwards."""
        clip = self.rng.choice(CLIPS)
        subject = {"clip": clip} if self.rng.random() < 0.8 else {"case": CASE}
        fields = (
            [Field.TAG, Field.LINK, Field.HOLD, Field.CATEGORY, Field.IMPORTANCE, Field.NOTE]
            if "clip" in subject
            else [Field.NUMBER, Field.STATE, Field.PARTY, Field.HOLD]
        )
        about = self.rng.choice(fields)
        there = [
            one
            for one in current(self.heard.values())
            if one.field is about and one.subject == (subject.get("clip"), subject.get("case"))
        ]
        over: tuple[str, ...] = ()
        verb = (
            Verb.ADD
            if about in {Field.TAG, Field.LINK, Field.HOLD, Field.NOTE, Field.PARTY}
            else Verb.SET
        )
        value = {
            Field.STATE: self.rng.choice(("open", "closed")),
            Field.IMPORTANCE: str(self.rng.randint(0, 5)),
            Field.LINK: self.rng.choice(("case-1", "case-2", "case-3")),
        }.get(about, self.rng.choice(("甲", "乙", "丙")))
        if verb is Verb.SET:
            over = tuple(one.id for one in there)
        elif there and about is not Field.NOTE and self.rng.random() < 0.4:
            verb, over = Verb.RETRACT, (self.rng.choice(there).id,)
        self.said += 1
        operation = check(
            Operation(
                id=f"{self.name}-{self.said:04d}",
                origin=self.name,
                at=START + timedelta(seconds=self.rng.randint(-1000, 1000)),
                by="012345",
                verb=verb,
                field=about,
                value=value,
                over=over,
                knew=tuple(one.id for one in there) if about is Field.LINK else (),
                clip=subject.get("clip"),
                case=subject.get("case"),
            )
        )
        self.heard[operation.id] = operation
        return operation


def history(seed: int) -> tuple[list[Replica], list[Operation]]:
    """Two to five stations talk for a while, exchanging now and then, partly, out of order."""
    rng = random.Random(seed)
    replicas = [Replica(f"st-{number}", rng) for number in range(rng.randint(2, 5))]
    log: list[Operation] = []
    for _ in range(rng.randint(1, 40)):
        replica = rng.choice(replicas)
        if rng.random() < 0.25:
            for one in rng.sample(log, rng.randint(0, len(log))):
                replica.heard[one.id] = one
        else:
            log.append(replica.speak())
    return replicas, log


def states(operations_: list[Operation]) -> list[object]:
    """Everything that is shown of all clips and the case."""
    return [*(clip_state(clip, operations_) for clip in CLIPS), case_state(CASE, operations_)]


@given(st.integers(0, 2**32))
@settings(max_examples=300)
def test_every_partition_and_order_gives_the_same_state(seed: int) -> None:
    replicas, log = history(seed)
    rng = random.Random(seed + 1)
    wanted = states(log)
    for replica in replicas:
        late = [one for one in log if one.id not in replica.heard] * 2
        rng.shuffle(late)
        for one in late:
            replica.heard[one.id] = one
        assert states(list(replica.heard.values())) == wanted


@given(st.integers(0, 2**32))
@settings(max_examples=300)
def test_nothing_that_nobody_replaced_is_lost(seed: int) -> None:
    _, log = history(seed)
    replaced = {name for one in log for name in one.over}
    for clip in CLIPS:
        state = clip_state(clip, log)
        spoken = [one for one in log if one.clip == clip and one.id not in replaced]
        adds = [one for one in spoken if one.verb is Verb.ADD]
        assert {one.value for one in adds if one.field is Field.TAG} <= set(state.tags)
        assert {one.value for one in adds if one.field is Field.LINK} <= set(state.cases)
        assert {one.id for one in adds if one.field is Field.HOLD} == {
            saying.operation for saying in state.holds
        }


@given(st.integers(0, 2**32))
@settings(max_examples=300)
def test_two_links_of_which_neither_knew_the_other_are_both_shown_as_contested(seed: int) -> None:
    _, log = history(seed)
    for clip in CLIPS:
        state = clip_state(clip, log)
        holding = [one for one in current(log) if one.clip == clip and one.field is Field.LINK]
        for link in state.links:
            blind = any(
                all(
                    a.id not in b.knew and b.id not in a.knew
                    for a in holding
                    if a.value == link.case
                    for b in holding
                    if b.value == other
                )
                for other in state.cases
                if other != link.case
            )
            assert link.is_contested is blind


@given(st.integers(0, 2**32))
@settings(max_examples=15)
def test_real_ledgers_that_heard_the_same_hold_the_same(seed: int) -> None:
    """Through SQLite, in portions, shuffled and doubled: every projected table is equal."""
    _, log = history(seed)
    rng = random.Random(seed)
    lines = [operations.encode(one) for one in log]
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(2):
            rng.shuffle(lines)
            ledger = Ledger(
                Path(folder) / f"{number}.sqlite", f"station-{number}", StationKey.generate()
            )
            doubled = [*lines, *rng.sample(lines, len(lines) // 2)]
            for first in range(0, len(doubled), 7):
                with ledger.transaction() as tx:
                    operations.record(tx, doubled[first : first + 7], ours=False)
            with ledger.transaction() as tx:
                found.append(
                    [
                        sorted(map(tuple, tx.connection.execute(table.select())))
                        for table in (clip_casework, clip_tag, clip_case, case_file, hold)
                    ]
                )
            ledger.close()
    assert found[0] == found[1]
