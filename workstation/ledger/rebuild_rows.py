"""Rows of people, retention and case work, made anew from the lines that tell of them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from workstation.domain.casework import Field
from workstation.domain.errors_casework import BadOperationError
from workstation.ledger import operations
from workstation.ledger.custody import Act
from workstation.ledger.directory_rows import CENTRE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from workstation.ledger.custody import CustodyLine

_CHANGES_OF_OFFICERS = (
    Act.OFFICER_CHANGED,
    Act.ROLE_GIVEN,
    Act.OFFICER_DISABLED,
    Act.OFFICER_ENABLED,
)
OPERATIONS = tuple(
    act.value
    for act in (
        *(Act.TAGGED, Act.NOTED, Act.MARKED, Act.LINKED, Act.UNLINKED),
        *(Act.HELD, Act.RELEASED, Act.CASE_CHANGED),
    )
)


class MoreRows:
    """Each method applies one line; False where the line lacks what its rows need."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self.acts: dict[str, Callable[[CustodyLine], bool]] = {
            Act.UNIT_ADDED.value: self._unit,
            Act.UNIT_CHANGED.value: self._unit,
            Act.OFFICER_ADDED.value: self._officer_added,
            Act.POLICY_ADOPTED.value: self._policy,
            Act.AGENCY_PINNED.value: self._agency,
            Act.GAP_EXPLAINED.value: self._gap,
            Act.PURGE_INTENDED.value: self._purge_intended,
            Act.PURGED.value: self._purged,
            Act.PURGE_SPARED.value: self._purge_spared,
            Act.DIRECTORY_APPLIED.value: self._directory,
            Act.DESTRUCTION_QUEUED.value: self._queued,
            Act.DESTRUCTION_CANCELLED.value: self._cancelled,
            Act.DESTRUCTION_CONFIRMED.value: self._confirmed,
            Act.SPARED.value: self._spared,
            Act.DESTROYED.value: self._destroyed,
            Act.DESTRUCTION_ENDED.value: self._ended,
            **{act.value: self._officer_changed for act in _CHANGES_OF_OFFICERS},
            **dict.fromkeys(OPERATIONS, self._said),
        }

    # -- people; of PINs and cards the lines tell nothing, on purpose ---------------------

    def _unit(self, entry: CustodyLine) -> bool:
        facts = entry.facts
        self._do(
            "INSERT INTO unit (id, code, name, parent_id) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET code=excluded.code, name=excluded.name, "
            "parent_id=excluded.parent_id",
            *(facts["unit"], facts["code"], facts["name"], facts["parent"]),
        )
        return True

    def _officer_added(self, entry: CustodyLine) -> bool:
        facts = entry.facts
        self._do(
            "INSERT INTO officer (id, badge, name, unit_id, role, is_active, source, added_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            *(facts["officer"], facts["badge"], facts["name"], facts["unit"], facts["role"]),
            *(int(bool(facts["active"])), facts.get("source") or "local", entry.at),
        )
        self._post(entry, since="")
        return True

    def _officer_changed(self, entry: CustodyLine) -> bool:
        facts = entry.facts
        self._do(
            "UPDATE officer SET badge=?, name=?, unit_id=?, role=?, is_active=? WHERE id=?",
            *(facts["badge"], facts["name"], facts["unit"], facts["role"]),
            *(int(bool(facts["active"])), facts["officer"]),
        )
        if facts.get("source"):
            self._do("UPDATE officer SET source=? WHERE id=?", facts["source"], facts["officer"])
        if facts.get("was_unit") not in {None, facts["unit"]}:
            self._post(entry, since=entry.at)
        return True

    def _post(self, entry: CustodyLine, since: str) -> None:
        self._do(
            "INSERT OR REPLACE INTO posting (officer_id, since, unit_id) VALUES (?, ?, ?)",
            *(entry.facts["officer"], since, entry.facts["unit"]),
        )

    # -- shifts ---------------------------------------------------------------------------

    def _gap(self, entry: CustodyLine) -> bool:
        facts = entry.facts
        self._do(
            "INSERT INTO gap_reason (seq, badge, begins, ends, reason, note, by, at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            *(entry.seq, facts["badge"], facts["begins"], facts["ends"], facts["reason"]),
            *(facts["note"], entry.by, entry.at),
        )
        return True

    # -- clips that are in the central store only -----------------------------------------

    def _purge_intended(self, entry: CustodyLine) -> bool:
        self._do(
            "INSERT INTO purged (clip_id, store_id, object_key, intended_at) VALUES (?, ?, ?, ?)",
            *(entry.clip, entry.facts["store"], entry.facts["object"], entry.at),
        )
        return True

    def _purged(self, entry: CustodyLine) -> bool:
        self._do("UPDATE purged SET at=? WHERE clip_id=?", entry.at, entry.clip)
        return True

    def _purge_spared(self, entry: CustodyLine) -> bool:
        self._do("DELETE FROM purged WHERE clip_id=?", entry.clip)
        return True

    # -- the directory of the centre: its parts' own bytes are fetched again ---------------

    def _agency(self, entry: CustodyLine) -> bool:
        if entry.by != CENTRE:  # pinned by a person: what was before was another agency's
            for table in ("agency_key", "directory_part"):
                self._do(f"DELETE FROM {table}")  # noqa: S608 - names of ours
        self._do(
            "INSERT INTO agency_key (number, ssh, pinned_at, pinned_by) VALUES (?, ?, ?, ?)",
            *(entry.facts["number"], entry.facts["ssh"], entry.at, entry.by or ""),
        )
        return True

    def _directory(self, entry: CustodyLine) -> bool:
        facts = entry.facts
        self._do(
            "INSERT OR REPLACE INTO directory_part (kind, rev, sha256, applied_at) "
            "VALUES (?, ?, ?, ?)",
            *(facts["kind"], facts["rev"], facts["sha256"], entry.at),
        )
        return True

    # -- retention -----------------------------------------------------------------------

    def _policy(self, entry: CustodyLine) -> bool:
        text = str(entry.facts.get("text") or "").encode()
        if hashlib.sha256(text).hexdigest() != entry.facts["sha256"]:
            return False  # a line of an earlier version: the policy has to be adopted anew
        self._do(
            "INSERT INTO retention_policy (text, sha256, adopted_at, adopted_by, second) "
            "VALUES (?, ?, ?, ?, ?)",
            *(text, entry.facts["sha256"], entry.at, entry.by or "", entry.facts["second"]),
        )
        return True

    def _queued(self, entry: CustodyLine) -> bool:
        name = entry.facts["destruction"]
        self._do(
            "INSERT OR IGNORE INTO destruction (id, state, queued_at, queued_by, due_at) "
            "VALUES (?, 'queued', ?, ?, ?)",
            *(name, entry.at, entry.by or "", entry.facts["due"]),
        )
        self._do(
            "INSERT INTO destruction_item (destruction_id, clip_id, state, reason) "
            "VALUES (?, ?, 'queued', '')",
            *(name, entry.clip),
        )
        return True

    def _cancelled(self, entry: CustodyLine) -> bool:
        name = entry.facts["destruction"]
        self._do("UPDATE destruction SET state='cancelled', ended_at=? WHERE id=?", entry.at, name)
        self._do("UPDATE destruction_item SET state='cancelled' WHERE destruction_id=?", name)
        return True

    def _confirmed(self, entry: CustodyLine) -> bool:
        name = entry.facts["destruction"]
        self._do(
            "UPDATE destruction SET state='confirmed', confirmed_at=?, confirmed_by=? WHERE id=?",
            *(entry.at, entry.by, name),
        )
        self._do(
            "UPDATE destruction_item SET state='intended' "
            "WHERE destruction_id=? AND state='queued'",
            name,
        )
        return True

    def _spared(self, entry: CustodyLine) -> bool:
        self._item(entry, "spared", str(entry.facts["rule"]))
        return True

    def _destroyed(self, entry: CustodyLine) -> bool:
        self._item(entry, "destroyed", "")
        self._do(
            "INSERT INTO destroyed (clip_id, destruction_id, at) VALUES (?, ?, ?)",
            *(entry.clip, entry.facts["destruction"], entry.at),
        )
        return True

    def _ended(self, entry: CustodyLine) -> bool:
        """Over; but the certificate's text and signature are nowhere but in the lost row."""
        name = entry.facts["destruction"]
        self._do("UPDATE destruction SET state='ended', ended_at=? WHERE id=?", entry.at, name)
        return False

    def _item(self, entry: CustodyLine, state: str, reason: str) -> None:
        self._do(
            "UPDATE destruction_item SET state=?, reason=? WHERE destruction_id=? AND clip_id=?",
            *(state, reason, entry.facts["destruction"], entry.clip),
        )

    # -- case work -----------------------------------------------------------------------

    def _said(self, entry: CustodyLine) -> bool:
        """An operation's exact bytes, put together from its entry; their digest must fit."""
        line = _operation(entry)
        if line is None:
            return False
        (last,) = self._db.execute("SELECT coalesce(max(seq), 0) FROM operation").fetchone()
        said = operations.decode(line)
        self._do(
            "INSERT INTO operation (seq, id, clip_id, case_id, line, custody_seq) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            *(last + 1, said.id, said.clip, said.case, line, entry.seq),
        )
        return True

    def _do(self, statement: str, *values: object) -> None:
        self._db.execute(statement, values)


def _operation(entry: CustodyLine) -> bytes | None:
    """None for notes and parties, whose words no entry repeats, and for an earlier version's."""
    facts = entry.facts
    if "value" not in facts or "said_at" not in facts:
        return None
    is_of_case = entry.clip is None and facts["field"] != Field.LINK.value
    made = {
        "v": operations.VERSION,
        "id": facts["operation"],
        "origin": facts["origin"],
        "at": facts["said_at"],
        "by": entry.by,
        "verb": facts["verb"],
        "field": facts["field"],
        "clip": entry.clip,
        "case": facts["case"] if is_of_case else None,
        "value": facts["value"],
        "over": str(facts["over"] or "").split(),
        "knew": str(facts.get("knew") or "").split(),
        "in_ms": facts.get("in_ms"),
        "out_ms": facts.get("out_ms"),
    }
    line = msgspec.json.encode(made)
    is_it = hashlib.sha256(line).hexdigest() == facts["sha256"]
    try:
        operations.decode(line)
    except BadOperationError:
        return None
    return line if is_it else None
