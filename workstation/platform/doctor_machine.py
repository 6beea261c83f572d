"""What the doctor looks at on the machine itself: libraries, fonts, udev, clocks."""

from __future__ import annotations

import ctypes
import hashlib
import importlib.metadata
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

from workstation.platform.findings import Finding, FindingStatus, judge

PYTHON_MIN = (3, 11)
PYSIDE_MIN = (6, 11, 3)
PYSIDE_BELOW = (6, 12)  # 6.12.0 on Python 3.11 loses references to None and aborts
SQLITE_MIN = (3, 37, 0)  # STRICT tables
FONT = "Noto Sans CJK SC"
_FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
)
_FONT_TIMEOUT_S = 20.0  # the first call after an installation builds a cache
# GB/T 32905-2016, example 1: SM3 of "abc".
_SM3_ABC = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
_KOBJECT_UEVENT = 15  # linux/netlink.h: NETLINK_KOBJECT_UEVENT
_UDEV_GROUP = 2  # the kernel's own events are group 1, those udevd has worked on group 2
_TIME_UNSYNCHRONISED = 5  # adjtimex(2): TIME_ERROR


def examine_python() -> Finding:
    """The interpreter is new enough."""
    return judge(
        "doctor.python",
        is_ok=sys.version_info >= PYTHON_MIN,
        otherwise=FindingStatus.FAIL,
        facts={
            "found": ".".join(map(str, sys.version_info[:3])),
            "wanted": f">={PYTHON_MIN[0]}.{PYTHON_MIN[1]}",
        },
    )


def examine_encoding() -> Finding:
    """File names and output are UTF-8."""
    encodings = {sys.getfilesystemencoding(), (sys.stdout.encoding or "utf-8").lower()}
    return judge(
        "doctor.encoding",
        is_ok=encodings <= {"utf-8", "utf8"},
        otherwise=FindingStatus.WARN,
        facts={"found": ", ".join(sorted(encodings)).upper()},
    )


def examine_pyside6() -> Finding:
    """The interface library is of the one line that is known to be sound."""
    wanted = f">={_dotted(PYSIDE_MIN)},<{_dotted(PYSIDE_BELOW)}"
    try:
        found = importlib.metadata.version("PySide6-Essentials")
    except importlib.metadata.PackageNotFoundError:
        found = "none"
    return judge(
        "doctor.pyside6",
        is_ok=PYSIDE_MIN <= _numbers(found) < PYSIDE_BELOW,
        otherwise=FindingStatus.WARN,
        facts={"found": found, "wanted": wanted},
    )


def examine_libvlc() -> Finding:
    """LibVLC loads and starts, which it does not without its plugins."""
    try:
        library = ctypes.CDLL("libvlc.so.5")
    except OSError:
        return Finding("doctor.libvlc", FindingStatus.WARN, {"found": "none"})
    library.libvlc_get_version.restype = ctypes.c_char_p
    library.libvlc_new.restype = ctypes.c_void_p
    library.libvlc_release.argtypes = [ctypes.c_void_p]
    version = bytes(library.libvlc_get_version()).decode("ascii", "replace")
    instance = library.libvlc_new(0, None)
    if not instance:
        return Finding("doctor.libvlc", FindingStatus.WARN, {"found": "no_plugins"})
    library.libvlc_release(instance)
    return Finding("doctor.libvlc", FindingStatus.OK, {"found": version.split(" ")[0]})


def examine_libmtp() -> Finding:
    """Libmtp loads: recorders and phones that are no disk are read with it."""
    try:
        ctypes.CDLL("libmtp.so.9")
    except OSError:
        return Finding("doctor.libmtp", FindingStatus.WARN, {"found": "none"})
    return Finding("doctor.libmtp", FindingStatus.OK, {"found": "libmtp.so.9"})


def examine_font() -> Finding:
    """The typeface of the interface is installed."""
    found = _font_by_fontconfig() or _font_by_file()
    return judge(
        "doctor.font",
        is_ok=bool(found),
        otherwise=FindingStatus.WARN,
        facts={"found": found or "none"},
    )


def examine_udev(control: Path = Path("/run/udev/control")) -> Finding:
    """Udevd runs and its notices reach us."""
    if not control.exists():
        return Finding("doctor.udev", FindingStatus.WARN, {"found": "no_daemon"})
    try:
        ctypes.CDLL("libudev.so.1")
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _KOBJECT_UEVENT) as notices:
            notices.bind((0, _UDEV_GROUP))
    except OSError as error:
        facts: dict[str, str | int | float | None] = {"found": os.strerror(error.errno or 0)}
        return Finding("doctor.udev", FindingStatus.WARN, facts)
    return Finding("doctor.udev", FindingStatus.OK, {"found": "present"})


def examine_mounting(
    etc: Path = Path("/etc"), lib: Path = Path("/usr/lib"), run: Path = Path("/run/systemd/system")
) -> Finding:
    """Cards of recorders get mounted read-only: by udev rule and unit, or by the helper."""
    tops = (etc, lib)
    has_rule = any((top / "udev/rules.d/90-evidock.rules").exists() for top in tops)
    has_unit = any((top / "systemd/system/evidock-mount@.service").exists() for top in tops)
    if has_rule and has_unit and run.is_dir():
        return Finding("doctor.mounting", FindingStatus.OK, {"found": "rule"})
    if has_rule != has_unit:
        found = "rule_without_unit" if has_rule else "unit_without_rule"
        return Finding("doctor.mounting", FindingStatus.WARN, {"found": found})
    can_help = os.geteuid() == 0
    return judge(
        "doctor.mounting",
        is_ok=can_help,
        otherwise=FindingStatus.WARN,
        facts={"found": "helper" if can_help else "none"},
    )


class _Timex(ctypes.Structure):
    """``struct timex`` of adjtimex(2), as far as we read it, with room for the rest."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("rest", ctypes.c_byte * 512),
    )


def examine_clock() -> Finding:
    """Something keeps the clock right; evidence is collected all the same if nothing does."""
    state = _Timex()  # modes = 0: only look
    result = int(ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(state)))
    is_synchronised = 0 <= result < _TIME_UNSYNCHRONISED
    facts: dict[str, str | int | float | None] = {
        "found": "synchronised" if is_synchronised else "not_synchronised",
        "error_s": int(state.maxerror) / 1e6 if is_synchronised else None,
    }
    return judge("doctor.clock", is_ok=is_synchronised, otherwise=FindingStatus.WARN, facts=facts)


def examine_rtc(folder: Path = Path("/sys/class/rtc")) -> Finding:
    """There is a clock that runs while the power is off."""
    clocks = sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []
    return judge(
        "doctor.rtc",
        is_ok=bool(clocks),
        otherwise=FindingStatus.WARN,
        facts={"found": ", ".join(clocks) or "none"},
    )


def examine_sqlite() -> Finding:
    """The database library is new enough and may be used from several threads."""
    return judge(
        "doctor.sqlite",
        is_ok=sqlite3.sqlite_version_info >= SQLITE_MIN and sqlite3.threadsafety > 0,
        otherwise=FindingStatus.FAIL,
        facts={
            "found": f"{sqlite3.sqlite_version}, threadsafety {sqlite3.threadsafety}",
            "wanted": f">={_dotted(SQLITE_MIN)}, threadsafety >0",
        },
    )


def examine_sm3(*, is_needed: bool) -> Finding:
    """SM3 is there and gives the standard's own example."""
    try:
        is_right = hashlib.new("sm3", b"abc").hexdigest() == _SM3_ABC
        found = "present" if is_right else "wrong_result"
    except ValueError:
        is_right, found = False, "none"
    return judge(
        "doctor.sm3",
        is_ok=is_right,
        otherwise=FindingStatus.FAIL if is_needed else FindingStatus.WARN,
        facts={"found": found},
    )


def _font_by_fontconfig() -> str:
    program = shutil.which("fc-list")
    if program is None:
        return ""
    try:
        listed = subprocess.run(  # noqa: S603 - constant arguments
            [program, f":family={FONT}", "family"],
            capture_output=True,
            timeout=_FONT_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return FONT if FONT in listed.stdout.decode("utf-8", "replace") else ""


def _font_by_file() -> str:
    for folder in _FONT_FOLDERS:
        for pattern in ("NotoSansCJK*", "NotoSansCJKsc*", "NotoSansSC*"):
            for path in Path(folder).expanduser().rglob(pattern):
                return path.name
    return ""


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
