"""``main.py centre``: what the centre, another station or an auditor does with a store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.centre import checking, lookup, mending, recalling, signing_for
from sync.centre.access import credentials, store_of, trusted_keys, trusted_of
from workstation.domain.errors import IntegrityError

if TYPE_CHECKING:
    from sync.centre.report import CentreReport
    from workstation.station.cli.output import Voice
    from workstation.station.cli.table import Invocation, Table


def add_commands(table: Table) -> None:
    """What is done with a store from the centre's side."""
    group = table.group("centre", "check a central store, find clips in it, take them out")
    one = group.add("verify", "check every signature, number and byte", _verify, json=True)
    one.add_argument("url", metavar="URL", help="the store: a directory, or s3+https://…")
    trusted_keys(one)
    one.add_argument("--sizes", action="store_true", help="look only for the objects' sizes")
    credentials(one)
    lookup.add_commands(group)
    mending.add_commands(group)
    recalling.add_commands(group)
    signing_for.add_commands(group)


def _verify(invocation: Invocation) -> int:
    chosen, voice = invocation.arguments, invocation.voice
    report = checking.check(
        store_of(invocation, chosen.url),
        trusted_of(invocation),
        lambda station: voice.note(f"… {station}"),
        reads=not chosen.sizes,
    )
    if voice.as_json:
        voice.document({"is_whole": not report.faults, "report": report})
    else:
        _tell(voice, report)
    for fault in report.faults:
        voice.note(voice.words(fault.code, {"station": fault.station, **fault.facts}))
    return IntegrityError.exit_code if report.faults else 0


def _tell(voice: Voice, report: CentreReport) -> None:
    if not report.keys_given:
        voice.line(
            "未给出公钥，只能相信库里自带的公钥 / no key given: the keys are the store's own word"
        )
    for one in report.stations:
        seen = "、".join(one.witnessed_by) or "—"
        voice.line(
            f"{one.station}: 清单 manifests {one.manifests}, 对象 objects {one.objects} "
            f"({one.object_bytes:,} B), 台账 ledger {one.lines} ({one.head[:16]}), "
            f"操作 operations {one.operations}, 见证 witnessed by {seen}"
        )
    for key in report.strangers:
        voice.line(f"尚无清单 / no manifest names it yet: {key}")
    voice.line("完好 / whole" if not report.faults else "有问题 / NOT whole")
