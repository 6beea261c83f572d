"""Take what the centre published: proved here against the key that was pinned, then applied.

Whoever fetched it is trusted with nothing: signatures, numbers and digests are judged in the
transaction that makes them true.
"""

from __future__ import annotations

import logging
import zlib
from typing import TYPE_CHECKING

import msgspec

from workstation.domain.errors import IntegrityError, KeyBadError, StationError, TransientError
from workstation.domain.errors_directory import (
    AgencyPinnedError,
    DirectoryDamagedError,
    DirectoryRolledBackError,
    NoAgencyError,
)
from workstation.ipc.messages_directory import WantedPart
from workstation.ledger import directory_rows as rows
from workstation.ledger.sshsig import public_line, public_of
from workstation.platform import failpoints
from workstation.station.feed.applying import Applied, Change, apply
from workstation.station.feed.documents import (
    CASES,
    LONGEST_BYTES,
    Revision,
    Snapshot,
    apply_delta,
    decode,
    digest_of,
    heir_of,
    open_head,
    read_snapshot,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workstation.casework.people import PeopleDesk
    from workstation.ledger.custody import Fact
    from workstation.ledger.signing import VerifyKey
    from workstation.ledger.transaction import Transaction
    from workstation.ledger.writer import Ledger
    from workstation.station.feed.documents import Head

logger = logging.getLogger(__name__)
_revisions = msgspec.json.Decoder(dict[str, Revision])


class DirectoryDesk:
    """The directory of one station. Safe to call from any thread.

    ``units`` are the codes of those whose cases are taken; none: all that there are.
    """

    def __init__(self, ledger: Ledger, people: PeopleDesk, units: frozenset[str]) -> None:
        self._ledger = ledger
        self._people = people
        self._units = units

    # -- whose it is ---------------------------------------------------------------------

    def trust(self, ssh: str, number: int, by: str, *, replaces: bool) -> None:
        """Pin the agency's key, which somebody brought another way than the store.

        Raises:
            KeyBadError: it is no Ed25519 key.
            AgencyPinnedError: another is pinned, and ``replaces`` was not said.
        """
        try:
            line = public_line(public_of(ssh).public)
        except IntegrityError as error:
            raise KeyBadError(path="", reason="no Ed25519 key") from error
        with self._ledger.transaction() as tx:
            known = rows.newest_key(tx.connection)
            if known is not None and known[1] == line:
                return
            if known is not None and not replaces:
                raise AgencyPinnedError(number=known[0], ssh=known[1])
            rows.forget_agency(tx)
            rows.pin_key(tx, max(1, number), line, by)

    def take_key(self, number: int, document: bytes, signature: bytes) -> None:
        """Let the key count that the present one handed over to.

        Raises:
            NoAgencyError: nobody pinned the first.
            DirectorySignatureError, DirectoryDamagedError: it was not handed over.
        """
        with self._ledger.transaction() as tx:
            known, key = _key(tx)
            if number <= known:
                return
            heir = heir_of(document, signature, known + 1, key)
            rows.pin_key(tx, known + 1, public_line(heir.public), rows.CENTRE)

    # -- the list ------------------------------------------------------------------------

    def take_head(self, envelope: bytes) -> tuple[WantedPart, ...]:
        """Remember the signed list; what of it is not here yet.

        Raises:
            NoAgencyError: nobody pinned the agency's key.
            DirectorySignatureError, DirectoryDamagedError: it is not the agency's.
            DirectoryRolledBackError: it is older than one that was seen.
        """
        with self._ledger.transaction() as tx:
            head = open_head(envelope, _key(tx)[1])
            seen, parts = rows.head_of(tx.connection), rows.parts_of(tx.connection)
            trouble = _older(head, digest_of(envelope), seen, parts)
            if trouble is None:
                self._keep(tx, head, envelope, seen)
        if trouble is not None:
            self._refuse("", head.number, trouble)
            raise trouble
        return tuple(
            WantedPart(kind, one.rev, parts[kind].rev if _has_body(parts.get(kind)) else 0)
            for kind, one in head.kinds.items()
            if self._concerns(kind) and not _is_here(parts.get(kind), one)
        )

    def _keep(
        self, tx: Transaction, head: Head, envelope: bytes, seen: rows.SeenHead | None
    ) -> None:
        rows.accept(tx, "")
        if seen is None or seen.number != head.number:
            kinds = msgspec.json.encode(head.kinds).decode()
            digest = digest_of(envelope)
            rows.keep_head(
                tx, rows.SeenHead(head.number, digest, head.issued, head.expires, kinds, tx.at)
            )

    def _concerns(self, kind: str) -> bool:
        is_of_others = kind.startswith(CASES) and bool(self._units)
        return not is_of_others or kind.removeprefix(CASES) in self._units

    # -- its parts -----------------------------------------------------------------------

    def take_part(self, kind: str, packed: bytes, *, is_delta: bool) -> Applied:
        """Apply one kind of the last list, all of it or nothing.

        Raises:
            DirectoryDamagedError: it is not what the list says; a delta may be, where the
                whole is right.
            StationError: something in it can not be here; that is remembered and shown.
        """
        revision = self._revision(kind)
        try:
            with self._ledger.transaction() as tx:
                applied = self._apply(tx, kind, revision, _unpack(packed), is_delta=is_delta)
                failpoints.reach("directory.before_commit")
        except TransientError:
            raise
        except StationError as error:
            if not is_delta:
                self._refuse(kind, revision.rev, error)
            raise
        for officer in applied.unsettled:
            self._people.signing.sign_out_officer(officer, "changed")
        logger.info(
            "directory applied kind=%s rev=%d changes=%d", kind, revision.rev, applied.changes
        )
        return applied

    def _revision(self, kind: str) -> Revision:
        with self._ledger.transaction() as tx:
            seen = rows.head_of(tx.connection)
        known = {} if seen is None else _revisions.decode(seen.kinds)
        if kind not in known:
            raise DirectoryDamagedError(kind=kind, reason="not_listed")
        return known[kind]

    def _apply(
        self, tx: Transaction, kind: str, revision: Revision, body: bytes, *, is_delta: bool
    ) -> Applied:
        part = rows.part_of(tx.connection, kind)
        old = None if part is None else part.body
        if is_delta:
            if old is None:
                raise DirectoryDamagedError(kind=kind, rev=revision.rev, reason="base")
            body = apply_delta(old, body)
        new = read_snapshot(body, kind, revision)
        kept = rows.Part(kind, revision.rev, revision.sha256, body)
        if part is not None and part.sha256 == revision.sha256:
            rows.keep_part(tx, kept, None)
            return Applied()
        before = None if old is None else decode(Snapshot, old)
        applied = apply(tx, Change(new, before), self._people.catalog)
        rows.keep_part(tx, kept, applied.changes)
        return applied

    def _refuse(self, kind: str, rev: int, error: StationError) -> None:
        with self._ledger.transaction() as tx:
            is_news = rows.refuse(tx, kind, rev, error.code, _facts(error))
        if is_news:
            logger.warning("directory not taken kind=%s rev=%d: %s", kind or "head", rev, error)


def _key(tx: Transaction) -> tuple[int, VerifyKey]:
    known = rows.newest_key(tx.connection)
    if known is None:
        raise NoAgencyError
    return known[0], public_of(known[1])


def _older(
    head: Head, digest: str, seen: rows.SeenHead | None, parts: Mapping[str, rows.Part]
) -> DirectoryRolledBackError | None:
    """What is wrong with the numbers of a list that is signed."""
    if seen is not None and head.number < seen.number:
        return DirectoryRolledBackError(offered=head.number, seen=seen.number)
    if seen is not None and head.number == seen.number and digest != seen.sha256:
        return DirectoryRolledBackError(offered=head.number, seen=seen.number, reason="forked")
    for kind, part in parts.items():
        revision = head.kinds.get(kind)
        if revision is None or revision.rev < part.rev:
            offered = 0 if revision is None else revision.rev
            return DirectoryRolledBackError(kind=kind, offered=offered, seen=part.rev)
        if revision.rev == part.rev and revision.sha256 != part.sha256:
            return DirectoryRolledBackError(
                kind=kind, offered=part.rev, seen=part.rev, reason="forked"
            )
    return None


def _has_body(part: rows.Part | None) -> bool:
    return part is not None and part.body is not None


def _is_here(part: rows.Part | None, revision: Revision) -> bool:
    return part is not None and part.body is not None and part.sha256 == revision.sha256


def _unpack(packed: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        body = unpacker.decompress(packed, LONGEST_BYTES)
    except zlib.error as error:
        raise DirectoryDamagedError(reason="form") from error
    if unpacker.unconsumed_tail:
        raise DirectoryDamagedError(reason="too_long")
    return body


def _facts(error: StationError) -> dict[str, Fact]:
    return {
        name: value if isinstance(value, str | int | float | bool) or value is None else str(value)
        for name, value in error.facts.items()
    }
