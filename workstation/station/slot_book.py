"""``slots.json``: which port is which bay, as it was learned; written whole or not at all."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta

from workstation.domain.errors import StateUnusableError
from workstation.vault.diskfile import write_durably

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

logger = logging.getLogger(__name__)

_Slot = Annotated[int, Meta(ge=1, le=64)]
_Port = Annotated[str, Meta(min_length=1, max_length=256)]


class _Book(msgspec.Struct, frozen=True):
    bays: dict[_Slot, tuple[_Port, ...]]
    format: Literal[1] = 1


def load(path: Path) -> dict[int, tuple[str, ...]]:
    """The bays that were learned; none where there is no file.

    A file that can not be understood is passed over, with a word in the log: bays then show as
    not learned, and intake goes on.
    """
    try:
        return dict(msgspec.json.decode(path.read_bytes(), type=_Book).bays)
    except FileNotFoundError:
        return {}
    except (msgspec.MsgspecError, OSError) as error:
        logger.error("slots not read path=%s reason=%s", path, error)  # noqa: TRY400 - says it all
        return {}


def save(path: Path, bays: Mapping[int, tuple[str, ...]]) -> None:
    """Write the bays down.

    Raises:
        StateUnusableError: the disk refuses.
    """
    content = msgspec.json.format(msgspec.json.encode(_Book(dict(sorted(bays.items())))), indent=2)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_durably(path, content + b"\n", mode=0o640)
    except OSError as error:
        raise StateUnusableError(path=str(path), reason=os.strerror(error.errno or 0)) from error


def ports_of(bays: Mapping[int, tuple[str, ...]]) -> dict[str, int]:
    """The bay of each port."""
    return {port: slot for slot, ports in bays.items() for port in ports}
