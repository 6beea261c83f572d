"""Check everything the station vouches for: chain, signatures, anchors, every object."""

from __future__ import annotations

import time
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import msgspec

from workstation.catalog.reader import Catalog
from workstation.domain.errors import (
    CheckpointBadError,
    KeyBadError,
    StationError,
    UnknownClipError,
)
from workstation.domain.errors_casework import ClipDestroyedError
from workstation.ledger.audit import Fault, check_ledger
from workstation.ledger.row_audit import check_rows
from workstation.platform.rate import TokenBucket
from workstation.station import record
from workstation.station.anchors import Held
from workstation.vault import derived, keys
from workstation.vault.diskfile import write_durably
from workstation.vault.store import Vault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workstation.domain.clip import Clip
    from workstation.ledger.audit import LedgerReport
    from workstation.platform.paths import StatePaths
    from workstation.station.anchors import Anchor
    from workstation.vault.derived import Derivative

PAGE = 500
VERIFY_PLACE = "verify.json"  # in the cache: how far a check of the vault came
KEEP_EVERY_S = 5.0


class Progress(Protocol):
    """Hears how far the check is; amounts, not totals."""

    def lines(self, count: int) -> None: ...

    def objects(self, total: int, total_bytes: int) -> None: ...

    def checked_bytes(self, count: int) -> None: ...

    def checked_object(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Scope:
    """What is to be checked. Anchors are notes and receipts that were kept elsewhere."""

    vault: bool = True
    checkpoints: tuple[str, ...] = ()
    receipts: tuple[str, ...] = ()
    limit_bps: float = 0.0  # how fast objects are read, bytes per second; 0: as fast as they come
    resume: bool = False  # go on behind the last object of a check that was cut short


class _Place(msgspec.Struct):
    """How far a check of the vault came, and what it had found."""

    after_seq: int = 0
    objects: int = 0
    faults: list[Fault] = []


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What was checked and what does not hold, in the order it was found."""

    ledger: LedgerReport
    objects: int
    object_bytes: int
    strangers: tuple[str, ...]  # files in the vault that no line of the ledger answers for
    faults: tuple[Fault, ...]
    anchors: tuple[Anchor, ...] = ()
    stills: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether everything holds."""
        return not self.faults


def verify(paths: StatePaths, progress: Progress, scope: Scope | None = None) -> VerifyReport:
    """Read the whole ledger and every object; nothing is changed, the station may run.

    Every fault found is reported, not only the first: a damaged object must not hide another.

    Raises:
        NotInitialisedError, KeyMissingError, KeyBadError: there is nothing to check with.
        ReceiptBadError: what is to be held against the ledger is no receipt.
    """
    scope = scope or Scope()
    me = record.load(paths)
    ledger = check_ledger(paths.ledger, me.id, me.key, progress.lines)
    faults = list(ledger.faults)
    if not any(fault.kind == "chain" for fault in faults):
        faults += check_rows(paths.ledger)
    if not ledger.checkpoints and not faults:  # the ceremony signs the first line
        faults.append(
            Fault("checkpoint", CheckpointBadError.code, {"size": 0, "reason": "none at all"})
        )
    if not me.is_consistent:
        faults.append(
            Fault(
                "checkpoint", KeyBadError.code, {"path": str(paths.station), "reason": "verifier"}
            )
        )
    held = Held(paths.ledger, me)
    anchors = [held.against_checkpoint(note) for note in scope.checkpoints]
    anchors += [held.against_receipt(text) for text in scope.receipts]
    faults += [anchor.fault for anchor in anchors if anchor.fault is not None]
    if not scope.vault:
        return VerifyReport(ledger, 0, 0, (), tuple(faults), tuple(anchors))
    objects, size, strangers, found = _check_vault(paths, progress, scope, ledger)
    stills, strange, unwhole = _check_stills(paths, scope, ledger)
    return VerifyReport(
        ledger,
        objects,
        size,
        (*strangers, *strange),
        (*faults, *found, *unwhole),
        tuple(anchors),
        stills,
    )


def _check_stills(
    paths: StatePaths, scope: Scope, ledger: LedgerReport
) -> tuple[int, list[str], list[Fault]]:
    """What was made of clips: how many, files nobody answers for, and faults."""
    vault = Vault(paths.vault, keys.load(paths.vault_key))
    bucket = TokenBucket(scope.limit_bps)
    lying = {path.name for path in derived.files(vault)}
    try:
        with closing(Catalog.open(paths.ledger)) as catalog:
            stills = catalog.derivatives()
    except StationError as error:
        unread = [] if ledger.faults else [Fault("catalog", error.code, dict(error.facts))]
        return 0, [], unread
    found = [check_still(vault, still, bucket.take) for still in stills]
    strange = sorted(f"derived/{name}" for name in lying - {still.id for still in stills})
    return len(stills), strange, [fault for fault in found if fault is not None]


def check_still(vault: Vault, still: Derivative, on_bytes: Callable[[int], None]) -> Fault | None:
    """Read one still from the disk and hold it against its line; None if it is whole."""
    try:
        derived.check(vault, still, on_bytes)
    except StationError as error:
        facts = {"clip": still.clip_id, "derivative": still.id, **error.facts}
        return Fault("object", error.code, facts)
    return None


def _check_vault(
    paths: StatePaths, progress: Progress, scope: Scope, ledger: LedgerReport
) -> tuple[int, int, tuple[str, ...], list[Fault]]:
    """Every object; how many, their bytes, objects nobody answers for, and faults."""
    vault = Vault(paths.vault, keys.load(paths.vault_key))
    bucket = TokenBucket(scope.limit_bps)
    place = _resume(paths) if scope.resume else _Place()
    size = 0
    known: set[str] = set()
    try:
        with closing(Catalog.open(paths.ledger)) as catalog:
            totals = catalog.totals()
            progress.objects(totals.clips, totals.size_bytes)
            kept_at = time.monotonic()
            for clip, fault in _check_objects(catalog, vault, progress, bucket, place.after_seq):
                with suppress(ClipDestroyedError):
                    known.add(vault_name(catalog, clip.id))
                place.after_seq, place.objects = clip.seq, place.objects + 1
                if fault is not None:
                    place.faults.append(fault)
                if time.monotonic() - kept_at > KEEP_EVERY_S:
                    _keep(paths, place)
                    kept_at = time.monotonic()
            size = totals.size_bytes
        if scope.resume:
            _keep(paths, _Place())
    except KeyboardInterrupt:
        _keep(paths, place)
        raise
    except StationError as error:
        if not ledger.faults:
            place.faults.append(Fault("catalog", error.code, dict(error.facts)))
    return place.objects, size, tuple(_strangers(paths, vault, known)), place.faults


def _resume(paths: StatePaths) -> _Place:
    """Where a check that was cut short stood; the beginning if there was none."""
    try:
        return msgspec.json.decode((paths.cache / VERIFY_PLACE).read_bytes(), type=_Place)
    except (OSError, msgspec.MsgspecError):
        return _Place()


def _keep(paths: StatePaths, place: _Place) -> None:
    """Remember how far we are, where that can be written; a read-only disk only costs time."""
    with suppress(OSError):
        write_durably(paths.cache / VERIFY_PLACE, msgspec.json.encode(place), mode=0o640)


def vault_name(catalog: Catalog, clip_id: str) -> str:
    """The file that a clip of the ledger has in the vault."""
    return catalog.object_ref(clip_id).name


def _strangers(paths: StatePaths, vault: Vault, known: set[str]) -> Iterator[str]:
    """Files among the objects that no clip answers for, also not one that came in meanwhile."""
    found = [path for path in vault.object_files() if path.name not in known]
    if not found:
        return
    try:
        with closing(Catalog.open(paths.ledger)) as catalog:
            for path in found:
                clip_id = path.name.rpartition(".")[2]
                try:
                    if vault_name(catalog, clip_id) == path.name:
                        continue
                except (UnknownClipError, ClipDestroyedError):
                    pass
                yield path.name
    except StationError:  # a ledger that can not be read answers for nothing
        yield from (path.name for path in found)


def _check_objects(
    catalog: Catalog, vault: Vault, progress: Progress, bucket: TokenBucket, after: int
) -> Iterator[tuple[Clip, Fault | None]]:
    def read(count: int) -> None:
        bucket.take(count)
        progress.checked_bytes(count)

    while page := catalog.clips(after_seq=after, limit=PAGE):
        for clip in page:
            fault = check_object(catalog, vault, clip, read)
            progress.checked_object()
            yield clip, fault
        after = page[-1].seq


def check_object(
    catalog: Catalog, vault: Vault, clip: Clip, on_bytes: Callable[[int], None]
) -> Fault | None:
    """Read one object from the disk and hold it against its line; None if it is whole."""
    try:
        vault.check(catalog.object_ref(clip.id), clip.digest, on_bytes)
    except ClipDestroyedError:  # by two people and with a certificate: nothing is missing
        return None
    except StationError as error:  # damage, but also an unreadable disk or a missing key
        facts = {"clip": clip.id, "path": clip.source_path, **error.facts}
        return Fault("object", error.code, facts)
    return None
