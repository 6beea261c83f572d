"""Where this machine's time comes from, by the kernel's own word (``adjtimex(2)``)."""

from __future__ import annotations

import ctypes
from pathlib import Path

from workstation.domain.recorder_clock import StationTime

STA_UNSYNC = 0x0040  # <sys/timex.h>: nobody disciplines the clock
TIME_ERROR = 5  # what adjtimex returns while it is not synchronised

# Who keeps the time leaves one of these; the first found is told.
_KEEPERS = (
    ("chrony", "/run/chrony/chronyd.pid"),
    ("chrony", "/run/chronyd.pid"),
    ("ntpd", "/run/ntpd.pid"),
    ("timesyncd", "/run/systemd/timesync"),
)


class _Timex(ctypes.Structure):
    """``struct timex`` of <sys/timex.h> on 64-bit Linux."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("constant", ctypes.c_long),
        ("precision", ctypes.c_long),
        ("tolerance", ctypes.c_long),
        ("time", ctypes.c_long * 2),
        ("tick", ctypes.c_long),
        ("ppsfreq", ctypes.c_long),
        ("jitter", ctypes.c_long),
        ("shift", ctypes.c_int),
        ("stabil", ctypes.c_long),
        ("counts", ctypes.c_long * 4),
        ("tai", ctypes.c_int),
        ("reserved", ctypes.c_int * 11),
    )


def station_time(root: Path = Path("/")) -> StationTime:
    """The state of this machine's clock now; ``root`` is where ``/run`` is looked for.

    Asking changes nothing and needs no privilege (``modes`` is 0).
    """
    keeper = next((name for name, mark in _KEEPERS if (root / mark[1:]).exists()), "rtc")
    timex = _Timex()
    state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(timex))
    if state < 0:
        return StationTime(keeper, is_synced=False)
    is_synced = state != TIME_ERROR and not timex.status & STA_UNSYNC
    return StationTime(keeper, is_synced, timex.maxerror / 1e6 if is_synced else None)
