"""The view-model of the auditor's room: the ledger page by page, and one entry in full."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Property, QCoreApplication, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.acts import act_word
from ui.formats import stamp_text
from ui.models import audit_filter
from ui.models.checking import CheckModel
from ui.models.picking import PickModel
from workstation.domain.errors import LedgerBrokenError
from workstation.ipc.messages_audit import EntriesExported, ExportEntries
from workstation.ledger.custody import decode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ui.errands import Answered, Looked, Refusal
    from ui.i18n import Tongue
    from ui.models.room import Line
    from workstation.catalog.auditing import EntryFilter, EntryRow
    from workstation.catalog.reader import Catalog
    from workstation.catalog.values import SignedSize
    from workstation.ipc.messages_people import PersonView
    from workstation.ledger.custody import CustodyLine
    from workstation.platform.clock import Clock

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1

translate = QCoreApplication.translate

NAME: Final = "audit"
_PAGE, _ENTRY, _CHECK, _EXPORT = (f"{NAME}:{what}" for what in ("page", "entry", "check", "export"))
PAGE_ROWS: Final = 50


@dataclass(frozen=True, slots=True)
class _Page:
    """What was read at once: rows, whether older ones follow, and who is who."""

    rows: tuple[EntryRow, ...]
    goes_on: bool
    people: tuple[tuple[str, str], ...]


@QmlElement
class AuditModel(QObject):
    """Every page is read on the link's thread; the station writes nothing for what is read here."""

    changed = Signal()
    listed = Signal()

    def __init__(self, tongue: Tongue, clock: Clock, line: Line, parent: QObject) -> None:
        super().__init__(parent)
        self._tongue = tongue
        self._clock = clock
        self._line = line
        self.check = CheckModel(_CHECK, tongue, line, self)
        self.pick = PickModel(self)
        self.pick.chosen.connect(self._hold)
        self.admit(None)

    # -- as a room ---------------------------------------------------------------------------

    def admit(self, person: PersonView | None) -> None:
        """Somebody has signed in, or nobody is there: forget everything."""
        self._is_there = person is not None
        self._chosen: dict[str, str] = {}
        self._page = _Page((), goes_on=False, people=())
        self._befores: list[int] = [0]  # where each page so far began; the last is on the screen
        self._opened: EntryRow | None = None
        self._point: SignedSize | None = None
        self._exported: EntriesExported | None = None
        self._refusal: Refusal | None = None
        self.pick.close()
        self.check.forget()
        self.retranslate()

    def enter(self) -> None:
        """Read the newest entries."""
        self._befores = [0]
        self._read()
        self.check.look()

    def tick(self) -> None:
        """A second has passed."""
        self.check.tick()

    def hear(self, answer: Answered) -> None:
        """How a check stands, or what came of an export."""
        if not self._is_there:
            return
        if answer.ticket == _CHECK:
            self.check.hear(answer)
        self._refusal = answer.refusal
        if isinstance(answer.result, EntriesExported):
            self._exported = answer.result
        self.changed.emit()

    def see(self, looked: Looked) -> None:
        """A page, or the checkpoint of an entry."""
        found: Any = looked.found
        if not self._is_there:
            return
        if looked.ticket == _PAGE and found is not None:
            self._page = found
        elif looked.ticket == _ENTRY:
            self._point = found
        self.retranslate()

    def retranslate(self) -> None:
        """Word everything in the language spoken now."""
        self.check.changed.emit()
        self.pick.changed.emit()
        self.listed.emit()
        self.changed.emit()

    # -- what people do ----------------------------------------------------------------------

    @Slot(str)
    def filter_by(self, name: str) -> None:
        """Show what a filter offers; that of the clip has only one thing to offer: none."""
        if name == audit_filter.CLIP:
            self._hold(name, "")
            return
        offers = {
            audit_filter.KIND: lambda: audit_filter.kind_options(self._tongue.language),
            audit_filter.PERSON: lambda: audit_filter.person_options(self._page.people),
            audit_filter.DAYS: lambda: audit_filter.day_options(
                self._clock.now().astimezone().date()
            ),
        }
        held = self._chosen.get(name, "")
        self.pick.open(name, lambda: audit_filter.name_of(name), offers[name], held, clearable=True)

    @Slot(str, str)
    def _hold(self, name: str, value: str) -> None:
        self._chosen[name] = value
        self._befores, self._opened, self._exported = [0], None, None
        self._read()
        self.retranslate()

    @Slot()
    def older(self) -> None:
        """The page behind this one."""
        if self._page.goes_on:
            self._befores.append(self._page.rows[-1].seq)
            self._read()

    @Slot()
    def newer(self) -> None:
        """The page before this one; on the first, what was written since."""
        if len(self._befores) > 1:
            self._befores.pop()
        self._read()

    @Slot(int)
    def open_entry(self, seq: int) -> None:
        """Show one entry in full."""
        self._opened = next((row for row in self._page.rows if row.seq == seq), None)
        self._point = None

        def look(catalog: Catalog) -> SignedSize | None:
            return catalog.covering(seq)

        self._line.look(_ENTRY, look)
        self.changed.emit()

    @Slot()
    def close_entry(self) -> None:
        """Back to the list."""
        self._opened = None
        self.changed.emit()

    @Slot()
    def follow_clip(self) -> None:
        """Only entries about the clip of the open one."""
        if (entry := self._entry()) is not None and entry.clip is not None:
            self._hold(audit_filter.CLIP, entry.clip)

    @Slot()
    def export(self) -> None:
        """Have the entries that the filters leave written to a file, with their proof."""
        asked = self._asked()
        self._exported = None
        self._line.ask(
            _EXPORT, ExportEntries(asked.acts, asked.by, asked.since, asked.until, asked.clip)
        )
        self.changed.emit()

    def _asked(self) -> EntryFilter:
        return audit_filter.question(self._chosen)

    def _read(self) -> None:
        asked, before = self._asked(), self._befores[-1]

        def look(catalog: Catalog) -> _Page:
            rows = catalog.entries(asked, before, PAGE_ROWS + 1)
            people = tuple((one.officer.badge, one.officer.name) for one in catalog.officers())
            return _Page(tuple(rows[:PAGE_ROWS]), len(rows) > PAGE_ROWS, people)

        self._line.look(_PAGE, look)

    # -- how it is shown -----------------------------------------------------------------------

    def _entry(self) -> CustodyLine | None:
        return None if self._opened is None else _decoded(self._opened)

    def _names(self) -> Mapping[str, str]:
        return {badge: f"{name} {badge}" for badge, name in self._page.people}

    def _who(self, by: str | None) -> str:
        if by is None:
            return translate("Audit", "采证站")
        if by.startswith("uid:"):
            return translate("Audit", "本机命令（{account}）").format(account=by)
        return self._names().get(by, by)

    def _rows(self) -> list[dict[str, str | int]]:
        shown: list[dict[str, str | int]] = []
        for row in self._page.rows:
            entry = _decoded(row)
            if entry is None:
                broken = translate("Audit", "这一行不是台账记录，请立即核验")
                shown.append({"seq": row.seq, "lead": broken, "detail": f"#{row.seq}"})
                continue
            clip = f" · {translate('Audit', '录像')} …{entry.clip[-6:]}" if entry.clip else ""
            shown.append(
                {
                    "seq": row.seq,
                    "lead": f"{act_word(entry.act, self._tongue.language)} · {self._who(entry.by)}",
                    "detail": f"#{row.seq} · {_moment(entry.at)}{clip}",
                }
            )
        return shown

    def _title(self) -> str:
        entry = self._entry()
        return "" if entry is None else act_word(entry.act, self._tongue.language)

    def _facts(self) -> list[dict[str, str]]:
        entry, opened = self._entry(), self._opened
        if entry is None or opened is None:
            return []
        told = [
            (translate("Audit", "编号"), f"#{entry.seq} · {entry.act}"),
            (translate("Audit", "时间"), f"{_moment(entry.at)}（{entry.at}）"),
            (translate("Audit", "何人"), self._who(entry.by)),
            (translate("Audit", "录像"), entry.clip or ""),
            (translate("Audit", "采集批次"), entry.collection or ""),
            (translate("Audit", "检查点"), self._signed()),
            ("SHA-256", opened.hash),
            (translate("Audit", "上一条"), entry.prev),
            (translate("Audit", "原文"), opened.line.decode("utf-8", "replace")),
        ]
        return [{"label": label, "fact": fact} for label, fact in told if fact]

    def _signed(self) -> str:
        if self._point is None:
            return translate("Audit", "尚未签名（下一个检查点将覆盖）")
        words = translate("Audit", "已由 {size} 行的签名检查点覆盖")
        return words.format(size=self._point.size)

    def _note(self) -> str:
        made = self._exported
        if made is None:
            return ""
        words = translate("Audit", "已导出 {count} 条，附检查点和证明：{path}\nSHA-256 {sha256}")
        return words.format(count=made.entries, path=made.path, sha256=made.sha256)

    def _trouble(self, part: str) -> str:
        if self._refusal is None:
            return ""
        return str(getattr(self._tongue.word(self._refusal.code, self._refusal.facts), part))

    picker = Property(PickModel, lambda self: self.pick, constant=True)
    checking = Property(CheckModel, lambda self: self.check, constant=True)
    chips = Property(
        list,
        lambda self: audit_filter.chips(self._chosen, self._names(), self._tongue.language),
        notify=changed,
    )
    rows = Property(list, _rows, notify=listed)
    older_there = Property(bool, lambda self: self._page.goes_on, notify=listed)
    place = Property(int, lambda self: len(self._befores), notify=listed)
    opened = Property(bool, lambda self: self._opened is not None, notify=changed)
    of_clip = Property(
        bool,
        lambda self: (entry := self._entry()) is not None and entry.clip is not None,
        notify=changed,
    )
    title = Property(str, _title, notify=changed)
    facts = Property(list, _facts, notify=changed)
    note = Property(str, _note, notify=changed)
    trouble = Property(str, lambda self: self._trouble("title"), notify=changed)
    mend = Property(str, lambda self: self._trouble("mend"), notify=changed)


def _decoded(row: EntryRow) -> CustodyLine | None:
    """What a line says; None where somebody has made it something else."""
    try:
        return decode(row.line, row.seq)
    except LedgerBrokenError:
        return None


def _moment(at: str) -> str:
    """A moment of the ledger in local time."""
    return stamp_text(datetime.fromisoformat(at))
