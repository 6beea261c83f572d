"""systemd hears how we are; without it nothing happens."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest

from workstation.platform import sdnotify

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def supervisor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield listening


def test_readiness_is_told_with_a_status(supervisor: socket.socket) -> None:
    sdnotify.ready("8 slots\nready")
    assert supervisor.recv(100) == b"READY=1\nSTATUS=8 slots ready"


def test_life_status_and_end_are_told(supervisor: socket.socket) -> None:
    sdnotify.alive()
    sdnotify.status("采集中")
    sdnotify.stopping()
    told = [supervisor.recv(100).decode() for _ in range(3)]
    assert told == ["WATCHDOG=1", "STATUS=采集中", "STOPPING=1"]


def test_abstract_address_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"evidock-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind("\0" + name)
        listening.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", "@" + name)
        sdnotify.ready()
        assert listening.recv(100) == b"READY=1"


def test_nothing_happens_without_a_supervisor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    sdnotify.ready()


def test_supervisor_that_went_away_does_not_stop_us(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))
    sdnotify.alive()


@pytest.mark.parametrize(
    ("usec", "pid", "interval_s"),
    [
        ("10000000", "", 5.0),
        ("10000000", str(os.getpid()), 5.0),
        ("10000000", "1", None),
        ("0", "", None),
        ("soon", "", None),
    ],
    ids=["no pid", "our pid", "another pid", "no time", "no number"],
)
def test_watchdog_is_fed_twice_as_often_as_asked(
    monkeypatch: pytest.MonkeyPatch, usec: str, pid: str, interval_s: float | None
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", usec)
    monkeypatch.delenv("WATCHDOG_PID", raising=False)
    if pid:
        monkeypatch.setenv("WATCHDOG_PID", pid)
    assert sdnotify.watchdog_interval_s() == interval_s
