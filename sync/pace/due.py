"""By when a clip should be in the store: so long after it came in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from workstation.platform.clock import to_text

if TYPE_CHECKING:
    from workstation.domain.clip import Clip


class Due:
    """The site's promise, in hours; important clips (by the recorder's mark) have their own."""

    def __init__(self, due_h: float, due_important_h: float) -> None:
        self._due = timedelta(hours=due_h)
        self._due_important = timedelta(hours=due_important_h)

    def at(self, clip: Clip) -> str:
        """ISO 8601 UTC."""
        return to_text(clip.vaulted_at + (self._due_important if clip.important else self._due))
