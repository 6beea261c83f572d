"""``main.py centre recall``: the lines of this station's ledger, back from a store.

For the day on which the database and the vault's own copy of its lines are both lost. The lines
are believed as far as the station's signed checkpoints and the chain go, as ``centre verify``
checks them; what the vault still holds of later lines is kept behind them. ``rebuild`` then makes
the ledger anew.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sync.centre.access import credentials, store_of
from sync.centre.ledger_check import LedgerCheck
from sync.centre.report import CentreReport, StationReport
from sync.layout import ledger_prefix, segment_of
from sync.reading import read_document
from workstation.domain.errors import (
    CheckpointBadError,
    IntegrityError,
    LedgerBrokenError,
    NothingToRebuildError,
)
from workstation.ledger import files
from workstation.ledger.notes import open_note
from workstation.ledger.second_copy import KeptNote, SecondCopy
from workstation.platform.clock import SystemClock
from workstation.station import record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sync.stores.api import Store
    from workstation.ledger.signing import VerifyKey
    from workstation.station.cli.output import Voice
    from workstation.station.cli.table import Invocation, Table


@dataclass(frozen=True, slots=True)
class Recalled:
    """How many lines the copy in the vault holds now, and where they came from."""

    lines: int
    from_store: int  # all that the store holds
    from_vault: int  # behind those, which the vault had kept
    checkpoints: int
    aside: str | None  # where the former copy lies


def add_commands(group: Table) -> None:
    """What recalls."""
    one = group.add("recall", "bring this station's ledger lines back", _recall, json=True)
    one.add_argument("--from", dest="url", required=True, metavar="URL", help="the store")
    credentials(one)


def _recall(invocation: Invocation) -> int:
    paths, url, voice = invocation.paths, invocation.arguments.url, invocation.voice
    with (
        record.sole_owner(paths, settles=False),
        closing(store_of(invocation, url)) as store,
    ):
        me = record.load(paths)
        report = CentreReport(store.describe().store_id)
        about = StationReport(me.id)
        LedgerCheck(store, report.store_id, me.keys, report).run(about)
        if report.faults:
            return _refuse(voice, report)
        if not about.lines:
            raise NothingToRebuildError(path=url)
        done = recall(store, me.id, me.keys, paths.second_copy)
    if voice.as_json:
        voice.document(asdict(done))
        return 0
    voice.line(
        f"取回 recalled {done.from_store} 行 lines，本站另有 more of the vault's own "
        f"{done.from_vault}，检查点 checkpoints {done.checkpoints}"
    )
    if done.aside:
        voice.line(f"原副本 / the former copy: {done.aside}")
    voice.line("接着运行 / now run: main.py rebuild")
    return 0


def _refuse(voice: Voice, report: CentreReport) -> int:
    """Nothing comes from a store whose lines do not hold."""
    for fault in report.faults:
        voice.note(voice.words(fault.code, {"station": fault.station, **fault.facts}))
    if voice.as_json:
        voice.document({"faults": [asdict(fault) for fault in report.faults]})
    return IntegrityError.exit_code


def recall(store: Store, station: str, keys: tuple[VerifyKey, ...], place: Path) -> Recalled:
    """Make the vault's copy of the lines anew from a store that ``LedgerCheck`` found whole.

    What the copy holds of later lines is put behind them; the former copy is put aside.

    Raises:
        LedgerBrokenError: the vault has kept other lines than the store (fact ``seq``).
    """
    fresh = files.fresh_copy(place)
    former, copy = SecondCopy(place), SecondCopy(fresh)
    own = former.numbered()
    ahead = next(own, None)
    from_store = from_vault = 0
    for lines in _segments(store, station):
        for seq, line in enumerate(lines, from_store + 1):
            while ahead is not None and ahead[0] < seq:
                ahead = next(own, None)
            if ahead is not None and ahead[0] == seq and ahead[1] != line:
                raise LedgerBrokenError(seq=seq, reason="other_in_store")
        copy.extend(lines)
        from_store += len(lines)
    while ahead is not None and ahead[0] <= from_store:
        ahead = next(own, None)
    while ahead is not None and ahead[0] == from_store + from_vault + 1:
        copy.extend([ahead[1]])
        from_vault += 1
        ahead = next(own, None)
    notes = {note.size: note for note in former.notes()}
    notes |= {note.size: note for note in _notes(store, station, keys)}
    copy.extend_notes([notes[size] for size in sorted(notes)])
    stamp = SystemClock().now().strftime("%Y%m%dT%H%M%S%fZ")
    aside = files.put_copy_in_place(fresh, place, place.with_name(f"{place.name}.before-{stamp}"))
    return Recalled(
        from_store + from_vault, from_store, from_vault, len(notes), str(aside) if aside else None
    )


def _segments(store: Store, station: str) -> Iterator[list[bytes]]:
    for key in store.list(ledger_prefix(station)):
        if segment_of(key) is not None:
            yield read_document(store, key).split(b"\n")[:-1]


def _notes(store: Store, station: str, keys: tuple[VerifyKey, ...]) -> Iterator[KeptNote]:
    for key in store.list(ledger_prefix(station)):
        if not key.endswith(".checkpoint"):
            continue
        note = read_document(store, key).decode("utf-8", "replace")
        for one in keys:
            try:
                point = open_note(note, f"evidock/{station}", one)
            except CheckpointBadError:
                continue
            yield KeptNote(point.size, point.at, note)
            break
