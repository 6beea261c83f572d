"""What of atheris the fuzzing harness calls."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager

def instrument_imports(
    include: Iterable[str] = ..., exclude: Iterable[str] = ...
) -> AbstractContextManager[None]: ...
def Setup(  # noqa: N802 - its own name
    args: list[str], test_one_input: Callable[[bytes], object]
) -> list[str]: ...
def Fuzz() -> None: ...  # noqa: N802 - its own name
