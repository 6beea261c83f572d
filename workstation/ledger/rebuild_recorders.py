"""Rows about recorders, made anew from their lines: bindings, remarks, second readings, erases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from workstation.ledger.custody import Act

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from workstation.ledger.custody import CustodyLine

_CLOCK_TEXTS = ("clock_source", "clock_read_at", "station_keeper")
_CLOCK_NUMBERS = ("drift_s_per_day", "station_error_s")


def decimal(value: object) -> str | None:
    """A number of seconds as the tables hold it: exact decimal text."""
    return f"{value:.3f}" if isinstance(value, int | float) else None


class RecorderRows:
    """Each method applies one line; False where the line lacks what its rows need."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self.acts: dict[str, Callable[[CustodyLine], bool]] = {
            Act.RECORDER_BOUND.value: self._bound,
            Act.RECORDER_UNBOUND.value: self._unbound,
            Act.RECORDER_WRITTEN.value: self._written,
            Act.FLAGGED.value: self._flagged,
            Act.VERIFIED.value: self._verified,
            Act.ERASE_INTENDED.value: self._intended,
            Act.ERASED_FROM_RECORDER.value: self._erased,
            Act.ERASE_KEPT.value: self._kept,
            Act.ERASE_ENDED.value: self._ended,
        }

    def docked(self, entry: CustodyLine) -> None:
        """What the opening line of a collection tells of the docking: whose it is, both clocks."""
        facts = entry.facts
        if "by_source" not in facts:
            return  # a line of an earlier version
        synced = facts.get("station_synced")
        self._do(
            "INSERT INTO docking (collection_id, usb_serial, volume, provenance, claims, "
            "bearer_source, clock_source, clock_read_at, station_keeper, drift_s_per_day, "
            "station_error_s, station_synced) VALUES (?, '', '', '{}', '[]', ?, ?, ?, ?, ?, ?, ?)",
            *(entry.collection, facts["by_source"] or ""),
            *(facts.get(name) for name in _CLOCK_TEXTS),
            *(decimal(facts.get(name)) for name in _CLOCK_NUMBERS),
            None if synced is None else int(bool(synced)),
        )

    # -- who has which -------------------------------------------------------------------

    def _bound(self, entry: CustodyLine) -> bool:
        facts = entry.facts
        self._do(
            "INSERT INTO recorder_binding (recorder, badge, officer_name, unit, since, bound_at, "
            "bound_by, bound_seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            *(facts["recorder"], facts["badge"], facts["officer_name"], facts["unit"]),
            *(facts["since"], entry.at, entry.by, entry.seq),
        )
        return True

    def _unbound(self, entry: CustodyLine) -> bool:
        self._do(
            "UPDATE recorder_binding SET until=?, unbound_by=?, unbound_seq=? "
            "WHERE recorder=? AND until IS NULL",
            *(entry.facts["until"], entry.by, entry.seq, entry.facts["recorder"]),
        )
        return True

    # -- what a docking says -------------------------------------------------------------

    def _written(self, entry: CustodyLine) -> bool:
        """A clock that was set counts for the drift; other writes are no more than their line."""
        facts = entry.facts
        if facts.get("write") == "clock_set" and entry.collection is not None:
            self._do(
                "UPDATE docking SET clock_set_at=?, clock_set_code=?, clock_after_s=?, "
                "clock_after_uncertainty_s=? WHERE collection_id=?",
                *(facts.get("at"), facts.get("code"), decimal(facts.get("offset_after_s"))),
                *(decimal(facts.get("uncertainty_after_s")), entry.collection),
            )
        return True

    def _flagged(self, entry: CustodyLine) -> bool:
        code = entry.facts["code"]
        if entry.clip is None:
            facts = {name: value for name, value in entry.facts.items() if name != "code"}
            self._do(
                "INSERT INTO remark (seq, collection_id, code, facts) VALUES (?, ?, ?, ?)",
                *(entry.seq, entry.collection, code, msgspec.json.encode(facts).decode()),
            )
            return self._add_finding("collection", "id=?", entry.collection, code)
        which = "state='vaulted' AND clip_id=?"
        return self._add_finding("ingest_item", which, entry.clip, code)

    def _add_finding(self, table: str, which: str, name: object, code: object) -> bool:
        query = f"SELECT rowid, findings FROM {table} WHERE {which}"  # noqa: S608 - our own names
        row = self._db.execute(query, (name,)).fetchone()
        if row is None:
            return False
        codes = msgspec.json.decode(row[1], type=list[str])
        if code not in codes:
            self._do(
                f"UPDATE {table} SET findings=? WHERE rowid=?",  # noqa: S608
                *(msgspec.json.encode([*codes, code]).decode(), row[0]),
            )
        return True

    # -- second readings and erases ------------------------------------------------------

    def _verified(self, entry: CustodyLine) -> bool:
        item = self._item(entry)
        if item is None:
            return False
        if entry.facts["level"] == "V3":
            self._do("UPDATE ingest_item SET level=3 WHERE id=?", item)
        if "code" in entry.facts:
            self._do("UPDATE ingest_item SET code=? WHERE id=?", entry.facts["code"], item)
        return True

    def _intended(self, entry: CustodyLine) -> bool:
        facts = entry.facts
        item = self._item(entry)
        if item is None:
            return False
        path = str(facts["path"])
        raw = bytes.fromhex(str(facts["raw_path"])) if facts.get("raw_path") else path.encode()
        self._do(
            "INSERT OR IGNORE INTO erase_intent (id, collection_id, recorder_serial, policy, "
            "state, made_at) VALUES (?, ?, ?, ?, 'open', ?)",
            *(facts["intent"], entry.collection, facts["recorder"], facts["policy"], entry.at),
        )
        self._do(
            "INSERT INTO erase_item (intent_id, item_id, path, raw_path, size_bytes, mtime_ns, "
            "sha256, clip_id, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'intended')",
            *(facts["intent"], item, path, raw, facts["size_bytes"], facts.get("mtime_ns") or 0),
            *(facts["sha256"], entry.clip),
        )
        return True

    def _erased(self, entry: CustodyLine) -> bool:
        return self._becomes(entry, "erased", None)

    def _kept(self, entry: CustodyLine) -> bool:
        return self._becomes(entry, "kept", entry.facts["code"])

    def _becomes(self, entry: CustodyLine, state: str, code: object) -> bool:
        done = self._db.execute(
            "UPDATE erase_item SET state=?, code=? WHERE intent_id=? AND path=? AND clip_id=?",
            (state, code, entry.facts["intent"], entry.facts["path"], entry.clip),
        )
        return done.rowcount > 0

    def _ended(self, entry: CustodyLine) -> bool:
        done = self._db.execute(
            "UPDATE erase_intent SET state='ended', ended_at=? WHERE id=?",
            (entry.at, entry.facts["intent"]),
        )
        return done.rowcount > 0

    def _item(self, entry: CustodyLine) -> str | None:
        """The file of a listing that a line is about; one that was a duplicate is put in.

        None where the line, of an earlier version, does not say which it was.
        """
        facts = entry.facts
        name = facts.get("item")
        # Two files of one recorder may be one clip: the path tells which of them it was.
        by_clip = "SELECT id FROM ingest_item WHERE clip_id=? AND collection_id=? AND path=?"
        row = self._db.execute("SELECT id FROM ingest_item WHERE id=?", (name,)).fetchone()
        if row is None and "path" in facts:
            about = (entry.clip, entry.collection, str(facts["path"]))
            row = self._db.execute(by_clip, about).fetchone()
        if row is not None:
            return str(row[0])
        if name is None or "path" not in facts:
            return None
        made = self._db.execute(
            "INSERT INTO ingest_item (id, collection_id, place, path, raw_path, size_bytes, "
            "mtime_ns, kind, important, findings, state, code, facts, clip_id, sha256, sm3, level) "
            "SELECT ?, ?, ?, ?, ?, size_bytes, 0, kind, important, '[]', 'duplicate', "
            "'entry.duplicate', ?, id, sha256, sm3, 2 FROM clip WHERE id=?",
            (
                *(name, entry.collection, entry.seq, facts["path"], str(facts["path"]).encode()),
                *(msgspec.json.encode({"clip": entry.clip}).decode(), entry.clip),
            ),
        )
        return str(name) if made.rowcount else None

    def _do(self, statement: str, *values: object) -> None:
        self._db.execute(statement, values)
