"""``retention``: why a clip is still here, when the disk fills, and how clips end."""

from __future__ import annotations

import os
from contextlib import closing
from datetime import UTC, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.catalog.reader import Catalog
from workstation.domain.errors import UsageError
from workstation.domain.errors_casework import BadPolicyError, UnknownDestructionError
from workstation.domain.retention import Policy, judge
from workstation.domain.retention_outlook import DAY_S, dry_run, forecast
from workstation.ipc.messages_retention import (
    AdoptPolicy,
    CancelDestruction,
    ConfirmDestruction,
    DestructionEnded,
    DestructionQueued,
    QueueDestruction,
)
from workstation.platform.clock import SystemClock, to_text
from workstation.retention.policy import parse
from workstation.station import record
from workstation.station.cli.acting import give
from workstation.station.cli.asking import proved
from workstation.station.cli.retention_documents import (
    destruction_document,
    dry_run_document,
    forecast_document,
    tell_dry_run,
    tell_forecast,
    verdict_document,
)
from workstation.station.cli.table import positive

if TYPE_CHECKING:
    from workstation.domain.retention import Verdict
    from workstation.station.cli.table import Invocation, Table

RATE_DAYS = 28  # the rate is that of the last four weeks


def add_commands(table: Table) -> None:
    """The commands of retention."""
    group = table.group("retention", "how long clips are kept, and how they end")
    one = group.add("why", "why a clip is still here and when it could go", _why, json=True)
    one.add_argument("clip", metavar="CLIP")
    one = group.add("forecast", "when the disk fills and what could go", _forecast, json=True)
    one.add_argument("--days", type=positive, default=RATE_DAYS, help="rate of the last N days")
    one = group.add("dry-run", "what a policy would change", _dry_run, json=True)
    one.add_argument("--policy", type=Path, metavar="FILE", help="default: the one in force")
    one = group.add("adopt", "put a policy into force; shows its dry run", _adopt, json=True)
    one.add_argument("--policy", type=Path, required=True, metavar="FILE")
    one.add_argument("--by", required=True, metavar="BADGE")
    one.add_argument("--second", default="", metavar="BADGE", help="where a rule gets shorter")
    one = group.add("sweep", "queue what no rule keeps; confirm; cancel", _sweep, json=True)
    one.add_argument("--by", required=True, metavar="BADGE", help="who answers for it")
    step = one.add_mutually_exclusive_group()
    step.add_argument("--confirm", metavar="DESTRUCTION", help="by a second person, when due")
    step.add_argument("--cancel", metavar="DESTRUCTION")
    group.add("list", "destructions, queued and past", _list, json=True)
    one = group.add("certificate", "a destruction's signed certificate")
    one.set_defaults(run=_certificate)
    one.add_argument("destruction", metavar="DESTRUCTION")
    one.add_argument("--signature", action="store_true", help="its detached SSHSIG instead")


def _verdicts(catalog: Catalog, policy: Policy, clips: list[str] | None = None) -> list[Verdict]:
    return [judge(clip, policy) for clip in catalog.clip_facts(clips)]


def _policy(catalog: Catalog) -> Policy:
    text = catalog.policy_text()
    return Policy() if text is None else parse(text)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadPolicyError(file=str(path), reason=os.strerror(error.errno or 0)) from error


def _open(call: Invocation) -> Catalog:
    record.load(call.paths)
    return Catalog.open(call.paths.ledger)


def _why(call: Invocation) -> int:
    now = SystemClock().now()
    with closing(_open(call)) as catalog:
        clip = catalog.resolve(call.arguments.clip)
        catalog.object_ref(clip)  # refuses one that was destroyed
        verdict = _verdicts(catalog, _policy(catalog), [clip])[0]
    if call.voice.as_json:
        call.voice.document(verdict_document(verdict, now))
        return 0
    for reason in verdict.reasons:
        until = "—" if reason.until is None else to_text(reason.until)[:10]
        ends = " " if reason.holds_at(now) else "✓"
        call.voice.line(f"{ends} {until:<10}  {reason.subject}")
        call.voice.line(f"    {call.voice.words(reason.rule.code, {}, mends=False)}")
    earliest = to_text(verdict.earliest)[:10] if verdict.earliest else "—"
    call.voice.line(f"可销毁 / may go: {'是 yes' if verdict.may_go(now) else '否 no'}")
    call.voice.line(f"保全和案件都结束后最早 / earliest without holds and cases: {earliest}")
    return 0


def _forecast(call: Invocation) -> int:
    now = SystemClock().now()
    with closing(_open(call)) as catalog:
        policy = _policy(catalog)
        since = max(
            now - timedelta(days=call.arguments.days),
            catalog.first_vaulted_at() or now - timedelta(days=1),
        )
        days = max((now - since).total_seconds() / DAY_S, 1.0)
        stats = os.statvfs(call.paths.vault)
        found = forecast(
            _verdicts(catalog, policy),
            policy,
            now=now,
            free_bytes=stats.f_bavail * stats.f_frsize - call.settings.vault.min_free_bytes,
            rate_bytes_per_day=catalog.vaulted_since(since) / days,
        )
    if call.voice.as_json:
        call.voice.document(forecast_document(found))
    else:
        tell_forecast(found, call.voice)
    return 0


def _dry_run(call: Invocation) -> int:
    with closing(_open(call)) as catalog:
        before = _policy(catalog)
        path: Path | None = call.arguments.policy
        proposed = parse(_read(path), str(path)) if path else before
        now = SystemClock().now()
        verdicts = _verdicts(catalog, before)
        found = dry_run(verdicts, proposed, now)
        after = [judge(verdict.clip, proposed) for verdict in verdicts]
        goes = [verdict.clip.id for verdict in after if verdict.may_go(now)]
    if call.voice.as_json:
        call.voice.document({**dry_run_document(found), "may_go": goes})
    else:
        tell_dry_run(found, goes, call.voice)
    return 0


def _adopt(call: Invocation) -> int:
    chosen = call.arguments
    text = _read(chosen.policy)
    proposed = parse(text, str(chosen.policy))
    with closing(_open(call)) as catalog:
        found = dry_run(_verdicts(catalog, _policy(catalog)), proposed, SystemClock().now())
    first = proved(chosen.by)
    second = proved(chosen.second) if chosen.second else None
    give(call.paths, AdoptPolicy(text.decode(), first, second))
    if call.voice.as_json:
        call.voice.document(dry_run_document(found))
    else:
        tell_dry_run(found, [], call.voice)
    return 0


def _sweep(call: Invocation) -> int:
    chosen = call.arguments
    if chosen.cancel:
        give(call.paths, CancelDestruction(_name(call, chosen.cancel), proved(chosen.by)))
        return _list(call)
    if chosen.confirm:
        ended = give(call.paths, ConfirmDestruction(_name(call, chosen.confirm), proved(chosen.by)))
        if not isinstance(ended, DestructionEnded):
            raise UsageError(reason="no answer")
        document: dict[str, object] = {
            "destruction": ended.destruction,
            "destroyed": ended.destroyed,
            "spared": ended.spared,
        }
    else:
        queued = give(call.paths, QueueDestruction(proved(chosen.by)))
        if not isinstance(queued, DestructionQueued):
            raise UsageError(reason="no answer")
        document = {"destruction": queued.destruction, "queued": queued.clips}
    if call.voice.as_json:
        call.voice.document(document)
    else:
        call.voice.line("  ".join(f"{name} {value}" for name, value in document.items()))
    return 0


def _name(call: Invocation, begins: str) -> str:
    """A destruction's whole name."""
    with closing(_open(call)) as catalog:
        found = [d.id for d in catalog.destructions(10_000) if d.id.startswith(begins.upper())]
    if len(found) != 1:
        raise UnknownDestructionError(destruction=begins)
    return found[0]


def _list(call: Invocation) -> int:
    with closing(_open(call)) as catalog:
        lines = catalog.destructions()
    if call.voice.as_json:
        call.voice.document({"destructions": [destruction_document(line) for line in lines]})
        return 0
    for line in lines:
        counts = ", ".join(f"{state} {count}" for state, count in sorted(line.clips.items()))
        due = line.due_at.astimezone(UTC)
        call.voice.line(f"{line.id}  {line.state:<9}  due {due:%Y-%m-%d}  {counts}")
    return 0


def _certificate(call: Invocation) -> int:
    name = _name(call, call.arguments.destruction)
    with closing(_open(call)) as catalog:
        found = catalog.certificate(name)
    if found is None:
        raise UnknownDestructionError(destruction=name)
    call.voice.line(found[1 if call.arguments.signature else 0].decode().rstrip("\n"))
    return 0
