"""Take clips out of a store: the manifest by its signature, the bytes by their digests.

What arrives lies in ``<clip>/`` below the target: the recorder's bytes under the name they have
in the store, ``manifest.json`` with its signature, and ``key.pub`` with the key that made it, so
that anybody can check it again with public tools. An unfinished file ends in ``.part`` and is
gone on with; nothing that lies there is ever replaced.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync.documents import Manifest, decode, digest_of
from sync.layout import manifest_key, require_key, signature_key
from sync.reading import read_document
from sync.stores.tree import PUBLISHED_MODE, MediumReader, Tree
from workstation.casework.court_pack.medium import on_medium, require_place
from workstation.domain.errors import StoreRefusedError
from workstation.domain.errors_centre import (
    CentreAlteredError,
    CentreFormError,
    CentreMissingError,
    CentreSignatureError,
    ExportBlockedError,
)
from workstation.ledger.sshsig import Namespace, holds, public_line
from workstation.platform.failpoints import reach

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sync.centre.index.finding import FoundClip
    from sync.documents import ManifestObject
    from sync.stores.api import Store, StoredBytes
    from workstation.ledger.signing import VerifyKey

CHUNK_BYTES = 1 << 20
PART_SUFFIX = ".part"
MANIFEST_NAME = "manifest.json"
KEY_NAME = "key.pub"


@dataclass(frozen=True, slots=True)
class FetchedClip:
    """A clip that is here, whole. ``was_here`` where nothing had to be read from the store."""

    clip: str
    station: str
    path: str
    size_bytes: int
    sha256: str
    version: str
    was_here: bool


class Fetching:
    """From one store into one directory. The store is described already."""

    def __init__(
        self, store: Store, target: Path, on_bytes: Callable[[int], None] = lambda _: None
    ) -> None:
        self._store = store
        self._target = target
        self._on_bytes = on_bytes
        self._buffer = memoryview(bytearray(CHUNK_BYTES))

    def require_room(self, wanted: Sequence[FoundClip]) -> None:
        """Refuse at once what can not end well.

        Raises:
            ExportPlaceError, ExportFullError: see ``require_place``.
        """
        require_place(self._target, sum(one.size_bytes for one in wanted if not self._has(one)))

    def _has(self, wanted: FoundClip) -> bool:
        return (self._target / wanted.clip / MANIFEST_NAME).exists()

    def fetch(self, wanted: FoundClip, keys: Sequence[VerifyKey]) -> list[FetchedClip]:
        """Bring one clip; everything of it is checked and on the disk when this returns.

        Raises:
            CentreSignatureError, CentreAlteredError, CentreMissingError, CentreFormError: what
                the store holds is not what was signed.
            ExportBlockedError: other bytes lie where the clip is to go.
            ExportFullError, ExportPlaceError: the target.
            TransientError: the store; the next call goes on where this one stopped.
        """
        body, signature, signer = self._signed(wanted, keys)
        manifest = decode(Manifest, body, manifest_key(wanted.station, wanted.seq, wanted.clip))
        with on_medium(self._target):
            (self._target / wanted.clip).mkdir(exist_ok=True)
            tree = Tree(self._target / wanted.clip)
            with closing(tree):
                fetched = [self._object(tree, wanted, one) for one in manifest.objects]
                self._document(tree, wanted, KEY_NAME, public_line(signer.public).encode() + b"\n")
                self._document(tree, wanted, signature_key(MANIFEST_NAME), signature)
                self._document(tree, wanted, MANIFEST_NAME, body)  # last: it says that all is here
        return fetched

    def _signed(
        self, wanted: FoundClip, keys: Sequence[VerifyKey]
    ) -> tuple[bytes, bytes, VerifyKey]:
        """The manifest as it was indexed, its signature, and whose that is."""
        key = manifest_key(wanted.station, wanted.seq, wanted.clip)
        try:
            body = read_document(self._store, key)
            signature = read_document(self._store, signature_key(key))
        except StoreRefusedError as error:
            raise CentreMissingError(key=key, reason="missing") from error
        if digest_of(body) != wanted.manifest_sha256:
            raise CentreAlteredError(key=key)
        for one in keys:
            if holds(body, signature, Namespace.MANIFEST, one):
                return body, signature, one
        raise CentreSignatureError(key=key)

    # -- one object ---------------------------------------------------------------------

    def _object(self, tree: Tree, wanted: FoundClip, one: ManifestObject) -> FetchedClip:
        name = _name_of(one, wanted)
        path = self._target / wanted.clip / name
        known = tree.size(name)
        if known is None:
            version = self._bring(tree, name, one)
        else:
            version = ""
            digests = _Digests(one)
            self._hash_file(tree, name, digests)
            if not digests.hold:
                raise ExportBlockedError(path=str(path))
            self._on_bytes(one.size)
        was_here = known is not None
        return FetchedClip(
            wanted.clip, wanted.station, str(path), one.size, one.sha256, version, was_here
        )

    def _bring(self, tree: Tree, name: str, one: ManifestObject) -> str:
        """Read what is not here yet; the version that it was read from.

        Raises:
            CentreAlteredError: the store gives other bytes than were signed.
        """
        part = name + PART_SUFFIX
        begun = tree.size(part) or 0
        if begun > one.size:
            tree.unlink(part)
            begun = 0
        version = self._pour(tree, part, one, begun)
        if version is None and begun:  # an earlier attempt left other bytes: all of it once more
            tree.unlink(part)
            version = self._pour(tree, part, one, 0)
        if version is None:
            tree.unlink(part)
            raise CentreAlteredError(key=one.key)
        tree.publish(part, name)
        return version

    def _pour(self, tree: Tree, part: str, one: ManifestObject, begun: int) -> str | None:
        """Append the rest; the version, or None where the whole has other digests."""
        digests = _Digests(one)
        if begun:
            self._hash_file(tree, part, digests)
            self._on_bytes(begun)
        descriptor = tree.open_part(part)
        try:
            os.lseek(descriptor, begun, os.SEEK_SET)
            with closing(self._open(one.key, begun)) as stored:
                while count := stored.readinto(self._buffer):
                    piece = self._buffer[:count]
                    digests.update(piece)
                    while piece:
                        piece = piece[os.write(descriptor, piece) :]
                    self._on_bytes(count)
                    if digests.size_bytes > one.size:
                        return None
                    reach("fetch.piece_written")
            os.fchmod(descriptor, PUBLISHED_MODE)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        return stored.version if digests.hold else None

    def _open(self, key: str, offset: int) -> StoredBytes:
        try:
            return self._store.open(key, offset)
        except StoreRefusedError as error:
            if error.facts.get("reason") != "missing":
                raise
            raise CentreMissingError(key=key, reason="object") from error

    def _hash_file(self, tree: Tree, name: str, digests: _Digests) -> None:
        with closing(MediumReader(tree, name)) as known:
            while count := known.readinto(self._buffer):
                digests.update(self._buffer[:count])

    def _document(self, tree: Tree, wanted: FoundClip, name: str, content: bytes) -> None:
        if tree.size(name) is None:
            tree.write_new(name + PART_SUFFIX, content)
            tree.publish(name + PART_SUFFIX, name)
            return
        with closing(MediumReader(tree, name)) as known:
            found = b"".join(bytes(piece) for piece in known.blocks())
        if found != content:
            raise ExportBlockedError(path=str(self._target / wanted.clip / name))


class _Digests:
    """Of what went by: SHA-256, and SM3 where the manifest names one."""

    def __init__(self, one: ManifestObject) -> None:
        self._one = one
        self._sha256 = hashlib.sha256()
        self._sm3 = hashlib.new("sm3") if one.sm3 else None
        self.size_bytes = 0

    def update(self, piece: memoryview) -> None:
        self.size_bytes += len(piece)
        self._sha256.update(piece)
        if self._sm3 is not None:
            self._sm3.update(piece)

    @property
    def hold(self) -> bool:
        """Whether these are the bytes that were signed."""
        one = self._one
        sm3 = self._sm3.hexdigest() if self._sm3 is not None else one.sm3
        found = (self.size_bytes, self._sha256.hexdigest(), sm3)
        return found == (one.size, one.sha256, one.sm3)


def _name_of(one: ManifestObject, wanted: FoundClip) -> str:
    """The last part of the object's key, which names its digest.

    Raises:
        CentreFormError: the manifest names what is not the station's own.
    """
    place, _, name = require_key(one.key).rpartition("/")
    if not place.startswith(f"clips/{wanted.station}/") or not name.startswith(one.sha256[:12]):
        raise CentreFormError(key=one.key, reason="another_name")
    return name
