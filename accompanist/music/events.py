"""What reaches the engine: notes, pedals, controllers; sound; turns of a control; a leader's clock.

Times are seconds of the engine clock. Channels run 0–15, pitches and velocities 0–127.
"""

from dataclasses import dataclass

PERCUSSION_CHANNEL = 9
"""Notes on this channel are drums: their pitch says which, and is no tone."""

FOOT_CONTROLLERS = (4, 65, 66, 67, 68, 69)
"""Foot controller, portamento, sostenuto, soft, legato and hold pedal (MIDI 1.0, table III)."""

PARAMETER_CONTROLLERS = (6, 98, 99, 100, 101)
"""Data entry, and which parameter it is for: that a controller plays MPE is said with these."""

TONE_CHANNEL = 16
"""Where tones in the sound are held among keys: a channel that no key is on."""

ATTACK_PITCH = 38
"""Drum that an attack, of which no more is known, is likened to: a snare."""


@dataclass(frozen=True, slots=True)
class NoteOn:
    """A key goes down; `velocity` is at least 1."""

    time_s: float
    pitch: int
    velocity: int
    channel: int = 0


@dataclass(frozen=True, slots=True)
class NoteOff:
    """A key comes up."""

    time_s: float
    pitch: int
    channel: int = 0


@dataclass(frozen=True, slots=True)
class Pedal:
    """The sustain pedal goes down or comes up."""

    time_s: float
    down: bool
    channel: int = 0


@dataclass(frozen=True, slots=True)
class Controller:
    """Another pedal, or a word about how channels are used; number and value run 0–127."""

    time_s: float
    number: int
    value: int
    channel: int = 0


@dataclass(frozen=True, slots=True)
class ProgramChange:
    """A controller asks for a program, 0–127."""

    time_s: float
    program: int
    channel: int = 0


@dataclass(frozen=True, slots=True)
class Attack:
    """Something was struck in the sound that comes in; strength 0–1."""

    time_s: float
    strength: float

    @property
    def velocity(self) -> int:
        """Strength as the velocity of a key."""
        return max(1, min(round(127 * self.strength), 127))


SOUND_BANDS, SOUND_TONES = 204, 72


@dataclass(frozen=True, slots=True)
class SoundFrame:
    """What the sound that comes in consists of, 25 times a second; see `dsp.spectrum`.

    `time_s` is when its last sample came in, `level_db` the mean power since the frame before.
    Each byte of `bands` (four spectra of 51, 10 ms apart) and `tones` (72 semitones from C1 up)
    says how near something is to the loudest of late: 255 as loud, 0 softer by 60 dB.
    """

    time_s: float
    level_db: float
    bands: bytes
    tones: bytes


@dataclass(frozen=True, slots=True)
class ToneOn:
    """A tone is heard in the sound that comes in; `velocity` is at least 1.

    It is known only a moment after it began, at `began_s`. `alone` says that there seems to be one
    voice; where others sound with it, it may be none of theirs.
    """

    time_s: float
    pitch: int
    velocity: int
    began_s: float
    alone: bool = True


@dataclass(frozen=True, slots=True)
class ToneOff:
    """A tone ends."""

    time_s: float
    pitch: int


@dataclass(frozen=True, slots=True)
class ControlTurn:
    """A parameter is set, by whom: ``osc``, ``web``, ``midi``, ``song``, ``file`` or ``memory``."""

    time_s: float
    address: str
    value: float | int | str
    source: str = "osc"


@dataclass(frozen=True, slots=True)
class ControlTouch:
    """A finger is laid on a control of a surface, or a script names one."""

    time_s: float
    address: str


@dataclass(frozen=True, slots=True)
class ClockTick:
    """For whoever leads by a clock a twenty-fourth of a beat has passed.

    `number` counts ticks from a downbeat on, where whoever leads tells it with every one.
    """

    time_s: float
    number: int | None = None


TRANSPORT = ("start", "continue", "stop", "position")


@dataclass(frozen=True, slots=True)
class Transport:
    """Whoever leads by a clock says one of `TRANSPORT`: lets the song start, go on, or stop.

    The tick that follows is the first of the song, or of its going on. ``position`` says where it
    will go on: so many `sixteenths` after its beginning.
    """

    time_s: float
    what: str
    sixteenths: int = 0


PerformerEvent = NoteOn | NoteOff | Pedal
MidiEvent = PerformerEvent | Controller
Gesture = MidiEvent | Attack
ClockEvent = ClockTick | Transport
Tone = ToneOn | ToneOff
SoundEvent = SoundFrame | Tone
"""What is heard in sound, but for attacks."""

InputEvent = Gesture | SoundEvent | ControlTurn | ClockEvent
"""What the engine hears."""

SourceEvent = InputEvent | ProgramChange | ControlTouch
"""What comes in, before it is known what of it steers."""
