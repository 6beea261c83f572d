"""A clip of the browser in words and signs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from ui.formats import clock_text, stamp_text
from ui.models.clips import KIND_ICONS, SEEN
from ui.texts import size_text

if TYPE_CHECKING:
    from workstation.catalog.browsing import ClipCard

translate = QCoreApplication.translate

_QUIET, _DONE, _HOT, _FAULT = 0, 3, 4, 5  # places in the order of ``SlotStatus``


@dataclass(frozen=True, slots=True)
class CardFace:
    """Every role of the browser's lists. A card that is not read yet is blank."""

    known: bool = False
    title: str = ""
    detail: str = ""
    fact: str = ""
    length: str = ""
    kind: str = ""
    status: int = _QUIET
    icon: str = ""
    word: str = ""
    signs: str = ""  # names of small icons, joined by blanks
    picture: str = ""
    spoken: str = ""
    footage: bool = False
    picked: bool = False


BLANK = CardFace()


def face_of(card: ClipCard, *, has_picture: bool, is_picked: bool) -> CardFace:
    """How a clip looks in a list."""
    clip, said = card.clip, card.casework
    status, icon, word = _state(card)
    title = " ".join((*said.tags, *said.categories)) or clip.name
    who = card.officer_name or clip.badge or translate("Card", "无人认领")
    when = stamp_text(clip.recorded_at or clip.vaulted_at)
    facts = (
        *(number for number in card.cases if number),
        size_text(clip.size_bytes),
        f"V{clip.level}",
    )
    return CardFace(
        known=True,
        title=title,
        detail=f"{when} · {who}",
        fact=" · ".join(facts),
        length="" if clip.duration_s is None else clock_text(clip.duration_s),
        kind=KIND_ICONS[clip.kind],
        status=status,
        icon=icon,
        word=word,
        signs=" ".join(_signs(card)),
        picture=f"image://thumbnail/{clip.id}" if has_picture else "",
        spoken=f"{title} {when} {who} {word}",
        footage=clip.kind in SEEN and not card.is_destroyed,
        picked=is_picked,
    )


def _state(card: ClipCard) -> tuple[int, str, str]:
    if card.is_destroyed:
        return _QUIET, "x", translate("Card", "已销毁")
    if card.clip.damage is not None:
        return _FAULT, "alert-octagon", translate("Card", "已损坏")
    if not card.casework.is_tagged:
        return _HOT, "hand-stop", translate("Card", "待标注")
    return _DONE, "check", translate("Card", "已标注")


def _signs(card: ClipCard) -> list[str]:
    """Important, held, linked, and where its copies are."""
    signs = [
        ("star", card.clip.important or any(card.casework.importances)),
        ("lock", bool(card.casework.holds)),
        ("folder", bool(card.cases)),
        ("cloud-check", card.clip.transferred_at is not None),
        ("cloud-upload", card.clip.transferred_at is None and not card.is_destroyed),
    ]
    return [name for name, is_so in signs if is_so]
