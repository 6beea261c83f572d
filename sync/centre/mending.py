"""``main.py centre mend``: damaged clips of this station, mended from what the store holds.

What comes from the store is checked like anything that is fetched, lies in a temporary folder of
the station only, and is then held against the digests of the ledger's own line before it is
sealed anew under the clip's id. A ``fetched`` entry is written before the first byte leaves the
store, and the ``healed`` entry says that the bytes came from the centre.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

from sync.centre import lookup
from sync.centre.access import store_of
from sync.centre.fetching import Fetching
from sync.centre.index import finding
from workstation.catalog.reader import Catalog
from workstation.ingest.mending import Mender
from workstation.ipc.messages import RecordFetch
from workstation.station import rebuilding, record
from workstation.station.commands import delivery
from workstation.station.commands.answers import Caller
from workstation.vault.store import Vault

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync.centre.index.database import CentreIndex
    from sync.centre.index.finding import FoundClip
    from sync.stores.api import Store
    from workstation.domain.clip import Clip
    from workstation.ledger.writer import Ledger
    from workstation.station.cli.table import Invocation, Table

ORIGIN = "centre"
MENDING = "vault"  # where a clip goes that is fetched to mend it; no folder of people's
PAGE = 500
_PERSON_MUST_ACT = 3


def add_commands(group: Table) -> None:
    """What mends."""
    one = group.add("mend", "mend damaged clips of this station from a store", _mend, json=True)
    one.add_argument("clips", nargs="*", metavar="CLIP", help="else all that are known as damaged")
    one.add_argument("--from", dest="url", required=True, metavar="URL", help="the store")
    lookup.common(one)


def _mend(invocation: Invocation) -> int:
    """Exit code 3 where a clip could not be had: a person looks for it elsewhere."""
    paths, chosen = invocation.paths, invocation.arguments
    record.load(paths)
    mended: list[str] = []
    missing: list[str] = []
    with ExitStack() as held:
        held.enter_context(record.sole_owner(paths))
        ledger = held.enter_context(closing(rebuilding.open_ledger(paths)))
        catalog = held.enter_context(closing(Catalog.open(paths.ledger)))
        mender = Mender(Vault(paths.vault, record.load_keyring(paths)), ledger, catalog)
        wanted = [clip for clip in _named(catalog, chosen.clips) if not mender.is_whole(clip.id)]
        if wanted:
            index = held.enter_context(closing(lookup.opened(invocation)))
            lookup.gather(invocation, index)
            store = held.enter_context(closing(store_of(invocation, chosen.url)))
            for clip in wanted:
                if _one(clip, ledger, _Source(store, index, paths.cache), mender.mend):
                    mended.append(clip.id)
                else:
                    missing.append(clip.id)
    if invocation.voice.as_json:
        invocation.voice.document({"mended": mended, "missing": missing})
    else:
        for name in mended:
            invocation.voice.line(f"{name}  已用中心库的原文件修复 / mended from the centre")
        for name in missing:
            invocation.voice.line(f"{name}  中心库中没有 / not in the store")
    return _PERSON_MUST_ACT if missing else 0


class _Source:
    """A store, what is known of it, and where files may lie for a moment."""

    def __init__(self, store: Store, index: CentreIndex, cache: Path) -> None:
        self.store = store
        self.index = index
        self.cache = cache


def _named(catalog: Catalog, names: list[str]) -> list[Clip]:
    """The clips that were asked for, or all that are known as damaged.

    Raises:
        UnknownClipError: a name is no clip of this station.
    """
    if names:
        return [catalog.clip(catalog.resolve(name)) for name in names]
    found: list[Clip] = []
    after = 0
    while page := catalog.clips(after_seq=after, limit=PAGE):
        found += [clip for clip in page if clip.damage]
        after = page[-1].seq
    return found


def _one(clip: Clip, ledger: Ledger, source: _Source, mend: Callable[..., None]) -> bool:
    """Whether the store had the clip; its bytes are where the damaged object was.

    Raises:
        CentreSignatureError, CentreAlteredError, CentreMissingError: see ``Fetching.fetch``.
        DigestMismatchError: the store's bytes are not those of the ledger's line.
    """
    station, store_id = ledger.station_id, source.store.describe().store_id
    found = [
        one
        for one in finding.clips_named(source.index, store_id, clip.id)
        if (one.clip, one.station) == (clip.id, station)
    ]
    if not found:
        return False
    row = source.index.station(store_id, station)
    with tempfile.TemporaryDirectory(prefix="mend-", dir=source.cache) as place:
        fetching = Fetching(source.store, Path(place))
        fetching.require_room(found)
        _record(ledger, found[0])
        for fetched in fetching.fetch(found[0], row.keys if row is not None else ()):
            if fetched.sha256 == clip.digest.sha256:
                with Path(fetched.path).open("rb", buffering=0) as whole:
                    mend(clip.id, whole, ORIGIN)
                return True
    return False


def _record(ledger: Ledger, one: FoundClip) -> None:
    """Before the first byte leaves the store: an entry, under this station's own lock."""
    command = RecordFetch(one.store_id, one.station, one.clip, one.sha256, MENDING)
    caller = Caller(os.getpid(), os.getuid(), os.getgid())
    delivery.commissioning(ledger)[RecordFetch].handle(command, caller)
