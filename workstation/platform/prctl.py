"""prctl(2), which Python does not have."""

from __future__ import annotations

import ctypes
import os

PR_SET_PDEATHSIG = 1  # numbers from linux/prctl.h
PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
PR_SET_NO_NEW_PRIVS = 38

_libc = ctypes.CDLL(None, use_errno=True)
_libc.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
_libc.prctl.restype = ctypes.c_int


def prctl(option: int, argument: int, pointer: int = 0) -> None:
    """Set one attribute of this process.

    Raises:
        OSError: the kernel refuses.
    """
    if _libc.prctl(option, argument, pointer, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
