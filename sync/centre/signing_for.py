"""``main.py centre readback``: read what stations delivered, and sign for it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from sync.centre import lookup
from sync.centre.access import store_of
from sync.centre.readback import ReadingBack
from sync.readback.documents import require_centre
from workstation.domain.errors import IntegrityError
from workstation.ledger.signing import StationKey
from workstation.platform.clock import SystemClock
from workstation.vault.keys import read_secret

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from workstation.station.cli.table import Invocation, Table


def add_commands(group: Table) -> None:
    """What the centre signs for."""
    text = "read every clip that is new in a store, and sign receipts for the stations"
    one = group.add("readback", text, _readback, json=True)
    one.add_argument("url", metavar="URL", help="the store: a directory, or s3+https://…")
    signer(one)
    lookup.common(one)


def signer(one: ArgumentParser) -> None:
    """The arguments that say in whose name the centre signs."""
    one.add_argument(
        "--sign", required=True, type=Path, metavar="FILE", help="the centre's key (directory key)"
    )
    one.add_argument("--name", default="centre", metavar="NAME", help="which centre this is")


def signer_of(invocation: Invocation) -> tuple[str, StationKey]:
    """Name and key of the centre.

    Raises:
        UsageError: the name can not stand in a key of a store.
        KeyMissingError, KeyBadError: the key can not be read.
    """
    path: Path = invocation.arguments.sign
    name = require_centre(invocation.arguments.name)
    return name, StationKey.from_pem(read_secret(path), path=str(path))


def _readback(invocation: Invocation) -> int:
    voice, signing = invocation.voice, signer_of(invocation)
    store = store_of(invocation, invocation.arguments.url)
    with closing(lookup.opened(invocation)) as index:
        gathered = lookup.gather(invocation, index)
        with closing(store), voice.bar() as bar:
            store_id = store.describe().store_id
            task = bar.add_task("读回 read back", total=None)
            reading = ReadingBack(
                store, index, signing, SystemClock(), lambda count: bar.advance(task, count)
            )
            report = reading.run(store_id)
    if voice.as_json:
        faults = [*gathered.faults, *report.faults]
        voice.document({**asdict(report), "centre": signing[0], "faults": faults})
    else:
        voice.line(
            f"已读回并签收 {report.clips} 个文件（{report.size_bytes:,} 字节），"
            f"回执 {len(report.documents)} 份 / read back and signed for: {report.clips} clips, "
            f"{report.size_bytes:,} bytes, {len(report.documents)} receipts"
        )
    for fault in report.faults:
        voice.note(voice.words(fault.code, {"station": fault.station, **fault.facts}))
    return IntegrityError.exit_code if gathered.faults or report.faults else 0
