"""What all words of the socket are made of; each area's own words stand in ``messages_<area>``."""

from __future__ import annotations

import msgspec

FactValue = str | int | float | bool | None


class Command(msgspec.Struct, frozen=True, tag_field="do", tag=True):
    """Base of all commands; the tag is the class name."""


class Result(msgspec.Struct, frozen=True, tag_field="is", tag=True):
    """Base of all answers."""


class Proved(msgspec.Struct, frozen=True):
    """Who somebody is: badge number or card, and the PIN."""

    badge: str = ""
    card: str = ""
    pin: str = ""
