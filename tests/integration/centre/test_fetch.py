"""Clips of any station are found in the index and got out of the store, checked."""

from __future__ import annotations

import hashlib
import json
import signal
import sqlite3
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.filled_station import FilledStation, LedgerStation, content_of
from tests.integration.centre.rig import called, centre, remove, rewrite
from tests.integration.sync.bucket import Bucket
from tests.integration.sync.bucket import deliver as deliver_to
from tests.integration.sync.rig import damage, deliver
from workstation.casework import annotating, cases
from workstation.casework.annotating import Annotation
from workstation.casework.cases import CaseChange
from workstation.catalog.reader import Catalog
from workstation.ledger.sshsig import public_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.integration.centre.rig import Pair


class Desk:
    """The centre's side: an index and a place for what is fetched, no station."""

    def __init__(self, root: Path) -> None:
        self.index = root / "centre.sqlite"
        self.state = root / "nowhere"
        self.place = root / "fetched"
        self.place.mkdir()

    def run(self, *words: object, failpoints: str = "") -> tuple[int, dict[str, Any], str]:
        """A command: exit code, its document, what it said beside it."""
        words = (*words, "--index", self.index, "--state", self.state, "--json")
        if failpoints:
            done = centre(*words, failpoints=failpoints)
            return done.returncode, json.loads(done.stdout or "{}"), done.stderr
        code, printed, said = called("centre", *words)
        return code, json.loads(printed), said

    def fetch(self, what: str, store: object, *words: object, failpoints: str = "") -> Any:  # noqa: ANN401 - as ``run``
        words = ("fetch", what, "--from", store, "--to", self.place, *words)
        return self.run(*words, failpoints=failpoints)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def of(pair: Pair) -> tuple[str, bytes]:
    """A clip of the first station and its bytes."""
    return next(iter(pair.first.clips.items()))


def test_a_clip_is_fetched_with_what_proves_it(pair: Pair, desk: Desk) -> None:
    clip, content = of(pair)
    code, document, said = desk.fetch(clip, pair.store)
    assert code == 0, said
    (one,) = document["clips"]
    folder = desk.place / clip
    found = {path.name for path in folder.iterdir()}
    name = one["path"].rpartition("/")[2]
    assert found == {name, "manifest.json", "manifest.json.sig", "key.pub"}
    assert (folder / name).read_bytes() == content
    allowed = desk.place.parent / "allowed"
    allowed.write_text(f"st {(folder / 'key.pub').read_text('utf-8')}", "utf-8")
    command: list[str | Path] = [
        "ssh-keygen",
        "-Y",
        "verify",
        "-f",
        allowed,
        "-I",
        "st",
        "-n",
        "evidock-manifest@v1",
    ]
    subprocess.run(
        [*command, "-s", folder / "manifest.json.sig"],
        input=(folder / "manifest.json").read_bytes(),
        check=True,
        capture_output=True,
    )
    again, document, _ = desk.fetch(hashlib.sha256(content).hexdigest()[:20], pair.store)
    assert (again, document["clips"][0]["was_here"]) == (0, True)


def test_a_case_brings_all_its_clips_from_all_stations(pair: Pair, desk: Desk) -> None:
    ours, theirs = next(iter(pair.first.clips)), next(iter(pair.second.clips))
    case = cases.create(pair.first.ledger, CaseChange({"number": "城管2026-17"}), "012345")
    linked = Annotation(link=(case,), add_tags=["占道"])
    annotating.annotate(pair.first.ledger, [ours], linked, "012345")
    for station in (pair.first, pair.second):
        assert deliver(station, pair.store) == 0
    annotating.annotate(pair.second.ledger, [theirs], linked, "012345")
    assert deliver(pair.second, pair.store) == 0
    code, document, said = desk.fetch("城管2026-17", pair.store)
    assert code == 0, said
    assert {one["clip"] for one in document["clips"]} == {ours, theirs}
    stations = {one["station"] for one in document["clips"]}
    assert stations == {pair.first.record.id, pair.second.record.id}
    for words in (["占道"], ["--case", "城管2026-17"], ["--tag", "占道"]):
        _, found, _ = desk.run("search", *words)
        assert {one["clip"] for one in found["clips"]} == {ours, theirs}


def test_the_index_takes_in_only_what_is_new(pair: Pair, desk: Desk) -> None:
    code, first, _ = desk.run("index", pair.store)
    assert (code, first["clips"], first["all_stations"]) == (0, 5, 2)
    assert desk.run("index", pair.store)[1]["clips"] == 0
    (new,) = pair.first.collect([b"later"])
    assert deliver(pair.first, pair.store) == 0
    assert desk.run("index", pair.store)[1]["clips"] == 1
    page = desk.run("search", "--limit", "1")[1]
    assert [one["clip"] for one in page["clips"]] == [new]  # the latest first
    following = desk.run("search", "--limit", "9", "--before", page["before"])[1]
    assert len(following["clips"]) == 5
    assert new not in {one["clip"] for one in following["clips"]}


def test_search_filters_by_station_person_and_day(pair: Pair, desk: Desk) -> None:
    desk.run("index", pair.store)
    for words, count in (
        (["--station", pair.second.record.id], 1),
        (["--badge", "012345", "--recorder", "REC-7"], 5),
        (["--from", "2026-05-01", "--to", "2026-05-01", "--kind", "video"], 5),
        (["--from", "2026-05-02"], 0),
        (["2345"], 5),
        (["REC_2"], 1),
    ):
        assert desk.run("search", *words)[1]["count"] == count, words
    assert desk.run("search", "--case", "nobody's")[0] == 2


def test_what_the_store_does_not_hold_is_said(pair: Pair, desk: Desk) -> None:
    code, document, _ = desk.fetch("01UNKNOWN", pair.store)
    assert (code, document["error"]["code"]) == (2, "centre.unknown")


def test_a_file_in_the_way_is_not_replaced(pair: Pair, desk: Desk) -> None:
    clip, _ = of(pair)
    assert desk.fetch(clip, pair.store)[0] == 0
    (path,) = (desk.place / clip).glob("*.MP4")
    path.chmod(0o600)
    path.write_bytes(b"somebody's own")
    code, document, _ = desk.fetch(clip, pair.store)
    assert (code, document["error"]["code"]) == (3, "centre.in_the_way")
    assert path.read_bytes() == b"somebody's own"


def _object(pair: Pair, clip: str) -> Path:
    return next(path for path in pair.store.glob(f"clips/**/{clip}/*"))


@pytest.mark.parametrize("what", ["bytes", "gone", "manifest", "signature", "key"])
def test_whatever_was_changed_is_not_handed_out(pair: Pair, desk: Desk, what: str) -> None:
    clip, _ = of(pair)
    keys: list[object] = []
    match what:
        case "bytes":
            damage(_object(pair, clip))
        case "gone":
            _object(pair, clip).unlink()
        case "manifest":
            rewrite(pair.of("manifests", "*.json")[0], '"badge": "012345"', '"badge": "099999"')
        case "signature":
            (pair.of("manifests", "*.json.sig")[0]).unlink()
        case _:
            keys = ["--key", public_line(pair.second.key.public)]
    code, _, said = desk.fetch(clip, pair.store, *keys)
    assert code == (2 if what in {"manifest", "key"} else 4), said
    assert list(desk.place.glob("**/*.MP4")) == []
    assert list(desk.place.glob("**/manifest.json")) == []


def test_a_manifest_changed_after_it_was_indexed_is_not_believed(pair: Pair, desk: Desk) -> None:
    clip, _ = of(pair)
    desk.run("index", pair.store)
    rewrite(pair.of("manifests", "*.json")[0], '"badge": "012345"', '"badge": "099999"')
    code, document, _ = desk.fetch(clip, pair.store)
    assert (code, document["error"]["code"]) == (4, "centre.altered")


def test_a_gap_stops_one_station_and_no_other(pair: Pair, desk: Desk) -> None:
    remove(pair.of("manifests", "*.json")[1])
    code, document, _ = desk.run("index", pair.store)
    assert (code, document["clips"]) == (4, 2)  # one before the gap, one of the other station
    assert [fault["code"] for fault in document["faults"]] == ["centre.missing"]


def test_a_fetch_at_a_station_becomes_a_custody_entry(pair: Pair, tmp_path: Path) -> None:
    clip, content = of(pair)
    place = tmp_path / "here"
    place.mkdir()
    state = pair.second.paths.root
    where = ("--from", pair.store, "--to", place, "--state", state)
    code, _, said = called("centre", "fetch", clip, *where)
    assert code == 0, said
    with closing(Catalog.open(pair.second.paths.ledger)) as catalog:
        entry = json.loads(catalog.custody_lines(0, 1000)[-1])
    assert entry["act"] == "fetched"
    assert entry["facts"]["clip_of"] == clip
    assert entry["facts"]["sha256"] == hashlib.sha256(content).hexdigest()


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Bucket, FilledStation]]:
    """A bucket of a real Ceph to which a station delivered a clip of several parts."""
    root = tmp_path_factory.mktemp("bucket")
    with closing(FilledStation(root / "state")) as filled, LedgerStation(filled):
        bucket = Bucket.for_station(filled)
        filled.collect([content_of(1, 20_000_000), b"small"])
        assert deliver_to(filled, bucket.url) == 0
        yield bucket, filled


def test_a_killed_fetch_from_a_bucket_goes_on_where_it_stopped(
    bucket: tuple[Bucket, FilledStation], desk: Desk
) -> None:
    store, filled = bucket
    clip, content = next(iter(filled.clips.items()))
    key = ("--credentials", filled.paths.keys / "store.json")
    code, _, _ = desk.fetch(clip, store.url, *key, failpoints="fetch.piece_written@9=kill")
    assert code == -signal.SIGKILL
    (part,) = desk.place.glob("*/*.part")
    assert 0 < part.stat().st_size < len(content)
    inode = part.stat().st_ino
    code, document, said = desk.fetch(clip, store.url, *key)
    assert code == 0, said
    (one,) = document["clips"]
    (path,) = desk.place.glob("*/*.MP4")
    assert path.read_bytes() == content
    assert path.stat().st_ino == inode  # gone on with, not begun anew
    rows = [row for row in store.versions("clips/") if row["Key"].endswith(path.name)]
    assert one["version"] == rows[-1]["VersionId"]


def test_the_oldest_version_is_fetched_whatever_lies_over_it(
    bucket: tuple[Bucket, FilledStation], desk: Desk
) -> None:
    store, filled = bucket
    clip, content = list(filled.clips.items())[1]
    (key,) = {row["Key"] for row in store.versions("clips/") if clip in row["Key"]}
    manifests = {row["Key"] for row in store.versions("manifests/") if clip in row["Key"]}
    store.admin.put_object(Bucket=store.name, Key=key, Body=b"forged")
    store.admin.delete_object(Bucket=store.name, Key=key)
    for name in manifests:
        store.admin.put_object(Bucket=store.name, Key=name, Body=b"{}")
    code, document, said = desk.fetch(
        clip, store.url, "--credentials", filled.paths.keys / "store.json"
    )
    assert code == 0, said
    (path,) = (desk.place / clip).glob("*.MP4")
    assert path.read_bytes() == content
    assert document["clips"][0]["version"]


def test_an_index_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "centre.sqlite"
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version=99")
    _, printed, _ = called("centre", "search", "--index", path, "--json")
    assert json.loads(printed)["error"]["code"] == "state.unusable"
