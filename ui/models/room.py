"""What a room is: a screen behind the rail, for whoever may enter it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from workstation.domain.people import Scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.errands import Answered, Looked
    from workstation.domain.people import Permission
    from workstation.ipc.messages import AnyCommand
    from workstation.ipc.messages_people import PersonView


@dataclass(frozen=True, slots=True)
class Room:
    """One entry of the rail.

    ``name`` is the place, the prefix of the room's tickets and, capitalised, the QML file.
    ``words`` gives name and purpose in the language spoken now.
    """

    name: str
    glyph: str
    needs: Permission
    words: Callable[[], tuple[str, str]]
    least: Scope = Scope.OWN

    def admits(self, person: PersonView) -> bool:
        """Whether this person may enter."""
        held = person.may.get(self.needs.value)
        return held is not None and Scope[held.upper()] >= self.least

    @property
    def page(self) -> str:
        """The screen's file in ``ui/qml``, without its ending."""
        return self.name.capitalize()


class RoomModel(Protocol):
    """The view-model of a room. It shows nothing of a person who has left."""

    def admit(self, person: PersonView | None) -> None:
        """Somebody has signed in; None: nobody is there, so forget everything."""

    def enter(self) -> None:
        """The room is on the screen now: read what it shows."""

    def hear(self, answer: Answered) -> None:
        """A command asked from here was carried out, or refused."""

    def see(self, looked: Looked) -> None:
        """The catalog answered a question asked from here."""

    def retranslate(self) -> None:
        """Word everything in the language spoken now."""


class Line(Protocol):
    """What rooms ask of the line to the station."""

    def want_thumbnail(self, clip_id: str) -> None: ...
    def ask(self, ticket: str, command: AnyCommand) -> None: ...
    def look(self, ticket: str, question: Callable[[Any], object]) -> None: ...
