"""The kiosk's line to the station: one thread that connects, listens, reads and comes back.

Everything it learns is left in the mailbox; the GUI thread asks for things by leaving a wish.
The socket is for speed, the catalog is for truth: the files of the watched collection are
always read from the catalog, an event only makes us look sooner.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from ui.errands import Errands
from workstation.domain.errors import StationError, StationNotRunningError
from workstation.events.facts import PackChanged, SlotChanged, StationChanged
from workstation.ipc.client import Connection
from workstation.ipc.messages import GetThumbnail, Ping, Thumbnail

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from workstation.catalog.values import ItemLine
    from workstation.domain.dock import DockView
    from workstation.events.facts import AnyEvent
    from workstation.events.mailbox import Mailbox
    from workstation.ipc.messages import AnyCommand

logger = logging.getLogger(__name__)

FIRST_PAUSE_S = 0.25
LONGEST_PAUSE_S = 4.0  # a person who restarts the station sees the wall return within this
LOOK_S = 0.5  # how often the catalog's data_version is asked
LEAST_LOOK_S = 0.2  # and at most this often, however many facts come in
LONGEST_WISHES = 240  # thumbnails asked for; who scrolled past more does not wait for them
PING_S = 5.0  # a station that answers no ping for as long again is not running


class CollectionReader(Protocol):
    """What the kiosk needs of the catalog."""

    def items(self, collection_id: str) -> Sequence[ItemLine]: ...
    def data_version(self) -> int: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class LinkUp:
    """The station answers, and this is its dock. ``connection`` counts up from one."""

    connection: int
    dock: DockView


@dataclass(frozen=True, slots=True)
class Heard:
    """An event of the station, and the connection it came by."""

    connection: int
    event: AnyEvent


@dataclass(frozen=True, slots=True)
class LinkDown:
    """The station does not answer; we keep trying."""


@dataclass(frozen=True, slots=True)
class ItemsRead:
    """The files of the watched collection, as the catalog has them now."""

    collection_id: str
    items: tuple[ItemLine, ...]


@dataclass(frozen=True, slots=True)
class ThumbnailRead:
    """A clip's small picture; None when the station has none (yet)."""

    clip_id: str
    jpeg: bytes | None


class StationLink:
    """Owns the connection and the open catalog; both live and die on its thread."""

    def __init__(
        self,
        socket_path: Path,
        open_catalog: Callable[[], CollectionReader],
        mailbox: Mailbox,
    ) -> None:
        self._socket_path = socket_path
        self._open_catalog = open_catalog
        self._mailbox = mailbox
        self._changed = threading.Condition()
        self._wishes: deque[str] = deque(maxlen=LONGEST_WISHES)
        self._errands = Errands(mailbox)
        self._watched: str | None = None
        self._must_look = False
        self._lost = False
        self._stopping = False
        self._number = 0  # of the connection; what an older one said is stale
        self._thread = threading.Thread(target=self._run, name="station-link", daemon=True)

    def start(self) -> None:
        """Begin to connect."""
        self._thread.start()

    def close(self) -> None:
        """Hang up and end the thread."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread.ident is not None:
            self._thread.join()

    def watch(self, collection_id: str | None) -> None:
        """Read this collection's files from now on, and only these."""
        with self._changed:
            self._watched = collection_id
            self._wishes.clear()
            self._must_look = True
            self._changed.notify()

    def want_thumbnail(self, clip_id: str) -> None:
        """Ask the station for a clip's small picture; ``ThumbnailRead`` follows.

        The latest asked for comes first: it is what people look at.
        """
        with self._changed:
            self._wishes.append(clip_id)
            self._changed.notify()

    def ask(self, ticket: str, command: AnyCommand) -> None:
        """Give the station a command for whoever is signed in; ``Answered`` follows."""
        self._errands.ask(ticket, command)
        self._look_soon()

    def look(self, ticket: str, question: Callable[[Any], object]) -> None:
        """Ask the catalog something, on the link's thread; ``Looked`` follows."""
        self._errands.look(ticket, question)
        self._look_soon()

    # -- the link's thread ---------------------------------------------------------------

    def _run(self) -> None:
        pause_s = FIRST_PAUSE_S
        while not self._stopping:
            try:
                self._session()
                pause_s = FIRST_PAUSE_S
            except StationError as error:
                logger.debug("station does not answer: %s", error)
            self._mailbox.post(LinkDown())
            self._errands.give_up()
            with self._changed:
                self._changed.wait_for(lambda: self._stopping, pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    def _session(self) -> None:
        """One connection from dialling to its loss."""
        with self._changed:
            self._lost, self._must_look = False, True
            self._number += 1
        connection = Connection(self._socket_path, on_event=self._on_event, on_lost=self._on_lost)
        try:
            connection.connect()
            connection.session = self._errands.session
            connection.subscribe(on_snapshot=self._on_snapshot)
            self._attend(connection)
        finally:
            connection.close()

    def _attend(self, connection: Connection) -> None:
        """Fulfil wishes until the line is lost.

        Raises:
            StationNotRunningError: the station hung up or stopped answering.
        """
        look = _CatalogLook(self._open_catalog)
        ping_at = time.monotonic() + PING_S
        try:
            while not self._stopping and not self._lost:
                wish, watched = self._next_wish()
                self._errands.run_one(connection, look.reader)
                if wish is not None:
                    self._mailbox.post(ThumbnailRead(wish, _thumbnail(connection, wish)))
                if watched is not None and (items := look.items(watched)) is not None:
                    self._mailbox.post(ItemsRead(watched, items), replaces="items")
                if time.monotonic() >= ping_at:
                    connection.call(Ping(), timeout_s=PING_S)
                    ping_at = time.monotonic() + PING_S
        finally:
            look.close()

    def _next_wish(self) -> tuple[str | None, str | None]:
        with self._changed:
            self._changed.wait_for(self._is_wanted, LOOK_S)
            self._must_look = False
            return (self._wishes.pop() if self._wishes else None), self._watched

    def _is_wanted(self) -> bool:
        is_over = self._stopping or self._lost
        return bool(is_over or self._wishes or self._errands or self._must_look)

    # -- the connection's reader thread --------------------------------------------------

    def _on_snapshot(self, dock: DockView) -> None:
        self._mailbox.post(LinkUp(self._number, dock))

    def _on_event(self, event: AnyEvent) -> None:
        heard = Heard(self._number, event)
        if isinstance(event, SlotChanged):
            self._mailbox.post(heard, replaces=("slot", event.view.slot))
        elif isinstance(event, StationChanged):
            self._mailbox.post(heard, replaces="station")
        elif isinstance(event, PackChanged):
            self._mailbox.post(heard, replaces="pack")
        else:
            self._look_soon()

    def _on_lost(self) -> None:
        with self._changed:
            self._lost = True
            self._changed.notify()

    def _look_soon(self) -> None:
        """Some fact is in the ledger: read the watched files without waiting for the beat."""
        with self._changed:
            self._must_look = True
            self._changed.notify()


class _CatalogLook:
    """Reads a collection again only when the catalog has changed since."""

    def __init__(self, open_catalog: Callable[[], CollectionReader]) -> None:
        self._open_catalog = open_catalog
        self._reader: CollectionReader | None = None
        self._seen: tuple[str, int] | None = None
        self._next_at = 0.0

    def items(self, collection_id: str) -> tuple[ItemLine, ...] | None:
        """The files, or None when nothing is new or it is too soon to look again."""
        is_other = self._seen is None or self._seen[0] != collection_id
        if not is_other and time.monotonic() < self._next_at:
            return None
        self._next_at = time.monotonic() + LEAST_LOOK_S
        try:
            reader = self.reader()
            now = (collection_id, reader.data_version())
            if now == self._seen:
                return None
            items = tuple(reader.items(collection_id))
        except StationError as error:
            logger.info("catalog can not be read: %s", error)
            self.close()
            return None
        self._seen = now
        return items

    def reader(self) -> CollectionReader:
        """The open catalog.

        Raises:
            StationError: it can not be opened.
        """
        if self._reader is None:
            self._reader = self._open_catalog()
        return self._reader

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
        self._reader = None


def _thumbnail(connection: Connection, clip_id: str) -> bytes | None:
    try:
        answer = connection.call(GetThumbnail(clip_id))
    except StationNotRunningError:
        raise
    except StationError as error:
        logger.info("no thumbnail clip=%s: %s", clip_id, error)
        return None
    return answer.jpeg if isinstance(answer, Thumbnail) else None
