"""A card is listed whole, in one order, and read without a trace, whatever lies on it."""

from __future__ import annotations

import errno
import os
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from workstation.devices import walk
from workstation.devices.api import Sighting
from workstation.devices.card import open_card
from workstation.devices.found import SPECIAL_FILE, ZERO_BYTES
from workstation.devices.medium import Medium
from workstation.domain.errors import (
    EntryUnreadableError,
    EntryVanishedError,
    RecorderGoneError,
    RecorderSwappedError,
    RecorderUnreadableError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workstation.devices.card import CardSession
    from workstation.devices.profiles import ProfileSet
    from workstation.domain.clip import ClipEntry

CLIP = "police/video/20240506/012345_0_20240506_070809.mp4"


@pytest.fixture
def card(tmp_path: Path) -> Path:
    top = tmp_path / "card"
    put(top, CLIP, b"0123456789")
    return top


def put(top: Path, path: str, content: bytes = b"frames") -> Path:
    file = top / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


@contextmanager
def opened(top: Path, profiles: ProfileSet) -> Iterator[CardSession]:
    with open_card(Sighting(f"path:{top}", str(top)), profiles) as session:
        yield session


def listed(top: Path, profiles: ProfileSet) -> dict[str, ClipEntry]:
    with opened(top, profiles) as session:
        entries = list(session.entries())
    assert [entry.raw_path for entry in entries] == sorted(entry.raw_path for entry in entries)
    assert len({entry.raw_path for entry in entries}) == len(entries)
    return {entry.path: entry for entry in entries}


def codes(top: Path, profiles: ProfileSet) -> dict[str, str | None]:
    return {path: entry.skip_code for path, entry in listed(top, profiles).items()}


# -- listing -----------------------------------------------------------------------------


def test_a_clip_is_listed_with_what_its_name_says(card: Path, profiles: ProfileSet) -> None:
    entry = listed(card, profiles)[CLIP]
    assert (entry.badge, entry.size_bytes, entry.skip_code) == ("012345", 10, None)
    assert entry.mtime_ns == (card / CLIP).stat().st_mtime_ns


def test_the_order_is_that_of_whole_paths(tmp_path: Path, profiles: ProfileSet) -> None:
    for path in ("a/x.mp4", "a.mp4", "a-b.mp4", "ab/y.mp4"):
        put(tmp_path, path)
    assert list(listed(tmp_path, profiles)) == ["a-b.mp4", "a.mp4", "a/x.mp4", "ab/y.mp4"]


def test_what_is_no_evidence_is_one_line_each(card: Path, profiles: ProfileSet) -> None:
    for path in ("System Volume Information/a/b", "LOST.DIR/1", "LOST.DIR/2", "._x.mp4"):
        put(card, path)
    put(card, "Android/data/y.jpg")
    put(card, "police/Android/kept.jpg")
    assert codes(card, profiles) == {
        "._x.mp4": "entry.not_evidence",
        "Android": "entry.not_evidence",
        "LOST.DIR": "entry.not_evidence",
        "System Volume Information": "entry.not_evidence",
        "police/Android/kept.jpg": None,
        CLIP: None,
    }


def test_links_pipes_and_sockets_are_told_and_not_followed(
    card: Path, profiles: ProfileSet, tmp_path: Path
) -> None:
    put(tmp_path, "elsewhere/secret.mp4")
    (card / "link.mp4").symlink_to(tmp_path / "elsewhere" / "secret.mp4")
    (card / "dir").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(card / "pipe.mp4")
    found = codes(card, profiles)
    assert {path for path, code in found.items() if code == SPECIAL_FILE} == {
        "link.mp4",
        "dir",
        "pipe.mp4",
    }
    assert "dir/secret.mp4" not in found


def test_an_empty_file_is_told(card: Path, profiles: ProfileSet) -> None:
    put(card, "police/video/012345_0_20240506_070900.mp4", b"")
    assert codes(card, profiles)["police/video/012345_0_20240506_070900.mp4"] == ZERO_BYTES


def test_a_clip_still_being_recorded_is_told(card: Path, profiles: ProfileSet) -> None:
    put(card, "police/video/012345_0_20240506_070900_start.mp4", b"")
    assert codes(card, profiles)["police/video/012345_0_20240506_070900_start.mp4"] == (
        "entry.in_progress"
    )


def test_a_tree_that_goes_down_for_ever_ends(tmp_path: Path, profiles: ProfileSet) -> None:
    put(tmp_path, "/".join(["d"] * 40).lstrip("/") + "/x.mp4")
    found = codes(tmp_path, profiles)
    assert found == {"/".join(["d"] * 33): walk.DIRECTORY_LOOP}


def test_a_directory_that_shows_its_parent_again_is_told(
    tmp_path: Path, profiles: ProfileSet
) -> None:
    """As a FUSE driver shows a FAT loop: same listing, other inodes."""
    one = put(tmp_path, "DCIM/012345_0_20240506_070809.mp4")
    (tmp_path / "DCIM" / "loop").mkdir()
    again = put(tmp_path, "DCIM/loop/012345_0_20240506_070809.mp4")
    (tmp_path / "DCIM" / "loop" / "loop").mkdir()
    moment = one.stat().st_mtime_ns
    os.utime(again, ns=(moment, moment))
    assert codes(tmp_path, profiles) == {
        "DCIM/012345_0_20240506_070809.mp4": None,
        "DCIM/loop": walk.DIRECTORY_LOOP,
    }


def test_a_listing_without_end_is_cut_with_a_line(
    tmp_path: Path, profiles: ProfileSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "MAX_ENTRIES", 3)
    for number in range(5):
        put(tmp_path, f"{number}.mp4")
    assert codes(tmp_path, profiles) == {
        "0.mp4": None,
        "1.mp4": None,
        "2.mp4": None,
        "3.mp4": walk.OVER_LIMIT,
    }


def test_names_of_any_bytes_are_listed_and_read(card: Path, profiles: ProfileSet) -> None:
    raw = os.fsencode(card) + b"/\xd6\xb4\xb7\xa8.mp4"
    with open(raw, "wb") as file:  # noqa: PTH123 - a path that is no text
        file.write(b"gbk")
    entry = listed(card, profiles)["执法.mp4"]
    assert entry.raw_path == b"\xd6\xb4\xb7\xa8.mp4"
    assert "name.not_utf8" in entry.findings
    with opened(card, profiles) as session, session.read(entry) as source:
        assert source.readinto(memoryview(bytearray(9))) == 3


def test_oddities_of_a_directory_are_those_of_its_files(card: Path, profiles: ProfileSet) -> None:
    put(card, "a\nb/20240506_070809.mp4")
    assert (
        "name.control_characters" in listed(card, profiles)["a\\x0ab/20240506_070809.mp4"].findings
    )


def test_names_that_differ_by_case_are_told(card: Path, profiles: ProfileSet) -> None:
    for name in ("A/CLIP.MP4", "A/clip.mp4", "a/clip.mp4"):
        put(card, name)
    found = listed(card, profiles)
    for path in ("A/CLIP.MP4", "A/clip.mp4", "a/clip.mp4"):
        assert "name.case_clash" in found[path].findings
    assert "name.case_clash" not in found[CLIP].findings


def test_a_sidecar_names_its_clip(card: Path, profiles: ProfileSet) -> None:
    put(card, CLIP.replace(".mp4", ".GPS"))
    put(card, "police/video/20240506/012345_0_20240506_099999.GPS")
    found = listed(card, profiles)
    assert found[CLIP.replace(".mp4", ".GPS")].sidecar_of == CLIP
    assert found["police/video/20240506/012345_0_20240506_099999.GPS"].sidecar_of is None
    assert found[CLIP].sidecar_of is None


def test_a_small_copy_belongs_to_the_video_of_another_prefix(
    tmp_path: Path, profiles: ProfileSet
) -> None:
    for name in ("GX010001.MP4", "GL010001.LRV", "GX010001.THM"):
        put(tmp_path, f"DCIM/100GOPRO/{name}")
    found = listed(tmp_path, profiles)
    for name in ("GL010001.LRV", "GX010001.THM"):
        assert found[f"DCIM/100GOPRO/{name}"].sidecar_of == "DCIM/100GOPRO/GX010001.MP4"


def test_twenty_thousand_files_list_in_two_seconds(tmp_path: Path, profiles: ProfileSet) -> None:
    for day in range(10, 20):
        directory = tmp_path / "police" / "video" / f"202405{day}"
        directory.mkdir(parents=True)
        for second in range(2000):
            clock = f"{second // 3600:02}{second // 60 % 60:02}{second % 60:02}"
            (directory / f"012345_0_202405{day}_{clock}.mp4").touch()
    began_s = time.thread_time()  # other work on this machine does not count
    with opened(tmp_path, profiles) as session:
        count = sum(1 for _ in session.entries())
    assert count == 20_000
    assert time.thread_time() - began_s < 2


def test_a_listing_given_up_half_way_leaves_nothing_open(card: Path, profiles: ProfileSet) -> None:
    put(card, "a/b/c/1.mp4")
    put(card, "a/b/c/2.mp4")
    before = set(Path("/proc/self/fd").iterdir())
    with opened(card, profiles) as session:
        entries = session.entries()
        next(entries)
        del entries
    assert len(set(Path("/proc/self/fd").iterdir())) == len(before)


# -- reading -----------------------------------------------------------------------------


def test_bytes_come_as_they_lie_there_from_any_offset(card: Path, profiles: ProfileSet) -> None:
    buffer = bytearray(64)
    with opened(card, profiles) as session:
        (entry,) = session.entries()
        with session.read(entry) as source:
            assert source.readinto(memoryview(buffer)[:4]) == 4
            assert source.readinto(memoryview(buffer)[4:]) == 6
            assert source.readinto(memoryview(buffer)) == 0
        assert bytes(buffer[:10]) == b"0123456789"
        with session.read(entry, 7) as source:
            assert source.readinto(memoryview(buffer)) == 3
        assert bytes(buffer[:3]) == b"789"
        assert session.stat(entry).size_bytes == 10


def test_a_file_that_went_is_told_from_a_card_that_went(card: Path, profiles: ProfileSet) -> None:
    with opened(card, profiles) as session:
        (entry,) = session.entries()
        (card / CLIP).unlink()
        with pytest.raises(EntryVanishedError), session.read(entry):
            pass
        with pytest.raises(EntryVanishedError):
            session.stat(entry)
        card.rename(card.with_name("taken"))
        with pytest.raises(RecorderGoneError) as caught, session.read(entry):
            pass
        assert not isinstance(caught.value, RecorderSwappedError)
        with pytest.raises(RecorderGoneError):
            list(session.entries())


def test_another_card_in_its_place_is_not_read(card: Path, profiles: ProfileSet) -> None:
    with opened(card, profiles) as session:
        (entry,) = session.entries()
        card.rename(card.with_name("taken"))
        put(card, CLIP, b"other evidence")
        with pytest.raises(RecorderSwappedError):
            list(session.entries())
        (card.with_name("taken") / CLIP).unlink()
        with pytest.raises(RecorderSwappedError):
            session.stat(entry)


def test_a_file_that_became_a_link_is_not_read(
    card: Path, profiles: ProfileSet, tmp_path: Path
) -> None:
    with opened(card, profiles) as session:
        (entry,) = session.entries()
        (card / CLIP).unlink()
        (card / CLIP).symlink_to(put(tmp_path, "secret"))
        with pytest.raises(EntryUnreadableError) as caught, session.read(entry):
            pass
        assert caught.value.facts["errno"] == errno.ELOOP


def test_a_directory_that_became_a_link_is_not_gone_through(
    card: Path, profiles: ProfileSet, tmp_path: Path
) -> None:
    with opened(card, profiles) as session:
        (entry,) = session.entries()
        (card / "police").rename(tmp_path / "police")
        (card / "police").symlink_to(tmp_path / "police")
        with pytest.raises((EntryVanishedError, EntryUnreadableError)), session.read(entry):
            pass


def test_a_file_that_became_a_pipe_does_not_hold_us_up(card: Path, profiles: ProfileSet) -> None:
    with opened(card, profiles) as session:
        (entry,) = session.entries()
        (card / CLIP).unlink()
        os.mkfifo(card / CLIP)
        with pytest.raises(EntryUnreadableError), session.read(entry):
            pass


@pytest.mark.parametrize("raw", [b"../x", b"/etc/passwd", b"a/../../x", b"", b"a//b"])
def test_a_path_that_leaves_the_card_is_not_there(card: Path, raw: bytes) -> None:
    medium = Medium(str(card))
    try:
        with pytest.raises(FileNotFoundError):
            medium.open_file(raw)
    finally:
        medium.close()


def test_bytes_that_the_medium_refuses_are_told_with_their_offset(
    card: Path, profiles: ProfileSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(card, profiles) as session:
        (entry,) = session.entries()
        with session.read(entry) as source:
            source.readinto(memoryview(bytearray(4)))

            def refuse(fd: int, buffers: object) -> int:
                raise OSError(errno.EIO, "bad sector", (fd, buffers))

            monkeypatch.setattr(os, "readv", refuse)
            with pytest.raises(EntryUnreadableError) as caught:
                source.readinto(memoryview(bytearray(4)))
    assert caught.value.facts == {"path": CLIP, "offset": 4, "errno": errno.EIO}


def test_a_disk_that_is_no_more_is_a_recorder_that_left(
    card: Path, profiles: ProfileSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(card, profiles) as session:
        (entry,) = session.entries()
        with session.read(entry) as source:

            def refuse(fd: int, buffers: object) -> int:
                raise OSError(errno.ENODEV, "no such device", (fd, buffers))

            monkeypatch.setattr(os, "readv", refuse)
            with pytest.raises(RecorderGoneError):
                source.readinto(memoryview(bytearray(4)))


def test_a_card_that_is_not_there_is_gone(tmp_path: Path, profiles: ProfileSet) -> None:
    with pytest.raises(RecorderGoneError), opened(tmp_path / "none", profiles):
        pass


def test_reading_leaves_no_trace(card: Path, profiles: ProfileSet) -> None:
    put(card, "bad.ini", b"[ZFY]\nPolNo=012345\n")
    paths = [card, *card.rglob("*")]
    for path in paths:
        os.utime(path, ns=(10**18, 10**18))
    before = [path.stat() for path in paths]
    with opened(card, profiles) as session:
        for entry in session.entries():
            with session.read(entry) as source:
                source.readinto(memoryview(bytearray(64)))
    for path, then in zip(paths, before, strict=True):
        now = path.stat()
        assert (now.st_atime_ns, now.st_mtime_ns, now.st_ctime_ns) == (
            then.st_atime_ns,
            then.st_mtime_ns,
            then.st_ctime_ns,
        )


# -- with the rights of nobody -----------------------------------------------------------


_AS_NOBODY = """
import os, sys
from pathlib import Path
from workstation.devices.api import Sighting
from workstation.devices.card import open_card
from workstation.devices.profiles import ProfileSet
profiles = ProfileSet.load([Path(sys.argv[2])])
with open_card(Sighting("path:x", sys.argv[2]), profiles) as session:
    list(session.entries())  # loads what Python loads late, which nobody may not read
os.setgroups([]); os.setgid(65534); os.setuid(65534)
try:
    with open_card(Sighting("path:x", sys.argv[1]), profiles) as session:
        for entry in session.entries():
            try:
                with session.read(entry) as source:
                    source.readinto(memoryview(bytearray(9)))
                result = "read"
            except Exception as error:
                result = error.code
            sys.stdout.write(f"{entry.path} {entry.skip_code} {result}\\n")
except Exception as error:
    sys.stdout.write(f"{error.code}\\n")
"""


def as_nobody(top: Path) -> list[str]:
    """Run in a child: root may read everything, so refusals need somebody else."""
    if os.geteuid() != 0:
        pytest.skip("needs root to become nobody")
    root = Path(__file__).parents[3]
    python = [str(root / ".venv" / "bin" / "python"), "-c", _AS_NOBODY]
    done = subprocess.run(
        [*python, str(top), str(root / "resources" / "profiles")],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.fixture
def open_card_directory(card: Path) -> Path:
    for path in (card, *card.parents):
        if path.is_relative_to("/tmp") and path != Path("/tmp"):
            path.chmod(0o755)
    return card


def test_refused_directories_and_files_are_told(open_card_directory: Path) -> None:
    card = open_card_directory
    put(card, "closed/x.mp4")
    put(card, "secret.mp4").chmod(0)
    (card / "closed").chmod(0)
    assert as_nobody(card) == [
        "closed entry.directory_unreadable entry.unreadable",
        f"{CLIP} None read",
        "secret.mp4 None entry.unreadable",
    ]


def test_a_top_directory_that_refuses_is_unreadable(open_card_directory: Path) -> None:
    open_card_directory.chmod(0)
    assert as_nobody(open_card_directory) == [RecorderUnreadableError.code]
    open_card_directory.chmod(0o700)
