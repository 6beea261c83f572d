"""From what a setting says to a store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sync.stores.directory import SCHEME, DirectoryStore
from workstation.domain.errors import UsageError

if TYPE_CHECKING:
    from sync.stores.api import Store


def open_store(url: str) -> Store:
    """The store at ``/path`` or ``directory:/path``; nothing is touched yet.

    Raises:
        UsageError: another scheme, or a path that is not absolute.
    """
    path = url.removeprefix(SCHEME)
    if not path.startswith("/"):
        raise UsageError(reason="store_url", url=url)
    return DirectoryStore(Path(path))
