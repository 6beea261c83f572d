"""``main.py directory``: publish it, trust it, fetch it, look at it, hear proposals."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sync.feed.keys import HEAD_KEY
from sync.feed.places import open_feed
from sync.stores.s3.place import CREDENTIALS_NAME
from sync.stores.urls import open_store
from workstation.domain.errors import KeyBadError, UsageError
from workstation.platform.clock import SystemClock
from workstation.station.cli import acting
from workstation.station.cli.table import positive

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from sync.feed.places import FeedPlace
    from sync.feed.publishing import Published
    from workstation.ledger.signing import StationKey
    from workstation.station.cli.table import Invocation, Table

DAYS = 14  # how long a list says that it is good: a holiday of the office, not more
_COMMENT = "evidock-agency-"


def add_commands(table: Table) -> None:
    """What the centre and the stations do with the directory."""
    group = table.group("directory", "people, recorders, cases and rules that come down, signed")
    one = group.add("key", "make the agency's signing key", _key, json=True)
    one.add_argument("file", type=Path, metavar="FILE", help="a new file; FILE.pub beside it")
    one = group.add("publish", "sign and publish what changed", _publish, json=True)
    one.add_argument("sheets", nargs="?", type=Path, metavar="FOLDER", help="none: only renew")
    _place_and_key(one)
    one.add_argument("--days", type=positive, default=DAYS, metavar="N", help="good for")
    one.add_argument("--by", default="", metavar="NAME", help="who decided the policy and cases")
    one.add_argument("--second", default="", metavar="NAME", help="and the second person")
    one.add_argument("--dry-run", action="store_true", help="say what would change")
    one = group.add("rotate", "let a new key of the agency take over", _rotate, json=True)
    _place_and_key(one)
    one.add_argument("--new", required=True, type=Path, metavar="FILE", help="a new file")
    one.add_argument("--days", type=positive, default=DAYS, metavar="N", help="good for")
    one = group.add("trust", "pin the agency's key at this station", _trust, json=True)
    one.add_argument("agency", metavar="KEY", help="FILE.pub, or ssh-ed25519 AAAA…")
    one.add_argument("--replaces", action="store_true", help="in place of another agency's")
    one = group.add("fetch", "fetch and apply it now", _fetch, json=True)
    one.add_argument("--from", dest="place", metavar="URL", help="else as set in [sync]")
    _credentials(one)
    group.add("status", "how it stands at this station", _status, json=True)
    one = group.add("proposals", "what stations changed themselves", _proposals, json=True)
    one.add_argument("--from", dest="place", required=True, metavar="URL", help="the store")
    _credentials(one)


def _place_and_key(one: ArgumentParser) -> None:
    one.add_argument("--to", required=True, metavar="URL", help="the store it goes beside")
    one.add_argument("--key", required=True, type=Path, metavar="FILE", help="the agency's key")
    _credentials(one)


def _credentials(one: ArgumentParser) -> None:
    one.add_argument("--credentials", type=Path, metavar="FILE", help="key of an object store")


def _place(invocation: Invocation, url: str) -> FeedPlace:
    given: Path | None = invocation.arguments.credentials
    return open_feed(_absolute(url), given or invocation.paths.keys / CREDENTIALS_NAME)


def _absolute(url: str) -> str:
    is_url = "://" in url or url.startswith("directory:")
    return url if is_url else str(Path(url).absolute())


# -- the centre's side ---------------------------------------------------------------------


def _read_key(path: Path) -> StationKey:
    from workstation.ledger.signing import StationKey
    from workstation.vault.keys import read_secret

    return StationKey.from_pem(read_secret(path), path=str(path))


def _make_key(path: Path, number: int) -> StationKey:
    """A new key in a file for its owner alone, and its public line beside it.

    Raises:
        UsageError: something is there already.
    """
    from workstation.ledger.signing import StationKey
    from workstation.ledger.sshsig import public_line
    from workstation.vault.keys import write_secret

    public = path.with_name(path.name + ".pub")
    if path.exists() or public.exists():
        raise UsageError(reason="exists", path=str(path))
    made = StationKey.generate()
    write_secret(path, made.to_pem())
    with public.open("x", encoding="utf-8") as written:
        written.write(f"{public_line(made.public)} {_COMMENT}{number}\n")
    return made


def _key(invocation: Invocation) -> int:
    path: Path = invocation.arguments.file
    _make_key(path, 1)
    _say_key(invocation, path, 1)
    return 0


def _say_key(invocation: Invocation, path: Path, number: int) -> None:
    public = path.with_name(path.name + ".pub").read_text("utf-8").strip()
    if invocation.voice.as_json:
        invocation.voice.document({"number": number, "file": str(path), "public": public})
        return
    invocation.voice.line(f"机构密钥 / agency key {number}: {path}\n{public}")
    invocation.voice.line(
        "私钥只留在中心，离线备份一份；把 .pub 送到各采集站：main.py directory trust\n"
        "Keep the private file at the centre with one offline copy; "
        "bring .pub to the stations: main.py directory trust"
    )


def _publish(invocation: Invocation) -> int:
    from sync.feed.publishing import Publisher
    from sync.feed.sheets import read_sheets

    chosen = invocation.arguments
    sheets = chosen.sheets and read_sheets(chosen.sheets, chosen.by, chosen.second)
    publisher = Publisher(_place(invocation, chosen.to), _read_key(chosen.key))
    done = publisher.publish(
        sheets,
        SystemClock().now(),
        timedelta(days=chosen.days),
        chosen.by,
        dry_run=chosen.dry_run,
    )
    _say_published(invocation, done, is_dry=chosen.dry_run)
    return 0


def _say_published(invocation: Invocation, done: Published, *, is_dry: bool) -> None:
    voice = invocation.voice
    if voice.as_json:
        voice.document({"is_published": not is_dry, **_document(done)})
        return
    for kind, count in done.changed.items():
        rev = "" if is_dry else f" rev {done.kinds[kind].rev}"
        voice.line(f"  {kind}{rev}: {count}")
    words = "试运行，未发布 / dry run, not published" if is_dry else "已发布 / published"
    voice.line(f"{words}: #{done.number}，有效至 / good until {done.expires}")


def _document(done: Published) -> dict[str, object]:
    return {
        "number": done.number,
        "issued": done.issued,
        "expires": done.expires,
        "changed": done.changed,
        "kinds": done.kinds,
    }


def _rotate(invocation: Invocation) -> int:
    from sync.feed.publishing import Publisher

    chosen = invocation.arguments
    place = _place(invocation, chosen.to)
    now = SystemClock().now()
    if chosen.new.exists():  # of a hand-over that broke off behind its document
        after = Publisher(place, _read_key(chosen.new))
    else:
        before = Publisher(place, _read_key(chosen.key))
        made = _make_key(chosen.new, before.number + 1)
        before.hand_over(made, now)
        after = Publisher(place, made)
    after.publish(None, now, timedelta(days=chosen.days), "", dry_run=False)
    _say_key(invocation, chosen.new, after.number)
    return 0


def _proposals(invocation: Invocation) -> int:
    from contextlib import closing

    from sync.centre.checking import stations_of
    from sync.feed.hearing import proposals_of

    chosen, voice = invocation.arguments, invocation.voice
    given = chosen.credentials or invocation.paths.keys / CREDENTIALS_NAME
    with closing(open_store(_absolute(chosen.place), given)) as store:
        store.describe()
        found = [one for station in stations_of(store) for one in proposals_of(store, station)]
    if voice.as_json:
        voice.document({"proposals": found})
        return 0
    for one in found:
        said = " ".join(f"{name}={value}" for name, value in one.facts.items() if value)
        voice.line(f"{one.at}  {one.station} #{one.seq}  {one.act}  {one.by or '-'}  {said}")
    return 0


# -- the station's side --------------------------------------------------------------------


def _trust(invocation: Invocation) -> int:
    from workstation.ipc.messages_directory import TrustAgency

    ssh, number = read_public(invocation.arguments.agency)
    acting.give(invocation.paths, TrustAgency(ssh, number, invocation.arguments.replaces))
    if invocation.voice.as_json:
        invocation.voice.document({"done": TrustAgency.__name__, "number": number, "ssh": ssh})
    else:
        invocation.voice.line(f"已记入台账 / recorded: {number} {ssh}")
    return 0


def read_public(given: str) -> tuple[str, int]:
    """A public line and the key's number, as ``directory key`` writes them.

    Raises:
        KeyBadError: there is none in it.
    """
    text = given
    if not given.startswith("ssh-ed25519 "):
        try:
            text = Path(given).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise KeyBadError(path=given, reason=str(error)) from error
    words = text.split()
    if len(words) < 2 or words[0] != "ssh-ed25519":
        raise KeyBadError(path=given, reason="no ssh-ed25519 key")
    number = words[2].removeprefix(_COMMENT) if len(words) > 2 else ""
    return " ".join(words[:2]), int(number) if number.isdecimal() else 1


def _fetch(invocation: Invocation) -> int:
    from sync.feed.fetching import Fetching

    section, voice = invocation.settings.sync, invocation.voice
    url = invocation.arguments.place or section.directory or section.store
    if not url:
        raise UsageError(reason="no_store")
    place = _place(invocation, url)
    done = Fetching(place, lambda command: acting.give(invocation.paths, command)).run()
    if voice.as_json:
        voice.document({"is_there": done.is_new, "applied": done.applied})
    elif not done.is_new:
        voice.line(f"没有目录 / no directory there: {place.url} {HEAD_KEY}")
    else:
        for kind, changes in done.applied.items():
            voice.line(f"  {kind}: {changes}")
        voice.line(
            "已是最新 / up to date" if done.trouble is None else "未全部生效 / not all taken"
        )
    if done.trouble is not None:
        raise done.trouble
    return 0


def _status(invocation: Invocation) -> int:
    from contextlib import closing

    from workstation.catalog.reader import Catalog
    from workstation.station.feed.standing import standing

    voice = invocation.voice
    with closing(Catalog.open(invocation.paths.ledger)) as catalog:
        found = standing(catalog, SystemClock().now())
        categories = catalog.directory_categories()
    if voice.as_json:
        voice.document({"directory": found, "categories": categories})
        return 0
    for line in standing_lines(found):
        voice.line(line)
    if categories:
        voice.line(f"类别 / categories: {'、'.join(categories)}")
    for one in found.refusals:
        facts = one["facts"]
        voice.line(voice.words(str(one["code"]), facts if isinstance(facts, dict) else {}))
    return 0


def standing_lines(found: object) -> list[str]:
    """The directory in a few lines, for ``directory status`` and ``sync status``."""
    from workstation.station.feed.standing import DirectoryStanding

    if not isinstance(found, DirectoryStanding) or found.key is None:
        return ["未固定机构密钥，不接收目录 / no agency key pinned: no directory is taken"]
    if found.issued is None:
        return [f"机构密钥 / agency key {found.key_number}；尚未收到目录 / no directory seen yet"]
    state = "已过期 / EXPIRED" if found.is_expired else "有效至 / good until"
    hours = (found.age_s or 0) / 3600
    return [
        f"目录 / directory #{found.number} {state} {found.expires}，"
        f"签发 {hours:.1f} 小时前 / issued {hours:.1f} h ago，密钥 / key {found.key_number}",
        *(f"  {part.kind}: {part.rev}/{part.listed} {part.applied_at}" for part in found.parts),
    ]
