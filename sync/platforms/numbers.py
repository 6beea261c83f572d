"""The number of a file at a platform, and times as platforms write them.

``{domain 8}_{recorder 20}{shot 14}{type 2}{mark 2}{import 14}{sequence 4}``, times as
``YYYYMMDDhhmmss`` of the station's zone: 65 characters with the underscore.
Source: GoSuncn openapi workstation v3, field ``wjbh``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from workstation.domain.clip import ClipKind

LENGTH = 65
SEQUENCES = 10_000  # of one recorder, one second of shooting and one of import
_RECORDER_DIGITS = 20
_STRANGE = re.compile(r"[^0-9A-Za-z]")


def recorder_code(serial: str) -> str:
    """A recorder's serial as 20 characters: the last ones, zeros before a shorter one."""
    plain = _STRANGE.sub("", serial)
    return plain[-_RECORDER_DIGITS:].rjust(_RECORDER_DIGITS, "0")


def stamp(moment: datetime) -> str:
    """``YYYYMMDDhhmmss``."""
    return f"{moment:%Y%m%d%H%M%S}"


def written(moment: datetime) -> str:
    """``YYYY-MM-DD hh:mm:ss``."""
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def beginning(domain: str, serial: str, shot: datetime, kind: str, *, is_marked: bool) -> str:
    """Everything before the time of import; ``kind`` is the platform's own number."""
    mark = int(is_marked)
    return f"{domain}_{recorder_code(serial)}{stamp(shot)}{int(kind):02}{mark:02}"


def file_number(begins: str, imported: datetime, sequence: int) -> str:
    """The whole number.

    Raises:
        ValueError: the parts do not make one of 65 characters.
    """
    number = f"{begins}{stamp(imported)}{sequence:04}"
    if len(number) != LENGTH:
        raise ValueError(number)
    return number


def alias(serial: str, shot: datetime, sequence: int, name: str) -> str:
    """``wjbm``: recorder, time and number, with the file's own ending."""
    ending = name.rpartition(".")[2].lower() or "dat"
    return f"{recorder_code(serial)}{stamp(shot)}{sequence:04}.{ending}"


def code_of(kind: ClipKind, codes: dict[ClipKind, str], other: str) -> str:
    """A platform's number for a kind of file."""
    return codes.get(kind, other)
