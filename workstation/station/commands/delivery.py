"""Commands of the sync daemon: receipts, and how delivery stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workstation.domain.clip import ClipId
from workstation.domain.errors import UsageError
from workstation.domain.people import Permission
from workstation.events.facts import ClipTransferred, StationChanged
from workstation.ipc.messages import (
    Done,
    RecordCommissioning,
    RecordFetch,
    RecordReceipt,
    ReportUplink,
    SawHead,
)
from workstation.ipc.messages_delivery import (
    DeliveryState,
    GetDelivery,
    PurgeClip,
    RecordReadBacks,
    RecordReconciliation,
    ReportDelivery,
    ReportOnItsWay,
    SteerDelivery,
    Steered,
    WishesMade,
)
from workstation.ledger.custody import Act
from workstation.ledger.delivery import is_reconciled, keep_on_its_way, record_read_back
from workstation.ledger.records import NewReadBack, NewReceipt
from workstation.platform import failpoints
from workstation.platform.clock import from_text, to_text
from workstation.retention.purging import StoreWord
from workstation.station.commands.answers import Answer, Door

if TYPE_CHECKING:
    from workstation.ledger.custody import Fact
    from workstation.ledger.writer import Ledger
    from workstation.retention.purging import Purge
    from workstation.station.commands.answers import Answers, Caller
    from workstation.station.engine import Engine

_HEX_DIGEST = re.compile(r"[0-9a-f]{64}")


def answers(engine: Engine) -> Answers:
    """What delivery asks."""

    def uplink(command: ReportUplink, _: object) -> Done:
        engine.uplink = command.view
        engine.mailbox.post(StationChanged(engine.station_view()), replaces="station")
        return Done()

    return {
        **commissioning(engine.ledger),
        **_steering(engine),
        ReportOnItsWay: Answer(Door.DELIVER, lambda command, _: on_its_way(engine.ledger, command)),
        RecordReadBacks: Answer(
            Door.DELIVER, lambda command, _: read_backs(engine.ledger, command)
        ),
        PurgeClip: Answer(Door.DELIVER, lambda command, _: purge_clip(engine.purge, command)),
        RecordReceipt: Answer(Door.DELIVER, lambda command, _: _receipt(engine, command)),
        ReportUplink: Answer(Door.DELIVER, uplink),
        SawHead: Answer(Door.DELIVER, lambda command, _: saw_head(engine.ledger, command)),
    }


def _steering(engine: Engine) -> Answers:
    """Looking at delivery in full from the screen, and steering it."""
    desk = engine.delivery

    def steer(command: SteerDelivery, caller: Caller) -> Steered:
        if (command.kind == "now") != (command.clip is not None):
            raise UsageError(command="SteerDelivery", kind=command.kind)
        desk.wish(command.kind, command.clip, caller.by)
        return Steered()

    return {
        ReportDelivery: Answer(
            Door.DELIVER,
            lambda command, _: WishesMade(desk.take(command.view, command.heard)),
        ),
        GetDelivery: Answer(
            Door.ACT,
            lambda _command, _caller: DeliveryState(desk.view, desk.findings(), engine.uplink),
            Permission.STEER,
        ),
        SteerDelivery: Answer(
            Door.ACT,
            steer,
            Permission.STEER,
            lambda command: () if command.clip is None else (command.clip,),
        ),
    }


def commissioning(ledger: Ledger) -> Answers:
    """What making a store ready and taking clips out of it ask; also without a station."""

    def record(command: RecordCommissioning, caller: Caller) -> Done:
        facts: dict[str, Fact] = {
            "store": command.store_id,
            "url": command.url,
            "landing_days": command.landing_days,
            "holds": ",".join(command.holds),
            "lacks": ",".join(command.lacks),
            **caller.facts,
        }
        with ledger.transaction() as tx:
            tx.append(Act.STORE_COMMISSIONED, by=caller.by, facts=facts)
        return Done()

    def fetch(command: RecordFetch, caller: Caller) -> Done:
        facts: dict[str, Fact] = {
            "store": command.store_id,
            "station_of": command.station,
            "clip_of": command.clip,
            "sha256": command.sha256,
            "to": command.to,
            **caller.facts,
        }
        with ledger.transaction() as tx:
            tx.append(Act.FETCHED, by=caller.by, facts=facts)
        return Done()

    return {
        RecordCommissioning: Answer(Door.ACT, record),
        RecordFetch: Answer(Door.ACT, fetch),
        RecordReconciliation: Answer(Door.DELIVER, lambda command, _: reconciled(ledger, command)),
    }


def reconciled(ledger: Ledger, command: RecordReconciliation) -> Done:
    """Write down how station and store compared, once for each time.

    Raises:
        UsageError: the time is none.
    """
    try:
        at = to_text(from_text(command.at))
    except ValueError as error:
        raise UsageError(command="RecordReconciliation", at=command.at) from error
    facts: dict[str, Fact] = {
        "store": command.store_id,
        "compared_at": at,
        "clips": command.clips,
        "size_bytes": command.size_bytes,
        "lines": command.lines,
        "operations": command.operations,
        "read_objects": command.read_objects,
        "differences": command.differences,
        "named": "; ".join(command.named),
    }
    with ledger.transaction() as tx:
        if not is_reconciled(tx, command.store_id, at):
            tx.append(Act.RECONCILED, facts=facts)
    return Done()


def purge_clip(purge: Purge, command: PurgeClip) -> Done:
    """Let go of a clip's bytes; raises as ``Purge.run``."""
    try:
        checked_at = from_text(command.checked_at)
    except ValueError as error:
        raise UsageError(command="PurgeClip", at=command.checked_at) from error
    purge.run(
        StoreWord(
            clip_id=command.clip_id,
            store_id=command.store_id,
            size_bytes=command.size_bytes,
            sha256=command.sha256,
            how=command.how,
            version=command.version,
            locked_until=command.locked_until,
            checked_at=checked_at,
        )
    )
    return Done()


def _receipt(engine: Engine, command: RecordReceipt) -> Done:
    receipt = NewReceipt(
        clip_id=ClipId(command.clip_id),
        store_id=command.store_id,
        object_key=command.object_key,
        manifest_key=command.manifest_key,
        sha256=command.sha256,
        size_bytes=command.size_bytes,
        stored_at=from_text(command.stored_at),
        locked_until=from_text(command.locked_until) if command.locked_until else None,
        proof=dict(command.proof),
    )
    with engine.ledger.transaction() as tx:
        is_new = tx.record_receipt(receipt)
        failpoints.reach("receipt.before_commit")
    if is_new:
        engine.mailbox.post(ClipTransferred(receipt.clip_id))
    return Done()


def on_its_way(ledger: Ledger, command: ReportOnItsWay) -> Done:
    """Show which clips are on their way."""
    with ledger.transaction() as tx:
        keep_on_its_way(tx, command.clips)
    return Done()


def read_backs(ledger: Ledger, command: RecordReadBacks) -> Done:
    """Write down what the centre has read.

    Raises:
        UsageError: no centre is named, or the time is none.
        UnknownClipError, DigestMismatchError: it speaks of what is not ours; nothing is written.
    """
    try:
        at = to_text(from_text(command.at))
    except ValueError as error:
        raise UsageError(command="RecordReadBacks", at=command.at) from error
    if not command.centre:
        raise UsageError(command="RecordReadBacks", reason="no_centre")
    with ledger.transaction() as tx:
        for clip in command.clips:
            record_read_back(
                tx,
                NewReadBack(
                    clip_id=ClipId(clip.clip_id),
                    sha256=clip.sha256,
                    centre=command.centre,
                    store_id=command.store_id,
                    at=at,
                    receipt_key=command.receipt_key,
                    receipt_sha256=command.receipt_sha256,
                ),
            )
    return Done()


def saw_head(ledger: Ledger, command: SawHead) -> Done:
    """Write down how another station's ledger stood.

    Raises:
        UsageError: that is no place in a ledger, or it is our own.
    """
    own = command.of == ledger.station_id
    if own or command.seq < 1 or not _HEX_DIGEST.fullmatch(command.head):
        raise UsageError(command="SawHead", of=command.of, seq=command.seq)
    facts: dict[str, Fact] = {"of": command.of, "seq_of": command.seq, "head": command.head}
    with ledger.transaction() as tx:
        tx.append(Act.SAW_HEAD, facts=facts)
    return Done()
