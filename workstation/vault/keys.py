"""The vault's keys, kept in the file format of Tink so that a stranger's tools can read them.

The file is a cleartext Tink JSON keyset of ``AesGcmHkdfStreamingKey`` entries with prefix type
RAW (published schema: ``keyset.proto`` and ``aes_gcm_hkdf_streaming.proto``). The newest key is
the primary; older keys stay so that older objects stay readable.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from workstation.domain.errors import AlreadyInitialisedError, KeyBadError, KeyMissingError
from workstation.sealing.segments import OBJECT_KEY_BYTES
from workstation.vault.diskfile import sync_directory

if TYPE_CHECKING:
    from pathlib import Path

TYPE_URL = "type.googleapis.com/google.crypto.tink.AesGcmHkdfStreamingKey"
KEY_BYTES = 32
_HASH_SHA256 = 3
# Larger segments seal faster (64 KiB 4.6 GB/s, 128 KiB 5.8, 1 MiB 7.4 on one core), smaller
# ones make a random read for preview cheaper; at 128 KiB sealing is no longer what limits.
SEGMENT_BYTES = 128 << 10


@dataclass(frozen=True, slots=True)
class VaultKey:
    """One key-encryption key; each object's own key is derived from it and the object's salt."""

    id: int
    secret: bytes
    segment_bytes: int

    def __repr__(self) -> str:
        return f"VaultKey(id={self.id})"

    def check_value(self) -> str:
        """16 bytes of HKDF output, hex: tells whether a key is the right one, and no more."""
        info = b"evidock:key-check:" + str(self.id).encode("ascii")
        return HKDF(SHA256(), 16, salt=None, info=info).derive(self.secret).hex()


@dataclass(frozen=True, slots=True)
class Keyring:
    """All keys of this station; ``primary`` seals, any may open."""

    primary: VaultKey
    keys: tuple[VaultKey, ...]

    def get(self, key_id: int) -> VaultKey:
        """The key with this id.

        Raises:
            KeyMissingError: the keyring does not hold it.
        """
        for key in self.keys:
            if key.id == key_id:
                return key
        raise KeyMissingError(key_id=key_id)


class _KeyData(msgspec.Struct, rename="camel"):
    type_url: str
    value: str
    key_material_type: str


class _Key(msgspec.Struct, rename="camel"):
    key_data: _KeyData
    status: str
    key_id: int
    output_prefix_type: str


class _Keyset(msgspec.Struct, rename="camel"):
    primary_key_id: int
    key: list[_Key]


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _read_fields(message: bytes) -> dict[int, Any]:
    """A protobuf message's varint and bytes fields; all that these two messages use."""
    fields: dict[int, Any] = {}
    place = 0

    def varint() -> int:
        nonlocal place
        number = shift = 0
        while True:
            byte = message[place]
            place += 1
            number |= (byte & 0x7F) << shift
            if byte < 0x80:
                return number
            shift += 7

    while place < len(message):
        tag = varint()
        if tag & 7 == 0:
            fields[tag >> 3] = varint()
        elif tag & 7 == 2:
            length = varint()
            fields[tag >> 3] = message[place : place + length]
            place += length
        else:
            raise ValueError(tag)
    return fields


def _to_proto(key: VaultKey) -> bytes:
    params = b"".join(
        (
            b"\x08" + _varint(key.segment_bytes),
            b"\x10" + _varint(OBJECT_KEY_BYTES),
            b"\x18" + _varint(_HASH_SHA256),
        )
    )
    return b"\x12" + _varint(len(params)) + params + b"\x1a" + _varint(len(key.secret)) + key.secret


def _from_proto(key_id: int, message: bytes) -> VaultKey:
    fields = _read_fields(message)
    params = _read_fields(fields[2])
    if params[2] != OBJECT_KEY_BYTES or params[3] != _HASH_SHA256 or len(fields[3]) < KEY_BYTES:
        raise ValueError("unsupported parameters")
    return VaultKey(key_id, fields[3], params[1])


def create(path: Path) -> Keyring:
    """Make a keyring with one fresh key, mode 0400.

    Raises:
        AlreadyInitialisedError: there is one; keys are never overwritten.
    """
    key = VaultKey(
        secrets.randbelow(0x7FFFFFFF - 1) + 1, secrets.token_bytes(KEY_BYTES), SEGMENT_BYTES
    )
    keyset = _Keyset(
        key.id,
        [
            _Key(
                _KeyData(TYPE_URL, base64.b64encode(_to_proto(key)).decode(), "SYMMETRIC"),
                "ENABLED",
                key.id,
                "RAW",
            )
        ],
    )
    write_secret(path, msgspec.json.format(msgspec.json.encode(keyset), indent=2) + b"\n")
    return Keyring(key, (key,))


def load(path: Path) -> Keyring:
    """Read a keyring.

    Raises:
        KeyMissingError: there is no such file.
        KeyBadError: it is no keyset of ours, or others may read it.
    """
    try:
        text = read_secret(path)
        keyset = msgspec.json.decode(text, type=_Keyset)
        keys = tuple(
            _from_proto(key.key_id, base64.b64decode(key.key_data.value, validate=True))
            for key in keyset.key
            if key.key_data.type_url == TYPE_URL and key.status == "ENABLED"
        )
        primary = next(key for key in keys if key.id == keyset.primary_key_id)
    except (
        msgspec.MsgspecError,
        binascii.Error,
        ValueError,
        KeyError,
        IndexError,
        StopIteration,
    ) as error:
        raise KeyBadError(path=str(path), reason=type(error).__name__) from error
    return Keyring(primary, keys)


def write_secret(path: Path, text: bytes) -> None:
    """Create a key file, mode 0400, durable; never over an existing one.

    Raises:
        AlreadyInitialisedError: the file is there.
    """
    draft = path.with_name(f"{path.name}.part")  # under its own name a key is whole or not there
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o400)
    try:
        os.write(descriptor, text)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        path.hardlink_to(draft)
    except FileExistsError as error:
        raise AlreadyInitialisedError(path=str(path)) from error
    finally:
        draft.unlink()
    sync_directory(path.parent)


def replace_secret(path: Path, newer: Path) -> None:
    """Let a newer key file take the name of ``path``, durably; the old secret is gone."""
    newer.replace(path)
    sync_directory(path.parent)


def forget_secret(path: Path) -> None:
    """Remove a key file that never came into use."""
    path.unlink(missing_ok=True)
    sync_directory(path.parent)


def read_secret(path: Path) -> bytes:
    """Read a key file that nobody else may read.

    Raises:
        KeyMissingError: there is no such file.
        KeyBadError: group or others have rights on it, or it can not be read.
    """
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            raise KeyBadError(path=str(path), reason=f"mode {mode:04o}, allowed 0400 or 0600")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise KeyMissingError(path=str(path)) from error
    except OSError as error:
        raise KeyBadError(path=str(path), reason=os.strerror(error.errno or 0)) from error
