"""The files of one collection as they arrive: a row each, in the recorder's own order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtQml import QmlElement

from ui.formats import span_text, stamp_text
from ui.models.face_list import NO_PARENT, FaceListModel
from ui.models.slot_face import STATUS_ORDER
from ui.texts import size_text
from workstation.domain.clip import ClipKind
from workstation.domain.dock import SlotStatus
from workstation.domain.ingest_state import IngestState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QObject

    from ui.i18n import Tongue
    from workstation.catalog.values import ItemLine

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1

translate = QCoreApplication.translate

KIND_ICONS = {
    ClipKind.VIDEO: "video",
    ClipKind.AUDIO: "microphone",
    ClipKind.PHOTO: "photo",
    ClipKind.TRACK: "map-pin",
    ClipKind.LOG: "file-text",
    ClipKind.OTHER: "file",
}
SEEN = frozenset({ClipKind.VIDEO, ClipKind.AUDIO, ClipKind.PHOTO})  # by the preview
_STATE_LOOKS = {
    IngestState.LISTED: (SlotStatus.EMPTY, "hourglass"),
    IngestState.COPYING: (SlotStatus.IMPORTING, "arrow-bar-to-down"),
    IngestState.STAGED: (SlotStatus.VERIFYING, "shield-check"),
    IngestState.VAULTED: (SlotStatus.DONE, "check"),
    IngestState.DUPLICATE: (SlotStatus.DONE, "copy"),
    IngestState.SKIPPED: (SlotStatus.EMPTY, "player-skip-forward"),
    IngestState.QUARANTINED: (SlotStatus.FAULT, "alert-octagon"),
    IngestState.INTERRUPTED: (SlotStatus.ATTENTION, "plug-connected-x"),
}


def state_word(state: IngestState) -> str:
    """A file's state in words."""
    return {
        IngestState.LISTED: translate("Clip", "等待采集"),
        IngestState.COPYING: translate("Clip", "采集中"),
        IngestState.STAGED: translate("Clip", "校验中"),
        IngestState.VAULTED: translate("Clip", "已入库"),
        IngestState.DUPLICATE: translate("Clip", "此前已入库"),
        IngestState.SKIPPED: translate("Clip", "未采集"),
        IngestState.QUARANTINED: translate("Clip", "已隔离"),
        IngestState.INTERRUPTED: translate("Clip", "采集中断"),
    }[state]


@dataclass(frozen=True, slots=True)
class ClipFace:
    """Every role of the file list."""

    name: str
    kind: str
    status: int
    icon: str
    word: str
    detail: str
    reason: str
    important: bool
    picture: str
    footage: str  # the clip's id, once it can be looked into


@QmlElement
class ClipListModel(FaceListModel):
    """Rows change by item id; the list starts afresh only for another collection."""

    def __init__(self, tongue: Tongue, parent: QObject | None = None) -> None:
        super().__init__(ClipFace, parent)
        self._tongue = tongue
        self._collection: str | None = None
        self._items: list[ItemLine] = []
        self._pictured: set[str] = set()

    def spoken(self, face: ClipFace) -> str:
        """A file in one sentence."""
        return f"{face.name} {face.word}"

    def follow(self, collection_id: str | None) -> None:
        """Show another collection: empty until its files have been read."""
        if collection_id == self._collection:
            return
        self.beginResetModel()
        self._collection = collection_id
        self._items, self._faces, self._pictured = [], [], set()
        self.endResetModel()

    def show_items(self, collection_id: str, items: Sequence[ItemLine]) -> list[str]:
        """Take the files as read; returns the clips whose picture is worth asking for now."""
        if collection_id != self._collection:
            return []
        old = self._items
        kept = 0
        while kept < min(len(old), len(items)) and old[kept].id == items[kept].id:
            kept += 1
        self._cut_to(kept)
        fresh: list[str] = [
            item.clip_id
            for row, item in enumerate(items)
            if item.clip_id is not None
            and item.has_thumbnail
            and (row >= kept or not self._items[row].has_thumbnail)
        ]
        for row in range(kept):
            self._items[row] = items[row]
            self._reword(row)
        if len(items) > kept:
            self.beginInsertRows(NO_PARENT, kept, len(items) - 1)
            self._items.extend(items[kept:])
            self._faces.extend(self._face(item) for item in items[kept:])
            self.endInsertRows()
        return fresh

    def clip_ids(self) -> list[str]:
        """The clips that can be looked into, in the order of the list."""
        return [face.footage for face in self._faces if face.footage]

    def show_picture(self, clip_id: str) -> None:
        """A clip's thumbnail can be had now."""
        self._pictured.add(clip_id)
        for row, item in enumerate(self._items):
            if item.clip_id == clip_id:
                self._reword(row)

    def retranslate(self) -> None:
        """Word every row anew in the language spoken now."""
        for row in range(len(self._items)):
            self._reword(row)

    def _cut_to(self, kept: int) -> None:
        if len(self._items) > kept:
            self.beginRemoveRows(NO_PARENT, kept, len(self._items) - 1)
            del self._items[kept:], self._faces[kept:]
            self.endRemoveRows()

    def _reword(self, row: int) -> None:
        self.replace_face(row, self._face(self._items[row]))

    def _face(self, item: ItemLine) -> ClipFace:
        status, icon = _STATE_LOOKS[item.state]
        shown = item.clip_id is not None and item.clip_id in self._pictured
        detail = (
            stamp_text(item.recorded_at),
            "" if item.duration_s is None else span_text(item.duration_s),
            size_text(item.size_bytes),
            "" if item.level is None else f"V{item.level}",
        )
        return ClipFace(
            name=item.path.rsplit("/", 1)[-1],
            kind=KIND_ICONS[item.kind],
            status=STATUS_ORDER.index(status),
            icon=icon,
            word=state_word(item.state),
            detail=" · ".join(part for part in detail if part),
            reason=self._reason(item),
            important=item.important,
            picture=f"image://thumbnail/{item.clip_id}" if shown else "",
            footage=item.clip_id or "" if item.kind in SEEN else "",
        )

    def _reason(self, item: ItemLine) -> str:
        """Why a file was not taken, or what is odd about it, in words."""
        said = [self._tongue.word(item.code, item.facts).title] if item.code else []
        said += [self._tongue.word(code, {}).title for code in item.findings]
        return " · ".join(said)
