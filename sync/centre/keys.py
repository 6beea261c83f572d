"""Whose signatures count: the keys a store names for a station, and those that were given."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import msgspec

from sync.documents import StationKeyDocument, decode
from sync.layout import ledger_prefix, segment_of, signature_key, station_key_key
from sync.reading import read_document
from workstation.domain.errors import (
    IntegrityError,
    KeyBadError,
    LedgerBrokenError,
    StoreDamagedError,
    StoreRefusedError,
)
from workstation.domain.errors_centre import CentreKeyError, CentreSignatureError
from workstation.ledger.custody import Act
from workstation.ledger.custody import decode as decode_line
from workstation.ledger.keychain import successor
from workstation.ledger.signing import VerifyKey
from workstation.ledger.sshsig import Namespace, holds, public_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sync.centre.report import CentreReport
    from sync.stores.api import Store
    from workstation.ledger.custody import CustodyLine


class _OwnFile(msgspec.Struct):
    """Of a ``station.json``, only the key."""

    public_key: str


def read_key(given: str, path: Path) -> list[VerifyKey]:
    """Keys out of ``ssh-ed25519 AAAA…``, or of the file at ``path``.

    The file is a ``station.json``, or lines in which such a key stands (``allowed_signers``,
    ``authorized_keys``, ``.pub``).

    Raises:
        KeyBadError: there is none in it.
    """
    text = given
    try:
        if not given.startswith("ssh-ed25519 "):
            text = path.read_text("utf-8")
            if text.lstrip().startswith("{"):
                own = msgspec.json.decode(text, type=_OwnFile)
                return [VerifyKey(base64.b64decode(own.public_key, validate=True))]
        found = [public_of(line) for line in map(_bare, text.splitlines()) if line]
    except (OSError, ValueError, msgspec.MsgspecError, IntegrityError) as error:
        raise KeyBadError(path=given, reason=str(error)) from error
    if not found:
        raise KeyBadError(path=given, reason="no key")
    return found


def _bare(line: str) -> str:
    """Only kind and key of a line that may name people before and remarks after."""
    _, kind, rest = line.partition("ssh-ed25519 ")
    return f"{kind}{rest.split()[0]}" if rest.split() else ""


def published_key(store: Store, station: str, number: int) -> VerifyKey:
    """A station's key as the store holds it; it must have signed itself.

    Raises:
        CentreSignatureError, StoreDamagedError: it does not hold.
        StoreRefusedError: it is not there, or has no signature.
    """
    key = station_key_key(station, number)
    body = read_document(store, key)
    document = decode(StationKeyDocument, body, key)
    own = public_of(document.ssh)
    signature = read_document(store, signature_key(key))
    if document.station != station or not holds(body, signature, Namespace.STORE, own):
        raise CentreSignatureError(key=key)
    return own


def with_heirs(store: Store, station: str, known: tuple[VerifyKey, ...]) -> tuple[VerifyKey, ...]:
    """The keys that are known of a station and those that took over since.

    Raises:
        CentreKeyError: a new one was not handed over in the ledger by the one before.
        CentreSignatureError, StoreDamagedError, StoreRefusedError: as ``published_key``.
    """
    while store.stat(station_key_key(station, len(known) + 1)) is not None:
        new = published_key(store, station, len(known) + 1)
        if not _is_heir(store, station, known[-1], new):
            raise CentreKeyError(station=station, reason="not_handed_over")
        known = (*known, new)
    return known


def read_signed(store: Store, key: str, namespace: Namespace, keys: Sequence[VerifyKey]) -> bytes:
    """A document that a station signed.

    Raises:
        CentreSignatureError: by none of its keys.
        StoreRefusedError: it is not there, or has no signature.
    """
    body = read_document(store, key)
    signature = read_document(store, signature_key(key))
    if not any(holds(body, signature, namespace, one) for one in keys):
        raise CentreSignatureError(key=key)
    return body


def keys_of(store: Store, station: str, report: CentreReport) -> list[VerifyKey]:
    """The keys that the store names for a station, oldest first; faults go to the report."""
    found: list[VerifyKey] = []
    while True:
        key = station_key_key(station, len(found) + 1)
        if store.stat(key) is None:
            break
        try:
            own = published_key(store, station, len(found) + 1)
        except StoreRefusedError:
            report.blame(station, CentreSignatureError(key=key, reason="missing"))
            break
        except IntegrityError as error:
            report.blame(station, error)
            break
        found.append(own)
    if not found:
        report.blame(station, CentreKeyError(station=station, reason="missing"))
    return found


def require_trusted(
    station: str,
    keys: Sequence[VerifyKey],
    trusted: frozenset[bytes],
    rotations: Sequence[CustodyLine],
    report: CentreReport,
) -> None:
    """Each key must be handed over by the one before, and one of them be among those given."""
    for old, new, entry in zip(keys, keys[1:], (*rotations, *[None] * len(keys)), strict=False):
        if entry is None or not is_handed_over(entry, station, old, new):
            report.blame(station, CentreKeyError(station=station, reason="not_handed_over"))
    if trusted and keys and not any(key.public in trusted for key in keys):
        report.blame(station, CentreKeyError(station=station, reason="not_given"))


def is_handed_over(entry: CustodyLine, station: str, old: VerifyKey, new: VerifyKey) -> bool:
    """Whether by this ledger line ``new`` takes over from ``old``."""
    try:
        return successor(entry, station, old).public == new.public
    except LedgerBrokenError:
        return False


def _is_heir(store: Store, station: str, old: VerifyKey, new: VerifyKey) -> bool:
    """Whether a line of the station's ledger hands over to ``new``; seldom, so read it all."""
    for key in store.list(ledger_prefix(station)):
        if segment_of(key) is None:
            continue
        for line in read_document(store, key).splitlines():
            try:
                entry = decode_line(line, 0)
            except LedgerBrokenError as error:
                raise StoreDamagedError(key=key, reason="document_form") from error
            if entry.act == Act.KEY_ROTATED.value and is_handed_over(entry, station, old, new):
                return True
    return False
