"""A chair that the performer steers: it holds what it plays, plays something else, and goes back.

Held, a part goes on with its last two bars of groove (see `phrase`), through fills too, but not
through what is arranged; where they are not known yet, it plays them first. Asked to play again, it
forgets what it played and plays another version from the next frame on. Undone, it plays the phrase
of before once more, for two bars, and goes on from what it remembered then.

Steps are taken when a frame is played, and stand in `state`: a plan that is made again takes them
again. Up to `MOST_STEPS` can be taken back.
"""

from collections import deque
from dataclasses import dataclass, field, replace

from accompanist.music.band import PlannedNote
from accompanist.music.section import ARRANGED
from accompanist.players.answer import Line, answered
from accompanist.players.chair import Chair
from accompanist.players.phrase import Moment, Phrase, phrase_frames, played_again
from accompanist.players.player import Frame
from accompanist.players.version import in_version

MOST_STEPS = 8


@dataclass(frozen=True, slots=True)
class Course:
    """How a part is played: which version, whether it is held, and whether the model plays it."""

    version: int = 0
    holds: bool = False
    by_model: bool = True


@dataclass(frozen=True, slots=True)
class _Before:
    """How it was before a step; `returns` says whether the phrase is to be heard again."""

    course: Course
    phrase: Phrase
    returns: bool


@dataclass(frozen=True, slots=True)
class _Step:
    """What to remember from now on; steps are counted."""

    number: int = 0
    phrase: Phrase = field(default_factory=Phrase)
    returns: bool = False


@dataclass(frozen=True, slots=True)
class _Memory:
    """What stands in the part's state beside what its players remember.

    `steps` counts those that were taken; `returning` are the frames of a phrase still to be heard
    again; `repeats` says whether the last frame was one played before; `line` is the answer so far.
    """

    phrase: Phrase = field(default_factory=Phrase)
    steps: int = 0
    returning: int = 0
    repeats: bool = False
    line: Line | None = None


class SteeredChair:
    """A part as the performer steers it.

    Parameters
    ----------
    chair
        Who plays it.

    Attributes
    ----------
    course
        How it is played at present.
    """

    def __init__(self, chair: Chair) -> None:
        self.part = chair.part
        self.course = Course(by_model=chair.prefers_model)
        self._chair = chair
        self._memory = _Memory()
        self._step = _Step()
        self._versions = 0
        self._before: deque[_Before] = deque(maxlen=MOST_STEPS)

    @property
    def state(self) -> object:
        """All memory, as a value."""
        return self._chair.state, self._memory

    @state.setter
    def state(self, remembered: object) -> None:
        assert isinstance(remembered, tuple)
        self._chair.state, self._memory = remembered

    def reset(self) -> None:
        """Forget the piece, but not a phrase that is held."""
        self._chair.reset()
        phrase = self._memory.phrase if self.course.holds else Phrase()
        self._memory = _Memory(phrase, self._step.number)

    def set_up(self, *, holds: bool, by_model: bool) -> None:
        """Be played as it is set; there is nothing to take back of that."""
        self._go(replace(self.course, holds=holds, by_model=by_model))

    def hold(self, on: bool) -> None:
        """Hold what was played last, or let it go."""
        if on != self.course.holds:
            self._keep(returns=False)
            self._go(replace(self.course, holds=on))

    def give_to(self, *, model: bool) -> None:
        """Have the model or the understudy play."""
        if model != self.course.by_model:
            self._keep(returns=True)
            self._go(replace(self.course, by_model=model))

    def play_again(self) -> None:
        """Play another version than any before."""
        self._keep(returns=True)
        self._versions += 1
        self._go(replace(self.course, version=self._versions))
        self._step = _Step(self._step.number + 1)

    def undo(self) -> bool:
        """Be played as before the last step; return whether there was one."""
        if not self._before:
            return False
        before = self._before.pop()
        self._go(before.course)
        self._step = _Step(self._step.number + 1, before.phrase, before.returns)
        return True

    def play(self, frame: Frame) -> tuple[PlannedNote, ...]:
        """Notes of this frame; never raises on the model's account.

        While the part answers the performer, its players keep their place unheard.
        """
        if self._memory.steps != self._step.number:
            self._take_step(frame)
        frame = in_version(frame, self.course.version)
        memory, arranged = self._memory, frame.section in ARRANGED
        moment = None if arranged else memory.phrase.at(frame)
        returning = max(memory.returning - 1, 0)
        if moment and (self.course.holds or memory.returning):
            self._memory = replace(memory, returning=returning, repeats=True)
            return played_again(moment, frame)
        if moment and memory.repeats:
            self._chair.state = moment.memory
        before, phrase, line = self._chair.state, memory.phrase, None
        notes = self._chair.play(frame)
        if frame.answer and frame.answer.part == self.part and not arranged:
            notes, line = answered(frame, memory.line)
        elif frame.section == "groove":
            heard = Moment(frame.index, before, frame.chord, frame.loudness, notes)
            phrase = phrase.followed_by(frame, heard)
        repeats = memory.repeats and arranged
        self._memory = _Memory(phrase, memory.steps, returning, repeats, line)
        return notes

    def _take_step(self, frame: Frame) -> None:
        """Forget what was played, or remember what was played before."""
        step = self._step
        if not step.phrase.moments:
            self._chair.reset()
        returning = phrase_frames(frame.beats_per_bar) if step.returns else 0
        self._memory = _Memory(step.phrase, step.number, returning, repeats=True)

    def _keep(self, *, returns: bool) -> None:
        """Make a step that can be taken back."""
        self._before.append(_Before(self.course, self._memory.phrase, returns))

    def _go(self, course: Course) -> None:
        self.course = course
        self._chair.prefers_model = course.by_model
