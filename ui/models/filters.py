"""The filters of the evidence browser: what each offers, what is chosen, what that asks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from workstation.catalog.values import Search
from workstation.domain.clip import ClipKind
from workstation.domain.upload import UploadState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from workstation.catalog.choices import Choices

translate = QCoreApplication.translate

_DAYS: Final = 31  # single days that are offered
_MONTHS: Final = 24
_TO: Final = ".."  # between the first and the last day of a span


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose."""

    value: str
    word: str


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter. ``ask`` adds what is chosen to the question."""

    name: str
    glyph: str
    word: Callable[[], str]
    offer: Callable[[Choices, date], Iterable[Option]]
    ask: Callable[[Search, tuple[str, ...], Choices], Search]
    is_single: bool = False


def span(first: date | None, last: date | None) -> str:
    """A span of days as the value of an option; an open end is empty."""
    return f"{first or ''}{_TO}{last or ''}"


def day_word(value: str) -> str:
    """A span of days in words."""
    first, last = value.split(_TO)
    if first == last:
        return first
    if not first:
        return translate("Filter", "{day} 及以前").format(day=last)
    return translate("Filter", "{first} 至 {last}").format(first=first, last=last)


def case_word(number: str, title: str) -> str:
    """A case as lists name it."""
    return " ".join(part for part in (number, title) if part) or translate("Filter", "未编号案件")


def _days(_: Choices, today: date) -> Iterable[Option]:
    week, month = today - timedelta(days=6), today - timedelta(days=29)
    yield Option(span(today, today), translate("Filter", "今天"))
    yield Option(span(week, today), translate("Filter", "近 7 天"))
    yield Option(span(month, today), translate("Filter", "近 30 天"))
    for back in range(1, _DAYS):
        day = today - timedelta(days=back)
        yield Option(span(day, day), day.isoformat())
    first = today.replace(day=1)
    for _month in range(_MONTHS):
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        yield Option(span(first, last), f"{first:%Y-%m}")
        first = (first - timedelta(days=1)).replace(day=1)


def _ask_days(search: Search, chosen: tuple[str, ...], _: Choices) -> Search:
    first, last = chosen[0].split(_TO)
    return replace(
        search,
        first_day=date.fromisoformat(first) if first else None,
        last_day=date.fromisoformat(last) if last else None,
    )


def kind_words() -> dict[str, str]:
    """Every kind of clip in words."""
    return {
        ClipKind.VIDEO.value: translate("Filter", "录像"),
        ClipKind.AUDIO.value: translate("Filter", "录音"),
        ClipKind.PHOTO.value: translate("Filter", "照片"),
        ClipKind.TRACK.value: translate("Filter", "轨迹"),
        ClipKind.LOG.value: translate("Filter", "日志"),
        ClipKind.OTHER.value: translate("Filter", "其他文件"),
    }


def upload_words() -> dict[str, str]:
    """Where a clip may be, in words."""
    return {
        UploadState.HERE.value: translate("Filter", "仅在本站"),
        UploadState.ON_ITS_WAY.value: translate("Filter", "正在上传"),
        UploadState.IN_STORE.value: translate("Filter", "已在中心存储"),
        UploadState.READ_BACK.value: translate("Filter", "中心已回读"),
        UploadState.STORE_ONLY.value: translate("Filter", "仅在中心存储"),
    }


def importance_words() -> dict[str, str]:
    """How important somebody said a clip is; ``marked`` is what the recorder said."""
    levels = {str(level): translate("Filter", "重要 {level}").format(level=level) for level in _TOP}
    return {"marked": translate("Filter", "现场标为重要"), **levels}


def state_words() -> dict[str, str]:
    """What was said of a clip, or not yet."""
    return {
        "untagged": translate("Filter", "待标注"),
        "tagged": translate("Filter", "已标注"),
        "unlinked": translate("Filter", "未归案"),
        "linked": translate("Filter", "已归案"),
        "held": translate("Filter", "已锁定"),
    }


_TOP: Final = (5, 4, 3, 2, 1)


def _ask_importance(search: Search, chosen: tuple[str, ...], _: Choices) -> Search:
    levels = tuple(int(one) for one in chosen if one != "marked")
    return replace(search, importances=levels, is_marked="marked" in chosen or None)


def _ask_state(search: Search, chosen: tuple[str, ...], _: Choices) -> Search:
    """Both of a pair is the same as neither."""

    def either(yes: str, no: str) -> bool | None:
        return None if (yes in chosen) == (no in chosen) else yes in chosen

    return replace(
        search,
        is_tagged=either("tagged", "untagged"),
        is_linked=either("linked", "unlinked"),
        is_held="held" in chosen or None,
    )


def _ask_place(search: Search, chosen: tuple[str, ...], choices: Choices) -> Search:
    cases = [case for place in chosen for case in choices.cases_at(place)]
    return replace(search, place_cases=tuple(cases) or ("none",))


def _fixed(words: Callable[[], Mapping[str, str]]) -> Callable[[Choices, date], Iterable[Option]]:
    return lambda *_: [Option(value, word) for value, word in words().items()]


def _named(values: Iterable[str]) -> list[Option]:
    return [Option(value, value) for value in values]


def _places(choices: Choices, _: date) -> list[Option]:
    return _named(dict.fromkeys(case.place for case in choices.cases if case.place))


FILTERS: Final = (
    Filter(
        "days",
        "calendar",
        lambda: translate("Filter", "日期"),
        _days,
        _ask_days,
        is_single=True,
    ),
    Filter(
        "officers",
        "user",
        lambda: translate("Filter", "人员"),
        lambda choices, _: [Option(badge, f"{name} {badge}") for badge, name in choices.officers],
        lambda search, chosen, _: replace(search, badges=chosen),
    ),
    Filter(
        "states",
        "tag",
        lambda: translate("Filter", "标注"),
        _fixed(state_words),
        _ask_state,
    ),
    Filter(
        "kinds",
        "video",
        lambda: translate("Filter", "类型"),
        _fixed(kind_words),
        lambda search, chosen, _: replace(search, kinds=tuple(map(ClipKind, chosen))),
    ),
    Filter(
        "cases",
        "folder",
        lambda: translate("Filter", "案件"),
        lambda choices, _: [
            Option(case.id, case_word(case.number, case.title)) for case in choices.cases
        ],
        lambda search, chosen, _: replace(search, cases=chosen),
    ),
    Filter(
        "places",
        "map-pin",
        lambda: translate("Filter", "地点"),
        _places,
        _ask_place,
    ),
    Filter(
        "uploads",
        "cloud-upload",
        lambda: translate("Filter", "上传"),
        _fixed(upload_words),
        lambda search, chosen, _: replace(search, uploads=tuple(map(UploadState, chosen))),
    ),
    Filter(
        "importances",
        "star",
        lambda: translate("Filter", "重要程度"),
        _fixed(importance_words),
        _ask_importance,
    ),
    Filter(
        "units",
        "building",
        lambda: translate("Filter", "单位"),
        lambda choices, _: _named(choices.units),
        lambda search, chosen, _: replace(search, units=chosen),
    ),
    Filter(
        "recorders",
        "device-cctv",
        lambda: translate("Filter", "记录仪"),
        lambda choices, _: _named(choices.recorders),
        lambda search, chosen, _: replace(search, recorders=chosen),
    ),
)
BY_NAME: Final = {one.name: one for one in FILTERS}


def question(words: str, chosen: Mapping[str, tuple[str, ...]], choices: Choices) -> Search:
    """What typed words and chosen filters ask together."""
    search = Search(words)
    for name, values in chosen.items():
        if values:
            search = BY_NAME[name].ask(search, values, choices)
    return search
