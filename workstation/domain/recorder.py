"""Recorders and who they belong to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workstation.domain.clip import BadgeNumber


@dataclass(frozen=True, slots=True)
class RecorderIdentity:
    """What a recorder says of itself, with where each field came from.

    ``provenance`` maps a field's name to its source: ``label``, ``names``, ``sidecar``,
    ``device``, ``path``. ``findings`` are codes such as ``identity.disagrees``.
    """

    serial: str
    profile: str
    badge: BadgeNumber | None = None
    officer_name: str | None = None
    unit: str | None = None
    label: str | None = None
    provenance: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[str, ...] = ()
