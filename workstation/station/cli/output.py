"""How commands speak: one JSON document, or lines for a person; errors in both languages."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import msgspec
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workstation.domain.errors import StationError


class Spoken(Protocol):
    """A text for people: what it is, why, how to mend it."""

    @property
    def title(self) -> str: ...

    @property
    def reason(self) -> str: ...

    @property
    def mend(self) -> str: ...


class Say(Protocol):
    """Words for a code; ``main`` hands in ``ui.texts.say``."""

    def __call__(self, code: str, facts: Mapping[str, object], language: str) -> Spoken: ...


@dataclass(frozen=True, slots=True)
class Voice:
    """Where a command's words go. ``as_json`` keeps standard output for one document."""

    say: Say
    as_json: bool = False

    def document(self, document: object) -> None:
        """The one JSON document of a command."""
        text = msgspec.json.format(msgspec.json.encode(document), indent=2)
        sys.stdout.write(text.decode() + "\n")
        sys.stdout.flush()

    def line(self, text: str) -> None:
        """A line for people: standard output, or standard error beside a document."""
        (sys.stderr if self.as_json else sys.stdout).write(text + "\n")

    def note(self, text: str) -> None:
        """A line that is never part of the result."""
        sys.stderr.write(text + "\n")

    def complain(self, error: StationError) -> None:
        """Say what is the matter, in Chinese and in English, on standard error."""
        sys.stderr.write(self.words(error.code, error.facts) + "\n")

    def words(self, code: str, facts: Mapping[str, object], *, mends: bool = True) -> str:
        """Both languages, with the code that the documentation lists; how to mend it or not."""
        parts = []
        for language in ("zh_CN", "en"):
            text = self.say(code, facts, language)
            said = (text.title, text.reason, text.mend if mends else "")
            parts.append(" ".join(filter(None, said)))
        return f"[{code}] " + "\n    ".join(parts)

    def bar(self) -> Progress:
        """A progress bar on standard error; silent where that is no terminal."""
        console = Console(stderr=True)
        return Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
