"""Publish a directory: whatever changed gets a new revision, then the list is signed anew.

Revisions come first and the list last, so whoever reads meanwhile sees the one before, whole. A
publication that broke off leaves revisions that no list names; the next takes higher numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sync.feed.keys import HEAD_KEY, agency_key_key, delta_key, former_head_key, snapshot_key
from sync.feed.sayings import Sayings
from sync.layout import signature_key
from workstation.domain.errors import StoreRefusedError
from workstation.domain.errors_directory import DirectoryDamagedError, DirectorySignatureError
from workstation.ledger.sshsig import Namespace, public_line, public_of, sign
from workstation.platform.clock import to_text
from workstation.station.feed.documents import (
    CASES,
    CATEGORIES,
    FORMAT,
    HOLDS,
    PEOPLE,
    POLICY,
    RECORDERS,
    AgencyKeyDocument,
    Head,
    Revision,
    SaidRow,
    Snapshot,
    decode,
    delta_of,
    digest_of,
    encode,
    heir_of,
    open_head,
    read_snapshot,
    seal_head,
    snapshot_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, timedelta

    from sync.feed.places import FeedPlace
    from sync.feed.sheets import Sheets
    from workstation.ledger.signing import StationKey, VerifyKey
    from workstation.station.feed.documents import Row


@dataclass(slots=True)
class Published:
    """What a publication came to: kinds to rows, of those with a new revision."""

    number: int
    issued: str
    expires: str
    changed: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, Revision] = field(default_factory=dict)


class Publisher:
    """One place and one key. ``first`` is the first key the agency ever had."""

    def __init__(self, place: FeedPlace, key: StationKey) -> None:
        self._place = place
        self._key = key
        self._keys = agency_keys(place, key)

    @property
    def number(self) -> int:
        """The number of the key."""
        return len(self._keys)

    def head(self) -> Head | None:
        """The newest list that was ever published; None before the first.

        Raises:
            DirectorySignatureError: it is signed by none of the agency's keys.
        """
        envelope = self._place.read(HEAD_KEY)
        newest = None if envelope is None else self._open(envelope)
        number = 1 if newest is None else newest.number + 1
        while (envelope := self._place.read(former_head_key(number))) is not None:
            newest = self._open(envelope)
            number += 1
        return newest

    def _open(self, envelope: bytes) -> Head:
        for key in reversed(self._keys):
            try:
                return open_head(envelope, key)
            except DirectorySignatureError:
                continue
        raise DirectorySignatureError(document="head", place=self._place.url)

    def publish(
        self, sheets: Sheets | None, now: datetime, valid: timedelta, by: str, *, dry_run: bool
    ) -> Published:
        """Publish what differs from the last time; without sheets only the list anew.

        Raises:
            DirectorySignatureError, DirectoryDamagedError: what lies there is not the agency's.
            StoreRefusedError, StoreUnavailableError: as the place says.
        """
        before = self.head()
        kinds = {} if before is None else dict(before.kinds)
        done = Published(
            1 if before is None else before.number + 1, to_text(now), to_text(now + valid)
        )
        sayings = Sayings(public_line(self._keys[0].public), now, by)
        rows = {} if sheets is None else self._rows(sheets, kinds, sayings)
        for kind, wanted in rows.items():
            old = self._bytes(kind, kinds.get(kind))
            if old is not None and _same(old, wanted):
                continue
            done.changed[kind] = len(wanted)
            if not dry_run:
                kinds[kind] = self._put(kind, kinds.get(kind), old, wanted)
        done.kinds = kinds
        if not dry_run:
            head = Head(FORMAT, done.number, self.number, done.issued, done.expires, kinds)
            envelope = seal_head(head, self._key)
            self._place.put(former_head_key(head.number), envelope)
            self._place.put(HEAD_KEY, envelope)
        return done

    def _rows(
        self, sheets: Sheets, kinds: dict[str, Revision], sayings: Sayings
    ) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for kind, rows in (
            (PEOPLE, sheets.people),
            (RECORDERS, sheets.recorders),
            (CATEGORIES, sheets.categories),
            (POLICY, None if sheets.policy is None else (sheets.policy,)),
        ):
            if rows is not None:
                found[kind] = list(rows)
        if sheets.holds is not None:
            found[HOLDS] = [*sayings.holds(self._said(HOLDS, kinds), sheets.holds)]
        if sheets.cases is not None:
            units = {line.unit for line in sheets.cases}
            units |= {kind.removeprefix(CASES) for kind in kinds if kind.startswith(CASES)}
            for unit in sorted(units):
                kind = CASES + unit
                lines = [line for line in sheets.cases if line.unit == unit]
                found[kind] = [*sayings.cases(self._said(kind, kinds), lines)]
        return found

    def _said(self, kind: str, kinds: dict[str, Revision]) -> list[SaidRow]:
        old = self._bytes(kind, kinds.get(kind))
        if old is None:
            return []
        return [row for row in decode(Snapshot, old).rows if isinstance(row, SaidRow)]

    def _bytes(self, kind: str, revision: Revision | None) -> bytes | None:
        """The exact bytes of a revision, proved by the list that names it."""
        if revision is None:
            return None
        found = self._place.read(snapshot_key(kind, revision.rev))
        if found is None:
            raise DirectoryDamagedError(kind=kind, rev=revision.rev, reason="missing")
        read_snapshot(found, kind, revision)
        return found

    def _put(
        self, kind: str, last: Revision | None, old: bytes | None, rows: Iterable[Row]
    ) -> Revision:
        rev = 1 if last is None else last.rev + 1
        rows = list(rows)
        while True:
            new = snapshot_of(kind, rev, rows)
            body = encode(new)
            found = self._place.read(snapshot_key(kind, rev))
            if found is None or found == body:
                break
            rev += 1  # of a publication that broke off
        if old is not None:
            self._place.put(delta_key(kind, rev), encode(delta_of(old, new)))
        key = snapshot_key(kind, rev)
        self._place.put(signature_key(key), sign(body, Namespace.DIRECTORY, self._key))
        self._place.put(key, body)
        return Revision(rev, digest_of(body), len(body))

    def hand_over(self, heir: StationKey, now: datetime) -> int:
        """Let another key take over from this one; its number. The list is signed anew by it.

        Raises:
            StoreRefusedError: another key took over already.
        """
        number = self.number + 1
        document = encode(
            AgencyKeyDocument(
                FORMAT,
                number,
                public_line(heir.public),
                public_line(self._key.public),
                to_text(now),
            )
        )
        key = agency_key_key(number)
        if self._place.read(key) is not None:
            raise StoreRefusedError(key=key, reason="conflict")
        signature = sign(document, Namespace.DIRECTORY, self._key)
        self._place.put(signature_key(key), signature)
        self._place.put(key, document)
        return number


def agency_keys(place: FeedPlace, own: StationKey) -> list[VerifyKey]:
    """Every key of the agency up to ``own``, by the documents in which each handed over.

    Raises:
        DirectorySignatureError: ``own`` is not the newest, or a document does not hold.
    """
    found: list[VerifyKey] = []
    number = 2
    while (written := place.read(agency_key_key(number))) is not None:
        former = public_of(decode(AgencyKeyDocument, written).former)
        signature = place.read(signature_key(agency_key_key(number))) or b""
        heir = heir_of(written, signature, number, former)
        if found and found[-1].public != former.public:
            raise DirectorySignatureError(document="key", number=number)
        found = [*(found or [former]), heir]
        number += 1
    if not found:
        return [own]
    if found[-1].public != own.public:
        raise DirectorySignatureError(document="key", number=len(found))
    return found


def _same(old: bytes, rows: Iterable[Row]) -> bool:
    before = decode(Snapshot, old)
    return before.rows == snapshot_of(before.kind, before.rev, rows).rows
