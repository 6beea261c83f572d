"""Signed checkpoints: the published form, and everything that must not pass."""

from __future__ import annotations

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from workstation.domain.errors import CheckpointBadError, KeyBadError
from workstation.ledger.notes import Checkpoint, key_id, open_note, sign, verifier_line
from workstation.ledger.signing import StationKey, VerifyKey

ORIGIN = "evidock/01STATION"
POINT = Checkpoint(ORIGIN, 42, bytes(range(32)), "2026-03-01T08:00:00.000Z")

# The example key of golang.org/x/mod/sumdb/note: a note of it that others made.
GO_VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
GO_SIGNATURE = (
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
)


@pytest.fixture
def key() -> StationKey:
    return StationKey.generate()


def test_a_note_has_the_published_form(key: StationKey) -> None:
    text, _, signatures = sign(POINT, key).partition("\n\n")
    root = base64.b64encode(POINT.root).decode()
    assert text == f"{ORIGIN}\n42\n{root}\ntime 2026-03-01T08:00:00.000Z"
    dash, name, encoded = signatures.rstrip("\n").split(" ")
    assert (dash, name) == ("\u2014", ORIGIN)
    blob = base64.b64decode(encoded)
    id_input = ORIGIN.encode() + b"\n\x01" + key.public
    assert blob[:4] == hashlib.sha256(id_input).digest()[:4]
    Ed25519PublicKey.from_public_bytes(key.public).verify(blob[4:], text.encode() + b"\n")


def test_key_ids_and_signatures_are_those_of_the_go_implementation() -> None:
    name, hexadecimal, encoded = GO_VERIFIER.split("+", 2)
    public = base64.b64decode(encoded)[1:]
    assert key_id(name, public).hex() == hexadecimal
    assert verifier_line(name, public) == GO_VERIFIER
    blob = base64.b64decode(GO_SIGNATURE)
    assert blob[:4] == key_id(name, public)
    assert VerifyKey(public).holds(blob[4:], GO_NOTE.encode())


def test_a_note_is_read_as_it_was_signed(key: StationKey) -> None:
    assert open_note(sign(POINT, key), ORIGIN, key) == POINT


def test_a_note_with_strangers_signatures_too_is_read(key: StationKey) -> None:
    note = sign(POINT, key)
    stranger = base64.b64encode(b"abcd" + bytes(64)).decode()
    text, _, ours = note.partition("\n\n")
    many = f"{text}\n\n\u2014 other.example/log {stranger}\n\u2014 broken !!!\n{ours}"
    assert open_note(many, ORIGIN, key) == POINT


def test_another_key_does_not_open_it(key: StationKey) -> None:
    with pytest.raises(CheckpointBadError):
        open_note(sign(POINT, key), ORIGIN, StationKey.generate())


def test_another_origin_does_not_open_it(key: StationKey) -> None:
    with pytest.raises(CheckpointBadError):
        open_note(sign(POINT, key), "evidock/other", key)


def test_any_altered_character_is_found(key: StationKey) -> None:
    note = sign(POINT, key)
    for place in range(len(note)):
        for other in ("x", "\n", "\x85"):
            altered = note[:place] + other + note[place + 1 :]
            if altered == note:
                continue
            try:
                found = open_note(altered, ORIGIN, key)
            except CheckpointBadError:
                continue
            assert found == POINT  # the line end after the last signature is not signed
            assert place == len(note) - 1


@pytest.mark.parametrize("cut", [0, 10, 60, -2, -20])
def test_a_note_cut_short_is_found(key: StationKey, cut: int) -> None:
    with pytest.raises(CheckpointBadError):
        open_note(sign(POINT, key)[:cut], ORIGIN, key)


@pytest.mark.parametrize("text", ["", "\n", f"{ORIGIN}\n", f"{ORIGIN}\nmany\nAAAA\ntime x\n"])
def test_a_signed_text_in_another_form_is_refused(key: StationKey, text: str) -> None:
    blob = base64.b64encode(key_id(ORIGIN, key.public) + key.sign(text.encode())).decode()
    with pytest.raises(CheckpointBadError):
        open_note(f"{text}\n\u2014 {ORIGIN} {blob}\n", ORIGIN, key)


def test_the_private_key_survives_its_file_form(key: StationKey) -> None:
    again = StationKey.from_pem(key.to_pem(), path="key")
    assert again.public == key.public
    assert key.holds(again.sign(b"text"), b"text")


def test_a_file_that_holds_no_ed25519_key_is_bad() -> None:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    other = X25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    public = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    for text in (b"", b"-----BEGIN NONSENSE-----", other, public):
        with pytest.raises(KeyBadError):
            StationKey.from_pem(text, path="key")
