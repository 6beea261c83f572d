"""Write down what people say about clips and cases, and what it adds up to.

An operation is a line of JSON whose exact bytes are stored and named in its custody entry, as it
was said here or as another station sent it. The state of whatever it speaks about is then folded
anew from all its operations, so the order of their arrival can not matter.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import delete, func, insert, select

from workstation.domain.casework import Field, Operation, Verb, check
from workstation.domain.casework_state import CaseFile, ClipCasework, case_state, clip_state
from workstation.domain.errors_casework import BadOperationError, OperationClashError
from workstation.ledger import words
from workstation.ledger.custody import Act
from workstation.ledger.schema_casework import (
    case_file,
    clip_case,
    clip_casework,
    clip_tag,
    hold,
    operation,
)
from workstation.platform.clock import from_text, to_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Table
    from sqlalchemy.engine import Connection

    from workstation.domain.casework_state import Saying
    from workstation.ledger.custody import Fact
    from workstation.ledger.transaction import Transaction

    Rows = dict[Table, list[dict[str, object]]]

VERSION = 1
OUTBOX_KIND = "operation"

_ACTS = {
    Field.TAG: Act.TAGGED,
    Field.CATEGORY: Act.TAGGED,
    Field.IMPORTANCE: Act.TAGGED,
    Field.NOTE: Act.NOTED,
    Field.MARKER: Act.MARKED,
}


class OperationLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An operation as written; every field always there, ``at`` ISO 8601 UTC."""

    v: int
    id: str
    origin: str
    at: str
    by: str
    verb: Verb
    field: Field
    clip: str | None
    case: str | None
    value: str
    over: tuple[str, ...]
    knew: tuple[str, ...]
    in_ms: int | None
    out_ms: int | None


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(OperationLine)
clip_decoder = msgspec.json.Decoder(ClipCasework)
case_decoder = msgspec.json.Decoder(CaseFile)


def encode(said: Operation) -> bytes:
    """The exact bytes that are stored, hashed and sent to other stations."""
    return _encoder.encode(
        OperationLine(
            v=VERSION,
            id=said.id,
            origin=said.origin,
            at=to_text(said.at),
            by=said.by,
            verb=said.verb,
            field=said.field,
            clip=said.clip,
            case=said.case,
            value=said.value,
            over=said.over,
            knew=said.knew,
            in_ms=said.in_ms,
            out_ms=said.out_ms,
        )
    )


def decode(line: bytes) -> Operation:
    """Read a line, ours or another station's.

    Raises:
        BadOperationError: it is none that this version understands.
    """
    try:
        read = _decoder.decode(line)
        if read.v != VERSION or not read.id or not read.origin or not read.by:
            raise BadOperationError(operation=read.id, reason="form")
        values = {name: getattr(read, name) for name in read.__struct_fields__[1:]}
        return check(Operation(**{**values, "at": from_text(read.at)}))
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise BadOperationError(reason=str(error)) from error


def about(connection: Connection, *, clip: str | None = None, case: str | None = None) -> list[Any]:
    """All operations on one clip or case, as they arrived."""
    column, name = (operation.c.clip_id, clip) if clip else (operation.c.case_id, case)
    query = select(operation.c.line).where(column == name).order_by(operation.c.seq)
    return [decode(line) for line in connection.execute(query).scalars()]


def record(tx: Transaction, lines: Iterable[bytes], *, ours: bool) -> list[Operation]:
    """Write down operations; those known already are passed over.

    Args:
        tx: What they become true in.
        lines: As ``encode`` writes them, or as they came from another station.
        ours: Said at this station, so they are to be delivered to the others.

    Returns:
        Those that were new.

    Raises:
        BadOperationError: one can not be understood; nothing is written.
        OperationClashError: one carries the name of another that says something else.
    """
    fresh: list[tuple[Operation, bytes]] = []
    for line in dict.fromkeys(bytes(line) for line in lines):
        said = decode(line)
        known = tx.connection.execute(
            select(operation.c.line).where(operation.c.id == said.id)
        ).scalar_one_or_none()
        if known is not None and bytes(known) != line:
            raise OperationClashError(operation=said.id, origin=said.origin)
        if known is None:
            fresh.append((said, line))
            _store(tx, said, line, ours=ours)
    _project(tx.connection, [said for said, _ in fresh])
    return [said for said, _ in fresh]


def _store(tx: Transaction, said: Operation, line: bytes, *, ours: bool) -> None:
    facts: dict[str, Fact] = {
        "operation": said.id,
        "origin": said.origin,
        "sha256": hashlib.sha256(line).hexdigest(),
        "verb": said.verb.value,
        "field": said.field.value,
        "case": said.case or (said.value if said.field is Field.LINK else None),
        "over": " ".join(said.over) or None,
        "knew": " ".join(said.knew) or None,
        "said_at": to_text(said.at),
    }
    if said.field not in {Field.NOTE, Field.PARTY}:  # words about people stay in their line
        facts["value"] = said.value
    if said.in_ms is not None:
        facts |= {"in_ms": said.in_ms, "out_ms": said.out_ms}
    clip: Any = said.clip
    seq = tx.append(_act(said), clip=clip, by=said.by, facts=facts)
    last = select(func.coalesce(func.max(operation.c.seq), 0))
    tx.connection.execute(
        insert(operation).values(
            seq=int(tx.connection.execute(last).scalar_one()) + 1,
            id=said.id,
            clip_id=said.clip,
            case_id=said.case,
            line=line,
            custody_seq=seq,
        )
    )
    if ours:
        tx.enqueue(OUTBOX_KIND, said.id)


def _act(said: Operation) -> Act:
    is_end = said.verb is Verb.RETRACT
    if said.field is Field.HOLD:
        return Act.RELEASED if is_end else Act.HELD
    if said.field is Field.LINK:
        return Act.UNLINKED if is_end else Act.LINKED
    return _ACTS.get(said.field, Act.CASE_CHANGED)


def _project(connection: Connection, said: Sequence[Operation]) -> None:
    clips = {one.clip for one in said if one.clip}
    cases = {one.case for one in said if one.case}
    for case in sorted(cases):
        project_case(connection, case)
        linked = select(clip_case.c.clip_id).where(clip_case.c.case_id == case)
        clips |= set(connection.execute(linked).scalars())
    for clip in sorted(clips):
        project_clip(connection, clip)
    words.index_clips(connection, sorted(clips))


def project_all(connection: Connection) -> None:
    """Fold everything anew, after operations were put in by a rebuild."""
    cases = select(operation.c.case_id).where(operation.c.case_id.isnot(None)).distinct()
    clips = select(operation.c.clip_id).where(operation.c.clip_id.isnot(None)).distinct()
    for case in connection.execute(cases).scalars().all():
        project_case(connection, case)
    for clip in connection.execute(clips).scalars().all():
        project_clip(connection, clip)


def project_clip(connection: Connection, clip: str) -> ClipCasework:
    """Fold a clip's operations into the tables that are read."""
    state = clip_state(clip, about(connection, clip=clip))
    for table in (clip_casework, clip_tag, clip_case, hold):
        connection.execute(delete(table).where(table.c.clip_id == clip))
    _insert(connection, clip_rows(state))
    return state


def clip_rows(state: ClipCasework) -> Rows:
    """What a clip's state is in the tables that are read."""
    clip = state.clip
    return {
        clip_casework: [{"clip_id": clip, "state": _encoder.encode(state)}],
        hold: _hold_rows(state.holds, clip=clip),
        clip_tag: [{"clip_id": clip, "tag": tag} for tag in state.tags],
        clip_case: [
            {"clip_id": clip, "case_id": link.case, "is_contested": int(link.is_contested)}
            for link in state.links
        ],
    }


def project_case(connection: Connection, case: str) -> CaseFile:
    """Fold a case's operations into the table that is read."""
    state = case_state(case, about(connection, case=case))
    connection.execute(delete(case_file).where(case_file.c.id == case))
    connection.execute(delete(hold).where(hold.c.case_id == case))
    _insert(connection, case_rows(state))
    return state


def case_rows(state: CaseFile) -> Rows:
    """What a case's state is in the tables that are read."""
    texts = [*(value for values in state.fields.values() for value in values), *state.parties]
    row = {
        "id": state.id,
        "number": state.number,
        "is_closed": int(state.is_closed),
        "changed_at": to_text(state.changed_at) if state.changed_at else "",
        "words": " ".join([*texts, *(note.value for note in state.notes)]),
        "state": _encoder.encode(state),
    }
    return {case_file: [row], hold: _hold_rows(state.holds, case=state.id)}


def _insert(connection: Connection, rows: Rows) -> None:
    for table, values in rows.items():
        if values:
            connection.execute(insert(table), values)


def _hold_rows(
    holds: Iterable[Saying], *, clip: str | None = None, case: str | None = None
) -> list[dict[str, object]]:
    return [
        {
            "operation_id": one.operation,
            "clip_id": clip,
            "case_id": case,
            "reason": one.value,
            "by": one.by,
            "at": to_text(one.at),
        }
        for one in holds
    ]
