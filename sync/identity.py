"""In whose name sync signs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workstation.domain.errors import KeyBadError
from workstation.station import record

if TYPE_CHECKING:
    from workstation.ledger.signing import StationKey, VerifyKey
    from workstation.platform.paths import StatePaths

_SAFE = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Identity:
    """The station's id, as it stands in keys of the store, and its signing key."""

    station: str
    created_at: str
    key: StationKey
    keys: tuple[VerifyKey, ...]  # all the station ever had, the present one last

    @classmethod
    def of(cls, paths: StatePaths) -> Identity:
        """Read it from a state directory.

        Raises:
            NotInitialisedError: no station was made there yet.
            KeyMissingError, KeyBadError: the key can not be read, or is not the station's.
        """
        found = record.load(paths)
        key = record.load_key(paths)
        if key.public != found.key.public or not _SAFE.fullmatch(found.id):
            raise KeyBadError(path=str(paths.station_key), reason="not_this_station")
        return cls(found.id, found.created_at, key, found.keys)
