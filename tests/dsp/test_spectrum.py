"""A sound's frames: the same however it comes in, and what they say is what sounds.

librosa is the yardstick where it is installed, and elsewhere what it does, written down plainly.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accompanist.dsp.semitones import LOWEST_PITCH
from accompanist.dsp.sound_features import bass_chroma, chroma, onset_strength
from accompanist.dsp.spectrum import BANDS, BANDS_PER_OCTAVE, LOWEST_HZ, SPECTRA, Spectrograph

RATE_HZ = 48000
A_MINOR, F_MAJOR = (45, 57, 60, 64), (41, 57, 60, 65)


def hz(pitch):
    return 440.0 * 2.0 ** ((pitch - 69.0) / 12.0)


def sine(frequency_hz, seconds=1.0, rate_hz=RATE_HZ, level=0.5):
    return level * np.sin(
        2.0 * np.pi * frequency_hz * np.arange(round(seconds * rate_hz)) / rate_hz
    )


def struck(chords, beat_s=0.5, rate_hz=RATE_HZ, cents=0.0):
    """Strings of six partials, struck once a beat."""
    seconds = np.arange(round(beat_s * rate_hz)) / rate_hz
    beats = []
    for pitches in chords:
        beat = np.zeros(len(seconds))
        for pitch in pitches:
            for partial in range(1, 7):
                frequency_hz = partial * hz(pitch + cents / 100.0)
                ringing = np.exp(-seconds * (2.0 + partial)) / partial
                beat += 0.1 * ringing * np.sin(2.0 * np.pi * frequency_hz * seconds)
        beats.append(beat)
    return np.concatenate(beats)


def song(rate_hz=RATE_HZ, cents=0.0):
    hiss = 1e-4 * np.random.default_rng(0).standard_normal(8 * rate_hz)
    played = struck([A_MINOR, A_MINOR, F_MAJOR, F_MAJOR] * 4, 0.5, rate_hz, cents)
    return played + hiss[: len(played)]


def frames_of(sound, rate_hz=RATE_HZ):
    return Spectrograph(rate_hz).feed(np.asarray(sound, np.float32))


SOUND = song().astype(np.float32)
WHOLE = frames_of(SOUND)


@settings(deadline=None, max_examples=15)
@given(st.lists(st.integers(1, 9000), min_size=1, max_size=5))
def test_the_frames_do_not_depend_on_the_blocks(sizes):
    spectrograph, parts, first = Spectrograph(RATE_HZ), [], 0
    while first < len(SOUND):
        size = sizes[len(parts) % len(sizes)] + 200
        parts.append(spectrograph.feed(SOUND[first : first + size]))
        first += size
    for part, whole in zip(zip(*parts, strict=True), WHOLE, strict=True):
        assert np.array_equal(np.concatenate(part), whole)


@pytest.mark.parametrize("size", (1, 64, 4096))
def test_samples_one_by_one_make_the_same_frames(size):
    spectrograph, short = Spectrograph(44100), SOUND[:9000]
    parts = [spectrograph.feed(short[i : i + size]) for i in range(0, len(short), size)]
    whole = frames_of(short, 44100)
    assert len(whole.ends) == 5
    assert np.array_equal(np.concatenate([part.bands for part in parts]), whole.bands)
    assert np.array_equal(np.concatenate([part.tones for part in parts]), whole.tones)


@pytest.mark.parametrize("rate_hz", (8000, 11025, 44100, 48000, 192000))
def test_a_frame_ends_every_forty_milliseconds(rate_hz):
    ends = frames_of(np.zeros(rate_hz), rate_hz).ends
    assert np.array_equal(ends, np.round(np.arange(1, 26) * 0.04 * rate_hz))


@pytest.mark.parametrize("band", (12, 20, 33, 50))
def test_a_tone_is_strongest_in_its_band(band):
    frames = frames_of(sine(LOWEST_HZ * 2.0 ** (band / BANDS_PER_OCTAVE)))
    last = frames.bands[-1].reshape(SPECTRA, BANDS)
    assert last.argmax(axis=1).tolist() == [band] * SPECTRA
    assert last.max() >= 254


@pytest.mark.parametrize("pitch", (24, 40, 57, 69, 95))
def test_a_tone_is_strongest_on_its_semitone_and_alone(pitch):
    tones = frames_of(sine(hz(pitch))).tones[-1]
    assert tones[pitch - LOWEST_PITCH] == 255
    assert np.delete(tones, pitch - LOWEST_PITCH).max() < 26


def test_the_flux_tells_within_ten_milliseconds_when_a_tone_began():
    sound = np.concatenate([np.zeros(RATE_HZ // 2), sine(1000.0, 0.5)])
    strength = onset_strength(frames_of(sound).bands)
    assert np.flatnonzero(strength > 0.0)[0] == 50


@pytest.mark.parametrize("cents", (-40.0, -12.0, 8.0, 30.0))
def test_tuning_is_found_within_five_cents_and_the_tones_stay_on_their_semitones(cents):
    spectrograph = Spectrograph(RATE_HZ)
    frames = spectrograph.feed(song(cents=cents).astype(np.float32))
    assert spectrograph.tuning_cents == pytest.approx(cents, abs=5.0)
    assert set(np.argsort(chroma(frames.tones[-3:]).sum(axis=0))[-3:].tolist()) == {5, 9, 0}


def test_tuning_is_not_guessed_from_noise():
    spectrograph = Spectrograph(RATE_HZ)
    spectrograph.feed((0.2 * np.random.default_rng(1).standard_normal(8 * RATE_HZ)).astype("f4"))
    assert spectrograph.tuning_cents == 0.0


@pytest.mark.parametrize("rate_hz", (16000, 22050, 44100, 96000, 192000))
def test_the_frames_hardly_depend_on_the_rate(rate_hz):
    frames = frames_of(song(rate_hz), rate_hz)
    heard = LOWEST_HZ * 2.0 ** (np.arange(BANDS) / BANDS_PER_OCTAVE) < 0.4 * rate_hz
    theirs = frames.bands.reshape(-1, BANDS)[:, heard].astype(float)
    ours = WHOLE.bands.reshape(-1, BANDS)[:, heard].astype(float)
    # Of hiss, which is another one, the means agree.
    loud = ours > 80
    assert np.abs(theirs - ours)[loud].mean() < 4.0
    sounding = WHOLE.tones > 120
    assert np.abs(frames.tones.astype(float) - WHOLE.tones)[sounding].mean() < 2.0


def test_silence_is_nothing_at_all():
    frames = frames_of(np.zeros(RATE_HZ))
    assert not frames.bands.any() and not frames.tones.any()
    assert (frames.level_db == -120.0).all()


def test_a_steady_offset_is_silence():
    frames = frames_of(np.full(RATE_HZ, 0.7))
    assert not frames.bands.any() and not frames.tones.any()


def test_noise_below_the_gate_is_silence_and_above_it_is_heard():
    noise = 10.0 ** (-80.0 / 20.0) * np.random.default_rng(2).standard_normal(RATE_HZ)
    closed, open_wide = Spectrograph(RATE_HZ), Spectrograph(RATE_HZ, gate_db=-100.0)
    assert not closed.feed(noise.astype(np.float32)).bands.any()
    assert open_wide.feed(noise.astype(np.float32)).bands.any()


def test_what_is_no_number_is_counted_and_counts_as_silence():
    broken = SOUND[:RATE_HZ].copy()
    broken[10_000:10_003] = (np.nan, np.inf, -np.inf)
    mended = np.where(np.isfinite(broken), broken, 0.0).astype(np.float32)
    spectrograph = Spectrograph(RATE_HZ)
    frames = spectrograph.feed(broken)
    assert spectrograph.not_numbers == 3
    assert np.array_equal(frames.bands, frames_of(mended).bands)


def test_sound_beyond_all_measure_harms_nothing_for_long():
    burst = np.concatenate([np.full(4800, 3e38), SOUND])
    frames = frames_of(burst)
    assert np.isfinite(frames.level_db).all()
    assert frames.tones[-1].any()


def test_full_scale_noise_makes_no_more_of_an_onset_than_a_chord():
    noise = np.clip(np.random.default_rng(3).standard_normal(4 * RATE_HZ), -1.0, 1.0)
    strength = onset_strength(frames_of(noise).bands)
    assert strength[50:].max() < 0.5 * onset_strength(WHOLE.bands)[50:].max()


def test_what_is_soft_after_something_loud_is_heard_again_in_time():
    loud, soft = sine(440.0, 1.0, level=1.0), sine(440.0, 12.0, level=0.003)
    bands = frames_of(np.concatenate([loud, soft])).bands
    at_once, ten_seconds_later = bands[30].max(), bands[280].max()
    assert ten_seconds_later - at_once == pytest.approx(255 * 30 / 60, abs=2)


def test_the_bass_is_told_from_the_chord_above_it():
    frames = frames_of(struck([(29, 69, 72, 76)] * 4))
    assert bass_chroma(frames.tones[-3:]).argmax(axis=1).tolist() == [5, 5, 5]


def test_chroma_of_silence_is_empty():
    assert not chroma(frames_of(np.zeros(RATE_HZ)).tones).any()


def test_onset_strength_goes_on_from_the_frame_before():
    whole = onset_strength(WHOLE.bands)
    later = onset_strength(WHOLE.bands[50:], WHOLE.bands[49])
    assert np.array_equal(whole[4 * 50 :], later)


# What librosa does, in a few lines: flux of mel bands in decibels, chroma of a long spectrum.


def plain_flux(sound):
    hop, size, mels = RATE_HZ // 100, 2048, 64
    starts = np.arange(0, len(sound) - size, hop)
    windows = np.stack([sound[i : i + size] for i in starts]) * np.hanning(size)
    powers = np.abs(np.fft.rfft(windows)) ** 2
    edges = 700.0 * (10.0 ** (np.linspace(0.02, 1.38, mels + 2)) - 1.0)
    bins = np.fft.rfftfreq(size, 1.0 / RATE_HZ)
    bands = np.stack(
        [
            np.maximum(np.minimum((bins - a) / (b - a), (c - bins) / (c - b)), 0.0)
            for a, b, c in zip(edges, edges[1:], edges[2:], strict=False)
        ]
    )
    decibels = 10.0 * np.log10(np.maximum(powers @ bands.T, 1e-10))
    decibels = np.maximum(decibels, decibels.max() - 80.0)
    flux = np.maximum(np.diff(decibels, axis=0), 0.0).mean(axis=1)
    return (starts[1:] + size) / RATE_HZ, flux


def plain_chroma(sound, size=16384):
    starts = np.arange(0, len(sound) - size, 4 * RATE_HZ // 100)
    windows = np.stack([sound[i : i + size] for i in starts]) * np.hanning(size)
    bins = np.fft.rfftfreq(size, 1.0 / RATE_HZ)
    heard = (bins > 60.0) & (bins < 2000.0)
    magnitudes = np.abs(np.fft.rfft(windows))[:, heard]
    pitches = np.round(69 + 12 * np.log2(bins[heard] / 440.0)).astype(int) % 12
    return starts / RATE_HZ, np.stack([magnitudes[:, pitches == k].max(axis=1) for k in range(12)])


def likeness(ours, theirs):
    return float(np.corrcoef(ours, theirs)[0, 1])


def flux_beside(at_s, flux):
    ours = onset_strength(WHOLE.bands)
    seconds = 0.01 * (1 + np.arange(len(ours)))
    inside = (seconds > 1.0) & (seconds < 7.5)
    return likeness(ours[inside], np.interp(seconds[inside], at_s, flux))


def chroma_beside(middles_s, theirs):
    seconds = WHOLE.ends / RATE_HZ - 0.17
    inside = (seconds > 1.0) & (seconds < 7.0)
    rows = np.stack([np.interp(seconds[inside], middles_s, row) for row in theirs], axis=1)
    ours = chroma(WHOLE.tones)[inside]
    return np.mean([likeness(a, b) for a, b in zip(ours, rows, strict=True)])


def test_onset_strength_is_the_flux_of_a_plain_spectrogram():
    assert flux_beside(*plain_flux(SOUND)) > 0.9


def test_chroma_is_that_of_a_plain_spectrum():
    starts_s, theirs = plain_chroma(SOUND)
    assert chroma_beside(starts_s + 0.5 * 16384 / RATE_HZ, theirs) > 0.9


def test_onset_strength_is_librosas():
    librosa = pytest.importorskip("librosa", reason="librosa is not installed here")
    theirs = librosa.onset.onset_strength(y=SOUND, sr=RATE_HZ, hop_length=480, center=False)
    assert flux_beside((480 * np.arange(len(theirs)) + 1024) / RATE_HZ, theirs) > 0.9


def test_chroma_is_librosas():
    librosa = pytest.importorskip("librosa", reason="librosa is not installed here")
    cqt = librosa.feature.chroma_cqt(y=SOUND, sr=RATE_HZ, hop_length=512, tuning=0.0)
    stft = librosa.feature.chroma_stft(y=SOUND, sr=RATE_HZ, n_fft=8192, hop_length=512, tuning=0.0)
    middles_s = np.arange(cqt.shape[1]) * 512 / RATE_HZ
    assert chroma_beside(middles_s, cqt) > 0.9
    assert chroma_beside(middles_s, stft) > 0.8


def test_tuning_is_librosas():
    librosa = pytest.importorskip("librosa", reason="librosa is not installed here")
    sound, spectrograph = song(cents=20.0).astype(np.float32), Spectrograph(RATE_HZ)
    spectrograph.feed(sound)
    theirs = 100.0 * librosa.estimate_tuning(y=sound, sr=RATE_HZ)
    assert spectrograph.tuning_cents == pytest.approx(theirs, abs=5.0)
