"""Beside fluidsynth, with the same soundfont and notes, the synth sounds alike.

Alike means: log spectra (24 bands, every 85 ms) correlate by more than 0.98; within an instrument
no key or velocity is louder or softer than another by more than 2.5 dB beyond fluidsynth's own
difference; and between instruments by no more than 1.5 dB.
"""

import subprocess
from itertools import pairwise
from pathlib import Path

import mido
import numpy as np
import pytest
import soundfile

from accompanist.dsp.instruments import INSTRUMENTS
from accompanist.dsp.synth import BALANCE, BandSynth
from accompanist.dsp.zones import BAND_SOUNDFONT, load_bank
from tests.conftest import program
from tests.dsp.bands import RATE_HZ

HITS = ((36, 100), (38, 100), (42, 80), (46, 90), (44, 80), (49, 100), (51, 80), (38, 50))
TONES = ((0, 100), (7, 80), (12, 60), (19, 110), (24, 40), (3, 127))
EVERY_S, LENGTH_S, LISTEN_S = 0.8, 0.6, 0.45


@pytest.fixture(scope="module")
def bank():
    return load_bank()


def notes_for(name):
    """(pitch, velocity) one after the other."""
    if INSTRUMENTS[name].bank == 128:
        return HITS
    lowest = 28 if "bass" in name else 48
    return tuple((lowest + step, velocity) for step, velocity in TONES)


def by_fluidsynth(name: str, folder: Path) -> np.ndarray:
    instrument = INSTRUMENTS[name]
    channel = 9 if instrument.bank == 128 else 0
    file = mido.MidiFile(ticks_per_beat=500)
    track = file.add_track()
    track.append(mido.Message("program_change", program=instrument.program, channel=channel))
    for pitch, velocity in notes_for(name):
        on = mido.Message("note_on", note=pitch, velocity=velocity, channel=channel)
        off = mido.Message("note_off", note=pitch, channel=channel, time=round(1000 * LENGTH_S))
        track += [on, off]
        rest = round(1000 * (EVERY_S - LENGTH_S))
        track.append(mido.Message("control_change", control=3, channel=channel, time=rest))
    file.save(folder / "notes.mid")
    options = [
        "-ni",
        "-q",
        "-T",
        "wav",
        "-O",
        "float",
        "-r",
        str(RATE_HZ),
        "-R",
        "0",
        "-C",
        "0",
        "-g",
        "1",
    ]
    files = ["-F", str(folder / "out.wav"), str(BAND_SOUNDFONT), str(folder / "notes.mid")]
    subprocess.run(
        [program("fluidsynth", "fluidsynth"), *options, *files],
        check=True,
        capture_output=True,
    )
    return soundfile.read(folder / "out.wav")[0]


def by_the_band(name: str, bank, frames: int) -> np.ndarray:
    """Each note by itself, so that the sum's evening out doesn't come in."""
    synth = BandSynth(RATE_HZ, bank)
    seat = "drums" if INSTRUMENTS[name].bank == 128 else "harmony"
    synth.set_instrument(seat, name)
    synth.set_level(seat, 0.8 * 0.1)
    for place, (pitch, velocity) in enumerate(notes_for(name)):
        on_s = place * EVERY_S
        synth.note_on(seat, pitch, velocity, round(on_s * RATE_HZ), place + 1)
        synth.note_off(place + 1, round((on_s + LENGTH_S) * RATE_HZ))
    return synth.render(frames) * 100 / BALANCE[name]


def decibels(sound: np.ndarray) -> float:
    return 10 * np.log10(float((sound.astype(np.float64) ** 2).mean()) + 1e-15)


def spectrogram(sound: np.ndarray) -> np.ndarray:
    """Log power in 24 bands for every 4096 frames."""
    blocks = sound.mean(axis=1)[: len(sound) // 4096 * 4096].reshape(-1, 4096)
    power = np.abs(np.fft.rfft(blocks * np.hanning(4096))) ** 2
    edges = np.geomspace(2, 2048, 25).astype(int)
    bands = [power[:, low:high].sum(axis=1) for low, high in pairwise(edges)]
    return np.log10(np.stack(bands) + 1e-7)


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_every_instrument_sounds_as_fluidsynth_plays_it(name, bank, tmp_path):
    theirs = by_fluidsynth(name, tmp_path)
    ours = by_the_band(name, bank, len(theirs))
    assert np.corrcoef(spectrogram(theirs).ravel(), spectrogram(ours).ravel())[0, 1] > 0.98
    differences = []
    for place in range(len(notes_for(name))):
        start = round(place * EVERY_S * RATE_HZ)
        span = slice(start, start + round(LISTEN_S * RATE_HZ))
        differences.append(decibels(theirs[span]) - decibels(ours[span]))
    assert np.ptp(differences) < 2.5, "velocities or keys are balanced otherwise"


def test_instruments_are_balanced_against_each_other_as_fluidsynth_does(bank, tmp_path):
    differences = []
    for name in INSTRUMENTS:
        theirs = by_fluidsynth(name, tmp_path)
        differences.append(decibels(theirs) - decibels(by_the_band(name, bank, len(theirs))))
    assert np.ptp(differences) < 1.5
