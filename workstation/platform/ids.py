"""Identifiers: ULIDs, which sort by time and need no coordination between stations."""

from __future__ import annotations

from ulid import ULID


def new_id() -> str:
    """A fresh ULID, 26 characters of Crockford base 32."""
    return str(ULID())
