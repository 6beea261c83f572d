"""Hostile input costs a coded refusal at most; what broke something once is tried for ever."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.all import TARGETS

if TYPE_CHECKING:
    from tests.fuzz.target import Target

ROOT = Path(__file__).resolve().parents[2]
FOUND = Path(__file__).parent / "found"
SHORT_S = 2  # of coverage-guided search for each target, in every run of the tests
every_target = pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)


@every_target
def test_honest_input_is_taken(target: Target) -> None:
    taken = [target.feed(seed) for seed in target.seeds]
    assert any(taken), "the fuzzer would begin from nothing"


@pytest.mark.parametrize(
    ("name", "path"),
    [(path.parent.name, path) for path in sorted(FOUND.glob("*/*"))],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_what_broke_something_once_does_not_any_more(name: str, path: Path) -> None:
    TARGETS[name].feed(path.read_bytes())


@every_target
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_bent_input_is_taken_or_refused_with_a_code(target: Target, data: st.DataObject) -> None:
    seed = data.draw(st.sampled_from(target.seeds))
    content = bytearray(seed)
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(content)))
        length = data.draw(st.integers(0, 8))
        content[place : place + length] = data.draw(st.binary(max_size=12))
    target.feed(bytes(content))


@every_target
@pytest.mark.hardware
def test_a_short_search_breaks_nothing(target: Target) -> None:
    if importlib.util.find_spec("atheris") is None:
        pytest.skip("atheris is not installed: it has wheels for x86-64 only")
    run = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", target.name, str(SHORT_S)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
