"""The band's own sound, coming back through the microphone, does not lead the player's beat."""

from functools import cache

import numpy as np

from accompanist.devices.sound_ear import SoundEar
from accompanist.dsp.synth import BandSynth
from accompanist.listening.listener import learned_listener
from accompanist.music.heard import BeatHeard
from tests.dsp.bands import RATE_HZ, band, sounded

SECONDS, FOLLOWED_FROM_S = 30.0, 12.0
PLAYERS_BPM, BANDS_BPM = 104.0, 112.0
BAND_BEGINS_S = 6.0
BLOCK = RATE_HZ // 50
ON_THE_WAY = round(0.02 * RATE_HZ)


@cache
def player():
    """Chords struck on every beat, and a tune in halves of them."""
    events = [note for note in band(SECONDS, beat_s=60.0 / PLAYERS_BPM) if note[2] == "performer"]
    return sounded(BandSynth(RATE_HZ), events, SECONDS).mean(axis=1)


@cache
def leaking():
    """Drums, bass and comping at another tempo."""
    events = [note for note in band(SECONDS, beat_s=60.0 / BANDS_BPM) if note[2] != "performer"]
    sound = sounded(BandSynth(RATE_HZ), events, SECONDS).mean(axis=1)
    sound[: round(BAND_BEGINS_S * RATE_HZ)] = 0.0
    return sound


def followed(decibels, knows_band):
    """Tempi announced to a player with a band in the microphone that is so much louder."""
    played = leaking()
    gain = 10.0 ** (decibels / 20.0) * np.std(player()) / np.std(played)
    microphone = player() + gain * np.concatenate([np.zeros(ON_THE_WAY), played[:-ON_THE_WAY]])
    ear, listener, heard = SoundEar(RATE_HZ, knows_band=knows_band), learned_listener(), []
    for start in range(0, len(microphone), BLOCK):
        block = slice(start, start + BLOCK)
        sound, known = (values[block].astype(np.float32) for values in (microphone, played))
        told = (sound, lambda number: number / RATE_HZ, *([known] if knows_band else []))
        heard += listener.advance(start / RATE_HZ)
        for event in ear.feed(*told):
            listener.hear(event)
    beats = [value for value in heard if isinstance(value, BeatHeard)]
    return np.array([beat.tempo_bpm for beat in beats if beat.at_s > FOLLOWED_FROM_S])


def share_near(tempi, bpm):
    return float(np.mean(np.abs(tempi / bpm - 1.0) < 0.03)) if len(tempi) else 0.0


def test_a_band_six_decibels_softer_at_another_tempo_does_not_lead():
    tempi = followed(-6.0, knows_band=True)

    assert share_near(tempi, PLAYERS_BPM) > 0.9
    assert share_near(tempi, BANDS_BPM) == 0.0
