"""The words about bays: learning which port is which, showing the map, forgetting it."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from workstation.ipc.words import Command, Result

Bay = Annotated[int, Meta(ge=1, le=64)]


class LearnSlots(Command, frozen=True, tag=True):
    """One step of a lesson. Answered with ``SlotLesson``.

    ``begin`` opens it at bay ``slot``; ``observe`` tells what was plugged in since; ``confirm``
    says that this is bay ``slot`` (with ``whole_hub``, that the known hub's other bays follow in
    order); ``save`` keeps what was learned, ``cancel`` drops it. A lesson that is not looked at
    for two minutes is cancelled.
    """

    step: Literal["begin", "observe", "confirm", "save", "cancel"]
    slot: Bay = 1
    whole_hub: bool = False


class GetSlotMap(Command, frozen=True, tag=True):
    """Which port is which bay. Answered with ``SlotMapState``."""


class ForgetSlots(Command, frozen=True, tag=True):
    """Forget these bays; with none named, all learned ones. Answered with ``SlotMapState``."""

    slots: tuple[Bay, ...] = ()


class LearnedBay(msgspec.Struct, frozen=True):
    """The ports of one bay; ``source`` is ``learned``, ``settings`` or ``dock``."""

    slot: int
    ports: tuple[str, ...]
    source: str = "learned"


class SlotLesson(Result, frozen=True, tag=True):
    """How a lesson stands; see ``workstation.devices.teaching.Lesson`` for the fields."""

    is_open: bool
    slot: int = 0
    port: str = ""
    twin: str = ""
    taken_by: int = 0
    hub: str = ""  # name of the known hub that was met
    hub_bays: tuple[LearnedBay, ...] = ()
    bays: tuple[LearnedBay, ...] = ()


class SlotMapState(Result, frozen=True, tag=True):
    """The map in force: settings go before what was learned, that before what docks know."""

    bays: tuple[LearnedBay, ...]


SlotCommand = LearnSlots | GetSlotMap | ForgetSlots
SlotResult = SlotLesson | SlotMapState
