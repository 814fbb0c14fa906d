"""The causal core: what is heard becomes what is played.

Timestamped input events go in, time is advanced, and announcements come out: what was heard, what
is expected, the notes committed. There is no device, thread or wall clock here, and nothing looks
ahead: live, offline and in tests this same object runs on a grid of `TICK_S`. The same events,
controls and seed give the same announcements.
"""

import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace

from accompanist.engine.bearings import chart_of, whereabouts_of
from accompanist.engine.conducting import Conducting
from accompanist.engine.following import Following
from accompanist.engine.songbook import Songbook
from accompanist.engine.steering import Steering
from accompanist.listening.listener import TICKS_PER_S, Listener
from accompanist.music.band import ControlTaken, Fault, Panic, PlannedNote, Played, Told
from accompanist.music.events import ControlTurn, InputEvent, SoundFrame, ToneOn
from accompanist.music.heard import (
    BeatHeard,
    ChordHeard,
    CountInHeard,
    Heard,
    HoldHeard,
    StateHeard,
    TapHeard,
)
from accompanist.music.parameter_values import ParameterValues
from accompanist.music.section import SectionBegun, TurnBegun
from accompanist.music.song import Song, SongBegun, SongSectionBegun
from accompanist.music.whereabouts import SILENT_STATES, Whereabouts
from accompanist.players.amends import amends
from accompanist.players.band import Band
from accompanist.players.expectation import Expectation
from accompanist.players.outlook import TRUSTED_CHORD, Outlook
from accompanist.players.performer import PerformerMemory
from accompanist.players.style import Style
from accompanist.scheduler.caller import Caller
from accompanist.scheduler.form import BeatOfForm, Form
from accompanist.scheduler.planner import Planner
from accompanist.scheduler.scheduler import Scheduler

TICK_S = 1 / TICKS_PER_S

MOST_PENDING = 65536

LONGEST_MISSED_S = 30.0
"""Of a silence of the band: what was played before is not heard again."""

Announcement = Heard | SectionBegun | TurnBegun | SongBegun | SongSectionBegun | Played | Told


class Engine:
    """Listening, anticipation, the band and the scheduler, wired.

    Parameters
    ----------
    listener, band, expectation
        Who hears, who plays, and who guesses the coming chord.
    styles
        Every style by name, as `load_styles` gives them.
    seed
        Of every random choice the players make.
    songs
        What is known beforehand, in the order of the set.
    """

    def __init__(
        self,
        listener: Listener,
        band: Band,
        expectation: Expectation,
        styles: Mapping[str, Style],
        seed: int = 0,
        songs: Sequence[Song] = (),
    ) -> None:
        self.parameters = ParameterValues()
        self.listener = listener
        self._band = band
        self._expectation = expectation
        self._styles = styles
        self._seed = seed
        self._scheduler = Scheduler()
        self._planner = Planner(self._scheduler, listener, self._play, amends)
        self._form = Form()
        self._caller = Caller(self._form, self.parameters)
        self._memory = PerformerMemory()
        ear = listener.clock_lead.ear
        self._following = Following(self.parameters, ear, self._form, self._memory, self._stop)
        self._conducting = Conducting(
            listener, self._form, self._memory, self.parameters, has_sticks=bool(band.chairs)
        )
        self._outlook = Outlook(listener, expectation, self._memory, self.parameters, styles, seed)
        led = (band, self._planner, self._scheduler, self._form)
        self._steering = Steering(*led, listener, self._memory, self.parameters)
        self._songbook = Songbook(songs, listener, self._form, self.parameters)
        self._pending: deque[InputEvent] = deque()
        self._ticks = 0
        self._out: list[Announcement] = []

    @property
    def now_s(self) -> float:
        """Engine time reached."""
        return self._ticks / TICKS_PER_S

    @property
    def resting(self) -> bool:
        """Whether the band is silent and every note has ended."""
        return self._form.state in SILENT_STATES and not self._scheduler.open_notes

    def hear(self, event: InputEvent) -> None:
        """Take an event; one older than the time reached counts as happening now.

        But a frame of sound tells of the time that it is of: it is always late by a little.
        """
        if len(self._pending) >= MOST_PENDING:
            self._out.append(Fault(self.now_s, "too many events at once; some are not heard"))
            return
        if event.time_s < self.now_s and not isinstance(event, SoundFrame):
            event = replace(event, time_s=self.now_s)
        self._pending.append(event)

    def advance(self, to_s: float) -> list[Announcement]:
        """Run up to `to_s` and return what is announced, in order."""
        while (self._ticks + 1) / TICKS_PER_S <= to_s + 1e-9:
            self._ticks += 1
            self._tick(self.now_s)
        announced, self._out = self._out, []
        return announced

    def silence(self) -> list[Announcement]:
        """End everything that sounds, for good."""
        self._stop()
        announced, self._out = self._out, []
        return announced

    def whereabouts(self) -> Whereabouts:
        """Where the band is, for a fresh engine to `resume` from."""
        return whereabouts_of(
            self.now_s,
            self.listener,
            self._form,
            self.parameters,
            band_chord=self._outlook.chord,
            next_note_id=self._scheduler.next_id,
            seed=self._seed,
            song=self._songbook.place,
        )

    def resume(self, where: Whereabouts, now_s: float, missed: Sequence[InputEvent] = ()) -> None:
        """Find the place where the band before this one was; what it held is announced again.

        Call it first of all. Engine time goes on at `now_s`, notes are numbered after all those
        that were committed, and the players begin afresh in the midst of the piece. `missed` is
        what the performer played since, as far as it is known, in order; it is heard in silence.
        """
        began_s = max(where.now_s, now_s - LONGEST_MISSED_S)
        self._ticks = math.floor(began_s * TICKS_PER_S)
        self.listener.resume(where, began_s)
        self._memory.resume(began_s, where.resting_s)
        self._scheduler.resume(where.next_note_id)
        self._form.stop()
        self._conducting.take_up(where, began_s)
        for event in missed:
            self.hear(event)
        beats = [value for value in self.advance(now_s) if isinstance(value, BeatHeard)]
        gone = [beat for beat in beats if beat.at_s <= self.now_s]
        downbeats = where.downbeats_passed(began_s) + sum(beat.downbeat for beat in gone)
        self._form.resume(where, downbeats)
        if self.listener.state == "lost":
            self._form.lose()
        for address, value in where.parameters:
            parameter, taken = self.parameters.take(address, value)
            if taken != parameter.default:
                self._out.append(ControlTaken(self.now_s, address, taken, "memory"))
        self._out.extend(self._conducting.resume(self.now_s))
        self.listener.set_up(self.parameters)
        self._steering.set_up()
        self._outlook.resume(where)
        self._songbook.resume(where)
        self._caller.forget()
        self._call(self.now_s, self.now_s)
        self._out.extend(self.listener.held(self.now_s))
        self._announce([replace(beat, announced_s=self.now_s) for beat in beats[len(gone) :]])

    def _tick(self, now_s: float) -> None:
        self._planner.step()
        self._turn_page(self._songbook.take_up(now_s))
        while self._pending and self._pending[0].time_s <= now_s:
            event = self._pending.popleft()
            if isinstance(event, ControlTurn):
                self._take(event)
            else:
                self._announce(self.listener.advance(event.time_s))
                self._following.take(event)
                heard = self.listener.hear(event)
                if heard is not None:
                    self._conducting.hear(heard)
                    began_s = heard.began_s if isinstance(heard, ToneOn) else heard.time_s
                    self._memory.hear(heard, self.listener.beats_at(began_s))
        if self._conducting.tick(now_s):
            self._stop(waits=True)
        self._announce(self.listener.advance(now_s))
        self._admit(self._following.news(now_s))
        if self.listener.lead.holding:
            self._out.extend(self._scheduler.hold(now_s))
        self._steering.withhold()
        self._out.extend(self._planner.commit(now_s))

    def _announce(self, heard: list[Heard]) -> None:
        for value in heard:
            self._out.append(value)
            if isinstance(value, BeatHeard):
                self._on_beat(value)
            elif isinstance(value, ChordHeard):
                self._on_chord(value)
            elif isinstance(value, CountInHeard | TapHeard):
                self._songbook.ear.forget()
                self._conducting.count(value)
                self._call(value.announced_s, value.announced_s)
            elif isinstance(value, HoldHeard):
                self._out.extend(self._planner.hold(value))
            elif isinstance(value, StateHeard) and value.state == "lost":
                self._form.lose()
                self._planner.leave()
                self._call(value.announced_s, value.announced_s)

    def _on_beat(self, beat: BeatHeard) -> None:
        self._planner.finish()
        self._admit([f"{fault}; rules listen instead" for fault in self.listener.take_faults()])
        silent_s, per_bar = self._memory.silent_s(beat.at_s), self.listener.metre.beats_per_bar
        silent_beats = silent_s * beat.tempo_bpm / 60.0
        in_bar, locked = self.listener.beat_in_bar(beat.beat), self.listener.state == "locked"
        place = BeatOfForm(in_bar, per_bar, locked, silent_beats)
        listened_to = self._steering.whose == "band"
        silent = silent_beats > per_bar or self._conducting.goes_on_alone
        alone = silent and not listened_to
        chart = chart_of(self.parameters, self._styles, per_bar, led=self._following.is_led)
        self.listener.be_patient(float(chart.kept_bars * per_bar))
        was_silent = self._form.section is None
        plays = self._form.beat(place, chart) is not None
        turns = self._songbook.beat(beat, in_bar)
        self._outlook.written = self._songbook.written
        self._out.extend(self._outlook.expect(beat, alone=alone, listened_to=listened_to))
        self._admit(self._expectation.faults)
        self._scheduler.plan(self._conducting.beat(beat, chart))
        self._call(beat.announced_s, beat.at_s)
        self._turn_page(turns)
        self._out.extend(self._steering.beat(beat))
        self._outlook.answer = self._steering.answer()
        if not plays:
            return
        if was_silent:
            self._band.reset()
        self._planner.begin(beat.beat)

    def _on_chord(self, heard: ChordHeard) -> None:
        """Let the chord heard overrule the one expected."""
        self._songbook.ear.hear(heard)
        beat, overruled = self.listener.last_beat, self._outlook.overrule(heard)
        silent = self._form.section is None or heard.chord.root is None
        kept = self._outlook.is_given or self.listener.lead.holding
        if beat is None or silent or kept:
            return
        if overruled:
            self._out.extend(self._planner.overrule(heard, beat.beat))
        elif heard.confidence >= TRUSTED_CHORD:
            self._out.extend(self._planner.confirm(heard))

    def _play(self, index: int) -> tuple[PlannedNote, ...]:
        """Ask every part what it plays in a frame, and admit what failed."""
        now_s, place = self.now_s, self._form.place
        planned = self._band.plan(
            index, index, lambda frame: self._outlook.frame(frame, now_s, place)
        )
        for chair in self._band.chairs:
            self._admit(chair.faults)
        return planned

    def _take(self, turn: ControlTurn) -> None:
        refused = self._conducting.refuse(turn)
        if refused:
            self._out.extend(refused)
            return
        try:
            parameter, value = self.parameters.take(turn.address, turn.value)
        except ValueError as error:
            self._out.append(Fault(turn.time_s, str(error)))
            return
        self._out.append(ControlTaken(turn.time_s, turn.address, value, turn.source))
        self._out.extend(self._steering.take(parameter, value, self.now_s))
        if parameter.kind == "trigger" and not value:
            return
        if parameter.name in ("stop", "panic"):
            self._stop()
            self._out.extend([Panic(self.now_s)] if parameter.name == "panic" else [])
        elif parameter.name.startswith(("input/", "sync/")):
            self.listener.set_up(self.parameters)
        self._out.extend(self._conducting.turn(parameter.name, value, turn.time_s))
        self._turn_page(self._songbook.turn(parameter.name, turn.time_s))
        self._call(turn.time_s, turn.time_s)

    def _turn_page(self, turns: Sequence[ControlTurn]) -> None:
        """Say where in the songbook the band is, and set what stands there."""
        self._out.extend(self._songbook.said)
        self._songbook.said.clear()
        for turn in turns:
            self._take(turn)

    def _call(self, now_s: float, at_s: float) -> None:
        """Say what the band plays from then on, if it is new; nobody says it where nobody plays."""
        if self._band.chairs:
            self._out.extend(self._caller.call(now_s, at_s))

    def _admit(self, faults: list[str]) -> None:
        self._out.extend(Fault(self.now_s, what) for what in faults)
        faults.clear()

    def _stop(self, *, waits: bool = False) -> None:
        """Be silent, until started or until the performer is back."""
        self._form.pause() if waits else self._form.stop()
        self._out.extend(self._conducting.stop(self.now_s))
        self._planner.leave()
        self._out.extend(self._scheduler.clear(self.now_s))
        self._call(self.now_s, self.now_s)
