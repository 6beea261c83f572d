"""Failpoints do what the plan says, at the passage it names, and nothing otherwise."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from workstation.platform import failpoints

if TYPE_CHECKING:
    from collections.abc import Iterator

_PASS = "from workstation.platform.failpoints import reach; reach('copy.half'); print('on')"


@pytest.fixture(autouse=True)
def disarmed() -> Iterator[None]:
    yield
    failpoints.arm("")


def test_unarmed_place_does_nothing() -> None:
    for name in failpoints.NAMES:
        failpoints.reach(name)


@pytest.mark.parametrize(
    ("action", "number"),
    [("enospc", errno.ENOSPC), ("eio", errno.EIO), ("erofs", errno.EROFS)],
)
def test_armed_place_raises_the_error_of_the_system(action: str, number: int) -> None:
    failpoints.arm(f"copy.half={action}")
    with pytest.raises(OSError, match=os.strerror(number)) as caught:
        failpoints.reach("copy.half")
    assert caught.value.errno == number


def test_only_the_named_passage_fails() -> None:
    failpoints.arm("copy.half@2=eio;copy.begun=sleep:0")
    failpoints.reach("copy.half")
    failpoints.reach("copy.begun")
    with pytest.raises(OSError, match="copy"):
        failpoints.reach("copy.half")
    failpoints.reach("copy.half")


def test_unknown_place_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="nowhere"):
        failpoints.arm("nowhere=eio")


@pytest.mark.parametrize(("action", "status"), [("exit", failpoints.DIED_STATUS), ("kill", -9)])
def test_process_dies_where_the_environment_says(action: str, status: int) -> None:
    environment = os.environ | {"EVIDOCK_FAILPOINTS": f"copy.half={action}"}
    ended = subprocess.run(
        [sys.executable, "-c", _PASS], env=environment, capture_output=True, check=False
    )
    assert (ended.returncode, ended.stdout) == (status, b"")
