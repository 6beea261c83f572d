"""Commands about bays: which port is which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.domain.people import Permission
from workstation.ipc.messages_slots import ForgetSlots, GetSlotMap, LearnSlots
from workstation.station.commands.answers import Answer, Door

if TYPE_CHECKING:
    from workstation.station.commands.answers import Answers
    from workstation.station.engine import Engine


def answers(engine: Engine) -> Answers:
    """What bays answer."""
    return {
        GetSlotMap: Answer(Door.LOOK, lambda _, __: engine.slots.state()),
        LearnSlots: Answer(
            Door.ACT, lambda command, _: engine.slots.step(command), needs=Permission.CONFIGURE
        ),
        ForgetSlots: Answer(
            Door.ACT,
            lambda command, _: engine.slots.forget(command.slots),
            needs=Permission.CONFIGURE,
        ),
    }
