"""Ask for what must not be seen: PINs and passphrases, from the keyboard or standard input."""

from __future__ import annotations

import getpass
import sys

from workstation.ipc.words import Proved


def secret(prompt: str) -> str:
    """From the keyboard, unseen; where there is none, a line of standard input."""
    if sys.stdin.isatty():
        return getpass.getpass(f"{prompt}: ")
    return sys.stdin.readline().rstrip("\r\n")


def proved(badge: str) -> Proved:
    """Who somebody is: the badge number named on the command line, and the PIN he types."""
    return Proved(badge=badge, pin=secret(f"{badge} PIN"))
