"""Facts about second readings and about removing files from recorders.

Each function writes into the transaction it is given. An intent is written before the first
file is touched and names each exactly; only what it names may go, and each going is an entry
of its own. An intent that a crash left open is ended by the next docking, from what it lists.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, update

from workstation.ledger.custody import Act
from workstation.ledger.schema_erase import erase_intent, erase_item

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workstation.domain.clip import ClipId, CollectionId, ItemId
    from workstation.domain.erasing import ErasePolicy
    from workstation.ledger.transaction import Transaction


@dataclass(frozen=True, slots=True)
class EraseTarget:
    """One file on a recorder, exactly, and the clip that holds its bytes."""

    item_id: ItemId
    path: str
    raw_path: bytes
    size_bytes: int
    mtime_ns: int
    sha256: str
    clip_id: ClipId


@dataclass(frozen=True, slots=True)
class EraseIntent:
    """What is about to be removed from one recorder."""

    id: str
    collection_id: CollectionId
    recorder_serial: str
    policy: ErasePolicy
    targets: tuple[EraseTarget, ...]


def record_second_readings(
    tx: Transaction, collection: CollectionId, read: Sequence[EraseTarget]
) -> None:
    """Files that were read once more from the recorder and had the digest of their clip."""
    tx.connection.exec_driver_sql(
        "UPDATE ingest_item SET level=3 WHERE id=?", [(target.item_id,) for target in read]
    )
    for target in read:
        tx.append(
            Act.VERIFIED,
            clip=target.clip_id,
            collection=collection,
            facts={
                "item": target.item_id,
                "level": "V3",
                "sha256": target.sha256,
                "path": target.path,
            },
        )


def record_other_digest(
    tx: Transaction, collection: CollectionId, target: EraseTarget, found: str
) -> None:
    """A file whose second reading gave other bytes than the first."""
    tx.connection.exec_driver_sql(
        "UPDATE ingest_item SET code='copy.second_differs' WHERE id=?", (target.item_id,)
    )
    tx.append(
        Act.VERIFIED,
        clip=target.clip_id,
        collection=collection,
        facts={
            "item": target.item_id,
            "level": "V2",
            "code": "copy.second_differs",
            "sha256": target.sha256,
            "second_sha256": found,
            "path": target.path,
        },
    )


def begin_erase(tx: Transaction, intent: EraseIntent) -> None:
    """Write down what is to go, before anything does."""
    tx.connection.execute(
        insert(erase_intent).values(
            id=intent.id,
            collection_id=intent.collection_id,
            recorder_serial=intent.recorder_serial,
            policy=intent.policy.value,
            state="open",
            made_at=tx.at,
        )
    )
    tx.connection.execute(
        insert(erase_item),
        [
            {
                "intent_id": intent.id,
                "item_id": target.item_id,
                "path": target.path,
                "raw_path": target.raw_path,
                "size_bytes": target.size_bytes,
                "mtime_ns": target.mtime_ns,
                "sha256": target.sha256,
                "clip_id": target.clip_id,
                "state": "intended",
            }
            for target in intent.targets
        ],
    )
    for target in intent.targets:
        tx.append(
            Act.ERASE_INTENDED,
            clip=target.clip_id,
            collection=intent.collection_id,
            facts={
                "intent": intent.id,
                "policy": intent.policy.value,
                "recorder": intent.recorder_serial,
                "path": target.path,
                "size_bytes": target.size_bytes,
                "sha256": target.sha256,
                "item": target.item_id,
                "mtime_ns": target.mtime_ns,
                # Only where the name as shown does not give the exact bytes of the name.
                "raw_path": _hex_of_name(target),
            },
        )


def record_erased(
    tx: Transaction, intent: EraseIntent, target: EraseTarget, *, found_gone: bool = False
) -> None:
    """A file on the list is no more; ``found_gone``: a later docking saw it, not the removal."""
    _item_becomes(tx, intent, target, "erased", None)
    tx.append(
        Act.ERASED_FROM_RECORDER,
        clip=target.clip_id,
        collection=intent.collection_id,
        facts={
            "intent": intent.id,
            "recorder": intent.recorder_serial,
            "path": target.path,
            "size_bytes": target.size_bytes,
            "sha256": target.sha256,
            "found_gone": found_gone,
        },
    )


def record_kept(tx: Transaction, intent: EraseIntent, target: EraseTarget, code: str) -> None:
    """A file on the list stays on the recorder, for a reason."""
    _item_becomes(tx, intent, target, "kept", code)
    tx.append(
        Act.ERASE_KEPT,
        clip=target.clip_id,
        collection=intent.collection_id,
        facts={"intent": intent.id, "path": target.path, "code": code},
    )


def end_erase(tx: Transaction, intent: EraseIntent, *, erased: int, kept: int, lost: int) -> None:
    """The recorder was listed anew. ``lost`` counts files that went without being on the list."""
    tx.connection.execute(
        update(erase_intent)
        .where(erase_intent.c.id == intent.id)
        .values(state="ended", ended_at=tx.at)
    )
    tx.append(
        Act.ERASE_ENDED,
        collection=intent.collection_id,
        facts={"intent": intent.id, "erased": erased, "kept": kept, "lost": lost},
    )


def _hex_of_name(target: EraseTarget) -> str | None:
    return None if target.path.encode() == target.raw_path else target.raw_path.hex()


def _item_becomes(
    tx: Transaction, intent: EraseIntent, target: EraseTarget, state: str, code: str | None
) -> None:
    tx.connection.execute(
        update(erase_item)
        .where(erase_item.c.intent_id == intent.id, erase_item.c.item_id == target.item_id)
        .values(state=state, code=code)
    )
