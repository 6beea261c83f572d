"""Where the station's socket lies: reach it, or take its place."""

from __future__ import annotations

import contextlib
import os
import socket
import stat
from typing import TYPE_CHECKING

from workstation.domain.errors import StateLockedError, StateUnusableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOCKET_MODE = 0o660  # owner and group of the state directory; SO_PEERCRED says the rest
_BACKLOG = 128
_PROBE_TIMEOUT_S = 1.0


@contextlib.contextmanager
def address_of(path: Path) -> Iterator[str]:
    """An address for ``bind`` and ``connect`` that fits ``sockaddr_un``.

    ``sun_path`` holds 108 bytes (unix(7)) while a state directory may lie deeper, so the
    directory is opened and named through ``/proc/self/fd``. The address is good inside the
    ``with`` block only.

    Raises:
        OSError: the directory is not there.
    """
    directory = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{directory}/{path.name}"
    finally:
        os.close(directory)


def connect(path: Path, timeout_s: float) -> socket.socket:
    """Connect to the station; the socket that comes back is blocking.

    Raises:
        OSError: nobody listens, or the backlog stays full for ``timeout_s``.
    """
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    try:
        connection.settimeout(timeout_s)
        with address_of(path) as address:
            connection.connect(address)
        connection.settimeout(None)
    except BaseException:
        connection.close()
        raise
    return connection


class Listener:
    """The station's listening socket. Takes a dead station's place, never a living one's."""

    def __init__(self, path: Path) -> None:
        """Listen at ``path``.

        Raises:
            StateLockedError: somebody serves there already.
            StateUnusableError: the place can not be used for a socket.
        """
        self._path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        try:
            _clear(path)
            os.fchmod(self._socket.fileno(), SOCKET_MODE)  # the mode the name is born with
            with address_of(path) as address:
                self._socket.bind(address)
            path.chmod(SOCKET_MODE)  # whatever the umask took away
            self._inode = path.lstat().st_ino
            self._socket.listen(_BACKLOG)
            self._socket.setblocking(False)
        except OSError as error:
            self._socket.close()
            raise StateUnusableError(path=str(path), errno=error.errno) from error
        except BaseException:
            self._socket.close()
            raise

    def fileno(self) -> int:
        return self._socket.fileno()

    def accept(self) -> socket.socket:
        """The next client, non-blocking.

        Raises:
            OSError: nobody waits any more, or there is no descriptor left.
        """
        connection, _ = self._socket.accept()
        connection.setblocking(False)
        return connection

    def close(self) -> None:
        """Stop listening and take the name away, unless another station has it by now."""
        self._socket.close()
        with contextlib.suppress(FileNotFoundError):
            if self._path.lstat().st_ino == self._inode:
                self._path.unlink()


def _clear(path: Path) -> None:
    """Remove the socket a dead station left; a socket that answers, or a file, stays."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise StateUnusableError(path=str(path), reason="not_a_socket")
    try:
        connect(path, _PROBE_TIMEOUT_S).close()
    except (ConnectionRefusedError, FileNotFoundError):
        path.unlink(missing_ok=True)
        return
    except TimeoutError as error:
        raise StateLockedError(path=str(path)) from error
    raise StateLockedError(path=str(path))
