"""What a store of many stations costs: measured on a sample, extrapolated to 100,000 stations.

Run as ``python -m tests.bench.scale [--ceph] [--stations N] [--days N] [--clips N]``; prints the
measured costs and the tables of ``docs/scale.md``. ``--ceph`` starts a real Ceph of its own.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sync.centre.index.database import CentreIndex
from sync.centre.index.gathering import Gathering
from sync.documents import (
    FORMAT,
    NO_PREVIOUS,
    Manifest,
    ManifestObject,
    StationKeyDocument,
    StoreDocument,
    digest_of,
    encode,
)
from sync.exchange.session import HEARD_AT_ONCE, PERIOD_S
from sync.exchange.witness import WATCHED
from sync.layout import (
    STORE_KEY,
    events_key,
    events_prefix,
    ledger_prefix,
    manifest_key,
    manifest_prefix,
    segment_key,
    signature_key,
    station_key_key,
)
from sync.reading import read_document
from sync.stores.directory import DirectoryStore
from sync.stores.s3.place import Credentials, parse_place
from sync.stores.s3.store import S3Store
from tests.bench.measure import seconds
from tests.tools.ceph import cluster
from workstation.domain.casework import Field, Operation, Verb
from workstation.ledger import operations
from workstation.ledger.signing import StationKey
from workstation.ledger.sshsig import Namespace, public_line, sign
from workstation.platform.clock import to_text
from workstation.platform.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sync.stores.api import Store
    from tests.tools.ceph import Cluster

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
HEAD = "directory/people/head"
FLEETS = (1_000, 10_000, 100_000)
CLIPS_A_DAY = 40  # of one station, for the extrapolation
DAYS = 60
DAY_S = 86_400
# Ceph's defaults: rgw_max_objs_per_shard, rgw_max_dynamic_shards.
SHARD_OBJECTS, SHARDS = 100_000, 1999


@dataclass(frozen=True, slots=True)
class Sample:
    """How much is made for measuring."""

    stations: int
    days: int
    clips: int  # a day and station

    def documents(self) -> Iterator[tuple[str, bytes]]:
        """All of a store: keys, manifests, ledger, operations, a byte for each clip."""
        signer = StationKey.generate()
        ssh = public_line(signer.public)
        first = StoreDocument(FORMAT, new_id(), to_text(BEGAN), _station(0), ssh, 1)
        yield from _signed(STORE_KEY, encode(first), Namespace.STORE, signer)
        yield HEAD, b"{}"
        for number in range(self.stations):
            yield from self._of_station(_station(number), StationKey.generate())

    def _of_station(self, name: str, signer: StationKey) -> Iterator[tuple[str, bytes]]:
        ssh = public_line(signer.public)
        own = StationKeyDocument(FORMAT, name, 1, ssh, to_text(BEGAN))
        yield from _signed(station_key_key(name), encode(own), Namespace.STORE, signer)
        previous = NO_PREVIOUS
        for seq in range(1, self.days * self.clips + 1):
            manifest = _manifest(name, seq, previous, BEGAN + timedelta(days=seq // self.clips))
            body = encode(manifest)
            previous = digest_of(body)
            key = manifest_key(name, seq, manifest.clip)
            yield from _signed(key, body, Namespace.MANIFEST, signer)
            yield manifest.objects[0].key, b"."
        for day in range(self.days):
            key = segment_key(name, day * 1000 + 1)
            yield from _signed(key, b"{}\n", Namespace.LEDGER, signer)
        for week in range(1, self.days // 7 + 1):
            said = Operation(new_id(), name, BEGAN, "0", Verb.ADD, Field.NOTE, "C", value="x")
            body = operations.encode(said) + b"\n"
            yield from _signed(events_key(name, week), body, Namespace.EVENTS, signer)


@dataclass
class Costs:
    """Seconds of one thing each, as one client saw them."""

    everybody: float  # who is there; one request for 500 stations
    hear_one: float
    watch_one: float
    look_one: float  # the index at a station without news
    list_a_thousand: float  # keys
    poll: float
    indexed_a_second: float
    made: int = 0


class Place(Protocol):
    """A store that a sample is put into behind its back, and measured through the front."""

    def fill(self, sample: Sample) -> int: ...

    def open(self) -> Store: ...


class DirectoryPlace:
    """A directory."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def fill(self, sample: Sample) -> int:
        count = 0
        for count, (key, body) in enumerate(sample.documents(), start=1):  # noqa: B007
            path = self._root / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
        return count

    def open(self) -> Store:
        return DirectoryStore(self._root)


class CephPlace:
    """A bucket with Object Lock of a real Ceph, in memory, on this machine."""

    def __init__(self, ceph: Cluster) -> None:
        self._ceph = ceph
        self._bucket = f"scale-{new_id().lower()}"
        ceph.make_bucket(self._bucket)

    def fill(self, sample: Sample) -> int:
        admin = self._ceph.admin()

        def put(one: tuple[str, bytes]) -> int:
            admin.put_object(Bucket=self._bucket, Key=one[0], Body=one[1])
            return 1

        with ThreadPoolExecutor(8) as pool:
            return sum(pool.map(put, sample.documents()))

    def open(self) -> Store:
        keys = Credentials(self._ceph.access_key, self._ceph.secret_key)
        return S3Store(parse_place(self._ceph.url(self._bucket)), keys)


def measure(place: Place, sample: Sample, work: Path) -> Costs:
    """Fill it, then do what stations and the centre do all day."""
    made = place.fill(sample)
    names = [_station(number) for number in range(sample.stations)]
    with closing(place.open()) as store:
        store.describe()
        everybody = _each(lambda: len(list(store.list("keys/"))), 5)
        after = f"{sample.days // 7:012}~"

        def hear(name: str) -> None:
            store.stat(station_key_key(name, 2))
            list(store.list(events_prefix(name), events_prefix(name) + after))

        def watch(name: str) -> None:
            store.stat(station_key_key(name, 2))
            *_, newest = (k for k in store.list(ledger_prefix(name)) if k.endswith(".jsonl"))
            read_document(store, newest)
            read_document(store, signature_key(newest))

        def listed(name: str) -> int:
            return sum(1 for _ in store.list(manifest_prefix(name)))

        hear_one = _for_each(hear, names)
        watch_one = _for_each(watch, names)
        keys = [0]

        def list_all() -> None:
            keys[0] = sum(listed(name) for name in names)

        listing = seconds(list_all) / keys[0] * 1000
        poll = _each(lambda: read_document(store, HEAD), 20)
    with closing(CentreIndex(work / "centre.sqlite")) as index:
        filled = seconds(lambda: _gather(place, index))
        look = seconds(lambda: _gather(place, index)) / len(names)
        clips, _ = index.totals()
    if clips != sample.stations * sample.days * sample.clips:
        raise AssertionError(clips)
    return Costs(
        everybody,
        hear_one,
        watch_one,
        look,
        listing,
        poll,
        clips / filled,
        made,
    )


def _gather(place: Place, index: CentreIndex) -> None:
    gathered = Gathering(place.open(), index).run()
    if gathered.faults:
        raise AssertionError(gathered.faults[0])


def _for_each(work: Callable[[str], None], names: Sequence[str]) -> float:
    """Seconds a name."""

    def all_of_them() -> None:
        for name in names:
            work(name)

    return seconds(all_of_them) / len(names)


def _each(work: Callable[[], object], times: int) -> float:
    return seconds(lambda: [work() for _ in range(times)]) / times


def tell(name: str, costs: Costs, out: Callable[[str], object]) -> None:
    """Print what was measured and what follows."""
    ms = 1000
    out(f"\n{name}: {costs.made:,} objects made\n")
    rows = (
        ("who is there, one request", costs.everybody * ms, "ms"),
        ("hear one station without news", costs.hear_one * ms, "ms"),
        ("watch one ledger", costs.watch_one * ms, "ms"),
        ("index: one station without news", costs.look_one * ms, "ms"),
        ("index: new clips", costs.indexed_a_second, "/s"),
        ("list 1,000 keys", costs.list_a_thousand * ms, "ms"),
        ("poll the directory feed", costs.poll * ms, "ms"),
    )
    for what, value, unit in rows:
        out(f"  {what:<36}{value:>10.2f} {unit}\n")
    for fleet in FLEETS:
        out(f"  -- {fleet:,} stations, {DAYS} days, {CLIPS_A_DAY} clips a day each\n")
        for what, said in extrapolated(costs, fleet):
            out(f"  {what:<44}{said}\n")


def extrapolated(costs: Costs, fleet: int) -> list[tuple[str, str]]:
    """What a fleet asks of a store, in plain words."""
    clips = fleet * DAYS * CLIPS_A_DAY
    objects = clips * 3 + fleet * DAYS * 3
    heard = min(fleet - 1, HEARD_AT_ONCE)
    # Two requests to hear, four to watch, and who is there: one for 500 keys with signatures,
    # asked once in a round of all.
    a_pass = 2 * heard + 4 * WATCHED + max(1, fleet / 500 / max(1, fleet / HEARD_AT_ONCE))
    naive = 2 * (fleet - 1) + 4 * WATCHED + fleet / 500
    pass_s = heard * costs.hear_one + WATCHED * costs.watch_one
    pass_s += costs.everybody
    every_key = objects / 1000 * costs.list_a_thousand
    return [
        ("objects", f"{objects:,}"),
        ("bucket index shards (Ceph: up to 1,999)", f"{-(-objects // SHARD_OBJECTS):,}"),
        ("exchange, requests a second, all stations", f"{fleet * a_pass / PERIOD_S:,.0f}"),
        ("  if everybody heard everybody", f"{fleet * naive / PERIOD_S:,.0f}"),
        ("one station's pass (every 60 s)", f"{pass_s:.1f} s"),
        ("heard everywhere after", f"{max(1, fleet / HEARD_AT_ONCE):,.0f} min"),
        ("centre index, a pass without news", f"{fleet * costs.look_one / 60:,.1f} min"),
        ("centre index, a day's clips", f"{_index_hours(costs, fleet):,.1f} h"),
        ("reconciling a station with all its keys", f"{every_key / fleet:,.2f} s"),
        ("reconciling all, a day, share of one client", f"{every_key / DAY_S:.1%}"),
        ("feed polls a second (one kind, 60 s)", f"{fleet / 60:,.0f}"),
    ]


def _index_hours(costs: Costs, fleet: int) -> float:
    return fleet * CLIPS_A_DAY / costs.indexed_a_second / 3600


def _station(number: int) -> str:
    return f"st-{number:06}"


def _signed(
    key: str, body: bytes, namespace: Namespace, signer: StationKey
) -> Iterator[tuple[str, bytes]]:
    yield key, body
    yield signature_key(key), sign(body, namespace, signer)


def _manifest(station: str, seq: int, previous: str, at: datetime) -> Manifest:
    clip, sha256 = new_id(), hashlib.sha256(f"{station}{seq}".encode()).hexdigest()
    place = f"clips/{station}/{at:%Y/%m/%d}/{clip}/{sha256[:12]}-REC_{seq}.MP4"
    return Manifest(
        format=FORMAT,
        station=station,
        seq=seq,
        previous=previous,
        published=to_text(at),
        clip=clip,
        kind="video",
        size=1,
        sha256=sha256,
        sm3=None,
        recorded_at=None,
        vaulted_at=to_text(at),
        recorder="REC-7",
        badge="012345",
        source_path=f"DCIM/REC_{seq}.MP4",
        level=2,
        custody=None,
        objects=[ManifestObject(place, 1, sha256, None)],
    )


def main() -> int:
    """Measure and tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.scale")
    parser.add_argument("--ceph", action="store_true", help="also a bucket of a real Ceph")
    parser.add_argument("--stations", type=int, default=20)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--clips", type=int, default=10, help="a day and station")
    chosen = parser.parse_args()
    sample = Sample(chosen.stations, chosen.days, chosen.clips)
    with tempfile.TemporaryDirectory() as work:
        root = Path(work)
        costs = measure(DirectoryPlace(root / "central"), sample, root)
        tell("directory", costs, sys.stdout.write)
    if chosen.ceph:
        with tempfile.TemporaryDirectory() as work:
            costs = measure(CephPlace(cluster()), sample, Path(work))
            tell("ceph", costs, sys.stdout.write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
