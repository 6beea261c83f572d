"""Where the station can write a court pack: mounted disks, and folders that the site configured."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.devices.mounts import MOUNTINFO, read_mounts
from workstation.domain.errors_export import ExportPlaceError
from workstation.ipc.messages_export import ExportPlace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workstation.platform.settings import ExportSection


def places(section: ExportSection, mountinfo: Path = MOUNTINFO) -> tuple[ExportPlace, ...]:
    """Every place that can be written now: disks first, then folders; none of them twice.

    ``mountinfo`` is the kernel's list of mounts in the form of proc(5).
    """
    found: dict[str, ExportPlace] = {}
    for path, is_medium in _candidates(section, mountinfo):
        if str(path) not in found and (place := _place(path, is_medium=is_medium)) is not None:
            found[str(path)] = place
    return tuple(found.values())


def require_listed(section: ExportSection, path: str, mountinfo: Path = MOUNTINFO) -> Path:
    """The place of this path, if it is one that people may choose.

    Raises:
        ExportPlaceError: it is none, or not there any more.
    """
    if all(place.path != path for place in places(section, mountinfo)):
        raise ExportPlaceError(path=path, reason=os.strerror(2))
    return Path(path)


def _candidates(section: ExportSection, mountinfo: Path) -> Iterator[tuple[Path, bool]]:
    roots = [Path(root) for root in section.media]
    for mount in read_mounts(mountinfo):
        point = Path(mount.mount_point)
        is_below = any(root in point.parents for root in roots)
        if is_below and "ro" not in mount.options.split(","):
            yield point, True
    for folder in section.folders:
        yield Path(folder), False


def _place(path: Path, *, is_medium: bool) -> ExportPlace | None:
    try:
        if not path.is_dir() or not os.access(path, os.W_OK | os.X_OK):
            return None
        stats = os.statvfs(path)
    except OSError:  # a disk that is being pulled out
        return None
    return ExportPlace(
        str(path),
        path.name or str(path),
        is_medium,
        stats.f_bavail * stats.f_frsize,
        stats.f_blocks * stats.f_frsize,
    )
