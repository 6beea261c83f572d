"""Check everything the station vouches for: chain, signatures, every object."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from workstation.catalog.reader import Catalog
from workstation.domain.errors import (
    CheckpointBadError,
    IntegrityError,
    KeyBadError,
    StationError,
    UnknownClipError,
)
from workstation.ledger.audit import Fault, check_ledger
from workstation.station import record
from workstation.vault import keys
from workstation.vault.store import Vault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workstation.ledger.audit import LedgerReport
    from workstation.platform.paths import StatePaths

PAGE = 500


class Progress(Protocol):
    """Hears how far the check is; amounts, not totals."""

    def lines(self, count: int) -> None: ...

    def objects(self, total: int, total_bytes: int) -> None: ...

    def checked_bytes(self, count: int) -> None: ...

    def checked_object(self) -> None: ...


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What was checked and what does not hold, in the order it was found."""

    ledger: LedgerReport
    objects: int
    object_bytes: int
    strangers: tuple[str, ...]  # objects in the vault that no clip of the ledger refers to
    faults: tuple[Fault, ...]

    @property
    def is_whole(self) -> bool:
        """Whether everything holds."""
        return not self.faults


def verify(paths: StatePaths, progress: Progress) -> VerifyReport:
    """Read the whole ledger and every object; nothing is changed, the station may run.

    Every fault found is reported, not only the first: a damaged object must not hide another.

    Raises:
        NotInitialisedError, KeyMissingError, KeyBadError: there is nothing to check with.
    """
    me = record.load(paths)
    ledger = check_ledger(paths.ledger, me.id, me.key, progress.lines)
    faults = list(ledger.faults)
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
    vault = Vault(paths.vault, keys.load(paths.vault_key))
    objects = size = 0
    known: set[str] = set()
    try:
        with closing(Catalog.open(paths.ledger)) as catalog:
            totals = catalog.totals()
            progress.objects(totals.clips, totals.size_bytes)
            for clip_id, fault in _check_objects(catalog, vault, progress):
                known.add(vault_name(catalog, clip_id))
                objects += 1
                if fault is not None:
                    faults.append(fault)
            size = totals.size_bytes
    except StationError as error:
        if not ledger.faults:
            faults.append(Fault("catalog", error.code, dict(error.facts)))
    strangers = tuple(_strangers(paths, vault, known))
    return VerifyReport(ledger, objects, size, strangers, tuple(faults))


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
                except UnknownClipError:
                    pass
                yield path.name
    except StationError:  # a ledger that can not be read answers for nothing
        yield from (path.name for path in found)


def _check_objects(
    catalog: Catalog, vault: Vault, progress: Progress
) -> Iterator[tuple[str, Fault | None]]:
    after = 0
    while page := catalog.clips(after_seq=after, limit=PAGE):
        for clip in page:
            fault = None
            try:
                vault.check(catalog.object_ref(clip.id), clip.digest, progress.checked_bytes)
            except IntegrityError as error:
                error.facts.setdefault("clip", clip.id)
                error.facts.setdefault("path", clip.source_path)
                fault = Fault.of("object", error)
            except StationError as error:  # an unreadable disk, a missing key
                fault = Fault(
                    "object", error.code, {**error.facts, "clip": clip.id, "path": clip.source_path}
                )
            progress.checked_object()
            yield clip.id, fault
        after = page[-1].seq
