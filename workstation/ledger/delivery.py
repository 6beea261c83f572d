"""Writing down where clips are: on their way, and read back by the centre."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from workstation.domain.errors import DigestMismatchError, UnknownClipError
from workstation.ledger import schema, words
from workstation.ledger.custody import Act, decode
from workstation.ledger.schema_delivery import on_its_way, read_back

if TYPE_CHECKING:
    from collections.abc import Collection

    from workstation.ledger.records import NewReadBack
    from workstation.ledger.transaction import Transaction

_clip = schema.clip
_RECONCILIATIONS = 50  # a repeated word is that of a moment ago


def keep_on_its_way(tx: Transaction, clips: Collection[str]) -> None:
    """From now on exactly these are on their way, those of them that are clips of ours."""
    db = tx.connection
    before = set(db.execute(select(on_its_way.c.clip_id)).scalars())
    known = set(db.execute(select(_clip.c.id).where(_clip.c.id.in_(clips))).scalars())
    gone, come = before - known, known - before
    if gone:
        db.execute(delete(on_its_way).where(on_its_way.c.clip_id.in_(gone)))
    if come:
        db.execute(insert(on_its_way), [{"clip_id": name, "since": tx.at} for name in sorted(come)])
    words.index_clips(db, sorted(gone | come))


def record_read_back(tx: Transaction, found: NewReadBack) -> bool:
    """The centre read a clip in the store; False if this was known already.

    Raises:
        UnknownClipError: the ledger has no such clip.
        DigestMismatchError: the centre speaks of other bytes than the ledger.
    """
    db = tx.connection
    sha256 = db.execute(select(_clip.c.sha256).where(_clip.c.id == found.clip_id)).scalar()
    if sha256 is None:
        raise UnknownClipError(clip=found.clip_id)
    if sha256 != found.sha256:
        raise DigestMismatchError(clip=found.clip_id, expected=sha256, found=found.sha256)
    is_known = select(read_back.c.clip_id).where(
        read_back.c.clip_id == found.clip_id, read_back.c.centre == found.centre
    )
    if db.execute(is_known).first() is not None:
        return False
    seq = tx.append(
        Act.READ_BACK,
        clip=found.clip_id,
        facts={
            "centre": found.centre,
            "store": found.store_id,
            "sha256": found.sha256,
            "read_at": found.at,
            "receipt": found.receipt_key,
            "receipt_sha256": found.receipt_sha256,
        },
    )
    tx.flush()  # the row below refers to the line
    row = {"clip_id": found.clip_id, "centre": found.centre, "store_id": found.store_id}
    db.execute(insert(read_back).values(**row, at=found.at, custody_seq=seq))
    words.index_clips(db, [found.clip_id])
    return True


def is_reconciled(tx: Transaction, store_id: str, at: str) -> bool:
    """Whether a comparison with this store at this time is on record; the newest are looked at."""
    entry = schema.custody_entry
    query = (
        select(entry.c.line)
        .where(entry.c.act == Act.RECONCILED.value)
        .order_by(entry.c.seq.desc())
        .limit(_RECONCILIATIONS)
    )
    said = (decode(bytes(line), 0).facts for line in tx.connection.execute(query).scalars())
    return any((one["store"], one["compared_at"]) == (store_id, at) for one in said)
