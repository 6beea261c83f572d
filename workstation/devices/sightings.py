"""Decide what is to be announced for one USB port; pure, so every odd case is a short test."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from workstation.devices.api import HubAbove, Sighting
from workstation.devices.mounts import mount_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from workstation.devices.mounter import MountNote
    from workstation.devices.mounts import Mount
    from workstation.devices.usb_bus import Gadget, Volume

CHARGE_ONLY = "slot.charge_only"
NO_MEDIUM = "slot.no_medium"
ENCRYPTED_MEDIUM = "slot.encrypted_medium"
UNKNOWN_MEDIUM = "slot.unknown_medium"
UNKNOWN_DEVICE = "slot.unknown_device"
WAITING_MOUNT = "slot.waiting_mount"

REASON = "EVIDOCK_REASON"  # among a sighting's properties: what the mount helper said

_ENCODED = re.compile(rb"\\x([0-9a-f]{2})")


@dataclass(frozen=True, slots=True)
class Port:
    """What is plugged into one port. ``is_settled``: nothing more is to be expected of it."""

    name: str
    gadget: Gadget | None
    volumes: Sequence[Volume]
    is_settled: bool
    hubs: tuple[HubAbove, ...] = ()
    notes: Mapping[str, MountNote] = field(default_factory=dict)  # by device node


@dataclass(frozen=True, slots=True)
class Shown:
    """What to announce. ``generation`` tells two dockings of one card apart."""

    sighting: Sighting
    generation: str
    sys_paths: frozenset[str]


def sightings_at(port: Port, mounts: list[Mount], known_usb: Collection[str]) -> list[Shown]:
    """What to announce for a port: nothing, one state, or one sighting per file system.

    Nothing is for hubs, keyboards and whatever else can not hold footage. Two file systems
    (inner memory and card) are two sightings, because each must be collected.
    """
    candidates = _candidates(port.volumes)
    readable = [
        (volume, mount)
        for volume in candidates
        for mount in [mount_of(mounts, volume.number, volume.node)]
        if mount is not None or volume.has_file_system
    ]
    if not readable:
        if port.gadget and port.gadget.is_mtp and not candidates and not port.gadget.is_storage:
            return [_mtp(port, port.gadget)]
        code = _state(port, candidates, known_usb)
        # The disk itself names its maker (INQUIRY) and node, which vendor commands need.
        volume = candidates[0] if candidates else None
        return [_not_ready(port, port.name, code, volume)] if code else []
    shown = []
    for number, (volume, mount) in enumerate(readable, 1):
        name = port.name if number == 1 else f"{port.name}/{number}"
        if mount is None:
            note = port.notes.get(volume.node)
            shown.append(_not_ready(port, name, note.code if note else WAITING_MOUNT, volume))
        else:
            shown.append(_ready(port, name, volume, mount))
    return shown


def hubs_above(gadget: Gadget | None, hubs: Iterable[Gadget]) -> tuple[HubAbove, ...]:
    """The hubs a recorder hangs on, from the machine outwards."""
    if gadget is None:
        return ()
    above = [hub for hub in hubs if gadget.sys_path.startswith(f"{hub.sys_path}/")]
    above.sort(key=lambda hub: len(hub.sys_path))
    return tuple(HubAbove(hub.port, hub.usb, hub.twin) for hub in above)


def is_own(volumes: Iterable[Volume], mounts: list[Mount], own_paths: Iterable[str]) -> bool:
    """Whether the station itself lives on this disk: never read our own vault as a recorder."""
    tops = {
        top for path in own_paths for top in (PurePosixPath(path), *PurePosixPath(path).parents)
    }
    found = (mount_of(mounts, volume.number, volume.node) for volume in volumes)
    return any(mount is not None and PurePosixPath(mount.mount_point) in tops for mount in found)


def _candidates(volumes: Sequence[Volume]) -> list[Volume]:
    """Partitions, and disks that have none."""
    parents = {volume.sys_path.rpartition("/")[0] for volume in volumes if volume.is_partition}
    return [volume for volume in volumes if volume.is_partition or volume.sys_path not in parents]


def _state(port: Port, candidates: list[Volume], known_usb: Collection[str]) -> str:
    if candidates:
        if not any(volume.size_bytes for volume in candidates):
            return NO_MEDIUM
        if any(volume.properties.get("ID_FS_USAGE") == "crypto" for volume in candidates):
            return ENCRYPTED_MEDIUM
        return UNKNOWN_MEDIUM if port.is_settled else WAITING_MOUNT
    if port.gadget is None:
        return ""
    if port.gadget.is_storage:
        return NO_MEDIUM if port.is_settled else WAITING_MOUNT
    if port.gadget.may_be_recorder or port.gadget.usb in known_usb:
        return CHARGE_ONLY
    return UNKNOWN_DEVICE if port.gadget.is_stranger else ""


def _not_ready(port: Port, name: str, code: str, volume: Volume | None = None) -> Shown:
    properties = _properties(port, volume)
    plugging = port.gadget.plugging if port.gadget else ""
    generation = f"{plugging} {code} {volume.generation if volume else ''}"
    sighting = Sighting(
        port=name,
        source="",
        scheme="usb",
        vendor_id=_hex(properties.get("ID_VENDOR_ID", "")),
        product_id=_hex(properties.get("ID_MODEL_ID", "")),
        serial=properties.get("ID_SERIAL_SHORT", ""),
        label=_label(properties),
        device_node=volume.node if volume else "",
        ready=False,
        state_code=code,
        properties=properties,
        twin=port.gadget.twin if port.gadget else "",
        hubs=port.hubs,
    )
    return Shown(sighting, generation, _sys_paths(port, volume))


def _ready(port: Port, name: str, volume: Volume, mount: Mount) -> Shown:
    properties = _properties(port, volume)
    plugging = port.gadget.plugging if port.gadget else ""
    note = port.notes.get(volume.node)
    sighting = Sighting(
        port=name,
        source=mount.mount_point,
        scheme="card",
        state_code=note.code if note and note.mount_point == mount.mount_point else "",
        vendor_id=_hex(properties.get("ID_VENDOR_ID", "")),
        product_id=_hex(properties.get("ID_MODEL_ID", "")),
        serial=properties.get("ID_SERIAL_SHORT", ""),
        label=_label(properties),
        device_node=volume.node,
        properties=properties,
        twin=port.gadget.twin if port.gadget else "",
        hubs=port.hubs,
    )
    # Not the note: it may come after the mount, and is no other docking.
    generation = f"{plugging} {volume.generation} {mount.mount_id} {mount.mount_point}"
    return Shown(sighting, generation, _sys_paths(port, volume))


def _mtp(port: Port, gadget: Gadget) -> Shown:
    """A recorder that shows files without being a disk: its own driver opens the USB device."""
    sighting = Sighting(
        port=port.name,
        source=gadget.properties.get("DEVNAME", ""),
        scheme="mtp",
        vendor_id=_hex(gadget.properties.get("ID_VENDOR_ID", "")),
        product_id=_hex(gadget.properties.get("ID_MODEL_ID", "")),
        serial=gadget.properties.get("ID_SERIAL_SHORT", ""),
        properties=gadget.properties,
        twin=gadget.twin,
        hubs=port.hubs,
    )
    return Shown(sighting, f"{gadget.plugging} mtp", _sys_paths(port, None))


def _properties(port: Port, volume: Volume | None) -> Mapping[str, str]:
    if volume is not None:
        note = port.notes.get(volume.node)
        why = {REASON: note.reason} if note is not None and note.reason else {}
        return {**volume.properties, **why}
    return port.gadget.properties if port.gadget else {}


def _sys_paths(port: Port, volume: Volume | None) -> frozenset[str]:
    """The devices whose leaving ends this sighting: itself, its disk, its USB device."""
    paths = {port.gadget.sys_path} if port.gadget else set()
    if volume is not None:
        paths |= {volume.sys_path}
        if volume.is_partition:
            paths.add(volume.sys_path.rpartition("/")[0])
    return frozenset(paths)


def _label(properties: Mapping[str, str]) -> str:
    """The volume label. udev keeps the true one with escapes, and a tidied one beside it."""
    encoded = properties.get("ID_FS_LABEL_ENC", "").encode("utf-8", "surrogateescape")
    raw = _ENCODED.sub(lambda match: bytes([int(match.group(1), 16)]), encoded)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", "replace")
    return (text or properties.get("ID_FS_LABEL", "")).strip()


def _hex(text: str) -> int:
    try:
        return int(text, 16)
    except ValueError:
        return 0
