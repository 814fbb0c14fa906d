"""Conducting: what the performer's controls ask of beat and form.

`start` enters on the next beat, or counts so many bars before: in the tempo that goes on or went
last, at 120 BPM where none is known. Four taps start a band that waits for the beat, likewise. A
band that begins with the first note takes it for a downbeat, where a tempo is known; first is the
one after a bar of silence, after four taps, or after the band was let go of. What is played while
the band is counted in counts for nothing. While a clock leads, nothing is counted in, and what
would move the beat does nothing.

With `stop_on_release` the band falls silent half a beat after the last key and pedal came up, which
is longer than hands need from chord to chord; it comes back as it comes in. A fermata holds what
sounds until it is switched off: then comes a downbeat, in the tempo from before. An ending in
ritardando is led by the band; when it is over, the tempo is the one from before.

While the performance lock is on, no turn of what it holds is taken but a song's own.
"""

from collections.abc import Sequence

from accompanist.engine.held_keys import HeldKeys
from accompanist.listening.lead import NUDGE_S
from accompanist.listening.listener import Listener
from accompanist.music.band import ControlRefused, ControlTaken, Fault, PlannedNote, Told
from accompanist.music.events import (
    Attack,
    ControlTurn,
    NoteOn,
    PerformerEvent,
    Tone,
    ToneOff,
    ToneOn,
)
from accompanist.music.heard import BeatHeard, CountInHeard, TapHeard
from accompanist.music.parameter import ROOT, Value
from accompanist.music.parameter_values import ParameterValues
from accompanist.music.parameters import COUNT_INS
from accompanist.music.section import CALLED
from accompanist.music.whereabouts import PLAYING_STATES, Whereabouts
from accompanist.players.performer import PerformerMemory
from accompanist.players.sticks import click
from accompanist.scheduler.form import Chart, Form

GRACE_BEATS = 0.5
"""So long no key is down between chords that belong together."""

LED = "a clock leads the beat, so {} does nothing; turn sync off first"
"""Of controls that would move a beat that is somebody else's."""

_RECOUNTS = {"half": 2.0, "double": 0.5}
_NUDGES_S = {"nudge_earlier": -NUDGE_S, "nudge_later": NUDGE_S}
_FERMATA = f"{ROOT}/fermata"


class Conducting:
    """Leads beat and form as the controls say.

    Parameters
    ----------
    listener, form, memory
        Who hears the beat, where the band is, and what is remembered of the performer.
    values
        How everything is set.
    has_sticks
        Whether there is a band that can be counted in.

    Attributes
    ----------
    goes_on_alone
        Whether the performer has not played since a fermata: the chord is the one that was held.
    """

    def __init__(
        self,
        listener: Listener,
        form: Form,
        memory: PerformerMemory,
        values: ParameterValues,
        *,
        has_sticks: bool,
    ) -> None:
        self._listener = listener
        self._lead = listener.lead
        self._form = form
        self._memory = memory
        self._values = values
        self._has_sticks = has_sticks
        self._keys = HeldKeys()
        self._armed = False
        self.goes_on_alone = False
        self._was = form.state

    def refuse(self, turn: ControlTurn) -> Sequence[Told]:
        """Say why a control keeps its value, and have it shown; nothing where it may be turned."""
        if turn.source == "song" or not self._values.locks(turn.address):
            return []
        name, value = turn.address.removeprefix(f"{ROOT}/"), self._values.shown(turn.address)
        return [
            Fault(turn.time_s, f"{name} is locked; unlock first"),
            ControlRefused(turn.time_s, turn.address, value, turn.source),
        ]

    def turn(self, name: str, value: Value, now_s: float) -> Sequence[Told]:
        """Do what a control asks for, and return what there is to say about it."""
        if self._listener.clock_lead.leads and (
            name in {*_RECOUNTS, *_NUDGES_S} or name == "fermata"
        ):
            released = self._without_fermata(now_s) if name == "fermata" else []
            return [Fault(now_s, LED.format(name)), *released] if value else []
        if name in _RECOUNTS and not self._lead.recount(_RECOUNTS[name]):
            return [Fault(now_s, f"the beat goes too {_beyond(name)} to be counted {name}")]
        if name in _NUDGES_S:
            self._lead.nudge(_NUDGES_S[name])
        elif name == "hold_tempo":
            self._lead.keep(bool(value), now_s)
        elif name == "fermata":
            return self._hold(now_s) if value else self._go_on(now_s)
        elif name == "start":
            return self._start(now_s)
        elif name == "tap":
            self._listener.tap(now_s)
        elif name in CALLED:
            self._form.call(name)
        return []

    def count(self, heard: CountInHeard | TapHeard) -> None:
        """Enter on the next beat, as was counted, or count on from four taps."""
        self._memory.stir(heard.announced_s)
        form, start_with = self._form, self._values["start_with"]
        if isinstance(heard, CountInHeard):
            if start_with != "button" or form.state == "counting":
                form.count_in()
        elif form.state in ("waiting", "resting"):
            self._armed = True
            if start_with == "beat":
                if self._bars_to_count:
                    form.count()
                self._lead.count_in(self._beats_to_count, 60.0 / heard.tempo_bpm, heard.at_s)

    def hear(self, event: PerformerEvent | Attack | Tone) -> None:
        """Take what the performer plays, before it is remembered: it may be the first note."""
        begins = isinstance(event, NoteOn | Attack | ToneOn) and self._listener.state == "lost"
        period_s = self._lead.known_period_s
        if begins and period_s is not None and self._awaits_first_note(event.time_s):
            self._lead.downbeat(event.time_s, period_s)
        self.goes_on_alone &= not isinstance(event, NoteOn | ToneOn)
        if not isinstance(event, ToneOn | ToneOff):
            self._keys.hear(event)

    def tick(self, now_s: float) -> bool:
        """Let a moment pass; return whether the band is to fall silent: it was let go of."""
        is_free = self._listener.state != "lost" and not self._listener.clock_lead.leads
        if is_free and self._awaits_first_note(now_s):
            self._lead.lose(now_s)
        lifted_s, holding = self._keys.lifted_s, self._lead.holding
        if lifted_s is None or holding or self._form.state != "playing":
            return False
        silent_beats = (now_s - lifted_s) * self._listener.tempo_bpm / 60.0
        self._armed = silent_beats > GRACE_BEATS and self._values.on("stop_on_release")
        return self._armed

    def beat(self, beat: BeatHeard, chart: Chart) -> tuple[PlannedNote, ...]:
        """Follow the form to a beat; return the sticks on it."""
        was, state, lead = self._was, self._form.state, self._lead
        self._was = state
        if state == "playing":
            self._armed = False
        elif was == "playing" and state == "ending" and self._values["end_with"] == "ritardando":
            beats = chart.ending_bars * self._listener.metre.beats_per_bar
            lead.slow_down(beats, beat.announced_s)
        elif was == "ending" and state == "resting":
            lead.end(beat.announced_s)
        if lead.counted is None or not self._has_sticks:
            return ()
        return (click(beat.beat, lead.counted),)

    def stop(self, now_s: float) -> Sequence[Told]:
        """Lead no more; a fermata is over."""
        self._lead.end(now_s)
        return self._without_fermata(now_s)

    def take_up(self, where: Whereabouts, now_s: float) -> None:
        """Lead on where the band before this one did."""
        values = dict(where.parameters)
        left = where.counting - where.beats_passed(now_s)
        if where.form_state == "counting" and left > 0:
            self._lead.count_on(left, now_s)
        self._lead.keep(bool(values.get(f"{ROOT}/hold_tempo")), now_s)
        if values.get(_FERMATA) and self._listener.state != "lost":
            self._lead.wait(now_s)

    def resume(self, now_s: float) -> Sequence[Told]:
        """See what became of it since."""
        if self._form.state == "counting" and not self._lead.counting:
            self._form.count_in()
        return [] if self._lead.holding else self._without_fermata(now_s)

    @property
    def _bars_to_count(self) -> int:
        return COUNT_INS.index(str(self._values["count_in"]))

    @property
    def _beats_to_count(self) -> int:
        return self._bars_to_count * self._listener.metre.beats_per_bar

    def _start(self, now_s: float) -> Sequence[Told]:
        if self._form.state == "counting":
            return []
        is_led = self._listener.clock_lead.leads
        if is_led or self._form.state in PLAYING_STATES or not self._bars_to_count:
            self._form.start()
            return []
        known = self._lead.known_period_s is not None
        self._form.count()
        self._lead.count_on(self._beats_to_count, now_s)
        if known:
            return []
        return [Fault(now_s, "no tempo is known yet, so it is counted at 120 BPM; tap another")]

    def _hold(self, now_s: float) -> Sequence[Told]:
        if self._form.section is None or self._listener.state == "lost":
            return [Fault(now_s, "nothing plays that could be held"), *self._without_fermata(now_s)]
        self._lead.wait(now_s)
        return []

    def _go_on(self, now_s: float) -> Sequence[Told]:
        if self._lead.holding:
            self._lead.go_on(now_s)
            self.goes_on_alone = True
            self._memory.stir(now_s)
        return []

    def _without_fermata(self, now_s: float) -> Sequence[Told]:
        if not self._values.on("fermata"):
            return []
        self._values.take(_FERMATA, 0)
        return [ControlTaken(now_s, _FERMATA, 0, "band")]

    def _awaits_first_note(self, now_s: float) -> bool:
        """Whether the next note, if a tempo is known, brings the band in."""
        waits = self._form.state == "waiting" and self._values["start_with"] == "first note"
        period_s = self._lead.known_period_s if waits else None
        if period_s is None or self._keys.are_down:
            return False
        bar_s = period_s * self._listener.metre.beats_per_bar
        return self._armed or now_s - self._memory.last_sounding_s >= bar_s


def _beyond(name: str) -> str:
    return "slowly" if name == "half" else "fast"
