"""PINs and card numbers: what makes a good one, and what is kept of it."""

from __future__ import annotations

import hmac
import itertools
import os
import re
import secrets
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from workstation.domain.errors import KeyBadError, KeyMissingError
from workstation.domain.errors_people import CardBadError, PinWeakError
from workstation.ledger.people import SealedPin
from workstation.vault.keys import read_secret, write_secret

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from workstation.domain.people import Officer

KEY_BYTES = 32
# RFC 9106, section 4, second recommended option: 3 passes over 64 MiB in 4 lanes.
PASSES: Final = 3
MEMORY_KIB: Final = 64 << 10
LANES: Final = 4
_SALT_BYTES = 16
_TAG_BYTES = 32
PIN_LONGEST = 32
_DIGITS = re.compile(r"[0-9]+")
# What keyboard-wedge readers type: a number in decimal or hexadecimal, framed by control or
# separating characters that differ from reader to reader.
_CARD = re.compile(r"[0-9A-F]{4,64}")
_FRAME = re.compile(r"[\s:;?%=_-]+")


class Seal:
    """Seals PINs and card numbers with a key that the database does not hold.

    A PIN has so few digits that whoever holds its hash finds it in hours, whatever the hash;
    the key, in a file of its own, makes a stolen database or backup worth nothing. The officer's
    id goes into the hash as well, so that one row can not be copied over another.
    """

    def __init__(self, key: bytes) -> None:
        self._pin_key = HKDF(SHA256(), KEY_BYTES, salt=None, info=b"evidock:pin").derive(key)
        self._card_key = HKDF(SHA256(), KEY_BYTES, salt=None, info=b"evidock:card").derive(key)
        check = HKDF(SHA256(), 16, salt=None, info=b"evidock:people-key-check")
        self.key_check = check.derive(key).hex()
        self._nobody = self._derive("", "")

    def seal(self, officer: Officer, pin: str, *, must_change: bool) -> SealedPin:
        """What is kept of a PIN."""
        return SealedPin(self._derive(officer.id, pin), self.key_check, must_change)

    def is_pin(self, officer: Officer | None, pin: str, sealed: SealedPin | None) -> bool:
        """Whether this is the officer's PIN; takes as long when there is no such officer."""
        owner = "" if officer is None else officer.id
        phc = self._nobody if sealed is None else sealed.phc
        try:
            Argon2id.verify_phc_encoded(_material(owner, pin), phc, secret=self._pin_key)
        except InvalidKey:
            return False
        return officer is not None and sealed is not None

    def card(self, number: str) -> str:
        """What is kept of a card's number.

        Raises:
            CardBadError: it is no number that a reader types.
        """
        plain = _FRAME.sub("", number).upper()
        if not _CARD.fullmatch(plain):
            raise CardBadError
        return hmac.new(self._card_key, plain.encode(), sha256).hexdigest()

    def _derive(self, owner: str, pin: str) -> str:
        kdf = Argon2id(
            salt=os.urandom(_SALT_BYTES),
            length=_TAG_BYTES,
            iterations=PASSES,
            lanes=LANES,
            memory_cost=MEMORY_KIB,
            secret=self._pin_key,
        )
        return kdf.derive_phc_encoded(_material(owner, pin))


def load_seal(path: Path, in_use: AbstractSet[str]) -> Seal:
    """The key at ``path``, made there if nothing was ever sealed with one.

    ``in_use`` holds the check values of the keys that stored secrets were made with.

    Raises:
        KeyMissingError: it is gone; PINs and cards can not be told without it.
        KeyBadError: it is not the one, or others may read it.
    """
    if not path.exists() and not in_use:
        write_secret(path, secrets.token_bytes(KEY_BYTES))
    if not path.exists():
        raise KeyMissingError(path=str(path))
    key = read_secret(path)
    if len(key) != KEY_BYTES:
        raise KeyBadError(path=str(path), reason=f"{len(key)} bytes, {KEY_BYTES} expected")
    seal = Seal(key)
    if in_use - {seal.key_check}:
        raise KeyBadError(path=str(path), reason="not the key that PINs were sealed with")
    return seal


def require_good_pin(
    pin: str, badge: str, least_digits: int, *, other_than: str | None = None
) -> None:
    """Refuse what is guessed first.

    Raises:
        PinWeakError: fact ``reason``: ``digits``, ``short``, ``long``, ``repeats``, ``counts``,
            ``badge`` or ``same``.
    """
    reason = None
    if not _DIGITS.fullmatch(pin):
        reason = "digits"
    elif len(pin) < least_digits:
        reason = "short"
    elif len(pin) > PIN_LONGEST:
        reason = "long"
    elif _repeats(pin):
        reason = "repeats"
    elif _counts(pin):
        reason = "counts"
    elif pin in badge or badge in pin:
        reason = "badge"
    elif pin == other_than:
        reason = "same"
    if reason:
        raise PinWeakError(reason=reason, digits=least_digits)


def _repeats(pin: str) -> bool:
    """``111111``, ``121212``, ``123123``: a beginning of up to three digits over and over."""
    return any(pin == (pin[:length] * len(pin))[: len(pin)] for length in (1, 2, 3))


def _counts(pin: str) -> bool:
    """``123456``, ``890123``, ``654321``."""
    steps = {(int(after) - int(before)) % 10 for before, after in itertools.pairwise(pin)}
    return steps in ({1}, {9})


def _material(owner: str, pin: str) -> bytes:
    return f"{owner}\0{pin}".encode()
