"""The design's colours: readable by WCAG's measure, and told apart by every kind of eye."""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from ui.tokens import DARK, LIGHT, NIGHT, ONSTAGE, PAPER, STAGE
from workstation.domain.dock import SlotStatus

if TYPE_CHECKING:
    from ui.tokens import Palette

Triple = tuple[float, float, float]

AA_TEXT = 4.5  # WCAG 2.2, 1.4.3: text smaller than 24 px, or 18.66 px bold
AA_SHAPE = 3.0  # WCAG 2.2, 1.4.11: marks and the outlines of what can be pressed
APART = 10.0  # CIEDE2000; 2.3 is a just noticeable difference under ideal light

every_theme = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])

# Severity 1.0 of Machado, Oliveira and Fernandes 2009, on linear RGB.
VISIONS: dict[str, tuple[Triple, Triple, Triple]] = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
_XYZ: tuple[Triple, Triple, Triple] = (  # IEC 61966-2-1, D65
    (0.4124, 0.3576, 0.1805),
    (0.2126, 0.7152, 0.0722),
    (0.0193, 0.1192, 0.9505),
)
_WHITE: Triple = (0.95047, 1.0, 1.08883)


def linear(colour: str) -> Triple:
    """A written sRGB colour as light."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return red, green, blue


def _times(matrix: tuple[Triple, Triple, Triple], light: Triple) -> Triple:
    first, second, third = (
        sum(one * other for one, other in zip(row, light, strict=True)) for row in matrix
    )
    return first, second, third


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio, 1 to 21."""
    bright, dim = sorted((_times(_XYZ, linear(colour))[1] for colour in (one, other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def lab(light: Triple) -> Triple:
    """CIE L*a*b* of linear RGB; what lies outside the gamut is brought in first."""
    inside = tuple(min(1.0, max(0.0, part)) for part in light)
    x, y, z = (
        part ** (1 / 3) if part > 216 / 24389 else (24389 / 27 * part + 16) / 116
        for part in (
            value / white
            for value, white in zip(
                _times(_XYZ, (inside[0], inside[1], inside[2])), _WHITE, strict=True
            )
        )
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def difference(one: Triple, other: Triple) -> float:
    """CIEDE2000 of two Lab colours, with all three weights at 1 (CIE 142:2001)."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2
    stretch = 1 + 0.5 * (1 - math.sqrt(mean**7 / (mean**7 + 25**7)))
    c1, c2 = math.hypot(a1 * stretch, b1), math.hypot(a2 * stretch, b2)
    h1 = math.degrees(math.atan2(b1, a1 * stretch)) % 360
    h2 = math.degrees(math.atan2(b2, a2 * stretch)) % 360
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0.0
    lightness, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    hue = (h1 + turn / 2) % 360 if c1 * c2 else h1 + h2
    shape = (
        1
        - 0.17 * math.cos(math.radians(hue - 30))
        + 0.24 * math.cos(math.radians(2 * hue))
        + 0.32 * math.cos(math.radians(3 * hue + 6))
        - 0.20 * math.cos(math.radians(4 * hue - 63))
    )
    off = (lightness - 50) ** 2
    light = (l2 - l1) / (1 + 0.015 * off / math.sqrt(20 + off))
    strong = (c2 - c1) / (1 + 0.045 * chroma)
    other_hue = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2))
    turned = other_hue / (1 + 0.015 * chroma * shape)
    swing = 60 * math.exp(-(((hue - 275) / 25) ** 2))
    twist = -2 * math.sqrt(chroma**7 / (chroma**7 + 25**7)) * math.sin(math.radians(swing))
    return math.sqrt(light**2 + strong**2 + turned**2 + twist * strong * turned)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [  # pairs 1, 7, 13, 17 and 25 of Sharma, Wu and Dalal 2005
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, -0.001, 2.49), (50, 0.0009, -2.49), 4.8045),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ],
)
def test_the_measure_agrees_with_published_pairs(
    one: Triple, other: Triple, expected: float
) -> None:
    assert difference(one, other) == pytest.approx(expected, abs=5e-5)


def test_the_contrast_agrees_with_the_standard() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)


@every_theme
def test_every_text_is_readable_on_every_ground_it_stands_on(palette: Palette) -> None:
    grounds = [palette.canvas, palette.surface, palette.sunken]
    pairs = [(text, ground) for text in (palette.text, palette.text2) for ground in grounds]
    pairs += [(palette.text3, ground) for ground in (palette.canvas, palette.surface)]
    pairs += [(palette.text, palette.tint), (palette.accent, palette.surface)]
    pairs += [(palette.accent, palette.tint), (palette.onaccent, palette.accent)]
    pairs += [(ink, palette.brand) for ink in (palette.onbrand, palette.onbrand2, palette.alarm)]
    pairs += [(palette.onbrand, palette.veil), (ONSTAGE, STAGE), ("#000000", PAPER)]
    for status, ink in enumerate(palette.inks):
        pairs += [(ink, palette.surface), (ink, palette.softs[status])]
        pairs += [(text, palette.softs[status]) for text in (palette.text, palette.text2)]
    assert [pair for pair in pairs if contrast(*pair) < AA_TEXT] == []


@every_theme
def test_every_mark_stands_out_from_its_disc(palette: Palette) -> None:
    marks = zip(palette.marks, palette.fills, strict=True)
    assert [pair for pair in marks if contrast(*pair) < AA_SHAPE] == []


@every_theme
@pytest.mark.parametrize("vision", VISIONS)
def test_any_two_states_look_different_to_every_kind_of_eye(palette: Palette, vision: str) -> None:
    seen = [lab(_times(VISIONS[vision], linear(fill))) for fill in palette.fills]
    names = [status.value for status in SlotStatus]
    close = [
        (names[one], names[other], difference(seen[one], seen[other]))
        for one, other in combinations(range(len(seen)), 2)
        if difference(seen[one], seen[other]) < APART
    ]
    assert close == []


def test_the_night_is_black() -> None:
    assert linear(NIGHT) == (0, 0, 0)
