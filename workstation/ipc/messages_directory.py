"""Commands about the signed directory that comes down from the centre (docs/directory.md)."""

from __future__ import annotations

import msgspec

from workstation.ipc.words import Command, Result


class TrustAgency(Command, frozen=True, tag=True):
    """Take the directory that this key of the agency signs, from now on. ``Done``.

    ``number`` is the key's; with ``replaces`` another agency's key goes, and all it said counts
    as unknown.
    """

    ssh: str
    number: int = 1
    replaces: bool = False


class TakeAgencyKey(Command, frozen=True, tag=True):
    """A key that the present one hands over to, with its signature. ``Done``."""

    number: int
    document: bytes
    signature: bytes


class TakeHead(Command, frozen=True, tag=True):
    """The signed list of what counts, as fetched. ``DirectoryWanted``."""

    envelope: bytes


class TakePart(Command, frozen=True, tag=True):
    """One kind of the last list taken, zlib; whole, or what changed. ``DirectoryTaken``."""

    kind: str
    packed: bytes
    is_delta: bool = False


class WantedPart(msgspec.Struct, frozen=True):
    """What is to be fetched. ``base`` is the revision that is here; 0: none."""

    kind: str
    rev: int
    base: int


class DirectoryWanted(Result, frozen=True, tag=True):
    """What of the list is not here yet."""

    parts: tuple[WantedPart, ...]


class DirectoryTaken(Result, frozen=True, tag=True):
    """It is durable; how much it changed."""

    changes: int


DirectoryCommand = TrustAgency | TakeAgencyKey | TakeHead | TakePart
DirectoryResult = DirectoryWanted | DirectoryTaken
