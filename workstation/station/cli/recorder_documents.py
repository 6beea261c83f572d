"""Recorders as the JSON that commands print: field names are a promise, kept by tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.platform.clock import to_text

if TYPE_CHECKING:
    from workstation.catalog.values import DockingLine, RecorderLine
    from workstation.domain.binding import Binding
    from workstation.domain.recorder_clock import ClockMark, RecorderClock


def recorder_document(line: RecorderLine) -> dict[str, object]:
    """One recorder of the list."""
    last = line.last_docked_at
    return {
        "recorder": line.serial,
        "dockings": line.dockings,
        "last_docked_at": None if last is None else to_text(last),
        "binding": None if line.binding is None else binding_document(line.binding),
    }


def binding_document(binding: Binding) -> dict[str, object]:
    """Who has or had a recorder."""
    return {
        "badge": binding.badge,
        "officer_name": binding.officer_name,
        "unit": binding.unit,
        "since": to_text(binding.since),
        "until": None if binding.until is None else to_text(binding.until),
        "bound_at": to_text(binding.bound_at),
        "bound_by": binding.bound_by,
        "unbound_by": binding.unbound_by,
    }


def docking_document(line: DockingLine) -> dict[str, object]:
    """What one docking said of its recorder."""
    set_at = line.clock_set_at
    return {
        "collection_id": line.collection_id,
        "started_at": to_text(line.started_at),
        "state": line.state.value,
        "slot": line.slot,
        "recorder": line.serial,
        "label": line.label,
        "profile": line.profile,
        "usb_serial": line.traits.usb_serial,
        "volume": line.traits.volume,
        "badge": line.badge,
        "badge_source": line.badge_source or None,
        "provenance": line.provenance,
        "claims": [
            {"field": claim.field, "source": claim.source, "value": claim.value}
            for claim in line.claims
        ],
        "clock": None if line.clock is None else _clock_document(line.clock),
        "clock_set_at": None if set_at is None else to_text(set_at),
        "clock_set_code": line.clock_set_code,
        "clock_after": None if line.clock_after is None else _mark(line.clock_after),
        "remarks": [{"code": one.code, "facts": dict(one.facts)} for one in line.remarks],
    }


def _clock_document(clock: RecorderClock) -> dict[str, object]:
    return {
        **_mark(clock.mark),
        "source": clock.source,
        "drift_s_per_day": clock.drift_s_per_day,
        "station_keeper": clock.station.keeper,
        "station_synced": clock.station.is_synced,
        "station_error_s": clock.station.error_s,
    }


def _mark(mark: ClockMark) -> dict[str, object]:
    return {
        "at": to_text(mark.at),
        "offset_s": mark.offset_s,
        "uncertainty_s": mark.uncertainty_s,
    }
