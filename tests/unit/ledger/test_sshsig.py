"""Signatures that OpenSSH's own tool accepts, and ours refuse like it does."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.domain.errors import StoreDamagedError
from workstation.ledger.signing import StationKey
from workstation.ledger.sshsig import Namespace, holds, public_line, public_of, sign

if TYPE_CHECKING:
    from pathlib import Path

KEY = StationKey.generate()
DOCUMENT = "一份文件\n".encode()


def openssh_accepts(where: Path, document: bytes, signature: bytes, namespace: str) -> bool:
    """What ``ssh-keygen -Y verify`` says."""
    program = shutil.which("ssh-keygen")
    if program is None:
        pytest.skip("ssh-keygen is not here: openssh-client is not installed")
    (where / "allowed").write_text(f"station {public_line(KEY.public)}\n", "ascii")
    (where / "document.sig").write_bytes(signature)
    options = ["-f", str(where / "allowed"), "-I", "station", "-n", namespace]
    command = [program, "-Y", "verify", *options, "-s", str(where / "document.sig")]
    done = subprocess.run(command, input=document, capture_output=True, check=False)
    return done.returncode == 0


@pytest.mark.parametrize("namespace", Namespace)
@pytest.mark.parametrize("document", [b"", b"x", DOCUMENT, bytes(100_000)])
def test_openssh_accepts_what_we_sign(
    tmp_path: Path, document: bytes, namespace: Namespace
) -> None:
    signature = sign(document, namespace, KEY)
    assert openssh_accepts(tmp_path, document, signature, namespace.value)
    assert holds(document, signature, namespace, KEY)


def test_a_signature_for_one_purpose_does_not_hold_for_another(tmp_path: Path) -> None:
    signature = sign(DOCUMENT, Namespace.MANIFEST, KEY)
    assert not openssh_accepts(tmp_path, DOCUMENT, signature, Namespace.LEDGER.value)
    assert not holds(DOCUMENT, signature, Namespace.LEDGER, KEY)


def test_openssh_refuses_another_document(tmp_path: Path) -> None:
    signature = sign(DOCUMENT, Namespace.MANIFEST, KEY)
    assert not openssh_accepts(tmp_path, DOCUMENT + b" ", signature, Namespace.MANIFEST.value)


def test_we_accept_what_openssh_signs(tmp_path: Path) -> None:
    program = shutil.which("ssh-keygen")
    if program is None:
        pytest.skip("ssh-keygen is not here: openssh-client is not installed")
    key_path = tmp_path / "key"
    subprocess.run(
        [program, "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(key_path)], check=True
    )
    (tmp_path / "document").write_bytes(DOCUMENT)
    arguments = ["-f", str(key_path), "-n", Namespace.STORE.value, str(tmp_path / "document")]
    subprocess.run([program, "-Y", "sign", *arguments], check=True, capture_output=True)
    line = " ".join((tmp_path / "key.pub").read_text("ascii").split()[:2])
    public = public_of(line)
    signature = (tmp_path / "document.sig").read_bytes()
    assert public_line(public.public) == line
    assert holds(DOCUMENT, signature, Namespace.STORE, public)


def test_the_same_document_always_gets_the_same_signature() -> None:
    assert sign(DOCUMENT, Namespace.STORE, KEY) == sign(DOCUMENT, Namespace.STORE, KEY)


def test_a_signature_of_another_key_does_not_hold() -> None:
    signature = sign(DOCUMENT, Namespace.STORE, StationKey.generate())
    assert not holds(DOCUMENT, signature, Namespace.STORE, KEY)


@given(st.data())
def test_no_changed_character_of_a_signature_goes_unnoticed(data: st.DataObject) -> None:
    signature = sign(DOCUMENT, Namespace.STORE, KEY)
    body_end = signature.index(b"\n-----END")
    place = data.draw(st.integers(30, body_end - 3))
    byte = data.draw(st.integers(33, 126))
    changed = signature[:place] + bytes([byte]) + signature[place + 1 :]
    if changed.replace(b"\n", b"") != signature.replace(b"\n", b""):
        assert not holds(DOCUMENT, changed, Namespace.STORE, KEY)


@given(st.binary(max_size=300))
def test_garbage_is_no_signature(garbage: bytes) -> None:
    assert not holds(DOCUMENT, garbage, Namespace.STORE, KEY)


@pytest.mark.parametrize(
    "line", ["", "ssh-rsa AAAA", "ssh-ed25519 !", "ssh-ed25519 AAAA", "x" * 99]
)
def test_a_line_that_is_no_key_of_ours_is_refused(line: str) -> None:
    with pytest.raises(StoreDamagedError):
        public_of(line)
