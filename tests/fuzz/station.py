"""What comes over the socket, from the ledger, from a receipt, from the store, from a list."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync import layout
from sync.documents import Manifest, StationKeyDocument, StoreDocument
from sync.documents import decode as decode_document
from sync.documents import encode as encode_document
from tests.fuzz.target import Pieces, Target, cut
from workstation.casework.roster_file import read_roster
from workstation.domain.casework import Field, Verb
from workstation.domain.errors import StationError
from workstation.ipc.codec import (
    LineSplitter,
    decode_from_station,
    decode_request,
    encode,
    failure_of,
    request_number,
)
from workstation.ipc.messages import Ping, Reply, Request, Subscribe
from workstation.ledger import custody, notes, operations, receipts, sshsig
from workstation.ledger.custody import CustodyLine
from workstation.ledger.notes import Checkpoint
from workstation.ledger.operations import OperationLine
from workstation.ledger.receipts import HandInReceipt
from workstation.ledger.signing import StationKey
from workstation.platform import settings
from workstation.station import anchors

KEY = StationKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
STATION = "01HX0000000000000000000000"
AT = "2024-05-01T08:00:00+00:00"


def socket_lines(content: bytes) -> None:
    """Bytes on the socket, as the station and as a client read them."""
    splitter = LineSplitter()
    for start in range(0, len(content), 100):
        for line in splitter.feed(content[start : start + 100]):
            request_number(line)
            for read in (decode_request, decode_from_station):
                try:
                    encode(read(line))
                except StationError as error:
                    failure = failure_of(error)
                    encode(Reply(0, failure=failure))


def custody_line(content: bytes) -> None:
    """A line of the ledger or of its second copy."""
    line = custody.decode(content, 7)
    assert custody.decode(custody.encode(line), 7) == line


def operation_line(content: bytes) -> None:
    """An operation on a case that another station says it wrote."""
    said = operations.decode(content)
    line = operations.encode(said)  # times are written to the millisecond
    assert operations.encode(operations.decode(line)) == line


def receipt(content: bytes) -> None:
    """The text of a QR code that somebody brings."""
    found, signature = receipts.parse(content.decode("utf-8", "replace"))
    assert found.signed()
    if receipts.holds(found, signature, KEY):
        assert receipts.sign(found, KEY) == "".join(content.decode().split())


def note(content: bytes) -> None:
    """A checkpoint that somebody brings: it is as it was signed, or it is refused."""
    text = content.decode("utf-8", "replace")
    assert 0 <= anchors._claimed_size(text) < 1 << 63
    point = notes.open_note(text, f"evidock/{STATION}", KEY)
    assert point == CHECKPOINT, "only one was ever signed"


def signature(content: bytes) -> None:
    """A detached signature, and a public key, out of a store."""
    pieces = Pieces(content)
    public = pieces.next().decode("utf-8", "replace")
    armoured = b"".join(iter(pieces.next, b""))
    if sshsig.holds(b"document", armoured, sshsig.Namespace.STORE, KEY):
        assert "".join(armoured.decode().split()) == "".join(SIGNATURE.decode().split())
    assert sshsig.public_line(sshsig.public_of(public).public) == public


def store_document(content: bytes) -> None:
    """A document that lies in a store."""
    for read in (_as_store, _as_key):
        with suppress(StationError):
            read(content)
            return
    manifest = decode_document(Manifest, content, "key")
    assert decode_document(Manifest, encode_document(manifest), "key") == manifest


def _as_store(content: bytes) -> None:
    document = decode_document(StoreDocument, content, "store.json")
    assert decode_document(StoreDocument, encode_document(document), "store.json") == document


def _as_key(content: bytes) -> None:
    document = decode_document(StationKeyDocument, content, "keys/1")
    assert decode_document(StationKeyDocument, encode_document(document), "keys/1") == document


def store_key(content: bytes) -> None:
    """The name of something in a store."""
    text = content.decode("utf-8", "replace")
    safe = layout.safe_name(text)
    assert layout.require_key(f"clips/{safe}")
    assert len(safe) <= layout.NAME_LIMIT
    layout.manifest_of(text)
    layout.segment_of(text)
    layout.require_key(text)


def roster(content: bytes) -> None:
    """A list of people, either form."""
    ending = ".csv" if content[:1] != b"#" else ".toml"
    with tempfile.NamedTemporaryFile(suffix=ending) as written:
        written.write(content)
        written.flush()
        read_roster(Path(written.name))


def settings_file(content: bytes) -> None:
    """The station's settings as a person wrote them."""
    with tempfile.NamedTemporaryFile(suffix=".toml") as written:
        written.write(content)
        written.flush()
        settings.load(Path(written.name))


LINE = custody.encode(
    CustodyLine(
        v=1,
        seq=7,
        station=STATION,
        at=AT,
        act="collected",
        clip="C",
        collection="L",
        by="012345",
        facts={"path": "DCIM/1.mp4", "size_bytes": 7, "sm3": None, "important": True},
        prev=custody.GENESIS,
    )
)
OPERATION = msgspec.json.encode(
    OperationLine(
        v=1,
        id="O",
        origin=STATION,
        at=AT,
        by="012345",
        verb=next(iter(Verb)),
        field=Field.TAG,
        clip="C",
        case=None,
        value="复议",
        over=(),
        knew=(),
        in_ms=None,
        out_ms=None,
    )
)
CHECKPOINT = Checkpoint(f"evidock/{STATION}", 7, bytes(32), "2024-05-01T08:00:00.000Z")
SIGNATURE = sshsig.sign(b"document", sshsig.Namespace.STORE, KEY)
DOCUMENTS = (
    encode_document(StoreDocument(1, STATION, AT, STATION, sshsig.public_line(KEY.public), 30)),
    encode_document(StationKeyDocument(1, STATION, 1, sshsig.public_line(KEY.public), AT)),
)
RECEIPT = receipts.sign(
    HandInReceipt(STATION, STATION, 3, 1, 600, 7, 9, bytes(32), "20240501T080000Z"), KEY
)
ROSTERS = (
    "badge,name,unit,role,active,card\n012345,张三,3101,officer,yes,\n".encode(),
    b'# list\nformat = 1\n[[officer]]\nbadge = "1"\nname = "A"\nunit = "1"\n',
)
REQUESTS = encode(Request(1, Ping())) + encode(Request(2, Subscribe()))
DEEP = b'{"facts":' + b"[" * 3000  # nested deeper than decoders go

TARGETS = (
    Target("socket_lines", socket_lines, (REQUESTS, DEEP)),
    Target("custody_line", custody_line, (LINE, DEEP)),
    Target("operation_line", operation_line, (OPERATION, DEEP)),
    Target("receipt", receipt, (RECEIPT.encode(),)),
    Target("note", note, (notes.sign(CHECKPOINT, KEY).encode(),)),
    Target(
        "signature",
        signature,
        (cut(sshsig.public_line(KEY.public).encode(), SIGNATURE[:255], SIGNATURE[255:]),),
    ),
    Target("store_document", store_document, (*DOCUMENTS, DEEP)),
    Target("store_key", store_key, (b"manifests/S/000000000001-C.json", b"clips/a b/..x.mp4")),
    Target("roster", roster, ROSTERS),
    Target("settings_file", settings_file, (b'[station]\nname = "A"\n[dock]\nslots = 8\n',)),
)
