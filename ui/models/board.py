"""The view-model of the leader's board: the day's numbers, the roster, the clips drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Property, QCoreApplication, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.formats import clips_text, span_text, stamp_text
from ui.models.binding import BindingModel
from ui.models.filters import span
from workstation.casework.board import (
    LATE,
    REVIEWED,
    SEEN_KINDS,
    UNLINKED_DAYS,
    WAITING_DAYS,
    read_board,
    unlinked,
    waiting,
)
from workstation.domain.people import Permission, Scope

if TYPE_CHECKING:
    from ui.errands import Answered, Looked
    from ui.i18n import Tongue
    from ui.models.room import Line
    from workstation.casework.board import Board, Homecoming
    from workstation.catalog.reader import Catalog
    from workstation.catalog.values import RecorderLine
    from workstation.ipc.messages_people import PersonView
    from workstation.platform.clock import Clock

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1

NAME: Final = "board"
_EMPTY, _DONE, _HOT = 0, 3, 4  # places in the order of ``SlotStatus``

translate = QCoreApplication.translate


@QmlElement
class BoardModel(QObject):
    """Read when it is entered; every number leads to the clips that it counts."""

    changed = Signal()
    previewed = Signal(object, str)
    drilled = Signal(object)  # filters of the evidence browser

    def __init__(self, tongue: Tongue, clock: Clock, line: Line, parent: QObject) -> None:
        super().__init__(parent)
        self._clock = clock
        self._line = line
        self._person: PersonView | None = None
        self._board: Board | None = None
        self.binding = BindingModel(NAME, tongue, line, self)
        self.binding.done.connect(self.enter)

    def admit(self, person: PersonView | None) -> None:
        """Somebody has signed in, or nobody is there."""
        self._person, self._board = person, None
        self.binding.admit(person)
        self.changed.emit()

    @Slot()
    def enter(self) -> None:
        """Read the day anew."""
        person = self._person
        if person is None:
            return
        badge, now = person.badge, self._clock.now()
        scope = Scope[person.may[Permission.VIEW.value].upper()]

        def look(catalog: Catalog) -> tuple[Board, list[RecorderLine]] | None:
            officer = catalog.officer(badge)
            if officer is None:
                return None
            board = read_board(catalog, catalog.reach(officer, scope), now)
            return board, catalog.recorders()

        self._line.look(f"{NAME}:", look)

    def hear(self, answer: Answered) -> None:
        """A recorder was given to somebody, or not."""
        self.binding.hear(answer)

    def see(self, looked: Looked) -> None:
        """The day was read."""
        found: Any = looked.found
        if self._person is not None and found is not None:
            self._board, recorders = found
            self.binding.show(recorders, found[0].people)
            self.changed.emit()

    def retranslate(self) -> None:
        """Word everything in the language spoken now."""
        self.binding.changed.emit()
        self.changed.emit()

    # -- what people do ----------------------------------------------------------------------

    @Slot(str)
    def drill(self, what: str) -> None:
        """Show the clips that a number counts, or those of an officer (by badge number) today."""
        board = self._board
        if board is None:
            return
        kinds = {"kinds": tuple(kind.value for kind in SEEN_KINDS)}
        late = waiting(board.today)
        ways: dict[str, dict[str, tuple[str, ...]]] = {
            "unlinked": {
                "states": ("unlinked",),
                "days": (span(None, unlinked(board.today).last_day),),
                **kinds,
            },
            "untagged": {"states": ("untagged",), **kinds},
            "waiting": {
                "uploads": tuple(state.value for state in late.uploads),
                "days": (span(None, late.last_day),),
            },
            "minutes": {"days": (span(board.today, board.today),)},
        }
        if what in ways:
            self.drilled.emit(ways[what])
        elif any(one.badge == what for one in board.people):
            self.drilled.emit({"officers": (what,)})

    @Slot(str)
    def look_into(self, clip: str) -> None:
        """Open one of the clips that were drawn."""
        drawn = [card.clip.id for card in self._board.review.clips] if self._board else []
        if clip in drawn:
            self.previewed.emit(drawn, clip)

    # -- how it is shown -----------------------------------------------------------------------

    def _tiles(self) -> list[dict[str, str | int | bool]]:
        board = self._board
        if board is None:
            return []
        away = sum(not one.is_home for one in board.people)
        late = sum(one.late for one in board.people)
        home = len(board.people) - away
        return [
            _tile("home", f"{home}/{len(board.people)}", translate("Board", "今天已交回"), _DONE),
            _tile("away", str(away), translate("Board", "今天未交回"), _HOT if away else _DONE),
            _tile("late", str(late), self._late_word(), _HOT if late else _DONE),
            _tile("minutes", span_text(board.seconds), translate("Board", "今天采集时长"), _DONE),
            _count("unlinked", board.unlinked, self._unlinked_word()),
            _count("untagged", board.untagged, translate("Board", "待标注")),
            _count("waiting", board.waiting, self._waiting_word()),
        ]

    def _late_word(self) -> str:
        hours = int(LATE.total_seconds() // 3600)
        return translate("Board", "超 {hours} 小时才交").format(hours=hours)

    def _unlinked_word(self) -> str:
        return translate("Board", "超 {days} 天未归案").format(days=UNLINKED_DAYS)

    def _waiting_word(self) -> str:
        return translate("Board", "超 {days} 天未上传").format(days=WAITING_DAYS)

    def _roster(self) -> list[dict[str, str | int]]:
        people = self._board.people if self._board else ()
        return [_row(one) for one in sorted(people, key=lambda one: (one.is_home, one.badge))]

    def _drawn(self) -> list[dict[str, str]]:
        cards = self._board.review.clips if self._board else ()
        return [
            {
                "clip": card.clip.id,
                "title": " ".join(card.casework.tags) or card.clip.name,
                "detail": " · ".join(
                    part for part in (stamp_text(card.clip.recorded_at), card.officer_name) if part
                ),
            }
            for card in cards
        ]

    def _why(self) -> str:
        if self._board is None:
            return ""
        review = self._board.review
        if not review.seed:
            return translate("Board", "那一天之后还没有签名的检查点，抽查名单稍后产生。")
        told = translate(
            "Board", "{day} 的 {among} 段中抽 {count} 段，种子公开，谁都可以重算：{seed}"
        )
        return told.format(day=review.day, among=review.among, count=REVIEWED, seed=review.seed)

    giving = Property(BindingModel, lambda self: self.binding, constant=True)
    known = Property(bool, lambda self: self._board is not None, notify=changed)
    tiles = Property(list, _tiles, notify=changed)
    roster = Property(list, _roster, notify=changed)
    drawn = Property(list, _drawn, notify=changed)
    why = Property(str, _why, notify=changed)


def _tile(name: str, count: str, word: str, status: int) -> dict[str, str | int | bool]:
    leads = name in ("minutes", "unlinked", "untagged", "waiting")
    return {"name": name, "count": count, "word": word, "status": status, "leads": leads}


def _count(name: str, count: int, word: str) -> dict[str, str | int | bool]:
    return _tile(name, str(count), word, _HOT if count else _DONE)


def _row(one: Homecoming) -> dict[str, str | int]:
    if not one.is_home:
        state = (_EMPTY, "clock", translate("Board", "未交回"))
    elif one.late:
        state = (_HOT, "clock", translate("Board", "交晚了"))
    elif one.handed_in < one.dockings:
        state = (_HOT, "hand-stop", translate("Board", "未交接"))
    else:
        state = (_DONE, "check", translate("Board", "已交接"))
    brought = f"{clips_text(one.clips)} · {span_text(one.seconds)}" if one.is_home else ""
    return {
        "badge": one.badge,
        "name": f"{one.name} · {one.badge}",
        "brought": brought,
        "status": state[0],
        "icon": state[1],
        "word": state[2],
    }
