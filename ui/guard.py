"""Keeps the kiosk on the screen: starts it, and starts it again when it ends of itself."""

from __future__ import annotations

import logging
import signal
import subprocess
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

logger = logging.getLogger(__name__)

PAUSE_S: Final = 0.2  # before it comes back; people see the wall again within 3 s
SICK_S: Final = 5.0  # one that ends sooner than this is not helped by haste
SICK_PAUSE_S: Final = 1.5


def keep(command: Sequence[str]) -> int:
    """Run ``command`` until it ends with 0 or we are told to end; its exit code.

    0 is what the kiosk ends with when an administrator closed it or a signal asked it to.
    """
    child: subprocess.Popen[bytes] | None = None
    told = False

    def end(_number: int, _frame: FrameType | None) -> None:
        nonlocal told
        told = True
        if child is not None:
            child.terminate()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    while True:
        began = time.monotonic()
        child = subprocess.Popen(list(command))  # noqa: S603 - our own program
        if told:  # the signal came before the child was known
            child.terminate()
        code = child.wait()
        if told or code == 0:
            return 0
        logger.error("kiosk ended code=%d, started again", code)
        time.sleep(PAUSE_S if time.monotonic() - began >= SICK_S else SICK_PAUSE_S)
