"""The station's end of one MTP device: asks the child process, and names what went wrong."""

from __future__ import annotations

import json
import re
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.devices.isolated import CallFailedError, Frame, IsolatedProcess
from workstation.domain.errors import (
    DriverCrashedError,
    DriverMissingError,
    EntryUnreadableError,
    EntryVanishedError,
    RecorderGoneError,
    RecorderProtocolError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workstation.devices.api import Sighting
    from workstation.devices.isolated import Plain

# libmtp gives up on one transfer after 20 s by itself; then it is asked what is the matter.
CALL_S = 45.0
CLOSE_S = 3.0  # the session of a device that does not answer is not worth more
LISTING_S = 300.0  # a folder is listed in one call: some 4 ms for each of its files
# A phone that was just plugged in begins its MTP service anew, and udev may still be setting
# the rights of its node.
OPEN_PAUSES_S = (0.5, 1.0, 2.0)
_NODE = re.compile(r"/dev/bus/usb/(\d{3})/(\d{3})")


class Link:
    """An MTP device and the process that speaks to it. Used by the slot's lane thread only."""

    def __init__(self, sighting: Sighting) -> None:
        """Start the process and open the device.

        Raises:
            RecorderGoneError: the device left meanwhile, or it was never there.
            RecorderProtocolError: it does not answer as MTP devices do.
            DriverMissingError: libmtp is not installed.
            DriverCrashedError: libmtp crashed over it.
        """
        place = _NODE.fullmatch(sighting.source)
        self._node = Path(sighting.source)
        self._port = sighting.port
        if place is None or not self._node.exists():
            raise RecorderGoneError(port=sighting.port)
        self._place = {
            "bus": int(place[1]),
            "number": int(place[2]),
            "vendor_id": sighting.vendor_id,
            "product_id": sighting.product_id,
        }
        self._process, self.names = self._open()

    @property
    def storages(self) -> list[dict[str, Plain]]:
        """What it shows now; empty while its screen is locked."""
        found: list[dict[str, Plain]] = self.ask("storages")
        return found

    @property
    def pid(self) -> int:
        """The process that speaks to the device."""
        return self._process.pid

    def close(self) -> None:
        """End the session in good form where that is possible, and the process in any case."""
        try:
            with suppress(CallFailedError, DriverCrashedError, RecorderGoneError):
                self._process.ask("close", CLOSE_S)
        finally:
            self._process.close()

    def interrupt(self) -> None:
        """End a stream half-way; if the device does not let itself be stopped, it is lost."""
        with suppress(DriverCrashedError, RecorderGoneError):
            self._process.interrupt(CALL_S)

    def ask(
        self, command: str, path: str = "", timeout_s: float | None = None, **facts: Plain
    ) -> Plain:
        """Have the device asked something.

        Args:
            command: a name of ``Phone.commands``.
            path: the file it is about, for the error.
            timeout_s: after this long without a word the recorder counts as stalled (``CALL_S``).
            facts: what the command needs.

        Raises:
            RecorderGoneError: the device left (or ``RecorderStalledError``).
            EntryVanishedError, EntryUnreadableError: as to the file at ``path``.
            DriverCrashedError: libmtp crashed.
        """
        with self._named(path):
            return self._process.ask(command, timeout_s or CALL_S, **facts)

    def send(self, command: str, path: str, **facts: Plain) -> None:
        """Let the device begin; ``receive`` gives what comes. Raises as ``ask``."""
        with self._named(path):
            self._process.send(command, **facts)

    def receive(self, path: str, offset: int) -> tuple[bytes | None, Plain]:
        """The next bytes and None; or None and the value at the end. Raises as ``ask``."""
        with self._named(path, offset):
            kind, payload = self._process.receive(CALL_S)
        return (payload, None) if kind is Frame.BYTES else (None, json.loads(payload))

    def _open(self) -> tuple[IsolatedProcess, dict[str, str]]:
        with self._named(""):
            for pause_s in OPEN_PAUSES_S:
                try:
                    return self._try_to_open()
                except CallFailedError as error:
                    if error.code != "refused" or not self._node.exists():
                        raise
                    time.sleep(pause_s)
            return self._try_to_open()

    def _try_to_open(self) -> tuple[IsolatedProcess, dict[str, str]]:
        process = IsolatedProcess("drivers.mtp.child")
        try:
            return process, process.ask("open", CALL_S, **self._place)
        except BaseException:
            process.close()
            raise

    @contextmanager
    def _named(self, path: str, offset: int = 0) -> Iterator[None]:
        """Errors of the child as errors of the station; a device without a node has left."""
        try:
            yield
        except CallFailedError as error:
            if error.code == "missing":
                raise DriverMissingError(**error.facts) from error
            if error.code == "gone" or not self._node.exists():
                raise RecorderGoneError(port=self._port, path=path) from error
            if error.code == "vanished":
                raise EntryVanishedError(path=path) from error
            if error.code == "unreadable":
                raise EntryUnreadableError(path=path, offset=offset) from error
            raise RecorderProtocolError(command="OpenSession", answer=error.code) from error
        except DriverCrashedError as error:
            if not self._node.exists():
                raise RecorderGoneError(port=self._port, path=path) from error
            raise
