"""Checkpoints: C2SP ``tlog-checkpoint`` texts in C2SP ``signed-note`` envelopes.

A checkpoint is three lines (origin, tree size, root hash in base64) and, as an extension line,
the station's time. The signature line carries the first four bytes of
SHA-256(name, newline, 0x01, public key) and the Ed25519 signature over the text.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workstation.domain.errors import CheckpointBadError

if TYPE_CHECKING:
    from workstation.ledger.signing import StationKey, VerifyKey

_DASH = "\N{EM DASH}"
_ED25519 = b"\x01"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a ledger at one moment."""

    origin: str
    size: int
    root: bytes
    at: str  # ISO 8601 UTC, by the station's clock

    def text(self) -> str:
        """The signed part of the note."""
        root = base64.b64encode(self.root).decode("ascii")
        return f"{self.origin}\n{self.size}\n{root}\ntime {self.at}\n"


def key_id(name: str, public: bytes) -> bytes:
    """The four bytes by which a signature line names its key."""
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:4]


def verifier_line(name: str, public: bytes) -> str:
    """The public key in the written form that note tools take (``name+id+base64``)."""
    encoded = base64.b64encode(_ED25519 + public).decode("ascii")
    return f"{name}+{key_id(name, public).hex()}+{encoded}"


def sign(checkpoint: Checkpoint, *keys: StationKey) -> str:
    """The checkpoint as a signed note, with one signature of each key."""
    text = checkpoint.text()
    lines = []
    for key in keys:
        blob = key_id(checkpoint.origin, key.public) + key.sign(text.encode())
        lines.append(f"{_DASH} {checkpoint.origin} {base64.b64encode(blob).decode('ascii')}\n")
    return f"{text}\n{''.join(lines)}"


def open_note(note: str, origin: str, key: VerifyKey) -> Checkpoint:
    """Read a signed note; everything in it must hold.

    Raises:
        CheckpointBadError: form, origin or signature do not hold (fact ``reason``).
    """
    text, _, signatures = note.partition("\n\n")
    text += "\n"
    wanted = key_id(origin, key.public)
    for line in signatures.splitlines():
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        try:
            blob = base64.b64decode(encoded, validate=True)
        except ValueError:  # no base64, or not even ASCII
            continue
        if base64.b64encode(blob).decode("ascii") != encoded:  # spare bits must not be free
            continue
        if (dash, name, blob[:4]) == (_DASH, origin, wanted):
            if not key.holds(blob[4:], text.encode()):
                raise CheckpointBadError(reason="signature")
            return _parse(text, origin)
    raise CheckpointBadError(reason="no signature of this key")


def _parse(text: str, origin: str) -> Checkpoint:
    lines = text.splitlines()
    try:
        found, size, root = lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True)
        at = next(line[5:] for line in lines[3:] if line.startswith("time "))
    except (IndexError, ValueError, StopIteration) as error:
        raise CheckpointBadError(reason="form") from error
    if found != origin or len(root) != 32:
        raise CheckpointBadError(reason="origin" if found != origin else "form")
    return Checkpoint(found, size, root, at)
