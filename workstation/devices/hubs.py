"""Hubs whose bays follow one another in a known order: a whole cabinet from one plug."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from workstation.domain.errors import BadProfileError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from workstation.devices.api import Sighting

BUILTIN = Path(__file__).resolve().parents[2] / "resources" / "hubs"
MAX_SLOT = 64

_Usb = Annotated[str, Meta(pattern=r"^[0-9a-f]{4}:[0-9a-f]{4}$")]
_Chain = Annotated[str, Meta(pattern=r"^[1-9][0-9]?(\.[1-9][0-9]?)*$")]


class HubTemplate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One hub model, or one cabinet made of hubs; ``resources/hubs/README.md`` explains it."""

    name: Annotated[str, Meta(min_length=1, max_length=64)]
    usb: Annotated[tuple[_Usb, ...], Meta(min_length=1)]
    ports: Annotated[tuple[_Chain, ...], Meta(min_length=2, max_length=MAX_SLOT)]
    inner: tuple[_Usb, ...] = ()


@dataclass(frozen=True, slots=True)
class Filling:
    """What a template says of a cabinet: the ports of each bay."""

    template: str
    bays: Mapping[int, tuple[str, ...]]


class HubSet:
    """The templates of this station. Immutable, safe to share between threads."""

    def __init__(self, templates: Iterable[HubTemplate]) -> None:
        self._templates = tuple(templates)

    @classmethod
    def load(cls, directories: Iterable[Path]) -> HubSet:
        """Read every ``*.toml``; the first directory goes first.

        Raises:
            BadProfileError: a file breaks the schema; facts name it and say why.
        """
        return cls(_read(path) for folder in directories for path in sorted(folder.glob("*.toml")))

    def fill(self, sighting: Sighting, slot: int) -> Filling | None:
        """The bays of the cabinet, if a recorder at ``sighting.port`` is in bay ``slot``.

        Of several templates that fit, the one with the most bays; none where a bay would have
        a number below 1 or above 64.
        """
        found = [
            filling
            for template in self._templates
            for place in range(len(sighting.hubs))
            if (filling := _filling(template, sighting, place, slot)) is not None
        ]
        return max(found, key=lambda filling: len(filling.bays), default=None)


def _filling(template: HubTemplate, sighting: Sighting, place: int, slot: int) -> Filling | None:
    hub, inner = sighting.hubs[place], sighting.hubs[place + 1 :]
    if hub.usb not in template.usb or any(one.usb not in template.inner for one in inner):
        return None
    below = sighting.port.partition("/")[0].removeprefix(f"{hub.port}.")
    if below not in template.ports:
        return None
    first = slot - template.ports.index(below)
    if first < 1 or first + len(template.ports) - 1 > MAX_SLOT:
        return None
    halves = tuple(filter(None, (hub.port, hub.twin)))
    return Filling(
        template.name,
        {
            number: tuple(f"{half}.{chain}" for half in halves)
            for number, chain in enumerate(template.ports, first)
        },
    )


def _read(path: Path) -> HubTemplate:
    try:
        return msgspec.toml.decode(path.read_bytes(), type=HubTemplate)
    except (msgspec.MsgspecError, UnicodeDecodeError, OSError) as error:
        raise BadProfileError(file=str(path), reason=str(error)) from error
