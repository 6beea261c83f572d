"""Receipts as text: what is printed is what is read, and nothing else is."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.domain.errors import ReceiptBadError
from workstation.ledger import receipts
from workstation.ledger.receipts import HandInReceipt
from workstation.ledger.signing import StationKey
from workstation.ledger.sshsig import public_line

if TYPE_CHECKING:
    from pathlib import Path

ULID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
KEY = StationKey.generate()
QR_ALPHANUMERIC = set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
COUNTS = st.integers(0, 10**15)
RECEIPT = HandInReceipt(ULID, ULID, 12, 1, 3600, 40, 41, bytes(range(32)), "20260301T080000Z")


@given(COUNTS, COUNTS, COUNTS, st.integers(1, 10**12), st.binary(min_size=32, max_size=32))
def test_what_is_printed_is_what_is_read(
    held: int, left: int, seconds: int, size: int, root: bytes
) -> None:
    made = HandInReceipt(ULID, ULID, held, left, seconds, size, size, root, "20260301T080000Z")
    text = receipts.sign(made, KEY)
    assert set(text) <= QR_ALPHANUMERIC
    assert len(text) < 400
    found, signature = receipts.parse(text)
    assert found == made
    assert receipts.holds(found, signature, KEY)
    assert not receipts.holds(found, signature, StationKey.generate())


def test_line_breaks_of_a_printer_do_no_harm() -> None:
    text = receipts.sign(RECEIPT, KEY)
    assert receipts.parse(f"{text[:80]}\n{text[80:]}\n")[0] == RECEIPT


def test_any_altered_character_is_found() -> None:
    text = receipts.sign(RECEIPT, KEY)
    for place, was in enumerate(text):
        for other in "A7/0":
            if other == was:
                continue
            try:
                found, signature = receipts.parse(text[:place] + other + text[place + 1 :])
            except ReceiptBadError:
                continue
            assert not receipts.holds(found, signature, KEY)


@pytest.mark.parametrize("text", ["", "EVD1", "https://example.org", "EVD2/" + "A" * 200])
def test_another_text_is_no_receipt(text: str) -> None:
    with pytest.raises(ReceiptBadError):
        receipts.parse(text)


def test_openssh_checks_a_receipt(tmp_path: Path) -> None:
    if shutil.which("ssh-keygen") is None:
        pytest.skip("ssh-keygen is not installed")
    text = receipts.sign(RECEIPT, KEY)
    _, signature = receipts.parse(text)
    (tmp_path / "receipt.sig").write_bytes(receipts.signature_file(signature, KEY))
    (tmp_path / "signers").write_text(f"station {public_line(KEY.public)}\n")
    command = ["ssh-keygen", "-Y", "verify", "-f", "signers", "-I", "station"]
    command += ["-n", "evidock-receipt@v1", "-s", "receipt.sig"]
    for said, status in ((text.rpartition("/")[0], 0), (text, 255)):
        done = subprocess.run(
            command, cwd=tmp_path, input=said.encode(), capture_output=True, check=False
        )
        assert done.returncode == status, done.stderr
