"""What the central store proves anew that it holds may go here; nothing else does."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.integration import commands
from tests.integration.sync.rig import ROOT, damage, deliver
from workstation.catalog.reader import Catalog
from workstation.catalog.values import Search
from workstation.domain.errors import DigestMismatchError, UnknownClipError
from workstation.domain.errors_casework import ClipProtectedError, ClipPurgedError
from workstation.domain.upload import UploadState
from workstation.ledger.custody import decode
from workstation.ledger.row_audit import check_rows
from workstation.retention import holds
from workstation.retention.purging import Purge, StoreWord

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.filled_station import FilledStation, LedgerStation

pytestmark = pytest.mark.usefixtures("served")
PURGES = "[sync]\npurge_after_days = 30\n"
MONTHS = timedelta(days=90)


@pytest.fixture
def delivered(filled: FilledStation, served: LedgerStation, store: Path) -> Path:
    """Everything is in the store, and nothing is purged without a word in the settings."""
    assert served.station_id == filled.record.id
    assert deliver(filled, store) == 0
    assert deliver(filled, store) == 0
    assert here(filled) == set(filled.clips)
    filled.paths.settings.write_text(PURGES, "utf-8")
    return store


def here(filled: FilledStation) -> set[str]:
    return {clip for clip in filled.clips if filled.object_path(clip).exists()}


def age(filled: FilledStation, *clips: str) -> None:
    """Let receipts be months old. Their lines tell another time; ``verify`` is not asked here."""
    then = (datetime.now(UTC) - MONTHS).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    with closing(sqlite3.connect(filled.paths.ledger)) as db:
        names = db.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall()
        for (name,) in names:
            db.execute(f'DROP TRIGGER "{name}"')
        marks = ",".join("?" * len(clips))
        db.execute(f"UPDATE transfer SET stored_at=? WHERE clip_id IN ({marks})", (then, *clips))
        db.commit()


def acts(filled: FilledStation, clip: str) -> list[str]:
    with closing(Catalog.open(filled.paths.ledger)) as catalog:
        found = [decode(line, 0).act for line in catalog.custody_of(clip)]
    return [act for act in found if act.startswith("purge")]


def test_what_is_old_enough_and_proved_anew_goes_and_says_where_it_is(
    filled: FilledStation, delivered: Path
) -> None:
    old, *others = filled.clips
    age(filled, old)
    assert deliver(filled, delivered) == 0
    assert here(filled) == set(others)
    assert acts(filled, old) == ["purge_intended", "purged"]
    with closing(Catalog.open(filled.paths.ledger)) as catalog:
        assert catalog.clip(old).upload is UploadState.STORE_ONLY
        assert catalog.clip(others[0]).upload is UploadState.IN_STORE
        with pytest.raises(ClipPurgedError) as told:
            catalog.object_ref(old)
    assert told.value.facts["object"] in {
        str(path.relative_to(delivered)) for path in delivered.glob("clips/**/*")
    }
    ended = commands.run("cat", old, "--state", filled.paths.root)
    assert (ended.code, "clip.purged" in ended.stderr) == (3, True)
    assert deliver(filled, delivered) == 0  # once
    assert acts(filled, old) == ["purge_intended", "purged"]
    outcome = commands.run(
        *("sync", "reconcile", "--deep", "--json", "--to", f"directory:{delivered}"),
        *("--state", filled.paths.root),
    )
    assert outcome.document["is_equal"], outcome.stdout


def test_what_the_store_can_not_prove_stays(filled: FilledStation, delivered: Path) -> None:
    gone, altered, cut, unnumbered, whole = filled.clips
    age(filled, *filled.clips)

    def lying(clip: str) -> Path:
        (path,) = delivered.glob(f"clips/*/*/*/*/{clip}/*")
        return path

    lying(gone).unlink()
    lying(altered).chmod(0o600)
    lying(altered).write_bytes(b"x")
    damage(lying(cut))
    (manifest,) = delivered.glob(f"manifests/*/*-{unnumbered}.json")
    manifest.unlink()
    assert deliver(filled, delivered) == 0
    assert here(filled) == {gone, altered, cut, unnumbered}
    assert acts(filled, whole) == ["purge_intended", "purged"]


def test_a_hold_keeps_a_clip_here(filled: FilledStation, delivered: Path) -> None:
    held, other, *_ = filled.clips
    age(filled, held, other)
    (name,) = holds.place(filled.ledger, clips=[held], cases=[], reason="复议", by="1")
    assert deliver(filled, delivered) == 0
    assert (held in here(filled), other in here(filled)) == (True, False)
    holds.release(filled.ledger, [name], "1")
    assert deliver(filled, delivered) == 0
    assert held not in here(filled)


def word(filled: FilledStation, clip: str, **other: object) -> StoreWord:
    with closing(Catalog.open(filled.paths.ledger)) as catalog:
        known = catalog.clip(clip)
    with closing(sqlite3.connect(filled.paths.ledger)) as db:
        (store,) = db.execute("SELECT store_id FROM transfer WHERE clip_id=?", (clip,)).fetchone()
    values: dict[str, object] = {
        "clip_id": clip,
        "store_id": store,
        "size_bytes": known.size_bytes,
        "sha256": known.digest.sha256,
        "how": "locked",
        "version": "",
        "locked_until": None,
        "checked_at": datetime.now(UTC),
    }
    return StoreWord(**{**values, **other})  # type: ignore[arg-type]


def test_the_station_judges_for_itself(filled: FilledStation, delivered: Path) -> None:
    assert delivered.is_dir()
    clip = list(filled.clips)[1]
    days = timedelta(days=30)
    purge = Purge(filled.ledger, filled.vault, days)
    now = datetime.now(UTC)
    with pytest.raises(ClipProtectedError, match="purge_days"):
        purge.run(word(filled, clip))
    age(filled, clip)
    with pytest.raises(ClipProtectedError, match="purge_off"):
        Purge(filled.ledger, filled.vault, None).run(word(filled, clip))
    with pytest.raises(ClipProtectedError, match="stale"):
        purge.run(word(filled, clip, checked_at=now - timedelta(hours=2)))
    with pytest.raises(DigestMismatchError):
        purge.run(word(filled, clip, sha256="0" * 64))
    with pytest.raises(UnknownClipError):
        purge.run(word(filled, clip, store_id="another"))
    assert here(filled) == set(filled.clips)
    assert purge.run(word(filled, clip)) is True
    assert purge.run(word(filled, clip)) is False


CHILD = """
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tests.fakes.filled_station import FilledStation
from workstation.retention.purging import Purge, StoreWord
state, clip, store, sha256, size = sys.argv[1:]
with closing(FilledStation(Path(state))) as filled:
    purge = Purge(filled.ledger, filled.vault, timedelta(days=30))
    now = datetime.now(UTC)
    purge.run(StoreWord(clip, store, int(size), sha256, "locked", "", None, now))
"""


@pytest.mark.parametrize("step", ["purge.intended", "purge.discarded", "purge.recorded"])
@pytest.mark.parametrize("is_held_then", [False, True])
def test_a_crash_at_any_step_is_completed_or_spared(
    step: str, filled: FilledStation, delivered: Path, *, is_held_then: bool
) -> None:
    assert delivered.is_dir()
    clip = list(filled.clips)[2]
    age(filled, clip)
    said = word(filled, clip)
    filled.ledger.close()
    words = [str(filled.paths.root), clip, said.store_id, said.sha256, str(said.size_bytes)]
    died = subprocess.run(
        [sys.executable, "-c", CHILD, *words],
        cwd=ROOT,
        env={**os.environ, "EVIDOCK_FAILPOINTS": f"{step}=kill"},
        check=False,
    )
    assert died.returncode == -signal.SIGKILL
    filled.ledger = type(filled)(filled.paths.root).ledger
    if is_held_then:
        holds.place(filled.ledger, clips=[clip], cases=[], reason="复议", by="1")
    Purge(filled.ledger, filled.vault, timedelta(days=30)).finish_all()
    is_spared = is_held_then and step == "purge.intended"
    assert (clip in here(filled)) is is_spared
    ends = "purge_spared" if is_spared else "purged"
    assert acts(filled, clip) == ["purge_intended", ends]
    with closing(Catalog.open(filled.paths.ledger)) as catalog:
        shown = catalog.clip(clip).upload
    assert shown is (UploadState.IN_STORE if is_spared else UploadState.STORE_ONLY)


def test_the_rows_follow_from_the_lines_and_are_held_against_them(
    filled: FilledStation, delivered: Path
) -> None:
    assert delivered.is_dir()
    purge = Purge(filled.ledger, filled.vault, timedelta())
    first, second, *_ = filled.clips
    assert purge.run(word(filled, first))
    assert purge.run(word(filled, second))
    filled.ledger.checkpoint()
    assert "purged" not in {fault.facts.get("table") for fault in check_rows(filled.paths.ledger)}
    with closing(Catalog.open(filled.paths.ledger)) as catalog:
        only = catalog.search(Search(uploads=(UploadState.STORE_ONLY,)))
    assert {clip.id for clip in only} == {first, second}
    with closing(sqlite3.connect(filled.paths.ledger)) as db:
        db.execute("UPDATE purged SET at=NULL WHERE clip_id=?", (first,))
        db.commit()
    assert "purged" in {fault.facts.get("table") for fault in check_rows(filled.paths.ledger)}
