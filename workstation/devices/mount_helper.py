"""Mount a recorder's card read-only, as root: the only part of Evidock that needs to be.

Run by ``evidock-mount@.service``, or by a station in its development tree. It stands alone (the
standard library and nothing of ours), takes two words and believes neither: the device must be a
partition or whole disk on the USB bus that nobody else uses. What it did or why it did not is left
in ``/run/evidock/<name>.json``, which the station reads.

Where the station may erase, it has a card that is mounted here made writable for as long as that
takes, and read-only again.

Usage: python3 -I mount_helper.py mount|unmount|writable|readonly NAME     (NAME as in /dev: sdb1)
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import json
import os
import pwd
import re
import shutil
import signal
import stat
import struct
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

NAME = re.compile(r"sd[a-z]{1,3}[0-9]{0,3}")
_USB = re.compile(r"/usb[0-9]+/")
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC = 1, 2, 4, 8
_FLAGS = _MS_RDONLY | _MS_NOSUID | _MS_NODEV | _MS_NOEXEC
_MS_REMOUNT, _MS_BIND = 32, 4096
_MNT_DETACH, _UMOUNT_NOFOLLOW = 2, 8
# linux/mount.h, fcntl.h, sched.h; the numbers of the calls are those of every machine.
_OPEN_TREE, _MOVE_MOUNT, _MOUNT_SETATTR = 428, 429, 442
_AT_FDCWD, _AT_EMPTY_PATH = -100, 0x1000
_OPEN_TREE_CLONE, _CLOEXEC, _MOVE_MOUNT_F_EMPTY_PATH = 1, 0o2000000, 4
_MOUNT_ATTR_IDMAP, _CLONE_NEWUSER = 0x00100000, 0x10000000
_OWNED = frozenset({"ext2", "ext3", "ext4"})  # file systems that keep the owner of each file
_LOOKED_AT = 4096  # names of a card that are asked for their owner
_BLKROSET, _BLKROGET = 0x125D, 0x125E  # linux/fs.h
_TOOL_TIMEOUT_S = 60
REFUSED, OK, FAILED = 2, 0, 1

_libc = ctypes.CDLL(None, use_errno=True)


class RefusedError(Exception):
    """This is nothing that the helper may touch; the text says why."""


@dataclass(frozen=True)
class Places:
    """Where the machine keeps things; a test brings its own."""

    dev: Path = Path("/dev")
    sys: Path = Path("/sys/class/block")
    udev: Path = Path("/run/udev/data")
    run: Path = Path("/run/evidock")
    fstab: Path = Path("/etc/fstab")
    mounts: Path = Path("/proc/self/mountinfo")


@dataclass
class Report:
    """What became of a card.

    ``state`` is ``mounting``, ``mounted``, ``foreign``, ``corrupt`` or ``refused``.
    """

    node: str
    state: str
    file_system: str = ""
    mount_point: str = ""
    reason: str = ""
    findings: list[str] = field(default_factory=list)


def check(name: str, places: Places) -> dict[str, str]:
    """What udev knows of a device that may be mounted.

    Raises:
        RefusedError: it may not.
    """
    if not NAME.fullmatch(name):
        raise RefusedError("no name of a disk")
    entry = places.sys / name
    if not entry.exists():
        raise RefusedError("no such device")
    top = entry.resolve()
    if not _USB.search(f"{top}/"):
        raise RefusedError("not on the USB bus")
    whole = top.parent if (top / "partition").exists() else top
    if any((part / "partition").exists() for part in top.iterdir() if part.is_dir()):
        raise RefusedError("has partitions")
    if list((top / "holders").glob("*")):
        raise RefusedError("in use by another device")
    number = (entry / "dev").read_text("ascii").strip()
    properties = _udev_properties(places.udev / f"b{number}")
    own = {name, whole.name, *(part.name for part in whole.glob(f"{whole.name}*"))}
    _check_mounts(own, places)
    _check_fstab(own, properties, places.fstab)
    return properties


def check_ground(places: Places) -> None:
    """Everything below ``run`` is root's alone, or somebody could lead a mount elsewhere.

    Raises:
        RefusedError: a directory of ours is a link, another's, or others may write there.
    """
    for folder in (places.run, places.run / "mounts"):
        try:
            found = folder.lstat()
        except FileNotFoundError:
            continue
        is_ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
        if not is_ours or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise RefusedError(f"{folder} is not root's alone")


def _udev_properties(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text("utf-8", "replace").splitlines()
    except OSError as error:
        raise RefusedError("unknown to udev") from error
    pairs = (line[2:].partition("=") for line in lines if line.startswith("E:"))
    return {key: value for key, _, value in pairs}


def _check_mounts(own: set[str], places: Places) -> None:
    nodes = {str(places.dev / name) for name in own}
    for line in places.mounts.read_text("utf-8", "replace").splitlines():
        before, _, after = line.partition(" - ")
        source, where = after.split(" ")[1], before.split(" ")[4]
        if source in nodes and not where.startswith(f"{places.run}/"):
            raise RefusedError(f"mounted at {where}")


def _check_fstab(own: set[str], properties: dict[str, str], fstab: Path) -> None:
    """A disk that the machine itself is told to mount is the machine's, also on the USB bus."""
    ids = {
        f"{word}={properties[key]}"
        for word, key in (
            ("UUID", "ID_FS_UUID"),
            ("LABEL", "ID_FS_LABEL"),
            ("PARTUUID", "ID_PART_ENTRY_UUID"),
        )
        if properties.get(key)
    }
    if not fstab.exists():
        return
    for line in fstab.read_text("utf-8", "replace").splitlines():
        source = line.split("#")[0].split()[:1]
        if not source:
            continue
        names = {Path(source[0]).name, Path(source[0]).resolve().name}  # /dev/disk/by-…/…
        if source[0].replace('"', "") in ids or names & own:
            raise RefusedError("listed in fstab")


def set_read_only(node: Path, *, on: bool = True) -> None:
    """Have the kernel refuse every write to the device, whoever asks; or let it write again.

    Raises:
        OSError: it would not.
    """
    descriptor = os.open(node, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.ioctl(descriptor, _BLKROSET, int(on).to_bytes(4, sys.byteorder))
        answer = fcntl.ioctl(descriptor, _BLKROGET, bytes(4))
    finally:
        os.close(descriptor)
    if bool(int.from_bytes(answer, sys.byteorder)) is not on:
        raise OSError(errno.EROFS, "device did not change", str(node))


def make_writable(node: Path, place: Path) -> None:
    """Let the card that is mounted at ``place`` be written to, by the station's user alone.

    Raises:
        OSError: the device or its driver refuses (a card's own switch, FUSE, a journal).
    """
    set_read_only(node, on=False)
    try:
        _remount(place, _FLAGS & ~_MS_RDONLY)
    except OSError:
        set_read_only(node)
        raise


def make_read_only(node: Path, place: Path) -> None:
    """Have everything written out and nothing more accepted.

    Raises:
        OSError: the kernel would not.
    """
    try:
        _remount(place, _FLAGS)
    finally:
        set_read_only(node)


def _remount(place: Path, flags: int) -> None:
    if _libc.mount(None, os.fsencode(place), None, _MS_REMOUNT | flags, None):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(place))


def findings(node: Path, file_system: str) -> list[str]:
    """What the file system says of itself: left without being unmounted, or failing.

    FAT: Microsoft's FAT specification 1.03, 6.4 (``BS_Reserved1`` as Windows uses it); exFAT: its
    specification, 3.1.13 (VolumeFlags); ext: ``s_state`` and ``s_feature_incompat``; NTFS: the flag
    of ``$VOLUME_INFORMATION`` in record 3 of the MFT.
    """
    try:
        with node.open("rb") as disk:
            head = disk.read(2048)
    except OSError:
        return ["medium.failing"]
    if len(head) < 2048:
        return []
    found = []
    if file_system == "vfat":
        is_fat32 = head[82:87] == b"FAT32"
        flags = head[65] if is_fat32 else head[37]
        found = ["medium.dirty"] * (flags & 1) + ["medium.failing"] * (flags >> 1 & 1)
    elif file_system == "exfat":
        found = ["medium.dirty"] * (head[106] >> 1 & 1) + ["medium.failing"] * (head[106] >> 2 & 1)
    elif file_system in {"ext2", "ext3", "ext4"}:
        is_clean = head[1024 + 58] & 1 and not head[1024 + 58] & 2
        wants_recovery = head[1024 + 96] & 4
        found = ["medium.dirty"] if wants_recovery or not is_clean else []
    elif file_system == "ntfs":
        found = ["medium.dirty"] * (_ntfs_flags(node, head) & 1)
    return found


def _ntfs_flags(node: Path, boot: bytes) -> int:
    """The flags of an NTFS volume; 0 where they are not where they should be."""
    cluster_bytes = int.from_bytes(boot[11:13], "little") * boot[13]
    size = boot[64]  # of a record: clusters, or above 127 the power of two that it is below zero
    record_bytes = size * cluster_bytes if size < 128 else 1 << (256 - size)
    if not 512 <= record_bytes <= 65536:
        return 0
    start = int.from_bytes(boot[48:56], "little") * cluster_bytes + 3 * record_bytes
    with suppress(OSError, ValueError, OverflowError, struct.error), node.open("rb") as disk:
        disk.seek(start)
        record = disk.read(record_bytes)
        at = int.from_bytes(record[20:22], "little")
        while record[:4] == b"FILE" and at:
            kind, length, value = struct.unpack_from("<II12xH", record, at)
            if kind == 0x70:
                return int.from_bytes(record[at + value + 10 : at + value + 12], "little")
            at += length if length >= 24 else len(record)
    return 0


def attempts(file_system: str, uid: int, gid: int) -> list[tuple[str, str]]:
    """Drivers to try in turn, each with its options, so that names come out right.

    Names on FAT are UTF-16, short ones are in the code page of the recorder (GBK, 936); both are
    shown as UTF-8. Journals are not replayed: that would be writing.
    """
    own = f"uid={uid},gid={gid},dmask=0077,fmask=0177"  # to erase, where that is allowed
    table = {
        "vfat": [("vfat", f"{own},utf8=1,codepage=936,shortname=mixed"), ("vfat", f"{own},utf8=1")],
        "exfat": [
            ("exfat", f"{own},iocharset=utf8,errors=continue"),
            ("fuse.exfat-fuse", f"{own}"),
        ],
        "ntfs": [("ntfs3", f"{own},iocharset=utf8"), ("fuse.ntfs-3g", f"{own},norecover")],
        "ext2": [("ext4", "noload"), ("ext2", "")],
        "ext3": [("ext4", "noload")],
        "ext4": [("ext4", "noload")],
        "hfsplus": [("hfsplus", f"uid={uid},gid={gid}")],
        "udf": [("udf", f"uid={uid},gid={gid},iocharset=utf8")],
        "iso9660": [("iso9660", f"uid={uid},gid={gid},iocharset=utf8")],
    }
    return table.get(file_system, [])


def mount(node: Path, file_system: str, place: Path, notes: list[str]) -> Report:
    """Mount at ``place``, which is made; never for writing."""
    uid, gid = station_user()
    report = Report(str(node), "foreign", file_system, "", "no driver", notes)
    set_read_only(node)
    place.mkdir(parents=True, exist_ok=True)
    for driver, options in attempts(file_system, uid, gid):
        number = _try_mount(node, driver, options, place)
        if number == 0:
            reason = _show_as(uid, gid, place) if uid and file_system in _OWNED else ""
            return Report(str(node), "mounted", file_system, str(place), reason, notes)
        if number != errno.ENODEV:
            report = Report(
                str(node), "corrupt", file_system, "", os.strerror(number), report.findings
            )
    place.rmdir()
    return report


def _try_mount(node: Path, driver: str, options: str, place: Path) -> int:
    """Zero, or the number of the error; ``ENODEV`` where there is no such driver."""
    if not driver.startswith("fuse."):
        done = _libc.mount(
            os.fsencode(node), os.fsencode(place), driver.encode(), _FLAGS, options.encode()
        )
        return ctypes.get_errno() if done else 0
    program = shutil.which(f"mount.{driver.removeprefix('fuse.')}", path="/usr/sbin:/sbin:/usr/bin")
    if program is None:
        return errno.ENODEV
    command = [program, "-o", f"ro,nosuid,nodev,noexec,{options}", str(node), str(place)]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program, arguments of our own making
            command, check=False, capture_output=True, timeout=_TOOL_TIMEOUT_S
        ).returncode
    except (OSError, subprocess.TimeoutExpired):
        return errno.EIO
    if done:
        return errno.EUCLEAN
    # Not every such program passes all options on; those of the mount itself are the kernel's.
    flags = _MS_REMOUNT | _MS_BIND | _FLAGS
    if _libc.mount(None, os.fsencode(place), None, flags, None):
        number = ctypes.get_errno()
        unmount(place, keeps_place=True)
        return number
    return 0


class _MountAttributes(ctypes.Structure):
    """``struct mount_attr`` of linux/mount.h."""

    _fields_ = tuple((name, ctypes.c_uint64) for name in ("on", "off", "propagation", "userns"))


def _show_as(uid: int, gid: int, place: Path) -> str:
    """Let the station's user be whoever owns what lies on the card; why not, where it can not be.

    Mode bits would hide the files of a recorder that writes them as its own root. On the card
    nothing changes: the mount alone says it otherwise (mount_setattr(2), MOUNT_ATTR_IDMAP).
    """
    owner, group = _owner_of_most(place)
    target = os.fsencode(place)
    try:
        with ExitStack() as held:
            namespace = _user_namespace((owner, uid), (group, gid))
            held.callback(os.close, namespace)
            tree = _call(_OPEN_TREE, _AT_FDCWD, target, _OPEN_TREE_CLONE | _CLOEXEC)
            held.callback(os.close, tree)
            wish = _MountAttributes(_MOUNT_ATTR_IDMAP, 0, 0, namespace)
            size = ctypes.sizeof(wish)
            _call(_MOUNT_SETATTR, tree, b"", _AT_EMPTY_PATH, ctypes.byref(wish), size)
            unmount(place, keeps_place=True)
            _call(_MOVE_MOUNT, tree, b"", _AT_FDCWD, target, _MOVE_MOUNT_F_EMPTY_PATH)
    except OSError as error:  # an old kernel: what everybody may read is still read
        return f"owner not shown as ours: {os.strerror(error.errno or 0)}"
    return ""


def _owner_of_most(place: Path) -> tuple[int, int]:
    """Who owns most of the files on a card, and of which group most are."""
    owners: Counter[int] = Counter()
    groups: Counter[int] = Counter()
    for folder, _, names in os.walk(place):
        for name in ("", *names):
            with suppress(OSError):
                status = os.lstat(os.path.join(folder, name))  # noqa: PTH118 - any bytes at all
                owners[status.st_uid] += 1
                groups[status.st_gid] += 1
        if owners.total() > _LOOKED_AT:
            break
    owner, group = ([number for number, _ in one.most_common(1)] for one in (owners, groups))
    return (owner or [0])[0], (group or [0])[0]


def _user_namespace(user: tuple[int, int], group: tuple[int, int]) -> int:
    """A descriptor of a user namespace that calls one owner and one group by other numbers."""
    ready, begun = os.pipe()
    pid = os.fork()
    if pid == 0:  # lives for as long as its namespace is not held by us
        os.write(begun, b"1" if _libc.unshare(_CLONE_NEWUSER) == 0 else b"0")
        signal.pause()
    try:
        if os.read(ready, 1) != b"1":
            raise OSError(errno.EPERM, os.strerror(errno.EPERM))
        for name, (inside, outside) in (("uid_map", user), ("gid_map", group)):
            Path(f"/proc/{pid}/{name}").write_text(f"{inside} {outside} 1\n", "ascii")
        return os.open(f"/proc/{pid}/ns/user", os.O_RDONLY | os.O_CLOEXEC)
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(ready)
        os.close(begun)


def _call(number: int, *arguments: object) -> int:
    """A system call that the C library has no name for; raises what the kernel says."""
    if (answer := int(_libc.syscall(number, *arguments))) < 0:
        raise OSError(error := ctypes.get_errno(), os.strerror(error))
    return answer


def unmount(place: Path, *, keeps_place: bool = False) -> None:
    """Take away what is mounted at ``place``, also when its disk is gone or still read from."""
    while _libc.umount2(os.fsencode(place), _MNT_DETACH | _UMOUNT_NOFOLLOW) == 0:
        pass
    if not keeps_place and place.is_dir() and not place.is_symlink():
        place.rmdir()


def station_user() -> tuple[int, int]:
    """Who may read the card: the user the installer makes, else whoever called ``sudo``."""
    try:
        found = pwd.getpwnam("evidock")
    except KeyError:
        return int(os.environ.get("SUDO_UID", "0")), int(os.environ.get("SUDO_GID", "0"))
    return found.pw_uid, found.pw_gid


def run(verb: str, name: str, places: Places) -> int:
    """Do one thing; the exit status."""
    if not NAME.fullmatch(name) or verb not in {"mount", "unmount", *_SWITCHES}:
        sys.stderr.write(f"refused: {verb} {name!r}\n")
        return REFUSED
    place, note = places.run / "mounts" / name, places.run / f"{name}.json"
    try:
        check_ground(places)
    except RefusedError as refusal:  # nor is there a place to leave a note
        sys.stderr.write(f"refused: {verb} {name}: {refusal}\n")
        return REFUSED
    if verb in _SWITCHES:
        return _switch(verb, name, place, places)
    note.unlink(missing_ok=True)
    if verb == "unmount":
        unmount(place)
        return OK
    node = places.dev / name
    try:
        properties = check(name, places)
        unmount(place)  # of a card that was here before
        file_system = properties.get("ID_FS_TYPE", "")
        notes = findings(node, file_system)
        # Before the mount, which the station sees at once.
        _write(note, Report(str(node), "mounting", file_system, str(place), "", notes))
        report = mount(node, file_system, place, notes)
    except RefusedError as refusal:
        report = Report(str(node), "refused", reason=str(refusal))
    except OSError as error:
        report = Report(str(node), "corrupt", reason=os.strerror(error.errno or 0))
    _write(note, report)
    sys.stdout.write(f"{name}: {report.state} {report.reason}\n")
    return {"mounted": OK, "refused": REFUSED}.get(report.state, FAILED)


_SWITCHES = {"writable": make_writable, "readonly": make_read_only}


def _switch(verb: str, name: str, place: Path, places: Places) -> int:
    """Only for a card that this helper has mounted."""
    node = places.dev / name
    try:
        check(name, places)
        _check_ours(node, place, places)
        _SWITCHES[verb](node, place)
    except RefusedError as refusal:
        sys.stderr.write(f"refused: {verb} {name}: {refusal}\n")
        return REFUSED
    except OSError as error:
        sys.stderr.write(f"failed: {verb} {name}: {os.strerror(error.errno or 0)}\n")
        return FAILED
    return OK


def _check_ours(node: Path, place: Path, places: Places) -> None:
    for line in places.mounts.read_text("utf-8", "replace").splitlines():
        before, _, after = line.partition(" - ")
        if (after.split(" ")[1], before.split(" ")[4]) == (str(node), str(place)):
            return
    raise RefusedError("not mounted here")


def _write(note: Path, report: Report) -> None:
    note.parent.mkdir(parents=True, exist_ok=True)
    draft = note.with_suffix(".part")
    draft.write_text(json.dumps(vars(report)), encoding="utf-8")
    draft.replace(note)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.stderr.write("usage: mount_helper.py mount|unmount|writable|readonly NAME\n")
        sys.exit(REFUSED)
    sys.exit(run(sys.argv[1], sys.argv[2], Places()))
