"""A damaged clip of a station is mended from what the centre holds of it."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING

from tests.integration.centre.rig import called, remove
from tests.integration.sync.rig import damage
from workstation.catalog.reader import Catalog
from workstation.domain.clip import ClipId
from workstation.ledger.care import record_damage
from workstation.ledger.custody import Act, decode
from workstation.ledger.database import connect_read_only
from workstation.ledger.row_audit import check_rows

if TYPE_CHECKING:
    from tests.integration.centre.rig import Pair
    from workstation.ledger.custody import CustodyLine


def harm(pair: Pair, clip: str) -> None:
    """Flip a bit, and let the station know, as its nightly reading does."""
    damage(pair.first.object_path(clip))
    with pair.first.ledger.transaction() as tx:
        record_damage(tx, ClipId(clip), "object.damaged", {"segment": 0})
    pair.first.ledger.checkpoint()


def mend(pair: Pair, *words: object) -> tuple[int, dict[str, list[str]], str]:
    state = pair.first.paths.root
    code, printed, said = called(
        "centre", "mend", *words, "--from", pair.store, "--state", state, "--json"
    )
    return code, json.loads(printed), said


def fetches(pair: Pair) -> list[CustodyLine]:
    """What the ledger tells of clips that were taken out of a store."""
    with closing(connect_read_only(pair.first.paths.ledger)) as db:
        rows = db.execute("SELECT seq, line FROM custody_entry WHERE act='fetched' ORDER BY seq")
        return [decode(bytes(line), seq) for seq, line in rows]


def test_exactly_the_damaged_clip_is_fetched_and_mended(pair: Pair) -> None:
    bad, *_ = pair.first.clips
    harm(pair, bad)
    code, document, said = mend(pair)
    assert (code, document) == (0, {"mended": [bad], "missing": []}), said
    with closing(Catalog.open(pair.first.paths.ledger)) as catalog:
        clip = catalog.clip(bad)
        assert clip.damage is None
        pair.first.vault.check(catalog.object_ref(bad), clip.digest, lambda _: None)
        healed = [decode(line, 0) for line in catalog.custody_of(bad)][-1]
    assert (healed.act, healed.facts["from"]) == (Act.HEALED.value, "centre")
    (fetched,) = fetches(pair)
    assert (fetched.facts["clip_of"], fetched.facts["to"]) == (bad, "vault")
    assert fetched.facts["sha256"] == clip.digest.sha256
    assert fetched.seq < healed.seq, "written before the first byte left the store"
    assert check_rows(pair.first.paths.ledger) == ()
    assert not list(pair.first.paths.cache.glob("mend-*"))
    code, document, _ = mend(pair, bad)
    assert (code, document) == (0, {"mended": [], "missing": []}), "a whole clip is left alone"


def test_what_the_store_does_not_hold_is_named(pair: Pair) -> None:
    (new,) = pair.first.collect([b"not delivered"])
    harm(pair, new)
    code, document, _ = mend(pair, new[:20])
    assert (code, document) == (3, {"mended": [], "missing": [new]})
    assert fetches(pair) == [], "nothing left the store"


def test_other_bytes_in_the_store_mend_nothing(pair: Pair) -> None:
    bad, *_ = pair.first.clips
    harm(pair, bad)
    (stored,) = pair.store.rglob(f"{bad}/*")
    content = stored.read_bytes()
    remove(stored)
    stored.write_bytes(content[:-1] + b"!")
    code, document, _ = mend(pair)
    assert (code, document["error"]["code"]) == (4, "centre.altered")  # type: ignore[call-overload]
    with closing(Catalog.open(pair.first.paths.ledger)) as catalog:
        assert catalog.clip(bad).damage == "object.damaged"
