"""The documents of the directory, as typed values and as the exact bytes that are signed.

``head`` names the newest revision of every kind with its digest, and is signed; so whatever has
that digest is as good as signed, whether it came whole or was put together from a delta. The
head's signature stands in the same file behind it, so that both change in one step.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, TypeVar

import msgspec

from workstation.domain.errors_directory import DirectoryDamagedError, DirectorySignatureError
from workstation.ledger.sshsig import Namespace, holds, public_of, sign

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workstation.ledger.signing import StationKey, VerifyKey

FORMAT = 1
LONGEST_BYTES = 64 << 20  # of one kind, unpacked
PEOPLE, RECORDERS, CATEGORIES, POLICY, HOLDS = (
    "people",
    "recorders",
    "categories",
    "policy",
    "holds",
)
CASES = "cases/"  # followed by the unit's code
_KIND = re.compile(r"people|recorders|categories|policy|holds|cases/[A-Za-z0-9_-][A-Za-z0-9._-]*")
_SIGNATURE = b"-----BEGIN SSH SIGNATURE-----"


class UnitRow(msgspec.Struct, frozen=True, tag="unit", tag_field="row"):
    """A department; ``parent`` is the code of the one it belongs to."""

    code: str
    name: str
    parent: str | None = None


class OfficerRow(msgspec.Struct, frozen=True, tag="officer", tag_field="row"):
    """Somebody; ``unit`` is a unit's code. PINs and cards never come this way."""

    badge: str
    name: str
    unit: str
    role: str = "officer"
    active: bool = True


class RecorderRow(msgspec.Struct, frozen=True, tag="recorder", tag_field="row"):
    """Who has a recorder; an empty ``badge`` is nobody."""

    serial: str
    badge: str


class CategoryRow(msgspec.Struct, frozen=True, tag="category", tag_field="row"):
    """A category that clips may be put into; ``place`` from 0 is its order."""

    name: str
    place: int


class PolicyRow(msgspec.Struct, frozen=True, tag="policy", tag_field="row"):
    """The retention policy: the exact TOML, and the people who decided it."""

    text: str
    by: str
    second: str = ""


class SaidRow(msgspec.Struct, frozen=True, tag="said", tag_field="row"):
    """An operation on a case or a clip, said by the centre; ``line`` is its exact JSON."""

    name: str  # the operation's
    line: str


Row = UnitRow | OfficerRow | RecorderRow | CategoryRow | PolicyRow | SaidRow
_ROWS: dict[str, tuple[type, ...]] = {
    PEOPLE: (UnitRow, OfficerRow),
    RECORDERS: (RecorderRow,),
    CATEGORIES: (CategoryRow,),
    POLICY: (PolicyRow,),
    HOLDS: (SaidRow,),
    CASES: (SaidRow,),
}


class Snapshot(msgspec.Struct, frozen=True, tag="evidock-directory", tag_field="document"):
    """All of one kind as of one revision; rows by name, each once."""

    format: int
    kind: str
    rev: int
    rows: tuple[Row, ...]

    @property
    def by_name(self) -> dict[str, Row]:
        """The rows by what ``name_of`` calls them."""
        return {name_of(row): row for row in self.rows}


class Delta(msgspec.Struct, frozen=True, tag="evidock-directory-delta", tag_field="document"):
    """What makes the snapshot with the digest ``base`` into the one of revision ``rev``."""

    format: int
    kind: str
    rev: int
    base: str
    put: tuple[Row, ...]
    gone: tuple[str, ...]


class Revision(msgspec.Struct, frozen=True):
    """Of one kind: which revision counts, and the digest of its exact bytes."""

    rev: int
    sha256: str
    size: int


class Head(msgspec.Struct, frozen=True, tag="evidock-directory-head", tag_field="document"):
    """What counts now. ``number`` only ever rises; ``key`` is the number of the signing key."""

    format: int
    number: int
    key: int
    issued: str
    expires: str
    kinds: dict[str, Revision]


class AgencyKeyDocument(
    msgspec.Struct, frozen=True, tag="evidock-agency-key", tag_field="document"
):
    """A key that takes over from the one before, which signs this."""

    format: int
    number: int
    ssh: str
    former: str
    since: str


_Document = TypeVar("_Document", Snapshot, Delta, Head, AgencyKeyDocument)


def encode(document: Snapshot | Delta | Head | AgencyKeyDocument) -> bytes:
    """The exact bytes: one line of JSON."""
    return msgspec.json.encode(document) + b"\n"


def decode(kind: type[_Document], written: bytes) -> _Document:
    """Read a document.

    Raises:
        DirectoryDamagedError: it is none of this form and format.
    """
    try:
        document = msgspec.json.decode(written, type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise DirectoryDamagedError(reason="form", detail=str(error)) from error
    if document.format != FORMAT:
        raise DirectoryDamagedError(reason="format", detail=document.format)
    return document


def digest_of(written: bytes) -> str:
    """SHA-256, hex."""
    return hashlib.sha256(written).hexdigest()


def name_of(row: Row) -> str:
    """What a row is about; no two rows of a snapshot have the same."""
    match row:
        case UnitRow():
            return f"unit:{row.code}"
        case OfficerRow():
            return f"officer:{row.badge}"
        case RecorderRow():
            return f"recorder:{row.serial}"
        case CategoryRow() | SaidRow():
            return f"{row.__struct_config__.tag}:{row.name}"
        case PolicyRow():
            return "policy"


def snapshot_of(kind: str, rev: int, rows: Iterable[Row]) -> Snapshot:
    """A snapshot in the one order that its digest knows."""
    return Snapshot(FORMAT, kind, rev, tuple(sorted(rows, key=name_of)))


def read_snapshot(written: bytes, kind: str, revision: Revision) -> Snapshot:
    """A snapshot that is what the signed list says.

    Raises:
        DirectoryDamagedError: it is not.
    """
    if digest_of(written) != revision.sha256:
        raise DirectoryDamagedError(kind=kind, rev=revision.rev, reason="digest")
    found = decode(Snapshot, written)
    family = CASES if kind.startswith(CASES) else kind
    is_right = (found.kind, found.rev) == (kind, revision.rev)
    if not is_right or not all(isinstance(row, _ROWS[family]) for row in found.rows):
        raise DirectoryDamagedError(kind=kind, rev=revision.rev, reason="another_kind")
    if len(found.by_name) != len(found.rows):
        raise DirectoryDamagedError(kind=kind, rev=revision.rev, reason="twice")
    return found


def delta_of(old: bytes, new: Snapshot) -> Delta:
    """What brings whoever has ``old`` to ``new``."""
    before = decode(Snapshot, old).by_name
    after = new.by_name
    put = tuple(row for name, row in after.items() if before.get(name) != row)
    gone = tuple(sorted(before.keys() - after.keys()))
    return Delta(FORMAT, new.kind, new.rev, digest_of(old), put, gone)


def apply_delta(old: bytes, written: bytes) -> bytes:
    """The bytes of the newer snapshot; whether they are right, its digest tells.

    Raises:
        DirectoryDamagedError: the delta is none, or not one of ``old``.
    """
    delta = decode(Delta, written)
    if delta.base != digest_of(old):
        raise DirectoryDamagedError(kind=delta.kind, rev=delta.rev, reason="base")
    rows = decode(Snapshot, old).by_name | {name_of(row): row for row in delta.put}
    for name in delta.gone:
        rows.pop(name, None)
    return encode(snapshot_of(delta.kind, delta.rev, rows.values()))


def seal_head(head: Head, key: StationKey) -> bytes:
    """The head with its signature behind it, in one file."""
    written = encode(head)
    return written + sign(written, Namespace.DIRECTORY, key)


def open_head(envelope: bytes, key: VerifyKey) -> Head:
    """The head, if ``key`` signed it.

    Raises:
        DirectorySignatureError: it did not.
        DirectoryDamagedError: the document is none, or names a kind that can not be.
    """
    place = envelope.find(_SIGNATURE)
    written, signature = envelope[: max(place, 0)], envelope[max(place, 0) :]
    if place < 0 or not holds(written, signature, Namespace.DIRECTORY, key):
        raise DirectorySignatureError(document="head")
    head = decode(Head, written)
    if not all(_KIND.fullmatch(kind) for kind in head.kinds):
        raise DirectoryDamagedError(reason="another_kind")
    return head


def heir_of(written: bytes, signature: bytes, number: int, former: VerifyKey) -> VerifyKey:
    """The key that takes over as ``number``, if the one before signed that it does.

    Raises:
        DirectorySignatureError: it did not, or for another number.
        DirectoryDamagedError: the document is none.
    """
    if not holds(written, signature, Namespace.DIRECTORY, former):
        raise DirectorySignatureError(document="key", number=number)
    document = decode(AgencyKeyDocument, written)
    if document.number != number or public_of(document.former).public != former.public:
        raise DirectorySignatureError(document="key", number=number)
    return public_of(document.ssh)
