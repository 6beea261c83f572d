"""What a reconciliation finds."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Kind(StrEnum):
    """What differs. Stored by value; people read it in ``WORDS``."""

    MISSING = "missing"  # the store lacks what the station was promised
    ALTERED = "altered"  # other bytes, another length, another statement
    EXTRA = "extra"  # the store has something under our name that we know nothing of
    UNSIGNED = "unsigned"  # a document of ours without a signature of ours
    STORE_CUT = "store_cut"  # numbers end, or leap, before those that were stored
    STATION_CUT = "station_cut"  # the store has more than the station's own ledger
    NOT_HERE = "not_here"  # delivered, not destroyed, and yet not in the station's vault


WORDS = {
    Kind.MISSING: "库中缺失 / missing in the store",
    Kind.ALTERED: "内容不符 / altered",
    Kind.EXTRA: "库中多出 / extra in the store",
    Kind.UNSIGNED: "签名不成立 / not signed by us",
    Kind.STORE_CUT: "库中编号中断 / numbers end or leap in the store",
    Kind.STATION_CUT: "本站台账比库中短 / the station has less than the store",
    Kind.NOT_HERE: "本站文件缺失 / not in the station's vault",
}


class Difference(msgspec.Struct, frozen=True):
    """One thing; ``clip`` where it is about one."""

    kind: Kind
    key: str
    clip: str | None = None
    detail: str = ""


class Reconciliation(msgspec.Struct, frozen=True):
    """How station and store compare. ``read_objects`` of the clips were read and hashed."""

    store_id: str
    at: str
    clips: int
    size_bytes: int
    lines: int
    operations: int
    read_objects: int
    differences: tuple[Difference, ...]
