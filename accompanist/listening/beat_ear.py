"""The ear for the beat: from onsets to beats announced ahead of time, in bars, as they are felt.

It joins the tracker (`beat`), the clock, the announcer, the bars and the feel, and knows how a
performer begins, rests, holds and goes on: count-ins and taps, fermatas, entries after a rest. The
beat may also be led by hand (`lead`) or, before that, by a clock (`clock_lead`).
"""

from accompanist.listening.announcer import Announced, Announcer
from accompanist.listening.bar_evidence import BarEvidenceSource, PlayedOn
from accompanist.listening.bars import BarCounter
from accompanist.listening.beat import BeatTracker
from accompanist.listening.beat_count import BeatCount
from accompanist.listening.clock import BeatClock
from accompanist.listening.clock_lead import ClockLead
from accompanist.listening.count_in import CountIn
from accompanist.listening.evidence import BeatEvidenceSource
from accompanist.listening.feel import FeelTracker
from accompanist.listening.fermata import Fermata
from accompanist.listening.lead import Lead
from accompanist.listening.onset import Onset
from accompanist.listening.pulse import Pulse
from accompanist.listening.registers import registers, tone_bits
from accompanist.listening.sound import BarsInSound, BeatSense
from accompanist.listening.taps import Taps
from accompanist.music.events import Attack, ClockEvent, Controller, Gesture, NoteOn
from accompanist.music.heard import (
    BeatHeard,
    CountInHeard,
    Heard,
    HoldHeard,
    MetreHeard,
    StateHeard,
    TapHeard,
    TempoHeard,
)
from accompanist.music.metre import Metre
from accompanist.music.whereabouts import Whereabouts

_ON_BEAT_S = 0.05
_TEMPO_STEP = 0.02
_SURE_AFTER_HOLD = 0.5
_REST_BEATS = 2.0
_OFF_THE_GRID, _FARTHEST_OFF = 0.08, 0.3
_CHORD = 2
_HARMONY_MOVES, _HARMONY_STAYS = 0.8, -0.2

_OPINION = 0.5
"""A frame of sound that has so much of an opinion is as good as an onset: the music goes on."""

_MUSIC, _MUSIC_PACE = 0.3, 0.005
"""Where sound is likely to be music by less than that, on an average over some 8 s, neither frames
nor strokes in it tell that somebody plays: a song may have a noisy passage."""


class BeatEar(BeatCount):
    """Hears one performer's beat.

    Parameters
    ----------
    evidence, bar_evidence
        Who weighs onsets for the beat, and beats for bars.
    bars_in_sound
        Who weighs beats for bars by sound, if anybody does.

    Attributes
    ----------
    feel
        The ear for swing, accents and the level of the pulse.
    lead, clock_lead
        Who leads the beat by hand, and who says the beats of a clock that leads.
    last_beat, last_onset_s
        Last beat announced, and time of the performer's last note or tap, or until when the beat
        was led; None before the first.
    """

    def __init__(
        self,
        evidence: BeatEvidenceSource,
        bar_evidence: BarEvidenceSource,
        bars_in_sound: BarsInSound | None = None,
    ) -> None:
        clock = BeatClock()
        bars = BarCounter(bar_evidence, bars_in_sound, clock)
        counted = BeatTracker(evidence), Announcer(clock), bars
        super().__init__(*counted, clock)
        self.lead = Lead(*counted)
        self.clock_lead = ClockLead(*counted, clock, self.lead)
        self.feel = FeelTracker()
        self._taps = Taps()
        self._count_in = CountIn()
        self._fermata = Fermata()
        self._enters = self._said_hold = False
        self._music = 1.0
        self._said_state = self.state
        self._said_tempo_bpm = 0.0
        self._said_metre: Metre | None = None
        self.last_onset_s: float | None = None
        self.last_beat: BeatHeard | None = None

    @property
    def broadening(self) -> bool:
        """Whether the performer slows down as before an end, or holds a chord there."""
        return self._fermata.broadening and not self._is_led

    @property
    def _hears_music(self) -> bool:
        """Whether what sounds may be the performer's music, and not talk."""
        return self._music > _MUSIC

    def resume(self, where: Whereabouts, now_s: float) -> None:
        """Find the place where an ear before this one was; nothing was heard since.

        Call it first of all, with a time at or after that of `where`.
        """
        self.feel.resume(where.swing, where.tempo_bpm)
        if where.beat < 0:
            return
        beat, place, period_s = where.last_beat(now_s), where.last_place(now_s), where.period_s
        self.last_beat = beat
        self._bars.resume(beat.beat, beat.bar, place, where.beats_per_bar)
        self._clock.announce(now_s, beat.beat, beat.at_s, period_s)
        self._announcer.resume(beat.beat, beat.at_s, period_s, where.state)
        self._said_state = where.state
        if where.state == "lost":
            self._clock.wait(now_s)
        else:
            self._tracker.impose(beat.at_s, period_s)
            # Silence that nobody could hear is no rest of the performer.
            self.last_onset_s = now_s - where.resting_s

    def begins(self, event: Gesture, now_s: float, heard: list[Heard]) -> None:
        """See what an event begins: a count-in, the end of a hold, an entry after a rest.

        Whatever this makes sure of is added to `heard`.
        """
        self._count(event, now_s, heard)
        if isinstance(event, NoteOn | Attack):
            self._move_on(event.time_s, self._fermata.usual_s, now_s, heard)
            self._enters = self._enters or self._rested(event.time_s)
            if isinstance(event, NoteOn) or self._hears_music:
                self.last_onset_s = event.time_s
        if not isinstance(event, Controller):
            self._fermata.hear(event)

    def place(self, onset: Onset, moved: bool) -> None:
        """Weigh the next onset, and count it to its beat; `moved` tells whether harmony did."""
        evidence = self._tracker.hear(onset)
        if self._enters:
            self._enter(onset)
        if self._clock.empty:
            return
        position = self.beats_at(onset.time_s)
        downbeat = evidence.downbeat + (_HARMONY_MOVES if moved else _HARMONY_STAYS)
        pitches = registers(onset)
        self._bars.note(
            PlayedOn(
                position, onset.loudness, len(pitches), min(pitches), max(pitches),
                tone_bits(onset), downbeat,
            )
        )  # fmt: skip
        self.feel_onset(onset)

    def place_sound(self, time_s: float, sense: BeatSense) -> None:
        """Weigh what a frame of sound says of the beat."""
        self._music += _MUSIC_PACE * (sense.music - self._music)
        self._tracker.hear_sound(time_s, sense.evidence, sense.opinion, sense.music)
        if sense.opinion > _OPINION and self._hears_music:
            self.last_onset_s = max(time_s, self.last_onset_s or time_s)

    def feel_onset(self, onset: Onset) -> None:
        """Hear the feel of an onset; of one whose beat is heard otherwise, no more."""
        if not self._clock.empty:
            position = self.beats_at(onset.time_s)
            per_bar = self.metre.beats_per_bar
            self.feel.hear(onset, position, self.tempo_bpm, per_bar, self.beat_in_bar)

    def take_tap(self, time_s: float, now_s: float, heard: list[Heard]) -> None:
        """Take a beat tapped by the performer; four set tempo and phase."""
        period_s = self._taps.take(time_s)
        if period_s is None or self.clock_lead.leads:
            return
        heard.append(TapHeard(now_s, time_s + period_s, 60.0 / period_s))
        if self.lead.leads:
            self.lead.tapped(time_s, period_s)
            return
        self._move_on(time_s, period_s, now_s, heard)
        self._tracker.impose(time_s, period_s)
        self._announcer.enter()
        self.last_onset_s = time_s

    def take_clock(self, event: ClockEvent, now_s: float, heard: list[Heard]) -> None:
        """Take what a clock that leads says; what begins with it is added to `heard`."""
        said = self.clock_lead.hear(event, now_s)
        if said is not None:
            self._say_state(now_s, heard)
            self._say(now_s, said, heard)

    def tick(self, now_s: float, heard: list[Heard]) -> None:
        """Let a moment pass; what is announced is added to `heard`."""
        self.clock_lead.see(now_s)
        if self._is_led:
            said = self._march(now_s, heard)
        else:
            self._hold(now_s)
            tracker = self._tracker
            said = self._announcer.tick(now_s, tracker.pulse, tracker.founded, self.last_onset_s)
        self._say_hold(now_s, heard)
        self._say_state(now_s, heard)
        if said is not None:
            self._say(now_s, said, heard)

    @property
    def _is_led(self) -> bool:
        return self.lead.leads or self.clock_lead.leads

    def _march(self, now_s: float, heard: list[Heard]) -> Announced | None:
        """Go on as led, until somebody follows the performer again."""
        self.last_onset_s, self._enters = now_s, False
        if self._fermata.holding:
            self._fermata.end()
        leads = self.clock_lead.leads
        return self.clock_lead.tick(now_s) if leads else self.lead.tick(now_s, heard)

    def placed(self, onset: Onset) -> tuple[float, float]:
        """When the harmony of an onset began, and how likely it changes there."""
        position = None if self._clock.empty else self.beats_at(onset.time_s)
        return self._began_s(onset.time_s, position), self._bars.readiness(position)

    def _began_s(self, onset_s: float, position: float | None) -> float:
        """When the harmony of an onset began: on the beat, for a hand that is close to it."""
        if position is None:
            return onset_s
        beat_s = self.seconds_at(round(position))
        return beat_s if abs(onset_s - beat_s) < _ON_BEAT_S else onset_s

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

    def _hold(self, now_s: float) -> None:
        """Let the beat wait while the performer holds, and give it up where they left."""
        if self.state != "lost" and self._fermata.begins(now_s):
            self._announcer.hold(now_s)
        if self._fermata.holding and self._fermata.gone(now_s):
            self._fermata.end()
            self._announcer.lose(now_s)

    def _say_hold(self, now_s: float, heard: list[Heard]) -> None:
        holds = self.lead.holding or (self._fermata.holding and self._fermata.sounds)
        if holds != self._said_hold:
            self._said_hold = holds
            heard.append(HoldHeard(now_s, holds))

    def _say_state(self, now_s: float, heard: list[Heard]) -> None:
        if self.state != self._said_state:
            self._said_state = self.state
            heard.append(StateHeard(now_s, self.state))
            self._tracker.keeps_level &= self.state != "lost"

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
        if self._bars.readings is not None:
            self._tracker.doubt(self._bars.readings)
        if self.metre != self._said_metre:
            self._said_metre = self.metre
            heard.append(MetreHeard(now_s, self.metre))
        self.last_beat = BeatHeard(
            now_s, said.at_s, said.beat, bar, downbeat, said.tempo_bpm, said.confidence
        )
        heard.append(self.last_beat)
