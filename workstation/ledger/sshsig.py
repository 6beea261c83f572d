"""Detached signatures that ``ssh-keygen -Y verify`` checks (OpenSSH ``PROTOCOL.sshsig``).

Ed25519 signatures are deterministic (RFC 8032), so the same document always gets the same
signature file: writing it a second time after a crash changes nothing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import textwrap
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from workstation.domain.errors import StoreDamagedError
from workstation.ledger.signing import VerifyKey

if TYPE_CHECKING:
    from workstation.ledger.signing import StationKey


class Namespace(Enum):
    """What a signature is for; one made for one thing does not hold for another."""

    MANIFEST = "evidock-manifest@v1"
    LEDGER = "evidock-ledger@v1"
    STORE = "evidock-store@v1"
    DESTRUCTION = "evidock-destruction@v1"
    RECEIPT = "evidock-receipt@v1"
    EXPORT = "evidock-export@v1"
    EVENTS = "evidock-events@v1"
    DIRECTORY = "evidock-directory@v1"
    READ_BACK = "evidock-readback@v1"
    ARRIVAL = "evidock-arrival@v1"


_MAGIC = b"SSHSIG"
_VERSION = (1).to_bytes(4, "big")
_KEY_TYPE = b"ssh-ed25519"
_HASH = b"sha512"
_BEGIN = "-----BEGIN SSH SIGNATURE-----"
_END = "-----END SSH SIGNATURE-----"
_COLUMNS = 70  # as ssh-keygen writes it
_PUBLIC_BYTES = 32
_SIGNATURE_BYTES = 64


def _string(text: bytes) -> bytes:
    return len(text).to_bytes(4, "big") + text


def _key_blob(public: bytes) -> bytes:
    return _string(_KEY_TYPE) + _string(public)


def signed_part(document: bytes, namespace: Namespace) -> bytes:
    """What is truly signed: the namespace and the document's SHA-512."""
    digest = hashlib.sha512(document).digest()
    return b"".join(
        (_MAGIC, _string(namespace.value.encode()), _string(b""), _string(_HASH), _string(digest))
    )


def public_line(public: bytes) -> str:
    """A raw Ed25519 public key in the form of ``authorized_keys`` and ``allowed_signers``."""
    return f"{_KEY_TYPE.decode()} {base64.b64encode(_key_blob(public)).decode()}"


def public_of(line: str) -> VerifyKey:
    """Read what ``public_line`` wrote.

    Raises:
        StoreDamagedError: it is no Ed25519 key in that form.
    """
    kind, _, encoded = line.partition(" ")
    try:
        blob = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise StoreDamagedError(reason="key_form") from error
    public = blob[-_PUBLIC_BYTES:]
    if kind != _KEY_TYPE.decode() or blob != _key_blob(public) or len(public) != _PUBLIC_BYTES:
        raise StoreDamagedError(reason="key_form")
    return VerifyKey(public)


def sign(document: bytes, namespace: Namespace, key: StationKey) -> bytes:
    """The detached signature over the exact bytes of ``document``, as a ``.sig`` file."""
    return armour(key.sign(signed_part(document, namespace)), namespace, key)


def armour(signature: bytes, namespace: Namespace, key: VerifyKey) -> bytes:
    """A raw Ed25519 signature over ``signed_part`` as a ``.sig`` file."""
    blob = b"".join(
        (
            _MAGIC,
            _VERSION,
            _string(_key_blob(key.public)),
            _string(namespace.value.encode()),
            _string(b""),
            _string(_HASH),
            _string(_string(_KEY_TYPE) + _string(signature)),
        )
    )
    body = textwrap.wrap(base64.b64encode(blob).decode(), _COLUMNS)
    return "\n".join((_BEGIN, *body, _END, "")).encode()


@dataclass(frozen=True, slots=True)
class _Parsed:
    public: bytes
    namespace: bytes
    signature: bytes


def holds(document: bytes, armoured: bytes, namespace: Namespace, key: VerifyKey) -> bool:
    """Whether ``armoured`` is this key's signature over these bytes for this purpose."""
    parsed = _parse(armoured)
    if parsed is None or parsed.public != key.public:
        return False
    if parsed.namespace != namespace.value.encode():
        return False
    return key.holds(parsed.signature, signed_part(document, namespace))


def _parse(armoured: bytes) -> _Parsed | None:
    lines = armoured.decode("ascii", "replace").strip().splitlines()
    if len(lines) < 3 or (lines[0], lines[-1]) != (_BEGIN, _END):
        return None
    try:
        written = "".join(lines[1:-1])
        blob = base64.b64decode(written, validate=True)
        if base64.b64encode(blob).decode() != written:
            return None  # other letters for the same bytes: not as anybody's tool writes them
        fields = _strings(blob.removeprefix(_MAGIC + _VERSION), 5)
        key_type, public = _strings(fields[0], 2)
        signature_type, signature = _strings(fields[4], 2)
    except (binascii.Error, ValueError):
        return None
    whole = blob.startswith(_MAGIC + _VERSION) and fields[2:4] == [b"", _HASH]
    kinds = key_type == signature_type == _KEY_TYPE and len(signature) == _SIGNATURE_BYTES
    return _Parsed(public, fields[1], signature) if whole and kinds else None


def _strings(blob: bytes, count: int) -> list[bytes]:
    """Exactly ``count`` length-prefixed strings that fill ``blob``."""
    found: list[bytes] = []
    place = 0
    for _ in range(count):
        end = place + 4 + int.from_bytes(blob[place : place + 4], "big")
        if end > len(blob):
            raise ValueError(end)
        found.append(blob[place + 4 : end])
        place = end
    if place != len(blob):
        raise ValueError(place)
    return found
