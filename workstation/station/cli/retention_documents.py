"""The JSON and the lines that commands about retention print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.platform.clock import to_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from workstation.catalog.values import DestructionLine
    from workstation.domain.retention import Verdict
    from workstation.domain.retention_outlook import Amount, DryRun, Forecast
    from workstation.station.cli.output import Voice


def _moment(at: datetime | None) -> str | None:
    return to_text(at) if at else None


def verdict_document(verdict: Verdict, now: datetime) -> dict[str, object]:
    """Why a clip is kept. ``until`` null: for ever, or until a person ends it."""
    return {
        "clip_id": verdict.clip.id,
        "since": to_text(verdict.clip.since),
        "kept_until": _moment(verdict.until),
        "may_go": verdict.may_go(now),
        "earliest": _moment(verdict.earliest),
        "reasons": [
            {
                "rule": reason.rule.value,
                "subject": reason.subject,
                "until": _moment(reason.until),
                "holds": reason.holds_at(now),
            }
            for reason in verdict.reasons
        ],
    }


def _amount(amount: Amount) -> dict[str, int]:
    return {"clips": amount.clips, "bytes": amount.size_bytes}


def forecast_document(found: Forecast) -> dict[str, object]:
    """The outlook; rates are bytes per day."""
    return {
        "rate_bytes_per_day": round(found.rate_bytes_per_day),
        "free_bytes": found.free_bytes,
        "room_bytes": found.room_bytes,
        "fills_at": _moment(found.fills_at),
        "goes_now": _amount(found.goes_now),
        "goes_until_full": _amount(found.goes_until_full),
        "fills_at_if_all_goes": _moment(found.fills_at_if_all_goes),
        "kept": _amount(found.kept),
        "kept_by": {rule.value: _amount(amount) for rule, amount in found.kept_by.items()},
        "floor_bytes": round(found.floor_bytes),
        "is_floor_met": found.is_floor_met,
    }


def tell_forecast(found: Forecast, voice: Voice) -> None:
    """The outlook for people."""

    def amount(of: Amount) -> str:
        return f"{of.clips:,} ({of.size_bytes / 1e9:,.1f} GB)"

    def day(at: datetime | None) -> str:
        return to_text(at)[:10] if at else "—"

    voice.line(f"每天 / per day: {found.rate_bytes_per_day / 1e9:,.2f} GB")
    voice.line(f"可用 / free: {found.free_bytes / 1e9:,.1f} GB")
    voice.line(f"写满 / full on: {day(found.fills_at)}")
    voice.line(f"现在可销毁 / could go now: {amount(found.goes_now)}")
    voice.line(f"写满前可销毁 / could go before: {amount(found.goes_until_full)}")
    voice.line(f"全部销毁后写满 / full if all of that goes: {day(found.fills_at_if_all_goes)}")
    voice.line(f"规则不许销毁 / kept by rules: {amount(found.kept)}")
    for rule, of in found.kept_by.items():
        words = voice.words(rule.code, {}, mends=False)
        voice.line(f"    {amount(of)}  {words}")
    if not found.is_floor_met:
        need = found.floor_bytes / 1e12
        voice.line(
            f"磁盘不足以按法定最短期限保存：需要 {need:.1f} TB / "
            f"the disk is too small for the lawful minimum: {need:.1f} TB are needed"
        )


def dry_run_document(found: DryRun) -> dict[str, object]:
    """What a policy would change."""
    return {
        "unchanged": found.unchanged,
        "frees_now_bytes": found.frees_now_bytes,
        **{
            name: [
                {
                    "clip_id": change.clip,
                    "bytes": change.size_bytes,
                    "before": _moment(change.before),
                    "after": _moment(change.after),
                    "goes_now": change.goes_now,
                }
                for change in changes
            ]
            for name, changes in (("shortened", found.shortened), ("lengthened", found.lengthened))
        },
    }


def tell_dry_run(found: DryRun, goes: Sequence[str], voice: Voice) -> None:
    """What a policy would change, for people."""
    voice.line(
        f"不变 {found.unchanged}，缩短 {len(found.shortened)}，延长 {len(found.lengthened)}；"
        f"立即可销毁 {found.frees_now_bytes / 1e9:.1f} GB"
    )
    voice.line(
        f"unchanged {found.unchanged}, shortened {len(found.shortened)}, lengthened "
        f"{len(found.lengthened)}; could go at once {found.frees_now_bytes / 1e9:.1f} GB"
    )
    for change in found.shortened:
        before, after = _moment(change.before) or "—", _moment(change.after) or "—"
        voice.line(f"{change.clip}  {before[:10]} → {after[:10]}")
    for clip in goes:
        voice.line(f"{clip}  可销毁 / may go")


def destruction_document(line: DestructionLine) -> dict[str, object]:
    """One destruction; ``clips`` counts by state."""
    return {
        "destruction": line.id,
        "state": line.state,
        "queued_at": to_text(line.queued_at),
        "queued_by": line.queued_by,
        "due_at": to_text(line.due_at),
        "confirmed_at": _moment(line.confirmed_at),
        "confirmed_by": line.confirmed_by,
        "ended_at": _moment(line.ended_at),
        "clips": line.clips,
    }
