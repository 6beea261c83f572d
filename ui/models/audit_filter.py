"""What an auditor looks for in the ledger: kind of act, person, days, clip."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from ui import acts
from ui.models.filters import Option, day_word, span
from workstation.catalog.auditing import EntryFilter
from workstation.platform.clock import to_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

translate = QCoreApplication.translate

KIND: Final = "kind"
PERSON: Final = "person"
DAYS: Final = "days"
CLIP: Final = "clip"
_GLYPHS: Final = {KIND: "tag", PERSON: "user", DAYS: "calendar", CLIP: "video"}
_SINGLE_DAYS: Final = 31
_TO: Final = ".."


def name_of(filter_name: str) -> str:
    """A filter's own name."""
    return {
        KIND: translate("Audit", "事项"),
        PERSON: translate("Audit", "人员"),
        DAYS: translate("Audit", "日期"),
        CLIP: translate("Audit", "录像"),
    }[filter_name]


def kind_options(language: str) -> list[Option]:
    """The kinds of acts, each followed by its acts."""
    found = []
    for kind in acts.kinds():
        found.append(Option(f"{kind}:", acts.kind_word(kind, language)))
        if len(acts.acts_of(kind)) > 1:
            found += [Option(act, acts.act_word(act, language)) for act in acts.acts_of(kind)]
    return found


def person_options(people: Sequence[tuple[str, str]]) -> list[Option]:
    """Everybody of the directory, by badge number and name."""
    return [Option(badge, f"{name} {badge}") for badge, name in people]


def day_options(today: date) -> list[Option]:
    """Spans and single days."""
    week, month = today - timedelta(days=6), today - timedelta(days=29)
    found = [
        Option(span(today, today), translate("Filter", "今天")),
        Option(span(week, today), translate("Filter", "近 7 天")),
        Option(span(month, today), translate("Filter", "近 30 天")),
    ]
    for back in range(1, _SINGLE_DAYS):
        day = today - timedelta(days=back)
        found.append(Option(span(day, day), day.isoformat()))
    return found


def question(chosen: Mapping[str, str]) -> EntryFilter:
    """What the filters ask of the catalog; days are those of the local calendar."""
    kind = chosen.get(KIND, "")
    wanted = acts.acts_of(kind[:-1]) if kind.endswith(":") else (kind,) if kind else ()
    since = until = ""
    if days := chosen.get(DAYS, ""):
        first, last = days.split(_TO)
        since, until = _midnight(first), _midnight(last, after=1)
    return EntryFilter(wanted, chosen.get(PERSON, ""), since, until, chosen.get(CLIP, ""))


def chips(
    chosen: Mapping[str, str], names: Mapping[str, str], language: str
) -> list[dict[str, str | bool]]:
    """The filters with what is chosen of each; that of the clip only while it is set."""
    return [
        {
            "name": one,
            "glyph": glyph,
            "word": _told(one, chosen.get(one, ""), names, language),
            "held": bool(chosen.get(one)),
        }
        for one, glyph in _GLYPHS.items()
        if one != CLIP or chosen.get(CLIP)
    ]


def _told(one: str, value: str, names: Mapping[str, str], language: str) -> str:
    if not value:
        return name_of(one)
    if one == KIND:
        is_kind = value.endswith(":")
        return acts.kind_word(value[:-1], language) if is_kind else acts.act_word(value, language)
    if one == PERSON:
        return names.get(value, value)
    if one == DAYS:
        return day_word(value)
    return f"{name_of(one)} …{value[-6:]}"


def _midnight(day: str, after: int = 0) -> str:
    moment = datetime.combine(date.fromisoformat(day) + timedelta(days=after), time())
    return to_text(moment.astimezone().astimezone(UTC))
