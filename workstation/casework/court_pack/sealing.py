"""One encrypted file in place of a folder: a tar archive in the age format (age-encryption.org).

No plain byte of the pack ever lies on the medium: the archive is encrypted as it is made.
"""

from __future__ import annotations

import hashlib
import os
import tarfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pyrage

from workstation.casework.court_pack.medium import UNFINISHED, on_medium
from workstation.domain.errors_export import (
    ExportKeyError,
    ExportPlaceError,
    ExportReadBackError,
)
from workstation.platform import failpoints
from workstation.vault.diskfile import drop_cache, sync_directory, write_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

ENCRYPTED = ".tar.age"
KEY_FILE = ".key.age"
PIECE_BYTES = 1 << 20

Recipient = pyrage.x25519.Recipient | pyrage.ssh.Recipient


def recipients_of(given: Iterable[str]) -> list[Recipient]:
    """Read public keys: ``age1…``, ``ssh-ed25519 …``, ``ssh-rsa …``, or a file of such lines.

    Raises:
        ExportKeyError: one is no public key, or a file holds none.
    """
    found: list[Recipient] = []
    for text in given:
        lines = [text]
        if not text.startswith(("age1", "ssh-")):
            try:
                lines = Path(text).read_text(encoding="utf-8").splitlines()
            except (OSError, UnicodeDecodeError) as error:
                raise ExportKeyError(given=text) from error
        keys = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
        if not keys:
            raise ExportKeyError(given=text)
        found += [_recipient(key) for key in keys]
    return found


def _recipient(key: str) -> Recipient:
    try:
        if key.startswith("ssh-"):
            return pyrage.ssh.Recipient.from_str(key)
        return pyrage.x25519.Recipient.from_str(key)
    except pyrage.RecipientError as error:
        raise ExportKeyError(given=key) from error


def locked_identity(passphrase: str) -> tuple[Recipient, bytes]:
    """A fresh key, and its secret as a file that the passphrase opens.

    ``age -d -i FILE`` asks for the passphrase and then opens what was encrypted to the key.
    """
    identity = pyrage.x25519.Identity.generate()
    text = f"# public key: {identity.to_public()}\n{identity}\n"
    return identity.to_public(), pyrage.passphrase.encrypt(text.encode(), passphrase)


class _Writer:
    """What pyrage writes to: a file that is measured."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.sha256 = hashlib.sha256()

    def write(self, piece: bytes) -> int:
        write_all(self._descriptor, memoryview(piece))
        self.sha256.update(piece)
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back here."""


class _Pieces:
    """Pieces as a file that ``tarfile`` reads."""

    def __init__(self, pieces: Iterable[memoryview | bytes]) -> None:
        self._pieces: Iterator[memoryview | bytes] = iter(pieces)
        self._left = b""

    def read(self, count: int) -> bytes:
        parts = [self._left]
        have = len(self._left)
        while have < count and (piece := next(self._pieces, None)) is not None:
            parts.append(bytes(piece))
            have += len(piece)
        whole = b"".join(parts)
        self._left = whole[count:]
        return whole[:count]


class AgeSink:
    """``NAME.tar.age``: a tar archive, encrypted while it is made."""

    def __init__(
        self,
        directory: Path,
        name: str,
        recipients: list[Recipient],
        made_at: datetime,
        key_file: bytes | None = None,
    ) -> None:
        self._name = name
        self._mtime = int(made_at.timestamp())
        self._final = directory / f"{name}{ENCRYPTED}"
        self._part = directory / f"{name}{ENCRYPTED}{UNFINISHED}"
        self._key_place = directory / f"{name}{KEY_FILE}"
        self._error: Exception | None = None
        with on_medium(self._part):
            if self._final.exists():
                raise ExportPlaceError(path=str(self._final), reason=os.strerror(17))
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            self._descriptor = os.open(self._part, flags, 0o644)
            if key_file is not None:
                self._write_key(key_file)
        self._writer = _Writer(self._descriptor)
        reading, writing = os.pipe()
        self._pipe = os.fdopen(writing, "wb", buffering=PIECE_BYTES)
        self._thread = threading.Thread(
            target=self._encrypt, args=(reading, recipients), name="age", daemon=True
        )
        self._thread.start()
        self._tar = tarfile.TarFile.open(fileobj=self._pipe, mode="w|", format=tarfile.PAX_FORMAT)

    def _write_key(self, content: bytes) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        descriptor = os.open(self._key_place, flags, 0o600)
        try:
            write_all(descriptor, memoryview(content))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _encrypt(self, reading: int, recipients: list[Recipient]) -> None:
        """In its own thread: from the pipe to the file."""
        with os.fdopen(reading, "rb") as plain:
            try:
                pyrage.encrypt_io(plain, self._writer, recipients)
            except (OSError, pyrage.EncryptError) as error:
                self._error = error

    def add(self, path: str, size_bytes: int, pieces: Iterable[memoryview | bytes]) -> None:
        member = tarfile.TarInfo(f"{self._name}/{path}")
        member.size = size_bytes
        member.mtime = self._mtime
        member.mode = 0o644
        source = _Pieces(pieces)
        try:
            # tarfile asks for nothing but ``read``.
            self._tar.addfile(member, source)  # type: ignore[arg-type]
        except BrokenPipeError as error:
            self._join()
            raise ExportPlaceError(path=str(self._part), reason="age") from error
        with on_medium(self._part):
            failpoints.reach("export.file_written")
        if source.read(1):
            raise ExportReadBackError(path=path)

    def _join(self) -> None:
        """Wait for the last byte; what went wrong in the thread goes wrong here."""
        self._thread.join()
        if self._error is not None:
            with on_medium(self._part):
                raise self._error

    def check(self, written: Mapping[str, str], on_bytes: Callable[[int], None]) -> None:
        """Compare the encrypted file with what was encrypted; ``written`` lies within it."""
        del written
        with on_medium(self._part):
            self._tar.close()
            self._pipe.close()
        self._join()
        found = hashlib.sha256()
        with on_medium(self._part):
            os.fsync(self._descriptor)
            with self._part.open("rb", buffering=0) as file:
                drop_cache(file.fileno())
                while piece := file.read(PIECE_BYTES):
                    found.update(piece)
                    on_bytes(len(piece))
        if found.digest() != self._writer.sha256.digest():
            raise ExportReadBackError(path=self._part.name)

    def finish(self) -> Path:
        with on_medium(self._final):
            os.close(self._descriptor)
            failpoints.reach("export.written")
            self._part.rename(self._final)
            sync_directory(self._final.parent)
        return self._final

    def abandon(self) -> None:
        with suppress(OSError, tarfile.TarError):
            self._pipe.close()
        self._thread.join()
        for leaves in (self._part, self._key_place):
            with suppress(OSError):
                leaves.unlink(missing_ok=True)
