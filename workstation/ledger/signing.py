"""The station's signing key: Ed25519, in a file only the station can read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from workstation.domain.errors import KeyBadError

if TYPE_CHECKING:
    from pathlib import Path


class SecretFiles(Protocol):
    """How key files are written and read (``vault.keys`` does it for the station)."""

    def write_secret(self, path: Path, text: bytes) -> None: ...

    def read_secret(self, path: Path) -> bytes: ...


class VerifyKey:
    """A station's public key."""

    def __init__(self, public: bytes) -> None:
        self.public = public
        self._key = Ed25519PublicKey.from_public_bytes(public)

    def holds(self, signature: bytes, message: bytes) -> bool:
        """Whether the signature is this key's over exactly these bytes."""
        try:
            self._key.verify(signature, message)
        except InvalidSignature:
            return False
        return True


class StationKey(VerifyKey):
    """The private key; it signs checkpoints and documents that travel."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        super().__init__(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
        self._private = key

    @classmethod
    def generate(cls) -> StationKey:
        """A fresh key."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_pem(cls, text: bytes, *, path: str) -> StationKey:
        """Read a PKCS #8 PEM key.

        Raises:
            KeyBadError: it is no Ed25519 private key.
        """
        try:
            key = load_pem_private_key(text, password=None)
        except (ValueError, TypeError) as error:
            raise KeyBadError(path=path, reason="no PEM private key") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise KeyBadError(path=path, reason="not an Ed25519 key")
        return cls(key)

    def to_pem(self) -> bytes:
        """PKCS #8 PEM, unencrypted; the file's mode protects it."""
        return self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def sign(self, message: bytes) -> bytes:
        """An Ed25519 signature (RFC 8032), 64 bytes."""
        return self._private.sign(message)
