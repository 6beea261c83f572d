"""The hand-in receipt: one line of text for a QR code that pins the ledger from outside.

It says how many files of one docking are held, and which checkpoint of the ledger covers that.
Whoever keeps it can show later that the ledger was cut or rewritten since, even with the
station's key. All characters are of QR's alphanumeric mode; fields are parted by ``/``::

    EVD1/station/collection/held/open/seconds/line/size/time/root/signature

``root`` (SHA-256) and ``signature`` (Ed25519) are base32 without padding. The signature is that
of an SSHSIG (namespace ``evidock-receipt@v1``) over everything before its slash, so that
``ssh-keygen -Y verify`` checks it once it is wrapped (``signature_file``).
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workstation.domain.errors import ReceiptBadError
from workstation.ledger import sshsig

if TYPE_CHECKING:
    from workstation.ledger.signing import StationKey, VerifyKey

_PREFIX = "EVD1"
_ULID = r"[0-9A-HJKMNP-TV-Z]{1,26}"
_NUMBER = r"(?:0|[1-9][0-9]{0,15})"
_FORM = re.compile(
    rf"(?P<signed>{_PREFIX}/(?P<station>{_ULID})/(?P<collection>{_ULID})/(?P<held>{_NUMBER})/"
    rf"(?P<open>{_NUMBER})/(?P<seconds>{_NUMBER})/(?P<line>{_NUMBER})/(?P<size>{_NUMBER})/"
    r"(?P<at>[0-9]{8}T[0-9]{6}Z)/(?P<root>[A-Z2-7]{52}))/(?P<signature>[A-Z2-7]{103})"
)


@dataclass(frozen=True, slots=True)
class HandInReceipt:
    """What a receipt says. ``line`` is the entry that closed the docking."""

    station: str
    collection: str
    held: int  # files of the docking that are in the vault, also those that were before
    open: int  # files that could not be taken whole
    seconds: int  # of footage, as far as the probe had looked when it was printed
    line: int
    size: int
    root: bytes
    at: str  # of the checkpoint, UTC: 20260301T080000Z

    def signed(self) -> str:
        """Everything before the signature."""
        numbers = (self.held, self.open, self.seconds, self.line, self.size)
        parts = (_PREFIX, self.station, self.collection, *map(str, numbers), self.at)
        return "/".join((*parts, _base32(self.root)))


def _base32(raw: bytes) -> str:
    return base64.b32encode(raw).decode("ascii").rstrip("=")


def _unbase32(text: str) -> bytes:
    raw = base64.b32decode(text + "=" * (-len(text) % 8))
    if _base32(raw) != text:  # spare bits must not be free
        raise binascii.Error
    return raw


def sign(receipt: HandInReceipt, key: StationKey) -> str:
    """The receipt as it is printed."""
    text = receipt.signed()
    part = sshsig.signed_part(text.encode(), sshsig.Namespace.RECEIPT)
    return f"{text}/{_base32(key.sign(part))}"


def parse(text: str) -> tuple[HandInReceipt, bytes]:
    """Read a receipt and its signature, of which nothing is believed yet.

    Raises:
        ReceiptBadError: it is in no form that we print.
    """
    found = _FORM.fullmatch("".join(text.split()))
    try:
        if found is None:
            raise ReceiptBadError(reason="form")
        numbers = {name: int(found[name]) for name in ("held", "open", "seconds", "line", "size")}
        root, signature = _unbase32(found["root"]), _unbase32(found["signature"])
    except binascii.Error as error:
        raise ReceiptBadError(reason="form") from error
    receipt = HandInReceipt(
        found["station"], found["collection"], root=root, at=found["at"], **numbers
    )
    return receipt, signature


def holds(receipt: HandInReceipt, signature: bytes, key: VerifyKey) -> bool:
    """Whether the signature is this key's."""
    part = sshsig.signed_part(receipt.signed().encode(), sshsig.Namespace.RECEIPT)
    return key.holds(signature, part)


def signature_file(signature: bytes, key: VerifyKey) -> bytes:
    """The signature as a file for ``ssh-keygen -Y verify -n evidock-receipt@v1``."""
    return sshsig.armour(signature, sshsig.Namespace.RECEIPT, key)
