"""``shift`` and ``gap``: whether an officer's shift is complete, and why there is a gap."""

from __future__ import annotations

from argparse import ArgumentTypeError
from contextlib import closing
from datetime import date, datetime
from typing import TYPE_CHECKING

from workstation.casework.completeness import read_coverage
from workstation.catalog.reader import Catalog
from workstation.domain.coverage import SAID_BY_PEOPLE
from workstation.domain.errors import UsageError
from workstation.ipc.messages_shift import ExplainGap
from workstation.platform.clock import SystemClock, to_text
from workstation.station import record
from workstation.station.cli.acting import give
from workstation.station.cli.shift_documents import REASONS, coverage_document, tell_coverage

if TYPE_CHECKING:
    from workstation.station.cli.table import Invocation, Table

A_PERSON_MUST_ACT = 3


def add_commands(table: Table) -> None:
    """The commands about shifts."""
    one = table.add("shift", "what of an officer's shift was recorded", _shift, json=True)
    one.add_argument("officer", metavar="BADGE")
    one.add_argument("--date", type=_day, metavar="DAY", help="the day it was docked; today")
    one.add_argument("--from", dest="begins", type=_moment, metavar="TIME", help="roster: begins")
    one.add_argument("--to", dest="ends", type=_moment, metavar="TIME", help="roster: ends")
    one = table.add("gap", "say why an officer recorded nothing for a while", _gap, json=True)
    one.add_argument("officer", metavar="BADGE")
    one.add_argument("--from", dest="begins", type=_moment, required=True, metavar="TIME")
    one.add_argument("--to", dest="ends", type=_moment, required=True, metavar="TIME")
    one.add_argument("--reason", required=True, choices=[one.value for one in SAID_BY_PEOPLE])
    one.add_argument("--note", default="", metavar="TEXT")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no day like 2026-03-01") from error


def _moment(text: str) -> datetime:
    """Without a zone it is the station's local time."""
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no time like 2026-03-01T08:30") from error


def _shift(call: Invocation) -> int:
    """0 where nothing is left to look at, else 3."""
    chosen = call.arguments
    if (chosen.begins is None) != (chosen.ends is None):
        raise UsageError(reason="--from and --to go together")
    given = None if chosen.begins is None else (chosen.begins, chosen.ends)
    if given is not None and given[0] >= given[1]:
        raise UsageError(reason="--from must be before --to")
    now = SystemClock().now()
    day = chosen.date or (given[0] if given else now.astimezone()).date()
    record.load(call.paths)
    with closing(Catalog.open(call.paths.ledger)) as catalog:
        found = read_coverage(catalog, chosen.officer, day, now, given)
    if call.voice.as_json:
        call.voice.document(coverage_document(found))
    else:
        for line in tell_coverage(found):
            call.voice.line(line)
    return 0 if found.is_complete else A_PERSON_MUST_ACT


def _gap(call: Invocation) -> int:
    chosen = call.arguments
    begins, ends = to_text(chosen.begins), to_text(chosen.ends)
    give(call.paths, ExplainGap(chosen.officer, begins, ends, chosen.reason, chosen.note))
    if call.voice.as_json:
        call.voice.document(
            {"officer": chosen.officer, "begins": begins, "ends": ends, "reason": chosen.reason}
        )
        return 0
    reason = next(word for one, word in REASONS.items() if one.value == chosen.reason)
    call.voice.line(f"{chosen.officer}  {begins} – {ends}  {reason}")
    return 0
