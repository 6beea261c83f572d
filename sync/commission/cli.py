"""``store``: make a central store ready for stations."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from sync.commission.findings import Judgement
from sync.commission.texts import ASKED
from sync.feed.cli import read_public
from sync.identity import Identity
from sync.stores.s3.place import CREDENTIALS_NAME, is_s3, load_credentials, parse_place
from workstation.domain.errors import OperatorError, UsageError
from workstation.ipc.messages import RecordCommissioning
from workstation.ipc.messages_directory import TrustAgency
from workstation.platform.clock import SystemClock
from workstation.station.cli import acting
from workstation.station.cli.table import positive

if TYPE_CHECKING:
    from sync.commission.run import Commissioning
    from workstation.station.cli.output import Voice
    from workstation.station.cli.table import Invocation, Table

_MARKS = {Judgement.HOLDS: "✓", Judgement.LACKS: "✗", Judgement.NOTED: "·"}


def add_commands(table: Table) -> None:
    """What makes stores."""
    group = table.group("store", "the central store")
    one = group.add("commission", "make its buckets, try it, sign it", _commission, json=True)
    one.add_argument("--to", required=True, metavar="URL", help="s3+https://HOST/BUCKET")
    one.add_argument(
        "--admin", required=True, type=Path, metavar="FILE", help="the administrator's key, JSON"
    )
    one.add_argument("--days", type=positive, default=90, metavar="N", help="locked for, at least")
    one.add_argument("--agency", metavar="KEY", help="pin the agency's key too (directory trust)")
    one.add_argument("--station-user", metavar="NAME", help="the store's user for this station")


def _commission(invocation: Invocation) -> int:
    from sync.commission.run import MOST_DAYS, Order, commission

    chosen = invocation.arguments
    if not is_s3(chosen.to):
        raise UsageError(reason="store_url", url=chosen.to)
    if chosen.days > MOST_DAYS:
        raise UsageError(reason=f"--days must not be above {MOST_DAYS}")
    own = invocation.paths.keys / CREDENTIALS_NAME
    order = Order(
        place=parse_place(chosen.to),
        admin=load_credentials(chosen.admin),
        days=chosen.days,
        station_user=chosen.station_user,
        station=load_credentials(own) if own.exists() else None,
    )
    made = commission(order, Identity.of(invocation.paths), SystemClock())
    entry = RecordCommissioning(made.url, made.store_id, made.landing_days, made.holds, made.lacks)
    acting.give(invocation.paths, entry)
    if chosen.agency is not None:
        acting.give(invocation.paths, TrustAgency(*read_public(chosen.agency)))
    _say(made, invocation.voice)
    return 0 if made.store_id is not None else OperatorError.exit_code


def _say(made: Commissioning, voice: Voice) -> None:
    if voice.as_json:
        findings = [asdict(finding) for finding in made.findings]
        voice.document(
            {
                "url": made.url,
                "store_id": made.store_id,
                "landing_days": made.landing_days,
                "findings": findings,
            }
        )
        return
    for finding in made.findings:
        zh, en = ASKED[finding.name]
        more = f": {finding.detail}" if finding.detail else ""
        voice.line(f"{_MARKS[finding.judgement]} {zh} / {en}{more}")
    if made.store_id is None:
        voice.line("不能存放证据 / NOT fit for evidence")
        return
    voice.line(
        f"可以使用：{made.url}，至少锁定 {made.landing_days} 天 / "
        f"ready, locked for {made.landing_days} days at least: {made.store_id}"
    )
