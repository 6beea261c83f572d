"""Whatever the protocol can say survives the wire; whatever it can not say is refused whole."""

from __future__ import annotations

import contextlib
import dataclasses
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, get_args, get_origin, get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.domain import dock
from workstation.domain.errors import ProtocolError
from workstation.events import facts
from workstation.ipc import messages
from workstation.ipc.codec import (
    LineSplitter,
    decode_from_station,
    decode_request,
    encode,
    request_number,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from workstation.ipc.messages import Notice, Reply, Request

    Values = st.SearchStrategy[object]

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
WHOLE = st.integers(-(1 << 53), 1 << 53)  # what every JSON reader keeps exact
MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants naive bounds

st.register_type_strategy(str, TEXT)
st.register_type_strategy(int, WHOLE)
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
st.register_type_strategy(datetime, MOMENTS)


def _filled(kind: type) -> Values:
    """Every field gets a value of its own; hypothesis alone would leave defaults alone."""
    found = get_type_hints(kind, include_extras=True)
    hints = {name: hint for name, hint in found.items() if name in _fields(kind)}
    return st.builds(kind, **{name: _value(hint) for name, hint in hints.items()})


def _value(hint: object) -> st.SearchStrategy[object]:
    """Of a number with limits only what lies within them."""
    for limits in getattr(hint, "__metadata__", ()):
        if isinstance(limits, msgspec.Meta) and limits.ge is not None:
            return st.integers(int(limits.ge), None if limits.le is None else int(limits.le))
    if get_origin(hint) is tuple and get_args(hint)[1:] == (...,):
        return st.lists(_value(get_args(hint)[0]), max_size=5).map(tuple)
    return st.from_type(hint)  # type: ignore[arg-type]


def _fields(kind: type) -> set[str]:
    if dataclasses.is_dataclass(kind):
        return {field.name for field in dataclasses.fields(kind)}
    return {field.name for field in msgspec.structs.fields(kind)}


def _with_factories() -> list[type]:
    """Kinds of the protocol with a field whose default is made, which hypothesis can not."""
    modules = [module for name, module in sys.modules.items() if name.startswith("workstation.ipc")]
    kinds = {one for module in modules for one in vars(module).values() if isinstance(one, type)}
    made = [one for one in kinds if issubclass(one, msgspec.Struct) and one is not msgspec.Struct]
    return [
        one
        for one in made
        if any(
            field.default_factory is not msgspec.NODEFAULT for field in msgspec.structs.fields(one)
        )
    ]


_VIEWS = (dock.SlotView, dock.StorageView, dock.UplinkView, dock.StationView, dock.DockView)
for _view in (*_VIEWS, *_with_factories()):
    st.register_type_strategy(_view, _filled(_view))


def _any_of(union: object) -> Values:
    return st.one_of([_filled(kind) for kind in get_args(union)])


REQUESTS = st.builds(messages.Request, WHOLE, _any_of(messages.AnyCommand))
REPLIES = st.one_of(
    st.builds(messages.Reply, WHOLE, _any_of(messages.AnyResult)),
    st.builds(messages.Reply, WHOLE, st.none(), _filled(messages.Failure)),
)
NOTICES = st.builds(messages.Notice, _any_of(facts.AnyEvent))
READERS: tuple[Callable[[bytes], object], ...] = (decode_request, decode_from_station)


@given(REQUESTS)
def test_every_request_comes_out_as_it_went_in(request: Request) -> None:
    line = encode(request)
    assert line.count(b"\n") == 1
    assert decode_request(line[:-1]) == request
    assert request_number(line) == request.id


@given(st.one_of(REPLIES, NOTICES))
def test_everything_the_station_says_comes_out_as_it_went_in(message: Reply | Notice) -> None:
    line = encode(message)
    assert line.count(b"\n") == 1
    assert decode_from_station(line[:-1]) == message


@given(st.binary(max_size=200) | TEXT.map(lambda text: f'{{"line":{text}}}'.encode()))
def test_garbage_is_a_protocol_error_to_both_sides(line: bytes) -> None:
    for read in READERS:
        with pytest.raises(ProtocolError):
            read(line)


@given(REQUESTS, st.data())
def test_a_damaged_request_is_read_whole_or_refused(request: Request, data: st.DataObject) -> None:
    line = bytearray(encode(request))
    line[data.draw(st.integers(0, len(line) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ProtocolError):
        assert isinstance(decode_request(bytes(line)), messages.Request)


@given(st.lists(st.binary(max_size=30).filter(lambda line: b"\n" not in line)), st.data())
def test_lines_are_found_however_the_stream_is_cut(lines: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(line + b"\n" for line in lines)
    splitter = LineSplitter()
    found: list[bytes] = []
    while stream:
        count = data.draw(st.integers(1, len(stream)))
        found += splitter.feed(stream[:count])
        stream = stream[count:]
    assert found == lines
