"""The forecast and the state of the line, for ``sync status``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from sync.pace.prospect import prospect
from workstation.platform.clock import to_text

if TYPE_CHECKING:
    from sync.database import SyncDatabase
    from sync.pace.gate import Gate
    from sync.pace.prospect import Prospect
    from workstation.station.cli.output import Voice

SHOWN = 10  # late clips
_GIGABYTE = 1e9
_REASONS = {
    "window": "不在传输时段 / outside the windows",
    "budget": "今日额度已用完 / today's budget is spent",
    "metered": "按流量计费的线路 / the line is paid by the byte",
}


class Forecasts:
    """Says what is to be expected of each store."""

    def __init__(self, database: SyncDatabase, gate: Gate) -> None:
        self._database = database
        self._gate = gate

    def line(self) -> dict[str, object]:
        """Whether large clips may go now, as a document."""
        shut = self._gate.shut()
        return {
            "may_go": shut is None,
            "reason": shut.facts["reason"] if shut is not None else None,
            "until": (shut.facts["until"] or None) if shut is not None else None,
            "spent_today_bytes": self._gate.spent_bytes(),
        }

    def say_line(self, voice: Voice) -> None:
        """The same for people; nothing where nothing is in the way."""
        shut = self._gate.shut()
        if shut is not None:
            until = f" → {shut.facts['until']}" if shut.facts["until"] else ""
            why = _REASONS[str(shut.facts["reason"])]
            voice.line(f"大文件等待 / large clips wait: {why}{until}")

    def document(self, store_id: str) -> dict[str, object]:
        """The forecast of a store."""
        found = prospect(self._database, store_id, self._gate)
        outlook = found.outlook
        return {
            "rate_bps": found.rate_bps,
            "ends_at": to_text(outlook.ends_at) if outlook.ends_at is not None else None,
            "late": [asdict(late) for late in outlook.late],
            "helps": asdict(found.means) if found.means is not None else None,
        }

    def say(self, store_id: str, voice: Voice) -> None:
        """The forecast of a store, for people."""
        found = prospect(self._database, store_id, self._gate)
        left = found.outlook.left_bytes
        if not left:
            return
        if found.rate_bps is None or found.outlook.ends_at is None:
            voice.line(f"    还剩 {left:,} 字节，尚无法预计 / {left:,} bytes left, no forecast yet")
            return
        ends, rate = to_text(found.outlook.ends_at), found.rate_bps / 1e6
        voice.line(
            f"    还剩 {left:,} 字节，按 {rate:.2f} MB/s 预计 {ends} 传完 / "
            f"{left:,} bytes left, there by {ends} at {rate:.2f} MB/s"
        )
        _say_late(found, voice)


def _say_late(found: Prospect, voice: Voice) -> None:
    late = found.outlook.late
    if not late or found.means is None:
        return
    voice.line(f"    将迟到 / will be late: {len(late)}")
    for one in late[:SHOWN]:
        by = f"{one.by_s / 3600:.1f} h" if one.by_s is not None else "∞"
        voice.line(f"      {one.clip_id}  {one.size_bytes:>15,}  +{by}")
    helps = found.means
    if helps.late_with_open_window is not None:
        voice.line(
            f"    全天开放传输、不设额度后仍迟到 / late if it might go all day: "
            f"{helps.late_with_open_window}"
        )
    if helps.needed_bps is not None:
        needed = f"{helps.needed_bps / 1e6:.2f} MB/s"
        voice.line(f"    都不迟到所需速率 / rate at which none is late: {needed}")
    size = f"{helps.late_bytes / _GIGABYTE:.1f} GB"
    voice.line(f"    迟到的共 / the late ones are: {size}")
