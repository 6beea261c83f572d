"""Thumbnails are small, upright, and show something."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import pytest

from tests.unit.media.clips import Recipe, film, left_quarter_white
from workstation.media.thumbnail import choose_picture, encode_jpeg, fit

if TYPE_CHECKING:
    from collections.abc import Callable

    from av.video.frame import VideoFrame


@pytest.mark.parametrize(
    ("size", "aspect", "turn", "expected"),
    [
        ((1920, 1080), None, 0, (320, 180)),
        ((3840, 2160), Fraction(1), 0, (320, 180)),
        ((640, 480), None, 0, (240, 180)),
        ((1920, 1080), None, 90, (180, 100)),  # turned, it will be 100 wide and 180 high
        ((720, 576), Fraction(64, 45), 0, (320, 180)),  # anamorphic PAL
        ((100, 50), None, 0, (100, 50)),  # never enlarged
        ((64_000, 2), None, 0, (320, 2)),
        ((1, 1), Fraction(10_000), 0, (2, 2)),
    ],
)
def test_a_picture_fits_the_room_and_keeps_its_shape(
    size: tuple[int, int], aspect: Fraction | None, turn: int, expected: tuple[int, int]
) -> None:
    assert fit(*size, aspect, turn) == expected


def chosen(recipe: Recipe) -> VideoFrame:
    with av.open(io.BytesIO(film(recipe)), "r") as container:
        frame = choose_picture(container, container.streams.video[0], recipe.frames / 25)
    assert frame is not None
    return frame


def luma(frame: VideoFrame) -> Callable[[float, float], int]:
    """Look at a place given as parts of width and height."""
    grey = frame.reformat(format="gray")
    plane = grey.planes[0]
    pixels = bytes(plane)
    return lambda x, y: pixels[
        int(y * (grey.height - 1)) * plane.line_size + int(x * (grey.width - 1))
    ]


def shown(jpeg: bytes) -> VideoFrame:
    with av.open(io.BytesIO(jpeg), "r") as container:
        return next(container.decode(video=0))


# Corners of the picture in which the white quarter ends up, after turning clockwise.
@pytest.mark.parametrize(
    ("turn", "size", "white", "black"),
    [
        (0, (240, 180), (0.05, 0.5), (0.9, 0.5)),
        (90, (134, 180), (0.5, 0.05), (0.5, 0.9)),
        (180, (240, 180), (0.95, 0.5), (0.1, 0.5)),
        (270, (134, 180), (0.5, 0.95), (0.5, 0.1)),
    ],
)
def test_a_turned_picture_is_set_upright(
    turn: int, size: tuple[int, int], white: tuple[float, float], black: tuple[float, float]
) -> None:
    frame = chosen(Recipe(frames=3, paint=left_quarter_white))
    small = shown(encode_jpeg(frame, None, turn))
    assert (small.width, small.height) == size
    assert luma(small)(*white) > 200
    assert luma(small)(*black) < 60


def black_until_two_thirds(number: int, width: int, height: int) -> bytes:
    return (b"\x10" if number < 40 else b"\x80") * (width * height)


def test_a_black_beginning_is_passed_over() -> None:
    every_ten = {"g": "10", "keyint_min": "10", "sc_threshold": "0"}
    frame = chosen(Recipe(frames=60, paint=black_until_two_thirds, options=every_ten))
    assert luma(frame)(0.5, 0.5) < 30  # nothing brighter among the places we look at

    mostly_lit = Recipe(
        frames=60,
        paint=lambda n, w, h: (b"\x10" if n < 12 else b"\x80") * (w * h),
        options=every_ten,
    )
    assert luma(chosen(mostly_lit))(0.5, 0.5) > 100


@pytest.mark.parametrize("container", ["mp4", "mpegts", "avi", "matroska"])
def test_a_clip_with_one_key_frame_has_a_picture(container: str) -> None:
    assert chosen(Recipe(container=container, frames=40)).width == 320


def test_a_stream_without_key_frames_has_no_picture() -> None:
    stream = film(Recipe("mpeg2video", "mpegts", frames=40, options={"g": "100"}))
    late = stream[len(stream) // 2 // 188 * 188 :]
    with av.open(io.BytesIO(late), "r") as container:
        assert choose_picture(container, container.streams.video[0], None) is None
