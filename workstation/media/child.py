"""The media child: looks at files whose bytes it has to ask for. No key, no path, no network.

Run as ``python -m workstation.media.child <socket fd> <memory MB> <processor s>``.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import socket
import sys
from typing import TYPE_CHECKING

import av
import msgspec

from workstation.media.borrowed import BorrowedFile
from workstation.media.confine import confine, die_with_parent, grant_cpu_seconds
from workstation.media.frames import FrameType, receive_frame, send_frame, unpack_task
from workstation.media.probe import look

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workstation.media.api import MediaFacts


def import_everything() -> None:
    """Load what PyAV would import on first use, when no file can be opened any more."""
    for module in pkgutil.walk_packages(av.__path__, "av."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def serve(wire: socket.socket, cpu_limit_s: int) -> None:
    """Look at one file after the other until the station hangs up."""

    def tell(facts: MediaFacts) -> None:
        send_frame(wire, FrameType.FACTS, msgspec.json.encode(facts))

    send_frame(wire, FrameType.READY)
    while True:
        try:
            kind, payload = receive_frame(wire)
        except EOFError:
            return
        if kind is not FrameType.TASK:
            return
        grant_cpu_seconds(cpu_limit_s)
        size_bytes, is_photo = unpack_task(payload)
        with BorrowedFile(wire, size_bytes) as file:
            result = look(file, is_photo=is_photo, tell=tell)
        tell(result.facts)
        send_frame(wire, FrameType.IMAGE, result.jpeg or b"")


def main(arguments: Sequence[str]) -> None:
    """Confine ourselves, then serve."""
    descriptor, memory_limit_mb, cpu_limit_s = (int(argument) for argument in arguments)
    die_with_parent()
    os.environ.clear()
    wire = socket.socket(fileno=descriptor)
    import_everything()
    confine(memory_limit_mb)
    serve(wire, cpu_limit_s)


if __name__ == "__main__":
    main(sys.argv[1:])
