"""Lines of keys are found in whatever way TOML lets them be written."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.platform.toml_lines import error_line, key_lines

names = st.text("abcxyz", min_size=1, max_size=3)
values = st.sampled_from(["1", "'x'", "[\n 1,\n # note\n 2 ]", '"""\nlong\n[a]\n"""', "{ q = 1 }"])


def test_every_way_of_writing_a_key_is_found() -> None:
    text = """\
top = 1
[a]  # note
x = 1

a_list = [
  1,
]
y.z = "["
[a.'b.c']
inline = { deep = { er = 1 } }
[[many]]
one = 1
[[many]]
two = 2"""
    lines = key_lines(text)
    assert lines["top",] == 1
    assert lines["a",] == 2
    assert lines["a", "x"] == 3
    assert lines["a", "a_list"] == 5
    assert lines["a", "y"] == lines["a", "y", "z"] == 8
    assert lines["a", "b.c"] == 9
    assert lines["a", "b.c", "inline", "deep", "er"] == 10
    assert lines["many",] == 11
    assert lines["many", "one"] == 12
    assert lines["many", "two"] == 14


@given(st.lists(st.tuples(names, values), max_size=8, unique_by=lambda pair: pair[0]))
def test_statement_begins_where_we_say(statements: list[tuple[str, str]]) -> None:
    text = "[table]\n" + "".join(f"{name} = {value}\n\n" for name, value in statements)
    tomllib.loads(text)
    lines = text.splitlines()
    found = key_lines(text)
    for name, _ in statements:
        assert lines[found["table", name] - 1].startswith(f"{name} = ")


@pytest.mark.parametrize(
    ("text", "line"), [("a = 1\nb = ", 2), ("a = [1,\n", 1), ("a = [1,", 1), ("a\n", 1)]
)
def test_line_of_a_syntax_error_is_that_of_the_file(text: str, line: int) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        tomllib.loads(text)
    assert error_line(caught.value, text) == line
