"""Hand-in receipts: what an officer takes along, so that the ledger can not be rewritten."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workstation.domain.errors import UnknownCollectionError, UnsignedYetError
from workstation.ledger import receipts
from workstation.ledger.custody import Act, decode
from workstation.ledger.database import connect_read_only
from workstation.ledger.keychain import KeyHistory
from workstation.ledger.notes import open_note
from workstation.ledger.receipts import HandInReceipt
from workstation.platform.clock import from_text
from workstation.station import record
from workstation.station.anchors import counts_of
from workstation.vault.diskfile import write_durably

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from workstation.ledger.signing import VerifyKey
    from workstation.platform.paths import StatePaths


@dataclass(frozen=True, slots=True)
class PrintedReceipt:
    """A receipt and the text of its QR code."""

    receipt: HandInReceipt
    text: str
    key: VerifyKey

    def document(self) -> dict[str, object]:
        """As a command prints it."""
        receipt = self.receipt
        return {
            "text": self.text,
            "station": receipt.station,
            "collection_id": receipt.collection,
            "held": receipt.held,
            "open": receipt.open,
            "seconds": receipt.seconds,
            "line": receipt.line,
            "size": receipt.size,
            "root": receipt.root.hex(),
            "at": receipt.at,
        }


def receipt_of(paths: StatePaths, collection: str) -> PrintedReceipt:
    """Make the receipt of a closed docking, over the first checkpoint that covers its end.

    Asked again it gives the same text, but for the length of footage the probe has found since.

    Raises:
        UnknownCollectionError: no closed docking, or more than one, has an id that begins so.
        UnsignedYetError: its end is not signed yet.
        KeyMissingError, KeyBadError: there is no key to sign with.
    """
    me, key = record.load(paths), record.load_key(paths)
    with closing(connect_read_only(paths.ledger)) as db:
        seq, line = _closing_line(db, collection)
        entry = decode(line, seq)
        row = db.execute(
            "SELECT size, note FROM checkpoint WHERE size>=? ORDER BY size LIMIT 1", (seq,)
        ).fetchone()
        if row is None:
            raise UnsignedYetError(seq=seq)
        keys = KeyHistory.read(db, me.id, me.key)
        point = open_note(row[1], f"evidock/{me.id}", keys.at(row[0]))
        (milliseconds,) = db.execute(
            "SELECT coalesce(sum(duration_ms), 0) FROM media WHERE clip_id IN "
            "(SELECT clip_id FROM ingest_item WHERE collection_id=? AND clip_id IS NOT NULL)",
            (entry.collection,),
        ).fetchone()
    held, left_open = counts_of(entry.facts)
    receipt = HandInReceipt(
        station=me.id,
        collection=str(entry.collection),
        held=held,
        open=left_open,
        seconds=round(milliseconds / 1000),
        line=seq,
        size=point.size,
        root=point.root,
        at=from_text(point.at).strftime("%Y%m%dT%H%M%SZ"),
    )
    return PrintedReceipt(receipt, receipts.sign(receipt, key), key)


def _closing_line(db: sqlite3.Connection, collection: str) -> tuple[int, bytes]:
    wanted = collection.upper()
    rows = db.execute(
        "SELECT seq, line FROM custody_entry WHERE act=? AND collection_id IN "
        "(SELECT id FROM collection WHERE id>=? AND id<? LIMIT 2) LIMIT 2",
        (Act.COLLECTION_CLOSED.value, wanted, wanted + "~"),
    ).fetchall()
    if len(rows) != 1 or not wanted:
        raise UnknownCollectionError(collection=collection, matches=len(rows))
    return int(rows[0][0]), bytes(rows[0][1])


def write_signature(made: PrintedReceipt, place: Path) -> None:
    """Leave the receipt's signature as a file for ``ssh-keygen -Y verify``.

    What is signed is the text up to its last slash.
    """
    _, signature = receipts.parse(made.text)
    write_durably(place, receipts.signature_file(signature, made.key), mode=0o644)
