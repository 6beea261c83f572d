"""How four families of recorders name what they film, as ``docs/simulated-dock.md`` lists them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from workstation.devices.simulation.picture import dice

if TYPE_CHECKING:
    from datetime import datetime


class Sort(Enum):
    """What a recorder makes."""

    VIDEO = "video"
    PHOTO = "photo"
    VOICE = "voice"


@dataclass(frozen=True, slots=True)
class Owner:
    """One recorder and who wears it; the same at every docking of its slot."""

    family: str
    serial: str
    badge: str
    name: str
    unit: str

    @property
    def voice_suffix(self) -> str:
        """What a voice note ends with; zzx calls AAC in an MP4 container ``.mp3``."""
        return {"zzx": "mp3", "dcam": "m4a"}.get(self.family, "wav")


FAMILIES = ("e12", "zzx", "dcam", "gosuncn")
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙"
_GIVEN_NAMES = ("建国", "晓燕", "志强", "丽华", "海涛", "敏", "文杰", "雪梅", "俊", "国栋")
_UNITS = ("一中队", "二中队", "三中队", "机动中队")
_SUFFIXES = {Sort.VIDEO: "mp4", Sort.PHOTO: "jpg"}
_ZZX_PLACES = {Sort.VIDEO: ("video", 0), Sort.PHOTO: ("pic", 1), Sort.VOICE: ("sound", 2)}
_GOSUNCN_PLACES = {Sort.VIDEO: "VIDEO", Sort.PHOTO: "PHOTO", Sort.VOICE: "AUDIO"}


@dataclass(frozen=True, slots=True)
class Moment:
    """What a name is made of: the recorder's clock, its running number, its mark."""

    at: datetime
    number: int
    important: bool = False


def owner_of(seed: int, slot: int) -> Owner:
    """The recorder that lives in ``slot``: families take turns."""
    chance = dice("owner", seed, slot)
    family = FAMILIES[(slot - 1) % len(FAMILIES)]
    serial = f"{chance.choice('ABCDEFGH')}{chance.randrange(16**4):04X}{slot:02d}"
    badge = f"{chance.randrange(100, 1000)}{slot:03d}"
    name = chance.choice(_SURNAMES) + chance.choice(_GIVEN_NAMES)
    return Owner(family, serial, badge, name, chance.choice(_UNITS))


def path_of(owner: Owner, sort: Sort, moment: Moment) -> str:
    """Where on its card the recorder puts a file, with the name it gives it."""
    suffix = _SUFFIXES.get(sort, owner.voice_suffix)
    at, mark = moment.at, "_IMP" if moment.important else ""
    if owner.family == "e12":
        place = "DCIM/IMPORTANT" if moment.important else "DCIM/101ANDRO"
        number = f"{moment.number:04d}{mark.removeprefix('_')}"
        return f"{place}/{owner.badge}_{owner.serial}_{at:%Y%m%d%H%M%S}_{number}.{suffix}"
    if owner.family == "zzx":
        place, digit = _ZZX_PLACES[sort]
        name = f"{owner.badge}_{digit}_{at:%Y%m%d_%H%M%S}{mark}.{suffix}"
        return f"police/{place}/{at:%Y%m%d}/{name}"
    if owner.family == "dcam":
        return f"DCIM/DCAM_{owner.serial}_{owner.badge}_{at:%Y%m%d_%H%M%S}{mark}.{suffix}"
    # The mark of this family is told to its platform and never seen on the card.
    name = f"{owner.badge}{at:%Y%m%d%H%M%S}{at.microsecond // 1000:03d}.{suffix}"
    return f"{_GOSUNCN_PLACES[sort]}/{name}"


def unfinished(path: str, owner: Owner) -> str:
    """The name a file has while it is being recorded."""
    stem, _, suffix = path.rpartition(".")
    return f"{stem}_start.{suffix}" if owner.family == "zzx" else f"{path}.tmp"


def track_suffix(owner: Owner) -> str:
    """Ending of the track that lies beside a video."""
    return "GPS" if owner.family == "zzx" else "nmea"


def log_path(owner: Owner, day: datetime) -> str:
    """Where the recorder's own log is."""
    if owner.family == "zzx":
        return f"police/log/{day:%Y%m%d}/{owner.badge}_{day:%Y%m%d}.log"
    return f"LOG/{owner.serial}_{day:%Y%m%d}.log"
