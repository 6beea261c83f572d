"""Which key signed when: the station's first key, and each one that took over from it.

A rotation is a custody entry that carries one statement signed by both keys: the old one hands
over, the new one shows that its secret is at hand. From that entry on only the new key counts.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workstation.domain.errors import LedgerBrokenError
from workstation.ledger.custody import Act, decode
from workstation.ledger.signing import VerifyKey

if TYPE_CHECKING:
    import sqlite3

    from workstation.ledger.custody import CustodyLine, Fact
    from workstation.ledger.signing import StationKey


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _statement(station: str, old: str, new: str) -> bytes:
    """What both keys sign; public keys in base64."""
    return f"evidock-key-rotation@v1\n{station}\n{old}\n{new}\n".encode()


def rotation_facts(station: str, old: StationKey, new: StationKey) -> dict[str, Fact]:
    """Facts of the entry by which ``new`` takes over from ``old``."""
    before, after = _b64(old.public), _b64(new.public)
    statement = _statement(station, before, after)
    return {
        "old": before,
        "new": after,
        "by_old": _b64(old.sign(statement)),
        "by_new": _b64(new.sign(statement)),
    }


@dataclass(frozen=True, slots=True)
class KeyTerm:
    """A key and the first custody entry that it answers for."""

    from_seq: int
    key: VerifyKey


class KeyHistory:
    """All keys of one station, in order."""

    def __init__(self, terms: list[KeyTerm]) -> None:
        self.terms = terms

    @property
    def current(self) -> VerifyKey:
        """The key that signs now."""
        return self.terms[-1].key

    def at(self, size: int) -> VerifyKey:
        """The key that signs a ledger of ``size`` lines."""
        return next(term.key for term in reversed(self.terms) if term.from_seq <= max(1, size))

    @classmethod
    def read(cls, db: sqlite3.Connection, station: str, first: VerifyKey) -> KeyHistory:
        """The keys that a ledger names, each handed over by the one before.

        ``first`` is taken where the ledger does not begin with a station's creation.

        Raises:
            LedgerBrokenError: a handing over does not hold.
        """
        opening = db.execute("SELECT line FROM custody_entry WHERE seq=1").fetchone()
        if opening is not None and isinstance(opening[0], bytes):
            entry = decode(opening[0], 1)
            if entry.act == Act.STATION_CREATED.value:
                first = _key(entry, "public_key")
        terms = [KeyTerm(1, first)]
        rows = db.execute(
            "SELECT seq, line FROM custody_entry WHERE act=? ORDER BY seq",
            (Act.KEY_ROTATED.value,),
        )
        for seq, line in rows:
            entry = decode(bytes(line), seq)
            terms.append(KeyTerm(seq, successor(entry, station, terms[-1].key)))
        return cls(terms)


def _key(entry: CustodyLine, fact: str) -> VerifyKey:
    try:
        return VerifyKey(base64.b64decode(str(entry.facts.get(fact)), validate=True))
    except (binascii.Error, ValueError) as error:
        raise LedgerBrokenError(seq=entry.seq, reason="no public key") from error


def successor(entry: CustodyLine, station: str, old: VerifyKey) -> VerifyKey:
    """The key that takes over by this entry from ``old``.

    Raises:
        LedgerBrokenError: it is not handed over by both keys.
    """
    new = _key(entry, "new")
    statement = _statement(station, _b64(old.public), _b64(new.public))
    try:
        by_old, by_new = (
            base64.b64decode(str(entry.facts.get(name)), validate=True)
            for name in ("by_old", "by_new")
        )
    except (binascii.Error, ValueError) as error:
        raise LedgerBrokenError(seq=entry.seq, reason="key handed over unsigned") from error
    if entry.facts.get("old") != _b64(old.public) or not (
        old.holds(by_old, statement) and new.holds(by_new, statement)
    ):
        raise LedgerBrokenError(seq=entry.seq, reason="key not handed over by both keys")
    return new
