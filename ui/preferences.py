"""Language and theme, remembered for the kiosk's own user; the station's state is not ours."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Literal

import msgspec

logger = logging.getLogger(__name__)

Language = Literal["zh_CN", "en"]
Theme = Literal["light", "dark"]


class Preferences(msgspec.Struct, frozen=True):
    """What a person last chose at this screen."""

    language: Language = "zh_CN"
    theme: Theme = "light"


def preferences_path() -> Path:
    """Where they lie, by the XDG Base Directory Specification."""
    home = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(home) / "evidock" / "kiosk.json"


def read_preferences(path: Path) -> Preferences:
    """Read them; what is missing or spoilt counts as not chosen."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Preferences)
    except FileNotFoundError:
        return Preferences()
    except (OSError, msgspec.DecodeError) as error:
        logger.info("preferences not read path=%s: %s", path, error)
        return Preferences()


def write_preferences(path: Path, preferences: Preferences) -> None:
    """Remember them; a kiosk that may not write goes on with what it shows."""
    fresh = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_bytes(msgspec.json.encode(preferences))
        fresh.replace(path)
    except OSError as error:
        logger.info("preferences not kept path=%s: %s", path, error)
