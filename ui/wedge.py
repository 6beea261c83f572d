"""Tell a card reader that types from a person who types: a rule over keys and times."""

from __future__ import annotations

from typing import Final

BURST_MS: Final = 60  # readers send a key every 1 to 20 ms; a person needs 80 and more
LEAST_CHARACTERS: Final = 4  # as the station asks of a card's number


class Wedge:
    """Gathers what comes in one burst; Enter at its end makes it a card."""

    def __init__(self) -> None:
        self._gathered = ""
        self._last_ms = -BURST_MS

    def feed(self, character: str, at_ms: int) -> bool:
        """One more key. Whether it belongs to a burst, and is not for a person's field."""
        is_burst = at_ms - self._last_ms <= BURST_MS
        self._gathered = self._gathered + character if is_burst else character
        self._last_ms = at_ms
        return is_burst

    def end(self, at_ms: int) -> str | None:
        """Enter was pressed: the card's number, or None where a person pressed it."""
        gathered, self._gathered = self._gathered, ""
        is_burst = at_ms - self._last_ms <= BURST_MS
        return gathered if is_burst and len(gathered) >= LEAST_CHARACTERS else None
