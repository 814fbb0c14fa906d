"""The ear: hears the performer's notes and announces beat, tempo, metre, key, chord and feel.

Causal and deterministic: time passes in ticks of 2.5 ms on the engine clock, an event counts from
the first tick later than it, and the announcements do not depend on how time is cut into calls.
"""

import math
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from accompanist.dsp.tone_features import STEP_S
from accompanist.listening.bar_evidence import (
    BarEvidenceSource,
    RuleBarEvidence,
    learned_bar_evidence,
)
from accompanist.listening.beat_ear import BeatEar
from accompanist.listening.chord_evidence import (
    ChordEvidenceSource,
    RuleChordEvidence,
    learned_chord_evidence,
)
from accompanist.listening.evidence import BeatEvidenceSource, RuleEvidence
from accompanist.listening.harmony import HarmonyEar
from accompanist.listening.instrument import Instrument
from accompanist.listening.key_evidence import KeyEvidenceSource, learned_key_evidence
from accompanist.listening.key_profile import RuleKeyEvidence
from accompanist.listening.learned import learned_evidence
from accompanist.listening.onset import SPREAD_S, Onset, OnsetGrouper
from accompanist.listening.sound import SoundEars, learned_sound
from accompanist.music.events import (
    TONE_CHANNEL,
    Attack,
    ClockEvent,
    ClockTick,
    Controller,
    Gesture,
    NoteOff,
    NoteOn,
    PerformerEvent,
    SoundEvent,
    SoundFrame,
    Tone,
    ToneOff,
    ToneOn,
    Transport,
)
from accompanist.music.heard import (
    Heard,
    StateHeard,
)
from accompanist.music.parameter_values import ParameterValues, follows_clock
from accompanist.music.whereabouts import Whereabouts

TICKS_PER_S = 400
_KEY_TICKS = 40
_FRAMES_WAIT_S = SPREAD_S + 1.0 / TICKS_PER_S
_REMEMBERED = 16
_FRAMES_MISSED_S = 0.5
"""Without a frame of sound for so long, attacks tell of the beat."""


@dataclass(frozen=True, slots=True)
class _Tap:
    time_s: float


class Listener(BeatEar):
    """Hears one performer: the beat, and the harmony on it.

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
    sound
        Who weighs sound; of it nothing but attacks is heard without them.

    Attributes
    ----------
    harmony
        The ear for key and chord.
    beat_in_sound
        When the last frames of sound ended, and how likely a beat had just been then, 0–1.
    fault
        Why a network is not used, if one is not.
    """

    def __init__(
        self,
        evidence: BeatEvidenceSource | None = None,
        chord_evidence: ChordEvidenceSource | None = None,
        bar_evidence: BarEvidenceSource | None = None,
        key_evidence: KeyEvidenceSource | None = None,
        sound: SoundEars | None = None,
    ) -> None:
        sources = (
            evidence or RuleEvidence(),
            chord_evidence or RuleChordEvidence(),
            bar_evidence or RuleBarEvidence(),
            key_evidence or RuleKeyEvidence(),
        )
        self._sound = sound or SoundEars()
        ears = self._sound.beat, self._sound.harmony, self._sound.bars
        self._sources = [*sources, *(ear for ear in ears if ear is not None)]
        self._told: set[str] = set()
        super().__init__(sources[0], sources[2], self._sound.bars)
        self.harmony = HarmonyEar(sources[1], sources[3])
        self._grouper = OnsetGrouper()
        self._unplaced: deque[tuple[Onset, bool]] = deque()
        self._instrument = Instrument()
        self._waiting: deque[Gesture | Tone | ClockEvent | _Tap] = deque()
        self._frames: deque[SoundFrame] = deque()
        self._sounds_until_s = -math.inf
        self.beat_in_sound: deque[tuple[float, float]] = deque(maxlen=_REMEMBERED)
        self._tick = 0
        self._follows_clock = False
        self.fault: str | None = None

    def hear(
        self, event: Gesture | SoundEvent | ClockEvent
    ) -> PerformerEvent | Attack | Tone | None:
        """Take an event, and return it as one instrument played it, if that did anything.

        Events come in order of time, none before the last `advance`. A clock is heard only while it
        is to be followed.
        """
        if isinstance(event, ClockTick | Transport):
            if self._follows_clock:
                self._waiting.append(event)
            return None
        if isinstance(event, SoundFrame):
            self._frames.append(event)
            return None
        heard = self._heard(event)
        if heard is not None:
            self._waiting.append(heard)
        elif isinstance(event, Controller):
            self._waiting.append(event)
        return heard

    def _heard(self, event: Gesture | Tone) -> PerformerEvent | Attack | Tone | None:
        if isinstance(event, Attack):
            return event
        if isinstance(event, ToneOn | ToneOff):
            return self._instrument.sung(event)
        return self._instrument.merged(event)

    def set_up(self, values: ParameterValues) -> None:
        """Take what is set of the instrument, ``input/…``, and of whom to follow, ``sync/…``."""
        self._instrument.set_up(values)
        self._follows_clock = follows_clock(values)
        if not self._follows_clock:
            self.clock_lead.leave()

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

    def resume(self, where: Whereabouts, now_s: float) -> None:
        """Find the place where a listener before this one was (see `BeatEar.resume`)."""
        self._tick = math.ceil(now_s * TICKS_PER_S)
        self.harmony.resume(where)
        super().resume(where, now_s)

    def held(self, now_s: float) -> list[Heard]:
        """What is held of state, key and chord, said again."""
        return [StateHeard(now_s, self.state), *self.harmony.held(now_s)]

    def advance(self, to_s: float) -> list[Heard]:
        """Let time pass up to `to_s`, and return what was announced meanwhile, in order."""
        heard: list[Heard] = []
        while self._tick / TICKS_PER_S <= to_s:
            now_s = self._tick / TICKS_PER_S
            while self._unplaced:
                self._place(*self._unplaced.popleft())
            while self._frames and self._frames[0].time_s + _FRAMES_WAIT_S < now_s:
                self._hear_sound(self._frames.popleft(), now_s, heard)
            self._take_in(now_s, heard)
            self.tick(now_s, heard)
            if self._tick % _KEY_TICKS == 0:
                key = self.harmony.listen_for_key(now_s, _KEY_TICKS / TICKS_PER_S)
                heard.extend([key] if key else [])
            self._tick += 1
        return heard

    def _take_in(self, now_s: float, heard: list[Heard]) -> None:
        while self._waiting and self._waiting[0].time_s < now_s:
            event = self._waiting.popleft()
            if isinstance(event, _Tap):
                self.take_tap(event.time_s, now_s, heard)
                continue
            if isinstance(event, ClockTick | Transport):
                self.take_clock(event, now_s, heard)
                continue
            if isinstance(event, ToneOn | ToneOff):
                self._take_tone(event, now_s, heard)
                continue
            self.begins(event, now_s, heard)
            if isinstance(event, NoteOn | Attack):
                onset = self._grouper.hear(event)
                if onset is not None:
                    self._onset(onset, now_s, heard)
            if not isinstance(event, Attack | Controller):
                self._hear_harmony(event)
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
            began_s, readiness = self.placed(glimpsed)
            struck = len(glimpsed.pitches)
            said = self.harmony.glimpse(now_s, began_s, readiness, struck)
            heard.extend([said] if said else [])

    def _hear_sound(self, frame: SoundFrame, now_s: float, heard: list[Heard]) -> None:
        """Hear a frame of sound, once onsets that were before it have been heard."""
        if self._sound.bars is not None:
            self._sound.bars.hear(frame)
        if self._sound.beat is not None:
            sense = self._sound.beat.weigh(frame)
            if sense is not None:
                self._sounds_until_s = frame.time_s + _FRAMES_MISSED_S
                self.beat_in_sound.append((frame.time_s, sense.beat))
                self.place_sound(frame.time_s, sense)
        if self._sound.harmony is not None:
            chances = self._sound.harmony.weigh(frame)
            if chances is not None and self._hears_music:
                heard.extend(self.harmony.hear_sound(now_s, frame.time_s - STEP_S, chances))

    def _place(self, onset: Onset, moved: bool) -> None:
        """Weigh an onset for the beat; an attack only where frames of sound do not tell of it."""
        if onset.trust < 1.0 and onset.time_s < self._sounds_until_s:
            self.feel_onset(onset)
        else:
            self.place(onset, moved)

    def _take_tone(self, tone: Tone, now_s: float, heard: list[Heard]) -> None:
        """Hear what a tone says of harmony, unless frames do; of the beat they say more."""
        if isinstance(tone, ToneOn) and self._hears_music:
            self.last_onset_s = tone.time_s
        if now_s < self._sounds_until_s and self._sound.harmony is not None:
            return
        if isinstance(tone, ToneOff):
            self._hear_harmony(NoteOff(tone.time_s, tone.pitch, TONE_CHANNEL))
            return
        self._hear_harmony(NoteOn(tone.time_s, tone.pitch, tone.velocity, TONE_CHANNEL))
        onset = Onset(tone.began_s, (tone.pitch,), (tone.velocity,))
        said = self.harmony.settle(now_s, *self.placed(onset))
        heard.extend([said] if said else [])

    def _hear_harmony(self, event: PerformerEvent) -> None:
        if self._instrument.gives_harmony(event):
            self.harmony.hear(event)

    def _onset(self, onset: Onset, now_s: float, heard: list[Heard]) -> None:
        """Hear the harmony of an onset at once, and its beat in the next tick: each takes time."""
        if onset.has_tones:
            said = self.harmony.settle(now_s, *self.placed(onset))
            heard.extend([said] if said else [])
        self._unplaced.append((onset, onset.has_tones and self.harmony.moved))


def learned_listener(directory: Path | None = None) -> Listener:
    """A listener with the shipped networks, and with rules where one cannot be used.

    `directory` is the folder of models; the shipped ones unless given. `Listener.fault` says why
    a network is not used.
    """
    evidence, fault = learned_evidence(directory)
    chord_evidence, chord_fault = learned_chord_evidence(directory)
    bar_evidence, bar_fault = learned_bar_evidence(directory)
    key_evidence, key_fault = learned_key_evidence(directory)
    sound, sound_fault = learned_sound(directory)
    listener = Listener(evidence, chord_evidence, bar_evidence, key_evidence, sound)
    listener.fault = fault or chord_fault or bar_fault or key_fault or sound_fault
    return listener
