"""A seccomp filter that leaves a process memory, time and its open socket. Media child only."""

from __future__ import annotations

import ctypes
import errno
import platform
import struct

from workstation.platform.prctl import PR_SET_SECCOMP, prctl

# One line per call: number on x86-64, and in the kernel's generic table, which aarch64 and
# loongarch64 share (asm/unistd_64.h, asm-generic/unistd.h). Nothing here opens, connects,
# starts, signals or inspects anything.
_ALLOWED = {
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "lseek": (8, 62),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "brk": (12, 214),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sched_yield": (24, 124),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "nanosleep": (35, 101),
    "getpid": (39, 172),
    "sendto": (44, 206),
    "recvfrom": (45, 207),
    "exit": (60, 93),
    "gettimeofday": (96, 169),
    "getrusage": (98, 165),
    "sigaltstack": (131, 132),
    "gettid": (186, 178),
    "futex": (202, 98),
    "sched_getaffinity": (204, 123),
    "restart_syscall": (219, 128),
    "clock_gettime": (228, 113),
    "clock_nanosleep": (230, 115),
    "exit_group": (231, 94),
    "getrandom": (318, 278),
    "membarrier": (324, 283),
}
_PRLIMIT64 = (302, 261)  # on ourselves only: its first argument names a process
# linux/audit.h: the machine's ELF number, 64-bit, little-endian; and the column above.
_MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1), "loongarch64": (0xC0000102, 1)}

# Classic BPF (linux/filter.h) over struct seccomp_data (linux/seccomp.h).
_LOAD, _JUMP_EQUAL, _RETURN = 0x20, 0x15, 0x06
_AT_NUMBER, _AT_MACHINE, _AT_FIRST_ARGUMENT = 0, 4, 16
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000 | errno.EPERM
_SECCOMP_MODE_FILTER = 2


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def _instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _filter(audit_arch: int, column: int) -> bytes:
    numbers = [row[column] for row in _ALLOWED.values()]
    lines = [
        _instruction(_LOAD, _AT_MACHINE),
        _instruction(_JUMP_EQUAL, audit_arch, if_true=1),
        _instruction(_RETURN, _KILL),
        _instruction(_LOAD, _AT_NUMBER),
    ]
    for number in numbers:
        lines += [
            _instruction(_JUMP_EQUAL, number, if_false=1),
            _instruction(_RETURN, _ALLOW),
        ]
    lines += [
        _instruction(_JUMP_EQUAL, _PRLIMIT64[column], if_false=3),
        _instruction(_LOAD, _AT_FIRST_ARGUMENT),
        _instruction(_JUMP_EQUAL, 0, if_false=1),
        _instruction(_RETURN, _ALLOW),
        _instruction(_RETURN, _REFUSE),
    ]
    return b"".join(lines)


def filter_system_calls() -> bool:
    """Refuse, with EPERM and for good, every system call that is not listed above.

    Returns:
        False on a machine whose numbers we do not have: nothing was filtered.

    Raises:
        OSError: the kernel takes no filter.
    """
    if platform.machine() not in _MACHINES:
        return False
    code = _filter(*_MACHINES[platform.machine()])
    program = _Program(len(code) // 8, code)
    prctl(PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(program))
    return True
