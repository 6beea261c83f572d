"""An officer touches his own clips only, whatever command he gives."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.unit.ingest.scripted import Bench, ScriptedFile, ScriptedRecorder
from workstation.casework.sessions import Person
from workstation.domain.clip import BadgeNumber
from workstation.domain.errors import NotPermittedError
from workstation.domain.people import Officer, OfficerId, Role, UnitId
from workstation.ipc.messages_casework import Annotate, LinkClips, PlaceHold, Said
from workstation.station.commands import casework
from workstation.station.commands.answers import Caller

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from workstation.domain.people import Permission
    from workstation.ipc.words import Command

OFFICER = Officer(OfficerId("o"), BadgeNumber("012345"), "王", UnitId("u"), Role.OFFICER)
SIGNED_IN = Caller(os.getpid(), os.getuid(), os.getgid(), "token", Person(OFFICER, "session"))
MACHINE = Caller(os.getpid(), os.getuid(), os.getgid())


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path / "state")
    made.dock(ScriptedRecorder({"a.MP4": ScriptedFile(b"a")}))
    yield made
    made.close()


@pytest.mark.parametrize("kind", [Annotate, LinkClips, PlaceHold])
def test_clips_beyond_the_reach_of_a_person_are_refused(bench: Bench, kind: type[Command]) -> None:
    clip = bench.engine.catalog.clips()[0].id
    asked: list[tuple[Permission, str]] = []

    def none_of_them(person: Person, permission: Permission, name: str) -> bool:
        assert person is SIGNED_IN.person
        asked.append((permission, name))
        return False

    command: Command = {
        Annotate: Annotate((clip,), add_tags=("a",)),
        LinkClips: LinkClips((clip,)),
        PlaceHold: PlaceHold("复议", (clip,)),
    }[kind]
    answer = casework.answers(bench.engine.ledger, none_of_them)[kind]
    with pytest.raises(NotPermittedError):
        answer.handle(command, SIGNED_IN)
    assert asked == [(answer.needs, clip)]
    assert bench.engine.catalog.operations_after(0) == []


def test_machine_reaches_everything_and_signs_as_its_user(bench: Bench) -> None:
    clip = bench.engine.catalog.clips()[0].id
    answer = casework.answers(bench.engine.ledger)[Annotate]
    assert answer.handle(Annotate((clip,), note="a"), MACHINE) == Said(1)
    note = bench.engine.catalog.casework_of(clip).notes[0]
    assert note.by == f"uid:{os.getuid()}"


def test_station_asks_the_directory_whose_clip_it_is(bench: Bench) -> None:
    """The clip's badge number is nobody's here: no officer's own."""
    clip = bench.engine.catalog.clips()[0].id
    answers = casework.answers(bench.engine.ledger, bench.engine.people.is_within)
    with pytest.raises(NotPermittedError):
        answers[Annotate].handle(Annotate((clip,), add_tags=("a",)), SIGNED_IN)
