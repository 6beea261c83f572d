"""The JSON and the lines that commands about cases and tags print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.platform.clock import to_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from workstation.catalog.values import HoldLine
    from workstation.domain.casework_state import CaseFile, ClipCasework, Saying


def _moment(at: datetime | None) -> str | None:
    return to_text(at) if at else None


def _sayings(sayings: Iterable[Saying]) -> list[dict[str, object]]:
    return [
        {"name": s.operation, "text": s.value, "by": s.by, "at": to_text(s.at), "station": s.origin}
        for s in sayings
    ]


def case_document(case: CaseFile) -> dict[str, object]:
    """One case. A contested field holds several values; ``contested`` names such fields."""
    return {
        "case_id": case.id,
        "number": case.number,
        "is_provisional": not case.number,
        "state": "closed" if case.is_closed else "open",
        "fields": {
            name: list(values)
            for name, values in case.fields.items()
            if name not in {"number", "state"}
        },
        "parties": list(case.parties),
        "contested": list(case.contested),
        "notes": _sayings(case.notes),
        "holds": _sayings(case.holds),
        "opened_at": _moment(case.opened_at),
        "opened_by": case.opened_by,
        "changed_at": _moment(case.changed_at),
        "closed_at": _moment(case.closed_at),
    }


def casework_document(state: ClipCasework, numbers: Mapping[str, str]) -> dict[str, object]:
    """What people said of a clip; ``numbers`` are those of the cases it is linked to."""
    return {
        "clip_id": state.clip,
        "tags": list(state.tags),
        "categories": list(state.categories),
        "importances": list(state.importances),
        "cases": [
            {
                "case_id": link.case,
                "number": numbers.get(link.case, ""),
                "is_contested": link.is_contested,
            }
            for link in state.links
        ],
        "notes": _sayings(state.notes),
        "markers": [
            {**document, "in_ms": marker.in_ms, "out_ms": marker.out_ms}
            for document, marker in zip(_sayings(state.markers), state.markers, strict=True)
        ],
        "holds": _sayings(state.holds),
        "contested": list(state.contested),
    }


def hold_document(line: HoldLine) -> dict[str, object]:
    """One hold."""
    return {
        "hold": line.operation,
        "clip_id": line.clip,
        "case_id": line.case,
        "reason": line.reason,
        "by": line.by,
        "at": line.at,
    }


def tell_case(case: CaseFile) -> str:
    """A case on one line."""
    number = case.number or "（未编号 no number yet）"
    state = "已结 closed" if case.is_closed else "在办 open"
    title = " / ".join(case.fields.get("title", ()))
    doubt = f"  有分歧 contested: {', '.join(case.contested)}" if case.contested else ""
    return f"{case.id}  {number}  {state}  {title}{doubt}"


def tell_casework(state: ClipCasework, numbers: Mapping[str, str]) -> str:
    """What people said of a clip, on one line."""
    parts = [state.clip, *(f"#{tag}" for tag in state.tags), *state.categories]
    for link in state.links:
        doubt = "（有分歧 contested）" if link.is_contested else ""
        parts.append(f"案件 case {numbers.get(link.case) or link.case}{doubt}")
    parts += [f"重要 importance {level}" for level in state.importances]
    parts += ["保全 held"] * bool(state.holds)
    return "  ".join(parts)
