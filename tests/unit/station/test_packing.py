"""The station packs for the screen: proved by two, told in steps of time, never half as whole."""

from __future__ import annotations

import os
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import msgspec
import pytest

from tests.court_pack import judges
from tests.unit.ingest.scripted import SETTINGS, Bench, ScriptedFile, ScriptedRecorder
from workstation.casework.court_pack.sinks import FolderSink
from workstation.casework.sessions import new_session
from workstation.domain.errors import NotPermittedError, NotSignedInError, PinMustChangeError
from workstation.domain.errors_export import (
    ExportBusyError,
    ExportGoneError,
    ExportKeyError,
    ExportPlaceError,
    ExportUnknownError,
)
from workstation.domain.errors_people import NeedsReasonError, NotOneselfError, SignInRefusedError
from workstation.domain.people import Role
from workstation.events.facts import PackChanged
from workstation.ipc.messages_casework import CaseOpened, CreateCase, LinkClips
from workstation.ipc.messages_export import (
    ExportPlaces,
    GetPack,
    ListExportPlaces,
    PackStanding,
    StartPack,
    StopPack,
)
from workstation.ipc.messages_recorders import BindRecorder
from workstation.ipc.peer import Peer
from workstation.ipc.words import Proved
from workstation.ledger.people import PeopleWriter
from workstation.platform import failpoints
from workstation.platform.settings import ExportSection
from workstation.station import export_places
from workstation.station.commands import Commands
from workstation.station.pack_desk import TOLD_S

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from workstation.ipc.words import Command, Result

ME = Peer(os.getpid(), os.getuid(), os.getgid())
LEADER, WITNESS, FRESH, OFFICER, STRANGER = "200001", "200002", "200003", "300001", "400001"
PIN, REASON = "270914", "检察院调取证据"
KEY = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
PATIENCE_S = 120.0


class Station:
    """A real engine with two leaders, a case of two clips, and a folder to export to."""

    def __init__(self, root: Path) -> None:
        self.to = root / "stick"
        self.to.mkdir()
        section = ExportSection(folders=(str(self.to),), media=(), recipients={"检察院": KEY})
        self.bench = Bench(root / "state", msgspec.structs.replace(SETTINGS, export=section))
        self.commands = Commands(self.bench.engine)
        self._people()
        files = {f"DCIM/{n}.MP4": ScriptedFile(os.urandom(300_000)) for n in range(3)}
        self.commands.handle(BindRecorder("REC-1", OFFICER, "王芳", "分局"), ME)
        self.bench.dock(ScriptedRecorder(files, serial="REC-1"))
        self.clips = tuple(clip.id for clip in self.bench.engine.catalog.clips())
        opened = self.commands.handle(CreateCase({"number": "京A-7", "title": "纠纷"}), ME)
        assert isinstance(opened, CaseOpened)
        self.case = opened.case
        self.commands.handle(LinkClips(self.clips[:2], link=(self.case,)), ME)

    def _people(self) -> None:
        people = self.bench.engine.people
        people.directory.add_unit("3201", "分局", None, "uid:0")
        people.directory.add_unit("9901", "外局", None, "uid:0")
        roles = {LEADER: Role.LEADER, WITNESS: Role.LEADER, FRESH: Role.LEADER}
        for badge, role in (roles | {OFFICER: Role.OFFICER, STRANGER: Role.LEADER}).items():
            unit = "9901" if badge == STRANGER else "3201"
            officer = people.directory.add(badge, f"人{badge}", unit, role, "uid:0")
            sealed = people.seal.seal(officer, PIN, must_change=badge == FRESH)
            with self.bench.engine.ledger.transaction() as tx:
                PeopleWriter(tx, badge).set_pin(officer, sealed)

    def says(self, who: str, command: Command) -> Result:
        people = self.bench.engine.people
        officer = people.directory.officer(who)
        person = new_session(officer, must_change_pin=False, sees_unit=False)
        token = people.sessions.open(person, ME)
        return self.commands.handle(command, Peer(ME.pid, ME.uid, ME.gid, token))

    def order(self, *what: str, second: str = WITNESS, **more: str) -> StartPack:
        words = {"place": str(self.to), "reason": REASON, "recipient": ""} | more
        pin = words.pop("pin", PIN)
        return StartPack(what or (self.case,), second=Proved(badge=second, pin=pin), **words)

    def standing(self, who: str = LEADER) -> PackStanding:
        found = self.says(who, GetPack())
        assert isinstance(found, PackStanding)
        return found

    def end(self) -> PackStanding:
        """Wait for the pack's end."""
        waited = threading.Event()
        for _ in range(int(PATIENCE_S * 20)):
            if (found := self.standing()).state in {"done", "failed"}:
                return found
            waited.wait(0.05)
        raise AssertionError(self.standing())


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    made = Station(tmp_path)
    yield made
    failpoints.arm("")
    made.bench.close()


def test_a_pack_of_a_case_is_whole_for_bagit_and_stands_in_the_ledger(station: Station) -> None:
    begun = station.says(LEADER, station.order())
    assert isinstance(begun, PackStanding)
    assert (begun.state, begun.clips) == ("clips", 2)
    done = station.end()
    assert (done.state, done.clips, done.code) == ("done", 2, "")
    (pack,) = station.to.iterdir()
    assert done.path == str(pack)
    assert judges.bagit(pack)
    assert done.fingerprint.startswith("SHA256:")
    assert f"checkpoint {done.checkpoint_size} " in (pack / "statement.txt").read_text()
    exported = station.bench.acts("exported")
    assert [one["second"] for one in exported] == [WITNESS, WITNESS]
    assert {one["case"] for one in exported} == {station.case}
    (ended,) = station.bench.acts("export_ended")
    assert ended["statement_sha256"] == done.statement_sha256
    assert station.standing(WITNESS) == PackStanding(), "whose it is not is told nothing"


def test_clips_that_were_picked_go_encrypted_to_a_recipient_of_the_settings(
    station: Station,
) -> None:
    station.says(LEADER, station.order(*station.clips, recipient="检察院"))
    done = station.end()
    assert (done.state, done.clips, done.is_encrypted) == ("done", 3, True)
    (sealed,) = station.to.iterdir()
    assert sealed.read_bytes().startswith(b"age-encryption.org/v1")
    assert (str(sealed), ".tar.age") == (done.path, "".join(sealed.suffixes[-2:]))


def test_nobody_packs_alone_nor_beyond_his_reach(station: Station) -> None:
    with pytest.raises(NotSignedInError):
        station.commands.handle(station.order(), ME)
    attempts = (
        (LEADER, station.order(second=LEADER), NotOneselfError),
        (LEADER, station.order(pin="000000"), SignInRefusedError),
        (LEADER, station.order(second=FRESH), PinMustChangeError),
        (LEADER, station.order(second=OFFICER), NotPermittedError),
        (OFFICER, station.order(), NotPermittedError),
        (STRANGER, station.order(station.case), NotPermittedError),
        (LEADER, station.order(reason=" "), NeedsReasonError),
        (LEADER, station.order(recipient="我自己"), ExportKeyError),
        (LEADER, station.order(place=str(station.to.parent)), ExportPlaceError),
        (LEADER, station.order(place="/"), ExportPlaceError),
    )
    for who, command, error in attempts:
        with pytest.raises(error):
            station.says(who, command)
    assert station.bench.acts("exported") == []
    assert list(station.to.iterdir()) == []


def test_a_pack_that_is_stopped_leaves_nothing_and_the_ledger_says_so(station: Station) -> None:
    failpoints.arm("export.file_written@2=sleep:2")
    begun = station.says(LEADER, station.order())
    assert isinstance(begun, PackStanding)
    with pytest.raises(ExportBusyError):
        station.says(WITNESS, station.order(second=LEADER))
    with pytest.raises(ExportUnknownError):
        station.says(WITNESS, StopPack(begun.export))
    station.says(LEADER, StopPack(begun.export))
    ended = station.end()
    assert (ended.state, ended.code, ended.path) == ("failed", "export.stopped", "")
    assert list(station.to.iterdir()) == []
    (told,) = station.bench.acts("export_ended")
    assert told == {"export": begun.export, "code": "export.stopped"}
    failpoints.arm("")
    station.says(LEADER, station.order())
    assert station.end().state == "done", "another may be begun"


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("export.file_written@2=enospc", "export.full"),
        ("export.file_written@2=eio", "export.gone"),
        ("export.written=erofs", "export.place"),
    ],
)
def test_a_disk_that_fails_is_named_and_nothing_passes_for_a_pack(
    station: Station, place: str, code: str
) -> None:
    failpoints.arm(place)
    station.says(LEADER, station.order())
    ended = station.end()
    assert (ended.state, ended.code) == ("failed", code)
    assert list(station.to.iterdir()) == []
    assert station.bench.acts("export_ended")[0]["code"] == code


def test_a_clip_that_is_gone_from_the_vault_stops_the_pack(station: Station) -> None:
    catalog = station.bench.engine.catalog
    station.bench.engine.vault.path_of(catalog.object_ref(station.clips[1])).unlink()
    station.says(LEADER, station.order())
    assert (station.end().code, list(station.to.iterdir())) == ("object.missing", [])


def test_a_station_that_stops_gives_the_pack_up(tmp_path: Path) -> None:
    made = Station(tmp_path)
    failpoints.arm("export.file_written@1=sleep:1")
    try:
        made.says(LEADER, made.order())
    finally:
        made.bench.close()
        failpoints.arm("")
    assert list(made.to.iterdir()) == []
    bench = Bench(tmp_path / "state")
    assert bench.acts("export_ended")[0]["code"] == "export.stopped"
    bench.close()


def test_progress_is_told_in_steps_of_time_and_not_of_chunks(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[PackChanged] = []
    post = station.bench.engine.mailbox.post

    def keep(event: object, *, replaces: object = None) -> None:
        if isinstance(event, PackChanged):
            told.append(event)
        post(event, replaces=replaces)

    monkeypatch.setattr(station.bench.engine.mailbox, "post", keep)
    station.says(LEADER, station.order(*station.clips))
    station.end()
    assert [one.state for one in told if one.done_bytes == 0] == ["clips", "pages", "check"]
    assert told[-1].state == "done"
    assert TOLD_S >= 0.25
    assert {one.export for one in told} == {station.standing().export}


def test_places_are_writable_disks_below_the_media_and_folders_of_the_settings(
    tmp_path: Path,
) -> None:
    media, folder = tmp_path / "media", tmp_path / "out"
    for name in ("stick", "locked", "sub dir"):
        (media / name).mkdir(parents=True)
    folder.mkdir()
    mounts = tmp_path / "mountinfo"
    line = "36 25 8:1 / {} {} - vfat /dev/sdb1 rw\n"
    escaped = str(media / "sub dir").replace(" ", "\\040")
    mounts.write_text(
        line.format(media / "stick", "rw,nosuid")
        + line.format(media / "locked", "ro,nosuid")
        + line.format(escaped, "rw")
        + line.format("/elsewhere", "rw")
        + line.format(media, "rw")
    )
    section = ExportSection(folders=(str(folder), str(tmp_path / "none")), media=(str(media),))
    found = export_places.places(section, mounts)
    assert [(one.name, one.is_medium) for one in found] == [
        ("stick", True),
        ("sub dir", True),
        ("out", False),
    ]
    assert all(0 < one.free_bytes <= one.size_bytes for one in found)
    with pytest.raises(ExportPlaceError):
        export_places.require_listed(section, str(media / "locked"), mounts)


def test_places_are_told_with_the_names_of_recipients_and_without_their_keys(
    station: Station,
) -> None:
    found = station.says(LEADER, ListExportPlaces())
    assert isinstance(found, ExportPlaces)
    assert [one.path for one in found.places] == [str(station.to)]
    assert found.recipients == ("检察院",)


def test_a_folder_that_stands_in_for_a_vanished_disk_gets_no_plain_byte(tmp_path: Path) -> None:
    sink = FolderSink(tmp_path, "pack")
    sink.add("data/a", 1, [b"a"])
    (tmp_path / "pack.unfinished").rename(tmp_path / "pulled")
    with pytest.raises(ExportGoneError):
        sink.add("data/b", 1, [b"b"])
    assert not (tmp_path / "pack.unfinished").exists()
    (tmp_path / "pack.unfinished").mkdir()  # what is below the mount point now
    with pytest.raises(ExportGoneError):
        sink.add("data/b", 1, [b"b"])
    with pytest.raises(ExportGoneError):
        sink.finish()
    assert not (tmp_path / "pack").exists()
    with closing(os.scandir(tmp_path / "pack.unfinished")) as found:
        assert list(found) == []
