"""Whose word of the centre counts at this station."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.ledger.sshsig import public_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.source import Source
    from workstation.ledger.signing import VerifyKey


def pinned_keys(source: Source, given: Sequence[str]) -> tuple[VerifyKey, ...]:
    """The agency's keys, as pinned and handed over, and those of ``sync.centre_keys``.

    Raises:
        StoreDamagedError: a line is no Ed25519 key.
    """
    return tuple(public_of(line) for line in (*source.agency_keys(), *given))
