"""A second copy of the ledger's lines, kept beside the objects in the vault.

Should the database be lost, the lines and signed notes in ``vault/ledger`` rebuild it. Files of
8192 lines each (``000000000001.jsonl``) and of the notes signed over them (``….notes``) only
grow. A line is appended right after its transaction, which costs one write; the disk is asked to
keep it when a checkpoint is signed. What a power cut takes from the end is appended again.
"""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

import msgspec

from workstation.domain.errors import LedgerBehindError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence
    from pathlib import Path

logger = logging.getLogger(__name__)

SEGMENT_LINES = 8192
PAGE = 1000


class KeptNote(msgspec.Struct, frozen=True):
    """A signed checkpoint as a line of a ``.notes`` file."""

    size: int
    at: str
    note: str


class SecondCopy:
    """The copy's files. Appended to by the ledger, under the ledger's lock."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._size: int | None = None  # lines that are there; None: look
        self._complained = False

    # -- reading -------------------------------------------------------------------------

    def lines(self) -> Iterator[bytes]:
        """Every whole line, in order; stops where one is missing."""
        first = 1
        while (path := self._path(first, "jsonl")).exists():
            count = 0
            for line in _whole_lines(path.read_bytes()):
                yield line
                count += 1
            if count < SEGMENT_LINES:
                return
            first += SEGMENT_LINES

    def notes(self) -> Iterator[KeptNote]:
        """Every signed note, in order; a torn one is passed over."""
        for path in sorted(self._directory.glob("*.notes")):
            for line in _whole_lines(path.read_bytes()):
                try:
                    yield msgspec.json.decode(line, type=KeptNote)
                except msgspec.MsgspecError:
                    continue

    def numbered(self) -> Iterator[tuple[int, bytes]]:
        """Every whole line with its number, in order, whatever is missing between them."""
        for path in sorted(self._directory.glob("*.jsonl")):
            yield from enumerate(_whole_lines(path.read_bytes()), int(path.stem))

    # -- making it anew ------------------------------------------------------------------

    def extend(self, lines: Sequence[bytes]) -> None:
        """Append lines that were kept elsewhere; nobody else writes this copy.

        Raises:
            OSError: the disk refuses.
        """
        self._directory.mkdir(mode=0o750, parents=True, exist_ok=True)
        if self._size is None:
            self._size = self._look()
        self._write(lines)

    def extend_notes(self, notes: Sequence[KeptNote]) -> None:
        """Append notes over lines that are there, and have the disk keep everything.

        Raises:
            OSError: the disk refuses.
        """
        for note in notes:
            self._add_note(note)
        for path in self._directory.iterdir():
            self._sync(path)
        self._sync(self._directory)

    # -- keeping it up -------------------------------------------------------------------

    def attach(self, db: sqlite3.Connection) -> None:
        """Bring the copy level with the ledger; nothing is taken out of the copy but torn ends.

        Raises:
            LedgerBehindError: the copy holds lines that the ledger lacks, or other ones.
        """
        (lines,) = db.execute("SELECT coalesce(max(seq), 0) FROM custody_entry").fetchone()
        found = self._look()
        if found and self._line(found) != _line_of(db, found):
            # A power cut may leave anything behind the last note; what a note covers was kept.
            signed = max((note.size for note in self.notes() if note.size <= found), default=0)
            if found > lines or self._line(signed) != _line_of(db, signed):
                raise LedgerBehindError(lines=lines, found=found)
            self._cut(signed)
        self.catch_up(db)

    def append(self, first: int, lines: Sequence[bytes]) -> None:
        """Lines of a transaction that was just committed. Never fails: ``catch_up`` mends it."""
        if self._size is None or first != self._size + 1:
            self._size = None
            return
        try:
            self._write(lines)
        except OSError as error:  # a full disk must not undo what is a fact already
            self._size = None
            if not self._complained:
                logger.info("second copy of the ledger not written error=%s", error)
            self._complained = True

    def keep(self, note: KeptNote, db: sqlite3.Connection) -> None:
        """A checkpoint was signed: everything up to it reaches the disk. Never fails."""
        try:
            if self._size is None or self._size < note.size:
                self.catch_up(db)
            else:
                self._add_note(note)
            self._sync(self._path(_segment(note.size), "jsonl"))
            self._sync(self._path(_segment(note.size), "notes"))
            self._sync(self._directory)
        except (OSError, LedgerBehindError) as error:
            self._size = None
            logger.info("second copy of the ledger not kept error=%s", error)

    def catch_up(self, db: sqlite3.Connection) -> None:
        """Append the lines and notes that the copy lacks."""
        self._directory.mkdir(mode=0o750, parents=True, exist_ok=True)
        self._size = self._look()
        while True:
            rows = db.execute(
                "SELECT line FROM custody_entry WHERE seq>? ORDER BY seq LIMIT ?",
                (self._size, PAGE),
            ).fetchall()
            if not rows:
                break
            self._write([bytes(line) for (line,) in rows])
        kept = max((note.size for note in self.notes()), default=0)
        for size, at, note in db.execute(
            "SELECT size, at, note FROM checkpoint WHERE size>? ORDER BY size", (kept,)
        ):
            self._add_note(KeptNote(size, at, note))

    # -- files ---------------------------------------------------------------------------

    def _path(self, first: int, end: str) -> Path:
        return self._directory / f"{first:012d}.{end}"

    def _look(self) -> int:
        """How many lines are there, after a torn one at the end was cut off."""
        segments = sorted(self._directory.glob("*.jsonl"))
        if not segments:
            return 0
        last = segments[-1]
        content = last.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            _truncate(last, whole)
        return int(last.stem) - 1 + content.count(b"\n", 0, whole)

    def _line(self, seq: int) -> bytes | None:
        if seq < 1:
            return None
        found = _whole_lines(self._path(_segment(seq), "jsonl").read_bytes())
        place = (seq - 1) % SEGMENT_LINES
        return found[place] if place < len(found) else None

    def _cut(self, size: int) -> None:
        """Forget the lines behind ``size``; all are in the segment of the next one or later."""
        for path in self._directory.glob("*.jsonl"):
            first = int(path.stem)
            if first + SEGMENT_LINES - 1 > size:
                kept = _whole_lines(path.read_bytes())[: max(0, size - first + 1)]
                _truncate(path, sum(len(line) + 1 for line in kept))

    def _write(self, lines: Sequence[bytes]) -> None:
        size = self._size or 0
        left = list(lines)
        while left:
            room = SEGMENT_LINES - size % SEGMENT_LINES
            page, left = left[:room], left[room:]
            self._add(_segment(size + 1), "jsonl", b"".join(b"%b\n" % it for it in page))
            size += len(page)
            self._size = size

    def _add_note(self, note: KeptNote) -> None:
        # A line of its own even behind one that was torn.
        self._add(_segment(note.size), "notes", b"\n" + msgspec.json.encode(note) + b"\n")

    def _add(self, first: int, end: str, text: bytes) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        descriptor = os.open(self._path(first, end), flags, 0o640)
        try:
            view = memoryview(text)
            while view:
                view = view[os.write(descriptor, view) :]
        finally:
            os.close(descriptor)

    def _sync(self, path: Path) -> None:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _segment(seq: int) -> int:
    """First line of the file that holds line ``seq``."""
    return (seq - 1) // SEGMENT_LINES * SEGMENT_LINES + 1


def _whole_lines(content: bytes) -> list[bytes]:
    return content.split(b"\n")[:-1]


def _line_of(db: sqlite3.Connection, seq: int) -> bytes | None:
    row = db.execute("SELECT line FROM custody_entry WHERE seq=?", (seq,)).fetchone()
    return bytes(row[0]) if row else None


def _truncate(path: Path, length: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.ftruncate(descriptor, length)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
