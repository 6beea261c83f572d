"""One module per recorder family; ``BUILTIN`` and ``open_dock`` are the only lists to extend."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from drivers.android_e12 import AndroidE12Driver
from drivers.android_zzx import AndroidZzxDriver
from drivers.bcplus_bulk import BcPlusBulkDriver
from drivers.ga947_library.driver import Ga947LibraryDriver
from drivers.import_folder import SETTLE_S, FolderDock, ImportFolderDriver
from drivers.jieli_scsi import JieliScsiDriver
from drivers.mass_storage import CardDock, MassStorageDriver
from drivers.mtp.driver import MtpDriver
from drivers.simulated import SimulatedDock, SimulatedDriver
from workstation.devices.hotplug import UsbDock
from workstation.devices.mounter import Mounter, helper_command
from workstation.domain.errors import BadDockUrlError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from workstation.devices.api import Dock, RecorderDriver
    from workstation.devices.locked import LockedDriver
    from workstation.devices.profiles import ProfileSet

    DriverFactory = Callable[[ProfileSet], RecorderDriver]
    LockedDriverFactory = Callable[[ProfileSet], LockedDriver]

BUILTIN: tuple[DriverFactory, ...] = (
    MassStorageDriver,
    MtpDriver,
    ImportFolderDriver,
    SimulatedDriver,
)


# Tried in this order where two are equally sure: the newer Android dialect answers fastest.
LOCKED: tuple[LockedDriverFactory, ...] = (
    JieliScsiDriver,
    AndroidZzxDriver,
    AndroidE12Driver,
    BcPlusBulkDriver,
    Ga947LibraryDriver,
)
EXPERIMENTAL = frozenset({BcPlusBulkDriver.name})


def builtin_drivers(profiles: ProfileSet) -> tuple[RecorderDriver, ...]:
    """Every driver of the product, for ``Registry``."""
    return tuple(factory(profiles) for factory in BUILTIN)


def locked_drivers(
    profiles: ProfileSet, experimental: Collection[str] = ()
) -> tuple[LockedDriver, ...]:
    """The drivers of recorders that must be spoken to before they show their card.

    Args:
        profiles: the recorder families of this station.
        experimental: names of those never tried on a recorder that this site turns on.
    """
    made = (factory(profiles) for factory in LOCKED)
    return tuple(
        driver for driver in made if driver.name not in EXPERIMENTAL or driver.name in experimental
    )


def open_dock(url: str, *, profiles: ProfileSet, cache_directory: Path) -> Dock:
    """The dock that a URL of the settings names.

    ``usb:`` · ``folder:/path?settle_s=2`` · ``card:/path`` · ``simulated:?slots=30&…``

    Args:
        url: as the settings give it.
        profiles: the recorder families of this station.
        cache_directory: where simulated footage may be kept; for ``usb:``, a directory whose
            disk is our own and never a recorder's (the vault).

    Raises:
        BadDockUrlError: fact ``reason`` says what is wrong with ``url``.
    """
    scheme, _, rest = url.partition(":")
    if scheme == "simulated":
        return SimulatedDock(url, cache_directory)
    if scheme == "usb" and not rest:
        mounter = Mounter(helper_command())
        return UsbDock(profiles, own_paths=(cache_directory,), mounter=mounter)
    if scheme == "folder":
        path, options = _path_and_options(url, {"settle_s"})
        return FolderDock(url, path, profiles, _seconds(url, options.get("settle_s")))
    if scheme == "card":
        path, _ = _path_and_options(url, frozenset())
        return CardDock(url, path)
    reason = "usb_takes_no_options" if scheme == "usb" else "unknown_scheme"
    raise BadDockUrlError(url=url, reason=reason)


def _path_and_options(url: str, allowed: set[str] | frozenset[str]) -> tuple[Path, dict[str, str]]:
    parts = urlsplit(url)
    if parts.netloc or parts.fragment:
        raise BadDockUrlError(url=url, reason="form")
    try:
        options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    except ValueError as error:
        raise BadDockUrlError(url=url, reason="form") from error
    unknown = options.keys() - allowed
    if unknown:
        raise BadDockUrlError(url=url, reason="unknown_option", options=", ".join(sorted(unknown)))
    return Path(unquote(parts.path)), options


def _seconds(url: str, text: str | None) -> float:
    if text is None:
        return SETTLE_S
    try:
        return float(text)
    except ValueError as error:
        raise BadDockUrlError(url=url, reason="settle_s") from error
