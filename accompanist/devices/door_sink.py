"""The band through the stage door: committed notes as cues, to every device of the stage.

Each device has its ring, so that none waits for another; one more goes to the stage itself, which
remembers the groove, drives OSC and turns controls and instruments. Nothing here blocks: a full
ring drops the cue and counts it. Notes leave so much before their time as the device takes to
sound.
"""

from accompanist.devices.midi_device import programs_of
from accompanist.devices.midi_messages import message_of
from accompanist.devices.stage_door import (
    CARRY_ON,
    HAS_AUDIO,
    HAS_MIDI,
    KEEPS,
    NEVER,
    PROGRAMS_OF,
    STYLE_SET,
    TO_AUDIO,
    TO_MIDI,
    TO_STAGE,
    StageDoor,
)
from accompanist.dsp import ring
from accompanist.dsp.cue import (
    BEAT,
    CHORD,
    CUT,
    LANES,
    MESSAGE,
    NOTE,
    PERFORM,
    PERFORMER_LANE,
    SETTLE,
    SILENCE,
    STYLE,
    packed,
)
from accompanist.dsp.immediate import PANIC, PLACE_OF, STOP, word_of
from accompanist.dsp.reflex import reflex_table
from accompanist.music.band import BandNote, ControlTaken, NoteCut, NoteHeld, Panic, Played
from accompanist.music.chord import NO_CHORD, Chord
from accompanist.music.events import PerformerEvent
from accompanist.music.heard import BeatHeard, ChordHeard
from accompanist.music.parameter import ROOT, Value
from accompanist.music.parameter_values import ParameterValues
from accompanist.music.parameters import STYLES
from accompanist.music.song import Program, SongBegun

_STEADY_S = 0.01
"""Keys sounded from here come by way of Python: so much later they all are equally late."""

_LABEL_WORDS = ring.WIDTH - 1

_Columns = tuple[int, int, int, int, int, int, int]


class DoorSink:
    """The stage, as the band sees it: a synth that takes everything.

    Parameters
    ----------
    door
        The memory shared with the stage.
    origin_ns
        The steady clock's time at which engine time is 0.
    sounds_performer
        Whether the performer must be sounded from here, since no input of the stage hears them.
    midi_latency_s, audio_latency_s
        What each device takes to sound.

    Attributes
    ----------
    dropped
        Cues that found no room.
    """

    def __init__(
        self,
        door: StageDoor,
        origin_ns: int,
        *,
        sounds_performer: bool = False,
        midi_latency_s: float = 0.0,
        audio_latency_s: float = 0.0,
    ) -> None:
        self.dropped = 0
        self._door = door
        self._origin_ns = origin_ns
        self._sounds_performer = sounds_performer
        self._lead_ns = {
            TO_MIDI: round(midi_latency_s * 1e9),
            TO_AUDIO: round(audio_latency_s * 1e9),
            TO_STAGE: 0,
        }
        self._reflex = "off"
        self._sends_programs = False
        self._chord: Chord = NO_CHORD

    def send(self, event: Played) -> None:
        """Take a committed event of the band."""
        match event:
            case BandNote():
                self._note(event)
            case NoteCut() | NoteHeld():
                holds = int(isinstance(event, NoteHeld))
                cut_ns = self._ns(event.off_s)
                for to in self._devices():
                    lane = LANES.index(event.part)
                    off_ns = cut_ns - self._lead_ns[to]
                    self._push(to, CUT, (lane, holds, 0, event.note_id + 1, off_ns, off_ns, 0))
            case Panic():
                for part in LANES:
                    self._door.cancel(part)
                for to in self._devices():
                    self._push(to, SILENCE, (0, 0, 0, 0, 0, 0, 0))

    def perform(self, event: PerformerEvent) -> None:
        """Sound an event of the performer, where nobody else does."""
        if self._sounds_performer:
            message = packed(message_of(event))
            time_ns = self._ns(event.time_s + _STEADY_S)
            self._push(TO_AUDIO, PERFORM, (PERFORMER_LANE, message, 0, 0, time_ns, 0, 0))

    def set_level(self, part: str, level: float) -> None:
        """Leave it to the stage, which knows every level: it is told how controls stand."""

    def settle(self, values: ParameterValues) -> None:
        """Tell the stage how every control stands that it obeys at once."""
        for parameter, value in values:
            self._settle(parameter.address, value)

    def set_style(self, style: str, at_s: float) -> None:
        """Take up the instruments of a style, for the notes that begin from then on."""
        at_ns = self._ns(at_s)
        self._door.tell(STYLE_SET, STYLES.index(style) + 1)
        row = (0, STYLES.index(style), 0, 0, at_ns - self._lead_ns[TO_AUDIO], 0, 0)
        self._push(TO_STAGE, STYLE, row)
        self._follow_style(at_ns - self._lead_ns[TO_MIDI])

    def show(self, announcement: object) -> None:
        """Tell the stage what it needs to go on by itself, and what surfaces of sound show."""
        match announcement:
            case ChordHeard():
                self._push(TO_STAGE, CHORD, _label(announcement.chord.label))
                self._chord = announcement.chord
                self._set_reflex()
            case SongBegun(programs=programs) if self._door.told(HAS_MIDI):
                for program in programs:
                    self._send_program(program)
            case ControlTaken(address=address) if address == f"{ROOT}/reflex":
                self._reflex = str(announcement.value)
                self._set_reflex()
            case ControlTaken(address=address) if address == f"{ROOT}/midi_programs":
                self._sends_programs = bool(announcement.value)
                self._follow_style()
            case ControlTaken(address=address) if address == f"{ROOT}/carry_on":
                self._door.tell(CARRY_ON, int(announcement.value))
            case ControlTaken(address=address, value=1) if address == f"{ROOT}/keep":
                self._door.tell(KEEPS, self._door.told(KEEPS) + 1)
            case ControlTaken(address=address, value=value):
                self._settle(address, value)

    def beat(
        self, heard: BeatHeard, place: int, beats_per_bar: int, *, grooving: bool, plays: bool
    ) -> None:
        """Tell the stage where a beat falls, and whether the band plays (its groove) on it."""
        period_ns = round(60e9 / heard.tempo_bpm)
        at_ns = self._ns(heard.at_s)
        row = (place, beats_per_bar, int(grooving), heard.beat, at_ns, period_ns, int(plays))
        self._push(TO_STAGE, BEAT, row)

    def close(self) -> None:
        """Leave everything to the stage, which ends what sounds."""
        self._door.tell(CARRY_ON, 0)

    def _note(self, note: BandNote) -> None:
        lane = LANES.index(note.part)
        on_ns, off_ns = self._ns(note.on_s), self._ns(note.off_s)
        generation = int(self._door.generations[lane])
        for to in self._devices():
            lead_ns = self._lead_ns[to]
            times = (on_ns - lead_ns, off_ns - lead_ns)
            about = (lane, note.pitch, note.velocity, note.note_id + 1)
            self._push(to, NOTE, (*about, *times, generation))

    def _send_program(self, program: Program) -> None:
        channel = program.channel - 1
        messages: list[tuple[int, ...]] = []
        if program.bank is not None:
            msb, lsb = divmod(program.bank, 128)
            messages = [(0xB0 | channel, 0, msb), (0xB0 | channel, 32, lsb)]
        for message in (*messages, (0xC0 | channel, program.program - 1)):
            self._say(message)

    def _follow_style(self, at_ns: int = 0) -> None:
        """Send the programs of the present style from then on, or at once, if they are wanted."""
        style = self._door.told(STYLE_SET)
        if self._sends_programs and style != self._door.told(PROGRAMS_OF):
            self._door.tell(PROGRAMS_OF, style)
            if self._door.told(HAS_MIDI):
                for message in programs_of(style):
                    self._say(message, at_ns)

    def _say(self, message: tuple[int, ...], at_ns: int = 0) -> None:
        self._push(TO_MIDI, MESSAGE, (0, packed(message), 0, 0, at_ns, 0, 0))

    def _devices(self) -> list[int]:
        devices = [TO_STAGE]
        if self._door.told(HAS_MIDI):
            devices.append(TO_MIDI)
        if self._door.told(HAS_AUDIO):
            devices.append(TO_AUDIO)
        return devices

    def _set_reflex(self) -> None:
        self._door.reflex[:] = reflex_table(self._reflex, self._chord.pitch_classes)

    def _settle(self, address: str, value: Value) -> None:
        place = PLACE_OF.get(address)
        if place is not None and place not in (PANIC, STOP):
            self._push(TO_STAGE, SETTLE, (0, place, word_of(place, value), 0, 0, 0, 0))

    def _push(self, to: int, kind: int, columns: _Columns) -> None:
        self.dropped += not ring.push(self._door.rings[to], (kind, *columns))

    def _ns(self, time_s: float) -> int:
        return min(self._origin_ns + round(time_s * 1e9), NEVER)


def _label(label: str) -> _Columns:
    """Lay the bytes of a chord's label into a row's columns."""
    padded = label.encode()[: 8 * _LABEL_WORDS].ljust(8 * _LABEL_WORDS, b"\0")
    words = [int.from_bytes(padded[at : at + 8], "little") for at in range(0, len(padded), 8)]
    a, b, c, d, e, f, g = words
    return a, b, c, d, e, f, g


def label_of(columns: tuple[int, ...]) -> str:
    """Read a chord's label off a row's columns after its kind."""
    return b"".join(word.to_bytes(8, "little") for word in columns).rstrip(b"\0").decode()
