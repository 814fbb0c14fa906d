"""What surfaces are shown: the value of every parameter, and what the band hears.

Each message is an address and its (type tag, value) arguments. Beats and bars are shown counted
from 1, tempo to a tenth and confidence to a hundredth; a beat is shown when it is announced, a
little before it sounds, and so is the section that begins with it.
"""

from accompanist.music.band import ControlRefused, ControlTaken, InputLevel, LearnSaid
from accompanist.music.heard import (
    BeatHeard,
    ChordExpected,
    ChordHeard,
    FeelHeard,
    InputHeard,
    KeyHeard,
    MetreHeard,
    StateHeard,
    TempoHeard,
)
from accompanist.music.parameter import Parameter, Value
from accompanist.music.parameter_values import ParameterValues
from accompanist.music.parameters import FEEDBACK, PARAMETERS
from accompanist.music.section import BOTH, SectionBegun, TurnBegun
from accompanist.music.song import SongBegun, SongSectionBegun

Arguments = list[tuple[str, Value]]

_TAGS = {"share": "f", "toggle": "i", "integer": "i", "choice": "s"}
_LASTING = {p.address: p for p in PARAMETERS if p.kind != "trigger"}
_HEARD = {feedback.name: feedback for feedback in FEEDBACK}


def shown_parameter(parameter: Parameter, value: Value) -> Arguments:
    """Arguments of a parameter's value, in its own type."""
    return [(_TAGS[parameter.kind], value)]


def shown_defaults() -> dict[str, Arguments]:
    """Every parameter's default, by address; triggers have nothing to show."""
    return {address: shown_parameter(p, p.default) for address, p in _LASTING.items()}


def shown_before_the_first_section() -> dict[str, Arguments]:
    """What goes without saying: that the band waits, to enter with which variation, for no turn."""
    variation = ParameterValues()["variation"]
    return _heard(section=("waiting",), variation=(variation,), turn=(BOTH,))


class Display:
    """Turns announcements into messages; it remembers where in the bar the band is."""

    def __init__(self) -> None:
        self._beat_in_bar = 0

    def messages(self, announcement: object) -> dict[str, Arguments]:
        """Messages that an announcement calls for, by address; most call for none."""
        match announcement:
            case ControlTaken() | ControlRefused() if announcement.address in _LASTING:
                address, value = announcement.address, announcement.value
                return {address: shown_parameter(_LASTING[address], value)}
            case BeatHeard():
                return self._beat(announcement)
            case SectionBegun(section=section, variation=variation):
                return _heard(section=(section,), variation=(variation,))
            case TurnBegun(whose=whose):
                return _heard(turn=(whose,))
            case SongBegun(number=number, count=count, title=title):
                return _heard(song=(f"{number}/{count} {title}",), song_section=("–",))
            case SongSectionBegun(name=name):
                return _heard(song_section=(name,))
            case TempoHeard(tempo_bpm=tempo_bpm, confidence=confidence):
                return _heard(tempo=(round(tempo_bpm, 1),), confidence=(round(confidence, 2),))
            case MetreHeard(metre=metre):
                return _heard(metre=(metre.beats_per_bar,))
            case KeyHeard(key=key):
                return _heard(key=(key.name,))
            case ChordHeard(chord=chord):
                return _heard(chord=(chord.label,))
            case ChordExpected(chord=chord, probability=probability):
                return _heard(chord_expected=(chord.label, probability))
            case StateHeard(state=state):
                return _heard(state=(state,))
            case FeelHeard():
                return _heard(feel=(_feel(announcement),))
            case LearnSaid(what=what):
                return _heard(learn=(what,))
            case InputLevel(level_db=level_db, is_clipping=is_clipping):
                return _heard(input_level=(level_db,), input_clipping=(int(is_clipping),))
            case InputHeard(model=model, mpe=mpe):
                return _heard(input=(f"{model}, MPE" if mpe else model,))
        return {}

    def _beat(self, beat: BeatHeard) -> dict[str, Arguments]:
        self._beat_in_bar = 1 if beat.downbeat else self._beat_in_bar + 1
        return _heard(
            beat=(self._beat_in_bar,),
            bar=(beat.bar + 1,),
            tempo=(round(beat.tempo_bpm, 1),),
            confidence=(round(beat.confidence, 2),),
        )


def _feel(feel: FeelHeard) -> str:
    """Such as ``straight``, ``swing 0.62, half time`` or ``swung 16ths 0.60``."""
    swing = f"swing {feel.swing:.2f}" if feel.shuffled else "straight"
    if feel.sixteenth_swing > 0.5:
        swing = f"swung 16ths {feel.sixteenth_swing:.2f}"
    return swing if feel.level == "normal" else f"{swing}, {feel.level} time"


def _heard(**values: tuple[Value, ...]) -> dict[str, Arguments]:
    return {
        _HEARD[name].address: list(zip(_HEARD[name].types, value, strict=True))
        for name, value in values.items()
    }
