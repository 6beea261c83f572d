"""Print hand-in receipts on a thermal printer that speaks ESC/POS.

Everything is sent as raster pictures (``GS v 0``): Chinese then needs no code page, which each
maker numbers as he likes, and the QR code no command that cheap printers lack.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workstation.domain.errors_people import ReceiptNotPrintedError
from workstation.platform.clock import from_text
from workstation.station.receipt_faces import BORDER, code_of

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont
    from PIL.ImageFont import ImageFont as PlainFont

    from workstation.platform.settings import PrinterSection
    from workstation.station.handin import PrintedReceipt

PATIENCE_S = 20.0  # a slip takes three seconds; out of paper, a device takes nothing for ever
TYPEFACE = "Noto Sans CJK SC"
_FONT_TIMEOUT_S = 10
_TITLE, _TEXT, _SMALL = 30, 24, 18  # dots; 8 of them are a millimetre
_GAP = 8


@dataclass(frozen=True, slots=True)
class Slip:
    """What stands on the paper: lines with the size of their letters, and the code's text."""

    lines: tuple[tuple[str, int], ...]
    code: str


def slip_of(made: PrintedReceipt, station: str) -> Slip:
    """The receipt in both languages; a site's name for the station above it."""
    said = made.receipt
    at = from_text(_iso(said.at)).astimezone()
    minutes = round(said.seconds / 60)
    left = [(f"未采 {said.open} 个 · {said.open} not taken", _TEXT)] if said.open else []
    return Slip(
        (
            (station, _TEXT),
            ("交接回执 Hand-in receipt", _TITLE),
            (f"{at:%Y-%m-%d %H:%M:%S}", _TEXT),
            (f"在库 {said.held} 个文件 · {said.held} files held", _TEXT),
            (f"录像 {minutes} 分钟 · {minutes} minutes", _TEXT),
            *left,
            (f"采集 {said.collection}", _SMALL),
            (f"台账 {said.size} 行 · ledger of {said.size} lines", _SMALL),
            ("请保存：凭此可核对台账未被改动", _SMALL),
            ("Keep it: it proves the ledger unchanged", _SMALL),
        ),
        made.text,
    )


def draw(slip: Slip, dots: int) -> Image:
    """The slip as black on white, ``dots`` wide."""
    from PIL import Image, ImageDraw  # only where something is printed

    fonts = {size: _font(size) for _, size in slip.lines}
    code = [list(row) for row in code_of(slip.code).matrix_iter(border=BORDER)]
    module = max(1, dots // len(code))
    height = sum(size + _GAP for _, size in slip.lines) + len(code) * module + 2 * _GAP
    picture = Image.new("1", (dots, height), 1)
    pen = ImageDraw.Draw(picture)
    top = 0
    for text, size in slip.lines:
        pen.text((0, top), text, font=fonts[size], fill=0)
        top += size + _GAP
    left = (dots - len(code) * module) // 2
    for down, row in enumerate(code):
        for across, dark in enumerate(row):
            if dark:
                x, y = left + across * module, top + down * module
                pen.rectangle((x, y, x + module - 1, y + module - 1), fill=0)
    return picture


def encode(picture: Image) -> bytes:
    """What a printer is sent for a picture: raster commands, then the cut of the paper."""
    from escpos.printer import Dummy

    printer = Dummy()
    # The library prints a complaint where it does not know how wide the paper is.
    media = {"width": {"pixels": picture.width}}
    printer.profile.profile_data = {**printer.profile.profile_data, "media": media}
    printer.image(picture, impl="bitImageRaster")
    printer.cut()
    return printer.output


def print_slip(slip: Slip, section: PrinterSection) -> None:
    """Send the slip and wait until the printer has taken it.

    Raises:
        ReceiptNotPrintedError: facts ``target`` and ``reason``: no printer is set, it can not be
            reached, or it takes nothing (paper, cover, cable).
    """
    target = section.target
    if not target:
        raise ReceiptNotPrintedError(reason="没有设置打印机 · none is set")
    sent = encode(draw(slip, section.dots))
    failed: list[Exception] = []

    def send() -> None:
        try:
            _send(target, sent)
        except Exception as error:  # noqa: BLE001 - whatever a printer's driver raises
            failed.append(error)

    # A device that takes nothing holds the write up for ever; the thread is left to it.
    sender = threading.Thread(target=send, name="receipt-printer", daemon=True)
    sender.start()
    sender.join(PATIENCE_S)
    if sender.is_alive():
        raise ReceiptNotPrintedError(target=target, reason="timeout")
    if failed:
        reason = str(failed[0]) or type(failed[0]).__name__
        raise ReceiptNotPrintedError(target=target, reason=reason) from failed[0]


def _send(target: str, sent: bytes) -> None:
    if target.startswith("usb:"):
        from escpos.printer import Usb

        vendor, product = (int(part, 16) for part in target.split(":")[1:])
        printer = Usb(vendor, product, timeout=int(PATIENCE_S * 1000))
        try:
            printer.open()
            printer._raw(sent)  # noqa: SLF001 - the library's one way to send bytes as they are
        finally:
            printer.close()
    elif target.startswith("tcp:"):
        host, _, port = target.removeprefix("tcp:").rpartition(":")
        with socket.create_connection((host.strip("[]"), int(port)), PATIENCE_S) as line:
            line.sendall(sent)
    else:
        # Without O_CREAT: a path that is misspelt makes no file that takes receipts for ever.
        descriptor = os.open(target, os.O_WRONLY | os.O_CLOEXEC)
        with os.fdopen(descriptor, "wb") as device:
            device.write(sent)


def _iso(compact: str) -> str:
    """``20261122T190000Z`` as the ledger writes times."""
    c = compact
    return f"{c[:4]}-{c[4:6]}-{c[6:8]}T{c[9:11]}:{c[11:13]}:{c[13:15]}.000Z"


def _font(size: int) -> FreeTypeFont | PlainFont:
    from PIL import ImageFont

    program = shutil.which("fc-match")
    if program is not None:
        with suppress(OSError, subprocess.TimeoutExpired, ValueError):
            found = subprocess.run(  # noqa: S603 - constant arguments
                [program, "-f", "%{file}\n%{index}", TYPEFACE],
                capture_output=True,
                timeout=_FONT_TIMEOUT_S,
                check=True,
                text=True,
            ).stdout
            path, _, index = found.partition("\n")
            return ImageFont.truetype(path, size, index=int(index))
    return ImageFont.load_default(size)
