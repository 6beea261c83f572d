"""What must hold of a central store and of its station, whatever the world did to them.

One set of checks for every kind of store, asked of the store itself and never of sync's word
alone: no duplicate version, no orphan upload, every digest right when read back, nothing called
stored that is not there, whole and locked.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from sync.documents import NO_PREVIOUS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from tests.fakes.filled_station import FilledStation


class Place(Protocol):
    """A store, seen by somebody who may look at everything."""

    @property
    def locks(self) -> bool: ...

    def names(self, prefix: str = "") -> list[str]:
        """Every key under a prefix, in byte order."""
        ...

    def count_versions(self, prefix: str = "") -> int:
        """All versions and delete markers under a prefix."""
        ...

    def read(self, key: str) -> bytes:
        """The authoritative version of an object."""
        ...

    def unfinished(self) -> list[str]:
        """Uploads that were begun and not ended."""
        ...

    def check_locked(self, key: str) -> None:
        """The authoritative version can not be removed for as long as was promised."""
        ...


@dataclass(frozen=True)
class Folder:
    """A directory as a store; it locks nothing."""

    root: Path
    locks: bool = False

    def names(self, prefix: str = "") -> list[str]:
        found = (path for path in self.root.rglob("*") if path.is_file())
        keys = (str(path.relative_to(self.root)) for path in found)
        return sorted(key for key in keys if not key.startswith(".") and key.startswith(prefix))

    def count_versions(self, prefix: str = "") -> int:
        return len(self.names(prefix))

    def read(self, key: str) -> bytes:
        return (self.root / key).read_bytes()

    def unfinished(self) -> list[str]:
        return [path.name for path in (self.root / ".incoming").glob("*")]

    def check_locked(self, key: str) -> None:
        """Nothing more than that it is there: a directory promises no lock, and says so."""
        assert (self.root / key).is_file()


def check_published(place: Place, clips: Mapping[str, bytes]) -> list[str]:
    """What must hold at any moment; the clips that are published, by number."""
    published: list[str] = []
    previous = NO_PREVIOUS
    names = place.names("manifests/")
    keys = [key for key in names if key.endswith(".json")]
    for number, key in enumerate(keys, start=1):
        body = place.read(key)
        manifest = json.loads(body)
        assert (manifest["seq"], manifest["previous"]) == (number, previous)
        assert f"{key}.sig" in names
        previous = hashlib.sha256(body).hexdigest()
        (stored,) = manifest["objects"]
        content = place.read(stored["key"])
        assert content == clips[manifest["clip"]]
        assert hashlib.sha256(content).hexdigest() == stored["sha256"] == manifest["sha256"]
        place.check_locked(stored["key"])
        place.check_locked(key)
        published.append(manifest["clip"])
    assert len(set(published)) == len(published)
    return published


def check_words(place: Place, filled: FilledStation) -> None:
    """What sync and the ledger call stored is there, whole, and locked for as long as they say."""
    store = json.loads(place.read("store.json"))["store_id"]
    with closing(sqlite3.connect(filled.paths.sync)) as db:
        query = (
            "SELECT clip_id, object_key, locked_until FROM clip WHERE store_id=? "
            "AND (object_state='stored' OR state IN ('published', 'settled'))"
        )
        found = db.execute(query, (store,)).fetchall()
    with closing(sqlite3.connect(filled.paths.ledger)) as db:
        query = "SELECT clip_id, object_key, locked_until FROM transfer WHERE store_id=?"
        found += db.execute(query, (store,)).fetchall()
    for clip_id, key, locked_until in found:
        assert place.read(key) == filled.clips[clip_id]
        place.check_locked(key)
        assert locked_until is None or place.locks, f"{clip_id} is said to be locked"
        is_told = locked_until is None or datetime.fromisoformat(locked_until) > datetime.now(UTC)
        assert is_told, f"{clip_id} is said to be locked until {locked_until}"


def check_stored(place: Place, filled: FilledStation, *, held: Iterable[str] = ()) -> None:
    """What must hold once everything has arrived but what is held for a person."""
    expected = set(filled.clips) - set(held)
    assert set(check_published(place, filled.clips)) == expected
    check_words(place, filled)
    assert len(place.names("clips/")) == len(expected)
    assert place.count_versions() == len(place.names())  # no duplicate, no delete marker
    assert place.unfinished() == []


def check_settled(place: Place, filled: FilledStation, *, held: Iterable[str] = ()) -> None:
    """The same, once the station has all its receipts as well."""
    check_stored(place, filled, held=held)
    with closing(sqlite3.connect(filled.paths.ledger)) as db:
        receipts = [row[0] for row in db.execute("SELECT clip_id FROM transfer")]
    assert set(filled.clips) - set(held) <= set(receipts)
