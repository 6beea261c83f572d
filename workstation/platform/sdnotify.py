"""Tell systemd how we are (sd_notify(3)); without systemd each call does nothing."""

from __future__ import annotations

import logging
import os
import socket

logger = logging.getLogger(__name__)


def ready(status: str = "") -> None:
    """Start-up is over; ``systemctl start`` returns now."""
    _send("READY=1" + (f"\nSTATUS={_line(status)}" if status else ""))


def stopping() -> None:
    """Shut-down has begun."""
    _send("STOPPING=1")


def status(text: str) -> None:
    """One line for ``systemctl status``."""
    _send(f"STATUS={_line(text)}")


def alive() -> None:
    """Still turning: to be called more often than ``watchdog_interval_s``."""
    _send("WATCHDOG=1")


def watchdog_interval_s() -> float | None:
    """How often systemd wants ``alive``: half of its limit; None where it does not watch us."""
    limit_us = os.environ.get("WATCHDOG_USEC", "")
    watched = os.environ.get("WATCHDOG_PID", str(os.getpid()))
    if not limit_us.isdigit() or int(limit_us) == 0 or watched != str(os.getpid()):
        return None
    return int(limit_us) / 1_000_000 / 2


def _line(text: str) -> str:
    return " ".join(text.split())


def _send(message: str) -> None:
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    if address.startswith("@"):  # Linux abstract namespace
        address = "\0" + address[1:]
    kind = socket.SOCK_DGRAM | socket.SOCK_CLOEXEC
    try:
        with socket.socket(socket.AF_UNIX, kind) as link:
            link.connect(address)
            link.sendall(message.encode())
    except OSError as error:  # nothing may stop intake; systemd will notice by itself
        logger.info("service supervisor not told errno=%s", error.errno)
