"""One voice becomes notes: each once, however it trembles, slides and is cut into blocks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accompanist.devices.line_ear import LineEar
from accompanist.music.events import ToneOff, ToneOn

RATE_HZ = 16000


def voice(pitches, rate_hz=RATE_HZ, swell_s=0.02, partials=5):
    """Sound of pitches given for every sample; it swells where it begins and dies where it ends."""
    turns = np.cumsum(440.0 * 2.0 ** ((pitches - 69.0) / 12.0)) / rate_hz
    sound = sum(np.sin(2 * np.pi * k * turns) / k for k in range(1, partials + 1))
    edge = np.minimum(np.arange(len(pitches)) / (swell_s * rate_hz), 1.0)
    return (0.2 * sound * edge * edge[::-1]).astype(np.float32)


def held(pitch, seconds, rate_hz=RATE_HZ):
    return np.full(round(seconds * rate_hz), float(pitch))


def rest(seconds, rate_hz=RATE_HZ):
    return np.zeros(round(seconds * rate_hz), np.float32)


def heard(sound, rate_hz=RATE_HZ, sizes=(1024,)):
    ear, first, turn, events = LineEar(rate_hz), 0, 0, []
    while first < len(sound):
        block = sound[first : first + sizes[turn % len(sizes)]]
        events += ear.feed(block, lambda number: number / rate_hz)
        first, turn = first + len(block), turn + 1
    return events


def begun(events, *, alone=False):
    return [e for e in events if isinstance(e, ToneOn) and (e.alone or not alone)]


def tune(pitches, seconds=0.3, gap_s=0.05, rate_hz=RATE_HZ):
    notes = [
        np.concatenate([voice(held(pitch, seconds, rate_hz), rate_hz), rest(gap_s, rate_hz)])
        for pitch in pitches
    ]
    return np.concatenate([rest(0.2, rate_hz), *notes, rest(0.3, rate_hz)])


def sung(pitches, gap_s=0.3):
    """A phrase of a second that makes the voice known, and then another."""
    return np.concatenate([rest(0.1), voice(held(60, 1.0)), rest(gap_s), voice(pitches), rest(0.3)])


@pytest.mark.parametrize("rate_hz", [8000, 22050, 44100, 48000, 96000, 192000])
def test_a_tune_is_heard_note_by_note_at_any_rate(rate_hz):
    events = heard(tune([62, 64, 65, 67, 69], rate_hz=rate_hz), rate_hz)

    assert [e.pitch for e in begun(events) if e.began_s < e.time_s] == [62, 64, 65, 67, 69]


def test_every_note_ends():
    events = heard(tune([62, 64, 65]))

    sounding: list[int] = []
    for event in events:
        if isinstance(event, ToneOff):
            sounding.remove(event.pitch)
        else:
            assert not sounding
            sounding.append(event.pitch)
    assert sounding == []


@pytest.mark.parametrize(
    ("pitch", "latest_s"), [(28, 0.09), (33, 0.09), (45, 0.06), (57, 0.06), (69, 0.06), (90, 0.06)]
)
def test_a_note_is_known_in_time_and_says_when_it_began(pitch, latest_s):
    sound = np.concatenate([rest(0.5), voice(held(pitch, 0.5), swell_s=0.005), rest(0.2)])

    first = begun(heard(sound))[0]

    assert first.pitch == pitch
    assert 0.5 < first.time_s < 0.5 + latest_s
    assert first.began_s == pytest.approx(0.5, abs=0.03)


@settings(deadline=None, max_examples=15)
@given(st.lists(st.integers(1, 5000), min_size=1, max_size=6))
def test_notes_do_not_depend_on_the_size_of_blocks(sizes):
    sound = tune([48, 60, 60, 55], seconds=0.2)

    assert heard(sound, sizes=sizes) == heard(sound, sizes=(64,))


def test_notes_do_not_depend_on_blocks_of_one_sample():
    sound = tune([50, 62], seconds=0.15)

    assert heard(sound, sizes=(1,)) == heard(sound, sizes=(4096,))


@pytest.mark.parametrize("semitones", [0.3, 0.5, 0.65])
def test_a_vibrato_is_one_note(semitones):
    time_s = np.arange(round(2.0 * RATE_HZ)) / RATE_HZ
    wide = np.minimum(time_s / 0.4, 1.0) * semitones
    events = heard(sung(64 + wide * np.sin(2 * np.pi * 5.5 * time_s)))

    assert [e.pitch for e in begun(events, alone=True)][-1:] == [64]
    assert len([e for e in begun(events) if e.time_s > 1.4]) == 1


def test_a_glide_is_the_note_it_leaves_and_the_one_it_reaches():
    slide = np.concatenate([held(60, 0.5), np.linspace(60, 67, RATE_HZ // 5), held(67, 0.5)])

    events = [e for e in begun(heard(sung(slide))) if e.time_s > 1.4]

    assert [e.pitch for e in events] == [60, 67]


def test_legato_notes_are_told_apart_without_a_gap():
    run = np.concatenate([held(pitch, 0.15) for pitch in (60, 62, 64, 65, 67)])

    assert [e.pitch for e in begun(heard(sung(run))) if e.time_s > 1.4] == [60, 62, 64, 65, 67]


def test_a_note_struck_again_is_two_notes():
    decay = np.exp(-np.arange(round(0.4 * RATE_HZ)) / (0.15 * RATE_HZ))
    plucked = voice(held(50, 0.4), swell_s=0.004) * decay.astype(np.float32)

    events = heard(np.concatenate([rest(0.5), plucked, plucked, plucked, rest(0.5)]))

    assert [e.pitch for e in begun(events) if e.began_s < e.time_s] == [50, 50, 50]


def test_a_leap_of_an_octave_is_heard():
    leap = np.concatenate([held(57, 0.3), held(69, 0.3)])

    assert [e.pitch for e in begun(heard(sung(leap))) if e.time_s > 1.4] == [57, 69]


def test_an_instrument_that_is_flat_is_heard_in_its_own_tuning():
    scale = [62, 64, 65, 67, 69, 70, 72]

    events = heard(tune([pitch - 0.4 for pitch in [62, 62, *scale]]))

    assert [e.pitch for e in begun(events)][-len(scale) :] == scale


def test_the_louder_note_has_the_greater_velocity():
    sound = np.concatenate(
        [rest(0.2), voice(held(60, 0.4)), rest(0.1), 0.2 * voice(held(62, 0.4)), rest(0.1)]
    )

    loud, soft = (e.velocity for e in begun(heard(sound)) if e.began_s < e.time_s)

    assert 1 <= soft < loud <= 127


@pytest.mark.parametrize("level", [0.0, 1e-4, 0.01, 0.5])
def test_silence_and_noise_are_no_notes(level):
    noise = level * np.random.default_rng(1).standard_normal(3 * RATE_HZ)

    assert heard(noise.astype(np.float32)) == []


def test_breath_and_consonants_between_notes_are_no_notes():
    breath = 0.02 * np.random.default_rng(2).standard_normal(round(0.25 * RATE_HZ))
    phrase = [voice(held(60, 0.4)), breath, voice(held(64, 0.4)), breath, voice(held(62, 0.4))]

    events = heard(np.concatenate([rest(0.2), *phrase, rest(0.2)]).astype(np.float32))

    assert [e.pitch for e in begun(events) if e.began_s < e.time_s] == [60, 64, 62]


@pytest.mark.parametrize("chord", [(60, 64, 67), (57, 60, 64), (48, 55, 63, 70), (60, 63, 66)])
def test_chords_are_no_line(chord):
    strum = sum(voice(held(pitch, 0.9)) for pitch in chord)
    other = sum(voice(held(pitch + 5, 0.9)) for pitch in chord)

    events = heard(np.concatenate([rest(0.2), strum, other, strum, other]))

    assert begun(events, alone=True) == []


def test_chords_end_the_line_and_a_line_is_known_again():
    chord = sum(voice(held(pitch, 4.0)) for pitch in (57, 60, 64, 67))

    events = heard(np.concatenate([tune([60, 62, 64, 65]), chord, tune([60, 62, 64, 65] * 4)]))
    alone = [e.time_s for e in begun(events, alone=True)]
    chord_s = (1.9 + 2.0, 1.9 + 4.0)

    assert min(alone) < 1.5
    assert not [time_s for time_s in alone if chord_s[0] < time_s < chord_s[1]]
    assert max(alone) > chord_s[1]


def test_values_that_are_no_numbers_and_a_constant_offset_do_not_deafen():
    sound = tune([62, 64, 65]) + np.float32(0.3)
    sound[100:130] = np.nan
    sound[200] = np.inf

    assert [e.pitch for e in begun(heard(sound)) if e.began_s < e.time_s] == [62, 64, 65]
