"""How commands of the centre's side name a store, and get in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sync.centre.keys import read_key
from sync.stores.s3.place import CREDENTIALS_NAME
from sync.stores.urls import open_store

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from sync.stores.api import Store
    from workstation.station.cli.table import Invocation


def credentials(one: ArgumentParser) -> None:
    """The argument that says with which key a bucket is read."""
    one.add_argument(
        "--credentials", type=Path, metavar="FILE", help="key of an object store (keys/store.json)"
    )


def store_of(invocation: Invocation, url: str) -> Store:
    """The store that was named, with the key file that was named or the station's own."""
    given: Path | None = invocation.arguments.credentials
    path = url if "://" in url or url.startswith("directory:") else str(Path(url).absolute())
    return open_store(path, given or invocation.paths.keys / CREDENTIALS_NAME)


def trusted_keys(one: ArgumentParser) -> None:
    """The argument that names keys got another way than from the store."""
    one.add_argument(
        "--key",
        action="append",
        default=[],
        metavar="KEY",
        help="a station's key got another way: ssh-ed25519 AAAA…, station.json, or a file of keys",
    )


def trusted_of(invocation: Invocation) -> frozenset[bytes]:
    """The keys that were given.

    Raises:
        KeyBadError: something that was given is none.
    """
    given: list[str] = invocation.arguments.key
    return frozenset(key.public for text in given for key in read_key(text, Path(text)))
