"""The ear for harmony alone, which is told the true beats: harmony apart from errors of the beat.

Events come as a listener takes them in: onsets are glimpsed and closed on the engine's ticks, keys
are weighed ten times a second.
"""

from itertools import pairwise

import numpy as np

from accompanist.listening.chord_evidence import ChordEvidenceSource, RuleChordEvidence
from accompanist.listening.harmony import HarmonyEar
from accompanist.listening.key import KeyTracker
from accompanist.listening.key_evidence import KeyEvidenceSource
from accompanist.listening.key_profile import heard_of
from accompanist.listening.onset import OnsetGrouper
from accompanist.listening.sounding import SoundingNotes
from accompanist.music.events import NoteOn
from accompanist.music.heard import ChordHeard, KeyHeard
from accompanist.training.performances import Performance
from accompanist.training.songs import beats_of

_TICK_S = 0.0025
_KEY_TICKS = 40
_SETTLING_TICKS = 16
_ON_BEAT, _ON_BEAT_S = 0.15, 0.05
_READY_DOWNBEAT, _READY_BEAT, _READY_BETWEEN = 0.6, 0.35, 0.06
"""How likely harmony moves on a downbeat, on another beat, and between, as the listener has it."""

_SHORT_BEATS = 0.5


def keys_heard(performance: Performance, source: KeyEvidenceSource) -> list[KeyHeard]:
    """The keys announced of a performance."""
    sounding, tracker = SoundingNotes(), KeyTracker(source)
    events, place, said = performance.events(), 0, list[KeyHeard]()
    step_s = _KEY_TICKS * _TICK_S
    for tick in range(int(events[-1].time_s / step_s) + 1):
        now_s = tick * step_s
        while place < len(events) and events[place].time_s < now_s:
            sounding.hear(events[place])
            place += 1
        sounding.forget(now_s)
        if tracker.hear(heard_of(sounding, now_s), step_s):
            said.append(KeyHeard(now_s, tracker.key, tracker.confidence))
    return said


class TrueBeats:
    """Where onsets stand in a performance's true beats and bars."""

    def __init__(self, performance: Performance) -> None:
        self._beats_s = performance.beats_s
        self._downbeats = performance.downbeats

    def placed(self, onset_s: float) -> tuple[float, float]:
        """When the harmony of an onset began, and how likely it changes there."""
        position = float(beats_of(np.array([onset_s]), self._beats_s)[0])
        beat = round(position)
        if abs(position - beat) >= _ON_BEAT:
            return onset_s, _READY_BETWEEN
        if not 0 <= beat < len(self._beats_s):
            return onset_s, _READY_BEAT
        beat_s = float(self._beats_s[beat])
        ready = _READY_DOWNBEAT if self._downbeats[beat] else _READY_BEAT
        return beat_s if abs(beat_s - onset_s) < _ON_BEAT_S else onset_s, ready


def harmony_heard(
    performance: Performance,
    source: ChordEvidenceSource | None = None,
    key_source: KeyEvidenceSource | None = None,
) -> list[ChordHeard | KeyHeard]:
    """The chords and keys announced of a performance; by rule unless sources are given."""
    ear, grouper = HarmonyEar(source or RuleChordEvidence(), key_source), OnsetGrouper()
    beats, events = TrueBeats(performance), performance.events()
    said: list[ChordHeard | KeyHeard | None] = []
    place, awake = 0, 0
    tick = int(events[0].time_s / _TICK_S)
    last = int(events[-1].time_s / _TICK_S) + _SETTLING_TICKS
    while tick <= last:
        now_s = tick * _TICK_S
        while place < len(events) and events[place].time_s < now_s:
            event = events[place]
            place += 1
            if isinstance(event, NoteOn):
                closed = grouper.hear(event)
                if closed is not None:
                    said.append(ear.settle(now_s, *beats.placed(closed.time_s)))
                awake = _SETTLING_TICKS
            ear.hear(event)
        closed = grouper.close(now_s)
        glimpsed = None if closed is not None else grouper.glimpse(now_s)
        if closed is not None:
            said.append(ear.settle(now_s, *beats.placed(closed.time_s)))
        elif glimpsed is not None:
            seen = beats.placed(glimpsed.time_s)
            said.append(ear.glimpse(now_s, *seen, len(glimpsed.pitches)))
        if tick % _KEY_TICKS == 0:
            said.append(ear.listen_for_key(now_s, _KEY_TICKS * _TICK_S))
        awake -= 1
        tick += 1
        if awake <= 0 and place < len(events):
            # Nothing happens until the next event or the next look at the key.
            following = int(events[place].time_s / _TICK_S) + 1
            tick = max(tick, min(following, -(-tick // _KEY_TICKS) * _KEY_TICKS))
    return [value for value in said if value is not None]


def flashes_per_minute(performance: Performance, said: list[ChordHeard | KeyHeard]) -> float:
    """Chords a minute that were revised, or replaced within half a beat."""
    chords = [value for value in said if isinstance(value, ChordHeard)]
    short_s = _SHORT_BEATS * float(np.median(np.diff(performance.beats_s)))
    flashed = sum(
        after.revises is not None or after.announced_s - before.announced_s < short_s
        for before, after in pairwise(chords)
    )
    minutes = float(performance.notes.off_s.max() - performance.notes.on_s[0]) / 60.0
    return flashed / max(minutes, 1e-9)
