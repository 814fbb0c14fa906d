"""What is played on, as it is set and heard: which channels are one, which hands, what counts."""

from accompanist.listening.channels import Channels
from accompanist.listening.input_model import InputModel
from accompanist.music.events import MidiEvent, PerformerEvent, Tone, ToneOff
from accompanist.music.heard import InputHeard
from accompanist.music.parameter_values import ParameterValues
from accompanist.music.parameters import SOUND_SETTINGS


class Instrument:
    """The performer's instrument, behind its cables."""

    def __init__(self) -> None:
        self._channels = Channels()
        self._model = InputModel()
        self._sound = SOUND_SETTINGS[0]
        self._tone: int | None = None
        self._said: tuple[str, bool] | None = None

    @property
    def has_bass(self) -> bool:
        """Whether the lowest note that sounds may be a bass."""
        return self._model.has_bass

    def set_up(self, values: ParameterValues) -> None:
        """Take what is set of ``input/…``."""
        self._model.setting = str(values["input/model"])
        self._model.split = int(values["input/split"])
        self._channels.pads = self._model.setting == "pads"
        self._channels.setting = str(values["input/mpe"])
        self._sound = str(values["input/sound"])

    def merged(self, event: MidiEvent) -> PerformerEvent | None:
        """An event as the one instrument played it, if that did anything."""
        return self._channels.hear(event)

    def sung(self, tone: Tone) -> Tone | None:
        """A tone in the sound that comes in, if it is one of the performer's line."""
        if isinstance(tone, ToneOff):
            sounded, self._tone = self._tone, None
            return tone if sounded == tone.pitch else None
        counts = tone.alone if self._sound == "auto" else self._sound == "line"
        self._tone = tone.pitch if counts else None
        return tone if counts else None

    def gives_harmony(self, event: PerformerEvent) -> bool:
        """Take in a merged event; return whether it tells of chord and key."""
        self._model.hear(event)
        return self._model.gives_harmony(event)

    def news(self, now_s: float) -> InputHeard | None:
        """What is played on, if it is known and was not said yet."""
        played_on = self._model.model, self._channels.mpe
        if not self._model.known or played_on == self._said:
            return None
        self._said = played_on
        return InputHeard(now_s, *played_on)
