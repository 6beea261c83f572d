"""Draw what a simulated recorder sees: a street, its traffic, and the line burnt into it.

Everything is planar YUV 4:2:0 in plain byte strings. Rows are copied and filled whole, so a
frame of 960 by 540 costs about a millisecond without any array library.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

from workstation.devices.simulation.glyphs import COLUMNS, GLYPHS, ROWS

# Lines of a picture and its width: the usual one, and a coarse one that costs a third.
WIDTHS = {540: 960, 360: 640}
_SWAY = 64  # how far the wearer's steps move the picture sideways, in pixels
_GRAIN = 9  # luma steps of sensor noise; also what gives the footage a real recorder's bit rate
_GRAINS = 3  # grounds with different noise, shown in turn
_DARKEN = bytes(16 + (value - 16) // 3 if value > 16 else value for value in range(256))
_INK = 235

Colour = tuple[int, int, int]


def dice(*parts: object) -> Random:
    """Random numbers that depend on ``parts`` alone; for pictures, never for secrets."""
    return Random("/".join(map(str, parts)))  # noqa: S311 - must repeat, protects nothing


@dataclass(frozen=True, slots=True)
class Light:
    """Colours of one time of day, as (Y, U, V)."""

    name: str
    sky_top: Colour
    sky_low: Colour
    wall: Colour
    window: Colour
    road: Colour
    lamp: Colour


LIGHTS = (
    Light(
        "morning",
        (168, 144, 114),
        (208, 124, 132),
        (120, 126, 132),
        (172, 136, 122),
        (92, 128, 128),
        (150, 128, 128),
    ),
    Light(
        "noon",
        (150, 158, 104),
        (200, 136, 120),
        (148, 122, 132),
        (96, 138, 120),
        (104, 128, 128),
        (160, 128, 128),
    ),
    Light(
        "dusk",
        (84, 146, 132),
        (148, 104, 164),
        (64, 132, 130),
        (182, 88, 148),
        (60, 130, 128),
        (216, 96, 146),
    ),
    Light(
        "night",
        (28, 140, 126),
        (44, 138, 128),
        (34, 132, 127),
        (172, 84, 144),
        (40, 130, 127),
        (226, 110, 138),
    ),
)


class Canvas:
    """Three planes that rectangles and letters are put on."""

    def __init__(self, width: int, height: int, strides: tuple[int, int, int]) -> None:
        self.width = width
        self.height = height
        self._strides = strides
        self.planes = (
            bytearray(strides[0] * height),
            bytearray(strides[1] * (height // 2)),
            bytearray(strides[2] * (height // 2)),
        )

    def rectangle(self, x: int, y: int, size: tuple[int, int], colour: Colour) -> None:
        """Fill; what lies outside is cut off."""
        for index, (plane, stride, value) in enumerate(
            zip(self.planes, self._strides, colour, strict=True)
        ):
            half = 1 if index else 0
            left, right = (max(0, min(self.width, edge)) >> half for edge in (x, x + size[0]))
            top, low = (max(0, min(self.height, edge)) >> half for edge in (y, y + size[1]))
            if left < right:
                line = bytes((value,)) * (right - left)
                for start in range(top * stride + left, low * stride + left, stride):
                    plane[start : start + right - left] = line

    def band(self, top: int, height: int) -> None:
        """Darken full rows, so that letters can be read on anything."""
        stride = self._strides[0]
        rows = slice(top * stride, (top + height) * stride)
        self.planes[0][rows] = self.planes[0][rows].translate(_DARKEN)

    def text(self, x: int, y: int, text: str, scale: int) -> None:
        """Write in white; unknown characters stay blank."""
        luma, stride = self.planes[0], self._strides[0]
        ink = bytes((_INK,)) * (COLUMNS * scale)
        for character in text:
            if x + COLUMNS * scale > self.width:
                return
            for row, runs in enumerate(GLYPHS.get(character, ())):
                for first, count in runs:
                    start = (y + row * scale) * stride + x + first * scale
                    for line in range(start, start + scale * stride, stride):
                        luma[line : line + count * scale] = ink[: count * scale]
            x += (COLUMNS + 1) * scale

    def take_rows(self, index: int, rows: list[bytes], start: int) -> None:
        """Replace a plane by the window of ``rows`` that begins at column ``start``."""
        width = self.width >> (1 if index else 0)
        stride = self._strides[index]
        if stride == width:
            self.planes[index][:] = b"".join([row[start : start + width] for row in rows])
            return
        for number, row in enumerate(rows):
            self.planes[index][number * stride : number * stride + width] = row[
                start : start + width
            ]


class Ground:
    """What stands still: sky, houses, road; wider than the picture, with sensor noise."""

    def __init__(self, light: Light, seed: int, lines: int) -> None:
        chance = dice("ground", seed, light.name)
        self.width, self.height = WIDTHS[lines], lines
        wide = self.width + _SWAY
        canvas = Canvas(wide, lines, (wide, wide // 2, wide // 2))
        horizon = lines * 5 // 9
        for y in range(0, horizon, 2):
            share = y / horizon
            canvas.rectangle(0, y, (wide, 2), _between(light.sky_top, light.sky_low, share))
        _houses(canvas, chance, light, horizon)
        canvas.rectangle(0, horizon, (wide, lines - horizon), light.road)
        pavement = _between(light.road, light.wall, 0.6)
        canvas.rectangle(0, horizon, (wide, lines // 12), pavement)
        self.luma = [_grainy(canvas, chance) for _ in range(_GRAINS)]
        self.chroma = [_rows(bytes(plane), wide // 2) for plane in canvas.planes[1:]]
        self.horizon = horizon
        self.light = light


@dataclass(frozen=True, slots=True)
class Mover:
    """A vehicle or a walker: where it starts and how many pixels it goes in a second."""

    x: int
    y: int
    size: tuple[int, int]
    speed: float
    colour: Colour
    walks: bool


class Scene:
    """One clip's picture, frame by frame."""

    def __init__(self, ground: Ground, name: str) -> None:
        self._ground = ground
        chance = dice("scene", name)
        self._phase = chance.random() * math.tau
        self._movers = _traffic(chance, ground)

    def frame(self, canvas: Canvas, at_s: float, number: int) -> None:
        """Draw the picture ``at_s`` seconds into the clip, without any letters."""
        step = math.sin(self._phase + at_s * 5.2) * 5 + math.sin(self._phase + at_s * 0.9) * 22
        sway = int(_SWAY / 2 + step) & ~1
        ground = self._ground
        canvas.take_rows(0, ground.luma[number % _GRAINS], sway)
        canvas.take_rows(1, ground.chroma[0], sway // 2)
        canvas.take_rows(2, ground.chroma[1], sway // 2)
        shift = _SWAY // 2 - sway
        self._lane_marks(canvas, at_s, shift)
        for mover in self._movers:
            span = ground.width + 2 * mover.size[0]
            x = int(mover.x + mover.speed * at_s) % span - mover.size[0] + shift
            (_walker if mover.walks else _vehicle)(canvas, mover, x, ground.light)

    def _lane_marks(self, canvas: Canvas, at_s: float, shift: int) -> None:
        y = self._ground.horizon + self._ground.height // 4
        colour = _between(self._ground.light.road, (220, 128, 128), 0.7)
        for x in range(-120, self._ground.width + 120, 120):
            canvas.rectangle(int(x - at_s * 30 % 120) + shift, y, (60, 8), colour)


def burn_in(canvas: Canvas, top: str, low: str) -> None:
    """Write the recorder's two lines over the picture."""
    scale = max(1, canvas.width // 400)
    height = (ROWS + 6) * scale
    for y, text in ((0, top), (canvas.height - height, low)):
        canvas.band(y, height)
        canvas.text(6 * scale, y + 3 * scale, text, scale)


def _between(first: Colour, second: Colour, share: float) -> Colour:
    y, u, v = (int(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return y, u, v


def _houses(canvas: Canvas, chance: Random, light: Light, horizon: int) -> None:
    x = -20
    while x < canvas.width:
        width, height = (
            chance.randrange(80, 190) & ~1,
            chance.randrange(canvas.height // 6, canvas.height // 2) & ~1,
        )
        wall = _between(light.wall, light.sky_low, chance.random() * 0.4)
        canvas.rectangle(x, horizon - height, (width, height), wall)
        for window_y in range(horizon - height + 14, horizon - 30, 30):
            for window_x in range(x + 12, x + width - 18, 26):
                lit = chance.random() < 0.6
                pane = light.window if lit else _between(wall, (16, 128, 128), 0.4)
                canvas.rectangle(window_x, window_y, (14, 16), pane)
        x += width + chance.randrange(4, 40)


def _traffic(chance: Random, ground: Ground) -> list[Mover]:
    movers = []
    lines, span = ground.height, 2 * ground.width
    for lane in range(4):
        size = (
            chance.randrange(lines // 5, lines * 2 // 5) & ~1,
            chance.randrange(lines // 10, lines // 6) & ~1,
        )
        speed = chance.randrange(90, 260) * (1 if lane % 2 else -1)
        colour = chance.randrange(50, 190), chance.randrange(96, 160), chance.randrange(96, 160)
        y = ground.horizon + lines // 16 + lane * lines // 12 - size[1] // 2
        movers.append(Mover(chance.randrange(span), y, size, speed, colour, walks=False))
    for _ in range(chance.randrange(3, 7)):
        height = chance.randrange(lines // 8, lines * 2 // 9) & ~1
        speed = chance.choice((-1, 1)) * chance.randrange(24, 60)
        colour = chance.randrange(40, 170), chance.randrange(100, 156), chance.randrange(100, 156)
        y = ground.horizon + lines // 12 - height + chance.randrange(0, 24)
        size = height // 4 & ~1, height
        movers.append(Mover(chance.randrange(span), y, size, speed, colour, walks=True))
    return sorted(movers, key=lambda mover: mover.y + mover.size[1])


def _vehicle(canvas: Canvas, mover: Mover, x: int, light: Light) -> None:
    width, height = mover.size
    body = height * 5 // 8
    roof = _between(mover.colour, (200, 128, 128), 0.25)
    canvas.rectangle(x + width // 5, mover.y, (width * 3 // 5, height - body), roof)
    glass = x + width // 4, mover.y + 6
    canvas.rectangle(*glass, (width // 2, max(4, height - body - 10)), (60, 138, 122))
    canvas.rectangle(x, mover.y + height - body, (width, body - 12), mover.colour)
    for wheel in (x + width // 8, x + width * 5 // 8):
        canvas.rectangle(wheel, mover.y + height - 24, (width // 4, 24), (22, 128, 128))
    front = x + width - 8 if mover.speed > 0 else x
    canvas.rectangle(front, mover.y + height - body + 6, (8, 12), light.lamp)


def _walker(canvas: Canvas, mover: Mover, x: int, _light: Light) -> None:
    width, height = mover.size
    head = width // 2 & ~1
    canvas.rectangle(x + width // 4, mover.y, (head, head + 4), (150, 112, 148))
    body = height // 2 & ~1
    canvas.rectangle(x, mover.y + head + 4, (width, body), mover.colour)
    legs = mover.y + head + 4 + body
    for leg in (x + 2, x + width // 2 + 2):
        canvas.rectangle(leg, legs, (width // 3, height - body - head - 4), (44, 132, 126))


def _rows(plane: bytes, stride: int) -> list[bytes]:
    return [plane[start : start + stride] for start in range(0, len(plane), stride)]


def _grainy(canvas: Canvas, chance: Random) -> list[bytes]:
    """Add noise to the luma plane: one addition of two huge numbers, no byte overflows."""
    plane = canvas.planes[0]
    limit = bytes(min(value, 254 - _GRAIN) for value in range(256))
    small = bytes(value % (_GRAIN + 1) for value in range(256))
    noise = chance.randbytes(len(plane)).translate(small)
    total = int.from_bytes(plane.translate(limit), "little") + int.from_bytes(noise, "little")
    return _rows(total.to_bytes(len(plane), "little"), canvas.width)
