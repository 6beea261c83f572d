"""Destroy what no rule keeps: queued by one person, confirmed by another, with a certificate.

Every step judges each clip anew, in the transaction in which the step becomes true; so a hold, a
tag or a link that came in between stops it, and nothing can come between the last judgement and
the end of the object. An object is removed only after the confirmed intent is durable; a crash
anywhere leaves what ``finish`` completes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import insert, select, update

from workstation.catalog.custody import derivatives_of
from workstation.catalog.retention import facts_of
from workstation.domain.clip import ClipId
from workstation.domain.errors_casework import (
    SecondPersonError,
    TooEarlyError,
    UnknownDestructionError,
)
from workstation.domain.retention import judge
from workstation.ledger import schema, sshsig
from workstation.ledger.custody import Act
from workstation.ledger.schema_retention import destroyed, destruction, destruction_item
from workstation.platform import failpoints
from workstation.platform.clock import from_text, to_text
from workstation.platform.ids import new_id
from workstation.retention.policy import in_force
from workstation.vault import derived
from workstation.vault.store import ObjectRef

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from sqlalchemy import Row

    from workstation.catalog.reader import Catalog
    from workstation.ledger.signing import StationKey
    from workstation.ledger.transaction import Transaction
    from workstation.ledger.writer import Ledger
    from workstation.vault.store import Vault

AT_ONCE = 2000  # clips in one destruction: the ledger is locked while they are judged
CERTIFICATE = "evidock-destruction"
QUEUED, CONFIRMED, ENDED, CANCELLED = "queued", "confirmed", "ended", "cancelled"
INTENDED, SPARED, DESTROYED = "intended", "spared", "destroyed"


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a destruction: how many clips were destroyed and spared."""

    destruction: str
    destroyed: int
    spared: int


class Sweep:
    """Everything that may make clips end. Safe to call from any thread."""

    def __init__(self, ledger: Ledger, catalog: Catalog, vault: Vault, key: StationKey) -> None:
        self._ledger = ledger
        self._catalog = catalog
        self._vault = vault
        self._key = key

    # -- two people ----------------------------------------------------------------------

    def queue(
        self, by: str, may_touch: Callable[[str], bool] | None = None
    ) -> tuple[str, int] | None:
        """Put clips that no rule keeps in a queue; its name and their number.

        ``may_touch`` says which clips the person reaches; others are left alone.

        None where there is none. No more than ``AT_ONCE``, the oldest first.
        """
        candidates = self._candidates(may_touch)
        if not candidates:
            return None
        with self._ledger.transaction() as tx:
            policy, now = in_force(tx.connection), from_text(tx.at)
            judged = [judge(clip, policy) for clip in facts_of(tx.connection, candidates)]
            gone = [verdict for verdict in judged if verdict.may_go(now)]
            if not gone:
                return None
            name = new_id()
            due = now + timedelta(days=policy.queue_days)
            tx.connection.execute(
                insert(destruction).values(
                    id=name, state=QUEUED, queued_at=tx.at, queued_by=by, due_at=to_text(due)
                )
            )
            tx.connection.execute(
                insert(destruction_item),
                [
                    {"destruction_id": name, "clip_id": v.clip.id, "state": QUEUED, "reason": ""}
                    for v in gone
                ],
            )
            for verdict in gone:
                tx.append(
                    Act.DESTRUCTION_QUEUED,
                    clip=ClipId(verdict.clip.id),
                    by=by,
                    facts={
                        "destruction": name,
                        "kept_until": to_text(verdict.until) if verdict.until else None,
                        "due": to_text(due),
                    },
                )
        return name, len(gone)

    def _candidates(self, may_touch: Callable[[str], bool] | None) -> list[str]:
        """Clips to judge under the lock: of a hundred thousand nearly all are kept anyway."""
        waiting = self._waiting()
        with self._ledger.transaction() as tx:
            policy, now = in_force(tx.connection), from_text(tx.at)
        found = [
            clip.id
            for clip in self._catalog.clip_facts()
            if clip.id not in waiting and judge(clip, policy).may_go(now)
        ]
        allowed = found if may_touch is None else filter(may_touch, found)
        return list(islice(allowed, AT_ONCE))

    def _waiting(self) -> set[str]:
        return {
            clip
            for line in self._catalog.destructions(limit=10_000)
            if line.state in {QUEUED, CONFIRMED}
            for clip, _, _ in self._catalog.destruction_clips(line.id)
        }

    def clips_of(self, name: str) -> list[str]:
        """The clips of a destruction, whatever became of them."""
        return [clip for clip, _, _ in self._catalog.destruction_clips(name)]

    def cancel(self, name: str, by: str) -> None:
        """Take a destruction off the queue.

        Raises:
            UnknownDestructionError: it does not wait for confirmation.
        """
        with self._ledger.transaction() as tx:
            _require(tx, name, QUEUED)
            _set(tx, name, state=CANCELLED, ended_at=tx.at)
            items = update(destruction_item).where(destruction_item.c.destruction_id == name)
            tx.connection.execute(items.values(state=CANCELLED))
            tx.append(Act.DESTRUCTION_CANCELLED, by=by, facts={"destruction": name})

    def confirm(self, name: str, by: str) -> Ended:
        """The second person's word: destroy what still no rule keeps, spare the rest.

        Raises:
            UnknownDestructionError: it does not wait for confirmation.
            SecondPersonError: the same person queued it.
            TooEarlyError: it has not waited long enough (fact: ``due``).
            VaultReadOnlyError, VaultIoError: the disk refuses; ``finish`` goes on later.
        """
        with self._ledger.transaction() as tx:
            row = _require(tx, name, QUEUED)
            if row.queued_by == by:
                raise SecondPersonError(first=row.queued_by)
            if from_text(tx.at) < from_text(row.due_at):
                raise TooEarlyError(due=row.due_at)
            clips = _items(tx, name, QUEUED)
            intended = [clip for clip in clips if not self._spare(tx, name, clip, by)]
            for clip in intended:
                _set_item(tx, name, clip, INTENDED)
            _set(tx, name, state=CONFIRMED, confirmed_at=tx.at, confirmed_by=by)
            tx.append(
                Act.DESTRUCTION_CONFIRMED,
                by=by,
                facts={
                    "destruction": name,
                    "clips": len(intended),
                    "list_sha256": _list_digest(intended),
                    "queued_by": row.queued_by,
                },
            )
        failpoints.reach("destroy.confirmed")
        return self.finish(name)

    # -- the end -------------------------------------------------------------------------

    def finish(self, name: str) -> Ended:
        """Carry out what was confirmed, from wherever it stood.

        Raises:
            UnknownDestructionError: it is not confirmed, or over.
            VaultReadOnlyError, VaultIoError: the disk refuses.
        """
        with self._ledger.transaction() as tx:
            row = _require(tx, name, CONFIRMED)
            intended = _items(tx, name, INTENDED)
        for clip in intended:
            self._destroy(name, clip, row.confirmed_by)
        return self._certify(name, row)

    def finish_all(self) -> list[Ended]:
        """Carry out everything that was confirmed before the station stopped."""
        lines = self._catalog.destructions(limit=10_000)
        return [self.finish(line.id) for line in lines if line.state == CONFIRMED]

    def _destroy(self, name: str, clip: str, by: str) -> None:
        """One clip: judged, removed and recorded while nobody else can write."""
        with self._ledger.transaction() as tx:
            row = tx.connection.execute(select(schema.clip).where(schema.clip.c.id == clip)).one()
            ref = ObjectRef(ClipId(clip), row.sha256, row.size_bytes, row.key_id, row.header)
            # Where a crash came after the removal, there is nothing left to spare.
            is_there = self._vault.path_of(ref).exists()
            if is_there and self._spare(tx, name, clip, by):
                return
            was_there = self._vault.discard(ref)
            failpoints.reach("destroy.discarded")
            stills = [one.id for one in derivatives_of(tx.connection, clip)]
            derived.discard(self._vault, stills)  # what was made of it goes with it
            tx.append(
                Act.DESTROYED,
                clip=ClipId(clip),
                by=by,
                facts={
                    "destruction": name,
                    "sha256": row.sha256,
                    "size_bytes": row.size_bytes,
                    "was_there": was_there,
                    "stills": len(stills),
                },
            )
            tx.connection.execute(
                insert(destroyed).values(clip_id=clip, destruction_id=name, at=tx.at)
            )
            _set_item(tx, name, clip, DESTROYED)
        failpoints.reach("destroy.recorded")

    def _spare(self, tx: Transaction, name: str, clip: str, by: str) -> bool:
        """Judge a clip once more; True if a rule keeps it, which is written down."""
        policy, now = in_force(tx.connection), from_text(tx.at)
        verdicts = [judge(facts, policy) for facts in facts_of(tx.connection, [clip])]
        if all(verdict.may_go(now) for verdict in verdicts):
            return False
        rule = verdicts[0].reasons[0].rule.value
        _set_item(tx, name, clip, SPARED, rule)
        tx.append(Act.SPARED, clip=ClipId(clip), by=by, facts={"destruction": name, "rule": rule})
        return True

    def _certify(self, name: str, row: Row[Any]) -> Ended:
        with self._ledger.transaction() as tx:
            gone, spared = _items(tx, name, DESTROYED), _items(tx, name, SPARED)
            document = {
                "document": CERTIFICATE,
                "format": 1,
                "station": tx.station_id,
                "destruction": name,
                "queued_by": row.queued_by,
                "queued_at": row.queued_at,
                "confirmed_by": row.confirmed_by,
                "confirmed_at": row.confirmed_at,
                "ended_at": tx.at,
                "method": "object unlinked, directory flushed; ledger entries kept",
                "destroyed": list(_described(tx, gone)),
                "spared": spared,
            }
            certificate = msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"
            signature = sshsig.sign(certificate, sshsig.Namespace.DESTRUCTION, self._key)
            _set(
                tx,
                name,
                state=ENDED,
                ended_at=tx.at,
                certificate=certificate,
                signature=signature,
            )
            tx.append(
                Act.DESTRUCTION_ENDED,
                by=row.confirmed_by,
                facts={
                    "destruction": name,
                    "destroyed": len(gone),
                    "spared": len(spared),
                    "certificate_sha256": hashlib.sha256(certificate).hexdigest(),
                },
            )
            failpoints.reach("destroy.certified")
        return Ended(name, len(gone), len(spared))


def _require(tx: Transaction, name: str, state: str) -> Row[Any]:
    row = tx.connection.execute(
        select(destruction).where(destruction.c.id == name, destruction.c.state == state)
    ).one_or_none()
    if row is None:
        raise UnknownDestructionError(destruction=name)
    return row


def _set(tx: Transaction, name: str, **values: object) -> None:
    tx.connection.execute(update(destruction).where(destruction.c.id == name).values(**values))


def _set_item(tx: Transaction, name: str, clip: str, state: str, reason: str = "") -> None:
    tx.connection.execute(
        update(destruction_item)
        .where(destruction_item.c.destruction_id == name, destruction_item.c.clip_id == clip)
        .values(state=state, reason=reason)
    )


def _items(tx: Transaction, name: str, state: str) -> list[str]:
    query = select(destruction_item.c.clip_id).where(
        destruction_item.c.destruction_id == name, destruction_item.c.state == state
    )
    found = tx.connection.execute(query.order_by(destruction_item.c.clip_id)).scalars()
    return [str(clip) for clip in found]


def _described(tx: Transaction, clips: Sequence[str]) -> Iterable[dict[str, object]]:
    for clip in clips:
        row = tx.connection.execute(select(schema.clip).where(schema.clip.c.id == clip)).one()
        yield {
            "clip": clip,
            "sha256": row.sha256,
            "sm3": row.sm3,
            "size_bytes": row.size_bytes,
            "source_path": row.source_path,
            "recorder": row.recorder_serial,
            "badge": row.badge,
            "recorded_at": row.recorded_at,
            "vaulted_at": row.vaulted_at,
            "stills": [one.sha256 for one in derivatives_of(tx.connection, clip)],
        }


def _list_digest(clips: Sequence[str]) -> str:
    return hashlib.sha256("".join(f"{clip}\n" for clip in clips).encode()).hexdigest()
