"""Queries about what we can show for files on a recorder, and about intents left open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import exists, or_, select

from workstation.catalog.reading import Reading
from workstation.domain.clip import ClipId, CollectionId, ItemId, VerificationLevel
from workstation.domain.erasing import ErasePolicy, HeldCopy
from workstation.ledger import schema
from workstation.ledger.erasing import EraseIntent, EraseTarget
from workstation.ledger.schema_erase import erase_intent, erase_item
from workstation.platform.clock import from_text

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_item, _clip, _transfer = schema.ingest_item, schema.clip, schema.transfer


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A file of one docking whose bytes we hold."""

    target: EraseTarget
    copy: HeldCopy


class ErasingQueries(Reading):
    """What may go from a recorder, and what went."""

    def held_files(self, collection_id: str) -> list[HeldFile]:
        """Files of a docking that are clips or equal one, in the order they were listed."""
        stored = exists().where(_transfer.c.clip_id == _clip.c.id).label("stored")
        query = (
            select(_item, _clip.c.sha256.label("clip_sha256"), _clip.c.vaulted_at, stored)
            .join(_clip, _clip.c.id == _item.c.clip_id)
            .where(
                _item.c.collection_id == collection_id,
                _item.c.state.in_(("vaulted", "duplicate")),
                # Of a destroyed clip the ledger knows the digest; the bytes are nowhere.
                or_(_item.c.code.is_(None), _item.c.code != "clip.destroyed"),
            )
            .order_by(_item.c.place)
        )
        with self._reading() as connection:
            rows = connection.execute(query).all()
        return [
            HeldFile(
                EraseTarget(
                    item_id=ItemId(row.id),
                    path=row.path,
                    raw_path=row.raw_path,
                    size_bytes=row.size_bytes,
                    mtime_ns=row.mtime_ns,
                    sha256=row.clip_sha256,
                    clip_id=ClipId(row.clip_id),
                ),
                HeldCopy(
                    level=VerificationLevel(row.level or 0),
                    vaulted_at=from_text(row.vaulted_at),
                    transferred=bool(row.stored),
                ),
            )
            for row in rows
        ]

    def open_intents(self, serial: str) -> list[EraseIntent]:
        """Intents for this recorder that nobody has ended, with what is still to be settled."""
        query = (
            select(erase_intent)
            .where(erase_intent.c.recorder_serial == serial, erase_intent.c.state == "open")
            .order_by(erase_intent.c.made_at)
        )
        with self._reading() as connection:
            return [
                EraseIntent(
                    id=row.id,
                    collection_id=CollectionId(row.collection_id),
                    recorder_serial=row.recorder_serial,
                    policy=ErasePolicy(row.policy),
                    targets=_targets(connection, row.id),
                )
                for row in connection.execute(query).all()
            ]

    def intent_counts(self, intent_id: str) -> dict[str, int]:
        """How many files of an intent are in which state."""
        query = select(erase_item.c.state).where(erase_item.c.intent_id == intent_id)
        counts = {"intended": 0, "erased": 0, "kept": 0}
        with self._reading() as connection:
            for state in connection.execute(query).scalars():
                counts[state] += 1
        return counts


def _targets(connection: Connection, intent_id: str) -> tuple[EraseTarget, ...]:
    query = select(erase_item).where(
        erase_item.c.intent_id == intent_id, erase_item.c.state == "intended"
    )
    return tuple(
        EraseTarget(
            item_id=ItemId(row.item_id),
            path=row.path,
            raw_path=row.raw_path,
            size_bytes=row.size_bytes,
            mtime_ns=row.mtime_ns,
            sha256=row.sha256,
            clip_id=ClipId(row.clip_id),
        )
        for row in connection.execute(query)
    )
