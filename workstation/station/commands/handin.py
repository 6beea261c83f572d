"""Handing in: an officer has seen what is held of a docking and takes the receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.domain.errors import (
    CollectionRunningError,
    NotPermittedError,
    UnknownCollectionError,
)
from workstation.domain.ingest_state import CollectionState
from workstation.domain.people import Permission
from workstation.ipc.messages import Done
from workstation.ipc.messages_handin import HandedIn, HandIn, PrintReceipt
from workstation.ledger.custody import Act
from workstation.platform.clock import to_text
from workstation.station.commands.answers import Answer, Door
from workstation.station.handin import receipt_of
from workstation.station.receipt_printer import print_slip, slip_of

if TYPE_CHECKING:
    from workstation.catalog.values import CollectionSummary
    from workstation.station.commands.answers import Answers, Caller
    from workstation.station.engine import Engine


def answers(engine: Engine) -> Answers:
    """What is asked at the end of a shift."""
    return {
        HandIn: Answer(
            Door.ACT,
            lambda command, caller: _hand_in(engine, command.collection_id, caller),
            needs=Permission.HAND_IN,
        ),
        PrintReceipt: Answer(
            Door.ACT,
            lambda command, caller: _print(engine, command.collection_id, caller),
            needs=Permission.HAND_IN,
        ),
    }


def _hand_in(engine: Engine, collection_id: str, caller: Caller) -> HandedIn:
    """Write the entry (once a docking), sign the ledger, make the receipt.

    Raises:
        UnknownCollectionError: there is no such docking.
        CollectionRunningError: it is still being collected.
        NotPermittedError: the footage is somebody else's.
        KeyMissingError, KeyBadError: there is no key to sign with.
    """
    summary = _docking(engine, collection_id, caller)
    if engine.catalog.handed_in_at(summary.id) is None:
        with engine.ledger.transaction() as tx:
            tx.append(Act.HANDED_IN, collection=summary.id, by=caller.by, facts=caller.facts)
    engine.ledger.checkpoint()
    printed = receipt_of(engine.paths, summary.id)
    at = engine.catalog.handed_in_at(summary.id)
    receipt = printed.receipt
    return HandedIn(
        printed.text,
        receipt.held,
        receipt.open,
        receipt.seconds,
        "" if at is None else to_text(at),
        prints=bool(engine.settings.printer.target),
    )


def _print(engine: Engine, collection_id: str, caller: Caller) -> Done:
    """The receipt on paper; only of what was handed in, for the receipt is made then.

    Raises:
        UnknownCollectionError: there is none, or it was not handed in.
        CollectionRunningError, NotPermittedError: as ``_hand_in``.
        ReceiptNotPrintedError: the printer takes nothing.
    """
    summary = _docking(engine, collection_id, caller)
    if engine.catalog.handed_in_at(summary.id) is None:
        raise UnknownCollectionError(collection=collection_id, matches=0)
    made = receipt_of(engine.paths, summary.id)
    print_slip(slip_of(made, engine.settings.station.name), engine.settings.printer)
    return Done()


def _docking(engine: Engine, collection_id: str, caller: Caller) -> CollectionSummary:
    """A finished docking within the caller's reach."""
    summary = engine.catalog.collection(collection_id)
    if summary is None:
        raise UnknownCollectionError(collection=collection_id, matches=0)
    if summary.state is CollectionState.RUNNING:
        raise CollectionRunningError(collection=collection_id, slot=summary.slot)
    _require_reach(engine, summary, caller)
    return summary


def _require_reach(engine: Engine, summary: CollectionSummary, caller: Caller) -> None:
    """One's own docking, or one whose clips are all within reach."""
    person = caller.person
    if person is None or summary.badge == person.officer.badge:
        return
    clips = [item.clip_id for item in engine.catalog.items(summary.id) if item.clip_id]
    within = (engine.people.is_within(person, Permission.HAND_IN, clip) for clip in clips)
    if not clips or not all(within):
        badge = person.officer.badge
        engine.people.signing.deny(badge, HandIn.__name__, NotPermittedError.code)
        raise NotPermittedError(badge=badge, role=person.officer.role.value)
