"""The program as people start it, in an interpreter of its own, dying and started again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.crash.cards import MIB, make_card
from tests.crash.children import KILLED, ROOT
from tests.crash.harness import ask, invariants, nothing_believed_by_halves, staged
from workstation.platform.failpoints import DIED_STATUS

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE_S = 60.0
SECOND_COPIES = (
    "SELECT id FROM ingest_item WHERE state='copying' AND collection_id = "
    "(SELECT id FROM collection ORDER BY id LIMIT 1 OFFSET 1)"
)


def _start(*arguments: str, armed: str = "") -> subprocess.Popen[str]:
    environment = {**os.environ, "EVIDOCK_FAILPOINTS": armed}
    return subprocess.Popen(
        [sys.executable, str(ROOT / "main.py"), *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _run(*arguments: str, armed: str = "") -> tuple[int, str, str]:
    with _start(*arguments, armed=armed) as process:
        output, errors = process.communicate(timeout=PATIENCE_S)
        return process.returncode, output, errors


def test_collection_killed_twice_is_whole_after_the_third(tmp_path: Path) -> None:
    card = make_card(tmp_path / "card", 4, small=3, large_bytes=(3_000_000, 24 * MIB))
    state = tmp_path / "state"
    command = ("collect", str(card.path), "--state", str(state), "--json")

    status, _, errors = _run(*command, armed="admit.renamed@1=exit")
    assert status == DIED_STATUS, errors
    nothing_believed_by_halves(state)

    with _start(*command, armed="copy.half@8=sleep:30") as process:
        until = time.monotonic() + PATIENCE_S
        while not (ask(state, SECOND_COPIES) and staged(state)):  # noted first, then begun
            if process.poll() is not None or time.monotonic() > until:
                pytest.fail("it never came to a copy")
        process.kill()
        process.communicate()
    assert process.returncode == KILLED
    nothing_believed_by_halves(state)
    assert staged(state)

    status, output, errors = _run("verify", "--state", str(state), "--json")
    assert status == 0, errors  # what is believed is whole, even before recovery
    status, output, errors = _run(*command)
    assert status == 0, errors
    assert [found["state"] for found in json.loads(output)["collections"]] == ["complete"]
    invariants(state, card)
