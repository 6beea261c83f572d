"""Give up, for good, what looking at a file does not need. Runs in the media child only."""

from __future__ import annotations

import os
import resource
import signal
from pathlib import Path

from workstation.media.syscalls import filter_system_calls
from workstation.platform.prctl import PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, PR_SET_PDEATHSIG, prctl

_NICE = 10


def die_with_parent() -> None:
    """Be killed when the station's thread that started us ends, however it ends.

    Should it have ended before this line, the socket is at its end and ``serve`` returns.
    """
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def confine(memory_limit_mb: int) -> None:
    """No new descriptors, processes, files or core dumps; so much address space; low priority.

    After this only the open socket leads anywhere.

    A descriptor limit of zero lets the open ones work and no new one come to be, so it must be
    the last thing after every import. Root is exempt from the process limit: the system-call
    filter covers that.
    """
    os.setpriority(os.PRIO_PROCESS, 0, max(_NICE, os.getpriority(os.PRIO_PROCESS, 0)))
    # Should memory run out all the same, we are the one to go.
    Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    memory = memory_limit_mb << 20
    for limit, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 0),
    ):
        resource.setrlimit(limit, (value, value))
    prctl(PR_SET_DUMPABLE, 0)
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    filter_system_calls()


def grant_cpu_seconds(seconds: int) -> None:
    """Allow so much processor time from now on; then SIGXCPU ends us."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))
