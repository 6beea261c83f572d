"""Where a clip's bytes are, as far as the centre is concerned. Values, no behaviour."""

from __future__ import annotations

from enum import StrEnum


class UploadState(StrEnum):
    """The truth about a clip, in the words people see; each says more than the one before."""

    HERE = "here"  # on this station only
    ON_ITS_WAY = "on_its_way"  # some of it has left; on this station only, until it is all there
    IN_STORE = "in_store"  # whole in the central store, and locked there if the store can lock
    READ_BACK = "read_back"  # the centre has read it back and signed for it

    STORE_ONLY = "store_only"  # in the central store, and no longer on this station

    @classmethod
    def of(
        cls, *, is_read_back: bool, is_stored: bool, is_moving: bool, is_purged: bool = False
    ) -> UploadState:
        """The farthest of what is known of a clip."""
        if is_purged:
            return cls.STORE_ONLY
        if is_read_back:
            return cls.READ_BACK
        if is_stored:
            return cls.IN_STORE
        return cls.ON_ITS_WAY if is_moving else cls.HERE
