"""What is told of a beat in sound for bars."""

import numpy as np
import pytest

from accompanist.dsp.sound_beat_features import (
    FEATURES,
    PARTS,
    REGISTERS,
    describe_beat,
    describe_beats,
    forget_beats,
    fresh_memory,
    keep_frame,
)

FRAME_S, BEAT_S = 0.04, 0.5
SEEN_AFTER_S = 0.02
ACCENTS = slice(REGISTERS * PARTS, REGISTERS * (PARTS + 1))
ACROSS_HALF_A_BEAT = ACCENTS.stop + REGISTERS + 1 + 2
ALIKE = ACCENTS.stop + REGISTERS + 1 + 4
RHYTHM, LOW_RHYTHM, HARMONY, BASS = (slice(ALIKE + 8 * k, ALIKE + 8 * (k + 1)) for k in range(4))


def frames(beats, low_on=(), chords=(), level=200):
    """A click on every beat, low drums on some beats, and a semitone to each beat."""
    count = int((beats + 1) * BEAT_S / FRAME_S)
    spectra, tones = np.zeros((count * 4, 51)), np.zeros((count, 72))
    for beat in range(beats):
        at = round((beat * BEAT_S + SEEN_AFTER_S) / 0.01)
        spectra[at : at + 4, 34:] = level
        if beat in low_on:
            spectra[at : at + 4, :16] = level
    for beat, tone in enumerate(chords):
        first, last = (round((n * BEAT_S + 0.12) / FRAME_S) for n in (beat, beat + 1))
        tones[first:last, tone] = level
    return spectra.astype(np.uint8).reshape(count, -1), tones.astype(np.uint8)


def described(bands, tones, beats):
    """Features of beats 1 to `beats` - 2."""
    out = np.empty((beats - 2, FEATURES), np.float32)
    ends_s = FRAME_S * np.arange(1.0, len(bands) + 1.0)
    beats_s = BEAT_S * np.arange(float(beats))
    describe_beats(beats_s, 0.9, ends_s, bands, tones, fresh_memory(), out)
    return out


def test_a_low_drum_is_an_accent_of_its_register_alone():
    heard = described(*frames(16, low_on=range(0, 16, 4)), 16)[:, ACCENTS]

    assert heard[11, 0] > heard[10, 0] + 1.0
    assert heard[11, 2] == pytest.approx(heard[10, 2], abs=0.1)


def test_a_drum_every_four_beats_is_like_four_and_eight_beats_ago():
    heard = described(*frames(20, low_on=range(0, 20, 4)), 20)[15, LOW_RHYTHM]

    assert [back + 1 for back in range(8) if heard[back] > 0.9] == [4, 8]


def test_harmony_that_moves_is_told_on_the_beat_where_it_moves():
    chords = [24 + 5 * (beat // 4 % 2) for beat in range(16)]
    heard = described(*frames(16, chords=chords), 16)[:, ACROSS_HALF_A_BEAT]

    assert [beat + 1 for beat in range(14) if heard[beat] > 0.5] == [4, 8, 12]


def test_harmony_two_beats_long_is_like_that_of_four_beats_ago():
    chords = [(24, 31)[beat // 2 % 2] for beat in range(20)]
    heard = described(*frames(20, chords=chords), 20)[14, HARMONY]

    assert heard[3] > 0.8 > 0.4 > heard[1]


def test_transposed_music_is_the_same():
    chords = [30 + 5 * (beat // 4 % 2) for beat in range(16)]
    moved = [chord + 3 for chord in chords]

    assert np.allclose(
        described(*frames(16, chords=chords), 16), described(*frames(16, chords=moved), 16)
    )


def test_frames_are_kept_when_beats_are_forgotten():
    bands, tones = frames(8, low_on=(2, 6))
    memory, first, again = fresh_memory(), np.empty(FEATURES, np.float32), None
    for n in range(len(bands)):
        keep_frame(FRAME_S * (n + 1), bands[n], tones[n], memory)
    describe_beat(3.0, BEAT_S, 2.5, memory, first)
    again = np.empty_like(first)
    describe_beat(3.5, BEAT_S, 3.0, memory, again)
    forget_beats(memory)
    describe_beat(3.0, BEAT_S, 2.5, memory, again)

    assert np.array_equal(first, again)


def test_nothing_is_described_in_numbers():
    silence = np.zeros((300, 204), np.uint8), np.zeros((300, 72), np.uint8)

    assert np.isfinite(described(*silence, 20)).all()
