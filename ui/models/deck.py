"""The view-model of one open clip: what it is, where it stands, what is wrong with it."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtQml import QmlElement

from ui.models.deck_face import LiveFace, alarming, clip_detail, live_face, moment
from ui.models.field import shown
from ui.player.process import PlayerProcess
from ui.player.wire import (
    RATES,
    WAVE_COLUMNS,
    At,
    Ended,
    MakeStill,
    Open,
    Opened,
    Pause,
    Play,
    Seek,
    SetRate,
    Step,
    Trouble,
    Wave,
)
from workstation.domain.clip import ClipKind
from workstation.domain.errors import ObjectMissingError

if TYPE_CHECKING:
    from ui.i18n import Tongue
    from ui.player.wire import Still
    from workstation.ipc.messages_casework import MarkerPoints
    from workstation.ipc.messages_preview import ClipOpened

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1

DIED = "player.died"
_ROOM = (1920, 1080)  # pictures are made no larger; the item scales them down


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the open clip and its player."""

    clip: ClipOpened | None = None
    opened: Opened | None = None
    at_ms: int = 0
    is_playing: bool = False
    rate: float = 1.0
    in_ms: int | None = None
    codes: tuple[tuple[str, int], ...] = ()  # what is wrong, and in which segment
    markers: tuple[MarkerPoints, ...] = ()


@QmlElement
class DeckModel(QObject):
    """Holds one player process for as long as one clip is shown."""

    changed = Signal()
    painted = Signal()
    waved = Signal()
    stilled = Signal(bytes, object)

    def __init__(self, tongue: Tongue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tongue = tongue
        self._player: PlayerProcess | None = None
        self.facts = Facts()
        self.face = LiveFace()
        self.image = QImage()
        self._peaks = [0] * WAVE_COLUMNS
        self.with_libvlc = True

    @property
    def player(self) -> PlayerProcess | None:
        """The process that decodes now."""
        return self._player

    @property
    def loudness(self) -> list[int]:
        """0 to 100 for each column of the time line."""
        return self._peaks

    # -- life ----------------------------------------------------------------------------

    def prepare(self) -> None:
        """A clip is on its way: forget the last one and have a player ready."""
        self.close()
        self._player = self._start()
        self._word()

    def show_clip(self, clip: ClipOpened) -> None:
        """The station has handed the clip's key out: open it."""
        self._set(clip=clip, markers=clip.markers)
        self._open(0)

    def fail(self, code: str) -> None:
        """The clip could not be had."""
        self._set(codes=((code, -1),))

    def reopen(self) -> None:
        """Begin again where the player died."""
        at_ms = self.facts.at_ms
        self._player = self._start()
        self._set(codes=tuple(code for code in self.facts.codes if code[0] != DIED))
        self._open(at_ms)

    def close(self) -> None:
        """End the player; nothing of the clip stays in memory."""
        if self._player is not None:
            self._player.close()
        self._player = None
        self.facts = Facts()
        self.image = QImage()
        self._peaks = [0] * WAVE_COLUMNS
        self.painted.emit()
        self.waved.emit()
        self._word()

    def _start(self) -> PlayerProcess:
        player = PlayerProcess(self)
        player.pictured.connect(self._pictured)
        player.said.connect(self._said)
        player.stilled.connect(self._stilled)
        player.died.connect(self._died)
        return player

    def _open(self, at_ms: int) -> None:
        clip, player = self.facts.clip, self._player
        if clip is None or player is None:
            return
        try:
            descriptor = os.open(clip.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError:
            self.fail(ObjectMissingError.code)
            return
        try:
            is_photo = clip.kind == ClipKind.PHOTO.value
            key = (clip.secret, clip.header, clip.segment_bytes, clip.size_bytes)
            player.open(Open(*key, is_photo, *_ROOM, self.with_libvlc), descriptor)
        finally:
            os.close(descriptor)
        if at_ms:
            player.tell(Seek(at_ms))

    # -- what people do --------------------------------------------------------------------

    def toggle(self) -> None:
        """Play, or stand still."""
        if self._player is not None:
            self._player.tell(Pause() if self.facts.is_playing else Play())

    def seek(self, at_ms: int) -> None:
        """Go to a time."""
        if self._player is not None:
            self._player.tell(Seek(max(0, at_ms)))

    def step(self, frames: int) -> None:
        """Some frames on, or back."""
        if self._player is not None:
            self._player.tell(Step(frames))

    def set_rate(self, rate: float) -> None:
        """One of ``RATES``."""
        if self._player is not None and rate in RATES:
            self._player.tell(SetRate(rate))
            self._set(rate=rate)

    def make_still(self) -> None:
        """Have the frame that is shown, as JPEG; ``stilled`` follows."""
        if self._player is not None:
            self._player.tell(MakeStill())

    def mark_in(self) -> None:
        """Something begins here."""
        self._set(in_ms=self.facts.at_ms)

    def forget_in(self) -> None:
        """What was begun is kept, or no longer meant."""
        self._set(in_ms=None)

    def show_markers(self, markers: tuple[MarkerPoints, ...]) -> None:
        """These are the clip's markers now."""
        if markers != self.facts.markers:
            self._set(markers=markers)
            self.changed.emit()

    # -- what the player says --------------------------------------------------------------

    @Slot(QImage, int)
    def _pictured(self, image: QImage, at_ms: int) -> None:
        self.image = image
        self.painted.emit()
        self._set(at_ms=at_ms)

    @Slot(object)
    def _said(self, word: object) -> None:
        match word:
            case Opened():
                self._set(opened=word)
                if word.code:
                    self._add_trouble(word.code, -1)
            case At():
                self._set(at_ms=word.at_ms, is_playing=word.is_playing)
            case Ended():
                at_ms = self.facts.opened.duration_ms if self.facts.opened else self.facts.at_ms
                self._set(is_playing=False, at_ms=at_ms)
            case Trouble():
                self._add_trouble(word.code, word.segment)
            case Wave():
                self._peaks[word.first : word.first + len(word.peaks)] = word.peaks
                self.waved.emit()
            case _:
                return

    def _add_trouble(self, code: str, segment: int) -> None:
        if code not in {known for known, _ in self.facts.codes}:
            self._set(codes=(*self.facts.codes, (code, segment)))

    @Slot(bytes, object)
    def _stilled(self, jpeg: bytes, still: Still) -> None:
        self.stilled.emit(jpeg, still)

    @Slot()
    def _died(self) -> None:
        self._player = None
        self._set(is_playing=False, codes=(*self.facts.codes, (DIED, -1)))

    # -- words -----------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Word everything in the language spoken now."""
        self._word()

    def _set(self, **news: object) -> None:
        self.facts = replace(self.facts, **news)  # type: ignore[arg-type]
        self._word()

    def _word(self) -> None:
        facts = self.facts
        clip, opened = facts.clip, facts.opened
        worst = next((code for code in facts.codes if alarming(code[0])), None)
        code = worst or (facts.codes[0] if facts.codes else None)
        text = self._tongue.word(code[0], {"segment": code[1]}) if code else None
        duration_ms = opened.duration_ms if opened else 0
        face = replace(
            live_face(facts.at_ms, duration_ms, facts.in_ms),
            name=clip.name if clip else "",
            detail=clip_detail(clip, opened),
            viewer=(clip.viewer_name or clip.viewer) if clip else "",
            playing=facts.is_playing,
            rate=facts.rate,
            waiting=opened is None and not facts.codes,
            playable=bool(
                opened
                and (opened.has_video or (opened.has_audio and opened.has_libvlc))
                and self._player
            ),
            stepping=bool(opened and opened.has_video and self._player),
            pictured=not self.image.isNull(),
            sounding=bool(opened and opened.has_audio and not opened.has_video),
            alarm=worst is not None,
            died=any(code == DIED for code, _ in facts.codes),
            title=text.title if text else "",
            reason=text.reason if text else "",
            mend=text.mend if text else "",
        )
        if face != self.face:
            self.face = face
            self.changed.emit()

    def _marks(self) -> list[dict[str, float | str]]:
        opened = self.facts.opened
        length = max(1, opened.duration_ms if opened else 1)
        return [
            {
                "from": min(1.0, mark.in_ms / length),
                "to": min(1.0, (mark.in_ms if mark.out_ms is None else mark.out_ms) / length),
                "word": moment(mark.in_ms),
            }
            for mark in self.facts.markers
        ]

    name = shown(str, "name", changed)
    detail = shown(str, "detail", changed)
    viewer = shown(str, "viewer", changed)
    position = shown(str, "position", changed)
    length = shown(str, "length", changed)
    progress = shown(float, "progress", changed)
    started = shown(str, "started", changed)
    playing = shown(bool, "playing", changed)
    rate = shown(float, "rate", changed)
    waiting = shown(bool, "waiting", changed)
    playable = shown(bool, "playable", changed)
    stepping = shown(bool, "stepping", changed)
    pictured = shown(bool, "pictured", changed)
    sounding = shown(bool, "sounding", changed)
    alarm = shown(bool, "alarm", changed)
    died = shown(bool, "died", changed)
    title = shown(str, "title", changed)
    reason = shown(str, "reason", changed)
    mend = shown(str, "mend", changed)
    marks = Property(list, _marks, notify=changed)
