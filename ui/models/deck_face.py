"""What an open clip says, worded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from ui.texts import size_text
from workstation.domain.errors import ObjectDamagedError, ObjectMissingError, VaultIoError

if TYPE_CHECKING:
    from ui.player.wire import Opened
    from workstation.ipc.messages_preview import ClipOpened

translate = QCoreApplication.translate

_CODECS = {"h264": "H.264", "hevc": "H.265", "mpeg4": "MPEG-4", "mjpeg": "JPEG", "aac": "AAC"}
_ALARMS = frozenset({ObjectDamagedError.code, ObjectMissingError.code, VaultIoError.code})


@dataclass(frozen=True, slots=True)
class LiveFace:
    """Every word and number of the preview that changes while it is open."""

    name: str = ""
    detail: str = ""
    viewer: str = ""
    position: str = "00:00.0"
    length: str = "00:00.0"
    progress: float = 0.0
    started: str = ""
    playing: bool = False
    rate: float = 1.0
    waiting: bool = True
    playable: bool = False
    stepping: bool = False
    pictured: bool = False
    sounding: bool = False
    alarm: bool = False
    died: bool = False
    title: str = ""
    reason: str = ""
    mend: str = ""


def alarming(code: str) -> bool:
    """Whether a code says that evidence is not as we sealed it, and not just an odd file."""
    return code in _ALARMS


def moment(at_ms: int) -> str:
    """A place in a clip: minutes, seconds, tenths; hours where there are any."""
    tenths = max(0, at_ms) // 100
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    text = f"{minutes:02d}:{rest // 10:02d}.{rest % 10}"
    return f"{hours}:{text}" if hours else text


def live_face(at_ms: int, duration_ms: int, in_ms: int | None) -> LiveFace:
    """Where the clip stands."""
    return LiveFace(
        position=moment(at_ms),
        length=moment(duration_ms),
        progress=min(1.0, at_ms / duration_ms) if duration_ms else 0.0,
        started="" if in_ms is None else moment(in_ms),
    )


def clip_detail(clip: ClipOpened | None, opened: Opened | None) -> str:
    """When it was recorded, how it is coded, how large it is."""
    if clip is None:
        return ""
    parts = [clip.recorded_at.replace("T", " "), size_text(clip.size_bytes)]
    if opened is not None:
        codecs = [_CODECS.get(one, one) for one in (opened.video_codec, opened.audio_codec) if one]
        parts.insert(1, " + ".join(codecs))
        if opened.width:
            parts.insert(2, f"{opened.width}×{opened.height}")
        if opened.fps:
            parts.insert(3, translate("Preview", "{fps} 帧/秒").format(fps=f"{opened.fps:g}"))
    return " · ".join(part for part in parts if part)
