"""Whether the way out is paid by the byte: by the setting, or by NetworkManager's word."""

from __future__ import annotations

import logging
import subprocess
import time
from typing import Literal

logger = logging.getLogger(__name__)

MeteredRule = Literal["ask", "no", "yes"]
ASK_PERIOD_S = 30.0  # a modem is not swapped more often
ASK_LIMIT_S = 5.0
_ASK = ("nmcli", "-t", "-g", "GENERAL.STATE,GENERAL.METERED", "device", "show")
_CONNECTED = "100 "


class Metered:
    """Answers ``is_metered`` at once, and asks the system now and then."""

    def __init__(self, rule: MeteredRule, command: tuple[str, ...] = _ASK) -> None:
        self._rule = rule
        self._command = command
        self._said = False
        self._due_s = 0.0

    @property
    def is_metered(self) -> bool:
        """Whether any connection in use is, also where that is only guessed."""
        if self._rule != "ask":
            return self._rule == "yes"
        if time.monotonic() >= self._due_s:
            self._said = self._ask()
            self._due_s = time.monotonic() + ASK_PERIOD_S
        return self._said

    def _ask(self) -> bool:
        try:
            done = subprocess.run(  # noqa: S603 - our own words
                self._command, capture_output=True, text=True, timeout=ASK_LIMIT_S, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:  # no NetworkManager here
            logger.debug("nobody tells whether the line is metered: %s", error)
            return False
        return understood(done.stdout)


def understood(said: str) -> bool:
    """What ``nmcli`` says of every device: a line of its state, then one of its cost."""
    lines = [line for line in said.splitlines() if line]
    states, costs = lines[::2], lines[1::2]
    return any(
        state.startswith(_CONNECTED) and cost.startswith("yes")
        for state, cost in zip(states, costs, strict=False)
    )
