"""One fact being written: rows, custody lines and outbox entries that become true together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import delete, func, insert, select, update

from workstation.domain.errors import (
    DigestMismatchError,
    UnknownClipError,
)
from workstation.ledger import schema, schema_delivery, words
from workstation.ledger.custody import VERSION, Act, CustodyLine, encode, line_hash
from workstation.ledger.merkle import leaf_hash
from workstation.ledger.rows import (
    clip_row,
    clock_facts,
    collection_row,
    item_row,
    recorded_text,
)
from workstation.platform.clock import to_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.engine import Connection

    from workstation.domain.clip import ClipId, CollectionId
    from workstation.domain.ingest_state import CollectionState
    from workstation.ledger.custody import Fact
    from workstation.ledger.merkle import Frontier
    from workstation.ledger.records import (
        ItemEnd,
        NewClip,
        NewCollection,
        NewItem,
        NewReceipt,
        StagedItem,
    )


class Head:
    """Where the chain ends: known in memory, so that appending reads nothing."""

    def __init__(self, seq: int, last_hash: str, frontier: Frontier) -> None:
        self.seq = seq
        self.hash = last_hash
        self.frontier = frontier
        self._from = seq

    @property
    def unchanged(self) -> bool:
        return self.seq == self._from

    def copy(self) -> Head:
        return Head(self.seq, self.hash, self.frontier.copy())


class Transaction:
    """One fact being written. Everything in it becomes true at once, or nothing does."""

    def __init__(self, connection: Connection, head: Head, station_id: str, at: str) -> None:
        self._connection = connection
        self._head = head
        self._station_id = station_id
        self._at = at
        self._lines: list[dict[str, object]] = []
        self.written: list[bytes] = []  # the lines of this transaction, as they stand
        self._outgoing: list[dict[str, object]] = []

    @property
    def connection(self) -> Connection:
        """For the modules of the ledger that write tables of their own in this fact."""
        return self._connection

    @property
    def at(self) -> str:
        """When this becomes true: ISO 8601 UTC, as in its custody entries."""
        return self._at

    @property
    def station_id(self) -> str:
        """Whose ledger this is."""
        return self._station_id

    def append(
        self,
        act: Act,
        *,
        clip: ClipId | None = None,
        collection: CollectionId | None = None,
        by: str | None = None,
        facts: dict[str, Fact] | None = None,
    ) -> int:
        """Add a custody entry to the chain; returns its sequence number."""
        head = self._head
        line = encode(
            CustodyLine(
                v=VERSION,
                seq=head.seq + 1,
                station=self._station_id,
                at=self._at,
                act=act.value,
                clip=clip,
                collection=collection,
                by=by,
                facts=facts or {},
                prev=head.hash,
            )
        )
        head.seq += 1
        head.hash = line_hash(line)
        head.frontier.append(leaf_hash(line))
        self.written.append(line)
        self._lines.append(
            {
                "seq": head.seq,
                "line": line,
                "hash": head.hash,
                "act": act.value,
                "clip_id": clip,
                "collection_id": collection,
            }
        )
        return head.seq

    def enqueue(self, kind: str, ref: str) -> None:
        """Tell the sync process that something is to be delivered."""
        self._outgoing.append({"kind": kind, "ref": ref, "created_at": self._at})

    def open_collection(self, new: NewCollection) -> None:
        """A recorder was docked and identified."""
        self._connection.execute(insert(schema.collection), collection_row(new, self._at))
        self.append(
            Act.COLLECTION_OPENED,
            collection=new.id,
            by=new.bearer.badge,
            facts={
                "slot": new.slot,
                "port": new.port,
                "driver": new.driver,
                "profile": new.identity.profile,
                "recorder": new.identity.serial,
                "by_source": new.bearer.source or None,
                **clock_facts(new.clock),
            },
        )

    def list_items(self, collection: CollectionId, first: int, items: Sequence[NewItem]) -> None:
        """Files as the recorder claims them; ``first`` is the place of the first of them."""
        rows = [item_row(new, collection, first + nth) for nth, new in enumerate(items)]
        if rows:
            self._connection.execute(insert(schema.ingest_item), rows)

    def begin_copy(self, item_id: str, clip_id: ClipId) -> None:
        """A staging file of this name may exist from now on."""
        table = schema.ingest_item
        self._connection.execute(
            update(table).where(table.c.id == item_id).values(state="copying", clip_id=clip_id)
        )

    def stage_items(self, staged: Sequence[StagedItem]) -> None:
        """Verified copies lie in staging."""
        connection = self._connection
        connection.exec_driver_sql(
            "UPDATE ingest_item SET state='staged', clip_id=?, sha256=?, sm3=?, key_id=?, "
            "header=?, level=? WHERE id=?",
            [
                (s.clip_id, s.digest.sha256, s.digest.sm3, s.key_id, s.header, int(s.level), s.id)
                for s in staged
            ],
        )

    def end_items(self, ends: Sequence[ItemEnd]) -> None:
        """Files that ended otherwise than as a new clip."""
        if not ends:
            return
        self._connection.exec_driver_sql(
            "UPDATE ingest_item SET state=?, code=?, facts=?, clip_id=?, "
            "sha256=coalesce(?, sha256), sm3=coalesce(?, sm3), level=? WHERE id=?",
            [
                (
                    end.state.value,
                    end.code,
                    msgspec.json.encode(end.facts).decode(),
                    end.clip_id,
                    end.digest.sha256 if end.digest else None,
                    end.digest.sm3 if end.digest else None,
                    None if end.level is None else int(end.level),
                    end.id,
                )
                for end in ends
            ],
        )

    def interrupt_items(self, ends: Sequence[ItemEnd]) -> None:
        """Files the docking ended before; their staging names stay known for a resume."""
        if ends:
            self._connection.exec_driver_sql(
                "UPDATE ingest_item SET state='interrupted', code=? WHERE id=?",
                [(end.code, end.id) for end in ends],
            )

    def quarantine_item(
        self, end: ItemEnd, collection: CollectionId, path: str, by: str | None = None
    ) -> None:
        """A file that could not be taken whole: the item's end and a custody entry."""
        self.end_items([end])
        self.append(
            Act.QUARANTINED,
            collection=collection,
            by=by,
            facts={"item": end.id, "path": path, "code": end.code, **end.facts},
        )

    def add_clips(self, clips: Sequence[NewClip]) -> None:
        """Clips whose objects lie in the vault: rows, custody entries, outbox, item ends."""
        highest = select(func.coalesce(func.max(schema.clip.c.seq), 0))
        seq = int(self._connection.execute(highest).scalar_one())
        rows = []
        for new in clips:
            seq += 1
            rows.append(clip_row(new, seq, self._at))
            self._append_collected(new)
            self.enqueue("clip", new.staged.clip_id)
        self._connection.execute(insert(schema.clip), rows)
        self._connection.exec_driver_sql(
            "UPDATE ingest_item SET state='vaulted', findings=?, level=? WHERE id=?",
            [
                (
                    msgspec.json.encode((*new.entry.findings, *new.findings)).decode(),
                    int(new.staged.level),
                    new.staged.id,
                )
                for new in clips
            ],
        )
        words.index_clips(self._connection, [new.staged.clip_id for new in clips])

    def _append_collected(self, new: NewClip) -> None:
        staged = new.staged
        self.append(
            Act.COLLECTED,
            clip=staged.clip_id,
            collection=new.collection_id,
            by=new.badge,
            facts={
                "sha256": staged.digest.sha256,
                "sm3": staged.digest.sm3,
                "size_bytes": staged.size_bytes,
                "path": new.entry.path,
                "recorder": new.recorder_serial,
                "badge_source": new.badge_source,
                "slot": new.slot,
                "kind": new.entry.kind.value,
                "recorded_at": recorded_text(new.entry),
                "sequence": new.entry.sequence,
                "important": new.entry.important,
                "level": f"V{int(staged.level)}",
                "object_header": staged.header.hex(),
                "key_id": staged.key_id,
                "item": staged.id,
                **({"sidecar_of": new.entry.sidecar_of} if new.entry.sidecar_of else {}),
            },
        )

    def close_collection(
        self, collection: CollectionId, state: CollectionState, facts: dict[str, Fact]
    ) -> None:
        """A docking is over; ``facts`` counts what came of it and carries a ``code`` if any."""
        code = facts.get("code")
        table = schema.collection
        self._connection.execute(
            update(table)
            .where(table.c.id == collection)
            .values(
                state=state.value,
                code=code,
                facts=msgspec.json.encode(facts).decode(),
                ended_at=self._at,
            )
        )
        self.append(
            Act.COLLECTION_CLOSED, collection=collection, facts={"state": state.value, **facts}
        )
        self.enqueue("collection", collection)

    def record_receipt(self, receipt: NewReceipt) -> bool:
        """The central store holds a clip; False if this was known already.

        Raises:
            UnknownClipError: the ledger has no such clip.
            DigestMismatchError: the receipt speaks of other bytes than the ledger.
        """
        clip, transfer = schema.clip, schema.transfer
        row = self._connection.execute(
            select(clip.c.sha256, clip.c.size_bytes).where(clip.c.id == receipt.clip_id)
        ).one_or_none()
        if row is None:
            raise UnknownClipError(clip=receipt.clip_id)
        if (row.sha256, row.size_bytes) != (receipt.sha256, receipt.size_bytes):
            raise DigestMismatchError(
                clip=receipt.clip_id, expected=row.sha256, found=receipt.sha256
            )
        known = select(transfer.c.clip_id).where(
            transfer.c.clip_id == receipt.clip_id, transfer.c.store_id == receipt.store_id
        )
        if self._connection.execute(known).first() is not None:
            return False
        until = receipt.locked_until
        locked_until = to_text(until) if until is not None else None
        seq = self.append(
            Act.TRANSFERRED,
            clip=receipt.clip_id,
            facts={
                "store": receipt.store_id,
                "object": receipt.object_key,
                "manifest": receipt.manifest_key,
                "sha256": receipt.sha256,
                "size_bytes": receipt.size_bytes,
                "stored_at": to_text(receipt.stored_at),
                "locked_until": locked_until,
                **{f"proof_{name}": value for name, value in receipt.proof.items()},
            },
        )
        self.flush()
        self._connection.execute(
            insert(transfer).values(
                clip_id=receipt.clip_id,
                store_id=receipt.store_id,
                object_key=receipt.object_key,
                manifest_key=receipt.manifest_key,
                stored_at=to_text(receipt.stored_at),
                custody_seq=seq,
                locked_until=locked_until,
            )
        )
        way = schema_delivery.on_its_way
        self._connection.execute(delete(way).where(way.c.clip_id == receipt.clip_id))
        words.index_clips(self._connection, [receipt.clip_id])
        return True

    def record_media(
        self, clip_id: ClipId, duration_ms: int | None, facts: bytes, *, has_thumbnail: bool
    ) -> None:
        """What the probe found; facts about footage, no custody matter."""
        self._connection.exec_driver_sql(
            "INSERT OR REPLACE INTO media VALUES (?, ?, ?, ?, ?)",
            (clip_id, duration_ms, facts.decode(), int(has_thumbnail), self._at),
        )

    def flush(self) -> None:
        """Put the entries so far into their table, for rows that refer to them."""
        if self._lines:
            self._connection.execute(insert(schema.custody_entry), self._lines)
            self._lines = []

    def settle(self) -> None:
        """Write what was gathered; called by the ledger just before the commit."""
        if not self._lines and not self._outgoing and self._head.unchanged:
            return
        self.flush()
        if self._outgoing:
            self._connection.execute(insert(schema.outbox), self._outgoing)
        frontier = self._head.frontier
        self._connection.exec_driver_sql(
            "INSERT OR REPLACE INTO frontier VALUES (1, ?, ?)",
            (frontier.size, frontier.to_bytes()),
        )
