"""The JSON lines at their edges."""

from __future__ import annotations

from pathlib import Path

import pytest

from workstation.domain.errors import ProtocolError, UnknownClipError
from workstation.ipc.codec import LineSplitter, decode_request, encode, failure_of, request_number
from workstation.ipc.messages import MAX_LINE_BYTES, Failure, Ping, Reply, Request, Thumbnail


def test_unknown_fields_of_a_newer_client_are_ignored() -> None:
    line = b'{"line":"request","id":7,"command":{"do":"Ping","mood":"good"},"later":[1]}'
    assert decode_request(line) == Request(7, Ping())


def test_unknown_command_keeps_its_number_for_the_answer() -> None:
    line = b'{"line":"request","id":7,"command":{"do":"SelfDestruct"}}'
    with pytest.raises(ProtocolError):
        decode_request(line)
    assert request_number(line) == 7
    assert request_number(b"\xff\x00") == 0


def test_a_line_nested_deeper_than_the_decoder_goes_is_refused() -> None:
    with pytest.raises(ProtocolError):
        decode_request(b'{"line":"request","id":1,"x":' + b"[" * 100_000)


def test_a_message_over_the_limit_is_not_written() -> None:
    with pytest.raises(ProtocolError) as caught:
        encode(Reply(1, result=Thumbnail(bytes(MAX_LINE_BYTES))))
    assert caught.value.facts["reason"] == "too_long"


def test_a_message_just_under_the_limit_passes_the_splitter() -> None:
    jpeg = bytes((MAX_LINE_BYTES - 100) * 3 // 4)
    line = encode(Reply(1, result=Thumbnail(jpeg)))
    assert MAX_LINE_BYTES - 200 < len(line) <= MAX_LINE_BYTES
    assert LineSplitter().feed(line) == [line[:-1]]


@pytest.mark.parametrize("ending", [b"", b"\n", b"\nshort\n"])
def test_a_line_over_the_limit_ends_the_stream(ending: bytes) -> None:
    with pytest.raises(ProtocolError):
        LineSplitter().feed(b"x" * MAX_LINE_BYTES + ending)


def test_facts_that_json_can_not_say_become_text() -> None:
    error = UnknownClipError(
        path=Path("/v"), odd="\udcff", huge=1 << 70, ratio=0.5, ok=True, none=None, n=3
    )
    assert failure_of(error).facts == {
        "path": "/v",
        "odd": "?",
        "huge": str(1 << 70),
        "ratio": 0.5,
        "ok": True,
        "none": None,
        "n": 3,
    }
    assert encode(Reply(1, failure=failure_of(error)))


def test_text_that_is_not_unicode_is_not_written() -> None:
    with pytest.raises(ProtocolError) as caught:
        encode(Reply(1, failure=Failure(code="\udcff", exit_code=1)))
    assert caught.value.facts["reason"] == "unwritable"
