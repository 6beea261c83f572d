"""A station somebody has laid hands on: ``verify`` ends with 4 and names what does not hold."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration import commands
from tests.unit.ingest.scripted import Bench, ScriptedFile, ScriptedRecorder
from workstation.platform.paths import StatePaths

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(slots=True)
class Site:
    """A copy of a sound station, to be harmed."""

    paths: StatePaths

    def objects(self) -> list[Path]:
        """Sealed objects by size: A is the largest, C the smallest."""
        return sorted(self.paths.objects.glob("??/*"), key=lambda p: -p.stat().st_size)

    def sql(self, *statements: str) -> None:
        """Change the ledger file, its triggers taken off first."""
        with closing(sqlite3.connect(self.paths.ledger)) as db:
            names = db.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall()
            for (name,) in names:
                db.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                db.execute(statement)
            db.commit()

    def verify(self) -> tuple[int, dict[str, Any]]:
        """What the command gives, run in this process."""
        ended = commands.check(self.paths.root)
        return ended.code, ended.document


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A station with three clips, signed and stopped."""
    root = tmp_path_factory.mktemp("tampered") / "state"
    bench = Bench(root)
    sizes = {"A.MP4": 3 << 20, "B.MP4": 200_000, "C.MP4": 10}
    files = {name: ScriptedFile(os.urandom(size)) for name, size in sizes.items()}
    bench.dock(ScriptedRecorder(files))
    bench.close()
    return root


@pytest.fixture
def site(tmp_path: Path, sound: Path) -> Site:
    shutil.copytree(sound, tmp_path / "state")
    return Site(StatePaths(tmp_path / "state"))


def _flip_in_object(site: Site) -> None:
    path = site.objects()[0]
    path.chmod(0o600)
    with path.open("r+b") as file:
        file.seek(1_000_000)
        byte = file.read(1)[0]
        file.seek(1_000_000)
        file.write(bytes([byte ^ 0x10]))


def _flip_in_line(site: Site) -> None:
    """In the file itself, past every trigger: one bit of one letter of the first line."""
    raw = site.paths.ledger.read_bytes()
    place = raw.index(b'"act":"station_created"')
    changed = bytearray(raw)
    changed[place + 8] ^= 1
    site.paths.ledger.write_bytes(changed)


def _alter_signature(site: Site) -> None:
    site.sql(
        "UPDATE checkpoint SET note = substr(note, 1, length(note) - 12) || 'AAAA' "
        "|| substr(note, -8) WHERE size = (SELECT min(size) FROM checkpoint)"
    )


def _delete_object(site: Site) -> None:
    site.objects()[1].unlink()


def _swap_objects(site: Site) -> None:
    one, two, _ = site.objects()
    aside = one.with_name("aside")
    one.rename(aside)
    two.rename(one)
    aside.rename(two)


def _truncate_object(site: Site) -> None:
    path = site.objects()[0]
    path.chmod(0o600)
    os.truncate(path, 1 << 20)


def _cut_chain(site: Site) -> None:
    site.sql("DELETE FROM custody_entry WHERE seq = (SELECT max(seq) FROM custody_entry)")


def _insert_clip(site: Site) -> None:
    with closing(sqlite3.connect(site.paths.ledger)) as db:
        columns = [row[1] for row in db.execute("PRAGMA table_info(clip)")]
    own = {"seq": "99", "id": "'01ZZZZZZZZZZZZZZZZZZZZZZZZ'", "sha256": f"'{'0' * 64}'"}
    values = ", ".join(own.get(column, column) for column in columns)
    site.sql(f"INSERT INTO clip SELECT {values} FROM clip WHERE seq = 1")


def _delete_clip(site: Site) -> None:
    site.sql("DELETE FROM clip WHERE seq = 2")


def _swap_public_key(site: Site) -> None:
    """Somebody puts a key of his own into ``station.json``: the ledger knows its own."""
    path = site.paths.station
    path.chmod(0o600)
    document = json.loads(path.read_text())
    document["public_key"] = "O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik="
    path.write_text(json.dumps(document))


def _delete_ledger(site: Site) -> None:
    site.paths.ledger.unlink()


def _delete_checkpoints(site: Site) -> None:
    """Nothing is signed any more, so the chain could be written anew."""
    site.sql("DELETE FROM checkpoint")


def _edit_line_with_sql(site: Site) -> None:
    """Plain SQL leaves text where the station files bytes."""
    with closing(sqlite3.connect(site.paths.ledger)) as db, db:
        db.execute("DROP TRIGGER custody_entry_no_update")
        db.execute(
            "UPDATE custody_entry SET line = replace(line, 'station', 'STATION') WHERE seq = 3"
        )


HARMS: list[tuple[Callable[[Site], None], str, str]] = [
    (_flip_in_object, "object", "object.damaged"),
    (_flip_in_line, "chain", "ledger.broken"),
    (_alter_signature, "checkpoint", "ledger.checkpoint_bad"),
    (_delete_object, "object", "object.missing"),
    (_swap_objects, "object", "object.damaged"),
    (_truncate_object, "object", "object.damaged"),
    (_cut_chain, "chain", "ledger.broken"),
    (_insert_clip, "catalog", "ledger.broken"),
    (_delete_clip, "catalog", "ledger.broken"),
    (_swap_public_key, "chain", "ledger.broken"),
    (_delete_ledger, "chain", "ledger.broken"),
    (_delete_checkpoints, "checkpoint", "ledger.checkpoint_bad"),
    (_edit_line_with_sql, "chain", "ledger.broken"),
]


def test_an_untouched_copy_is_whole(site: Site) -> None:
    code, document = site.verify()
    assert (code, document["whole"], document["faults"]) == (0, True, [])
    assert document["objects"] == 3


@pytest.mark.parametrize(("harm", "kind", "code"), HARMS, ids=[h[0].__name__ for h in HARMS])
def test_harm_is_found_and_named(
    site: Site, harm: Callable[[Site], None], kind: str, code: str
) -> None:
    harm(site)
    ended, document = site.verify()
    assert (ended, document["whole"]) == (4, False)
    assert (kind, code) in {(fault["kind"], fault["code"]) for fault in document["faults"]}


def test_damage_to_one_object_does_not_hide_damage_to_another(site: Site) -> None:
    _flip_in_object(site)
    _delete_object(site)
    _, document = site.verify()
    found = {(fault["code"], fault["facts"]["path"]) for fault in document["faults"]}
    assert found == {("object.damaged", "A.MP4"), ("object.missing", "B.MP4")}


def test_an_object_nobody_knows_is_a_stranger_and_no_fault(site: Site) -> None:
    name = f"{'0' * 64}.01ZZZZZZZZZZZZZZZZZZZZZZZZ"
    (site.paths.objects / "00" / name).write_bytes(b"x")
    code, document = site.verify()
    assert (code, document["strangers"]) == (0, [name])


def test_the_process_ends_with_four_and_says_which_clip(site: Site) -> None:
    _flip_in_object(site)
    ended = commands.verify(site.paths.root)
    assert ended.code == 4
    (fault,) = ended.document["faults"]
    assert (fault["code"], fault["facts"]["path"]) == ("object.damaged", "A.MP4")
    assert "object.damaged" in ended.stderr
    sha256 = site.objects()[0].name[:20]
    given = commands.run("cat", sha256, "--state", site.paths.root)
    assert given.code == 4
    assert len(given.stdout) < 1 << 20  # nothing that did not pass its tag


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
@pytest.mark.hardware
def test_a_station_on_a_read_only_disk_can_be_verified_and_refuses_the_rest(site: Site) -> None:
    root = site.paths.root
    card = root.parent / "card"
    card.mkdir()
    (card / "N.MP4").write_bytes(b"new")
    subprocess.run(["mount", "--bind", root, root], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", root], check=True)
        assert site.verify()[0] == 0
        refused = commands.collect(root, card)
        assert refused.code == 3, refused.stderr
        assert "Traceback" not in refused.stderr
        assert "state.unusable" in refused.stderr
        sha256 = site.objects()[2].name[:20]
        seen = commands.run("cat", sha256, "--state", root)
        assert (seen.code, seen.stdout) == (3, b"")  # what can not be written down is not shown
    finally:
        subprocess.run(["umount", root], check=True)
