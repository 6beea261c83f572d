"""``main.py centre index | search | fetch``: find clips of all stations, and get them."""

from __future__ import annotations

from argparse import ArgumentTypeError
from contextlib import closing
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sync.centre.access import credentials, store_of, trusted_keys, trusted_of
from sync.centre.fetching import Fetching
from sync.centre.index import finding
from sync.centre.index.database import CentreIndex
from sync.centre.index.finding import Wanted
from sync.centre.index.gathering import Gathering
from workstation.domain.clip import ClipKind
from workstation.domain.errors import IntegrityError
from workstation.domain.errors_centre import NotInStoreError
from workstation.ipc.messages import RecordFetch
from workstation.station.cli import acting
from workstation.station.cli.table import positive

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from sync.centre.fetching import FetchedClip
    from sync.centre.index.finding import FoundClip
    from sync.centre.index.gathering import Gathered
    from workstation.station.cli.output import Voice
    from workstation.station.cli.table import Invocation, Table


def add_commands(group: Table) -> None:
    """What looks things up in a store."""
    one = group.add("index", "take in what is new in a store, to search it", _index, json=True)
    one.add_argument("url", metavar="URL", help="the store: a directory, or s3+https://…")
    common(one)
    one = group.add("search", "find clips of all stations in the index", _search, json=True)
    one.add_argument("words", nargs="*", metavar="WORD")
    one.add_argument("--from", dest="first_day", type=_day, metavar="DAY")
    one.add_argument("--to", dest="last_day", type=_day, metavar="DAY")
    for name in ("station", "badge", "recorder", "tag", "case"):
        one.add_argument(f"--{name}", action="append", default=[], metavar="TEXT")
    one.add_argument(
        "--kind", action="append", default=[], choices=[kind.value for kind in ClipKind]
    )
    one.add_argument("--limit", type=positive, default=60, metavar="N")
    one.add_argument("--before", type=positive, metavar="PLACE", help="the next page begins here")
    _index_file(one)
    one = group.add("fetch", "get clips, or all of a case, checked", _fetch, json=True)
    one.add_argument("what", nargs="+", metavar="CLIP|CASE")
    one.add_argument("--from", dest="url", required=True, metavar="URL", help="the store")
    one.add_argument("--to", type=Path, required=True, metavar="DIR", help="an existing folder")
    common(one)


def common(one: ArgumentParser) -> None:
    """The arguments of every command that reads a store by the index."""
    trusted_keys(one)
    credentials(one)
    _index_file(one)


def _index_file(one: ArgumentParser) -> None:
    one.add_argument(
        "--index", type=Path, metavar="FILE", help="the index, instead of the station's own"
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no day like 2026-03-01") from error


def opened(invocation: Invocation) -> CentreIndex:
    """The index that was named, or the station's own."""
    given: Path | None = invocation.arguments.index
    return CentreIndex(given or invocation.paths.centre_index)


def gather(invocation: Invocation, index: CentreIndex) -> Gathered:
    """Take in what is new in the store; what does not hold is told, and left out."""
    gathered = Gathering(
        store_of(invocation, invocation.arguments.url), index, trusted_of(invocation)
    ).run()
    for fault in gathered.faults:
        words = invocation.voice.words(fault.code, {"station": fault.station, **fault.facts})
        invocation.voice.note(words)
    return gathered


def _index(invocation: Invocation) -> int:
    voice = invocation.voice
    with closing(opened(invocation)) as index:
        gathered = gather(invocation, index)
        clips, stations = index.totals()
    if voice.as_json:
        voice.document({**asdict(gathered), "all_clips": clips, "all_stations": stations})
    else:
        voice.line(
            f"新增 {gathered.clips} 个文件、{gathered.operations} 条操作；索引共 {stations} 个站、"
            f"{clips} 个文件 / {gathered.clips} clips and {gathered.operations} operations new; "
            f"{stations} stations, {clips} clips in the index"
        )
    return IntegrityError.exit_code if gathered.faults else 0


# -- search ------------------------------------------------------------------------------


def _search(invocation: Invocation) -> int:
    chosen, voice = invocation.arguments, invocation.voice
    with closing(opened(invocation)) as index:
        cases = [_cases(index, name) for name in chosen.case]
        wanted = Wanted(
            words=" ".join(chosen.words),
            stations=tuple(chosen.station),
            badges=tuple(chosen.badge),
            recorders=tuple(chosen.recorder),
            kinds=tuple(chosen.kind),
            tags=tuple(chosen.tag),
            cases=tuple(case for found in cases for case in found),
            first_day=chosen.first_day,
            last_day=chosen.last_day,
        )
        page = finding.search(index, wanted, before=chosen.before, limit=chosen.limit)
        count = finding.count(index, wanted)
        tags = finding.tags_of(index, [one.clip for one in page])
    is_more = count == finding.COUNTED
    following = page[-1].place if len(page) == chosen.limit else None
    if voice.as_json:
        clips = [{**asdict(one), "tags": tags[one.clip]} for one in page]
        found = {"count": count, "count_is_more": is_more, "clips": clips, "before": following}
        voice.document(found)
        return 0
    for one in page:
        recorded = (one.recorded_at or one.vaulted_at)[:19].replace("T", " ")
        voice.line(
            f"{one.clip}  {one.station}  {recorded}  {one.badge or '-':<10} {one.kind:<6}"
            f"{one.size_bytes:>13,}  {one.source_path}  {' '.join(tags[one.clip])}".rstrip()
        )
    voice.note(f"{count}{'+' if is_more else ''} 个 / found")
    if following is not None:
        voice.note(f"下一页 / next page: --before {following}")
    return 0


def _cases(index: CentreIndex, name: str) -> list[str]:
    """All cases of this number.

    Raises:
        NotInStoreError: there is none.
    """
    found = finding.cases_named(index, name)
    if not found:
        raise NotInStoreError(wanted=name)
    return found


# -- fetch -------------------------------------------------------------------------------


def _fetch(invocation: Invocation) -> int:
    chosen, voice = invocation.arguments, invocation.voice
    store = store_of(invocation, chosen.url)
    fetched: list[FetchedClip] = []
    with closing(opened(invocation)) as index:
        gather(invocation, index)
        with closing(store):
            store_id = store.describe().store_id
            wanted = _wanted(index, store_id, chosen.what)
            with voice.bar() as bar:
                total = sum(one.size_bytes for one in wanted)
                task = bar.add_task("录像 clips", total=total)
                fetching = Fetching(store, chosen.to, lambda count: bar.advance(task, count))
                fetching.require_room(wanted)
                for one in wanted:
                    _record(invocation, one)
                    row = index.station(store_id, one.station)
                    fetched += fetching.fetch(one, row.keys if row is not None else ())
    _tell(voice, store_id, fetched)
    return 0


def _wanted(index: CentreIndex, store_id: str, names: list[str]) -> list[FoundClip]:
    """Every clip that was asked for, once.

    Raises:
        NotInStoreError: a name is no clip and no case, or is several clips.
    """
    wanted: dict[tuple[str, int], FoundClip] = {}
    for name in names:
        found = finding.clips_named(index, store_id, name)
        if len(found) > 1 and len({one.sha256 for one in found}) > 1:
            raise NotInStoreError(wanted=name, matches=len(found))
        if not found:
            found = [
                clip
                for case in _cases(index, name)
                for clip in finding.clips_of_case(index, store_id, case)
            ]
        if not found:
            raise NotInStoreError(wanted=name)
        wanted |= {(one.station, one.seq): one for one in found}
    return list(wanted.values())


def _record(invocation: Invocation, one: FoundClip) -> None:
    """Before the first byte leaves the store: an entry, where this machine is a station."""
    if invocation.paths.station.exists():
        to = str(invocation.arguments.to.absolute())
        entry = RecordFetch(one.store_id, one.station, one.clip, one.sha256, to)
        acting.give(invocation.paths, entry)


def _tell(voice: Voice, store_id: str, fetched: list[FetchedClip]) -> None:
    if voice.as_json:
        voice.document({"store_id": store_id, "clips": [asdict(one) for one in fetched]})
        return
    for one in fetched:
        done = "已在 / was here" if one.was_here else "已取回并核对 / fetched and checked"
        voice.line(f"{one.clip}  {one.size_bytes:>13,}  {done}  {one.path}")
