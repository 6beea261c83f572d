"""The read side of one ledger: every query in one place."""

from __future__ import annotations

from workstation.catalog.auditing import AuditQueries
from workstation.catalog.board import BoardQueries
from workstation.catalog.care import CareQueries
from workstation.catalog.case_page import CasePageQueries
from workstation.catalog.choices import ChoiceQueries
from workstation.catalog.clips import ClipQueries
from workstation.catalog.collections import CollectionQueries
from workstation.catalog.custody import CustodyQueries
from workstation.catalog.delivered import DeliveredQueries
from workstation.catalog.directory import DirectoryQueries
from workstation.catalog.erasing import ErasingQueries
from workstation.catalog.recorders import RecorderQueries
from workstation.catalog.retention import RetentionQueries
from workstation.catalog.search import SearchQueries
from workstation.catalog.shifts import ShiftQueries


class Catalog(
    ShiftQueries,
    ClipQueries,
    CareQueries,
    CollectionQueries,
    CustodyQueries,
    CasePageQueries,
    SearchQueries,
    BoardQueries,
    ChoiceQueries,
    RetentionQueries,
    RecorderQueries,
    ErasingQueries,
    DirectoryQueries,
    DeliveredQueries,
    AuditQueries,
):
    """The read side of one ledger. Safe to use from several threads."""
