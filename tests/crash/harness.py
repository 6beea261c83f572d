"""What must hold about a station after its process died, whenever it did."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING, Any

import msgspec

from tests.crash.children import Station
from workstation.platform import settings
from workstation.platform.paths import StatePaths
from workstation.station import record
from workstation.station.verification import verify

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.crash.cards import Card

_SAME_FILE = (
    "SELECT count(*) FROM ingest_item AS half JOIN collection AS c ON c.id = half.collection_id "
    "JOIN ingest_item AS whole ON whole.path = half.path AND whole.size_bytes = half.size_bytes "
    "AND whole.mtime_ns = half.mtime_ns AND whole.state IN ('vaulted', 'duplicate') "
    "JOIN collection AS d ON d.id = whole.collection_id "
    "AND d.recorder_serial = c.recorder_serial WHERE half.clip_id = ?"
)


class _Unheard:
    """Progress of a check that nobody watches."""

    def lines(self, count: int) -> None: ...

    def objects(self, total: int, total_bytes: int) -> None: ...

    def checked_bytes(self, count: int) -> None: ...

    def checked_object(self) -> None: ...


def make_template(path: Path) -> None:
    """A state directory on which the ceremony was held: copied, it saves a test the wait."""
    paths = StatePaths(path)
    record.initialise(paths, settings.load(paths.settings))


def station_from(template: Path, state: Path) -> Station:
    """A station of its own for one test."""
    shutil.copytree(template, state)
    return Station(state)


def ask(state: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    """Read the ledger without changing the state it was killed in (no checkpoint on close)."""
    address = f"{(state / 'ledger.sqlite').as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        return connection.execute(query, values).fetchall()


def objects(state: Path) -> set[str]:
    """Names of all that lies in the vault."""
    return {path.name for path in (state / "vault" / "objects").glob("*/*")}


def staged(state: Path) -> set[str]:
    """Names of all that lies in staging."""
    return {path.name for path in (state / "vault" / "staging").iterdir()}


def nothing_believed_by_halves(state: Path) -> None:
    """Cheap, and true at any instant, also before recovery had a chance."""
    clips = {f"{sha}.{clip}" for clip, sha in ask(state, "SELECT id, sha256 FROM clip")}
    waiting = {
        f"{sha}.{clip}"
        for clip, sha in ask(state, "SELECT clip_id, sha256 FROM ingest_item WHERE state='staged'")
    }
    found = objects(state)
    assert clips <= found, "a clip of the ledger has no object"
    assert found <= clips | waiting, "an object that nobody answers for"
    _one_each(state)


def _one_each(state: Path) -> None:
    """One custody entry and one outbox row for each clip; no content twice."""
    clips = [clip for (clip,) in ask(state, "SELECT id FROM clip ORDER BY seq")]
    outgoing = ask(state, "SELECT ref FROM outbox WHERE kind='clip' ORDER BY seq")
    assert [ref for (ref,) in outgoing] == clips
    collected = ask(state, "SELECT clip_id FROM custody_entry WHERE act='collected' ORDER BY seq")
    assert [clip for (clip,) in collected] == clips
    digests = Counter(sha for (sha,) in ask(state, "SELECT sha256 FROM clip"))
    assert max(digests.values(), default=1) == 1, "a clip is there twice"


def at_rest(state: Path) -> None:
    """True after every start: nothing is open, nothing lies about, everything is whole.

    Chain, signatures and objects are checked by what ``main.py verify`` calls.
    """
    nothing_believed_by_halves(state)
    assert ask(state, "SELECT id FROM collection WHERE state='running'") == []
    still_open = "SELECT path FROM ingest_item WHERE state IN ('listed', 'copying', 'staged')"
    assert ask(state, still_open) == []
    clips = {f"{sha}.{clip}" for clip, sha in ask(state, "SELECT id, sha256 FROM clip")}
    assert objects(state) == clips, "an object that is no clip"
    _halves_are_of_use(state)
    _told_once_of_each_collection(state)
    checked = verify(StatePaths(state), _Unheard())
    assert checked.is_whole, checked.faults
    assert checked.strangers == ()
    assert checked.objects == len(clips)


def _halves_are_of_use(state: Path) -> None:
    """What stays in staging is a half of an interrupted file that is not in the vault yet."""
    halves = ask(state, "SELECT clip_id FROM ingest_item WHERE state='interrupted'")
    assert staged(state) <= {clip for (clip,) in halves}, "litter in staging"
    useless = [name for name in staged(state) if ask(state, _SAME_FILE, name)[0][0]]
    assert useless == [], "a half of a file that is in the vault already"


def _told_once_of_each_collection(state: Path) -> None:
    names = [name for (name,) in ask(state, "SELECT id FROM collection ORDER BY id")]
    outgoing = ask(state, "SELECT ref FROM outbox WHERE kind='collection' ORDER BY ref")
    assert [ref for (ref,) in outgoing] == names
    for act in ("collection_opened", "collection_closed"):
        told = "SELECT collection_id FROM custody_entry WHERE act=? ORDER BY collection_id"
        assert [name for (name,) in ask(state, told, act)] == names


def invariants(state: Path, *cards: Card, others: Sequence[str] = ()) -> None:
    """True after a collection that nobody disturbed: every file is in the vault, once.

    Args:
        state: The state directory; no process uses it.
        cards: All cards that were ever docked, each collected to its end last.
        others: SHA-256 of clips that came from elsewhere.
    """
    at_rest(state)
    expected = set(others).union(*(card.contents for card in cards))
    found = ask(state, "SELECT sha256 FROM clip")
    assert {sha for (sha,) in found} == expected
    assert staged(state) == set()
    assert list((state / "vault" / "quarantine").iterdir()) == []
    for card in cards:
        _last_docking_settled_every_file(state, card)


def _last_docking_settled_every_file(state: Path, card: Card) -> None:
    last, outcome = ask(
        state,
        "SELECT id, state FROM collection WHERE source=? ORDER BY id DESC LIMIT 1",
        str(card.path),
    )[0]
    assert outcome == "complete"
    lines = ask(
        state,
        "SELECT path, sha256 FROM ingest_item WHERE collection_id=? "
        "AND state IN ('vaulted', 'duplicate')",
        last,
    )
    assert dict(lines) == card.digests


def acts_of(state: Path, clip: str) -> list[str]:
    """What happened to a clip, as the chain tells it."""
    lines = ask(state, "SELECT line FROM custody_entry WHERE clip_id=? ORDER BY seq", clip)
    return [str(msgspec.json.decode(line)["act"]) for (line,) in lines]
