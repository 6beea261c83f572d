"""The words of the station's socket.

One JSON object per line. A client sends ``Request``; the station answers each with one
``Reply`` of the same ``id`` and, after ``Subscribe``, sends ``Notice`` lines as things happen.
Unknown fields are ignored (an older client may talk to a newer station); unknown commands are
answered with ``ipc.protocol``.
"""

from __future__ import annotations

import msgspec

from workstation.domain.dock import (
    DockView,  # noqa: TC001 - msgspec reads these annotations at run time
    UplinkView,  # noqa: TC001
)
from workstation.events.facts import AnyEvent  # noqa: TC001
from workstation.ipc.messages_audit import AuditCommand, AuditResult
from workstation.ipc.messages_casework import CaseworkCommand, CaseworkResult
from workstation.ipc.messages_delivery import DeliveryCommand, DeliveryResult
from workstation.ipc.messages_directory import DirectoryCommand, DirectoryResult
from workstation.ipc.messages_export import ExportCommand, ExportResult
from workstation.ipc.messages_handin import HandedIn, HandIn, PrintReceipt
from workstation.ipc.messages_people import PeopleCommand, PeopleResult
from workstation.ipc.messages_preview import PreviewCommand, PreviewResult
from workstation.ipc.messages_recorders import (
    BindRecorder,
    UnbindRecorder,
)
from workstation.ipc.messages_retention import RetentionCommand, RetentionResult
from workstation.ipc.messages_roster import RosterCommand, RosterResult
from workstation.ipc.messages_shift import ExplainGap
from workstation.ipc.messages_slots import SlotCommand, SlotResult
from workstation.ipc.words import Command, FactValue, Result  # noqa: TC001

PROTOCOL = 1
MAX_LINE_BYTES = 4 << 20


class Ping(Command, frozen=True, tag=True):
    """Are you there? Answered with ``Pong``."""


class Subscribe(Command, frozen=True, tag=True):
    """Send me events from now on. Answered with the present ``DockState``."""


class GetDock(Command, frozen=True, tag=True):
    """The whole wall, now. Answered with ``DockState``."""


class GetThumbnail(Command, frozen=True, tag=True):
    """A small JPEG of a clip. Answered with ``Thumbnail``; ``jpeg`` is None if there is none."""

    clip_id: str


class CollectPath(Command, frozen=True, tag=True):
    """Take in a mounted card or a folder. Answered with ``CollectionOpened`` at once."""

    path: str


class RecordReceipt(Command, frozen=True, tag=True):
    """The central store holds a clip and we read it back. Idempotent by (clip, store)."""

    clip_id: str
    store_id: str
    object_key: str
    manifest_key: str
    sha256: str
    size_bytes: int
    stored_at: str  # ISO 8601 UTC, by the sync process's clock
    locked_until: str | None = None  # ISO 8601 UTC, by the store's word
    proof: dict[str, FactValue] = msgspec.field(default_factory=dict)


class RecordCommissioning(Command, frozen=True, tag=True):
    """A central store was made ready and tried; becomes a custody entry.

    ``store_id`` is None where it was found not fit. ``holds`` and ``lacks`` name the tests.
    """

    url: str
    store_id: str | None
    landing_days: int
    holds: list[str]
    lacks: list[str]


class RecordFetch(Command, frozen=True, tag=True):
    """A clip of any station is about to be taken out of a central store; a custody entry.

    ``to`` is the directory it goes to.
    """

    store_id: str
    station: str
    clip: str
    sha256: str
    to: str


class SawHead(Command, frozen=True, tag=True):
    """The store holds another station's ledger up to line ``seq``, whose SHA-256 is ``head``.

    Becomes a custody entry, so that a ledger cut off later shows.
    """

    of: str
    seq: int
    head: str


class ReportUplink(Command, frozen=True, tag=True):
    """How delivery stands; shown on the wall, kept in memory only."""

    view: UplinkView


class RecordView(Command, frozen=True, tag=True):
    """A clip's plain bytes are about to be shown or handed out; becomes a custody entry."""

    clip_id: str
    purpose: str


AnyCommand = (
    Ping
    | Subscribe
    | GetDock
    | GetThumbnail
    | CollectPath
    | RecordReceipt
    | RecordCommissioning
    | RecordFetch
    | ReportUplink
    | SawHead
    | RecordView
    | DeliveryCommand
    | CaseworkCommand
    | RetentionCommand
    | SlotCommand
    | PeopleCommand
    | PreviewCommand
    | HandIn
    | PrintReceipt
    | ExplainGap
    | BindRecorder
    | UnbindRecorder
    | ExportCommand
    | DirectoryCommand
    | AuditCommand
    | RosterCommand
)


class Done(Result, frozen=True, tag=True):
    """It is durable."""


class Pong(Result, frozen=True, tag=True):
    """Here, and this is who."""

    station_id: str
    protocol: int = PROTOCOL


class DockState(Result, frozen=True, tag=True):
    """The wall."""

    dock: DockView


class Thumbnail(Result, frozen=True, tag=True):
    """JPEG bytes (base64 on the wire)."""

    jpeg: bytes | None


class CollectionOpened(Result, frozen=True, tag=True):
    """A lane took the path; watch ``CollectionEnded`` or the catalog."""

    slot: int
    collection_id: str


AnyResult = (
    Done
    | Pong
    | DockState
    | Thumbnail
    | CollectionOpened
    | CaseworkResult
    | DeliveryResult
    | HandedIn
    | SlotResult
    | PeopleResult
    | PreviewResult
    | RetentionResult
    | ExportResult
    | DirectoryResult
    | AuditResult
    | RosterResult
)


class Failure(msgspec.Struct, frozen=True):
    """A foreseen error: its code and facts, as in ``workstation.domain.errors``."""

    code: str
    exit_code: int
    facts: dict[str, FactValue] = msgspec.field(default_factory=dict)


class Request(msgspec.Struct, frozen=True, tag_field="line", tag="request"):
    """Client to station.

    ``session`` says for whom: None, the process itself; else whoever is signed in, by the token
    that ``SignedIn`` gave; the empty text while nobody is.
    """

    id: int
    command: AnyCommand
    session: str | None = None


class Reply(msgspec.Struct, frozen=True, tag_field="line", tag="reply"):
    """Station to client: exactly one of ``result`` and ``failure``."""

    id: int
    result: AnyResult | None = None
    failure: Failure | None = None


class Notice(msgspec.Struct, frozen=True, tag_field="line", tag="notice"):
    """Station to subscriber."""

    event: AnyEvent


FromStation = Reply | Notice
