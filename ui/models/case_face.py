"""A case in words: as a line of the list, and as the facts of its page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from ui.formats import clips_text, stamp_text
from workstation.domain.casework import Field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workstation.catalog.browsing import ClipCard
    from workstation.catalog.case_page import CasePage
    from workstation.catalog.values import CaseLine
    from workstation.domain.casework_state import CaseFile

translate = QCoreApplication.translate

_QUIET, _DONE, _HOT = 0, 3, 4  # places in the order of ``SlotStatus``


@dataclass(frozen=True, slots=True)
class CaseFace:
    """Every role of the list of cases."""

    subject: str  # the id of the case
    lead: str
    detail: str
    status: int
    icon: str
    word: str
    sought: str  # what typed words are looked for in

    @property
    def spoken(self) -> str:
        """The row in one sentence."""
        return f"{self.lead} {self.detail} {self.word}"


def name_of(file: CaseFile) -> str:
    """A case as people call it."""
    number = file.number or translate("Case", "未编号案件")
    return " ".join(filter(None, (number, file.text(Field.TITLE))))


def state_of(file: CaseFile) -> tuple[int, str, str]:
    """How a case stands: status, sign, word. What is contested comes first."""
    if file.contested:
        return _HOT, "hand-stop", translate("Case", "说法不一")
    if file.is_closed:
        return _QUIET, "lock", translate("Case", "已结")
    return _DONE, "folder", translate("Case", "办理中")


def face_of(line: CaseLine) -> CaseFace:
    """How a case looks in the list."""
    file = line.file
    status, icon, word = state_of(file)
    told = (occurred_of(file), file.text(Field.PLACE), clips_text(line.clips))
    parts = (name_of(file), file.text(Field.PLACE), file.text(Field.TYPE), *file.parties)
    return CaseFace(
        subject=file.id,
        lead=name_of(file),
        detail=" · ".join(part for part in told if part),
        status=status,
        icon=icon,
        word=word,
        sought=" ".join(filter(None, parts)),
    )


def occurred_of(file: CaseFile) -> str:
    """When it happened, as people know it."""
    return " / ".join(
        value.replace("T", " ")[:16] for value in file.fields.get(Field.OCCURRED.value, ())
    )


def facts_of(page: CasePage) -> list[dict[str, str | bool]]:
    """What is known of a case, line by line; ``loud`` where two say different things."""
    file = page.file
    opened = (page.names.get(file.opened_by, file.opened_by), stamp_text(file.opened_at)[:16])
    rows = (
        (translate("Case", "案件编号"), file.number, Field.NUMBER),
        (translate("Case", "名称"), file.text(Field.TITLE), Field.TITLE),
        (translate("Case", "类型"), file.text(Field.TYPE), Field.TYPE),
        (translate("Case", "地点"), file.text(Field.PLACE), Field.PLACE),
        (translate("Case", "发生时间"), occurred_of(file), Field.OCCURRED),
        (translate("Case", "当事人"), "、".join(file.parties), Field.PARTY),
        (translate("Case", "立案"), " · ".join(filter(None, opened)), None),
        (translate("Case", "结案"), stamp_text(file.closed_at)[:16], None),
        (translate("Case", "录像"), _amount(page), None),
    )
    found: list[dict[str, str | bool]] = [
        {"label": label, "fact": fact, "loud": field is not None and field.value in file.contested}
        for label, fact, field in rows
        if fact
    ]
    notes: list[dict[str, str | bool]] = [
        {"label": page.names.get(one.by, one.by), "fact": one.value, "loud": False}
        for one in file.notes
    ]
    return [*found, *notes]


def _amount(page: CasePage) -> str:
    beyond = page.total - len(page.clips)
    if not beyond:
        return clips_text(page.total)
    told = translate("Case", "{clips}，另有{beyond}不在您的查看范围")
    return told.format(clips=clips_text(len(page.clips)), beyond=clips_text(beyond))


def tags_of(cards: Sequence[ClipCard]) -> list[dict[str, str | int]]:
    """Tags of a case's clips, the commonest first."""
    counted = Counter(tag for card in cards for tag in card.casework.tags)
    order = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    return [{"tag": tag, "word": f"{tag} {count}"} for tag, count in order]


def contested_of(cards: Sequence[ClipCard], case: str) -> list[dict[str, str]]:
    """Clips of which a person must say whether they belong here, with where else they might."""
    found = []
    for card in cards:
        links = card.casework.links
        if any(link.case == case and link.is_contested for link in links):
            others = [
                number or translate("Case", "未编号案件")
                for link, number in zip(links, card.cases, strict=True)
                if link.case != case
            ]
            told = translate("Case", "{clip} 也被归入 {others}")
            word = told.format(clip=card.clip.name, others="、".join(others))
            found.append({"clip": card.clip.id, "word": word})
    return found
