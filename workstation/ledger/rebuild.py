"""Make the ledger's tables anew from its lines: what a line tells becomes rows again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from workstation.ledger.custody import Act, decode, line_hash
from workstation.ledger.merkle import Frontier, leaf_hash
from workstation.ledger.rebuild_recorders import RecorderRows, decimal
from workstation.ledger.rebuild_rows import MoreRows

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable

    from workstation.ledger.custody import CustodyLine
    from workstation.ledger.second_copy import KeptNote

# Acts that were never more than their line.
ONLY_LINES = frozenset(
    act.value
    for act in (
        *(Act.STATION_CREATED, Act.VIEWED, Act.DERIVED, Act.KEY_ROTATED, Act.ROSTER_APPLIED),
        *(Act.SIGNED_IN, Act.SIGNED_OUT, Act.UNLOCKED, Act.GLASS_BROKEN, Act.GLASS_MENDED),
        *(Act.LOCKED_OUT, Act.SAW_HEAD, Act.LEDGER_COMPLETED, Act.HANDED_IN),
        *(Act.EXPORTED, Act.EXPORT_ENDED, Act.STORE_COMMISSIONED, Act.RECORDER_WRITING),
        Act.ENTRIES_EXPORTED,
        *(Act.FETCHED, Act.DIRECTORY_REFUSED, Act.RECONCILED),
    )
)


@dataclass(slots=True)
class Replayed:
    """What was applied, and the acts whose rows could not be made from their lines."""

    lines: int = 0
    clips: int = 0
    collections: int = 0
    rowless: dict[str, int] = field(default_factory=dict)


class Replay:
    """Applies lines to a ledger that holds all lines before them, or none."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self.done = Replayed()
        self._recorders = RecorderRows(db)
        self._more = MoreRows(db).acts | self._recorders.acts
        self._frontier = Frontier()
        for (line,) in db.execute("SELECT line FROM custody_entry ORDER BY seq"):
            self._frontier.append(leaf_hash(line))
        (self._clips,) = db.execute("SELECT coalesce(max(seq), 0) FROM clip").fetchone()
        self._acts: dict[str, Callable[[CustodyLine], None]] = {
            Act.COLLECTION_OPENED.value: self._opened,
            Act.COLLECTED.value: self._collected,
            Act.QUARANTINED.value: self._quarantined,
            Act.COLLECTION_CLOSED.value: self._closed,
            Act.TRANSFERRED.value: self._transferred,
            Act.READ_BACK.value: self._read_back,
            Act.DAMAGED.value: self._damaged,
            Act.HEALED.value: self._healed,
        }

    def apply(self, lines: Iterable[bytes], notes: Iterable[KeptNote]) -> Replayed:
        """Take in lines and the notes over them; the caller commits.

        Raises:
            LedgerBrokenError: a line is none of ours.
        """
        for line in lines:
            self._apply(line)
        size = self._frontier.size
        for note in notes:
            if note.size <= size:
                self._db.execute(
                    "INSERT INTO checkpoint SELECT ?, ?, ? WHERE NOT EXISTS "
                    "(SELECT 1 FROM checkpoint WHERE size=?)",
                    (note.size, note.note, note.at, note.size),
                )
        self._db.execute(
            "INSERT OR REPLACE INTO frontier VALUES (1, ?, ?)", (size, self._frontier.to_bytes())
        )
        return self.done

    def _apply(self, line: bytes) -> None:
        seq = self._frontier.size + 1
        entry = decode(line, seq)
        self._frontier.append(leaf_hash(line))
        self._db.execute(
            "INSERT INTO custody_entry VALUES (?, ?, ?, ?, ?, ?)",
            (seq, line, line_hash(line), entry.act, entry.clip, entry.collection),
        )
        self.done.lines += 1
        self.take(entry)

    def take(self, entry: CustodyLine) -> None:
        """Make the rows that one line tells of, without keeping the line."""
        act = self._acts.get(entry.act)
        more = self._more.get(entry.act)
        if act is not None:
            act(entry)
        elif entry.act not in ONLY_LINES and not (more is not None and more(entry)):
            self.done.rowless[entry.act] = self.done.rowless.get(entry.act, 0) + 1

    def _opened(self, entry: CustodyLine) -> None:
        facts = entry.facts
        self._insert(
            "collection",
            id=entry.collection,
            slot=facts.get("slot") or 0,
            port=facts.get("port") or "",
            source="",
            driver=facts.get("driver") or "",
            profile=facts.get("profile") or "",
            recorder_serial=facts.get("recorder") or "",
            label="",
            badge=entry.by,
            findings="[]",
            clock_offset_s=decimal(facts.get("clock_offset_s")),
            clock_uncertainty_s=decimal(facts.get("clock_uncertainty_s")),
            state="running",
            facts="{}",
            started_at=entry.at,
        )
        self._recorders.docked(entry)
        self.done.collections += 1

    def _collected(self, entry: CustodyLine) -> None:
        facts = entry.facts
        self._clips += 1
        level = int(str(facts["level"])[1:])
        header = bytes.fromhex(str(facts["object_header"]))
        shared = {
            "sha256": facts["sha256"],
            "sm3": facts["sm3"],
            "size_bytes": facts["size_bytes"],
            "kind": facts["kind"],
            "collection_id": entry.collection,
            "badge": entry.by,
            "recorded_at": facts["recorded_at"],
            "sequence": facts["sequence"],
            "important": int(bool(facts["important"])),
            "level": level,
            "key_id": facts["key_id"],
            "header": header,
        }
        self._insert(
            "clip",
            seq=self._clips,
            id=entry.clip,
            source_path=facts["path"],
            recorder_serial=facts["recorder"],
            badge_source=facts.get("badge_source"),
            vaulted_at=entry.at,
            **shared,
        )
        item = str(facts.get("item") or entry.clip)  # lines of an earlier version do not tell it
        beside = facts.get("sidecar_of")
        self._item(entry, item, "vaulted", clip_id=entry.clip, sidecar_of=beside, **shared)
        self._outgoing("clip", entry.clip, entry.at)
        self.done.clips += 1

    def _quarantined(self, entry: CustodyLine) -> None:
        told = dict(entry.facts)
        name, code = str(told.pop("item")), told.pop("code")
        facts = msgspec.json.encode(told).decode()
        self._item(entry, name, "quarantined", code=code, facts=facts)

    def _item(self, entry: CustodyLine, item_id: str, state: str, **more: object) -> None:
        path = str(entry.facts.get("path") or "")
        row: dict[str, object] = {
            "id": item_id,
            "collection_id": entry.collection,
            "place": entry.seq,
            "path": path,
            "raw_path": path.encode(),
            "size_bytes": 0,
            "mtime_ns": 0,
            "kind": "other",
            "important": 0,
            "findings": "[]",
            "state": state,
            "facts": "{}",
        }
        self._insert("ingest_item", **(row | more))

    def _closed(self, entry: CustodyLine) -> None:
        facts = {name: value for name, value in entry.facts.items() if name != "state"}
        self._db.execute(
            "UPDATE collection SET state=?, code=?, facts=?, ended_at=? WHERE id=?",
            (
                entry.facts.get("state"),
                facts.get("code"),
                msgspec.json.encode(facts).decode(),
                entry.at,
                entry.collection,
            ),
        )
        self._outgoing("collection", entry.collection, entry.at)

    def _transferred(self, entry: CustodyLine) -> None:
        facts = entry.facts
        self._insert(
            "transfer",
            clip_id=entry.clip,
            store_id=facts["store"],
            object_key=facts["object"],
            manifest_key=facts["manifest"],
            stored_at=facts["stored_at"],
            custody_seq=entry.seq,
            locked_until=facts.get("locked_until"),
        )

    def _read_back(self, entry: CustodyLine) -> None:
        facts = entry.facts
        self._insert(
            "read_back",
            clip_id=entry.clip,
            centre=facts["centre"],
            store_id=facts["store"],
            at=facts["read_at"],
            custody_seq=entry.seq,
        )

    def _damaged(self, entry: CustodyLine) -> None:
        if "derivative" in entry.facts:
            return  # of a still, which has no row
        facts = msgspec.json.encode(entry.facts).decode()
        self._db.execute(
            "INSERT OR REPLACE INTO damage VALUES (?, ?, ?, ?, NULL)",
            (entry.clip, entry.facts.get("code"), facts, entry.at),
        )

    def _healed(self, entry: CustodyLine) -> None:
        header = bytes.fromhex(str(entry.facts["object_header"]))
        self._insert(
            "object_copy",
            custody_seq=entry.seq,
            clip_id=entry.clip,
            key_id=entry.facts["key_id"],
            header=header,
        )
        self._db.execute("UPDATE damage SET healed_at=? WHERE clip_id=?", (entry.at, entry.clip))

    def _outgoing(self, kind: str, ref: str | None, at: str) -> None:
        self._insert("outbox", kind=kind, ref=ref, created_at=at)

    def _insert(self, table: str, **row: object) -> None:
        names = ", ".join(row)
        marks = ", ".join("?" * len(row))
        self._db.execute(
            f"INSERT INTO {table} ({names}) VALUES ({marks})",  # noqa: S608 - our own names
            tuple(row.values()),
        )
