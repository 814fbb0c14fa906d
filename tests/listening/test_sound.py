"""Beat and harmony heard in frames of sound."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from accompanist.dsp.spectrum import Spectrograph
from accompanist.inference.model import ModelError, StreamingModel
from accompanist.listening.learned import learned_evidence
from accompanist.listening.listener import Listener, learned_listener
from accompanist.listening.sound import BeatInSound, HarmonyInSound, SoundEars
from accompanist.music.events import Attack, NoteOff, NoteOn, SoundFrame
from accompanist.music.heard import BeatHeard, ChordHeard, KeyHeard
from accompanist.training.sound_talk import talk

RATE_HZ = 22050
PERIOD_S = 0.5


def framed(sound):
    """Frames of sound."""
    frames = Spectrograph(RATE_HZ).feed(sound.astype(np.float32))
    return [
        SoundFrame(end / RATE_HZ, float(level), bands.tobytes(), tones.tobytes())
        for bands, tones, level, end in zip(*frames, strict=True)
    ]


def struck(times_s, length_s, tone_hz, decay_s, seed=0):
    """Drum-like strokes: a falling burst of noise, or a tone where one is given."""
    sound = np.zeros(round(length_s * RATE_HZ))
    random = np.random.default_rng(seed)
    after_s = np.arange(round(6 * decay_s * RATE_HZ)) / RATE_HZ
    for time_s in times_s:
        body = (
            np.sin(2 * np.pi * tone_hz * after_s) if tone_hz else random.normal(size=len(after_s))
        )
        start = round(time_s * RATE_HZ)
        stroke = (0.4 * body * np.exp(-after_s / decay_s))[: max(len(sound) - start, 0)]
        sound[start : start + len(stroke)] += stroke
    return sound


@cache
def groove(length_s=20.0):
    """Kick on one and three, snare on two and four, hats in eighths, 120 beats a minute."""
    beats_s = np.arange(0.2, length_s - 0.5, PERIOD_S)
    sound = struck(beats_s[::2], length_s, 60.0, 0.08)
    sound += 0.6 * struck(beats_s[1::2], length_s, 0.0, 0.05)
    sound += 0.15 * struck(np.arange(0.2, length_s - 0.5, 0.25), length_s, 0.0, 0.01, seed=1)
    return framed(sound), beats_s


@cache
def chords(roots=(0, 5, 7, 0), each_s=4.0):
    """Major triads over their roots, struck twice a second."""
    parts = []
    for root in roots:
        part = np.zeros(round(each_s * RATE_HZ))
        for pitch in (36 + root, 60 + root, 64 + root, 67 + root):
            hz = 440.0 * 2.0 ** ((pitch - 69) / 12)
            for overtone in range(1, 6):
                every = np.arange(0.0, each_s, 0.5)
                part += struck(every, each_s, hz * overtone, 0.25) / overtone
        parts.append(part)
    return framed(0.15 * np.concatenate(parts))


def listen(events, until_s, listener=None):
    listener = listener or learned_listener()
    heard = []
    for event in sorted(events, key=lambda event: event.time_s):
        heard += listener.advance(event.time_s)
        listener.hear(event)
    return heard + listener.advance(until_s)


def beats(heard):
    return [value for value in heard if isinstance(value, BeatHeard)]


def test_a_groove_is_followed_on_the_beat_and_said_ahead():
    frames, beats_s = groove()
    said = [beat for beat in beats(listen(frames, 19.0)) if 10.0 < beat.at_s < 19.0]

    assert len(said) in (17, 18, 19)
    assert max(np.abs(beat.at_s - beats_s).min() for beat in said) < 0.05
    assert max(beat.announced_s - beat.at_s for beat in said) < -0.04


@pytest.mark.parametrize("loud", [0.0, 1.0])
def test_in_silence_and_in_steady_noise_there_is_no_beat(loud):
    noise = loud * np.random.default_rng(0).uniform(-1.0, 1.0, 12 * RATE_HZ)

    assert not beats(listen(framed(noise), 12.0))


def test_chords_are_heard_within_a_second():
    heard = [value for value in listen(chords(), 16.0) if isinstance(value, ChordHeard)]

    for number, root in enumerate((0, 5, 7, 0)):
        held = [chord for chord in heard if chord.announced_s < 4.0 * number + 1.0][-1]
        assert (held.chord.root, held.chord.is_minor) == (root, False)


def test_the_key_is_heard_in_a_cadence():
    heard = [value for value in listen(chords(), 16.0) if isinstance(value, KeyHeard)]

    assert heard[-1].key.name == "C major"


def test_while_keys_are_played_they_say_what_the_chord_is():
    minor = [
        event
        for beat in range(32)
        for pitch in (57, 60, 64)
        for event in (NoteOn(0.5 * beat, pitch, 80), NoteOff(0.5 * beat + 0.4, pitch))
    ]
    heard = [v for v in listen([*minor, *chords()], 16.0) if isinstance(v, ChordHeard)]

    assert {chord.chord.label for chord in heard} == {"A:min"}


def test_keys_and_sound_together_give_one_tempo_and_losing_sound_is_not_noticed():
    frames, beats_s = groove()
    keys = [
        event for time_s in beats_s for event in (NoteOn(time_s, 48, 80), NoteOff(time_s + 0.3, 48))
    ]
    frames = [frame for frame in frames if frame.time_s < 12.0]
    said = [beat for beat in beats(listen([*keys, *frames], 19.0)) if 8.0 < beat.at_s < 19.0]

    assert all(abs(beat.tempo_bpm - 120.0) < 5.0 for beat in said)
    assert np.diff([beat.at_s for beat in said]) == pytest.approx(PERIOD_S, abs=0.04)


def test_where_frames_tell_of_the_beat_attacks_add_nothing():
    frames, beats_s = groove()
    beside = [Attack(time_s + 0.17, 1.0) for time_s in beats_s]

    assert [beat.at_s for beat in beats(listen(frames, 19.0))] == pytest.approx(
        [beat.at_s for beat in beats(listen([*frames, *beside], 19.0))]
    )


def test_without_frames_attacks_tell_of_the_beat():
    attacks = [Attack(time_s, 0.8) for time_s in np.arange(0.2, 19.5, PERIOD_S)]
    said = [beat for beat in beats(listen(attacks, 19.0)) if beat.at_s > 12.0]

    assert said
    assert all(abs(beat.tempo_bpm - 120.0) < 5.0 for beat in said)


class Broken(StreamingModel):
    """A network that cannot be stepped."""

    def step(self, state, **inputs):
        raise ModelError("it is broken")


def test_where_its_network_fails_attacks_tell_of_the_beat_and_it_is_said():
    ears = SoundEars(BeatInSound(Broken("sound-beat")), HarmonyInSound(Broken("sound-harmony")))
    listener = Listener(learned_evidence()[0], sound=ears)
    attacks = [Attack(time_s, 0.8) for time_s in np.arange(0.2, 19.5, PERIOD_S)]
    said = beats(listen([*attacks, *groove()[0]], 19.0, listener))

    assert listener.take_faults() == ["it is broken", "it is broken"]
    assert said
    assert said[-1].tempo_bpm == pytest.approx(120.0, abs=5.0)


def test_what_is_announced_does_not_depend_on_how_time_is_cut():
    frames, _ = groove()
    whole = learned_listener()
    for frame in frames:
        whole.hear(frame)

    assert whole.advance(20.0) == listen(frames, 20.0)


@pytest.mark.parametrize("seed", range(100, 104))
def test_nobody_talks_the_band_in(seed):
    said = framed(0.5 * talk(30 * RATE_HZ, RATE_HZ, np.random.default_rng(seed)))
    assert not beats(listen(said, 30.0))


def test_music_after_talk_is_followed_as_soon_as_ever():
    said = talk(20 * RATE_HZ, RATE_HZ, np.random.default_rng(100))
    frames, beats_s = groove(12.0)
    late_s = 20.0
    played = [replace(frame, time_s=frame.time_s + late_s) for frame in frames]
    heard = beats(listen([*framed(0.5 * said), *played], late_s + 12.0))
    assert heard[0].at_s < late_s + 8.0
    assert all(np.abs(beats_s + late_s - beat.at_s).min() < 0.07 for beat in heard[4:-2])


def test_talk_after_music_keeps_no_band_playing_for_long():
    said = talk(30 * RATE_HZ, RATE_HZ, np.random.default_rng(101))
    frames, _ = groove(12.0)
    late_s = 12.0
    talked = [replace(frame, time_s=frame.time_s + late_s) for frame in framed(0.5 * said)]
    attacks = [Attack(late_s + at_s, 0.8) for at_s in np.arange(0.1, 29.9, 0.21)]
    heard = beats(listen([*frames, *talked, *attacks], late_s + 30.0))
    assert heard[-1].at_s < late_s + 25.0


def test_no_chord_or_key_is_heard_in_talk_for_long():
    said = framed(0.5 * talk(40 * RATE_HZ, RATE_HZ, np.random.default_rng(102)))
    heard = [value for value in listen(said, 40.0) if isinstance(value, ChordHeard | KeyHeard)]
    assert all(value.announced_s < 15.0 for value in heard)
