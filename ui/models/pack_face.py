"""An export in words: the steps, what was chosen, how far it is, what came of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QCoreApplication

from ui.formats import clips_text
from ui.texts import size_text

if TYPE_CHECKING:
    from ui.i18n import Wording
    from workstation.ipc.messages_export import ExportPlace, PackStanding

translate = QCoreApplication.translate

STEPS: Final = ("what", "where", "reason", "seal", "second")
RUNNING: Final = frozenset({"clips", "pages", "check"})
PLAIN: Final = "plain"  # the option not to encrypt; no name of a recipient is shown as it
_PERCENT: Final = 100


@dataclass(frozen=True, slots=True)
class Chosen:
    """What people have chosen so far. ``what`` names clips or one case."""

    what: tuple[str, ...] = ()
    clips: int = 0  # that were picked; 0: a case
    case_word: str = ""
    place: ExportPlace | None = None
    reason: str = ""
    recipient: str = ""

    def but(self, **changes: Any) -> Chosen:  # noqa: ANN401 - any of the fields
        """The same with something chosen anew."""
        return replace(self, **changes)

    def held(self, step: str) -> str:
        """The value that was chosen in a step."""
        case = self.what[0] if self.what and not self.clips else ""
        path = self.place.path if self.place else ""
        values = {"what": case, "where": path, "reason": self.reason}
        return values.get(step, self.recipient)

    @property
    def what_word(self) -> str:
        """What is to be exported."""
        if self.clips:
            return translate("Pack", "已选的 {clips}").format(clips=clips_text(self.clips))
        return self.case_word


@dataclass(frozen=True, slots=True)
class PackFace:
    """Everything the export screen shows, besides what is being typed."""

    step: str
    heading: str
    note: str
    crumbs: tuple[dict[str, Any], ...]
    facts: tuple[dict[str, str], ...]
    badge_label: str
    pin_label: str
    trouble: str = ""
    reason: str = ""
    mend: str = ""
    progress: float = 0.0
    amount: str = ""


def usual_reasons() -> tuple[str, ...]:
    """Why packs are made; what is chosen stands in the ledger and on the certificate."""
    return (
        translate("Pack", "检察院调取证据"),
        translate("Pack", "法院调取证据"),
        translate("Pack", "移送办案部门"),
        translate("Pack", "行政复议或诉讼"),
        translate("Pack", "纪检监察调取"),
        translate("Pack", "投诉举报核查"),
        translate("Pack", "上级督察检查"),
    )


def place_word(place: ExportPlace) -> str:
    """A place with the room it has left."""
    kind = translate("Pack", "移动盘") if place.is_medium else translate("Pack", "文件夹")
    room = translate("Pack", "剩余 {free}").format(free=size_text(place.free_bytes))
    return f"{kind} {place.name} · {room}"


def recipient_word(name: str) -> str:
    """Whom a pack is encrypted for; empty: for nobody."""
    if not name:
        return translate("Pack", "不加密，留在本单位")
    return translate("Pack", "只有 {name} 能打开").format(name=name)


def face_of(step: str, chosen: Chosen, standing: PackStanding, said: Wording | None) -> PackFace:
    """What the screen shows. ``said`` words a refusal, or why a pack failed."""
    shown = step
    if standing.state in RUNNING:
        shown = "running"
    elif standing.state != "none":
        shown = "result"
    share = standing.done_bytes / standing.total_bytes if standing.total_bytes else 0.0
    return PackFace(
        step=shown,
        heading=_heading(shown, standing),
        note=_note(shown, standing),
        crumbs=_crumbs(step, chosen) if shown == step else (),
        facts=_outcome(standing) if shown == "result" else _summary(chosen),
        badge_label=translate("Pack", "第二人的执法证号，或刷卡"),
        pin_label=translate("Pack", "第二人的 PIN"),
        trouble=said.title if said else "",
        reason=said.reason if said else "",
        mend=said.mend if said else "",
        progress=min(1.0, share),
        amount=_amount(standing),
    )


def _heading(step: str, standing: PackStanding) -> str:
    if step == "result":
        if standing.state == "done":
            return translate("Pack", "证据包已写好，并从盘上读回核对")
        return translate("Pack", "没有导出：盘上没有完整的证据包")
    if step == "running":
        return _doing(standing)
    return {
        "what": translate("Pack", "导出哪个案件？"),
        "where": translate("Pack", "写到哪里？"),
        "reason": translate("Pack", "为什么导出？"),
        "seal": translate("Pack", "给谁看？"),
        "second": translate("Pack", "请第二人确认"),
    }[step]


def _doing(standing: PackStanding) -> str:
    return {
        "clips": translate("Pack", "正在写入录像"),
        "pages": translate("Pack", "正在生成证明书和清单"),
        "check": translate("Pack", "正在从盘上读回核对"),
    }[standing.state]


def _note(step: str, standing: PackStanding) -> str:
    if step == "result":
        if standing.state != "done":
            return translate("Pack", "台账已记下这次没有完成。")
        if standing.is_encrypted:
            return translate("Pack", "收件人用 age 和自己的私钥解开，再双击 verify.html 核对。")
        return translate("Pack", "收件人双击包里的 verify.html 核对，不用联网，也不用本程序。")
    return {
        "what": translate("Pack", "只导出几段录像：在“证据”里选好，再点“导出”。"),
        "where": translate("Pack", "插入移动盘，认出后列在这里。"),
        "reason": translate("Pack", "写进台账和证明书。"),
        "seal": translate("Pack", "离开本单位的盘应当加密。"),
        "second": translate("Pack", "另一名队长或管理员，用自己的 PIN。"),
        "running": translate("Pack", "可以离开，打包会继续；完成前不要拔盘。"),
    }[step]


def _crumbs(step: str, chosen: Chosen) -> tuple[dict[str, Any], ...]:
    """The steps, with what was chosen in those that are done."""
    where = place_word(chosen.place) if chosen.place else ""
    words = {
        "what": (translate("Pack", "内容"), chosen.what_word),
        "where": (translate("Pack", "去处"), where.partition(" · ")[0]),
        "reason": (translate("Pack", "理由"), chosen.reason),
        "second": (translate("Pack", "第二人"), ""),
    }
    now = STEPS.index(step)
    made = []
    for name, (word, fact) in words.items():
        place = STEPS.index(name)
        is_now = name == step or (name == "reason" and step == "seal")
        is_done = place < now and not is_now
        made.append(
            {
                "word": f"{word}：{fact}" if is_done and fact else word,
                "status": 3 if is_done else 1 if is_now else 0,
                "icon": "check" if is_done else "player-play" if is_now else "dots",
            }
        )
    return tuple(made)


def _summary(chosen: Chosen) -> tuple[dict[str, str], ...]:
    return _rows(
        (translate("Pack", "内容"), chosen.what_word),
        (translate("Pack", "去处"), place_word(chosen.place) if chosen.place else ""),
        (translate("Pack", "理由"), chosen.reason),
        (translate("Pack", "加密"), recipient_word(chosen.recipient)),
    )


def _outcome(standing: PackStanding) -> tuple[dict[str, str], ...]:
    if standing.state != "done":
        return _rows((translate("Pack", "导出编号"), standing.export))
    whole = translate("Pack", "{clips}，共 {files} 个文件，{size}").format(
        clips=clips_text(standing.clips),
        files=standing.files,
        size=size_text(standing.size_bytes),
    )
    left = clips_text(standing.left_out) if standing.left_out else ""
    return _rows(
        (translate("Pack", "位置"), standing.path),
        (translate("Pack", "数量"), whole),
        (translate("Pack", "到期销毁、未导出"), left),
        (translate("Pack", "导出编号"), standing.export),
        (translate("Pack", "台账检查点"), str(standing.checkpoint_size)),
        (translate("Pack", "签名密钥指纹"), standing.fingerprint),
        (translate("Pack", "声明 SHA-256"), standing.statement_sha256),
    )


def _rows(*facts: tuple[str, str]) -> tuple[dict[str, str], ...]:
    return tuple({"word": word, "fact": fact} for word, fact in facts if fact)


def _amount(standing: PackStanding) -> str:
    if standing.state not in RUNNING or not standing.total_bytes:
        return ""
    return f"{size_text(standing.done_bytes)} / {size_text(standing.total_bytes)}"
