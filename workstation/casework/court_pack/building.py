"""Build a court pack: read each clip once, prove its custody, sign the whole, read it back."""

from __future__ import annotations

import base64
import hashlib
import socket
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from workstation.casework.court_pack import contents, custody, mhl
from workstation.casework.court_pack.bag import TAG_MANIFEST, Bag
from workstation.casework.court_pack.contents import DERIVATIVES, ORIGINALS, as_json
from workstation.domain.errors import DigestMismatchError
from workstation.ledger import sshsig
from workstation.ledger.custody import Act, decode
from workstation.ledger.database import connect_read_only
from workstation.ledger.sshsig import Namespace
from workstation.platform.clock import to_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workstation.casework.court_pack.contents import LeftOut, Piece, StationFacts, Warrant
    from workstation.casework.court_pack.custody import CustodyProof
    from workstation.casework.court_pack.sinks import Sink
    from workstation.catalog.reader import Catalog
    from workstation.ledger.signing import StationKey, VerifyKey
    from workstation.vault.store import Vault

PIECE_BYTES = 1 << 20
STATEMENT = "statement.txt"
RESOURCES = Path(__file__).parents[3] / "resources" / "court_pack"
TOOL = "Evidock"


class Progress(Protocol):
    """Told how far it is."""

    def begin(self, step: str, total_bytes: int | None) -> None:
        """A new step: ``clips``, ``pages`` or ``check``."""
        ...

    def passed(self, count: int) -> None:
        """So many bytes more."""
        ...


class Pages(Protocol):
    """Lays out the documents of a pack; names and PDF bytes."""

    def __call__(self, pack: PackPlan, proof: CustodyProof) -> dict[str, bytes]: ...


@dataclass(frozen=True, slots=True)
class PackPlan:
    """What goes into a pack."""

    warrant: Warrant
    station: StationFacts
    pieces: Sequence[Piece]
    left_out: Sequence[LeftOut]

    @property
    def size_bytes(self) -> int:
        """Of all originals."""
        return sum(piece.clip.size_bytes for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Sources:
    """Where everything is read from, and the key that signs it."""

    catalog: Catalog
    vault: Vault
    ledger: Path
    key: StationKey
    first_key: VerifyKey


@dataclass(frozen=True, slots=True)
class Built:
    """A pack that is whole. ``statement_sha256`` names it."""

    place: Path
    statement_sha256: str
    files: int
    size_bytes: int
    checkpoint_size: int


def build(plan: PackPlan, sources: Sources, sink: Sink, pages: Pages, progress: Progress) -> Built:
    """Write the pack through ``sink``; nothing has its final name before it was read back.

    Raises:
        DigestMismatchError, ObjectDamagedError, ObjectMissingError: a clip is not whole.
        ExportFullError, ExportPlaceError, ExportTooLargeError, ExportReadBackError: the medium.
        PagesUnavailableError: documents can not be laid out.
    """
    try:
        return _Building(plan, sources, sink, progress).run(pages)
    except BaseException:
        sink.abandon()
        raise


class _Building:
    def __init__(self, plan: PackPlan, sources: Sources, sink: Sink, progress: Progress) -> None:
        self._plan = plan
        self._sources = sources
        self._sink = sink
        self._progress = progress
        self._bag = Bag(sink, progress.passed)

    def run(self, pages: Pages) -> Built:
        self._progress.begin("clips", self._plan.size_bytes)
        for piece in self._plan.pieces:
            self._original(piece)
        self._progress.begin("pages", None)
        proof = self._proof()
        self._hash_list()
        self._bag.put(f"{DERIVATIVES}/README.txt", (RESOURCES / "derivatives.txt").read_bytes())
        self._documents(proof)
        for name, content in pages(self._plan, proof).items():
            self._bag.put(name, content)
        statement = self._close(proof)
        self._progress.begin("check", sum(one.size_bytes for one in self._bag.files.values()))
        written = {path: one.sha256 for path, one in self._bag.files.items()}
        self._sink.check(written, self._progress.passed)
        place = self._sink.finish()
        files = self._bag.files.values()
        return Built(
            place,
            hashlib.sha256(statement).hexdigest(),
            len(files),
            sum(one.size_bytes for one in files),
            proof.point.size,
        )

    def _original(self, piece: Piece) -> None:
        """A clip's very bytes; what comes out of the vault must be what the ledger says."""
        clip = piece.clip
        found = self._bag.add(piece.path, clip.size_bytes, self._plain(piece))
        digest = clip.digest
        if found.sha256 != digest.sha256 or (digest.sm3 is not None and found.sm3 != digest.sm3):
            raise DigestMismatchError(
                clip=clip.id, expected=str(digest), found=f"sha256:{found.sha256}"
            )

    def _plain(self, piece: Piece) -> Iterator[memoryview]:
        sources = self._sources
        with sources.vault.open(sources.catalog.object_ref(piece.clip.id)) as reader:
            buffer = memoryview(bytearray(PIECE_BYTES))
            while count := reader.readinto(buffer):
                yield buffer[:count]

    def _proof(self) -> CustodyProof:
        plan = self._plan
        case = plan.warrant.case
        about = custody.Subject(
            [piece.clip.id for piece in plan.pieces],
            sorted({piece.clip.collection_id for piece in plan.pieces}),
            case.id if case else None,
        )
        with closing(connect_read_only(self._sources.ledger)) as db:
            return custody.prove(db, plan.station.id, self._sources.first_key, about)

    def _hash_list(self) -> None:
        plan = self._plan
        by = mhl.MhlMaker(
            TOOL,
            plan.station.version,
            socket.gethostname(),
            plan.warrant.by.name or plan.warrant.by.badge,
            f"station {plan.station.id}, export {plan.warrant.export}",
            plan.warrant.made_at,
        )
        files = [(piece.name, self._bag.files[piece.path]) for piece in plan.pieces]
        folder = ORIGINALS.rpartition("/")[2]
        for name, content in mhl.write(folder, files, by).items():
            self._bag.put(f"{ORIGINALS}/{mhl.FOLDER}/{name}", content)

    def _documents(self, proof: CustodyProof) -> None:
        plan, bag = self._plan, self._bag
        entries = [(one.seq, decode(one.line, one.seq)) for one in proof.lines]
        for piece in plan.pieces:
            about = [seq for seq, entry in entries if entry.clip == piece.clip.id]
            page = contents.clip_page(piece, bag.files[piece.path], about)
            bag.put(piece.sidecar, as_json(page))
        page = contents.pack_page(plan.warrant, plan.station, plan.pieces, plan.left_out)
        bag.put("pack.json", as_json(page))
        bag.put("proof/custody.json", as_json(proof.document()))
        bag.put("proof/checkpoint.txt", proof.note.encode())
        said = {
            str(entry.facts.get("sha256"))
            for _, entry in entries
            if entry.act != Act.COLLECTED.value and "operation" in entry.facts
        }
        bag.put("proof/operations.jsonl", self._operations(said))
        public = Ed25519PublicKey.from_public_bytes(self._sources.key.public)
        pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        bag.put("proof/station.pem", pem)
        line = sshsig.public_line(self._sources.key.public)
        bag.put("proof/station.pub", f"{line} evidock/{plan.station.id}\n".encode())
        bag.put("proof/allowed_signers", f"evidock/{plan.station.id} {line}\n".encode())
        for name in ("README.txt", "verify.html"):
            bag.put(name, (RESOURCES / name).read_bytes())

    def _operations(self, digests: set[str]) -> bytes:
        """The exact lines of what people said, of which custody entries hold the digest."""
        lines: list[bytes] = []
        catalog, case = self._sources.catalog, self._plan.warrant.case
        for piece in self._plan.pieces:
            lines += catalog.operation_lines(clip=piece.clip.id)
        if case is not None:
            lines += catalog.operation_lines(case=case.id)
        known = [line for line in lines if hashlib.sha256(line).hexdigest() in digests]
        return b"".join(line + b"\n" for line in known)

    def _close(self, proof: CustodyProof) -> bytes:
        """Manifests, and the signed statement over them."""
        plan = self._plan
        manifest = self._bag.close(
            {
                "Source-Organization": plan.station.name,
                "External-Identifier": plan.warrant.export,
                "Bagging-Date": f"{plan.warrant.made_at:%Y-%m-%d}",
                "Internal-Sender-Identifier": plan.warrant.case.number
                if plan.warrant.case
                else "-",
                "Bag-Software-Agent": f"{TOOL} {plan.station.version}",
            }
        )
        root = base64.b64encode(proof.point.root).decode()
        lines = (
            Namespace.EXPORT.value,
            f"station {plan.station.id}",
            f"export {plan.warrant.export}",
            f"made {to_text(plan.warrant.made_at)}",
            f"clips {len(plan.pieces)}",
            f"checkpoint {proof.point.size} {root}",
            f"{TAG_MANIFEST} sha256 {hashlib.sha256(manifest).hexdigest()}",
        )
        statement = "".join(f"{line}\n" for line in lines).encode()
        self._bag.put(STATEMENT, statement)
        key = self._sources.key
        self._bag.put(f"{STATEMENT}.sig", sshsig.sign(statement, Namespace.EXPORT, key))
        self._bag.put(f"{STATEMENT}.ed25519", key.sign(statement))
        return statement
