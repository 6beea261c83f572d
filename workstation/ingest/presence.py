"""A recorder that is docked: written down when it is opened, and what its slot says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workstation.domain.binding import OFFICER_DIFFERS, UNBOUND, bearer_of, binding_remarks
from workstation.domain.clip import CollectionId
from workstation.domain.dock import SlotPhase, SlotStatus
from workstation.ingest.arrival import examine, foremost, twin_remark
from workstation.ledger import recorder_facts
from workstation.ledger.records import NewCollection
from workstation.platform.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workstation.devices.api import Sighting
    from workstation.domain.binding import Binding, Remark
    from workstation.ingest.arrival import Arrival, Told
    from workstation.ingest.context import IngestContext
    from workstation.ingest.progress import SlotTracker


class Presence:
    """One docking, from the moment its recorder is known until another one comes."""

    def __init__(
        self,
        context: IngestContext,
        tracker: SlotTracker,
        collection: NewCollection,
        arrival: Arrival,
    ) -> None:
        self.collection = collection
        self.arrival = arrival
        self._context = context
        self._tracker = tracker
        self._is_complete = False

    def face(self) -> dict[str, Any]:
        """How a slot looks whose footage is in: done, or waiting for a person and why."""
        self._is_complete = True
        remark, is_urgent = foremost(self.arrival, self._context.recorders.unbound)
        return {
            "status": SlotStatus.ATTENTION if is_urgent else SlotStatus.DONE,
            "code": remark.code if remark else None,
            "facts": dict(remark.facts) if remark else {},
            "remarks": self.arrival.codes,
        }

    def flag(self, remark: Remark) -> None:
        """Something turned up about this recorder; the lane of another slot may call this.

        Raises:
            LedgerBusyError, VaultFullError, VaultReadOnlyError, VaultIoError: not recorded.
        """
        if remark in self.arrival.remarks:
            return
        with self._context.ledger.transaction() as tx:
            recorder_facts.flag(tx, self.collection.id, remark)
        self.arrival.remarks.append(remark)
        self._show()

    def change_officer(self, binding: Binding | None) -> None:
        """The recorder was bound or unbound while it is docked: the slot shows it.

        What is collected in this docking keeps the officer of its beginning.
        """
        arrival = self.arrival
        kept = [r for r in arrival.remarks if r.code not in {UNBOUND, OFFICER_DIFFERS}]
        arrival.remarks = [*kept, *binding_remarks(arrival.identity, binding)]
        arrival.bearer = bearer_of(arrival.identity, binding, kept)
        self._show()

    def _show(self) -> None:
        bearer = self.arrival.bearer
        self._tracker.change(
            badge=bearer.badge,
            officer_name=bearer.officer_name,
            unit=bearer.unit,
            officer_source=bearer.source,
            **(self.face() if self._is_complete else {"remarks": self.arrival.codes}),
        )


def begin(
    context: IngestContext,
    sighting: Sighting,
    tracker: SlotTracker,
    told: Told,
    *,
    driver: str,
    twins: Sequence[Presence],
) -> Presence:
    """Write down that a recorder was docked, and show it.

    Args:
        context: the station's collaborators.
        sighting: what was announced.
        tracker: of the slot it is docked in.
        told: what the recorder answered.
        driver: the name of the driver that opened it.
        twins: other slots in which a recorder of this serial is docked; they are told.

    Raises:
        LedgerBusyError, VaultFullError, VaultReadOnlyError, VaultIoError: not recorded.
    """
    slot = tracker.view.slot
    arrival = examine(context, sighting, told, [twin.collection.slot for twin in twins])
    identity = arrival.identity
    collection = NewCollection(
        id=CollectionId(new_id()),
        slot=slot,
        port=sighting.port,
        source=sighting.source,
        driver=driver,
        identity=identity,
        bearer=arrival.bearer,
        traits=arrival.traits,
        clock=arrival.clock,
    )
    with context.ledger.transaction() as tx:
        tx.open_collection(collection)
        recorder_facts.open_docking(tx, collection, arrival.remarks)
        if told.setting is not None:
            recorder_facts.record_clock_setting(tx, collection.id, told.setting)
    _show_arrival(tracker, collection, arrival, told)
    for twin in twins:
        twin.flag(twin_remark(identity.serial, slot))
    return Presence(context, tracker, collection, arrival)


def _show_arrival(
    tracker: SlotTracker, collection: NewCollection, arrival: Arrival, told: Told
) -> None:
    identity, bearer, clock = arrival.identity, arrival.bearer, arrival.clock
    tracker.change(
        status=SlotStatus.IMPORTING,
        phase=SlotPhase.LISTING,
        code=None,
        facts={},
        collection_id=collection.id,
        driver=collection.driver,
        profile=identity.profile,
        recorder_serial=identity.serial,
        label=identity.label or "",
        badge=bearer.badge,
        officer_name=bearer.officer_name,
        unit=bearer.unit,
        officer_source=bearer.source,
        remarks=arrival.codes,
        clock_offset_s=clock.mark.offset_s if clock else None,
        clock_uncertainty_s=clock.mark.uncertainty_s if clock else None,
        battery_percent=told.battery_percent,
    )
