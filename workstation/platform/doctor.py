"""Examine the machine a station runs on: look at everything, change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.platform import doctor_disk, doctor_machine
from workstation.platform.findings import FindingStatus

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workstation.platform.findings import Finding
    from workstation.platform.paths import StatePaths
    from workstation.platform.settings import Settings

CODES = (
    "doctor.python",
    "doctor.encoding",
    "doctor.pyside6",
    "doctor.libvlc",
    "doctor.libmtp",
    "doctor.font",
    "doctor.udev",
    "doctor.mounting",
    "doctor.clock",
    "doctor.rtc",
    "doctor.sqlite",
    "doctor.sm3",
    "doctor.state",
    "doctor.disk_free",
    "doctor.disk_write",
    "doctor.disk_direct",
    "doctor.keys",
    "doctor.ledger_wal",
    "doctor.administrator",
)


def examine(paths: StatePaths, settings: Settings) -> list[Finding]:
    """Everything the station needs of its machine, in the order of ``CODES``.

    Keys, ledger and people are examined once the station is initialised; before that, room and
    writing are those of the nearest directory that exists.
    """
    folder = doctor_disk.nearest_folder(paths.root)
    findings = [
        doctor_machine.examine_python(),
        doctor_machine.examine_encoding(),
        doctor_machine.examine_pyside6(),
        doctor_machine.examine_libvlc(),
        doctor_machine.examine_libmtp(),
        doctor_machine.examine_font(),
        doctor_machine.examine_udev(),
        doctor_machine.examine_mounting(),
        doctor_machine.examine_clock(),
        doctor_machine.examine_rtc(),
        doctor_machine.examine_sqlite(),
        doctor_machine.examine_sm3(is_needed=settings.vault.sm3),
        doctor_disk.examine_state(paths),
        doctor_disk.examine_room(folder, settings.vault.min_free_bytes),
        *doctor_disk.examine_writing(folder),
    ]
    if paths.station.is_file():
        findings += doctor_disk.examine_keys(paths)
    if paths.ledger.is_file():
        findings.append(doctor_disk.examine_ledger(paths.ledger))
        needs_pin = settings.people.card_needs_pin
        findings.append(doctor_disk.examine_administrators(paths.ledger, card_needs_pin=needs_pin))
    return findings


def worst(findings: Iterable[Finding]) -> FindingStatus:
    """The gravest status among the findings; ok if there are none."""
    present = {finding.status for finding in findings}
    gravest_first = (FindingStatus.FAIL, FindingStatus.WARN, FindingStatus.OK)
    return next((status for status in gravest_first if status in present), FindingStatus.OK)
