"""The rooms behind the rail: which there are, who may enter, and whose post is whose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from PySide6.QtCore import Property, QCoreApplication, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.models.audit import AuditModel
from ui.models.bays import BaysModel
from ui.models.board import BoardModel
from ui.models.browser import BrowserModel
from ui.models.casebook import CasebookModel
from ui.models.pack import PackModel
from ui.models.people import PeopleModel
from ui.models.policies import PoliciesModel
from ui.models.recorders import RecordersModel
from ui.models.room import Room
from ui.models.uplink import UplinkModel
from workstation.domain.people import Permission, Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ui.errands import Answered, Looked
    from ui.i18n import Tongue
    from ui.maps.tiles import TileStore
    from ui.models.room import Line, RoomModel
    from workstation.ipc.messages_people import PersonView
    from workstation.platform.clock import Clock

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1

translate = QCoreApplication.translate

MENU: Final = "menu"  # the place that shows every room as a tile


def all_rooms() -> tuple[Room, ...]:
    """Every room, in the order of the rail."""
    return (*_of_evidence(), *_of_the_station())


def _of_evidence() -> tuple[Room, ...]:
    return (
        Room(
            "browser",
            "video",
            Permission.VIEW,
            lambda: (translate("Rooms", "证据"), translate("Rooms", "查找和查看录像、录音和照片")),
        ),
        Room(
            "casebook",
            "folder",
            Permission.VIEW,
            lambda: (
                translate("Rooms", "案件"),
                translate("Rooms", "案件的事实，录像的时间轴和地图"),
            ),
        ),
        Room(
            "board",
            "layout-dashboard",
            Permission.VIEW,
            lambda: (
                translate("Rooms", "队务"),
                translate("Rooms", "今天谁交了、还差什么、抽查哪几段"),
            ),
            Scope.UNIT,
        ),
        Room(
            "pack",
            "arrow-bar-to-down",
            Permission.EXPORT,
            lambda: (
                translate("Rooms", "导出"),
                translate("Rooms", "把案件或录像做成可自证的证据包"),
            ),
        ),
    )


def _of_the_station() -> tuple[Room, ...]:
    return (
        Room(
            "audit",
            "shield-check",
            Permission.AUDIT,
            lambda: (
                translate("Rooms", "审计"),
                translate("Rooms", "逐条查看台账，核验，导出记录和证明"),
            ),
        ),
        Room(
            "people",
            "user",
            Permission.PEOPLE,
            lambda: (
                translate("Rooms", "人员"),
                translate("Rooms", "名册和单位，导入名单，重设 PIN，解除锁定"),
            ),
        ),
        Room(
            "policies",
            "hourglass",
            Permission.CONFIGURE,
            lambda: (
                translate("Rooms", "保存规则"),
                translate("Rooms", "录像保存多久：修改前先试算，变短须两人确认"),
            ),
        ),
        Room(
            "recorders",
            "device-cctv",
            Permission.CONFIGURE,
            lambda: (
                translate("Rooms", "记录仪"),
                translate("Rooms", "谁在用哪台，每次插入的时钟和异常"),
            ),
        ),
        Room(
            "uplink",
            "cloud-upload",
            Permission.STEER,
            lambda: (
                translate("Rooms", "上传"),
                translate("Rooms", "送往中心库的进度、预计、平台和案件来源"),
            ),
        ),
        Room(
            "bays",
            "plug-connected",
            Permission.CONFIGURE,
            lambda: (
                translate("Rooms", "采集口"),
                translate("Rooms", "登记哪个 USB 口是几号采集口"),
            ),
        ),
    )


@QmlElement
class Rooms(QObject):
    """Opens rooms to whoever is signed in, and closes them all when nobody is."""

    changed = Signal()
    previewed = Signal(object, str)  # clips in their order, and the one to look into
    jumped = Signal(int)  # to a moment of the clip that is being opened
    worked = Signal()  # somebody is at work at the dock, though not at the screen
    invited = Signal(str)  # one room sends people to another

    def __init__(
        self, tongue: Tongue, clock: Clock, line: Line, tiles: TileStore, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._rooms = {room.name: room for room in all_rooms()}
        self._person: PersonView | None = None
        self.browser = BrowserModel(tongue, clock, line, self)
        self.browser.previewed.connect(self.previewed)
        self.bay_map = BaysModel(tongue, line, self)
        self.bay_map.met.connect(self.worked)
        self.board = BoardModel(tongue, clock, line, self)
        self.board.previewed.connect(self.previewed)
        self.board.drilled.connect(self._drill)
        self.audit = AuditModel(tongue, clock, line, self)
        self.casebook = CasebookModel(tongue, line, tiles, self)
        self.casebook.page.previewed.connect(self.previewed)
        self.casebook.page.jumped.connect(self.jumped)
        self.casebook.page.drilled.connect(self._drill)
        self.people = PeopleModel(tongue, line, self)
        self.pack = PackModel(tongue, line, self)
        self.browser.packed.connect(self._pack)
        self.policies = PoliciesModel(tongue, line, self)
        self.casebook.page.packed.connect(self._pack_case)
        self.recorders = RecordersModel(tongue, line, self)
        self.delivery = UplinkModel(tongue, clock, line, self)
        self._models: Mapping[str, RoomModel] = {
            "browser": self.browser,
            "casebook": self.casebook,
            "board": self.board,
            "pack": self.pack,
            "bays": self.bay_map,
            "audit": self.audit,
            "people": self.people,
            "recorders": self.recorders,
            "policies": self.policies,
            "uplink": self.delivery,
        }

    def admit(self, person: PersonView | None) -> None:
        """Somebody has signed in, or nobody is there any more."""
        self._person = person
        for model in self._models.values():
            model.admit(person)
        self.changed.emit()

    def may_enter(self, name: str) -> bool:
        """Whether there is such a room and the person may go there."""
        room, person = self._rooms.get(name), self._person
        return room is not None and person is not None and room.admits(person)

    def enter(self, name: str) -> None:
        """The room is on the screen now."""
        self._models[name].enter()

    def leave(self, name: str) -> None:
        """The room is about to leave the screen, while its person is still there."""
        if name == "bays":
            self.bay_map.close()
        elif name == "pack":
            self.pack.leave()
        elif name == "uplink":
            self.delivery.leave()

    def tick(self) -> None:
        """A second has passed."""
        self.bay_map.tick()
        self.audit.tick()
        self.pack.tick()
        self.delivery.tick()

    def typist(self, name: str) -> BrowserModel | CasebookModel | PackModel | None:
        """Who takes what is typed on a keyboard in a room."""
        if name == "browser":
            return self.browser
        if name == "pack":
            return self.pack
        return self.casebook if name == "casebook" else None

    def page(self, name: str) -> str:
        """The room's screen; empty where there is no such room."""
        room = self._rooms.get(name)
        return "" if room is None else room.page

    def hear(self, answer: Answered) -> bool:
        """Take an answer to something asked from a room."""
        model = self._models.get(answer.ticket.partition(":")[0])
        if model is not None:
            model.hear(answer)
        return model is not None

    def see(self, looked: Looked) -> bool:
        """The same for what the catalog holds."""
        model = self._models.get(looked.ticket.partition(":")[0])
        if model is not None:
            model.see(looked)
        return model is not None

    def show_picture(self, clip_id: str) -> None:
        """A thumbnail is on the shelf."""
        self.browser.show_picture(clip_id)
        self.casebook.show_picture(clip_id)

    def retranslate(self) -> None:
        """Word everything in the language spoken now."""
        for model in self._models.values():
            model.retranslate()
        self.changed.emit()

    @Slot(object)
    def _drill(self, chosen: object) -> None:
        """From a number of the board to the clips that it counts."""
        self.browser.preset(cast("dict[str, tuple[str, ...]]", chosen))
        self.invited.emit("browser")

    @Slot(object)
    def _pack(self, clips: object) -> None:
        """From picked clips to their export."""
        self.pack.take(cast("tuple[str, ...]", clips))
        self.invited.emit("pack")

    @Slot(str, str)
    def _pack_case(self, case: str, name: str) -> None:
        """From a case's page to its export."""
        self.pack.take_case(case, name)
        self.invited.emit("pack")

    def _entries(self) -> list[dict[str, str]]:
        shown = []
        for room in self._rooms.values():
            if self.may_enter(room.name):
                word, purpose = room.words()
                shown.append(
                    {"place": room.name, "glyph": room.glyph, "word": word, "purpose": purpose}
                )
        return shown

    entries = Property(list, _entries, notify=changed)
    squad = Property(BoardModel, lambda self: self.board, constant=True)
    cases = Property(CasebookModel, lambda self: self.casebook, constant=True)
    finder = Property(BrowserModel, lambda self: self.browser, constant=True)
    directory = Property(PeopleModel, lambda self: self.people, constant=True)
    retention = Property(PoliciesModel, lambda self: self.policies, constant=True)
    fleet = Property(RecordersModel, lambda self: self.recorders, constant=True)
    uplink = Property(UplinkModel, lambda self: self.delivery, constant=True)
    auditor = Property(AuditModel, lambda self: self.audit, constant=True)
    packing = Property(PackModel, lambda self: self.pack, constant=True)
    bays = Property(BaysModel, lambda self: self.bay_map, constant=True)
