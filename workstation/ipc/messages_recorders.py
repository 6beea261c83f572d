"""The words of the station's socket about recorders: who has which."""

from __future__ import annotations

from workstation.ipc.words import Command


class BindRecorder(Command, frozen=True, tag=True):
    """An officer gets a recorder; whoever had it has it no longer. Answered with ``Done``.

    ``since`` is ISO 8601 UTC, empty for now.
    """

    recorder: str
    badge: str
    officer_name: str = ""
    unit: str = ""
    since: str = ""


class UnbindRecorder(Command, frozen=True, tag=True):
    """Nobody has the recorder from now on. Answered with ``Done``."""

    recorder: str
