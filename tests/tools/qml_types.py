"""Describe our Python types to qmllint: ``python -m tests.tools.qml_types [--check]``.

Qt's own generator reads Python source and trips over properties made by a function; this one
asks the meta-objects, so that it knows what QML will meet at run time.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QMetaMethod

from ui.models.audit import AuditModel
from ui.models.bays import BaysModel
from ui.models.binding import BindingModel
from ui.models.board import BoardModel
from ui.models.browser import BrowserModel
from ui.models.bulk import BulkModel
from ui.models.cards import CardModel
from ui.models.case_line import CaseLineModel
from ui.models.case_page import CasePageModel
from ui.models.casebook import CasebookModel
from ui.models.checking import CheckModel
from ui.models.clips import ClipListModel
from ui.models.coverage import CoverageModel
from ui.models.deck import DeckModel
from ui.models.detail import SlotDetailModel
from ui.models.face_list import FaceListModel
from ui.models.finding import FindingModel
from ui.models.kiosk import Kiosk
from ui.models.marking import MarkingModel
from ui.models.pack import PackModel
from ui.models.pad import PadModel
from ui.models.people import PeopleModel
from ui.models.picking import PickModel
from ui.models.policies import PoliciesModel
from ui.models.presence import PresenceModel
from ui.models.preview import PreviewModel
from ui.models.questions import QuestionModel
from ui.models.recorders import RecordersModel
from ui.models.rooms import Rooms
from ui.models.roster import RosterModel
from ui.models.sign_in import SignInModel
from ui.models.slots import SlotModel
from ui.models.station import StationModel
from ui.models.uplink import UplinkModel
from ui.models.visit import VisitModel
from ui.models.way import WayModel
from ui.scene import PAINTED
from ui.tokens import Tokens

if TYPE_CHECKING:
    from PySide6.QtCore import QMetaObject, QMetaProperty

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "ui" / "qml" / "Evidock" / "evidock.qmltypes"
TYPES: tuple[type, ...] = (
    Tokens,
    FaceListModel,
    SlotModel,
    ClipListModel,
    StationModel,
    SlotDetailModel,
    DeckModel,
    MarkingModel,
    WayModel,
    PreviewModel,
    SignInModel,
    QuestionModel,
    CoverageModel,
    VisitModel,
    PresenceModel,
    CardModel,
    FindingModel,
    BulkModel,
    BrowserModel,
    BindingModel,
    CaseLineModel,
    CasePageModel,
    CasebookModel,
    BoardModel,
    UplinkModel,
    BaysModel,
    PickModel,
    CheckModel,
    AuditModel,
    PadModel,
    RosterModel,
    PeopleModel,
    RecordersModel,
    PackModel,
    PoliciesModel,
    Rooms,
    Kiosk,
    *PAINTED,
)


def describe() -> str:
    """The whole file."""
    # PySide's stubs leave staticMetaObject out.
    metas: list[QMetaObject] = [vars(kind)["staticMetaObject"] for kind in TYPES]
    parts = [_component(kind, meta) for kind, meta in zip(TYPES, metas, strict=True)]
    return "import QtQuick.tooling 1.2\n\nModule {\n" + "".join(parts) + "}\n"


def _component(kind: type, meta: QMetaObject) -> str:
    name = kind.__name__
    lines = [
        f'name: "{name}"',
        'accessSemantics: "reference"',
        f'prototype: "{meta.superClass().className()}"',
        f'exports: ["Evidock/{name} 1.0"]',
        "exportMetaObjectRevisions: [256]",
        f"isSingleton: {str(kind is Tokens).lower()}",
        f"isCreatable: {str(kind is Tokens or kind in PAINTED).lower()}",
    ]
    first = meta.propertyOffset()
    lines += [_property(meta.property(place)) for place in range(first, meta.propertyCount())]
    first = meta.methodOffset()
    lines += [_method(meta.method(place)) for place in range(first, meta.methodCount())]
    return "    Component {\n" + "".join(f"        {line}\n" for line in lines) + "    }\n"


def _property(item: QMetaProperty) -> str:
    kind = _text(item.typeName())
    pointer = "; isPointer: true" if kind.endswith("*") else ""
    change = "" if item.isWritable() else "; isReadonly: true"
    access = "; isPropertyConstant: true" if item.isConstant() else ""
    if item.hasNotifySignal():
        access = f'; notify: "{_text(item.notifySignal().name())}"'
    return (
        f'Property {{ name: "{_text(item.name())}"; type: "{kind.rstrip("*")}"{pointer}'
        f"{change}{access} }}"
    )


def _method(item: QMetaMethod) -> str:
    name = _text(item.name())
    word = "Signal" if item.methodType() is QMetaMethod.MethodType.Signal else "Method"
    kinds = [_text(kind) for kind in item.parameterTypes()]
    takes = "".join(f'\n            Parameter {{ type: "{kind}" }}' for kind in kinds)
    end = "\n        " if takes else " "
    gives = "" if word == "Signal" else f'; type: "{_text(item.typeName())}"'
    return f'{word} {{ name: "{name}"{gives}{takes}{end}}}'


def _text(name: QByteArray | bytes | bytearray | memoryview | str) -> str:
    """Qt's names come as any of these; the stubs say one, the program gets another."""
    if isinstance(name, QByteArray):
        return bytes(name.data()).decode()
    return name if isinstance(name, str) else bytes(name).decode()


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        return 0 if TARGET.read_text(encoding="utf-8") == describe() else 1
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(describe(), encoding="utf-8")
    TARGET.with_name("qmldir").write_text(
        "module Evidock\ntypeinfo evidock.qmltypes\ndepends QtQuick\n", encoding="utf-8"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
