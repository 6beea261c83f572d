"""Tink's AES-GCM-HKDF streaming AEAD: where plaintext lies in an object, and how it opens.

A header of one length byte, a 32-byte salt and a 7-byte nonce prefix; then segments of
``segment_bytes`` of ciphertext each (the first is shorter by the header), every one ending in a
16-byte GCM tag. A segment's nonce is the prefix, its number (32 bits, big-endian) and 1 for the
last segment, else 0. The object's own key is HKDF-SHA-256 of the vault's key with the salt and,
as info, the associated data; who has it can open that one object and no other.
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from workstation.domain.errors import ObjectDamagedError

OBJECT_KEY_BYTES = 32
PREFIX_BYTES = 7
HEADER_BYTES = 1 + OBJECT_KEY_BYTES + PREFIX_BYTES
TAG_BYTES = 16
BLOCK_SEGMENTS = 8  # segments sealed and written as one piece: 1 MiB at 128 KiB a segment
LEAST_SEGMENT_BYTES = HEADER_BYTES + TAG_BYTES + 1


@dataclass(frozen=True, slots=True)
class Geometry:
    """Where plaintext lies in an object of this segment size."""

    segment_bytes: int

    @property
    def plain_bytes(self) -> int:
        """Plaintext in a segment after the first."""
        return self.segment_bytes - TAG_BYTES

    @property
    def first_plain_bytes(self) -> int:
        """Plaintext in the first segment, which shares its place with the header."""
        return self.plain_bytes - HEADER_BYTES

    def block_plain_bytes(self, *, first: bool) -> int:
        """Plaintext that fills one block of ciphertext exactly."""
        return BLOCK_SEGMENTS * self.plain_bytes - (HEADER_BYTES if first else 0)

    @property
    def block_bytes(self) -> int:
        """Ciphertext in a full block."""
        return BLOCK_SEGMENTS * self.segment_bytes

    def sealed_bytes(self, plain_bytes: int) -> int:
        """Length of the object that holds so much plaintext."""
        body = plain_bytes + HEADER_BYTES
        segments = max(1, -(-body // self.plain_bytes))
        return body + segments * TAG_BYTES

    def segments(self, sealed_bytes: int) -> int:
        """How many segments an object of this length has."""
        return max(1, -(-sealed_bytes // self.segment_bytes))

    def opened_bytes(self, sealed_bytes: int) -> int:
        """Plaintext in an object of this length.

        Raises:
            ObjectDamagedError: no object has this length.
        """
        plain = sealed_bytes - HEADER_BYTES - self.segments(sealed_bytes) * TAG_BYTES
        if plain < 0 or self.sealed_bytes(plain) != sealed_bytes:
            raise ObjectDamagedError(reason="length", size_bytes=sealed_bytes)
        return plain

    def locate(self, offset: int) -> tuple[int, int]:
        """The segment that holds the plaintext byte at ``offset``, and its place in it."""
        return divmod(offset + HEADER_BYTES, self.plain_bytes)

    def origin(self, segment: int) -> int:
        """The plaintext offset at which a segment begins."""
        return max(0, segment * self.plain_bytes - HEADER_BYTES)


def salt_of(header: bytes) -> bytes:
    """The salt that a header carries.

    Raises:
        ObjectDamagedError: it is no header.
    """
    if len(header) != HEADER_BYTES or header[0] != HEADER_BYTES:
        raise ObjectDamagedError(reason="header")
    return header[1 : 1 + OBJECT_KEY_BYTES]


def derive_key(secret: bytes, header: bytes, associated: bytes) -> bytes:
    """An object's own key, from the vault's.

    Raises:
        ObjectDamagedError: the header is none.
    """
    hkdf = HKDF(SHA256(), OBJECT_KEY_BYTES, salt=salt_of(header), info=associated)
    return hkdf.derive(secret)


class Segments:
    """Seals and opens the segments of one object. Safe between threads."""

    def __init__(self, object_key: bytes, header: bytes) -> None:
        salt_of(header)
        self._prefix = header[1 + OBJECT_KEY_BYTES :]
        self._cipher = AESGCM(object_key)

    def seal_into(self, number: int, plain: memoryview, out: memoryview, *, is_last: bool) -> None:
        """Seal one segment; ``out`` is longer than ``plain`` by the tag."""
        self._cipher.encrypt_into(self._nonce(number, is_last=is_last), plain, None, out)

    def open_into(self, number: int, sealed: memoryview, out: memoryview, *, is_last: bool) -> None:
        """Open one segment into ``out``, which is shorter than ``sealed`` by the tag.

        Raises:
            ObjectDamagedError: its tag does not hold (fact ``segment``).
        """
        try:
            self._cipher.decrypt_into(self._nonce(number, is_last=is_last), sealed, None, out)
        except (InvalidTag, ValueError) as error:
            raise ObjectDamagedError(segment=number) from error

    def _nonce(self, number: int, *, is_last: bool) -> bytes:
        return self._prefix + number.to_bytes(4, "big") + (b"\1" if is_last else b"\0")
