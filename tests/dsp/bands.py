"""Bands to be sounded: events (on_s, length_s, seat, pitch, velocity), given to a synth."""

import numpy as np

from accompanist.dsp.synth import BandSynth

RATE_HZ = 48000
HARMONY = ((48, (60, 64, 67, 71)), (45, (60, 64, 67, 69)), (41, (60, 65, 69, 72)))


def band(seconds: float, loudness: float = 1.0, beat_s: float = 0.55):
    """Drums, bass, comping and a performer with both hands, in four."""
    events = []

    def add(on_s, length_s, seat, pitch, velocity):
        events.append((on_s, length_s, seat, pitch, min(127, round(velocity * loudness))))

    for beat in range(int(seconds / beat_s)):
        on_s = beat * beat_s
        root, chord = HARMONY[beat // 4 % 3]
        add(on_s, 0.1, "drums", 36 if beat % 2 == 0 else 38, 100)
        add(on_s, 0.1, "drums", 42, 85)
        add(on_s + beat_s / 2, 0.1, "drums", 46 if beat % 8 == 7 else 42, 70)
        if beat % 16 == 0:
            add(on_s, 1.0, "drums", 49, 100)
        add(on_s, 0.9 * beat_s, "bass", root - 12 + 7 * (beat % 2), 90)
        if beat % 2 == 0:
            for pitch in chord:
                add(on_s + 0.02, 1.8 * beat_s, "harmony", pitch, 75)
            for pitch in chord[:3]:
                add(on_s, 1.8 * beat_s, "performer", pitch - 12, 65)
        for half in (0, 1):
            pitch = chord[(beat + half) % 4] + 12
            add(on_s + half * beat_s / 2, 0.6 * beat_s, "performer", pitch, 80)
    return sorted(events)


def sounded(synth: BandSynth, events, seconds: float, block: int = 4800) -> np.ndarray:
    """What a synth makes of events, given block by block."""
    rate_hz = synth.sample_rate_hz
    blocks, waiting = [], list(reversed(events))
    for start in range(0, int(seconds * rate_hz), block):
        while waiting and waiting[-1][0] * rate_hz < start + block:
            on_s, length_s, seat, pitch, velocity = waiting.pop()
            note_id = len(waiting) + 1
            assert synth.note_on(seat, pitch, velocity, round(on_s * rate_hz), note_id)
            assert synth.note_off(note_id, round((on_s + length_s) * rate_hz))
        blocks.append(synth.render(block))
    return np.concatenate(blocks)
