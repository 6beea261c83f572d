"""The child's end of ``isolated``: do what is asked, one thing at a time, until nobody asks."""

from __future__ import annotations

import json
import select
import signal
import socket
from typing import TYPE_CHECKING

from workstation.devices.isolated import HEADER, STOP, CallFailedError, Frame
from workstation.platform.prctl import PR_SET_PDEATHSIG, prctl

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from workstation.devices.isolated import Plain

    Command = Callable[..., Plain]


class Wire:
    """The socket to the station."""

    def __init__(self, descriptor: int) -> None:
        self._socket = socket.socket(fileno=descriptor)

    def receive(self) -> dict[str, Plain] | None:
        """The next call; None when the station has hung up."""
        header = self._exactly(HEADER.size)
        if header is None:
            return None
        payload = self._exactly(HEADER.unpack(header)[1])
        return None if payload is None else dict(json.loads(payload))

    def is_interrupted(self) -> bool:
        """Whether the next call is there already (or nobody is): stop what you are doing."""
        return bool(select.select([self._socket], [], [], 0)[0])

    def send(self, kind: Frame, payload: bytes) -> None:
        """Write one frame; waits while the station is behind.

        Raises:
            OSError: the station has hung up.
        """
        self._socket.sendall(HEADER.pack(kind, len(payload)))
        self._socket.sendall(payload)

    def _exactly(self, count: int) -> bytes | None:
        got = bytearray()
        while len(got) < count:
            piece = self._socket.recv(count - len(got))
            if not piece:
                return None
            got += piece
        return bytes(got)


def serve(wire: Wire, commands: Mapping[str, Command]) -> None:
    """Answer calls until the station hangs up; die at once with the thread that started us."""
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    while (call := wire.receive()) is not None:
        name = call.pop("do")
        try:
            value = None if name == STOP else commands[name](**call)
        except CallFailedError as failure:
            told = {"code": failure.code, "facts": failure.facts}
            wire.send(Frame.FAILED, json.dumps(told).encode())
        else:
            wire.send(Frame.VALUE, json.dumps(value).encode())
