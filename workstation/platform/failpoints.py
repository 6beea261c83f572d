"""Named places where a test may make the process die, fail or wait.

``EVIDOCK_FAILPOINTS`` holds ``name=action`` pairs separated by ``;``. Actions: ``exit`` (die at
once with status 86, nothing flushed), ``kill`` (SIGKILL to itself), ``enospc``/``eio``/``erofs``
(raise that OSError), ``sleep:<seconds>``. ``name@N`` acts on the N-th passage only (from 1).
Where the variable is unset, a failpoint costs one dictionary look-up.
"""

from __future__ import annotations

import errno
import os
import signal
import time

DIED_STATUS = 86
_ERRORS = {"enospc": errno.ENOSPC, "eio": errno.EIO, "erofs": errno.EROFS}

# Every failpoint of the product. The crash matrix walks this list, so a new one is tested
# by being here; a name that is passed but not listed is an error.
NAMES = (
    "collection.opened",
    "items.listed",
    "copy.begun",
    "copy.half",
    "copy.written",
    "stage.synced",
    "stage.verified",
    "stage.recorded",
    "admit.renamed",
    "admit.synced",
    "record.before_commit",
    "record.committed",
    "collection.closing",
    "checkpoint.before",
    "second.recorded",
    "erase.intended",
    "erase.before_one",
    "erase.after_one",
    "erase.recorded_one",
    "erase.relisted",
    "receipt.before_commit",
    "directory.before_commit",
    "purge.intended",
    "purge.discarded",
    "purge.recorded",
    "rotate.drawn",
    "rotate.entered",
    "rotate.named",
    "heal.placed",
    "rebuild.aside",
    "rebuild.placed",
    "destroy.confirmed",
    "destroy.discarded",
    "destroy.recorded",
    "destroy.certified",
    "export.file_written",
    "export.written",
    "sync.object_half",
    "sync.object_written",
    "sync.object_published",
    "sync.manifest_written",
    "sync.manifest_published",
    "sync.receipt_sent",
    "fetch.piece_written",
    "readback.signed",
)


def _parse(text: str) -> dict[str, tuple[str, int]]:
    plan: dict[str, tuple[str, int]] = {}
    for part in filter(None, text.split(";")):
        place, _, action = part.partition("=")
        name, _, nth = place.partition("@")
        if name not in NAMES:
            raise ValueError(f"unknown failpoint {name!r}")
        plan[name] = (action, int(nth) if nth else 0)
    return plan


_PLAN = _parse(os.environ.get("EVIDOCK_FAILPOINTS", ""))
_PASSED: dict[str, int] = {}


def arm(text: str) -> None:
    """Replace the plan from within a test; an empty text disarms."""
    _PLAN.clear()
    _PLAN.update(_parse(text))
    _PASSED.clear()


def reach(name: str) -> None:
    """Do what the plan says for this place; nearly always nothing."""
    if not _PLAN or name not in _PLAN:
        return
    action, nth = _PLAN[name]
    _PASSED[name] = _PASSED.get(name, 0) + 1
    if nth and _PASSED[name] != nth:
        return
    if action == "exit":
        os._exit(DIED_STATUS)
    if action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if action.startswith("sleep:"):
        time.sleep(float(action.removeprefix("sleep:")))
        return
    number = _ERRORS[action]
    raise OSError(number, os.strerror(number), name)
