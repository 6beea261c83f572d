"""Export clips as a court pack: what goes in, who stands by it, where it goes."""

from __future__ import annotations

import base64
import hashlib
import tomllib
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.casework.court_pack import building, sealing
from workstation.casework.court_pack.building import PackPlan, Sources
from workstation.casework.court_pack.contents import LeftOut, Named, Piece, StationFacts, Warrant
from workstation.casework.court_pack.medium import require_place
from workstation.casework.court_pack.names import safe_name
from workstation.casework.court_pack.pages import PdfPages
from workstation.casework.court_pack.sinks import FolderSink
from workstation.catalog.reader import Catalog
from workstation.domain.errors import StationError, UsageError
from workstation.domain.errors_casework import ClipDestroyedError, UnknownCaseError
from workstation.domain.errors_export import ExportEmptyError
from workstation.ipc.messages_export import BeginExport, EndExport, ExportBegun
from workstation.ledger import sshsig
from workstation.media.prober import Prober
from workstation.platform.clock import SystemClock
from workstation.platform.doctor_machine import examine_clock
from workstation.station import record
from workstation.vault.store import Vault

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from workstation.casework.court_pack.building import Built, Progress
    from workstation.casework.court_pack.sinks import Sink
    from workstation.domain.casework_state import CaseFile
    from workstation.ipc.messages import AnyCommand
    from workstation.ipc.words import FactValue, Proved, Result
    from workstation.platform.paths import StatePaths
    from workstation.platform.settings import MediaSection

    Give = Callable[[StatePaths, AnyCommand], Result]

STOPPED = "stopped"  # by a person or a signal
PAGES_BYTES = 4 << 20  # room for documents; thumbnails add 15 kB a clip
PAGES_CLIP_BYTES = 64 << 10


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asks for. ``what`` names clips, and at most one case."""

    what: Sequence[str]
    to: Path
    reason: str
    first: Proved
    second: Proved
    recipients: Sequence[str] = ()
    passphrase: str = ""


@dataclass(frozen=True, slots=True)
class Exported:
    """A pack that left."""

    export: str
    built: Built
    clips: int
    left_out: Sequence[LeftOut]


@dataclass(frozen=True, slots=True)
class _Chosen:
    clips: list[tuple[str, str | None]]  # ids, and of which clip each is a sidecar
    case: CaseFile | None
    left_out: list[LeftOut]


class Packer:
    """Makes packs of one station's clips. Reads by itself; ``give`` writes the ledger."""

    def __init__(self, paths: StatePaths, media: MediaSection, give: Give) -> None:
        self._paths = paths
        self._media = media
        self._give = give
        self._record = record.load(paths)

    def export(self, order: Order, progress: Progress) -> Exported:
        """Make one pack; raises as ``begin`` and ``UnderWay.make``."""
        return self.begin(order).make(progress)

    def begin(self, order: Order) -> UnderWay:
        """Write down that the clips leave; the pack itself is made by what this gives.

        Raises:
            UnknownClipError, UnknownCaseError, UsageError, ExportEmptyError, ExportKeyError,
            ExportPlaceError, ExportFullError: nothing was begun.
            StationError: what ``give`` refuses with.
        """
        with closing(Catalog.open(self._paths.ledger)) as catalog:
            chosen = _choose(catalog, order.what)
            recipients = sealing.recipients_of(order.recipients)
            sizes = [catalog.clip(clip).size_bytes for clip, _ in chosen.clips]
        room = sum(sizes) + PAGES_BYTES + PAGES_CLIP_BYTES * len(sizes)
        require_place(order.to, room)
        begun = self._begin(order, chosen)
        return UnderWay(self, order, chosen, recipients, begun, sum(sizes))

    def make(self, under_way: UnderWay, progress: Progress) -> Exported:
        """See ``UnderWay.make``."""
        order, chosen, begun = under_way.order, under_way.chosen, under_way.begun
        with closing(Catalog.open(self._paths.ledger)) as catalog:
            try:
                warrant = Warrant(
                    begun.export,
                    Named(begun.badge, begun.name),
                    Named(begun.second_badge, begun.second_name),
                    order.reason,
                    chosen.case,
                    SystemClock().now(),
                )
                plan = PackPlan(warrant, self._station(), _pieces(catalog, chosen), chosen.left_out)
                sink = _sink(order, under_way.recipients, warrant)
                built = self._build(catalog, plan, sink, progress)
            except BaseException as error:
                self._end(begun.export, _failure(error))
                raise
        self._end(
            begun.export,
            {
                "statement_sha256": built.statement_sha256,
                "clips": len(chosen.clips),
                "size_bytes": built.size_bytes,
                "encrypted": bool(order.recipients or order.passphrase),
            },
        )
        return Exported(begun.export, built, len(chosen.clips), chosen.left_out)

    def _begin(self, order: Order, chosen: _Chosen) -> ExportBegun:
        command = BeginExport(
            tuple(clip for clip, _ in chosen.clips),
            order.reason,
            order.second,
            order.first,
            chosen.case.id if chosen.case else None,
        )
        begun = self._give(self._paths, command)
        if not isinstance(begun, ExportBegun):
            raise UsageError(reason="no answer")
        return begun

    def _end(self, export: str, facts: dict[str, FactValue]) -> None:
        if "code" in facts:  # what stopped it is told already
            with suppress(StationError):
                self._give(self._paths, EndExport(export, facts))
        else:
            self._give(self._paths, EndExport(export, facts))

    def _build(self, catalog: Catalog, plan: PackPlan, sink: Sink, progress: Progress) -> Built:
        vault = Vault(self._paths.vault, record.load_keyring(self._paths))
        sources = Sources(
            catalog,
            vault,
            self._paths.ledger,
            record.load_key(self._paths),
            self._record.key,
        )
        with Prober(self._media.time_limit_s, self._media.memory_limit_mb) as prober:

            def thumbnail(clip_id: str) -> bytes | None:
                clip = catalog.clip(clip_id)
                if (kept := vault.thumbnail(clip.id)) is not None:
                    return kept
                with vault.open(catalog.object_ref(clip_id)) as reader:
                    return prober.probe(reader, clip.kind, clip.name).jpeg

            return building.build(plan, sources, sink, PdfPages(thumbnail), progress)

    @property
    def fingerprint(self) -> str:
        """Of the key that signs packs, as ``ssh-keygen -l`` prints it."""
        return fingerprint(self._record.key.public)

    def _station(self) -> StationFacts:
        me = self._record
        return StationFacts(
            me.id,
            me.name,
            me.public_key,
            me.verifier,
            me.former_keys,
            self.fingerprint,
            _version(),
            str(examine_clock().facts["found"]),
        )


@dataclass(frozen=True, slots=True)
class UnderWay:
    """An export that is in the ledger and of which no byte was written yet."""

    packer: Packer
    order: Order
    chosen: _Chosen
    recipients: list[sealing.Recipient]
    begun: ExportBegun
    size_bytes: int  # of the originals

    @property
    def export(self) -> str:
        """Its id in the ledger."""
        return self.begun.export

    @property
    def clips(self) -> int:
        """Files of originals in it."""
        return len(self.chosen.clips)

    @property
    def left_out(self) -> Sequence[LeftOut]:
        """Clips of the case that are no more."""
        return self.chosen.left_out

    @property
    def fingerprint(self) -> str:
        """Of the key that signs it."""
        return self.packer.fingerprint

    def make(self, progress: Progress) -> Exported:
        """Write the pack, read it back, and write down how it ended. Once only.

        Raises:
            StationError: whatever stops it, also what ``progress`` raises; the ledger says so.
        """
        return self.packer.make(self, progress)


def _version() -> str:
    """The program's own, from the file that names it."""
    text = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["project"]["version"])


def fingerprint(public: bytes) -> str:
    """A public key's fingerprint as ``ssh-keygen -l`` prints it."""
    blob = base64.b64decode(sshsig.public_line(public).partition(" ")[2])
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


def _choose(catalog: Catalog, what: Sequence[str]) -> _Chosen:
    """The clips meant, each once, with what lay beside them on the recorder."""
    chosen = _Chosen([], None, [])
    case: CaseFile | None = None
    wanted: list[str] = []
    for text in what:
        found = _case(catalog, text)
        if found is None:
            wanted.append(catalog.resolve(text))
            catalog.object_ref(wanted[-1])  # one that was named must be there
            continue
        if case is not None and case.id != found.id:
            raise UsageError(reason="one case at a time")
        case = found
        wanted += catalog.clips_of_case(found.id)
    order = {clip: catalog.clip(clip).seq for clip in dict.fromkeys(wanted)}
    for clip in sorted(order, key=order.__getitem__):
        try:
            catalog.object_ref(clip)
        except ClipDestroyedError as error:
            chosen.left_out.append(LeftOut(clip, error.code))
            continue
        chosen.clips.append((clip, None))
        for sidecar in catalog.sidecars_of(clip):
            if sidecar not in order and sidecar not in dict(chosen.clips):
                chosen.clips.append((sidecar, clip))
    if not chosen.clips:
        raise ExportEmptyError
    return _Chosen(chosen.clips, case, chosen.left_out)


def _case(catalog: Catalog, text: str) -> CaseFile | None:
    try:
        return catalog.case(catalog.resolve_case(text))
    except UnknownCaseError as error:
        if error.facts.get("matches"):
            raise
        return None


def _pieces(catalog: Catalog, chosen: _Chosen) -> list[Piece]:
    pieces = []
    for place, (name, sidecar_of) in enumerate(chosen.clips, start=1):
        clip = catalog.clip(name)
        docking = catalog.collection(clip.collection_id)
        pieces.append(Piece(place, clip, docking, catalog.casework_of(name), sidecar_of))
    return pieces


def _sink(order: Order, recipients: list[sealing.Recipient], warrant: Warrant) -> Sink:
    """The folder or the encrypted file; named after the case, the day and the export."""
    number = warrant.case.number if warrant.case else ""
    day = f"{warrant.made_at.astimezone():%Y%m%d-%H%M}"
    name = "-".join(filter(None, ("evidock", safe_name(number) if number else "", day)))
    name = f"{name}-{warrant.export[-6:]}"
    key_file = None
    if order.passphrase:
        recipient, key_file = sealing.locked_identity(order.passphrase)
        recipients = [*recipients, recipient]
    if recipients:
        return sealing.AgeSink(order.to, name, recipients, warrant.made_at, key_file)
    return FolderSink(order.to, name)


def _failure(error: BaseException) -> dict[str, FactValue]:
    code = error.code if isinstance(error, StationError) else STOPPED
    return {"code": code}
