"""The view-model of the room of retention rules: change one, see what that does, adopt it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Property, QCoreApplication, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.formats import clips_text
from ui.models.pad import PadModel
from ui.models.picking import PickModel
from ui.models.policy_rules import (
    FOR_EVER,
    OTHER,
    rule_word,
    rules_of,
    span_options,
    span_word,
    with_rule,
)
from ui.texts import size_text
from workstation.domain.retention import Policy
from workstation.ipc.messages import Done
from workstation.ipc.messages_retention import AdoptPolicy, PolicyTried, TryPolicy
from workstation.ipc.words import Proved
from workstation.retention.policy import parse
from workstation.retention.policy_text import as_toml

if TYPE_CHECKING:
    from ui.errands import Answered, Looked, Refusal
    from ui.i18n import Tongue
    from ui.models.policy_rules import PolicyRule
    from ui.models.room import Line
    from workstation.catalog.reader import Catalog
    from workstation.domain.retention import Days
    from workstation.ipc.messages_people import PersonView

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1

translate = QCoreApplication.translate

NAME: Final = "policies"
_READ, _TRY, _ADOPT = (f"{NAME}:{what}" for what in ("read", "try", "adopt"))
_BADGE, _PIN, _DAYS = "badge", "pin", "days"
_MOST_DIGITS: Final = 5


@QmlElement
class PoliciesModel(QObject):
    """The station judges every clip; nothing is in force before it was adopted and written down."""

    changed = Signal()

    def __init__(self, tongue: Tongue, line: Line, parent: QObject) -> None:
        super().__init__(parent)
        self._tongue = tongue
        self._line = line
        self.pick = PickModel(self)
        self.pick.chosen.connect(self._picked)
        self.pad = PadModel(self)
        self.pad.entered.connect(self._typed)
        self.admit(None)

    # -- as a room ---------------------------------------------------------------------------

    def admit(self, person: PersonView | None) -> None:
        """Somebody has signed in, or nobody is there: forget everything."""
        self._is_there = person is not None
        self._held: Policy | None = None  # in force
        self._draft = Policy()
        self._tried: PolicyTried | None = None
        self._refusal: Refusal | None = None
        self._rule = self._badge = self._note = ""
        self.pick.close()
        self.pad.close()
        self.changed.emit()

    def enter(self) -> None:
        """Read the policy in force; what was not adopted is dropped."""

        def look(catalog: Catalog) -> Policy:
            text = catalog.policy_text()
            return Policy() if text is None else parse(text)

        self._line.look(_READ, look)

    def see(self, looked: Looked) -> None:
        """The policy in force."""
        found: Any = looked.found
        if self._is_there and found is not None:
            self._held = self._draft = found
            self._tried = None
            self.changed.emit()

    def hear(self, answer: Answered) -> None:
        """What the draft would do, or that it is in force now."""
        if not self._is_there:
            return
        self._refusal = answer.refusal
        if isinstance(answer.result, PolicyTried):
            self._tried = answer.result
        elif isinstance(answer.result, Done):
            self._note = translate("Policy", "已生效，并记入台账")
            self.enter()
        self.changed.emit()

    def retranslate(self) -> None:
        """Word everything in the language spoken now."""
        self.pick.changed.emit()
        self.pad.changed.emit()
        self.changed.emit()

    # -- what people do ----------------------------------------------------------------------

    @Slot(str)
    def open_rule(self, key: str) -> None:
        """Choose another span for a rule."""
        rule = self._find(key)
        if rule is None:
            return
        self._rule, self._note = key, ""
        held = FOR_EVER if rule.days is None else str(rule.days)
        self.pick.open(key, lambda: rule_word(key), lambda: span_options(rule), held)

    @Slot()
    def undo(self) -> None:
        """As it is in force."""
        if self._held is not None:
            self._draft, self._tried, self._refusal = self._held, None, None
            self.changed.emit()

    @Slot()
    def adopt(self) -> None:
        """Put the draft into force; where a rule gets shorter a second person stands by it."""
        if self._tried is None:
            return
        if self._tried.needs_second:
            self._ask_second(_BADGE)
        else:
            self._line.ask(_ADOPT, AdoptPolicy(as_toml(self._draft)))

    @Slot(str, str)
    def _picked(self, key: str, value: str) -> None:
        if value == OTHER:
            self.pad.open(
                _DAYS, lambda: translate("Policy", "{rule}：多少天").format(rule=rule_word(key))
            )
        else:
            self._set(None if value == FOR_EVER else int(value))

    @Slot(str, str)
    def _typed(self, name: str, typed: str) -> None:
        if name == _DAYS:
            rule = self._find(self._rule)
            if rule is not None and len(typed) <= _MOST_DIGITS and rule.allows(int(typed)):
                self._set(int(typed))
            else:
                self._note = translate("Policy", "这个天数不在允许范围内，没有改动")
                self.changed.emit()
        elif name == _BADGE:
            self._badge = typed
            self._ask_second(_PIN)
        else:
            badge, self._badge = self._badge, ""
            second = Proved(badge=badge, pin=typed)
            self._line.ask(_ADOPT, AdoptPolicy(as_toml(self._draft), second=second))

    def _ask_second(self, step: str) -> None:
        def heading() -> str:
            if step == _BADGE:
                return translate("Policy", "第二人的证号")
            return translate("Policy", "第二人的 PIN")

        def note() -> str:
            return translate("Policy", "有规则变短：须由另一名管理员或中队长在场确认。")

        self.pad.open(step, heading, secret=step == _PIN, note=note)

    def _set(self, days: Days) -> None:
        self._draft = with_rule(self._draft, self._rule, days)
        self._tried, self._refusal = None, None
        if self._is_changed():
            self._line.ask(_TRY, TryPolicy(as_toml(self._draft)))
        self.changed.emit()

    # -- how it is shown -----------------------------------------------------------------------

    def _is_changed(self) -> bool:
        return self._held is not None and self._draft != self._held

    def _find(self, key: str) -> PolicyRule | None:
        return next((one for one in rules_of(self._draft) if one.key == key), None)

    def _rows(self) -> list[dict[str, str | int]]:
        if self._held is None:
            return []
        before = {one.key: one.days for one in rules_of(self._held)}
        return [
            {
                "key": one.key,
                "lead": rule_word(one.key),
                "detail": ""
                if one.days == before.get(one.key)
                else translate("Policy", "原为 {span}").format(span=span_word(before.get(one.key))),
                "word": span_word(one.days),
                "icon": "hourglass" if one.days == before.get(one.key) else "info-circle",
                "status": 0 if one.days == before.get(one.key) else 4,
            }
            for one in rules_of(self._draft)
        ]

    def _outcome(self) -> str:
        found = self._tried
        if found is None:
            if self._is_changed():
                return "" if self._refusal else translate("Policy", "正在试算…")
            return translate("Policy", "点一条规则即可修改；生效前先试算会影响哪些录像。")
        words = translate(
            "Policy", "提前到期 {shorter}，延后 {longer}，不变 {same}；立即可销毁 {now}（{size}）"
        )
        return words.format(
            shorter=clips_text(found.shortened),
            longer=clips_text(found.lengthened),
            same=clips_text(found.unchanged),
            now=clips_text(found.goes_now),
            size=size_text(found.frees_now_bytes),
        )

    def _shortened(self) -> list[dict[str, str]]:
        found = self._tried.shortens if self._tried else ()
        ever = span_word(None)
        return [
            {"lead": one.clip, "detail": f"{one.before or ever} → {one.after or ever}"}
            for one in found
        ]

    def _trouble(self, part: str) -> str:
        if self._refusal is None:
            return ""
        return str(getattr(self._tongue.word(self._refusal.code, self._refusal.facts), part))

    picker = Property(PickModel, lambda self: self.pick, constant=True)
    keys = Property(PadModel, lambda self: self.pad, constant=True)
    rows = Property(list, _rows, notify=changed)
    dirty = Property(bool, lambda self: self._is_changed(), notify=changed)
    tried = Property(bool, lambda self: self._tried is not None, notify=changed)
    outcome = Property(str, _outcome, notify=changed)
    shortened = Property(list, _shortened, notify=changed)
    second = Property(
        bool, lambda self: self._tried is not None and self._tried.needs_second, notify=changed
    )
    note = Property(str, lambda self: self._note, notify=changed)
    trouble = Property(str, lambda self: self._trouble("title"), notify=changed)
    mend = Property(str, lambda self: self._trouble("mend"), notify=changed)
