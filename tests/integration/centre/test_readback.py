"""The centre reads what stations delivered and signs for it; the stations hear it, and judge."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from sync.documents import NO_PREVIOUS
from sync.readback.documents import ReadBackDocument, ReadClip, encode, receipt_key
from tests.fakes.filled_station import content_of
from tests.integration.centre.rig import called, centre
from tests.integration.sync.rig import damage, deliver
from workstation.catalog.reader import Catalog
from workstation.domain.upload import UploadState
from workstation.ledger.signing import StationKey
from workstation.ledger.sshsig import Namespace, public_line, sign
from workstation.vault.keys import write_secret

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.filled_station import FilledStation
    from tests.integration.centre.rig import Pair


class City:
    """The centre's side: a key, an index, no station."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.key = StationKey.generate()
        self.key_file = root / "city.key"
        write_secret(self.key_file, self.key.to_pem())

    def words(self, store: Path, name: str = "city") -> tuple[object, ...]:
        where = ("--index", self._root / "centre.sqlite", "--state", self._root / "nowhere")
        return ("readback", store, "--sign", self.key_file, "--name", name, *where, "--json")

    def read(self, store: Path, name: str = "city") -> tuple[int, dict[str, Any], str]:
        code, printed, said = called("centre", *self.words(store, name))
        return code, json.loads(printed), said

    def pin(self, *stations: FilledStation) -> None:
        line = public_line(self.key.public)
        for one in stations:
            one.paths.settings.write_text(f'[sync]\ncentre_keys = ["{line}"]\n', "utf-8")

    def forge(self, store: Path, document: ReadBackDocument, key: StationKey | None = None) -> Path:
        """A receipt that the centre's program would not write."""
        body = encode(document)
        place = store / receipt_key(document.centre, document.station, document.seq)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(body)
        signature = sign(body, Namespace.READ_BACK, key or self.key)
        place.with_name(place.name + ".sig").write_bytes(signature)
        return place


@pytest.fixture
def city(tmp_path: Path, pair: Pair) -> City:
    city = City(tmp_path)
    city.pin(pair.first, pair.second)
    return city


def uploads(station: FilledStation) -> set[UploadState]:
    with closing(Catalog.open(station.paths.ledger)) as catalog:
        return {catalog.clip(name).upload for name in station.clips}


def entries(station: FilledStation) -> list[dict[str, Any]]:
    with closing(Catalog.open(station.paths.ledger)) as catalog:
        lines = [json.loads(line) for line in catalog.custody_lines(0, 10_000)]
    return [line for line in lines if line["act"] == "read_back"]


def centres(station: FilledStation) -> list[dict[str, Any]]:
    _, printed, _ = called("sync", "status", "--state", station.paths.root, "--json")
    (store,) = json.loads(printed)["stores"]
    found: list[dict[str, Any]] = store["read_back"]
    return found


def claim(pair: Pair, **other: Any) -> ReadBackDocument:  # noqa: ANN401 - fields of a document
    """A first receipt for the first station's first clip."""
    clip = next(iter(pair.first.clips))
    with closing(Catalog.open(pair.first.paths.ledger)) as catalog:
        found = catalog.clip(clip)
    said = ReadClip(clip, 1, found.digest.sha256, found.size_bytes, "")
    store = json.loads((pair.store / "store.json").read_bytes())["store_id"]
    fields: dict[str, Any] = {
        "format": 1,
        "centre": "city",
        "store": store,
        "station": pair.first.record.id,
        "seq": 1,
        "previous": NO_PREVIOUS,
        "at": "2026-06-01T00:00:00.000Z",
        "through": 1,
        "pending": [],
        "clips": [said],
    }
    return ReadBackDocument(**{**fields, **other})


def test_what_the_centre_signed_for_is_shown_and_entered_at_both_stations(
    pair: Pair, city: City
) -> None:
    assert uploads(pair.first) == {UploadState.IN_STORE}
    code, report, _ = city.read(pair.store)
    assert (code, report["clips"], len(report["documents"])) == (0, 5, 2)
    assert [deliver(one, pair.store) for one in (pair.first, pair.second)] == [0, 0]
    assert uploads(pair.first) == uploads(pair.second) == {UploadState.READ_BACK}
    told = entries(pair.first)
    assert {one["clip"] for one in told} == set(pair.first.clips)
    assert {one["facts"]["centre"] for one in told} == {"city"}
    (heard,) = centres(pair.first)
    assert (heard["centre"], heard["seq"], heard["clips"], heard["code"]) == ("city", 1, 4, None)


def test_only_what_is_new_is_read_again(pair: Pair, city: City) -> None:
    city.read(pair.store)
    assert city.read(pair.store)[1]["documents"] == []
    pair.first.collect([content_of(77, 30_000)])
    assert deliver(pair.first, pair.store) == 0
    code, report, _ = city.read(pair.store)
    assert (code, report["clips"], report["size_bytes"]) == (0, 1, 30_000)
    assert deliver(pair.first, pair.store) == 0
    assert len(entries(pair.first)) == len(pair.first.clips)


def test_an_altered_object_gets_no_receipt_until_it_is_whole_again(pair: Pair, city: City) -> None:
    rotten = pair.of("clips", "**/*-REC_1.MP4")[0]
    whole = rotten.read_bytes()
    damage(rotten)
    code, report, said = city.read(pair.store)
    assert (code, report["clips"]) == (4, 4)
    assert [fault["code"] for fault in report["faults"]] == ["centre.altered"]
    assert "centre.altered" in said
    assert deliver(pair.first, pair.store) == 0
    assert uploads(pair.first) == {UploadState.READ_BACK, UploadState.IN_STORE}
    code, report, _ = city.read(pair.store)
    assert (code, report["documents"]) == (4, [])  # still rotten: nothing new to sign
    rotten.write_bytes(whole)
    code, report, _ = city.read(pair.store)
    assert (code, report["clips"]) == (0, 1)
    assert deliver(pair.first, pair.store) == 0
    assert uploads(pair.first) == {UploadState.READ_BACK}


def test_killed_before_the_receipt_shows_the_next_run_signs_it(pair: Pair, city: City) -> None:
    done = centre(*city.words(pair.store), failpoints="readback.signed=kill")
    assert done.returncode == -9
    assert not list(pair.store.glob("receipts/*/*/*.json"))
    code, report, _ = city.read(pair.store)
    assert (code, report["clips"]) == (0, 5)


def test_a_receipt_signed_by_somebody_else_counts_for_nothing(
    pair: Pair, city: City, caplog: pytest.LogCaptureFixture
) -> None:
    city.forge(pair.store, claim(pair), StationKey.generate())
    assert deliver(pair.first, pair.store) == 0
    assert uploads(pair.first) == {UploadState.IN_STORE}
    assert [one["code"] for one in centres(pair.first)] == ["centre.stranger"]
    assert "centre.stranger" in caplog.text
    said = called("sync", "status", "--state", pair.first.paths.root)[1]
    assert "回执的签名密钥不认识" in said
    assert "Receipt by an unknown key" in said


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"store": "another"}, "centre.form"),
        ({"previous": "1" * 64}, "centre.chain"),
        ({"seq": 2}, "centre.missing"),
        ({"clips": [ReadClip("x", 1, "0" * 64, 1, "")]}, "clip.unknown"),
    ],
)
def test_a_receipt_that_does_not_fit_is_refused_with_its_code(
    pair: Pair, city: City, other: dict[str, Any], code: str, caplog: pytest.LogCaptureFixture
) -> None:
    city.forge(pair.store, claim(pair, **other))
    assert deliver(pair.first, pair.store) == 0
    assert uploads(pair.first) == {UploadState.IN_STORE}
    assert [one["code"] for one in centres(pair.first)] == [code]
    assert code in caplog.text


def test_a_receipt_for_other_bytes_is_refused_whole(
    pair: Pair, city: City, caplog: pytest.LogCaptureFixture
) -> None:
    clip = next(iter(pair.first.clips))
    good = claim(pair).clips[0]
    city.forge(pair.store, claim(pair, clips=[good, ReadClip(clip, 1, "0" * 64, 1, "")]))
    assert deliver(pair.first, pair.store) == 0
    assert entries(pair.first) == []
    assert [one["code"] for one in centres(pair.first)] == ["clip.digest_mismatch"]
    assert "clip.digest_mismatch" in caplog.text


def test_another_stations_receipt_put_in_our_place_is_refused(pair: Pair, city: City) -> None:
    city.read(pair.store)
    ours = next(pair.store.glob(f"receipts/city/{pair.first.record.id}/*.json"))
    theirs = next(pair.store.glob(f"receipts/city/{pair.second.record.id}/*.json"))
    for suffix in ("", ".sig"):
        target = ours.with_name(ours.name + suffix)
        target.chmod(0o600)
        target.write_bytes(theirs.with_name(theirs.name + suffix).read_bytes())
    assert deliver(pair.first, pair.store) == 0
    assert [one["code"] for one in centres(pair.first)] == ["centre.form"]
    assert entries(pair.first) == []


def test_a_receipt_that_was_heard_can_not_be_taken_back(pair: Pair, city: City) -> None:
    city.read(pair.store)
    assert deliver(pair.first, pair.store) == 0
    ours = next(pair.store.glob(f"receipts/city/{pair.first.record.id}/*.json"))
    ours.chmod(0o600)
    city.forge(pair.store, claim(pair))
    assert deliver(pair.first, pair.store) == 0
    assert [one["code"] for one in centres(pair.first)] == ["centre.chain"]
    assert uploads(pair.first) == {UploadState.READ_BACK}


def test_the_centre_refuses_to_go_on_behind_a_receipt_that_is_not_its_own(
    pair: Pair, city: City
) -> None:
    city.forge(pair.store, claim(pair), StationKey.generate())
    code, report, _ = city.read(pair.store)
    assert code == 4
    assert [fault["code"] for fault in report["faults"]] == ["centre.signature"]
    assert report["clips"] == 1  # the other station's
