"""From what a setting says to a store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sync.stores.api import unhurried
from sync.stores.directory import SCHEME, DirectoryStore
from sync.stores.s3.place import is_s3, load_credentials, parse_place
from workstation.domain.errors import UsageError

if TYPE_CHECKING:
    from sync.stores.api import Pace, Store


def open_store(url: str, credentials: Path, pace: Pace = unhurried) -> Store:
    """The store at ``/path``, ``directory:/path`` or ``s3+https://host/bucket``.

    Nothing is touched yet. ``credentials`` is the key file for a store that asks for one.

    ``pace`` bounds what clips send over the line, all parts together.

    Raises:
        UsageError: another scheme, or an address that is not of its form.
        StoreRefusedError: the key file is missing, open to others or not understood.
    """
    if is_s3(url):
        from sync.stores.s3.store import S3Store

        return S3Store(parse_place(url), load_credentials(credentials), pace)
    path = url.removeprefix(SCHEME)
    if not path.startswith("/"):
        raise UsageError(reason="store_url", url=url)
    return DirectoryStore(Path(path), pace)


def known_as(url: str) -> str:
    """The address by which a store is remembered: in full, and without how to get in.

    Raises:
        UsageError: it is an address of no kind that we know.
    """
    if is_s3(url):
        return parse_place(url).url
    return f"{SCHEME}{Path(url.removeprefix(SCHEME))}"
