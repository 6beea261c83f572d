"""A station delivers to a real object store, and what the world does to it on the way."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from sync.database import SyncDatabase
from sync.deliveries import Deliveries
from sync.states import ClipState, ObjectState
from tests.fakes.filled_station import FilledStation, content_of
from tests.integration import commands
from tests.integration.sync.bucket import Bucket, deliver
from tests.integration.sync.rig import SIZES, damage, eventually, once, start
from tests.tools.relay import captive_portal, free_port, relay
from workstation.platform.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sync.deliveries import Delivery
    from tests.fakes.filled_station import LedgerStation

LARGE = 20_000_000  # three parts
CARD = {"REC_0001.MP4": 9_000_000, "REC_0002.MP4": 40_000, "PIC_0001.JPG": 5000}


@pytest.fixture
def bucket(filled: FilledStation) -> Bucket:
    return Bucket.for_station(filled)


@pytest.fixture
def quota(bucket: Bucket) -> Iterator[None]:
    yield
    bucket.cluster.quota(None)


def delivery_of(filled: FilledStation, bucket: Bucket, clip_id: str) -> Delivery:
    """What sync remembers of a clip."""
    database = SyncDatabase(filled.paths.sync, SystemClock())
    try:
        assert database.recall(bucket.url.partition("?")[0])
        found = Deliveries(database).get(clip_id)
    finally:
        database.close()
    assert found is not None
    return found


def test_a_card_collected_by_command_arrives_locked_and_comes_back_as_receipts(
    tmp_path: Path,
) -> None:
    card, state = tmp_path / "card", tmp_path / "state"
    (card / "DCIM").mkdir(parents=True)
    contents = {name: content_of(seed, size) for seed, (name, size) in enumerate(CARD.items())}
    for name, content in contents.items():
        (card / "DCIM" / name).write_bytes(content)
    assert commands.collect(state, card).code == 0
    listed = commands.run("clips", "--state", state, "--json").document["clips"]
    assert len(listed) == len(CARD)
    filled = FilledStation(state)
    filled.clips = {
        row["clip_id"]: contents[row["source_path"].rpartition("/")[2]] for row in listed
    }
    bucket = Bucket.for_station(filled)
    filled.close()
    with subprocess.Popen(commands.argv("station", "--state", state)) as station:
        eventually(filled.paths.socket.exists, "the station serves")
        done = commands.run("sync", "--once", "--to", bucket.url, "--state", state)
        station.send_signal(signal.SIGTERM)
        assert station.wait(30) in {0, 130}
    assert done.code == 0, done.stderr
    bucket.check_complete(filled)
    arrived = commands.run("clips", "--transferred", "--state", state, "--json").document["clips"]
    assert {row["clip_id"] for row in arrived} == set(filled.clips)
    verified = commands.verify(state)
    assert (verified.code, verified.document["whole"]) == (0, True)


def test_a_clip_is_remembered_with_its_version_and_its_lock(
    filled: FilledStation, served: LedgerStation, bucket: Bucket
) -> None:
    assert deliver(filled, bucket.url) == 0
    bucket.check_complete(filled)
    assert served.fresh_receipts == len(SIZES)
    for clip_id in filled.clips:
        found = delivery_of(filled, bucket, clip_id)
        (row,) = bucket.versions(found.object_key)
        assert (found.state, found.version) == (ClipState.SETTLED, row["VersionId"])
        assert found.locked_until is not None


@pytest.mark.usefixtures("served")
def test_a_bucket_that_lost_its_retention_holds_everything_and_settles_nothing(
    filled: FilledStation, served: LedgerStation, bucket: Bucket, caplog: pytest.LogCaptureFixture
) -> None:
    assert deliver(filled, bucket.url) == 0
    settled = served.fresh_receipts
    bucket.admin.put_object_lock_configuration(
        Bucket=bucket.name, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"}
    )
    filled.collect([b"after the retention went"])
    for _ in range(2):  # what lies there unlocked is not taken for stored the second time either
        assert deliver(filled, bucket.url) == 3
        assert served.fresh_receipts == settled
        assert len(bucket.check_published(dict(filled.clips))) == len(SIZES)
    assert "not_locked" in caplog.text


@pytest.mark.usefixtures("served")
def test_an_object_that_lies_there_without_a_lock_is_held_and_not_called_stored(
    filled: FilledStation, bucket: Bucket, caplog: pytest.LogCaptureFixture
) -> None:
    assert deliver(filled, bucket.url) == 0
    bare = Bucket(bucket.cluster, days=0)  # Object Lock without a default
    (clip_id,) = filled.collect([b"bare"])
    assert deliver(filled, bucket.url) == 0
    key = delivery_of(filled, bucket, clip_id).object_key
    bare.admin.put_object(Bucket=bare.name, Key=key, Body=b"bare")
    for source in [key for key in bucket.names() if not key.startswith(("clips/", "manifests/"))]:
        until = bucket.admin.head_object(Bucket=bucket.name, Key=source)
        bare.admin.put_object(
            Bucket=bare.name,
            Key=source,
            Body=bucket.read(source),
            ObjectLockMode="COMPLIANCE",
            ObjectLockRetainUntilDate=until["ObjectLockRetainUntilDate"],
        )
    filled.paths.sync.unlink()
    assert deliver(filled, bare.url) == 3
    found = delivery_of(filled, bare, clip_id)
    assert (found.object_state, found.code) == (ObjectState.HELD, "store.refused")
    assert deliver(filled, bare.url) == 3
    assert delivery_of(filled, bare, clip_id).object_state is ObjectState.HELD
    assert bare.check_published(filled.clips) == []
    assert "not_locked" in caplog.text


def test_forged_objects_under_our_keys_are_held_or_without_effect(
    filled: FilledStation, served: LedgerStation, bucket: Bucket, caplog: pytest.LogCaptureFixture
) -> None:
    assert deliver(filled, bucket.url) == 0
    for key in bucket.names():  # after ours: newer versions, and markers over them
        bucket.admin.put_object(Bucket=bucket.name, Key=key, Body=b"forged")
        bucket.admin.delete_object(Bucket=bucket.name, Key=key)
    filled.paths.sync.unlink()  # even with no memory of its own
    assert deliver(filled, bucket.url) == 0
    assert bucket.check_published(filled.clips) == list(filled.clips)
    # before ours: the station's own key was stolen and used to squat a name
    first, second = filled.collect([content_of(8, 30_000), b"free"])
    assert deliver(filled, str(filled.paths.root / "elsewhere")) == 0
    squatted = _key_in(filled, first)
    bucket.admin.put_object(Bucket=bucket.name, Key=squatted, Body=content_of(9, 30_000))
    assert deliver(filled, bucket.url) == 4
    assert delivery_of(filled, bucket, first).object_state is ObjectState.HELD
    assert delivery_of(filled, bucket, second).state is ClipState.SETTLED
    assert first not in bucket.check_published(filled.clips)
    assert served.fresh_receipts > len(SIZES)
    assert "read_back" in caplog.text


def _key_in(filled: FilledStation, clip_id: str) -> str:
    root = filled.paths.root / "elsewhere"
    (path,) = root.glob(f"clips/*/*/*/*/{clip_id}/*")
    return str(path.relative_to(root))


def test_an_upload_dropped_by_a_stranger_is_begun_again(
    filled: FilledStation, served: LedgerStation, bucket: Bucket
) -> None:
    filled.paths.settings.write_text("[sync]\nrate_limit_mb_s = 8.0\n", "utf-8")
    filled.collect([content_of(5, 60_000_000)])
    with start(filled.paths.root, bucket.url, "daemon") as child:
        eventually(lambda: bucket.unfinished() != [], "an upload is under way")
        (row,) = bucket.admin.list_multipart_uploads(Bucket=bucket.name)["Uploads"]
        bucket.admin.abort_multipart_upload(
            Bucket=bucket.name, Key=row["Key"], UploadId=row["UploadId"]
        )
        eventually(lambda: served.fresh_receipts == len(filled.clips), "all delivered")
        child.terminate()
        assert child.wait(20) == 0
    bucket.check_complete(filled)


def test_bytes_that_rotted_at_home_never_leave_and_hold_up_nobody_else(
    filled: FilledStation, served: LedgerStation, bucket: Bucket, caplog: pytest.LogCaptureFixture
) -> None:
    (rotten, _) = filled.collect([content_of(3, LARGE), b"sound"])
    damage(filled.object_path(rotten))
    assert deliver(filled, bucket.url) == 4
    assert delivery_of(filled, bucket, rotten).object_state is ObjectState.HELD
    published = bucket.check_published(filled.clips)
    assert set(published) == set(filled.clips) - {rotten}
    assert not [key for key in bucket.names("clips/") if rotten in key]
    assert served.fresh_receipts == len(published)
    assert "object.damaged" in caplog.text


@pytest.mark.parametrize("shift", ["-5h", "+5h"])
@pytest.mark.usefixtures("served")
def test_a_clock_hours_off_is_no_hindrance(
    filled: FilledStation, bucket: Bucket, shift: str
) -> None:
    if shutil.which("faketime") is None:
        pytest.skip("no wrong clock: faketime is not installed")
    filled.collect([content_of(4, LARGE)])
    under = ("faketime", "-f", shift)
    assert once(filled.paths.root, bucket.url, under=under) == 0
    bucket.check_complete(filled)


def test_a_certificate_nobody_vouches_for_is_not_spoken_to(
    filled: FilledStation, served: LedgerStation, caplog: pytest.LogCaptureFixture
) -> None:
    bucket = Bucket.for_station(filled, tls=True)
    before = bucket.names()
    assert deliver(filled, bucket.url.partition("?")[0]) == 5
    assert (bucket.names(), served.fresh_receipts) == (before, 0)
    assert deliver(filled, bucket.url) == 0
    bucket.check_complete(filled)
    assert "certificate" in caplog.text


def test_a_captive_portal_is_believed_nothing_and_waited_out(
    filled: FilledStation, served: LedgerStation, bucket: Bucket, caplog: pytest.LogCaptureFixture
) -> None:
    filled.paths.settings.write_text("[sync]\nretry_max_s = 1.0\nrate_limit_mb_s = 10.0\n", "utf-8")
    filled.collect([content_of(6, 30_000_000)])
    port = free_port()
    url = bucket.url.replace(f":{urlsplit(bucket.cluster.endpoint).port}/", f":{port}/")
    with captive_portal(port):
        assert deliver(filled, url) == 5
        assert served.fresh_receipts == 0
    with start(filled.paths.root, url, "daemon") as child:
        with relay(port, bucket.cluster.endpoint):
            eventually(lambda: bucket.unfinished() != [], "an upload is under way")
        with captive_portal(port):  # in the middle of a clip
            told = served.uplinks
            eventually(lambda: told[-1].code == "store.unavailable", "waiting is told")
        receipts = served.fresh_receipts
        with relay(port, bucket.cluster.endpoint):
            eventually(lambda: served.fresh_receipts == len(filled.clips), "all delivered")
            assert receipts < len(filled.clips)
            child.terminate()
            assert child.wait(20) == 0
    bucket.check_complete(filled)
    assert "store.unavailable" in caplog.text


@pytest.mark.usefixtures("quota")
def test_a_used_up_quota_is_full_and_work_goes_on_when_it_is_given_back(
    filled: FilledStation, served: LedgerStation, bucket: Bucket, caplog: pytest.LogCaptureFixture
) -> None:
    assert deliver(filled, bucket.url) == 0
    bucket.cluster.quota(1)
    filled.collect([os.urandom(LARGE)])
    assert deliver(filled, bucket.url) == 5
    assert served.fresh_receipts == len(SIZES)
    bucket.cluster.quota(None)
    assert deliver(filled, bucket.url) == 0
    bucket.check_complete(filled)
    assert "store.full" in caplog.text
