"""``main.py store commission`` on a real Ceph: buckets, rules, tests, and what is said of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sync.commission.texts import ASKED
from tests.integration import commands
from tests.integration.sync.bucket import Bucket, deliver, write_key
from tests.tools.ceph import cluster
from workstation.platform.ids import new_id

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.filled_station import FilledStation, LedgerStation
    from tests.tools.ceph import Cluster

NOT_ON_CEPH_16 = {"honours_create_only", "keeps_dates_after_2106", "has_a_quota"}


@pytest.fixture
def ceph() -> Cluster:
    return cluster()


def admin_key(ceph: Cluster, directory: Path) -> Path:
    write_key(directory, ceph.access_key, ceph.secret_key)
    return (directory / "store.json").rename(directory / "admin.json")


def make_user(ceph: Cluster) -> tuple[str, str, str]:
    """A user of the store who may do nothing yet: name and key."""
    name = f"station-{new_id().lower()}"
    made = ceph.run(
        "radosgw-admin", "user", "create", f"--uid={name}", "--display-name=s", "--max-buckets=-1"
    )
    (key,) = json.loads(made)["keys"]
    return name, key["access_key"], key["secret_key"]


def test_a_store_is_made_and_a_station_delivers_with_its_narrow_key(
    filled: FilledStation, ceph: Cluster, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    name, access_key, secret_key = make_user(ceph)
    write_key(filled.paths.keys, access_key, secret_key)
    bucket = f"evidence-{new_id().lower()}"
    words = ("store", "commission", "--to", ceph.url(bucket), "--admin", admin_key(ceph, tmp_path))
    more = ("--days", "2", "--station-user", name, "--state", filled.paths.root, "--json")
    filled.ledger.close()  # the command writes where no station runs
    done = commands.run(*words, *more)
    assert done.code == 0, done.stderr
    found = {row["name"]: row for row in done.document["findings"]}
    assert set(found) == set(ASKED)
    assert {name for name, row in found.items() if row["judgement"] != "holds"} == NOT_ON_CEPH_16
    assert found["keeps_dates_after_2106"]["detail"].startswith("2107 became 19")
    again = commands.run(*words, *more)
    assert again.document["store_id"] == done.document["store_id"] is not None
    assert deliver(filled, ceph.url(bucket)) == 5  # all but the receipts: no station runs
    assert "something waits" in caplog.text
    store = Bucket.at(ceph, bucket, days=2)
    assert store.check_published(filled.clips) == list(filled.clips)
    _check_rules(store)
    verified = commands.verify(filled.paths.root)
    assert (verified.code, verified.document["whole"]) == (0, True)


def _check_rules(store: Bucket) -> None:
    for name in (store.name, f"{store.name}-directory", f"{store.name}-derived"):
        (rule,) = store.admin.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
        assert rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"] >= 30
    for suffix, mode in (("", "COMPLIANCE"), ("-directory", "GOVERNANCE")):
        found = store.admin.get_object_lock_configuration(Bucket=store.name + suffix)
        retention = found["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
        assert retention == {"Mode": mode, "Days": 2}


def test_the_result_is_an_entry_of_the_ledger(
    filled: FilledStation, ceph: Cluster, tmp_path: Path
) -> None:
    bucket = f"evidence-{new_id().lower()}"
    words = ("store", "commission", "--to", ceph.url(bucket), "--admin", admin_key(ceph, tmp_path))
    filled.ledger.close()
    done = commands.run(*words, "--days", "1", "--state", filled.paths.root)
    assert done.code == 0, done.stderr
    assert "✗ 2106 年以后的日期不出错 / keeps dates after 2106" in done.stdout.decode()
    entry = _last_entry(filled)
    assert entry["act"] == "store_commissioned"
    assert entry["facts"]["url"] == ceph.url(bucket)
    assert set(entry["facts"]["lacks"].split(",")) == NOT_ON_CEPH_16
    assert "refuses_delete_with_bypass" in entry["facts"]["holds"].split(",")


def _last_entry(filled: FilledStation) -> dict[str, Any]:
    from sync.source import StationSource

    source = StationSource.of(filled.paths)
    try:
        lines = source.custody_lines(0, 100_000)
    finally:
        source.close()
    found: dict[str, Any] = json.loads(lines[-1])
    return found


def test_a_bucket_without_object_lock_is_refused(
    filled: FilledStation, ceph: Cluster, tmp_path: Path
) -> None:
    bare = Bucket(ceph, lock=False)
    words = ("store", "commission", "--to", bare.url, "--admin", admin_key(ceph, tmp_path))
    filled.ledger.close()
    done = commands.run(*words, "--state", filled.paths.root, "--json")
    assert done.code == 3
    assert done.document["error"]["code"] == "store.refused"
    assert bare.names() == []


def test_a_station_that_could_delete_makes_the_store_unfit(
    filled: FilledStation, ceph: Cluster, tmp_path: Path, served: LedgerStation
) -> None:
    write_key(filled.paths.keys, ceph.access_key, ceph.secret_key)  # the administrator's own
    bucket = f"evidence-{new_id().lower()}"
    words = ("store", "commission", "--to", ceph.url(bucket), "--admin", admin_key(ceph, tmp_path))
    done = commands.run(*words, "--days", "1", "--state", filled.paths.root, "--json")
    assert done.code == 3
    assert done.document["store_id"] is None
    lacking = {row["name"] for row in done.document["findings"] if row["judgement"] == "lacks"}
    assert {"station_can_not_delete", "station_keeps_to_its_prefix"} <= lacking
    assert served.receipts == []
