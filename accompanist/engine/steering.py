"""What the performer sets of the band's parts takes effect here.

That is who is silent, who holds or starts over, how thin the band plays, and whose turn it is. What
changes a part takes back all that is planned and not committed. What is undone is set back on the
controls too, and said, so that every surface shows it.
"""

from accompanist.engine.bearings import turn_bars
from accompanist.listening.listener import Listener
from accompanist.music.band import LEANING_BEATS, ControlTaken, NoteCut
from accompanist.music.heard import BeatHeard
from accompanist.music.parameter import ROOT, Parameter, Value
from accompanist.music.parameter_values import ParameterValues
from accompanist.music.section import BOTH, TurnBegun, Whose
from accompanist.players.answer import has_contour, reply
from accompanist.players.band import Band
from accompanist.players.performer import PerformerMemory
from accompanist.players.player import Answer, PerformerOnset
from accompanist.players.steered import SteeredChair
from accompanist.scheduler.form import Form
from accompanist.scheduler.planner import Planner
from accompanist.scheduler.scheduler import Scheduler
from accompanist.scheduler.thinning import DIP, LIGHT, LIGHT_FILL, Thinness
from accompanist.scheduler.turns import Turns

_SILENCING = ("mute", "solo")

Said = ControlTaken | NoteCut | TurnBegun


class Steering:
    """Steers a band.

    Parameters
    ----------
    band, planner, scheduler, form
        Who plays, who has it planned, who commits it, and where in the piece the band is.
    listener, memory
        Who knows the beat, and what is remembered of the performer.
    values
        How everything is set.

    Attributes
    ----------
    whose
        Whose turn it is.
    """

    def __init__(
        self,
        band: Band,
        planner: Planner,
        scheduler: Scheduler,
        form: Form,
        listener: Listener,
        memory: PerformerMemory,
        values: ParameterValues,
    ) -> None:
        self.whose: Whose = BOTH
        self._band = band
        self._planner = planner
        self._scheduler = scheduler
        self._form = form
        self._listener = listener
        self._memory = memory
        self._values = values
        self._turns = Turns()
        self._silenced: frozenset[str] = frozenset()

    def set_up(self) -> None:
        """Have everything that is set take effect, as before the first note."""
        for part, chair in self._band.steered.items():
            by_model = self._values[f"{part}/source"] == "model"
            chair.set_up(holds=self._values.on(f"{part}/hold"), by_model=by_model)
        self._silenced = self._values.silenced
        self._thin()

    def take(self, parameter: Parameter, value: Value, now_s: float) -> list[Said]:
        """Have a parameter that was just set take effect, if it is one of these."""
        part, _, leaf = parameter.name.rpartition("/")
        if leaf in _SILENCING:
            return self._silence(now_s)
        if parameter.name == "dip":
            self._thin()
        chair = self._band.steered.get(part)
        return [] if chair is None else self._steer(chair, leaf, value, now_s)

    def withhold(self) -> None:
        """Take back what parts have planned that are to be silent."""
        silenced = self._values.silenced
        if silenced:
            self._scheduler.withdraw(lambda note: note.part in silenced)

    def beat(self, beat: BeatHeard) -> list[Said]:
        """Take a beat whose place in the form is known, and say whose turn begins with it."""
        form = self._form
        place = None if form.section is None else form.place
        downbeat = self._listener.beat_in_bar(beat.beat) == 0
        turn = self._turns.beat(beat.beat, downbeat, place, turn_bars(self._values))
        was, self.whose = self.whose, turn.whose
        self._thin()
        if was == self.whose:
            return []
        return [TurnBegun(beat.announced_s, beat.at_s, self.whose)]

    def answer(self) -> Answer | None:
        """What the band answers on the present beat, if it is its turn and there is an answer."""
        turn, before = self._turns.turn, self._turns.before
        if (turn.whose, before.whose) != ("band", "you"):
            return None
        heard = self._memory.between(before.began - LEANING_BEATS, turn.began - LEANING_BEATS)
        part = self._who_answers(heard)
        per_bar = self._listener.metre.beats_per_bar
        onsets = reply(heard, before.began, turn.began, turn.bars, per_bar)
        return Answer(part, onsets) if part and onsets else None

    def _who_answers(self, heard: tuple[PerformerOnset, ...]) -> str | None:
        """Harmony, if there is anything to sing; otherwise drums; None if neither is free."""
        candidates = ("harmony", "drums") if has_contour(heard) else ("drums",)
        chairs, silenced = self._band.steered, self._values.silenced
        free = (p for p in candidates if p in chairs and p not in silenced)
        return next((part for part in free if not chairs[part].course.holds), None)

    def _silence(self, now_s: float) -> list[Said]:
        """Cut what is to be silent, and plan anew if somebody no longer is."""
        was, silenced = self._silenced, self._values.silenced
        self._silenced = silenced
        if was - silenced:
            self._revise(now_s)
        return [*self._scheduler.cut(now_s, now_s, lambda note: note.part in silenced)]

    def _steer(self, chair: SteeredChair, leaf: str, value: Value, now_s: float) -> list[Said]:
        said: list[Said] = []
        before = chair.course
        if leaf == "hold":
            chair.hold(bool(value))
        elif leaf == "source":
            chair.give_to(model=value == "model")
        elif leaf == "again" and value:
            chair.play_again()
        elif leaf == "undo" and value and chair.undo():
            said.extend(self._set_back(chair, now_s))
        if chair.course is not before:
            self._revise(now_s)
        return said

    def _set_back(self, chair: SteeredChair, now_s: float) -> list[ControlTaken]:
        """Set the controls of a part as it is played again, and say which moved."""
        source = "model" if chair.course.by_model else "understudy"
        values: tuple[tuple[str, Value], ...] = (
            ("hold", int(chair.course.holds)),
            ("source", source),
        )
        said = []
        for leaf, value in values:
            name = f"{chair.part}/{leaf}"
            if self._values[name] != value:
                self._values.take(f"{ROOT}/{name}", value)
                said.append(ControlTaken(now_s, f"{ROOT}/{name}", value, "undo"))
        return said

    def _revise(self, now_s: float) -> None:
        beat = self._listener.last_beat
        plays = self._form.section is not None and not self._listener.lead.holding
        if beat is not None and plays:
            self._planner.revise(now_s, beat.beat)

    def _thin(self) -> None:
        """Have the band play as thinly as is asked for."""
        thinness: Thinness | None = None
        if self._values.on("dip"):
            thinness = DIP
        elif self.whose == "you":
            thinness = {"groove": LIGHT, "fill": LIGHT_FILL}.get(self._form.section or "")
        self._scheduler.thinning.thinness = thinness
