"""Simulated tracks are proper NMEA and a walk, not a flight."""

from __future__ import annotations

import itertools
import math
from datetime import UTC, datetime

from workstation.devices.simulation.track import checksum, walk

START = datetime(2026, 11, 16, 23, 59, 30, tzinfo=UTC)


def _degrees(text: str) -> float:
    whole, minutes = divmod(float(text), 100)
    return whole + minutes / 60


def test_checksum_of_a_known_sentence() -> None:
    assert checksum("GPGLL,5300.97914,N,00259.98174,E,125926,A") == "28"


def test_every_sentence_carries_its_checksum() -> None:
    lines = walk("a", START, 60).split("\r\n")[:-1]
    assert len(lines) == 120
    for line in lines:
        sentence, _, written = line.removeprefix("$").partition("*")
        assert checksum(sentence) == written
        assert len(line) <= 80


def test_walker_keeps_to_a_walk_and_to_the_clock() -> None:
    rows = [line.split(",") for line in walk("b", START, 60).splitlines() if "RMC" in line]
    places = [(_degrees(row[3]), _degrees(row[5])) for row in rows]
    for (north, east), (north_2, east_2) in itertools.pairwise(places):
        metres = math.hypot(
            (north_2 - north) * 111_320, (east_2 - east) * 111_320 * math.cos(math.radians(north))
        )
        assert metres < 2
    assert rows[0][1] == "235930.00"
    assert rows[-1][9] == "171126"
    assert all(len(row[5].partition(".")[0]) == 5 for row in rows)


def test_walks_differ_by_key_and_repeat_by_it() -> None:
    assert walk("a", START, 5) == walk("a", START, 5) != walk("b", START, 5)
