"""The design language as numbers: every colour, size and weight the screens use.

Contrast and colour-blind distance of the status fills were checked when the values were
chosen (CIEDE2000 at least 17.7 light, 20.2 dark over four kinds of vision).
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Property, QObject, Signal
from PySide6.QtGui import QColor
from PySide6.QtQml import QmlElement, QmlSingleton

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1

FONT_FAMILY = "Noto Sans CJK SC"  # always named: the default falls back to Japanese glyph forms
STAGE, ONSTAGE = "#000000", "#EDF3F8"
TOUCH_PX = 56  # 11 mm on a 21.5 inch panel of 1920 x 1080
PAPER = "#FFFFFF"  # under a QR code in either theme
NIGHT = "#000000"
SPARK_W_PX = 170  # the trend of the rate, drawn in these bounds
SPARK_H_PX = 60


@dataclass(frozen=True, slots=True)
class Palette:
    """One theme. The status rows follow the order of ``SlotStatus``."""

    canvas: str
    surface: str
    sunken: str
    track: str
    line: str
    edge: str
    text: str
    text2: str
    text3: str
    brand: str
    onbrand: str
    onbrand2: str
    veil: str
    alarm: str
    accent: str
    tint: str
    onaccent: str
    inks: tuple[str, ...]
    fills: tuple[str, ...]
    softs: tuple[str, ...]
    marks: tuple[str, ...]


LIGHT = Palette(
    canvas="#EEF2F5",
    surface="#FFFFFF",
    sunken="#E3E9EE",
    track="#E1E7EC",
    line="#CFD8E0",
    edge="#9AA8B5",
    text="#13202C",
    text2="#425362",
    text3="#566675",
    brand="#12355B",
    onbrand="#FFFFFF",
    onbrand2="#C4CFDB",
    veil="#2A4A6C",
    alarm="#FFC930",
    accent="#0B66C3",
    tint="#DCEBFB",
    onaccent="#FFFFFF",
    inks=("#566675", "#0B5FC0", "#372F7D", "#00614F", "#8A4600", "#AE1014"),
    fills=("#AAB3BD", "#2F83F5", "#40378A", "#006E5D", "#F0A23C", "#BE1216"),
    softs=("#E3E9EE", "#E3EFFD", "#E9E7F8", "#DCF2EC", "#FFF1DC", "#FBE5E3"),
    marks=("#13202C", "#FFFFFF", "#FFFFFF", "#FFFFFF", "#1B1200", "#FFFFFF"),
)

DARK = Palette(
    canvas="#0C131A",
    surface="#151F29",
    sunken="#0F1820",
    track="#26333F",
    line="#293744",
    edge="#4B5660",
    text="#EDF3F8",
    text2="#B6C3CF",
    text3="#8C9BA9",
    brand="#0F2B49",
    onbrand="#FFFFFF",
    onbrand2="#B9C6D3",
    veil="#23415F",
    alarm="#FFC930",
    accent="#62AEFF",
    tint="#16324F",
    onaccent="#06131F",
    inks=("#8C9BA9", "#7DB8FF", "#C9C3FF", "#4ADBB9", "#FFD154", "#FF9179"),
    fills=("#4B5660", "#2F7DE8", "#C5BFFF", "#3BD3AF", "#FFC930", "#E23A12"),
    softs=("#0F1820", "#13304F", "#29264A", "#0E302C", "#3F310B", "#47190F"),
    marks=("#EDF3F8", "#FFFFFF", "#0C131A", "#06231D", "#1B1200", "#FFFFFF"),
)


_changed = Signal()


def _colour(name: str) -> Property:
    return Property(QColor, lambda tokens: QColor(getattr(tokens.palette, name)), notify=_changed)


def _colours(name: str) -> Property:
    return Property(
        list,
        lambda tokens: [QColor(text) for text in getattr(tokens.palette, name)],
        notify=_changed,
    )


def _size(value: float) -> Property:
    return Property(float, lambda _: value, constant=True)


def _whole(value: int) -> Property:
    return Property(int, lambda _: value, constant=True)


@QmlElement
@QmlSingleton
class Tokens(QObject):
    """What QML sees of the design language; ``set_dark`` switches the palette while it runs.

    Sizes are logical pixels of the cabinet's 1920 x 1080 panel.
    """

    changed = _changed

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.palette = LIGHT

    def set_dark(self, *, dark: bool) -> None:
        """Show the dark palette, or the light one."""
        self.palette = DARK if dark else LIGHT
        self.changed.emit()

    canvas = _colour("canvas")
    surface = _colour("surface")
    sunken = _colour("sunken")
    track = _colour("track")
    line = _colour("line")
    edge = _colour("edge")
    text = _colour("text")
    text2 = _colour("text2")
    text3 = _colour("text3")
    brand = _colour("brand")
    onbrand = _colour("onbrand")
    onbrand2 = _colour("onbrand2")
    veil = _colour("veil")
    alarm = _colour("alarm")
    accent = _colour("accent")
    tint = _colour("tint")
    onaccent = _colour("onaccent")
    paper = Property(QColor, lambda _: QColor(PAPER), constant=True)
    night = Property(QColor, lambda _: QColor(NIGHT), constant=True)
    inks = _colours("inks")
    fills = _colours("fills")
    softs = _colours("softs")
    marks = _colours("marks")

    stage = Property(QColor, lambda _: QColor(STAGE), constant=True)  # behind footage, any theme
    onstage = Property(QColor, lambda _: QColor(ONSTAGE), constant=True)
    family = Property(str, lambda _: FONT_FAMILY, constant=True)
    small = _whole(12)  # nothing but a name of the rail that would not fit otherwise
    caption = _whole(15)
    body = _whole(17)
    label = _whole(20)
    title = _whole(24)
    headline = _whole(30)
    number = _whole(34)
    display = _whole(44)
    regular = _whole(400)
    medium = _whole(500)
    bold = _whole(700)

    s2 = _size(2)
    s4 = _size(4)
    s8 = _size(8)
    s12 = _size(12)
    s16 = _size(16)
    s24 = _size(24)
    s32 = _size(32)
    r6 = _size(6)
    r14 = _size(14)
    hair = _size(1)  # width of a line
    firm = _size(2)  # width of a line that must be seen
    strong = _size(4)  # of a line that must be found among thirty
    touch = _size(TOUCH_PX)
    key = _size(76)  # a key of the own keypad
    keypad = _size(360)  # its width
    desk = _size(960)  # the sign-in card
    qr = _size(420)  # the receipt's code: read by a phone at arm's length
    resting = _whole(180)  # the hour on the clock screen, read across the hall

    icon18 = _whole(18)
    icon22 = _whole(22)
    icon28 = _whole(28)
    icon32 = _whole(32)
    icon44 = _whole(44)
    icon56 = _whole(56)
    icon96 = _whole(96)
    thin = _size(1.6)  # stroke of icons: large, normal, small, on a mark
    stroke = _size(1.8)
    stout = _size(2.0)
    heavy = _size(2.4)

    bar = _size(76)  # brand bar
    rail = _size(108)  # left rail in landscape
    dock = _size(92)  # bottom bar in portrait
    tile = _size(100)  # counters over the wall
    tilelow = _size(64)
    strip = _size(36)  # one line of sums, and a pill's row
    pill = _size(30)
    captionrow = _size(20)  # lines of a card, tighter than the font asks for
    labelrow = _size(28)
    ring = _size(100)  # the mark of a card, its line, and the compact one
    ringline = _size(10)
    ringsmall = _size(66)
    ringsmallline = _size(7)
    battery = _size(22)
    sparkw = _size(SPARK_W_PX)
    sparkh = _size(SPARK_H_PX)
    navw = _size(88)
    navh = _size(88)
    letter = _size(60)  # a key of the letters
    chipmost = _size(300)  # a filter that is chosen
    navleast = _size(104)  # an entry of the bottom bar
    roomtile = _size(132)
    clipcard = _size(290)  # a clip's card, at least
    clipwords = _size(122)  # of it, what is not picture
    wide = _size(0.5625)  # height to width of a picture
    near = _whole(600)  # of a grid of pictures kept ready outside the view
    shade = _size(0.72)  # under words on a picture
    turn = _size(360)  # degrees
    markpart = _size(0.84)  # a mark's share of the ring it stands in for
    octagon = _size(0.293)  # corner cut of a regular octagon, as a share of its width
    faint = _size(0.6)  # of what is not to be used now, and of a watermark
    leading = _size(1.15)  # line height of running text
    opaque = _size(1)  # of what can be pressed, and what can not now
    dimmed = _size(0.45)
    whole = _size(100)  # per cent
    gap = _size(14)  # between cards
    trend = _size(430)  # tile of the rate
    roomy = _size(1500)  # a wall wider than this has room for that tile
    narrow = _size(1200)  # a brand bar narrower than this says less
    lowwall = _size(760)  # a wall lower than this saves on height
    ahead = _whole(2000)  # of a list kept ready outside the view
    cardleast = _size(248)  # a tall card; what is higher is spread over it
    cardlarge = _size(360)  # a card higher than this has larger type
    ringmost = _size(168)
    langw = _size(72)
    clock = _size(42)
    thumbw = _size(112)
    thumbh = _size(63)
    rowhigh = _size(80)
    panel = _size(440)  # left panel of the detail screen
    baymap = _size(280)  # least width of a bay in the map
    sheet = _size(880)  # widest text block
