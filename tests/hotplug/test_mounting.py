"""Cards mounted by the privileged helper: real file systems on loop devices, as root."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.hotplug.test_real_file_systems import digest, run
from workstation.devices import mount_helper
from workstation.devices.mount_helper import (
    findings,
    make_read_only,
    make_writable,
    mount,
    unmount,
)
from workstation.devices.mounts import read_mounts

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.hardware,
    pytest.mark.skipif(os.geteuid() != 0, reason="mounting an image needs root"),
]

BYTES = 64 << 20
CHINESE = "DCIM/执法录像_海淀分局.mp4"


@contextmanager
def loop(image: Path) -> Iterator[Path]:
    done = subprocess.run(
        ["losetup", "--find", "--show", str(image)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"no loop device: {done.stderr.strip()}")
    try:
        yield Path(done.stdout.strip())
    finally:  # the next user of the loop device must find it as usual
        subprocess.run(["blockdev", "--setrw", done.stdout.strip()], check=True)
        subprocess.run(["losetup", "--detach", done.stdout.strip()], check=True)


def formatted(tmp_path: Path, *command: str) -> Path:
    image = tmp_path / "card.img"
    image.touch()
    os.truncate(image, BYTES)
    run(*command, str(image))
    return image


@contextmanager
def filled(image: Path, place: Path, *mounting: str) -> Iterator[None]:
    """Written to as a recorder does, and still mounted."""
    with loop(image) as device:
        place.mkdir()
        run(*mounting, str(device), str(place))
        try:
            (place / "DCIM").mkdir()
            (place / CHINESE).write_bytes(b"footage")
            os.sync()
            yield
        finally:
            subprocess.run(["umount", str(place)], check=True)


def options_of(place: Path) -> set[str]:
    (found,) = [one for one in read_mounts() if one.mount_point == str(place)]
    return set(found.options.split(","))


@pytest.mark.parametrize("file_system", ["ext4", "exfat"])
def test_a_card_is_mounted_for_reading_only_and_left_as_it_was(
    tmp_path: Path, file_system: str
) -> None:
    format_it = ["mkfs.ext4", "-q"] if file_system == "ext4" else ["mkfs.exfat"]
    image = formatted(tmp_path, *format_it)
    kernel = file_system in Path("/proc/filesystems").read_text(encoding="ascii").split()
    driver = ["mount", "-t", file_system] if kernel else ["mount.exfat-fuse"]
    with filled(image, tmp_path / "filling", *driver):
        pass
    with loop(image) as device:
        before = digest(str(device))
        place = tmp_path / "mounts" / "sdb1"
        report = mount(device, file_system, place, findings(device, file_system))
        try:
            assert (report.state, report.findings) == ("mounted", [])
            assert {"ro", "nosuid", "nodev", "noexec"} <= options_of(place)
            assert (place / CHINESE).read_bytes() == b"footage"
            with pytest.raises(OSError, match="Read-only"):
                (place / "x").touch()
            with pytest.raises(PermissionError), device.open("r+b", buffering=0) as raw:
                raw.write(b"x" * 512)
        finally:
            unmount(place)
        assert not place.exists()
        assert digest(str(device)) == before


def test_a_card_left_in_the_middle_of_writing_is_read_and_called_dirty(tmp_path: Path) -> None:
    """The image is copied while it is mounted for writing: its journal is not empty."""
    image = formatted(tmp_path, "mkfs.ext4", "-q")
    yanked = tmp_path / "yanked.img"
    with filled(image, tmp_path / "filling", "mount", "-t", "ext4"):
        shutil.copyfile(image, yanked)
    with loop(yanked) as device:
        place = tmp_path / "mounts" / "sdb1"
        report = mount(device, "ext4", place, findings(device, "ext4"))
        assert (report.state, report.findings) == ("mounted", ["medium.dirty"])
        unmount(place)


def test_a_card_whose_file_system_is_broken_is_reported_and_not_mounted(tmp_path: Path) -> None:
    image = formatted(tmp_path, "mkfs.ext4", "-q")
    with image.open("r+b") as raw:
        raw.seek(1024 + 0x18)  # s_log_block_size
        raw.write(b"\xff\xff")
    with loop(image) as device:
        place = tmp_path / "mounts" / "sdb1"
        report = mount(device, "ext4", place, [])
        assert report.state == "corrupt"
        assert report.reason
        assert not place.exists()


def test_a_card_that_this_machine_has_no_driver_for_is_foreign(tmp_path: Path) -> None:
    known = Path("/proc/filesystems").read_text(encoding="ascii")
    if "hfsplus" in known:
        pytest.skip("this kernel reads hfsplus")
    image = formatted(tmp_path, "mkfs.ext4", "-q")
    with loop(image) as device:
        assert mount(device, "hfsplus", tmp_path / "m", []).state == "foreign"
        assert mount(device, "crypto_LUKS", tmp_path / "m", []).state == "foreign"


def test_what_is_still_read_from_is_unmounted_all_the_same(tmp_path: Path) -> None:
    image = formatted(tmp_path, "mkfs.ext4", "-q")
    with filled(image, tmp_path / "filling", "mount", "-t", "ext4"):
        pass
    with loop(image) as device:
        place = tmp_path / "mounts" / "sdb1"
        mount(device, "ext4", place, [])
        with (place / CHINESE).open("rb") as clip:
            unmount(place)
            assert not place.exists()
            assert clip.read() == b"footage"  # a reader ends by itself


NOBODY = 65534  # stands for the station's user: not root, and nothing here is its own


def test_an_ext4_card_of_a_recorder_that_is_root_is_read_by_a_station_that_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = formatted(tmp_path, "mkfs.ext4", "-q")
    filling = tmp_path / "filling"
    with filled(image, filling, "mount", "-t", "ext4"):
        (filling / CHINESE).chmod(0o600)
        (filling / "another").write_bytes(b"somebody else's")
        os.chown(filling / "another", 1023, 1023)
        (filling / "another").chmod(0o600)
        (filling / "DCIM").chmod(0o700)
    monkeypatch.setattr(mount_helper, "station_user", lambda: (NOBODY, NOBODY))
    place = tmp_path / "mounts" / "sdb1"
    with loop(image) as device:
        before = digest(str(device))
        report = mount(device, "ext4", place, [])
        try:
            if report.reason:
                pytest.skip(f"this kernel shows no other owner: {report.reason}")
            assert {"ro", "nosuid", "nodev", "noexec"} <= options_of(place)
            assert (place / CHINESE).stat().st_uid == NOBODY
            assert _as_nobody(tmp_path, place / CHINESE) == (0, b"footage")
            # What belongs to neither is not opened to anybody, and is reported as unreadable.
            assert _as_nobody(tmp_path, place / "another")[0] != 0
        finally:
            unmount(place)
        assert digest(str(device)) == before


def _as_nobody(tmp_path: Path, path: Path) -> tuple[int, bytes]:
    """Read a file as a user that is nothing to it; the path to the mount is opened for that."""
    above = tmp_path
    while above != above.parent:
        if above.stat().st_uid == 0 and above.stat().st_mode & 0o777 == 0o700:
            above.chmod(0o711)
        above = above.parent
    (tmp_path / "mounts").chmod(0o711)
    user = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    done = subprocess.run([*user, "cat", str(path)], capture_output=True, check=False)
    return done.returncode, done.stdout


def test_an_ntfs_card_is_read_and_one_that_was_yanked_is_called_dirty(tmp_path: Path) -> None:
    image = formatted(tmp_path, "mkntfs", "-q", "-Q", "-F")
    with loop(image) as device:
        filling = tmp_path / "filling"
        filling.mkdir()
        run("mount.ntfs-3g", str(device), str(filling))
        (filling / "DCIM").mkdir()
        (filling / CHINESE).write_bytes(b"footage")
        subprocess.run(["umount", str(filling)], check=True)
        assert findings(device, "ntfs") == []
        _set_ntfs_dirty(image)
    with loop(image) as device:
        before = digest(str(device))
        place = tmp_path / "mounts" / "sdb1"
        report = mount(device, "ntfs", place, findings(device, "ntfs"))
        try:
            assert (report.state, report.findings) == ("mounted", ["medium.dirty"])
            assert {"ro", "nosuid", "nodev", "noexec"} <= options_of(place)
            assert (place / CHINESE).read_bytes() == b"footage"
        finally:
            unmount(place)
        assert digest(str(device)) == before


def _set_ntfs_dirty(image: Path) -> None:
    """The flag in $VOLUME_INFORMATION (behind its version, 3.1), in the MFT and in its mirror."""
    content = bytearray(image.read_bytes())
    records = 0
    name = b"$\0V\0o\0l\0u\0m\0e\0"  # stands in record 3
    volume = content.find(name)
    while volume >= 0:
        record = content.rfind(b"FILE", 0, volume)
        if volume - record < 1024:
            records += 1
            version = content.index(b"\x03\x01", content.index(b"\x70\0\0\0", record))
            content[version + 2] |= 1
        volume = content.find(name, volume + 1)
    assert records == 2
    image.write_bytes(content)


@pytest.mark.parametrize("file_system", ["ext4", "vfat", "exfat"])
def test_a_card_can_be_written_to_only_between_two_words(tmp_path: Path, file_system: str) -> None:
    known = Path("/proc/filesystems").read_text(encoding="ascii").split()
    if file_system not in known:
        pytest.skip(f"this kernel has no {file_system}")
    # Without a journal: one that is not replayed can not be written to either.
    quietly = ["mkfs.ext4", "-q", "-O", "^has_journal"]
    image = formatted(tmp_path, *(quietly if file_system == "ext4" else [f"mkfs.{file_system}"]))
    with filled(image, tmp_path / "filling", "mount", "-t", file_system):
        (tmp_path / "filling" / "keep").write_bytes(b"kept")
    with loop(image) as device:
        place = tmp_path / "mounts" / "sdb1"
        assert mount(device, file_system, place, []).state == "mounted"
        try:
            with pytest.raises(OSError, match="Read-only"):
                (place / CHINESE).unlink()
            make_writable(device, place)
            assert {"rw", "nosuid", "nodev", "noexec"} <= options_of(place)
            (place / CHINESE).unlink()
            make_read_only(device, place)
            assert "ro" in options_of(place)
            with pytest.raises(OSError, match="Read-only"):
                (place / "keep").unlink()
            with pytest.raises(PermissionError), device.open("r+b", buffering=0) as raw:
                raw.write(b"x" * 512)
        finally:
            unmount(place)
        assert mount(device, file_system, place, []).state == "mounted"
        assert [path.name for path in place.rglob("*") if path.is_file()] == ["keep"]
        unmount(place)
