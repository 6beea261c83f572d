"""List everything on an MTP device by the rules of a card: one order, limits, nothing left out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workstation.devices import names
from workstation.devices.file_names import NOT_EVIDENCE
from workstation.devices.found import Form, Found, describe, line
from workstation.devices.walk import (
    DIRECTORY_LOOP,
    DIRECTORY_UNREADABLE,
    MAX_DEPTH,
    MAX_ENTRIES,
    OVER_LIMIT,
)
from workstation.domain.errors import RecorderGoneError, RecorderUnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from drivers.mtp.link import Link
    from drivers.mtp.store import Node, Store
    from workstation.devices.found import Described
    from workstation.devices.profiles import Profile
    from workstation.domain.clip import ClipEntry


@dataclass(frozen=True, slots=True)
class _Place:
    """A folder on the way down, and the objects met on the way."""

    parts: tuple[bytes, ...] = ()
    path: str = ""
    findings: tuple[str, ...] = ()
    handles: frozenset[int | None] = frozenset()


def list_entries(link: Link, store: Store, profile: Profile) -> Iterator[ClipEntry]:
    """Everything there is, in the byte order of the paths of each folder.

    Raises:
        RecorderGoneError: the device left; also when that shows only at the end.
        RecorderUnreadableError: its top can not be listed.
    """
    store.forget()
    top = store.folder(())
    if not top.nodes and not top.is_whole:
        raise RecorderUnreadableError(reason="mtp_listing")
    for count, entry in enumerate(_folder(store, profile, _Place())):
        if count == MAX_ENTRIES:
            yield line(entry.path, entry.raw_path, OVER_LIMIT)
            break
        yield entry
    # A device that left or was locked meanwhile may have listed as empty, without an error.
    if not link.storages:
        raise RecorderGoneError(reason="no_storage")


def _folder(store: Store, profile: Profile, place: _Place) -> Iterator[ClipEntry]:
    folder = store.folder(place.parts)
    children = sorted(map(_found, folder.nodes.values()), key=lambda child: child.order)
    raw_path = b"/".join(place.parts)
    for described in describe(children, place.path, raw_path, place.findings, profile):
        node = folder.nodes[described.found.raw_name]
        if node.is_folder:
            yield from _descend(store, profile, place, (described, node))
        else:
            yield described.entry()
    if not folder.is_whole:
        yield line(place.path or ".", raw_path or b".", DIRECTORY_UNREADABLE)


def _descend(
    store: Store, profile: Profile, place: _Place, inner: tuple[Described, Node]
) -> Iterator[ClipEntry]:
    described, node = inner
    if profile.is_skipped(described.path):
        yield line(described.path, described.raw_path, NOT_EVIDENCE)
        return
    is_loop = node.handle is not None and node.handle in place.handles
    if is_loop or len(place.parts) >= MAX_DEPTH:
        yield line(described.path, described.raw_path, DIRECTORY_LOOP)
        return
    yield from _folder(
        store,
        profile,
        replace(
            place,
            parts=(*place.parts, node.raw_name),
            path=described.path,
            findings=described.findings,
            handles=place.handles | {node.handle},
        ),
    )


def _found(node: Node) -> Found:
    name, findings = names.display(node.raw_name)
    form = Form.DIRECTORY if node.is_folder else Form.FILE
    return Found(node.raw_name, name, findings, form, node.size_bytes, node.mtime_ns)
