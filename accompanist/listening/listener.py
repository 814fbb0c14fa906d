"""The ear: hears the performer's notes and announces beat, tempo, metre, key, chord and feel.

Causal and deterministic: time passes in ticks of 2.5 ms on the engine clock, an event counts from
the first tick later than it, and the announcements do not depend on how time is cut into calls.
"""

import math
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from accompanist.listening.announcer import Announced, Announcer
from accompanist.listening.bar_evidence import (
    BarEvidenceSource,
    PlayedOn,
    RuleBarEvidence,
    learned_bar_evidence,
)
from accompanist.listening.bars import BarCounter
from accompanist.listening.beat import BeatTracker, Pulse
from accompanist.listening.chord_evidence import (
    ChordEvidenceSource,
    RuleChordEvidence,
    learned_chord_evidence,
)
from accompanist.listening.clock import BeatClock
from accompanist.listening.count_in import CountIn
from accompanist.listening.evidence import BeatEvidenceSource, RuleEvidence
from accompanist.listening.feel import FeelTracker
from accompanist.listening.fermata import Fermata
from accompanist.listening.harmony import HarmonyEar
from accompanist.listening.instrument import Instrument
from accompanist.listening.key_evidence import KeyEvidenceSource, learned_key_evidence
from accompanist.listening.key_profile import RuleKeyEvidence
from accompanist.listening.learned import learned_evidence
from accompanist.listening.onset import Onset, OnsetGrouper
from accompanist.listening.registers import registers, tone_bits
from accompanist.listening.taps import Taps
from accompanist.music.events import Attack, Controller, Gesture, NoteOn, PerformerEvent
from accompanist.music.heard import (
    BeatHeard,
    CountInHeard,
    Heard,
    HoldHeard,
    MetreHeard,
    StateHeard,
    TempoHeard,
)
from accompanist.music.metre import Metre
from accompanist.music.parameters import ParameterValues
from accompanist.music.whereabouts import Whereabouts

TICKS_PER_S = 400
_KEY_TICKS = 40
_ON_BEAT_S = 0.05
_TEMPO_STEP = 0.02
_SURE_AFTER_HOLD = 0.5
_REST_BEATS = 2.0
_OFF_THE_GRID, _FARTHEST_OFF = 0.08, 0.3
_CHORD = 2
_HARMONY_MOVES, _HARMONY_STAYS = 0.8, -0.2


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
        Weighs chords; rules of thumb unless given.
    bar_evidence
        Weighs beats for bars; rules of thumb unless given.
    key_evidence
        Weighs keys; profiles unless given.

    Attributes
    ----------
    harmony, feel
        The ears for key and chord, and for swing, accents and the level of the pulse.
    last_beat, last_onset_s
        Last beat announced, and time of the performer's last note or tap; None before the first.
    fault
        Why a network is not used, if one is not.
    """

    def __init__(
        self,
        evidence: BeatEvidenceSource | None = None,
        chord_evidence: ChordEvidenceSource | None = None,
        bar_evidence: BarEvidenceSource | None = None,
        key_evidence: KeyEvidenceSource | None = None,
    ) -> None:
        sources = (
            evidence or RuleEvidence(),
            chord_evidence or RuleChordEvidence(),
            bar_evidence or RuleBarEvidence(),
            key_evidence or RuleKeyEvidence(),
        )
        self._sources = sources
        self._told: set[str] = set()
        self._tracker = BeatTracker(sources[0])
        self._clock = BeatClock()
        self._announcer = Announcer(self._clock)
        self._bars = BarCounter(sources[2])
        self.harmony = HarmonyEar(sources[1], sources[3])
        self.feel = FeelTracker()
        self._grouper = OnsetGrouper()
        self._instrument = Instrument()
        self._waiting: deque[Gesture | _Tap] = deque()
        self._taps = Taps()
        self._count_in = CountIn()
        self._fermata = Fermata()
        self._enters = self._said_hold = False
        self._tick = 0
        self._said_tempo_bpm = 0.0
        self._said_metre: Metre | None = None
        self.last_onset_s: float | None = None
        self.last_beat: BeatHeard | None = None
        self.fault: str | None = None

    @property
    def state(self) -> str:
        """How sure the beat is: ``lost``, ``locking`` or ``locked``."""
        return self._announcer.state

    @property
    def hypotheses(self) -> tuple[Pulse, ...]:
        """The likeliest readings of the beat, likeliest first; the one followed is among them."""
        return self._tracker.hypotheses

    @property
    def tempo_bpm(self) -> float:
        """Tempo of the beats announced; 120 before the first."""
        return self._announcer.tempo_bpm

    @property
    def metre(self) -> Metre:
        """Metre held."""
        return self._bars.metre.metre

    @property
    def broadening(self) -> bool:
        """Whether the performer slows down as before an end, or holds a chord there."""
        return self._fermata.broadening

    def beats_at(self, time_s: float) -> float:
        """Beats counted at `time_s`, on the numbering of the announced beats."""
        return self._clock.beats_at(time_s)

    def seconds_at(self, beats: float) -> float:
        """Time at which the count reaches `beats`; for an announced beat, the time announced."""
        return self._clock.seconds_at(beats)

    def beat_in_bar(self, beat: int) -> int:
        """Place of a beat in its bar, 0 for the downbeat, under the metre held now."""
        return self._bars.metre.beat_in_bar(beat)

    def hear(self, event: Gesture) -> PerformerEvent | Attack | None:
        """Take an event, and return it as one instrument played it, if that did anything.

        Events come in order of time, none before the last `advance`.
        """
        heard = event if isinstance(event, Attack) else self._instrument.merged(event)
        if heard is not None:
            self._waiting.append(heard)
        elif isinstance(event, Controller):
            self._waiting.append(event)
        return heard

    def set_up(self, values: ParameterValues) -> None:
        """Take what is set of the instrument: ``input/…``."""
        self._instrument.set_up(values)

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

    def resume(self, where: Whereabouts, now_s: float) -> None:
        """Find the place where a listener before this one was; nothing was heard since.

        Call it first of all, with a time at or after that of `where`.
        """
        self._tick = math.ceil(now_s * TICKS_PER_S)
        self.harmony.resume(where)
        self.feel.resume(where.swing, where.tempo_bpm)
        if where.beat < 0:
            return
        passed, period_s, per_bar = where.beats_passed(now_s), where.period_s, where.beats_per_bar
        beat, at_s = where.beat + passed, where.at_s + passed * period_s
        bar, place = (
            where.bar + where.downbeats_passed(now_s),
            (where.beat_in_bar + passed) % per_bar,
        )
        self.last_beat = BeatHeard(
            now_s, at_s, beat, bar, place == 0, where.tempo_bpm, where.confidence
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

    def held(self, now_s: float) -> list[Heard]:
        """What is held of state, key and chord, said again."""
        return [StateHeard(now_s, self.state), *self.harmony.held(now_s)]

    def advance(self, to_s: float) -> list[Heard]:
        """Let time pass up to `to_s`, and return what was announced meanwhile, in order."""
        heard: list[Heard] = []
        while self._tick / TICKS_PER_S <= to_s:
            now_s = self._tick / TICKS_PER_S
            self._take_in(now_s, heard)
            self._beat(now_s, heard)
            if self._tick % _KEY_TICKS == 0:
                key = self.harmony.listen_for_key(now_s, _KEY_TICKS / TICKS_PER_S)
                heard.extend([key] if key else [])
            self._tick += 1
        return heard

    def _take_in(self, now_s: float, heard: list[Heard]) -> None:
        while self._waiting and self._waiting[0].time_s < now_s:
            event = self._waiting.popleft()
            if isinstance(event, _Tap):
                self._take_tap(event.time_s, now_s, heard)
                continue
            self._count(event, now_s, heard)
            if isinstance(event, NoteOn | Attack):
                self._move_on(event.time_s, self._fermata.usual_s, now_s, heard)
                self._enters = self._enters or self._rested(event.time_s)
                onset = self._grouper.hear(event)
                if onset is not None:
                    self._onset(onset, now_s, heard)
                self.last_onset_s = event.time_s
            if not isinstance(event, Controller):
                self._fermata.hear(event)
            if not isinstance(event, Attack | Controller) and self._instrument.gives_harmony(event):
                self.harmony.hear(event)
        instrument = self._instrument.news(now_s)
        if instrument is not None:
            self.harmony.has_bass = self._instrument.has_bass
            heard.append(instrument)
        onset = self._grouper.close(now_s)
        if onset is not None:
            self._onset(onset, now_s, heard)
            return
        glimpsed = self._grouper.glimpse(now_s)
        if glimpsed is not None and glimpsed.has_tones:
            began_s, readiness = self._placed(glimpsed)
            struck = len(glimpsed.pitches)
            said = self.harmony.glimpse(now_s, began_s, readiness, struck)
            heard.extend([said] if said else [])

    def _move_on(self, time_s: float, period_s: float, now_s: float, heard: list[Heard]) -> None:
        """End a hold: where the performer goes on is the next beat, every `period_s` from there."""
        if not self._fermata.holding:
            return
        self._fermata.end()
        self._say_hold(now_s, heard)
        said = self._announcer.go_on(now_s, Pulse(time_s, period_s, _SURE_AFTER_HOLD))
        if said is not None:
            self._tracker.impose(time_s, period_s)
            self._say(now_s, said, heard)

    def _rested(self, until_s: float) -> bool:
        """Whether nothing sounded for some beats."""
        if self.state == "lost" or self.last_onset_s is None or self._fermata.sounds:
            return False
        silent_s = until_s - max(self.last_onset_s, self._fermata.lifted_s)
        return silent_s * self.tempo_bpm / 60.0 > _REST_BEATS

    def _enter(self, onset: Onset) -> None:
        """After a rest, take a chord beside a downbeat for it; one note may be a pickup."""
        self._enters = False
        position = self.beats_at(onset.time_s)
        off = abs(position - round(position))
        downbeat = self.beat_in_bar(round(position)) == 0
        if downbeat and len(onset.pitches) >= _CHORD and _OFF_THE_GRID < off < _FARTHEST_OFF:
            self._tracker.impose(onset.time_s, 60.0 / self.tempo_bpm)
            self._announcer.enter()

    def _take_tap(self, time_s: float, now_s: float, heard: list[Heard]) -> None:
        period_s = self._taps.take(time_s)
        if period_s is not None:
            self._move_on(time_s, period_s, now_s, heard)
            self._tracker.impose(time_s, period_s)
            self._announcer.enter()
            self.last_onset_s = time_s

    def _count(self, event: Gesture, now_s: float, heard: list[Heard]) -> None:
        """See whether the performer counted in; the beat to be announced next is a downbeat."""
        count = self._count_in.hear(event, self.state == "lost")
        if count is None or self.state == "locked":
            return
        self._tracker.impose(count.beat_s, count.period_s)
        self._announcer.enter()
        self._bars.begin(0 if self.last_beat is None else self.last_beat.beat + 1)
        self.last_onset_s = event.time_s
        heard.append(CountInHeard(now_s, count.beat_s + count.period_s, 60.0 / count.period_s))

    def _onset(self, onset: Onset, now_s: float, heard: list[Heard]) -> None:
        evidence = self._tracker.hear(onset)
        if self._enters:
            self._enter(onset)
        if onset.has_tones:
            said = self.harmony.settle(now_s, *self._placed(onset))
            heard.extend([said] if said else [])
        if not self._clock.empty:
            position = self.beats_at(onset.time_s)
            self._bars.note(self._played_on(onset, position, evidence.downbeat))
            self.feel.hear(
                onset, position, self.tempo_bpm, self.metre.beats_per_bar, self.beat_in_bar
            )

    def _played_on(self, onset: Onset, position: float, downbeat: float) -> PlayedOn:
        pitches = registers(onset)
        moved = onset.has_tones and self.harmony.moved
        downbeat += _HARMONY_MOVES if moved else _HARMONY_STAYS
        return PlayedOn(
            position, onset.loudness, len(pitches), min(pitches), max(pitches), tone_bits(onset),
            downbeat,
        )  # fmt: skip

    def _placed(self, onset: Onset) -> tuple[float, float]:
        """When the harmony of an onset began, and how likely it changes there."""
        position = None if self._clock.empty else self.beats_at(onset.time_s)
        return self._began_s(onset.time_s, position), self._bars.readiness(position)

    def _began_s(self, onset_s: float, position: float | None) -> float:
        """When the harmony of an onset began: on the beat, for a hand that is close to it."""
        if position is None:
            return onset_s
        beat_s = self.seconds_at(round(position))
        return beat_s if abs(onset_s - beat_s) < _ON_BEAT_S else onset_s

    def _beat(self, now_s: float, heard: list[Heard]) -> None:
        before = self.state
        self._hold(now_s, heard)
        said = self._announcer.tick(
            now_s, self._tracker.pulse, self._tracker.founded, self.last_onset_s
        )
        if self.state != before:
            heard.append(StateHeard(now_s, self.state))
        if said is not None:
            self._say(now_s, said, heard)

    def _hold(self, now_s: float, heard: list[Heard]) -> None:
        """Let the beat wait while the performer holds, and give it up where they left."""
        if self.state != "lost" and self._fermata.begins(now_s):
            self._announcer.hold(now_s)
        if self._fermata.holding and self._fermata.gone(now_s):
            self._fermata.end()
            self._announcer.lose(now_s)
        self._say_hold(now_s, heard)

    def _say_hold(self, now_s: float, heard: list[Heard]) -> None:
        holds = self._fermata.holding and self._fermata.sounds
        if holds != self._said_hold:
            self._said_hold = holds
            heard.append(HoldHeard(now_s, holds))

    def _say(self, now_s: float, said: Announced, heard: list[Heard]) -> None:
        self._fermata.beat(60.0 / said.tempo_bpm)
        self._say_tempo(now_s, said, heard)
        felt = self.feel.news(now_s)
        heard.extend([felt] if felt else [])
        self._say_beat(now_s, said, heard)

    def _say_tempo(self, now_s: float, said: Announced, heard: list[Heard]) -> None:
        if abs(said.tempo_bpm - self._said_tempo_bpm) > _TEMPO_STEP * self._said_tempo_bpm:
            self._said_tempo_bpm = said.tempo_bpm
            heard.append(TempoHeard(now_s, said.tempo_bpm, said.confidence))

    def _say_beat(self, now_s: float, said: Announced, heard: list[Heard]) -> None:
        bar, downbeat = self._bars.announce(said.beat, self.beats_at(now_s), 60.0 / said.tempo_bpm)
        if self.metre != self._said_metre:
            self._said_metre = self.metre
            heard.append(MetreHeard(now_s, self.metre))
        self.last_beat = BeatHeard(
            now_s, said.at_s, said.beat, bar, downbeat, said.tempo_bpm, said.confidence
        )
        heard.append(self.last_beat)


def learned_listener(directory: Path | None = None) -> Listener:
    """A listener with the shipped networks, and with rules where one cannot be used.

    `directory` is the folder of models; the shipped ones unless given. `Listener.fault` says why
    a network is not used.
    """
    evidence, fault = learned_evidence(directory)
    chord_evidence, chord_fault = learned_chord_evidence(directory)
    bar_evidence, bar_fault = learned_bar_evidence(directory)
    key_evidence, key_fault = learned_key_evidence(directory)
    listener = Listener(evidence, chord_evidence, bar_evidence, key_evidence)
    listener.fault = fault or chord_fault or bar_fault or key_fault
    return listener
