"""A captured child can not hand the station anything but plain facts and a small JPEG."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.media.clips import snap
from workstation.domain.errors import ProtocolError
from workstation.media.api import MediaFacts
from workstation.media.vetting import vet_facts, vet_jpeg

HONEST = MediaFacts(
    container="mpegts",
    duration_s=2.0,
    has_video=True,
    video_codec="h264",
    width=1920,
    height=1080,
    fps=25.0,
    rotation_deg=90,
    creation_time="2024-05-01T08:00:00Z",
    warnings=("media.truncated",),
)


def test_honest_facts_pass_unchanged() -> None:
    assert vet_facts(msgspec.json.encode(HONEST)) == HONEST


@pytest.mark.parametrize(
    "lie",
    [
        replace(HONEST, width=-1),
        replace(HONEST, channels=1 << 40),
        replace(HONEST, rotation_deg=45),
        replace(HONEST, duration_s=-0.5),
        replace(HONEST, duration_s=1e300),
        replace(HONEST, fps=1e12),
        replace(HONEST, warnings=("object.damaged",)),
    ],
)
def test_facts_out_of_bounds_are_refused(lie: MediaFacts) -> None:
    with pytest.raises(ProtocolError):
        vet_facts(msgspec.json.encode(lie))


def test_texts_are_cut_and_made_printable() -> None:
    vetted = vet_facts(msgspec.json.encode(replace(HONEST, creation_time="\x1b[2J\n" + "x" * 999)))
    assert vetted.creation_time.startswith("?[2J?x")
    assert len(vetted.creation_time) == 64


@given(st.binary(max_size=200))
def test_noise_is_refused_or_understood_never_more(payload: bytes) -> None:
    for vet in (vet_facts, vet_jpeg):
        try:
            vet(payload)
        except ProtocolError:
            continue


def test_a_small_jpeg_passes_and_nothing_is_no_picture() -> None:
    small = snap((320, 180))
    assert vet_jpeg(small) == small
    assert vet_jpeg(b"") is None


@pytest.mark.parametrize(
    "picture",
    [snap((322, 180)), snap((320, 182)), b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xd9", snap()[:-2]],
)
def test_a_picture_of_another_size_or_format_is_refused(picture: bytes) -> None:
    with pytest.raises(ProtocolError):
        vet_jpeg(picture)
