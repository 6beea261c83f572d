"""The two languages: Chinese is in the source, English is a catalogue installed over it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QCoreApplication, QTranslator

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ui.preferences import Language

I18N_DIR = Path(__file__).resolve().parent.parent / "resources" / "i18n"


class Wording(Protocol):
    """What is the matter, why, and what to do, for people (``ui.texts.Text``)."""

    @property
    def title(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def mend(self) -> str: ...


if TYPE_CHECKING:
    Say = Callable[[str, Mapping[str, object], Language], Wording]


class Tongue:
    """The language spoken now: switches Qt's catalogue and words the codes of the station."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._english = QTranslator()
        self._loaded = self._english.load(str(I18N_DIR / "evidock_en.qm"))
        self.language: Language = "zh_CN"

    def speak(self, language: Language) -> None:
        """Switch; the caller has QML and the models worded anew."""
        if language == self.language:
            return
        if language == "en" and self._loaded:
            QCoreApplication.installTranslator(self._english)
        else:
            QCoreApplication.removeTranslator(self._english)
        self.language = language

    def word(self, code: str, facts: Mapping[str, object]) -> Wording:
        """The words for a code, in the language spoken now."""
        return self._say(code, facts, self.language)
