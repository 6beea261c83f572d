"""A site's retention policy as a TOML file: read strictly, adopted once, kept for ever.

A policy is adopted into the ledger; the file it came from means nothing afterwards. One that
shortens any rule needs a second person.
"""

from __future__ import annotations

import hashlib
import tomllib
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta
from sqlalchemy import func, insert, select

from workstation.domain.errors_casework import BadPolicyError, SecondPersonError
from workstation.domain.retention import LAWFUL_FLOOR_DAYS, LEAST_QUEUE_DAYS, Policy
from workstation.domain.retention_outlook import loosens
from workstation.ledger.custody import Act
from workstation.ledger.schema_retention import retention_policy

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from workstation.domain.retention import Days
    from workstation.ledger.transaction import Transaction
    from workstation.ledger.writer import Ledger

MOST_DAYS = 36_500
_Span = Annotated[int, Meta(ge=1, le=MOST_DAYS)] | Literal["permanent"]
_DEFAULT = Policy()


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file. A table that is given replaces the default one."""

    format: Literal[1]
    name: Annotated[str, Meta(max_length=100)] = ""
    floor_days: Annotated[int, Meta(ge=1, le=MOST_DAYS)] = _DEFAULT.floor_days
    lower_floor: bool = False
    queue_days: Annotated[int, Meta(ge=LEAST_QUEUE_DAYS, le=365)] = _DEFAULT.queue_days
    grace_days: Annotated[int, Meta(ge=0, le=MOST_DAYS)] = _DEFAULT.grace_days
    recorder_mark: _Span | None = None
    closed_case: _Span | None = None
    categories: dict[str, _Span] | None = None
    tags: dict[str, _Span] | None = None
    importance: dict[str, _Span] | None = None
    case_types: dict[str, _Span] | None = None


def parse(text: bytes, file: str = "") -> Policy:
    """Read a policy.

    Raises:
        BadPolicyError: facts ``file``, ``key``, ``reason``: ``not_utf8``, ``syntax``,
            ``not_allowed``, or ``below_floor`` where a rule is shorter than the lawful floor of
            180 days and the file does not say ``lower_floor = true``.
    """
    try:
        read = msgspec.convert(tomllib.loads(text.decode("utf-8")), _File)
    except UnicodeDecodeError as error:
        raise BadPolicyError(file=file, reason="not_utf8") from error
    except tomllib.TOMLDecodeError as error:
        raise BadPolicyError(file=file, reason="syntax", key=str(error)) from error
    except msgspec.ValidationError as error:
        raise BadPolicyError(file=file, reason="not_allowed", key=str(error)) from error
    if read.floor_days < LAWFUL_FLOOR_DAYS and not read.lower_floor:
        raise BadPolicyError(
            file=file, key="floor_days", reason="below_floor", allowed=f">= {LAWFUL_FLOOR_DAYS}"
        )
    return Policy(
        name=read.name,
        floor_days=read.floor_days,
        queue_days=read.queue_days,
        grace_days=read.grace_days,
        recorder_mark_days=_days(read.recorder_mark, _DEFAULT.recorder_mark_days),
        closed_case_days=_days(read.closed_case, _DEFAULT.closed_case_days),
        categories=_table(read.categories, _DEFAULT.categories),
        tags=_table(read.tags, _DEFAULT.tags),
        importances=_levels(read.importance, file),
        case_types=_table(read.case_types, _DEFAULT.case_types),
    )


def _days(span: int | str | None, otherwise: Days) -> Days:
    if span is None:
        return otherwise
    return span if isinstance(span, int) else None


def _table(given: dict[str, _Span] | None, otherwise: object) -> dict[str, Days]:
    if given is None:
        return dict(otherwise)  # type: ignore[call-overload,no-any-return]
    return {name: _days(span, None) for name, span in given.items()}


def _levels(given: dict[str, _Span] | None, file: str) -> dict[int, Days]:
    if given is None:
        return dict(_DEFAULT.importances)
    if not given.keys() <= {"1", "2", "3", "4", "5"}:
        raise BadPolicyError(file=file, key="importance", reason="not_allowed", allowed="1..5")
    return {int(level): _days(span, None) for level, span in given.items()}


def in_force(connection: Connection) -> Policy:
    """The policy that was adopted last; the defaults where none was."""
    query = select(retention_policy.c.text).order_by(retention_policy.c.seq.desc()).limit(1)
    text = connection.execute(query).scalar_one_or_none()
    return Policy() if text is None else parse(bytes(text), "ledger.sqlite")


def adopt(ledger: Ledger, text: bytes, by: str, second: str = "") -> Policy:
    """Put a policy into force.

    Raises:
        BadPolicyError: it can not be understood.
        SecondPersonError: it shortens a rule, and no second person is named.
    """
    with ledger.transaction() as tx:
        return adopt_in(tx, text, by, second)


def adopt_in(tx: Transaction, text: bytes, by: str, second: str = "") -> Policy:
    """Put a policy into force within a transaction; raises as ``adopt``."""
    proposed = parse(text)
    if loosens(in_force(tx.connection), proposed) and second in {"", by}:
        raise SecondPersonError(first=by)
    last = tx.connection.execute(select(func.max(retention_policy.c.seq))).scalar_one()
    digest = hashlib.sha256(text).hexdigest()
    tx.connection.execute(
        insert(retention_policy).values(
            seq=int(last or 0) + 1,
            text=text,
            sha256=digest,
            adopted_at=tx.at,
            adopted_by=by,
            second=second or None,
        )
    )
    tx.append(
        Act.POLICY_ADOPTED,
        by=by,
        facts={
            "sha256": digest,
            "name": proposed.name,
            "second": second or None,
            "text": text.decode("utf-8"),  # so that a rebuilt ledger keeps it in force
        },
    )
    return proposed
