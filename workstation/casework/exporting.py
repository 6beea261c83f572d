"""The right to export and its custody entries: two people, before the first plain byte leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from workstation.domain.clip import ClipId
from workstation.domain.errors import NotPermittedError, UsageError
from workstation.domain.errors_export import ExportEmptyError, ExportUnknownError
from workstation.domain.people import Permission
from workstation.ledger import schema
from workstation.ledger.custody import Act, decode
from workstation.platform.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workstation.casework.people import PeopleDesk
    from workstation.casework.sessions import Person
    from workstation.casework.signin import Claim
    from workstation.catalog.reader import Catalog
    from workstation.domain.people import Officer
    from workstation.ledger.custody import Fact
    from workstation.ledger.transaction import Transaction
    from workstation.ledger.writer import Ledger


# What may be said of an export's end; nobody writes other words into the ledger this way.
ENDS: Final = frozenset({"statement_sha256", "clips", "size_bytes", "encrypted", "code"})


class ExportDesk:
    """Lets clips go when two people stand by it. Safe to call from any thread."""

    def __init__(self, ledger: Ledger, catalog: Catalog, people: PeopleDesk) -> None:
        self._ledger = ledger
        self._catalog = catalog
        self._people = people

    def prove_first(self, claim: Claim, clips: Sequence[str]) -> Person:
        """Who exports, where no screen has signed him in.

        Raises:
            NotPermittedError: he may not export, or not one of these clips.
            PinMustChangeError: others know his PIN.
            SignInRefusedError, LockedOutError, CardBadError: it is not proved who it is.
        """
        person = self._people.prove(claim, Permission.EXPORT)
        self.require_reach(person, clips)
        return person

    def require_reach(self, person: Person, clips: Sequence[str]) -> None:
        """Refuse clips that this person may not export.

        Raises:
            NotPermittedError: one of them.
        """
        people, what = self._people, Permission.EXPORT
        for clip in clips:
            if not people.is_within(person, what, clip):
                officer = person.officer
                people.signing.deny(officer.badge, what.value, NotPermittedError.code)
                raise NotPermittedError(
                    command=what.value, badge=officer.badge, role=officer.role.value, clip=clip
                )

    def begin(
        self, first: Person, claim: Claim, clips: Sequence[str], case: str | None, reason: str
    ) -> tuple[str, Officer]:
        """Write down that these clips leave, signed at once; the export's id and the second.

        Raises:
            ExportEmptyError: there is no clip. UnknownClipError, ClipDestroyedError: one is not.
            NeedsReasonError: no reason that a reader can judge.
            NotOneselfError, NotPermittedError, SignInRefusedError, LockedOutError, CardBadError,
            PinMustChangeError: the second person.
        """
        if not clips:
            raise ExportEmptyError
        why = self._people.signing.require_reason(reason)
        for clip in clips:
            self._catalog.object_ref(clip)
        second = self._people.second(first, claim, Permission.WITNESS)
        export = new_id()
        with self._ledger.transaction() as tx:
            for clip in clips:
                facts: dict[str, Fact] = {
                    "export": export,
                    "second": second.badge,
                    "case": case,
                    "reason": why,
                }
                if first.glass is not None:
                    facts["glass"] = first.glass
                tx.append(Act.EXPORTED, clip=ClipId(clip), by=first.officer.badge, facts=facts)
        self._ledger.checkpoint()
        return export, second

    def end(self, export: str, ended: Mapping[str, Fact], by: str | None) -> None:
        """Write down what came of an export: what names the pack, or the code of its failure.

        ``by`` is who says so; None the station itself.

        Raises:
            ExportUnknownError: none of this id was begun, it was another's, or it has ended.
            UsageError: facts that are none of an end's.
        """
        if strange := ended.keys() - ENDS:
            raise UsageError(facts=", ".join(sorted(strange)))
        with self._ledger.transaction() as tx:
            author = _author(tx, export)
            if by not in {None, author}:
                raise ExportUnknownError(export=export)
            tx.append(Act.EXPORT_ENDED, by=author, facts={**ended, "export": export})


def _author(tx: Transaction, export: str) -> str | None:
    """Who began an export that has not ended."""
    entry = schema.custody_entry
    query = (
        select(entry.c.seq, entry.c.line)
        .where(entry.c.act.in_((Act.EXPORTED.value, Act.EXPORT_ENDED.value)))
        .order_by(entry.c.seq.desc())
    )
    for row in tx.connection.execute(query):
        line = decode(bytes(row.line), row.seq)
        if line.facts.get("export") == export:
            if line.act == Act.EXPORT_ENDED.value:
                break
            return line.by
    raise ExportUnknownError(export=export)
