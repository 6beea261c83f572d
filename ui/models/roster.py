"""The view-model of importing a list of people: which file, what it would change, and doing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QCoreApplication, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.acts import act_word
from ui.models.filters import Option
from ui.models.roles import role_word
from workstation.ipc.messages_roster import ImportRoster, ListRosters, RosterFiles, RosterPreview
from workstation.ledger.custody import Act

if TYPE_CHECKING:
    from ui.errands import Answered
    from ui.i18n import Tongue
    from ui.models.picking import PickModel
    from ui.models.room import Line
    from workstation.ipc.messages_people import RosterChange

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1

translate = QCoreApplication.translate

FILE = "roster"  # the pick's name
_NEW, _CHANGED, _LEFT, _REFUSED = 3, 1, 4, 5  # places in the order of ``SlotStatus``
_ADDED = frozenset({Act.UNIT_ADDED.value, Act.OFFICER_ADDED.value, Act.CARD_BOUND.value})


@QmlElement
class RosterModel(QObject):
    """``done`` when a list was taken. Nothing is applied that was not looked at first."""

    changed = Signal()
    done = Signal()

    def __init__(
        self, ticket: str, tongue: Tongue, line: Line, pick: PickModel, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._ticket = ticket
        self._tongue = tongue
        self._line = line
        self._pick = pick
        self._preview: RosterPreview | None = None
        self._complete = False
        self._busy = False

    def forget(self) -> None:
        """Nobody looks any more."""
        self._preview, self._complete, self._busy = None, False, False
        self.changed.emit()

    def hear(self, answer: Answered) -> None:
        """The files there are, or what one changes."""
        self._busy = False
        found = answer.result
        if isinstance(found, RosterFiles):
            self._offer(found)
        elif isinstance(found, RosterPreview):
            self._preview = found
            if found.is_applied:
                self.done.emit()
        elif self._preview is not None:  # refused: what is on the screen is still what holds
            self._complete = self._preview.is_complete
        self.changed.emit()

    def _offer(self, found: RosterFiles) -> None:
        def heading() -> str:
            if found.files:
                return translate("Roster", "导入哪个名单（{folder}）").format(
                    folder=found.directory
                )
            words = translate("Roster", "请先把 .csv 或 .toml 名单放到 {folder}")
            return words.format(folder=found.directory)

        self._pick.open(FILE, heading, lambda: [Option(name, name) for name in found.files])

    @Slot()
    def begin(self) -> None:
        """Which lists lie ready?"""
        self.forget()
        self._line.ask(self._ticket, ListRosters())

    def look(self, file: str) -> None:
        """What would this list change?"""
        self._ask(ImportRoster(file, is_complete=self._complete))

    @Slot()
    def switch_complete(self) -> None:
        """Whether whom the list does not name has left; looked at anew."""
        if self._preview is not None:
            self._complete = not self._complete
            self.look(self._preview.file)

    @Slot()
    def apply(self) -> None:
        """Take the list that was looked at."""
        if (seen := self._preview) is not None and self._is_applicable():
            self._ask(ImportRoster(seen.file, seen.is_complete, seen.sha256))

    @Slot()
    def close(self) -> None:
        """Take nothing."""
        self.forget()

    def _ask(self, command: ImportRoster) -> None:
        self._busy = True
        self._line.ask(self._ticket, command)
        self.changed.emit()

    def _is_applicable(self) -> bool:
        seen = self._preview
        return bool(seen and seen.changes and not seen.refused and not seen.is_applied)

    # -- how it is shown -----------------------------------------------------------------------

    def _title(self) -> str:
        return "" if self._preview is None else self._preview.file

    def _sums(self) -> str:
        seen = self._preview
        if seen is None:
            return ""
        if seen.refused:
            words = translate(
                "Roster", "{count} 行有错，整个名单都不会导入。请改正后再选这个文件。"
            )
            return words.format(count=len(seen.refused))
        kinds = [_kind(one) for one in seen.changes]
        words = translate(
            "Roster", "新增 {new}，变更 {changed}，停用 {left}，不变 {same}（共 {all} 人）"
        )
        told = words.format(
            new=kinds.count(_NEW),
            changed=kinds.count(_CHANGED),
            left=kinds.count(_LEFT),
            same=seen.unchanged,
            all=seen.officers,
        )
        return translate("Roster", "已导入：{told}").format(told=told) if seen.is_applied else told

    def _rows(self) -> list[dict[str, str | int]]:
        seen = self._preview
        if seen is None:
            return []
        refused: list[dict[str, str | int]] = [
            {
                "lead": translate("Roster", "第 {line} 行").format(line=one.facts.get("line", "—")),
                "detail": self._tongue.word(one.code, one.facts).reason,
                "word": translate("Roster", "有错"),
                "icon": "x",
                "status": _REFUSED,
            }
            for one in seen.refused
        ]
        return refused + [self._row(one) for one in seen.changes]

    def _row(self, one: RosterChange) -> dict[str, str | int]:
        was, now = (_worded(one.act, text) for text in (one.was, one.now))
        became = f"{was} → {now}" if was else now
        kind = _kind(one)
        return {
            "lead": f"{one.name} · {one.subject}",
            "detail": became,
            "word": act_word(one.act, self._tongue.language),
            "icon": {_NEW: "check", _LEFT: "hand-stop"}.get(kind, "info-circle"),
            "status": kind,
        }

    is_open = Property(bool, lambda self: self._preview is not None, notify=changed)
    title = Property(str, _title, notify=changed)
    sums = Property(str, _sums, notify=changed)
    rows = Property(list, _rows, notify=changed)
    applicable = Property(bool, lambda self: self._is_applicable(), notify=changed)
    applied = Property(
        bool, lambda self: self._preview is not None and self._preview.is_applied, notify=changed
    )
    complete = Property(
        bool, lambda self: self._preview is not None and self._preview.is_complete, notify=changed
    )
    idle = Property(bool, lambda self: not self._busy, notify=changed)


def _worded(act: str, text: str) -> str:
    """What the station wrote of a role, in words: ``3201 officer``, or the role alone."""
    if act not in (Act.OFFICER_ADDED.value, Act.ROLE_GIVEN.value):
        return text
    unit, _, role = text.rpartition(" ")
    return f"{unit} {role_word(role)}".strip()


def _kind(one: RosterChange) -> int:
    if one.act in _ADDED:
        return _NEW
    return _LEFT if one.act == Act.OFFICER_DISABLED.value else _CHANGED
