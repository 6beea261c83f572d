"""Rules of the house for QML and strings, kept by looking at the files."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QObject

from tests.tools import qml_types, strings

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.ui.screen import Screen

ROOT = Path(__file__).resolve().parents[2]
QML = sorted((ROOT / "ui" / "qml").rglob("*.qml"))
ICONS = ROOT / "resources" / "icons"

every_screen = pytest.mark.parametrize("path", QML, ids=lambda path: path.name)

_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|Qt\.rgba|color: \"(?!transparent)")
_SIZE = re.compile(r"(?<![\w.])\d{2,}(?![\w.])")


def _code(path: Path) -> str:
    return re.sub(r"//.*", "", path.read_text(encoding="utf-8"))


@every_screen
def test_colours_and_sizes_come_from_the_tokens_only(path: Path) -> None:
    assert _COLOUR.findall(_code(path)) == []
    assert _SIZE.findall(_code(path)) == []
    assert re.findall(r"(?:pixelSize|radius|spacing|[mM]argins?): \d*[1-9]", _code(path)) == []


@every_screen
def test_each_file_says_what_it_shows_and_stays_short(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("// ")
    assert len(lines) <= 250


@every_screen
def test_words_for_people_can_be_translated(path: Path) -> None:
    untold = re.sub(r"qsTr\(\"[^\"]*\"\)", "", _code(path))
    bare = list(re.findall(r"\"[^\"]*[\u4e00-\u9fff][^\"]*\"", untold))
    named_in_their_own_language = {'"中文"', '"切换到中文"'}
    assert set(bare) <= named_in_their_own_language


@every_screen
def test_icons_named_in_qml_are_there(path: Path) -> None:
    named = re.findall(r"(?:icon|glyph|name): \"([a-z0-9-]+)\"", _code(path))
    assert [name for name in named if not (ICONS / f"{name}.svg").is_file()] == []


def test_every_icon_we_ship_is_used() -> None:
    sources = [*QML, *(ROOT / "ui").rglob("*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    shipped = {path.stem for path in ICONS.glob("*.svg")}
    assert {name for name in shipped if f'"{name}"' not in text} == set()
    assert (ICONS / "LICENSE").is_file()


def test_qmllint_has_nothing_to_say() -> None:
    tool = str(Path(sys.executable).parent / "pyside6-qmllint")
    types = str(ROOT / "ui" / "qml")
    done = subprocess.run(
        [tool, "-I", types, "--max-warnings", "0", *map(str, QML)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_types_told_to_qmllint_are_those_of_the_program() -> None:
    assert qml_types.TARGET.read_text(encoding="utf-8") == qml_types.describe()


def test_make_strings_would_change_nothing() -> None:
    assert strings.stale() == []


def test_every_string_is_translated() -> None:
    for message in ElementTree.parse(strings.CATALOGUE).iter("message"):
        translation = message.find("translation")
        assert translation is not None
        assert translation.get("type") is None, message.findtext("source")
        assert "".join(translation.itertext()).strip(), message.findtext("source")


def test_translations_keep_the_places_for_numbers() -> None:
    for message in ElementTree.parse(strings.CATALOGUE).iter("message"):
        source, english = message.findtext("source") or "", message.findtext("translation") or ""
        places = re.compile(r"\{\w+\}|%\d")
        assert sorted(places.findall(source)) == sorted(places.findall(english)), source


@every_screen
def test_nothing_opens_a_window_or_blocks_the_wall(path: Path) -> None:
    windows = "Window|ApplicationWindow|Popup|Dialog|MessageDialog|Drawer|Menu"
    assert re.findall(rf"\b(?:{windows}) \{{", _code(path)) == []
    assert "modal" not in _code(path)


def test_no_view_model_gets_methods_of_its_own(kiosk: Callable[..., Screen]) -> None:
    """Every method that is connected is marked ``@Slot``.

    A plain one gives its object a meta-object that is freed with it; QML remembers meta-objects
    by address and then takes the next one that lies there for the old.
    """
    program = kiosk().program
    models = [program.kiosk, *program.kiosk.findChildren(QObject)]
    assert len(models) > 10
    assert {type(one).__name__ for one in models if _was_extended(one)} == set()
    plain = _Plain()
    program.kiosk.moved.connect(plain.hear)
    assert _was_extended(plain)


class _Plain(QObject):
    """What the rule above forbids."""

    def hear(self) -> None:
        """Connected without being a slot."""


def _was_extended(model: QObject) -> bool:
    """Whether this one object has a description beside its class's."""
    meta = model.metaObject()
    return meta.superClass().className() == meta.className()
