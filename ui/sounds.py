"""Two sounds, made here and played by ``aplay``: one for done, one for a fault."""

from __future__ import annotations

import array
import io
import logging
import math
import shutil
import subprocess
import wave
from typing import Final

logger = logging.getLogger(__name__)

RATE_HZ: Final = 22_050
_PEAK: Final = 32_767
_FADE_S: Final = 0.012  # a tone that begins or ends at once clicks
# Frequency in Hz (0: silence) and length in seconds. Done rises, a fault falls and is said twice:
# they are told apart without looking and without a musical ear.
TONES: Final = {
    "done": ((660.0, 0.12), (880.0, 0.22)),
    "fault": ((520.0, 0.2), (350.0, 0.3), (0.0, 0.12), (520.0, 0.2), (350.0, 0.3)),
}


def sound(name: str, volume: int) -> bytes:
    """A WAV file: 16 bit, mono. ``volume`` in per cent of full scale."""
    samples = array.array("h")
    for hertz, seconds in TONES[name]:
        count = int(seconds * RATE_HZ)
        for place in range(count):
            edge = min(place, count - place) / (_FADE_S * RATE_HZ)
            loudness = min(1.0, edge) * volume / 100 * _PEAK
            samples.append(int(loudness * math.sin(2 * math.pi * hertz * place / RATE_HZ)))
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(samples.tobytes())
    return out.getvalue()


class Sounds:
    """Plays one sound at a time; a machine without sound stays silent."""

    def __init__(self, volume: int) -> None:
        self._player = shutil.which("aplay") if volume > 0 else None
        self._sounds = {name: sound(name, volume) for name in TONES} if self._player else {}
        self._playing: subprocess.Popen[bytes] | None = None

    def close(self) -> None:
        """Stop what is being heard."""
        if self._playing is not None and self._playing.poll() is None:
            self._playing.kill()
            self._playing.wait()

    def __del__(self) -> None:
        self.close()

    def ring(self, name: str) -> None:
        """Let it be heard, unless one is being heard already."""
        if self._player is None or (self._playing is not None and self._playing.poll() is None):
            return
        try:
            self._playing = subprocess.Popen(  # noqa: S603 - a fixed command
                [self._player, "-q", "-"],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            if self._playing.stdin is not None:
                with self._playing.stdin as pipe:
                    pipe.write(self._sounds[name])
        except OSError as error:
            logger.info("not heard sound=%s: %s", name, error)
