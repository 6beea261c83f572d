"""A directory as a central store: a second disk or a NAS mount.

Bytes arrive in ``.incoming``, are flushed, read back from the medium, and only then get their
name; a reader of the tree never sees half an object. The directory must carry a ``store.json``:
one without it is taken for the empty place where a disk should be mounted.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from sync.documents import StoreDocument, decode
from sync.layout import STORE_KEY, require_key, signature_key
from sync.stores.api import Kept, StoreDescriptor, StoredObject, unhurried
from sync.stores.errors import store_errors
from sync.stores.tree import PUBLISHED_MODE, MediumReader, Tree, let_go
from workstation.domain.errors import (
    IntegrityError,
    StoreDamagedError,
    StoreRefusedError,
    StoreUnavailableError,
)
from workstation.ledger.sshsig import Namespace, holds, public_of
from workstation.platform.failpoints import reach

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sync.stores.api import Pace, StoredBytes, Upload

SCHEME = "directory:"
INCOMING = ".incoming"
DOCUMENT_LIMIT_BYTES = 64 << 20

# Dirty pages we let pile up before waiting for the disk: keeps commit short and a full or
# vanished disk noticed early.
FLUSH_BYTES = 64 << 20

# What a fresh file system may hold without anybody having put it there.
_FRESH = frozenset({"lost+found", INCOMING})


class DirectoryStore:
    """One directory tree. Used by one thread."""

    def __init__(self, root: Path, pace: Pace = unhurried) -> None:
        self._pace = pace
        self.root = root
        self.url = f"{SCHEME}{root}"
        self._open_tree: Tree | None = None

    @property
    def _tree(self) -> Tree:
        if self._open_tree is None:
            raise StoreUnavailableError(place=str(self.root), reason="not_described")
        return self._open_tree

    # -- which store --------------------------------------------------------------------

    def describe(self) -> StoreDescriptor:
        """See ``Store``; the path is looked up anew each time."""
        self.close()
        with store_errors(str(self.root)):
            tree = Tree(self.root)
        self._open_tree = tree
        try:
            return self._descriptor(tree)
        except BaseException:
            self.close()
            raise

    def _descriptor(self, tree: Tree) -> StoreDescriptor:
        if tree.size(STORE_KEY) is None:
            raise StoreUnavailableError(place=str(self.root), reason="no_store_json")
        written = self._document(STORE_KEY)
        signature = self._document(signature_key(STORE_KEY))
        try:
            document = decode(StoreDocument, written, STORE_KEY)
            key = public_of(document.ssh)
        except IntegrityError as error:
            raise StoreUnavailableError(place=str(self.root), reason="not_ours") from error
        if not holds(written, signature, Namespace.STORE, key):
            raise StoreUnavailableError(place=str(self.root), reason="bad_signature")
        return StoreDescriptor(document.store_id, document, key)

    def initialise(self, document: bytes, signature: bytes) -> None:
        """See ``Store``; makes the directory itself, but none above it."""
        self.close()
        with store_errors(str(self.root)):
            if not self.root.is_dir():
                self.root.mkdir(mode=0o755)
            self._open_tree = tree = Tree(self.root)
            found = {name for name, _ in tree.names(".")} - _FRESH
        # A crash may have left the signature alone; store.json is what makes it a store.
        if found - {signature_key(STORE_KEY)}:
            raise StoreRefusedError(place=str(self.root), reason="not_empty")
        with store_errors(str(self.root)):
            tree.unlink(signature_key(STORE_KEY))
        self.put_document(signature_key(STORE_KEY), signature)
        self.put_document(STORE_KEY, document)

    def close(self) -> None:
        """See ``Store``."""
        tree, self._open_tree = self._open_tree, None
        if tree is not None:
            tree.close()

    # -- objects ------------------------------------------------------------------------

    def begin(self, key: str, size_bytes: int) -> Upload:
        """See ``Store``."""
        with store_errors(key):
            self._tree.make_directories(INCOMING)
            return _DirectoryUpload(self._tree, require_key(key), size_bytes, self._pace)

    def discard(self, key: str) -> None:
        """See ``Store``."""
        with store_errors(key):
            self._tree.unlink(_part_name(require_key(key)))

    def stat(self, key: str) -> int | None:
        """See ``Store``."""
        with store_errors(key):
            return self._tree.size(require_key(key))

    def vouch(self, key: str) -> Kept:
        """See ``Store``; a directory locks nothing, and says so."""
        if self.stat(key) is None:
            raise StoreRefusedError(key=key, reason="missing")
        return Kept()

    def open(self, key: str, offset: int = 0) -> StoredBytes:
        """See ``Store``."""
        return _DirectoryBytes(self._tree, require_key(key), offset)

    def put_document(self, key: str, document: bytes) -> None:
        """See ``Store``."""
        tree = self._tree
        name = f"{INCOMING}/{_hash(key)}.doc"
        if self.stat(key) is not None:
            with store_errors(key):  # of a run that died after publishing, before tidying up
                tree.unlink(name)
        else:
            with store_errors(key):
                tree.make_directories(INCOMING)
                tree.write_new(name, document)
                try:
                    tree.publish(name, key)
                except FileExistsError:
                    tree.unlink(name)
        if self._document(key) != document:
            raise StoreRefusedError(key=key, reason="conflict")

    def _document(self, key: str) -> bytes:
        reader = self.open(key)
        try:
            buffer = memoryview(bytearray(1 << 16))
            content = bytearray()
            while (count := reader.readinto(buffer)) and len(content) <= DOCUMENT_LIMIT_BYTES:
                content += buffer[:count]
            return bytes(content)
        finally:
            reader.close()

    def list(self, prefix: str, after: str = "") -> Iterator[str]:
        """See ``Store``."""
        tree = self._tree
        with store_errors(prefix):
            yield from _walk(tree, prefix, after)

    def sizes(self, prefix: str) -> Iterator[tuple[str, int]]:
        """See ``Store``."""
        tree = self._tree
        with store_errors(prefix):
            yield from _sized(tree, _walk(tree, prefix, ""))


def _sized(tree: Tree, keys: Iterator[str]) -> Iterator[tuple[str, int]]:
    for key in keys:
        size = tree.size(key)
        if size is not None:  # else it went while we looked
            yield key, size


def _walk(tree: Tree, prefix: str, after: str) -> Iterator[str]:
    """Files below ``prefix`` in byte order of their whole keys, as S3 lists them."""
    hidden = not prefix
    found = [
        prefix + name + "/" * is_directory
        for name, is_directory in tree.names(prefix or ".")
        if not (hidden and name.startswith("."))
    ]
    for key in sorted(found):
        if not key.endswith("/"):
            if key > after:
                yield key
        elif key > after or after.startswith(key):
            yield from _walk(tree, key, after)


class _DirectoryBytes:
    """An object being read, with errors by kind."""

    def __init__(self, tree: Tree, key: str, offset: int) -> None:
        self.version = ""
        self._key = key
        with store_errors(key):
            if tree.size(key) is None:
                raise StoreRefusedError(key=key, reason="missing")
            self._reader = MediumReader(tree, key, offset)

    def readinto(self, buffer: memoryview) -> int:
        with store_errors(self._key):
            return self._reader.readinto(buffer)

    def close(self) -> None:
        self._reader.close()


class _DirectoryUpload:
    """``.incoming/<hash of key>.part``: its length is the offset."""

    def __init__(self, tree: Tree, key: str, size_bytes: int, pace: Pace) -> None:
        self._tree = tree
        self._pace = pace
        self._key = key
        self._size_bytes = size_bytes
        self._part = _part_name(key)
        self._descriptor = tree.open_part(self._part)
        self._offset = os.fstat(self._descriptor).st_size
        self._flushed = self._offset
        if self._offset > size_bytes:  # cannot be a beginning of this object
            os.ftruncate(self._descriptor, 0)
            self._offset = self._flushed = 0

    @property
    def offset(self) -> int:
        return self._offset

    def skim(self, chunk: memoryview) -> None:
        """See ``Upload``; nothing to do: ``commit`` reads everything back."""

    def settle(self, timeout_s: float, *, is_last: bool = False) -> bool:
        """See ``Upload``; a file takes what it is given."""
        del timeout_s, is_last
        return True

    def write(self, chunk: memoryview) -> None:
        self._pace(len(chunk))
        with store_errors(self._key):
            before = self._offset
            while chunk:
                count = os.pwrite(self._descriptor, chunk, self._offset)
                self._offset += count
                chunk = chunk[count:]
            if self._offset - self._flushed >= FLUSH_BYTES:
                self._flush()
            if before < self._size_bytes / 2 <= self._offset:
                reach("sync.object_half")

    def _flush(self) -> None:
        os.fdatasync(self._descriptor)
        os.posix_fadvise(self._descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        self._flushed = self._offset

    def commit(self, sha256: str) -> StoredObject:
        with store_errors(self._key):
            os.fchmod(self._descriptor, PUBLISHED_MODE)
            os.fsync(self._descriptor)
            self._tree.sync(INCOMING)
            reach("sync.object_written")
            found = self._read_back(self._part)
            if found != (self._size_bytes, sha256):
                self._tree.unlink(self._part)
                raise StoreDamagedError(key=self._key, reason="read_back", size_bytes=found[0])
            try:
                self._tree.publish(self._part, self._key)
            except FileExistsError as error:
                if self._read_back(self._key) != found:
                    raise StoreRefusedError(key=self._key, reason="conflict") from error
                self._tree.unlink(self._part)
            reach("sync.object_published")
        return StoredObject(self._key, self._size_bytes, sha256, Kept())

    def _read_back(self, name: str) -> tuple[int, str]:
        reader = MediumReader(self._tree, name)
        try:
            hasher = hashlib.sha256()
            size_bytes = 0
            for block in reader.blocks():
                hasher.update(block)
                size_bytes += len(block)
        finally:
            reader.close()
        return size_bytes, hasher.hexdigest()

    def close(self) -> None:
        let_go(self._descriptor)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:40]


def _part_name(key: str) -> str:
    return f"{INCOMING}/{_hash(key)}.part"
