"""``verify``, ``receipt``, ``keys``: commands that prove, to whoever asks."""

from __future__ import annotations

import sys
from argparse import ArgumentTypeError
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.station import handin, receipt_faces, record
from workstation.station.cli.documents import verify_document
from workstation.station.receipt_printer import print_slip, slip_of
from workstation.station.verification import Scope, verify
from workstation.vault.diskfile import write_durably

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from workstation.platform.paths import StatePaths
    from workstation.station.cli.output import Voice
    from workstation.station.cli.table import Invocation, Table

MEGABYTE = 1_000_000
_PICTURES = {".svg": receipt_faces.svg, ".png": receipt_faces.png}


def add_commands(table: Table) -> None:
    """What proves."""
    one = table.add("verify", "check chain, signatures and every object", _verify, json=True)
    only = one.add_mutually_exclusive_group()
    only.add_argument("--ledger", action="store_true", help="only chain and signatures")
    only.add_argument("--vault", action="store_true", help="the objects too (the default)")
    one.add_argument(
        "--against",
        action="append",
        default=[],
        metavar="CHECKPOINT",
        help="a checkpoint kept elsewhere: a file, or its text",
    )
    one.add_argument(
        "--receipt", action="append", default=[], metavar="QR-TEXT", help="a hand-in receipt"
    )
    one.add_argument("--rate", type=_rate, default=0.0, metavar="MB/S", help="read no faster")
    one.add_argument("--resume", action="store_true", help="go on where the last check stopped")
    one = table.add("receipt", "the hand-in receipt of a closed collection", _receipt, json=True)
    one.add_argument("collection", metavar="COLLECTION", help="its id, or the beginning of it")
    one.add_argument("--signature", type=Path, metavar="FILE", help="also as ssh-keygen wants it")
    one.add_argument(
        "--qr", type=_picture, metavar="FILE", help="its QR code: FILE.svg or FILE.png"
    )
    one.add_argument("--print", action="store_true", help="on the printer of the settings")
    keys = table.group("keys", "the station's keys")
    keys.add("rotate", "let a new station key take over from the old one", _rotate, json=True)


def _picture(text: str) -> Path:
    place = Path(text)
    if place.suffix.lower() not in _PICTURES:
        raise ArgumentTypeError(f"{text!r} ends neither in .svg nor in .png")
    return place


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0 < rate < float("inf"):
        raise ArgumentTypeError(f"{text!r} is no number above 0")
    return rate * MEGABYTE


def _verify(invocation: Invocation) -> int:
    chosen = invocation.arguments
    anchored = bool(chosen.against or chosen.receipt)
    scope = Scope(
        vault=chosen.vault or not (chosen.ledger or anchored),
        checkpoints=tuple(_text(given) for given in chosen.against),
        receipts=tuple(_text(given) for given in chosen.receipt),
        limit_bps=chosen.rate,
        resume=chosen.resume,
    )
    return check(invocation.paths, invocation.voice, scope)


def _text(given: str) -> str:
    """The text itself, or that of the file it names."""
    if "\n" not in given and len(given) < 256 and (path := Path(given)).is_file():
        return path.read_text(encoding="utf-8", errors="replace")
    return given


def _receipt(invocation: Invocation) -> int:
    voice = invocation.voice
    made = handin.receipt_of(invocation.paths, invocation.arguments.collection)
    place: Path | None = invocation.arguments.signature
    if place is not None:
        handin.write_signature(made, place)
    picture: Path | None = invocation.arguments.qr
    if picture is not None:
        write_durably(picture, _PICTURES[picture.suffix.lower()](made.text), mode=0o644)
    if invocation.arguments.print:
        settings = invocation.settings
        print_slip(slip_of(made, settings.station.name), settings.printer)
    if voice.as_json:
        voice.document(made.document())
    else:
        voice.line(made.text)
        if sys.stdout.isatty():
            voice.line(receipt_faces.terminal(made.text))
    return 0


def _rotate(invocation: Invocation) -> int:
    voice = invocation.voice
    made = record.rotate_key(invocation.paths)
    if voice.as_json:
        voice.document(made)
    else:
        voice.line(f"新公钥 / new public key {made.verifier}")
        voice.line(
            f"请备份 {invocation.paths.keys} 和 station.json；旧密钥已销毁，旧签名仍可核对。\n"
            f"Back up {invocation.paths.keys} and station.json; the old secret is gone, what it "
            "signed can still be checked."
        )
    return 0


class _VerifyBar:
    """Verification's progress on a bar."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task: TaskID = bar.add_task("台账 ledger", total=None)

    def lines(self, count: int) -> None:
        self._bar.advance(self._task, count)

    def objects(self, total: int, total_bytes: int) -> None:
        self._bar.update(self._task, visible=False)
        self._task = self._bar.add_task(f"录像 {total} clips", total=total_bytes)

    def checked_bytes(self, count: int) -> None:
        self._bar.advance(self._task, count)

    def checked_object(self) -> None:
        pass


def check(paths: StatePaths, voice: Voice, scope: Scope | None = None) -> int:
    """Check what ``scope`` says, or everything; exit code 4 where anything does not hold."""
    with voice.bar() as bar:
        report = verify(paths, _VerifyBar(bar), scope)
    if voice.as_json:
        voice.document(verify_document(report))
    else:
        voice.line(
            f"台账 {report.ledger.lines} 行，检查点 {report.ledger.checkpoints} 个，"
            f"录像 {report.objects} 个（{report.object_bytes:,} 字节），截图 {report.stills} 张"
        )
        voice.line(
            f"ledger lines {report.ledger.lines}, checkpoints {report.ledger.checkpoints}, "
            f"clips {report.objects} ({report.object_bytes:,} bytes), stills {report.stills}"
        )
        if report.ledger.unsigned_lines:
            count = report.ledger.unsigned_lines
            voice.line(f"最后 {count} 行尚未签名 / the last {count} lines are not signed yet")
        for anchor in report.anchors:
            if anchor.fault is None:
                voice.line(
                    f"与留存的凭据一致 / agrees with the {anchor.kind} kept elsewhere: "
                    f"{anchor.size} ({anchor.at}), +{anchor.lines_since}"
                )
        for name in report.strangers:
            voice.line(f"未登记 / not in the ledger: {name}")
        voice.line("完好 / whole" if report.is_whole else "有问题 / NOT whole")
    for fault in report.faults:
        voice.note(voice.words(fault.code, fault.facts))
        voice.note(f"    {fault.kind}: {fault.facts}")
    return 0 if report.is_whole else 4
