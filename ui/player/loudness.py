"""How loud a clip is over its length, for the time line. Runs in the player child only."""

from __future__ import annotations

import array
from typing import TYPE_CHECKING

from av.audio.resampler import AudioResampler
from av.error import FFmpegError

from ui.player.wire import WAVE_COLUMNS, Wave

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ui.player.footage import Footage
    from ui.player.wire import Word

_SAMPLE_HZ = 8000
_PART_COLUMNS = 60  # told at a time
_FULL_SCALE = 32768


def measure(footage: Footage, say: Callable[[Word], None], is_over: Callable[[], bool]) -> None:
    """Tell the peaks part by part, from the start on, until the end or until ``is_over``."""
    stream, duration_s = footage.audio, footage.facts.duration_s
    if stream is None or not duration_s:
        return
    resampler = AudioResampler(format="s16", layout="mono", rate=_SAMPLE_HZ)
    per_column = max(1, int(duration_s * _SAMPLE_HZ / WAVE_COLUMNS))
    peaks, told, samples = [0] * WAVE_COLUMNS, 0, 0
    for chunk in _chunks(footage, resampler):
        if is_over():
            return
        for start in range(0, len(chunk), per_column // 4 + 1):
            column = min(WAVE_COLUMNS - 1, (samples + start) // per_column)
            piece = chunk[start : start + per_column // 4 + 1]
            loud = max(max(piece), -min(piece)) * 100 // _FULL_SCALE
            peaks[column] = max(peaks[column], min(100, loud))
        samples += len(chunk)
        if samples // per_column >= told + _PART_COLUMNS and told + _PART_COLUMNS < WAVE_COLUMNS:
            say(Wave(told, tuple(peaks[told : told + _PART_COLUMNS])))
            told += _PART_COLUMNS
    say(Wave(told, tuple(peaks[told:])))


def _chunks(footage: Footage, resampler: AudioResampler) -> Iterator[array.array[int]]:
    try:
        for packet in footage.packets_of_sound():
            try:
                frames = packet.decode()
            except FFmpegError:
                continue
            for frame in frames:
                for plain in resampler.resample(frame):
                    chunk = array.array("h")
                    chunk.frombytes(bytes(plain.planes[0])[: plain.samples * 2])
                    if chunk:
                        yield chunk
    except FFmpegError:
        return
