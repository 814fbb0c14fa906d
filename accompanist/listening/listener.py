"""The ear: hears the performer's notes and announces beat, tempo, metre, key, chord and feel.

Causal and deterministic: time passes in ticks of 10 ms on the engine clock, an event counts from
the first tick later than it, and the announcements do not depend on how time is cut into calls.
"""

import math
from collections import deque
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from accompanist.listening.announcer import Announced, Announcer
from accompanist.listening.bars import BarCounter
from accompanist.listening.beat import BeatTracker
from accompanist.listening.chord import ChordTracker
from accompanist.listening.chord_evidence import (
    ChordEvidenceSource,
    RuleChordEvidence,
    learned_chord_evidence,
    view_of,
)
from accompanist.listening.clock import BeatClock
from accompanist.listening.evidence import BeatEvidenceSource, RuleEvidence
from accompanist.listening.feel import SwingTracker
from accompanist.listening.key import KeyTracker
from accompanist.listening.learned import learned_evidence
from accompanist.listening.onset import Onset, OnsetGrouper
from accompanist.listening.sounding import SoundingNotes
from accompanist.music.chord import Chord, parse_chord
from accompanist.music.events import NoteOn, PerformerEvent
from accompanist.music.heard import (
    BeatHeard,
    FeelHeard,
    Heard,
    KeyHeard,
    MetreHeard,
    StateHeard,
    TempoHeard,
)
from accompanist.music.key import Key, parse_key
from accompanist.music.metre import Metre
from accompanist.music.whereabouts import Whereabouts

TICKS_PER_S = 100
_KEY_TICKS = 10
_ON_BEAT_S = 0.05
_TEMPO_STEP = 0.02
_TAPS = 4
_TAP_PAUSE_S = 2.0
_SWING_STEP = 0.03


@dataclass(frozen=True, slots=True)
class _Tap:
    time_s: float


class Listener:
    """Hears one performer.

    Parameters
    ----------
    evidence
        Weighs onsets for the beat; rules of thumb unless given.
    chord_evidence
        Weighs triads; rules of thumb unless given.
    """

    def __init__(
        self,
        evidence: BeatEvidenceSource | None = None,
        chord_evidence: ChordEvidenceSource | None = None,
    ) -> None:
        sources = (evidence or RuleEvidence(), chord_evidence or RuleChordEvidence())
        self._sources = sources
        self._told: set[str] = set()
        self._tracker = BeatTracker(sources[0])
        self._clock = BeatClock()
        self._announcer = Announcer(self._clock)
        self._bars = BarCounter()
        self._key = KeyTracker()
        self._chord = ChordTracker(sources[1])
        self._feel = SwingTracker()
        self._grouper = OnsetGrouper()
        self._sounding = SoundingNotes()
        self._waiting: deque[PerformerEvent | _Tap] = deque()
        self._taps: deque[float] = deque(maxlen=_TAPS)
        self._tick = 0
        self._said_tempo_bpm = 0.0
        self._said_swing = 0.5
        self._said_metre: Metre | None = None
        self.last_onset_s: float | None = None
        self.fault: str | None = None

    @property
    def state(self) -> str:
        """How sure the beat is: ``lost``, ``locking`` or ``locked``."""
        return self._announcer.state

    @property
    def tempo_bpm(self) -> float:
        """Tempo of the beats announced; 120 before the first."""
        return self._announcer.tempo_bpm

    @property
    def metre(self) -> Metre:
        """Metre held."""
        return self._bars.metre.metre

    @property
    def key(self) -> Key:
        """Key held."""
        return self._key.key

    @property
    def chord(self) -> Chord:
        """Chord held."""
        return self._chord.chord

    @property
    def chord_confidence(self) -> float:
        """Probability of the chord held."""
        return self._chord.confidence

    @property
    def swing(self) -> float:
        """Share of a beat before the off-beat eighth."""
        return self._feel.swing

    @property
    def key_posterior(self) -> NDArray[np.float32]:
        """Probabilities (25,): major keys, minor keys, none."""
        return self._key.posterior

    @property
    def chord_posterior(self) -> NDArray[np.float32]:
        """Probabilities (25,): major triads, minor triads, none."""
        return self._chord.posterior

    @property
    def key_confidence(self) -> float:
        """Probability of the key held."""
        return self._key.confidence

    def beats_at(self, time_s: float) -> float:
        """Beats counted at `time_s`, on the numbering of the announced beats."""
        return self._clock.beats_at(time_s)

    def seconds_at(self, beats: float) -> float:
        """Time at which the count reaches `beats`; for an announced beat, the time announced."""
        return self._clock.seconds_at(beats)

    def beat_in_bar(self, beat: int) -> int:
        """Place of a beat in its bar, 0 for the downbeat, under the metre held now."""
        return self._bars.metre.beat_in_bar(beat)

    def hear(self, event: PerformerEvent) -> None:
        """Take an event; events come in order of time, none before the last `advance`."""
        self._waiting.append(event)

    def tap(self, time_s: float) -> None:
        """Take a beat tapped by the performer, in order with the events; four set tempo and phase.

        A pause of two seconds begins a new row of taps.
        """
        self._waiting.append(_Tap(time_s))

    def take_faults(self) -> list[str]:
        """Networks that failed since the last call: rules stand in for them from now on."""
        faults = [source.fault for source in self._sources if source.fault]
        fresh = [fault for fault in faults if fault not in self._told]
        self._told.update(fresh)
        return fresh

    def be_patient(self, beats: float) -> None:
        """Keep the beat for so many beats after the performer's last note."""
        self._announcer.patience_beats = beats

    def expect(self, chord: Chord, probability: float) -> None:
        """Be told which chord is likely on the coming beat: the ear hears it more readily."""
        self._chord.expect(chord, probability)

    def resume(self, where: Whereabouts, now_s: float) -> BeatHeard | None:
        """Find the place where a listener before this one was; nothing was heard since.

        Call it first of all, with a time at or after that of `where`. Returns the last beat that
        went by, if any beat was ever announced.
        """
        self._tick = math.ceil(now_s * TICKS_PER_S)
        self._key.resume(parse_key(where.key))
        self._chord.resume(parse_chord(where.chord), where.chord_confidence)
        self._feel.resume(where.swing)
        if where.beat < 0:
            return None
        passed, period_s = where.beats_passed(now_s), where.period_s
        beat, at_s = where.beat + passed, where.at_s + passed * period_s
        per_bar = where.beats_per_bar
        bar, place = (
            where.bar + where.downbeats_passed(now_s),
            (where.beat_in_bar + passed) % per_bar,
        )
        self._bars.resume(beat, bar, place, per_bar)
        self._clock.announce(now_s, beat, at_s, period_s)
        self._announcer.resume(beat, at_s, period_s, where.state)
        if where.state == "lost":
            self._clock.wait(now_s)
        else:
            self._tracker.impose(at_s, period_s)
            # Silence that nobody could hear is no rest of the performer.
            self.last_onset_s = now_s - where.resting_s
        return BeatHeard(now_s, at_s, beat, bar, place == 0, where.tempo_bpm, where.confidence)

    def advance(self, to_s: float) -> list[Heard]:
        """Let time pass up to `to_s`, and return what was announced meanwhile, in order."""
        heard: list[Heard] = []
        while self._tick / TICKS_PER_S <= to_s:
            now_s = self._tick / TICKS_PER_S
            self._take_in(now_s, heard)
            self._beat(now_s, heard)
            if self._tick % _KEY_TICKS == 0:
                self._listen_for_key(now_s, heard)
            self._tick += 1
        return heard

    def _take_in(self, now_s: float, heard: list[Heard]) -> None:
        while self._waiting and self._waiting[0].time_s < now_s:
            event = self._waiting.popleft()
            if isinstance(event, _Tap):
                self._take_tap(event.time_s)
                continue
            if isinstance(event, NoteOn):
                self._onset(self._grouper.hear(event), now_s, heard)
                self.last_onset_s = event.time_s
            self._sounding.hear(event)
        self._onset(self._grouper.close(now_s), now_s, heard)

    def _take_tap(self, time_s: float) -> None:
        if self._taps and time_s - self._taps[-1] > _TAP_PAUSE_S:
            self._taps.clear()
        self._taps.append(time_s)
        period_s = (time_s - self._taps[0]) / (_TAPS - 1)
        if len(self._taps) == _TAPS and period_s > 0.0:
            self._tracker.impose(time_s, period_s)
            self.last_onset_s = time_s

    def _onset(self, onset: Onset | None, now_s: float, heard: list[Heard]) -> None:
        if onset is None:
            return
        evidence = self._tracker.hear(onset)
        position = None if self._clock.empty else self.beats_at(onset.time_s)
        chord = self._chord.hear(
            now_s,
            self._began_s(onset.time_s, position),
            view_of(self._sounding, now_s, self._key.posterior),
            self._sounding.bass(now_s),
            self._bars.readiness(position),
        )
        if chord is not None:
            heard.append(chord)
        if position is not None:
            self._bars.note(position, evidence.downbeat)
            self._feel.hear(position % 1.0)
            if chord is not None:
                self._bars.note_change(position)

    def _began_s(self, onset_s: float, position: float | None) -> float:
        """When the harmony of an onset began: on the beat, for a hand that is close to it."""
        if position is None:
            return onset_s
        beat_s = self.seconds_at(round(position))
        return beat_s if abs(onset_s - beat_s) < _ON_BEAT_S else onset_s

    def _beat(self, now_s: float, heard: list[Heard]) -> None:
        before = self.state
        said = self._announcer.tick(
            now_s, self._tracker.pulse, self._tracker.founded, self.last_onset_s
        )
        if self.state != before:
            heard.append(StateHeard(now_s, self.state))
        if said is not None:
            self._say_tempo(now_s, said, heard)
            self._say_feel(now_s, heard)
            self._say_beat(now_s, said, heard)

    def _say_tempo(self, now_s: float, said: Announced, heard: list[Heard]) -> None:
        if abs(said.tempo_bpm - self._said_tempo_bpm) > _TEMPO_STEP * self._said_tempo_bpm:
            self._said_tempo_bpm = said.tempo_bpm
            heard.append(TempoHeard(now_s, said.tempo_bpm, said.confidence))

    def _say_feel(self, now_s: float, heard: list[Heard]) -> None:
        if abs(self.swing - self._said_swing) > _SWING_STEP:
            self._said_swing = self.swing
            heard.append(FeelHeard(now_s, self.swing, "normal"))

    def _say_beat(self, now_s: float, said: Announced, heard: list[Heard]) -> None:
        bar, downbeat = self._bars.announce(said.beat)
        if self.metre != self._said_metre:
            self._said_metre = self.metre
            heard.append(MetreHeard(now_s, self.metre))
        heard.append(
            BeatHeard(now_s, said.at_s, said.beat, bar, downbeat, said.tempo_bpm, said.confidence)
        )

    def _listen_for_key(self, now_s: float, heard: list[Heard]) -> None:
        self._sounding.forget(now_s)
        sounding, bass = self._sounding.chroma(now_s), self._sounding.bass(now_s)
        if self._key.hear(sounding, bass, _KEY_TICKS / TICKS_PER_S):
            heard.append(KeyHeard(now_s, self.key, self._key.confidence))


def learned_listener(directory: Path | None = None) -> Listener:
    """A listener with the shipped networks, and with rules where one cannot be used.

    `directory` is the folder of models; the shipped ones unless given. `Listener.fault` says why
    a network is not used.
    """
    evidence, fault = learned_evidence(directory)
    chord_evidence, chord_fault = learned_chord_evidence(directory)
    listener = Listener(evidence, chord_evidence)
    listener.fault = fault or chord_fault
    return listener
