"""What a thermal printer is sent, read back from a real file and a real socket."""

from __future__ import annotations

import re
import socket
import threading
from typing import TYPE_CHECKING

import pytest

from workstation.domain.errors_people import ReceiptNotPrintedError
from workstation.platform.settings import PrinterSection
from workstation.station import receipt_printer
from workstation.station.receipt_faces import BORDER, code_of
from workstation.station.receipt_printer import Slip, draw, print_slip

if TYPE_CHECKING:
    from pathlib import Path

CODE = "EVIDOCK1/" + "0123456789ABCDEF" * 20
SLIP = Slip((("城东采证站", 24), ("交存回单 Hand-in receipt", 34), ("在库 12 个文件", 24)), CODE)


def raster(sent: bytes) -> list[list[int]]:
    """The dots of all raster pictures, one under the other, as a printer puts them on paper.

    ESC/POS, ``GS v 0 m xL xH yL yH``: x bytes a row, y rows, a bit a dot, 1 is black.
    """
    rows: list[list[int]] = []
    place = 0
    while (place := sent.find(b"\x1dv0", place)) >= 0:
        across = int.from_bytes(sent[place + 4 : place + 6], "little")
        down = int.from_bytes(sent[place + 6 : place + 8], "little")
        place += 8
        for row in range(down):
            line = sent[place + row * across : place + (row + 1) * across]
            rows.append([byte >> (7 - bit) & 1 for byte in line for bit in range(8)])
        place += across * down
    return rows


def code_on(paper: list[list[int]], dots: int) -> list[list[int]]:
    """The modules of the QR code at the foot of the paper, measured at their centres."""
    wanted = len(list(code_of(CODE).matrix_iter(border=BORDER)))
    module = dots // wanted
    left = (dots - wanted * module) // 2
    foot = max(place for place, row in enumerate(paper) if any(row)) + 1 + BORDER * module
    top = foot - wanted * module
    centres = range(module // 2, wanted * module, module)
    blank = [0] * dots
    return [
        [(paper[top + y] if top + y < len(paper) else blank)[left + x] for x in centres]
        for y in centres
    ]


def matrix() -> list[list[int]]:
    return [[int(bool(dark)) for dark in row] for row in code_of(CODE).matrix_iter(border=BORDER)]


@pytest.mark.parametrize("dots", [384, 576])
def test_a_file_gets_the_words_and_a_code_that_reads_the_same(tmp_path: Path, dots: int) -> None:
    place = tmp_path / "lp0"
    place.touch()
    print_slip(SLIP, PrinterSection(str(place), dots))
    sent = place.read_bytes()
    paper = raster(sent)
    assert {len(row) for row in paper} == {dots}
    assert code_on(paper, dots) == matrix()
    words = paper[: len(paper) - len(matrix()) * (dots // len(matrix()))]
    assert sum(map(sum, words)) > 500  # there is ink above the code
    assert re.search(rb"\x1dV[\x00\x01AB]", sent)  # GS V: the paper is cut


def test_a_network_printer_gets_the_same_bytes_as_a_file(tmp_path: Path) -> None:
    heard = bytearray()

    def listen(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection:
            while chunk := connection.recv(65536):
                heard.extend(chunk)

    with socket.create_server(("127.0.0.1", 0)) as server:
        ear = threading.Thread(target=listen, args=(server,), daemon=True)
        ear.start()
        print_slip(SLIP, PrinterSection(f"tcp:127.0.0.1:{server.getsockname()[1]}"))
        ear.join(60)
    place = tmp_path / "lp0"
    place.touch()
    print_slip(SLIP, PrinterSection(str(place)))
    assert bytes(heard) == place.read_bytes()


def _closed_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"tcp:127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("target", ["", "/no/such/device", "usb:dead:beef"])
def test_a_printer_that_is_not_there_is_a_failure_with_its_reason(target: str) -> None:
    with pytest.raises(ReceiptNotPrintedError) as failed:
        print_slip(SLIP, PrinterSection(target))
    assert failed.value.facts.get("target", "") == target
    assert failed.value.facts["reason"]


def test_a_network_printer_that_is_switched_off_is_a_failure() -> None:
    with pytest.raises(ReceiptNotPrintedError):
        print_slip(SLIP, PrinterSection(_closed_port()))


def test_a_printer_that_takes_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A socket that accepts and never reads: buffers fill up, and the write hangs."""
    monkeypatch.setattr(receipt_printer, "PATIENCE_S", 0.5)
    long = Slip((("交", 24),) * 5000, CODE)
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        server.bind(("127.0.0.1", 0))
        server.listen()
        with pytest.raises(ReceiptNotPrintedError):
            print_slip(long, PrinterSection(f"tcp:127.0.0.1:{server.getsockname()[1]}"))


def test_the_code_is_as_large_as_the_paper_allows() -> None:
    picture = draw(SLIP, 384)
    assert picture.size[0] == 384
    assert 384 // len(matrix()) >= 3  # dots a module: 0.37 mm, what a phone reads
