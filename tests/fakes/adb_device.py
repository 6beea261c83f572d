"""The adb daemon inside an Android recorder, over TCP: the real adb server speaks to it.

Protocol: messages of six little-endian words (command, two arguments, length, sum of bytes,
command inverted) and a payload; one answer OKAY for each WRTE.
"""

from __future__ import annotations

import re
import socket
import struct
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Program = Callable[[socket.socket], None]

CNXN, OPEN, OKAY, CLSE, WRTE, AUTH = (
    int.from_bytes(name, "little")
    for name in (b"CNXN", b"OPEN", b"OKAY", b"CLSE", b"WRTE", b"AUTH")
)
VERSION = 0x01000000
MAX_BYTES = 4096
BANNER = b"device::ro.product.name=fake;ro.product.model=Fake;ro.product.device=fake;\0"
_BROADCAST = re.compile(r"am broadcast -a (\S+) --ei port (\d+)")


class AdbDevice:
    """A recorder that offers adb. ``programs`` listen on ports; ``on_broadcast`` may add more.

    ``is_trusting`` False is a recorder on whose screen nobody has allowed the station yet.
    """

    def __init__(self, *, is_trusting: bool = True) -> None:
        self.programs: dict[int, Program] = {}
        self.on_broadcast: Callable[[str, int], None] = lambda _action, _port: None
        self.opened: list[str] = []
        self._is_trusting = is_trusting
        self._server = socket.create_server(("127.0.0.1", 0))
        self._hosts: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept, name="adbd", daemon=True)
        self._thread.start()

    @property
    def serial(self) -> str:
        """What the adb server calls it."""
        return f"127.0.0.1:{self._server.getsockname()[1]}"

    def pull(self) -> None:
        """The cable is out."""
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for host in self._hosts:
            with suppress(OSError):
                host.shutdown(socket.SHUT_RDWR)
            host.close()
        self._thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                host, _ = self._server.accept()
            except OSError:
                return
            self._hosts.append(host)
            threading.Thread(target=_Link(self, host).run, daemon=True).start()

    def open(self, link: _Link, service: str, number: int, peer: int) -> socket.socket | None:
        """A stream for a service; None where nobody answers, or all was said already."""
        self.opened.append(service)
        kind, _, rest = service.partition(":")
        if kind == "shell":
            found = _BROADCAST.search(rest)
            if found:
                self.on_broadcast(found[1], int(found[2]))
            link.send(OKAY, number, peer)
            link.send(WRTE, number, peer, b"Broadcast completed: result=0\n")
            link.send(CLSE, number, peer)
            return None
        program = self.programs.get(int(rest)) if kind == "tcp" else None
        if program is None:
            link.send(CLSE, 0, peer)
            return None
        ours, theirs = socket.socketpair()

        def run() -> None:
            with theirs, suppress(OSError):
                program(theirs)

        threading.Thread(target=run, daemon=True).start()
        return ours

    @property
    def is_trusting(self) -> bool:
        return self._is_trusting


class _Link:
    """One connection of an adb server."""

    def __init__(self, device: AdbDevice, host: socket.socket) -> None:
        self._device = device
        self._host = host
        self._sending = threading.Lock()
        self._streams: dict[int, socket.socket] = {}
        self._ready: dict[int, threading.Semaphore] = {}

    def run(self) -> None:
        with suppress(OSError, struct.error):
            number = 0
            while True:
                command, first, second, payload = self._receive()
                if command == CNXN:
                    self._greet()
                elif command == AUTH and first == 2:
                    self._greet()  # a signature: no key of the station's is known here
                elif command == OPEN:
                    number += 1
                    self._open(number, first, payload.rstrip(b"\0").decode("utf-8"))
                elif command == WRTE and second in self._streams:
                    with suppress(OSError):
                        self._streams[second].sendall(payload)
                    self.send(OKAY, second, first)
                elif command == OKAY and second in self._ready:
                    self._ready[second].release()
                elif command == CLSE and second in self._streams:
                    with suppress(OSError):
                        self._streams[second].shutdown(socket.SHUT_RDWR)
        for stream in self._streams.values():
            stream.close()

    def _greet(self) -> None:
        if self._device.is_trusting:
            self.send(CNXN, VERSION, MAX_BYTES, BANNER)
        else:
            self.send(AUTH, 1, 0, bytes(20))  # a token to sign

    def _open(self, number: int, peer: int, service: str) -> None:
        stream = self._device.open(self, service, number, peer)
        if stream is None:
            return
        self._streams[number] = stream
        self._ready[number] = threading.Semaphore(1)
        self.send(OKAY, number, peer)
        threading.Thread(target=self._pump, args=(number, peer, stream), daemon=True).start()

    def _pump(self, number: int, peer: int, stream: socket.socket) -> None:
        with suppress(OSError):
            while part := stream.recv(MAX_BYTES):
                self._ready[number].acquire()
                self.send(WRTE, number, peer, part)
            self.send(CLSE, number, peer)

    def send(self, command: int, first: int, second: int, payload: bytes = b"") -> None:
        header = (command, first, second, len(payload), sum(payload), command ^ 0xFFFFFFFF)
        with self._sending:
            self._host.sendall(struct.pack("<6I", *header) + payload)

    def _receive(self) -> tuple[int, int, int, bytes]:
        command, first, second, size, _, _ = struct.unpack("<6I", self._exactly(24))
        return command, first, second, self._exactly(size)

    def _exactly(self, size: int) -> bytes:
        parts = b""
        while len(parts) < size:
            part = self._host.recv(size - len(parts))
            if not part:
                raise ConnectionResetError
            parts += part
        return parts
