"""``export``: clips leave as a court pack, with two people standing by it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from workstation.domain.errors_export import ExportKeyError
from workstation.station.cli.acting import give
from workstation.station.cli.asking import proved, secret
from workstation.station.packing import Order, Packer

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from workstation.station.cli.table import Invocation, Table
    from workstation.station.packing import Exported

PASSPHRASE = "passphrase"  # noqa: S105 - the word that makes us ask for one
STEPS = {
    "clips": "录像 clips",
    "pages": "文书 documents",
    "check": "读回核对 reading back",
}


def add_commands(table: Table) -> None:
    """What lets evidence go."""
    one = table.add("export", "a court pack of a case or of clips", _export, json=True)
    one.add_argument("what", nargs="+", metavar="CASE|CLIP")
    one.add_argument("--to", type=Path, required=True, metavar="DIR", help="an existing folder")
    one.add_argument("--by", required=True, metavar="BADGE", help="who exports")
    one.add_argument("--second", required=True, metavar="BADGE", help="the second person")
    one.add_argument("--reason", required=True, metavar="TEXT")
    one.add_argument(
        "--encrypt-to",
        action="append",
        default=[],
        metavar="KEY",
        help="age1…, an SSH public key, a file of such keys, or the word passphrase",
    )


def _export(call: Invocation) -> int:
    chosen, voice = call.arguments, call.voice
    packer = Packer(call.paths, call.settings.media, give)
    order = Order(
        chosen.what,
        chosen.to,
        chosen.reason,
        proved(chosen.by),
        proved(chosen.second),
        [key for key in chosen.encrypt_to if key != PASSPHRASE],
        _passphrase() if PASSPHRASE in chosen.encrypt_to else "",
    )
    with voice.bar() as bar:
        exported = packer.export(order, _Bar(bar))
    if voice.as_json:
        voice.document(_document(exported))
        return 0
    built = exported.built
    voice.line(str(built.place))
    voice.line(
        f"{exported.clips} 个文件已导出并读回核对 / {exported.clips} clips exported and read back; "
        f"{exported.export}"
    )
    for one in exported.left_out:
        voice.line(f"未随包导出 / left out: {one.clip} {one.code}")
    return 0


def _document(exported: Exported) -> dict[str, object]:
    built = exported.built
    return {
        "export": exported.export,
        "path": str(built.place),
        "clips": exported.clips,
        "files": built.files,
        "bytes": built.size_bytes,
        "statement_sha256": built.statement_sha256,
        "checkpoint_size": built.checkpoint_size,
        "left_out": [{"clip": one.clip, "code": one.code} for one in exported.left_out],
    }


def _passphrase() -> str:
    found = secret("口令 / passphrase")
    if not found:
        raise ExportKeyError(given=PASSPHRASE)
    return found


class _Bar:
    """Progress on a bar."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task: TaskID | None = None

    def begin(self, step: str, total_bytes: int | None) -> None:
        if self._task is not None:
            self._bar.update(self._task, visible=False)
        self._task = self._bar.add_task(STEPS[step], total=total_bytes)

    def passed(self, count: int) -> None:
        if self._task is not None:
            self._bar.advance(self._task, count)
