"""``cases``, ``tag``, ``hold``, ``find``: what clips are, where they belong, what holds them."""

from __future__ import annotations

from argparse import ArgumentTypeError, BooleanOptionalAction
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING

from workstation.catalog.reader import Catalog
from workstation.catalog.values import Search
from workstation.domain.casework import IMPORTANCE_LEVELS, Field
from workstation.domain.clip import ClipKind
from workstation.domain.errors import UsageError
from workstation.domain.errors_casework import UnknownHoldError
from workstation.domain.upload import UploadState
from workstation.ipc.messages_casework import (
    Annotate,
    CaseOpened,
    ChangeCase,
    CreateCase,
    HoldsPlaced,
    LinkClips,
    MarkerPoints,
    PlaceHold,
    ReleaseHolds,
    Said,
)
from workstation.station import record
from workstation.station.cli.acting import give
from workstation.station.cli.casework_documents import (
    case_document,
    casework_document,
    hold_document,
    tell_case,
    tell_casework,
)
from workstation.station.cli.documents import clip_document
from workstation.station.cli.table import positive

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from workstation.platform.paths import StatePaths
    from workstation.station.cli.table import Invocation, Table

CASE_FIELDS = (
    *(Field.NUMBER, Field.TITLE, Field.TYPE, Field.PLACE, Field.POSITION, Field.OCCURRED),
)


def add_commands(table: Table) -> None:
    """The commands of casework."""
    _add_cases(table.group("cases", "cases: list, show, add, change, close"))
    _add_tag(table)
    _add_find(table)
    holds = table.group("hold", "keep clips, whatever the rules say")
    one = holds.add("add", "hold clips or a case with all its clips", _hold, json=True)
    one.add_argument("clips", nargs="*", metavar="CLIP")
    one.add_argument("--case", action="append", default=[], metavar="CASE")
    one.add_argument("--reason", required=True, metavar="TEXT")
    one = holds.add("release", "end holds by their names", _release, json=True)
    one.add_argument("holds", nargs="+", metavar="HOLD")
    holds.add("list", "what is held, why and by whom", _list_holds, json=True)


def _add_cases(cases: Table) -> None:
    one = cases.add("list", "cases, the latest changed first", _list_cases, json=True)
    one.add_argument("words", nargs="*", metavar="WORD", help="part of number, title, place, …")
    state = one.add_mutually_exclusive_group()
    state.add_argument("--open", dest="is_closed", action="store_const", const=False)
    state.add_argument("--closed", dest="is_closed", action="store_const", const=True)
    one.add_argument("--limit", type=positive, default=100, metavar="N")
    one = cases.add("show", "one case and its clips", _show_case, json=True)
    one.add_argument("case", metavar="CASE", help="number or id, or the beginning of an id")
    one = cases.add("add", "open a case; its number may come later", _add_case, json=True)
    one.add_argument("number", nargs="?", default="", metavar="NUMBER")
    _case_fields(one)
    one.add_argument("--party", action="append", default=[], metavar="NAME")
    one = cases.add("change", "change what is known of a case", _change_case, json=True)
    one.add_argument("case", metavar="CASE")
    one.add_argument("--number", metavar="NUMBER")
    _case_fields(one)
    one.add_argument("--party", action="append", default=[], metavar="NAME")
    one.add_argument("--no-party", action="append", default=[], metavar="NAME")
    for name, text, is_closed in (
        ("close", "close a case", True),
        ("reopen", "open a closed case again", False),
    ):
        one = cases.add(name, text, _change_case, json=True)
        one.add_argument("case", metavar="CASE")
        one.add_argument("--note", metavar="TEXT")
        one.set_defaults(is_closed=is_closed)


def _case_fields(one: ArgumentParser) -> None:
    one.add_argument("--title", metavar="TEXT")
    one.add_argument("--type", metavar="TEXT", help="the site's own word for the kind of case")
    one.add_argument("--place", metavar="TEXT")
    one.add_argument("--position", metavar="LAT,LON", help="in degrees, WGS-84")
    one.add_argument("--occurred", metavar="TIME", help="when it happened, as people know it")
    one.add_argument("--note", metavar="TEXT")


def _add_tag(table: Table) -> None:
    one = table.add("tag", "say what clips are and which case they belong to", _tag, json=True)
    one.add_argument("clips", nargs="+", metavar="CLIP")
    one.add_argument("--add", action="append", default=[], metavar="TAG")
    one.add_argument("--remove", action="append", default=[], metavar="TAG")
    one.add_argument("--case", action="append", default=[], metavar="CASE", help="number or id")
    one.add_argument("--no-case", action="append", default=[], metavar="CASE")
    one.add_argument("--category", metavar="TEXT", help='"" takes it away')
    one.add_argument("--importance", type=int, choices=range(IMPORTANCE_LEVELS + 1))
    one.add_argument("--note", default="", metavar="TEXT")
    one.add_argument(
        "--mark",
        action="append",
        default=[],
        type=_points,
        metavar="IN[-OUT][:LABEL]",
        help="a place in the clip, in milliseconds",
    )
    one.add_argument("--no-mark", action="append", default=[], metavar="NAME")


def _add_find(table: Table) -> None:
    one = table.add("find", "find clips by words, person, day and state", _find, json=True)
    one.add_argument("words", nargs="*", metavar="WORD")
    one.add_argument("--from", dest="first_day", type=_day, metavar="DAY")
    one.add_argument("--to", dest="last_day", type=_day, metavar="DAY")
    for name in ("badge", "unit", "recorder", "tag", "category", "case"):
        one.add_argument(f"--{name}", action="append", default=[], metavar="TEXT")
    one.add_argument(
        "--kind", action="append", default=[], choices=[kind.value for kind in ClipKind]
    )
    one.add_argument("--importance", action="append", default=[], type=int)
    one.add_argument(
        "--upload",
        action="append",
        default=[],
        choices=[state.value for state in UploadState],
        help="where they are, as the centre is concerned",
    )
    for name, text in (
        ("tagged", "somebody said what it is"),
        ("linked", "to a case"),
        ("delivered", "to the central store"),
        ("held", "by name"),
        ("marked", "important by the recorder's word"),
    ):
        one.add_argument(f"--{name}", action=BooleanOptionalAction, default=None, help=text)
    one.add_argument("--limit", type=positive, default=60, metavar="N")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no day like 2026-03-01") from error


def _points(text: str) -> MarkerPoints:
    times, _, label = text.partition(":")
    first, dash, last = times.partition("-")
    if not first.isdecimal() or (dash and not last.isdecimal()):
        raise ArgumentTypeError(f"{text!r} is no marker like 61000-75000:label")
    return MarkerPoints(int(first), int(last) if dash else None, label)


def _catalog(paths: StatePaths) -> Catalog:
    record.load(paths)
    return Catalog.open(paths.ledger)


# -- cases -------------------------------------------------------------------------------


def _list_cases(call: Invocation) -> int:
    chosen = call.arguments
    with closing(_catalog(call.paths)) as catalog:
        lines = catalog.cases(
            " ".join(chosen.words), is_closed=chosen.is_closed, limit=chosen.limit
        )
    if call.voice.as_json:
        call.voice.document(
            {"cases": [{**case_document(line.file), "clips": line.clips} for line in lines]}
        )
        return 0
    for line in lines:
        call.voice.line(f"{tell_case(line.file)}  {line.clips} 个文件 / clips")
    return 0


def _show_case(call: Invocation) -> int:
    with closing(_catalog(call.paths)) as catalog:
        found = catalog.case(catalog.resolve_case(call.arguments.case))
        clips = catalog.clips_of_case(found.id)
    document = {**case_document(found), "clip_ids": clips}
    if call.voice.as_json:
        call.voice.document(document)
        return 0
    for name, value in document.items():
        call.voice.line(f"{name:<12} {value}")
    return 0


def _add_case(call: Invocation) -> int:
    chosen = call.arguments
    made = give(
        call.paths, CreateCase(_fields(chosen), tuple(chosen.party), note=chosen.note or "")
    )
    if not isinstance(made, CaseOpened):
        raise UsageError(reason="no answer")
    return _shown(call, made.case)


def _change_case(call: Invocation) -> int:
    chosen = call.arguments
    with closing(_catalog(call.paths)) as catalog:
        case = catalog.resolve_case(chosen.case)
    give(
        call.paths,
        ChangeCase(
            case,
            _fields(chosen),
            tuple(getattr(chosen, "party", ())),
            tuple(getattr(chosen, "no_party", ())),
            chosen.note or "",
            getattr(chosen, "is_closed", None),
        ),
    )
    return _shown(call, case)


def _fields(chosen: object) -> dict[str, str]:
    given = {field.value: getattr(chosen, field.value, None) for field in CASE_FIELDS}
    return {name: value for name, value in given.items() if value is not None}


def _shown(call: Invocation, case: str) -> int:
    with closing(_catalog(call.paths)) as catalog:
        found = catalog.case(case)
    if call.voice.as_json:
        call.voice.document(case_document(found))
    else:
        call.voice.line(tell_case(found))
    return 0


# -- clips -------------------------------------------------------------------------------


def _tag(call: Invocation) -> int:
    chosen = call.arguments
    with closing(_catalog(call.paths)) as catalog:
        clips = tuple(catalog.resolve(clip) for clip in chosen.clips)
        link = tuple(catalog.resolve_case(case) for case in chosen.case)
        unlink = tuple(catalog.resolve_case(case) for case in chosen.no_case)
    said = Annotate(
        clips,
        tuple(chosen.add),
        tuple(chosen.remove),
        chosen.category,
        chosen.importance,
        chosen.note,
        tuple(chosen.mark),
        tuple(chosen.no_mark),
    )
    if said != Annotate(clips):
        give(call.paths, said)
    if link or unlink:
        give(call.paths, LinkClips(clips, link, unlink))
    with closing(_catalog(call.paths)) as catalog:
        found = [catalog.casework_of(clip) for clip in clips]
        numbers = catalog.case_numbers(case for state in found for case in state.cases)
    if call.voice.as_json:
        call.voice.document({"clips": [casework_document(state, numbers) for state in found]})
        return 0
    for state in found:
        call.voice.line(tell_casework(state, numbers))
    return 0


def _find(call: Invocation) -> int:
    chosen = call.arguments
    with closing(_catalog(call.paths)) as catalog:
        wanted = Search(
            words=" ".join(chosen.words),
            first_day=chosen.first_day,
            last_day=chosen.last_day,
            badges=tuple(chosen.badge),
            units=tuple(chosen.unit),
            recorders=tuple(chosen.recorder),
            kinds=tuple(map(ClipKind, chosen.kind)),
            cases=tuple(catalog.resolve_case(case) for case in chosen.case),
            tags=tuple(chosen.tag),
            categories=tuple(chosen.category),
            importances=tuple(chosen.importance),
            is_marked=chosen.marked,
            is_tagged=chosen.tagged,
            is_linked=chosen.linked,
            is_delivered=chosen.delivered,
            uploads=tuple(map(UploadState, chosen.upload)),
            is_held=chosen.held,
        )
        found = catalog.search(wanted, limit=chosen.limit)
        count = catalog.count(wanted)
        said = catalog.casework_of_many(clip.id for clip in found)
    if call.voice.as_json:
        clips = [
            {**clip_document(clip), "tags": list(said[clip.id].tags) if clip.id in said else []}
            for clip in found
        ]
        call.voice.document({"count": count, "clips": clips})
        return 0
    for clip in found:
        tags = " ".join(said[clip.id].tags) if clip.id in said else ""
        call.voice.line(f"{clip.id}  {clip.badge or '-':<10} {clip.source_path}  {tags}")
    call.voice.line(f"{len(found)} / {count}")
    return 0


# -- holds -------------------------------------------------------------------------------


def _hold(call: Invocation) -> int:
    chosen = call.arguments
    if not chosen.clips and not chosen.case:
        raise UsageError(reason="CLIP or --case")
    with closing(_catalog(call.paths)) as catalog:
        clips = tuple(catalog.resolve(clip) for clip in chosen.clips)
        cases = tuple(catalog.resolve_case(case) for case in chosen.case)
    placed = give(call.paths, PlaceHold(chosen.reason, clips, cases))
    names = list(placed.holds) if isinstance(placed, HoldsPlaced) else []
    if call.voice.as_json:
        call.voice.document({"holds": names})
    for name in () if call.voice.as_json else names:
        call.voice.line(name)
    return 0


def _release(call: Invocation) -> int:
    with closing(_catalog(call.paths)) as catalog:
        known = [line.operation for line in catalog.holds()]
    names = []
    for begins in call.arguments.holds:
        matching = [name for name in known if name.startswith(begins.upper())]
        if len(matching) != 1:
            raise UnknownHoldError(hold=begins, matches=len(matching))
        names += matching
    said = give(call.paths, ReleaseHolds(tuple(names)))
    count = said.operations if isinstance(said, Said) else 0
    if call.voice.as_json:
        call.voice.document({"released": count})
    else:
        call.voice.line(f"已解除 {count} 项保全 / holds released: {count}")
    return 0


def _list_holds(call: Invocation) -> int:
    with closing(_catalog(call.paths)) as catalog:
        lines = catalog.holds()
    if call.voice.as_json:
        call.voice.document({"holds": [hold_document(line) for line in lines]})
        return 0
    for line in lines:
        what = line.clip or f"案件 case {line.case}"
        call.voice.line(f"{line.operation}  {line.at}  {line.by}  {what}  {line.reason}")
    return 0
