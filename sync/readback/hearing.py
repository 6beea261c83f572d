"""Hear which clips the centre has read in the store, and let the station write it down."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from sync.documents import digest_of
from sync.layout import signature_key
from sync.readback.documents import (
    RECEIPTS,
    decode,
    receipt_key,
    receipt_of,
    receipts_prefix,
)
from sync.readback.memory import Heard, heard, keep
from sync.reading import names_under, read_document
from workstation.domain.errors import IntegrityError, OperatorError, StationNotRunningError
from workstation.domain.errors_centre import (
    CentreChainError,
    CentreFormError,
    CentreMissingError,
    CentreSignatureError,
    CentreStrangerError,
)
from workstation.ipc.client import RemoteError
from workstation.ipc.codec import failure_of
from workstation.ipc.messages_delivery import ClipReadBack, RecordReadBacks
from workstation.ledger.sshsig import Namespace, holds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sync.database import SyncDatabase
    from sync.identity import Identity
    from sync.readback.documents import ReadBackDocument
    from sync.stores.api import Store
    from workstation.domain.errors import StationError
    from workstation.ipc.messages import AnyCommand
    from workstation.ipc.words import Result
    from workstation.ledger.signing import VerifyKey

logger = logging.getLogger(__name__)

PERIOD_S = 60.0


class ReadBacks:
    """Reads ``receipts/<centre>/<own station>/`` behind its cursor of each centre.

    What does not hold is remembered and told once; that centre is heard no further, the others
    are, and delivery goes on.
    """

    def __init__(
        self,
        identity: Identity,
        database: SyncDatabase,
        keys: Callable[[], Sequence[VerifyKey]],
        give: Callable[[AnyCommand], Result],
    ) -> None:
        self._station = identity.station
        self._database = database
        self._keys = keys
        self._give = give
        self._due_s = 0.0

    def run(self, store: Store) -> None:
        """Take in what is new, if it is time.

        Raises:
            TransientError: the store; the rest is heard next time.
        """
        if time.monotonic() < self._due_s:
            return
        known = {one.centre: one for one in heard(self._database, self._database.store_id)}
        for centre in sorted({*known, *names_under(store, RECEIPTS)}):
            before = known.get(centre, Heard(centre))
            try:
                self._hear(store, before)
            except StationNotRunningError:
                return  # not due before it is back: nothing is missed
            except (IntegrityError, OperatorError, RemoteError) as error:
                self._complain(centre, error)
        self._due_s = time.monotonic() + PERIOD_S

    def _hear(self, store: Store, known: Heard) -> None:
        prefix = receipts_prefix(known.centre, self._station)
        after = ""
        if known.seq:
            after = receipt_key(known.centre, self._station, known.seq)
            self._require_last(store, known, after)
        for key in store.list(prefix, after):
            seq = receipt_of(key)
            if seq is None:
                continue
            if seq != known.seq + 1:
                raise CentreMissingError(key=key, number=known.seq + 1, reason="read_back")
            known = self._take(store, known, key)

    def _require_last(self, store: Store, known: Heard, key: str) -> None:
        """What we took once must still be there: a centre takes nothing back."""
        if store.stat(key) is None or digest_of(read_document(store, key)) != known.head:
            raise CentreChainError(key=key, number=known.seq)

    def _take(self, store: Store, known: Heard, key: str) -> Heard:
        body = read_document(store, key)
        signed = signature_key(key)
        if store.stat(signed) is None:
            raise CentreSignatureError(key=key)
        signature, pinned = read_document(store, signed), self._keys()
        if not any(holds(body, signature, Namespace.READ_BACK, one) for one in pinned):
            raise CentreStrangerError(key=key, centre=known.centre, pinned=len(pinned))
        document = decode(body, key)
        self._require_ours(known, document, key)
        digest = digest_of(body)
        if document.clips:
            self._give(
                RecordReadBacks(
                    centre=document.centre,
                    store_id=document.store,
                    at=document.at,
                    receipt_key=key,
                    receipt_sha256=digest,
                    clips=tuple(ClipReadBack(one.clip, one.sha256) for one in document.clips),
                )
            )
        now = self._database.now()
        clips = known.clips + len(document.clips)
        known = Heard(known.centre, known.seq + 1, digest, clips, heard_at=now)
        keep(self._database, known)
        self._database.tell("read back by the centre", f"{key}: {len(document.clips)} clips")
        return known

    def _require_ours(self, known: Heard, document: ReadBackDocument, key: str) -> None:
        said = (document.centre, document.station, document.store, document.seq)
        if said != (known.centre, self._station, self._database.store_id, known.seq + 1):
            raise CentreFormError(key=key, reason="another_name")
        if document.previous != known.head:
            raise CentreChainError(key=key, number=document.seq)

    def _complain(self, centre: str, error: StationError) -> None:
        """Note it once, not each time it is met."""
        all_known = {one.centre: one for one in heard(self._database, self._database.store_id)}
        known = all_known.get(centre, Heard(centre))
        failure = failure_of(error)
        facts = msgspec.json.encode(failure.facts).decode()
        if (known.code, known.facts) == (failure.code, facts):
            return
        logger.warning("receipts of a centre not taken centre=%s: %s", centre, error)
        self._database.tell(f"receipts of centre {centre} not taken", str(error))
        keep(self._database, replace(known, code=failure.code, facts=facts))
