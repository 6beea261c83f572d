"""When clips go and how fast: measured on the line, and by what is delivered when."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.fakes.filled_station import content_of
from tests.integration import commands
from tests.integration.sync.bucket import Bucket
from tests.integration.sync.bucket import deliver as deliver_to_bucket
from tests.integration.sync.rig import SIZES, check_published, deliver, eventually, start
from tests.integration.sync.test_steering import status, sync
from tests.tools.relay import free_port, relay

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.fakes.filled_station import FilledStation, LedgerStation

LARGE = 20_000_000
LIMIT_BPS = 4_000_000


def settle(filled: FilledStation, words: str) -> None:
    filled.paths.settings.write_text(f"[sync]\n{words}\n", "utf-8")


def never_now() -> str:
    """A window of one minute that lies half a day off."""
    then = datetime.now().astimezone() + timedelta(hours=12)
    return f'windows = ["daily {then:%H:%M}-{then + timedelta(minutes=1):%H:%M}"]'


def test_the_rate_on_the_wire_is_what_was_set_for_all_parts_together(
    filled: FilledStation, served: LedgerStation
) -> None:
    bucket = Bucket.for_station(filled)
    assert deliver_to_bucket(filled, bucket.url) == 0
    settle(filled, f"rate_limit_mb_s = {LIMIT_BPS / 1e6}")
    filled.collect([content_of(1, 24_000_000)])
    port = free_port()
    url = bucket.url.replace(f":{urlsplit(bucket.cluster.endpoint).port}/", f":{port}/")
    with relay(port, bucket.cluster.endpoint) as line:
        assert deliver_to_bucket(filled, url) == 0
    seen = line.tally
    assert seen.up_bytes > 24_000_000
    # A second's worth may go at once; requests and their headers come on top.
    assert (seen.up_bytes - LIMIT_BPS) / seen.took_s < 1.05 * LIMIT_BPS
    assert served.fresh_receipts == len(filled.clips)
    bucket.check_complete(filled)


def test_small_things_pass_a_large_clip_on_a_slow_line(
    filled: FilledStation, served: LedgerStation
) -> None:
    bucket = Bucket.for_station(filled)
    assert deliver_to_bucket(filled, bucket.url) == 0
    settle(filled, "rate_limit_mb_s = 0.5")  # a part of 8 MiB alone takes a quarter of a minute
    (large,) = filled.collect([content_of(1, 60_000_000)])
    with start(filled.paths.root, bucket.url, "daemon") as child:
        eventually(lambda: bucket.unfinished() != [], "the large clip is under way")
        small = filled.collect([b"photo", b"track"])
        eventually(lambda: served.fresh_receipts == len(SIZES) + 2, "the small ones are there")
        published = bucket.check_published(filled.clips)
        assert set(small) < set(published)
        assert large not in published
        child.terminate()
        assert child.wait(60) == 0


def test_outside_the_windows_only_small_clips_go_and_what_a_person_asks_for(
    filled: FilledStation, served: LedgerStation, store: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert deliver(filled, store) == 0
    settle(filled, never_now())
    first, second = filled.collect([content_of(1, LARGE), content_of(2, LARGE)])
    (small,) = filled.collect([b"photo"])
    assert deliver(filled, store) == 5
    assert "store.waits" in caplog.text
    assert set(filled.clips) - set(check_published(store, filled.clips)) == {first, second}
    line = commands.run("sync", "status", "--state", filled.paths.root, "--json").document
    assert (line["large_clips"]["may_go"], line["large_clips"]["reason"]) == (False, "window")
    assert sync(filled, "now", second).code == 0
    assert deliver(filled, store) == 5
    assert check_published(store, filled.clips)[-2:] == [small, second]
    settle(filled, 'windows = ["daily 00:00-24:00"]')
    assert deliver(filled, store) == 0
    assert served.fresh_receipts == len(filled.clips)


def test_what_a_day_may_carry_is_counted_and_goes_on_the_next_day(
    filled: FilledStation, served: LedgerStation, store: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settle(filled, "daily_budget_mb = 25")
    clips = filled.collect([content_of(seed, LARGE) for seed in range(3)])
    assert deliver(filled, store) == 5
    assert "budget" in caplog.text
    published = check_published(store, filled.clips)
    assert len(set(clips) & set(published)) == 1  # the second is under way, the third waits
    with closing(sqlite3.connect(filled.paths.sync)) as db, db:
        (spent,) = db.execute("SELECT size_bytes FROM spent").fetchone()
        db.execute("UPDATE spent SET day='2000-01-01'")
    assert 25_000_000 <= spent <= 30_000_000
    settle(filled, "daily_budget_mb = 60")
    assert deliver(filled, store) == 0
    assert served.fresh_receipts == len(filled.clips)


def test_a_line_paid_by_the_byte_carries_small_clips_only(
    filled: FilledStation, served: LedgerStation, store: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settle(filled, 'metered = "yes"')
    (large,) = filled.collect([content_of(1, LARGE)])
    assert deliver(filled, store) == 5
    assert "metered" in caplog.text
    assert set(filled.clips) - set(check_published(store, filled.clips)) == {large}
    settle(filled, 'metered = "no"')
    assert deliver(filled, store) == 0
    assert served.fresh_receipts == len(filled.clips)


def test_what_is_due_first_goes_first(
    filled: FilledStation, served: LedgerStation, store: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert deliver(filled, store) == 0
    settle(filled, never_now())
    clips = filled.collect([content_of(seed, LARGE) for seed in range(3)])
    assert deliver(filled, store) == 5
    due = ["2026-03-03T00:00:00.000Z", "2026-03-01T00:00:00.000Z", None]
    with closing(sqlite3.connect(filled.paths.sync)) as db, db:
        for clip, at in zip(clips, due, strict=True):
            db.execute("UPDATE clip SET due_at=? WHERE clip_id=?", (at, clip))
    assert "store.waits" in caplog.text
    settle(filled, "")
    assert deliver(filled, store) == 0
    one, two, three = clips
    assert check_published(store, filled.clips)[-3:] == [two, one, three]
    assert served.fresh_receipts == len(filled.clips)


def test_what_will_be_late_is_said_and_what_would_help(
    filled: FilledStation, served: LedgerStation, store: Path
) -> None:
    settle(filled, "rate_limit_mb_s = 3.0")
    assert deliver(filled, store) == 0  # so that something is known of the line
    settle(filled, f"rate_limit_mb_s = 3.0\ndue_h = 0.0001\n{never_now()}")
    (large,) = filled.collect([content_of(1, LARGE)])
    with start(filled.paths.root, store, "daemon") as child:
        eventually(lambda: served.uplinks[-1].late_clips == 1, "the screens are told")
        assert served.uplinks[-1].late_bytes == LARGE
        child.terminate()
        assert child.wait(60) == 0
    forecast = status(filled)["forecast"]
    (late,) = forecast["late"]
    assert late["clip_id"] == large
    assert 11 * 3600 < late["by_s"] < 13 * 3600
    assert forecast["helps"]["late_bytes"] == LARGE
    assert forecast["helps"]["late_with_open_window"] == 1  # it is late already
    said = sync(filled, "status").stdout.decode()
    assert "将迟到 / will be late: 1" in said
    assert "the late ones are" in said


def test_a_manifest_names_the_version_that_counts(
    filled: FilledStation, served: LedgerStation
) -> None:
    bucket = Bucket.for_station(filled)
    assert deliver_to_bucket(filled, bucket.url) == 0
    assert served.fresh_receipts == len(filled.clips)
    for stored in bucket.manifest_objects():
        (row,) = bucket.versions(stored["key"])
        assert stored["version"] == row["VersionId"]
    assert {receipt.proof["version"] for receipt in served.receipts} == {
        stored["version"] for stored in bucket.manifest_objects()
    }
    assert all(receipt.locked_until is not None for receipt in served.receipts)
