"""Structure tells whether a file is whole."""

from __future__ import annotations

import pytest

from tests.unit.media.clips import BytesReader, Recipe, film, record_sound, snap
from workstation.media.shape import shape_warnings

MP4 = film(Recipe(frames=10, audio="aac"))
FRAGMENTED = film(Recipe(frames=30, muxer={"movflags": "frag_keyframe+empty_moov"}))
STREAM = film(Recipe(container="mpegts", frames=10))
AVI = film(Recipe("mjpeg", "avi", frames=5))


@pytest.mark.parametrize(
    "whole", [MP4, FRAGMENTED, STREAM, AVI, snap(), record_sound("pcm_s16le", "wav")]
)
def test_a_whole_file_has_no_warning(whole: bytes) -> None:
    assert shape_warnings(BytesReader(whole)) == ()


@pytest.mark.parametrize("whole", [FRAGMENTED, STREAM, AVI, snap()])
def test_a_cut_file_is_truncated(whole: bytes) -> None:
    cut = len(whole) * 2 // 3 | 1  # odd, so never on the border of two transport packets
    assert shape_warnings(BytesReader(whole[:cut])) == ("media.truncated",)


def test_an_mp4_cut_before_its_index_has_no_moov() -> None:
    assert shape_warnings(BytesReader(MP4[: MP4.index(b"mdat") + 20])) == (
        "media.no_moov",
        "media.truncated",
    )


def test_an_mp4_that_was_never_finished_has_no_moov() -> None:
    unfinished = MP4[: MP4.index(b"moov") - 4]
    assert shape_warnings(BytesReader(unfinished)) == ("media.no_moov",)


@pytest.mark.parametrize(
    ("size", "codes"),
    [
        (b"\xff\xff\xff\xff", ("media.truncated",)),  # beyond the end
        (b"\0\0\0\3", ("media.truncated",)),  # smaller than its own header
        (b"\0\0\0\0", ()),  # to the end of the file
    ],
)
def test_a_box_of_absurd_size_ends_the_walk(size: bytes, codes: tuple[str, ...]) -> None:
    place = MP4.index(b"moov") - 4
    bent = MP4[:place] + size + MP4[place + 4 :]
    assert shape_warnings(BytesReader(bent)) == codes


def test_thousands_of_empty_boxes_are_not_all_walked() -> None:
    reader = BytesReader(b"\0\0\0\x08free" * 100_000)
    assert shape_warnings(reader) == ("media.no_moov",)
    assert reader.reads < 300


def test_a_64_bit_box_size_is_understood() -> None:
    payload = bytes(32)
    large = b"\0\0\0\1mdat" + (16 + len(payload)).to_bytes(8, "big") + payload
    assert shape_warnings(BytesReader(large)) == ("media.no_moov",)


@pytest.mark.parametrize("content", [b"", b"G", b"plain text, nothing else", bytes(5000)])
def test_what_has_no_known_structure_has_no_warning(content: bytes) -> None:
    assert shape_warnings(BytesReader(content)) == ()
