"""A bucket of a real object store: whatever its administrator did to it is found from outside."""

from __future__ import annotations

import json
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import pytest

from tests.fakes.filled_station import FilledStation, LedgerStation
from tests.integration.centre.rig import audited, keys_file, verified
from tests.integration.sync.bucket import Bucket, deliver

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Shared:
    """Two stations and the bucket that both deliver to."""

    def __init__(self, bucket: Bucket, stations: list[FilledStation], root: Path) -> None:
        self.bucket = bucket
        self.stations = stations
        self._root = root
        self._credentials = stations[0].paths.keys / "store.json"
        self._keys = keys_file(root / "keys", stations)

    def keys_of(self, kind: str, ending: str) -> list[str]:
        """Keys of the first station's documents."""
        prefix = f"{kind}/{self.stations[0].record.id}/"
        return [key for key in self.bucket.names(prefix) if key.endswith(ending)]

    def remove(self, *keys: str) -> None:
        """Take documents or objects away, with their signatures, past every lock."""
        known = set(self.bucket.names())
        for key in keys:
            for name in {key, f"{key}.sig"} & known:
                self.bucket.cluster.remove(self.bucket.name, name)

    def spoil(self, key: str) -> None:
        self.bucket.cluster.spoil(self.bucket.name, key)

    def object_of(self, manifest: str) -> str:
        found: str = json.loads(self.bucket.read(manifest))["objects"][0]["key"]
        return found

    def verify(self) -> tuple[int, set[str]]:
        """``centre verify`` on the bucket itself."""
        words = ("--credentials", self._credentials, "--key", self._keys)
        return verified(self.bucket.url, *words)

    def audit(self) -> tuple[int, str]:
        """The script, on what a public tool copies out of the bucket."""
        mirror = self._root / "mirror"
        pages = self.bucket.admin.get_paginator("list_objects_v2")
        names = {
            row["Key"]
            for page in pages.paginate(Bucket=self.bucket.name)
            for row in page.get("Contents", ())
        }
        for path in mirror.rglob("*"):
            if path.is_file():
                path.unlink()
        for name in names:
            path = mirror / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self.bucket.read(name))
        return audited(mirror, self._keys)


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Shared]:
    with ExitStack() as stack:
        stations = []
        for number in (1, 2):
            filled = stack.enter_context(closing(FilledStation(tmp_path / f"state-{number}")))
            stack.enter_context(LedgerStation(filled))
            stations.append(filled)
        bucket = Bucket.for_station(stations[0])
        bucket.let_in(stations[1].paths.keys)
        for number, filled in enumerate(stations):
            filled.collect([bytes([number, nth]) * 2000 for nth in range(3)])
        for filled in (stations[0], stations[1]):
            assert deliver(filled, bucket.url) == 0
        yield Shared(bucket, stations, tmp_path)


def test_tails_cut_together_in_a_bucket_are_seen_only_by_the_witness(shared: Shared) -> None:
    assert shared.verify() == (0, set())
    code, said = shared.audit()
    assert code == 0, said
    manifests = shared.keys_of("manifests", ".json")
    objects = [shared.object_of(key) for key in manifests]
    segments = shared.keys_of("ledger", ".jsonl")
    told = [key for key in segments if b'"act":"collected"' in shared.bucket.read(key)]
    cut = [key for key in segments if key >= told[0]]
    shared.remove(*manifests, *objects, *cut, *shared.keys_of("ledger", ".checkpoint"))
    assert shared.verify() == (4, {"centre.witness"})
    code, said = shared.audit()
    faults = [line for line in said.splitlines() if line.startswith("FAIL")]
    assert code == 4
    assert faults
    assert all("saw it" in line for line in faults)


def test_each_tampering_with_a_bucket_is_found_by_command_and_script(shared: Shared) -> None:
    first, second, third = shared.keys_of("manifests", ".json")
    shared.spoil(shared.object_of(first))
    assert shared.verify() == (4, {"centre.altered"})
    assert "FAILED" in shared.audit()[1]
    gone = shared.object_of(second)
    shared.remove(gone)
    assert shared.verify() == (4, {"centre.altered", "centre.missing"})
    assert gone in shared.audit()[1]
    shared.spoil(third)
    code, codes = shared.verify()
    assert code == 4
    assert "centre.signature" in codes
    assert f"{third}: signature" in shared.audit()[1]
    shared.remove(second)
    assert "manifest 2 is missing" in shared.audit()[1]
    shared.spoil(shared.keys_of("ledger", ".jsonl")[0])
    code, codes = shared.verify()
    assert {"centre.chain", "centre.form", "centre.untold"} & codes
    assert "ledger chain broken" in shared.audit()[1] or "no JSON" in shared.audit()[1]
