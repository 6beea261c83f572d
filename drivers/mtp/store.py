"""The objects of an MTP device as a tree of names, for a library that knows only numbers."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from drivers.mtp.link import LISTING_S
from workstation.domain.errors import EntryError, RecorderGoneError

if TYPE_CHECKING:
    from drivers.mtp.link import Link
    from workstation.devices.isolated import Plain

_SMALL_PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Node:
    """One object. ``handle`` is None for a further storage, which is shown as a folder."""

    raw_name: bytes
    handle: int | None
    storage: int
    parent: int | None
    is_folder: bool
    size_bytes: int = 0
    mtime_ns: int = 0

    @property
    def place(self) -> dict[str, Plain]:
        """What the child needs to find it again."""
        return {"handle": self.handle, "storage": self.storage, "parent": self.parent}


@dataclass(frozen=True, slots=True)
class Folder:
    """What lies in one folder, by name, and whether it listed to its end."""

    nodes: dict[bytes, Node] = field(default_factory=dict)
    is_whole: bool = True


class Store:
    """Everything that one open device shows; asks for each folder once, until ``forget``.

    The first storage is the top of the tree, so that paths are those of a card; further ones
    are folders of the top that bear their description.
    """

    def __init__(self, link: Link) -> None:
        self._link = link
        self._folders: dict[tuple[bytes, ...], Folder] = {}

    def forget(self) -> None:
        """Ask anew from here on."""
        self._folders.clear()

    def folder(self, parts: tuple[bytes, ...]) -> Folder:
        """One folder, by the names that lead to it.

        Raises:
            OSError: there is no such folder.
            RecorderGoneError: the device left.
        """
        if parts not in self._folders:
            self._folders[parts] = self._listed(parts)
        return self._folders[parts]

    def node(self, raw_path: bytes) -> Node | None:
        """The object at a path, if there is one.

        Raises:
            RecorderGoneError: the device left.
        """
        *above, name = raw_path.split(b"/")
        try:
            return self.folder(tuple(above)).nodes.get(name)
        except OSError:
            return None

    def names_in(self, parts: tuple[bytes, ...]) -> tuple[list[bytes], list[bytes]]:
        """Sub-folders and files of one folder (``SmallFiles``).

        Raises:
            OSError: there is no such folder.
        """
        nodes = self.folder(parts).nodes.values()
        return (
            [node.raw_name for node in nodes if node.is_folder],
            [node.raw_name for node in nodes if not node.is_folder],
        )

    def read_small(self, path: str, limit_bytes: int) -> bytes:
        """The beginning of a file; nothing where it is not there or not readable."""
        node = self.node(path.encode())
        if node is None or node.is_folder:
            return b""
        count = min(limit_bytes, node.size_bytes, _SMALL_PIECE)
        try:
            self._link.send("read", path, offset=0, count=count, **node.place)
            piece, _ = self._link.receive(path, 0)
        except EntryError:
            return b""
        return piece or b""

    def _listed(self, parts: tuple[bytes, ...]) -> Folder:
        if not parts:
            return self._top()
        above = self.folder(parts[:-1]).nodes.get(parts[-1])
        if above is None or not above.is_folder:
            raise OSError(errno.ENOENT, os.strerror(errno.ENOENT), b"/".join(parts))
        return self._children(above.storage, above.handle)

    def _top(self) -> Folder:
        storages = self._link.storages
        if not storages:  # it showed some when it was opened
            raise RecorderGoneError(reason="no_storage")
        first, *others = storages
        top = self._children(first["id"], None)
        for storage in others:
            name = storage["description"] or storage["volume"] or f"storage {storage['id']:08x}"
            raw_name = _free_name(_raw(name), top.nodes)
            top.nodes[raw_name] = Node(raw_name, None, storage["id"], None, is_folder=True)
        return top

    def _children(self, storage: int, parent: int | None) -> Folder:
        listing = self._link.ask("children", timeout_s=LISTING_S, storage=storage, parent=parent)
        folder = Folder(is_whole=listing["is_whole"])
        for one in listing["objects"]:
            node = _node(one, storage, parent, folder.nodes)
            folder.nodes[node.raw_name] = node
        return folder


def _node(
    one: dict[str, Plain], storage: int, parent: int | None, taken: dict[bytes, Node]
) -> Node:
    return Node(
        raw_name=_free_name(_raw(one["name"]), taken),
        handle=one["handle"],
        storage=storage,
        parent=parent,
        is_folder=one["is_folder"],
        size_bytes=0 if one["is_folder"] else one["size_bytes"],
        mtime_ns=one["modified_s"] * 1_000_000_000,
    )


def _raw(name: str) -> bytes:
    """A name as one part of a path; a device may call an object whatever it likes."""
    raw = name.encode("utf-8", "surrogateescape").replace(b"/", b"%2F")
    return b"%" + raw if raw in {b"", b".", b".."} else raw


def _free_name(raw_name: bytes, taken: dict[bytes, Node]) -> bytes:
    """Two objects of one folder may bear one name; the second is told apart by a number."""
    free, number = raw_name, 2
    while free in taken:
        free, number = raw_name + b"~%d" % number, number + 1
    return free
