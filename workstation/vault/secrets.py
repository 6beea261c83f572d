"""Passwords of recorders, sealed with the station's vault key in one small file.

The file is JSON: the id of the key, a salt, a nonce, and the sealed text (AES-256-GCM; the key
is HKDF-SHA256 of the vault key and the salt). Inside, each name has its present value and the
one before, because recorders are changed one by one.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import secrets
from typing import TYPE_CHECKING

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from workstation.domain.errors import KeyMissingError, SecretsBadError, UsageError
from workstation.vault.diskfile import write_durably

if TYPE_CHECKING:
    from pathlib import Path

    from workstation.vault.keys import Keyring

RECORDER = "recorder."  # what the names of recorders' passwords begin with
PLATFORM = "platform."  # and those of the keys of management platforms
PLATFORMS = ("gosuncn", "ga947", "open311")
KEPT = 2  # values a name: the present one, and the one before
MODE = 0o600
_INFO = b"evidock:secrets:1"
_SALT_BYTES, _NONCE_BYTES = 16, 12
_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
_VALUE = re.compile(r"[\x21-\x7e]{1,64}")


class _File(msgspec.Struct):
    v: int
    key_id: int
    salt: str
    nonce: str
    sealed: str


class SealedSecrets:
    """The sealed file (``Passwords``). It is read anew each time, so a change counts at once."""

    def __init__(self, path: Path, keyring: Keyring) -> None:
        self._path = path
        self._keyring = keyring

    def of(self, profile: str) -> tuple[str, ...]:
        """The passwords of a family of recorders, the present one first; see ``Passwords``.

        Raises:
            SecretsBadError: the file can not be opened.
        """
        return self._read().get(RECORDER + profile, ())

    def value(self, name: str) -> str | None:
        """The present value of any name; None where it has none.

        Raises:
            SecretsBadError: the file can not be opened.
        """
        return next(iter(self._read().get(name, ())), None)

    def names(self) -> tuple[str, ...]:
        """What has a value, sorted.

        Raises:
            SecretsBadError: the file can not be opened.
        """
        return tuple(sorted(self._read()))

    def put(self, name: str, value: str) -> None:
        """Set a value; the present one becomes the one before.

        Raises:
            UsageError: the name has another form than ``recorder.zzx``, or the value is not
                1 to 64 visible ASCII characters.
            SecretsBadError: the file can not be opened.
        """
        if not _NAME.fullmatch(name):
            raise UsageError(reason="name", name=name)
        if not _VALUE.fullmatch(value):
            raise UsageError(reason="value", name=name)
        known = self._read()
        before = tuple(one for one in known.get(name, ()) if one != value)
        self._write(known | {name: (value, *before)[:KEPT]})

    def remove(self, name: str) -> None:
        """Forget a name with all its values.

        Raises:
            UsageError: it has none.
            SecretsBadError: the file can not be opened.
        """
        known = self._read()
        if known.pop(name, None) is None:
            raise UsageError(reason="unknown", name=name)
        self._write(known)

    def _read(self) -> dict[str, tuple[str, ...]]:
        try:
            file = msgspec.json.decode(self._path.read_bytes(), type=_File)
            secret = self._keyring.get(file.key_id).secret
            cipher = AESGCM(_derived(secret, _bytes(file.salt)))
            text = cipher.decrypt(_bytes(file.nonce), _bytes(file.sealed), _INFO)
            return msgspec.json.decode(text, type=dict[str, tuple[str, ...]])
        except FileNotFoundError:
            return {}
        except OSError as error:
            reason = os.strerror(error.errno or 0)
            raise SecretsBadError(path=str(self._path), reason=reason) from error
        except KeyMissingError as error:
            raise SecretsBadError(path=str(self._path), reason="another key") from error
        except (msgspec.MsgspecError, binascii.Error, InvalidTag, ValueError) as error:
            raise SecretsBadError(path=str(self._path), reason=type(error).__name__) from error

    def _write(self, known: dict[str, tuple[str, ...]]) -> None:
        key = self._keyring.primary
        salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
        sealed = AESGCM(_derived(key.secret, salt)).encrypt(
            nonce, msgspec.json.encode(known), _INFO
        )
        file = _File(1, key.id, _text(salt), _text(nonce), _text(sealed))
        write_durably(self._path, msgspec.json.encode(file) + b"\n", MODE)


def _derived(secret: bytes, salt: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=salt, info=_INFO).derive(secret)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
