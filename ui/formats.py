"""Sizes, rates, spans and moments as people read them, in the language that is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QDate, QLocale

if TYPE_CHECKING:
    from datetime import datetime

translate = QCoreApplication.translate

_MINUTE_S = 60
_HOUR_S = 3600
_DAY_S = 86400
_EXACT_S = 1.0  # a clock this near is right for every purpose of the wall


def rate_text(rate_bps: float) -> str:
    """Bytes per second, always in MB/s so that cards can be compared at a glance."""
    return f"{max(0.0, rate_bps) / 1e6:.1f} MB/s"


def clips_text(count: int) -> str:
    """So many files; one has words of its own, since lupdate finds no plurals in Python."""
    if count == 1:
        return translate("Formats", "1 段")
    return translate("Formats", "{count} 段").format(count=count)


def clips_of_text(done: int, total: int) -> str:
    """So many of so many files."""
    return f"{done}/" + clips_text(total)


def remaining_text(seconds: float | None) -> str:
    """Time left, rounded up; empty when it is not known."""
    if seconds is None:
        return ""
    if seconds < _MINUTE_S:
        return translate("Formats", "剩不到 1 分钟")
    minutes = int(-(-seconds // _MINUTE_S))
    if seconds < _HOUR_S:
        return translate("Formats", "约剩 {minutes} 分钟").format(minutes=minutes)
    return translate("Formats", "约剩 {hours} 小时 {minutes} 分").format(
        hours=minutes // 60, minutes=minutes % 60
    )


def span_text(seconds: float) -> str:
    """A length of time in its two largest units."""
    whole = round(abs(seconds))
    if whole < _MINUTE_S:
        return translate("Formats", "{seconds} 秒").format(seconds=whole)
    if whole < _HOUR_S:
        return translate("Formats", "{minutes} 分 {seconds} 秒").format(
            minutes=whole // _MINUTE_S, seconds=whole % _MINUTE_S
        )
    if whole < _DAY_S:
        return translate("Formats", "{hours} 小时 {minutes} 分").format(
            hours=whole // _HOUR_S, minutes=whole % _HOUR_S // _MINUTE_S
        )
    return translate("Formats", "{days} 天 {hours} 小时").format(
        days=whole // _DAY_S, hours=whole % _DAY_S // _HOUR_S
    )


def clock_text(seconds: float) -> str:
    """A clip's length as players write it: ``08:19``, ``1:02:03``."""
    whole = round(seconds)
    hours, rest = divmod(whole, _HOUR_S)
    minutes = f"{rest // _MINUTE_S:02}:{rest % _MINUTE_S:02}"
    return f"{hours}:{minutes}" if hours else minutes


def offset_text(offset_s: float | None, uncertainty_s: float | None) -> str:
    """A recorder's clock against the station's: ahead, behind or right, with its error."""
    if offset_s is None:
        return translate("Formats", "未读取")
    error = "" if uncertainty_s is None else f" ± {uncertainty_s:.1f} s"
    if abs(offset_s) <= max(_EXACT_S, uncertainty_s or 0.0):
        return translate("Formats", "准确") + error
    fast, slow = translate("Formats", "快 {span}"), translate("Formats", "慢 {span}")
    return (fast if offset_s > 0 else slow).format(span=span_text(offset_s)) + error


def time_text(moment: datetime | None) -> str:
    """Hour and minute in local time."""
    return "" if moment is None else moment.astimezone().strftime("%H:%M")


def stamp_text(moment: datetime | None) -> str:
    """Date and time to the second.

    A naive moment is the recorder's own clock and is shown as it stands; an aware one is
    shown in local time.
    """
    if moment is None:
        return ""
    shown = moment if moment.tzinfo is None else moment.astimezone()
    return shown.strftime("%Y-%m-%d %H:%M:%S")


def date_text(moment: datetime, language: str) -> str:
    """Day and weekday, in the language's own order."""
    day = moment.astimezone()
    date = QDate(day.year, day.month, day.day)
    if language == "zh_CN":
        return QLocale("zh_CN").toString(date, "M月d日 dddd")
    return QLocale("en_GB").toString(date, "ddd d MMM")
