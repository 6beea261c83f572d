"""Every target by its name."""

from __future__ import annotations

from tests.fuzz import cards, media, recorders, station

TARGETS = {
    target.name: target for part in (cards, recorders, media, station) for target in part.TARGETS
}
