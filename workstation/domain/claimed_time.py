"""The time in a clip's name against the time in its container: claims, compared and never mended.

The container's time should be UTC (ISO 14496-12 ``mvhd``), but many recorders write their local
time there and call it UTC; some write when a file was closed, not begun. So a difference is only
told where neither reading fits anywhere between the two.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

TIME_DISAGREES = "time.disagrees"

# A name may tell when a button was pressed, half a minute after the pre-recorded beginning.
TOLERANCE = timedelta(seconds=60)
_UNSET_BEFORE = 1980  # containers count from 1904 or 1970; nobody filmed then


def container_time(text: str) -> datetime | None:
    """A container's claim, aware; without a zone it is taken for UTC. None where it is no time."""
    for written in (text, text.replace(":", "-", 2)):  # EXIF writes its dates with colons
        try:
            told = datetime.fromisoformat(written)
        except ValueError:
            continue
        told = told if told.tzinfo is not None else told.replace(tzinfo=UTC)
        return told if told.year >= _UNSET_BEFORE else None
    return None


def disagreement_s(named: datetime, container: datetime, duration_s: float | None) -> float | None:
    """Seconds from the name's time to the container's where the two can not both be right.

    Args:
        named: local and naive, as names of files tell it.
        container: aware.
        duration_s: of the clip; None where it is not known.

    Returns:
        The smaller difference of the two readings of ``container``; None where one fits.
    """
    end = timedelta(seconds=duration_s or 0)
    readings = (container.astimezone().replace(tzinfo=None), container.replace(tzinfo=None))
    found = [reading - named for reading in readings]
    if any(-TOLERANCE <= one <= end + TOLERANCE for one in found):
        return None
    return min(found, key=abs).total_seconds()
