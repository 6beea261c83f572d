"""What a kernel says about a store's file system, as errors by kind."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from workstation.domain.errors import (
    StoreFullError,
    StoreReadOnlyError,
    StoreRefusedError,
    StoreUnavailableError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_READ_ONLY = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
# EFBIG: a file system that ends at 2 or 4 GiB. Trying again will not make it larger.
_REFUSED = frozenset({errno.EFBIG, errno.ENAMETOOLONG, errno.EISDIR})


@contextmanager
def store_errors(place: str) -> Iterator[None]:
    """Translate ``OSError``.

    Raises:
        StoreFullError: ENOSPC, EDQUOT.
        StoreReadOnlyError: EROFS, EACCES, EPERM.
        StoreRefusedError: EFBIG, ENAMETOOLONG, EISDIR.
        StoreUnavailableError: anything else: EIO, ESTALE, ENOTCONN, a name that is gone, …
    """
    try:
        yield
    except OSError as error:
        number = error.errno or 0
        facts = {"place": place, "errno": number, "reason": os.strerror(number)}
        if number in _FULL:
            raise StoreFullError(**facts) from error
        if number in _READ_ONLY:
            raise StoreReadOnlyError(**facts) from error
        if number in _REFUSED:
            raise StoreRefusedError(**facts) from error
        raise StoreUnavailableError(**facts) from error
