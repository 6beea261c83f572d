"""The table of commands: each area adds its own, with the function that runs it."""

from __future__ import annotations

from argparse import ArgumentTypeError
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction
    from collections.abc import Callable

    from workstation.devices.profiles import ProfileSet
    from workstation.platform.paths import StatePaths
    from workstation.platform.settings import Settings
    from workstation.station.cli.output import Voice


@dataclass(frozen=True, slots=True)
class Invocation:
    """One command line, understood, and what every command needs."""

    arguments: Namespace
    paths: StatePaths
    settings: Settings
    voice: Voice
    profiles: Callable[[], ProfileSet]  # loaded only by the commands that ask


class Run(Protocol):
    """Runs one command; its exit code."""

    def __call__(self, invocation: Invocation, /) -> int: ...


class Adds(Protocol):
    """An area: a module with this one function."""

    def add_commands(self, table: Table) -> None: ...


class Table:
    """Where areas add their commands; made by ``main``."""

    def __init__(self, commands: _SubParsersAction[ArgumentParser]) -> None:
        self._commands = commands

    def add(
        self, name: str, text: str, run: Run | None = None, *, json: bool = False
    ) -> ArgumentParser:
        """A command, run by ``run``; the parser returned takes its arguments."""
        made = self._commands.add_parser(name, help=text, description=text)
        common(made, run, json=json)
        return made

    def group(self, name: str, text: str) -> Table:
        """A command with commands of its own: ``main.py slots learn``."""
        made = self._commands.add_parser(name, help=text, description=text)
        return Table(made.add_subparsers(dest=f"{name}_command", required=True, metavar="WHAT"))


def common(made: ArgumentParser, run: Run | None, *, json: bool) -> None:
    """What every command takes."""
    made.add_argument("--state", type=Path, metavar="DIR", help="state directory")
    made.add_argument("--verbose", action="store_true", help="log more, to standard error")
    if json:
        made.add_argument("--json", action="store_true", help="one JSON document on stdout")
    if run is not None:
        made.set_defaults(run=run)


def positive(text: str) -> int:
    """A number from 1 on, for argparse.

    Raises:
        ArgumentTypeError: it is none.
    """
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is no number from 1 on")
    return int(text)
