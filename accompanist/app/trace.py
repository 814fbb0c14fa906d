"""What the ear made of a performance, kept to be drawn: what was played, announced, and weighed."""

from dataclasses import dataclass, field

from accompanist.engine import Announcement
from accompanist.listening.listener import Listener
from accompanist.music.events import (
    PERCUSSION_CHANNEL,
    Attack,
    InputEvent,
    NoteOff,
    NoteOn,
    PerformerEvent,
    SoundFrame,
)
from accompanist.music.heard import BeatHeard, ChordHeard, KeyHeard, StateHeard


@dataclass(frozen=True, slots=True)
class Played:
    """A note of the performer; a drum lasts no time."""

    on_s: float
    off_s: float
    pitch: int
    velocity: int
    drum: bool


@dataclass(frozen=True, slots=True)
class Weighed:
    """A reading of the beat held at `time_s`: its tempo, where it has its beat, its weight 0–1."""

    time_s: float
    tempo_bpm: float
    beat_s: float
    weight: float


@dataclass
class Trace:
    """A monitor, an observer and a clerk of a session, who asks the listener now and then."""

    notes: list[Played] = field(default_factory=list)
    attacks: list[Attack] = field(default_factory=list)
    frames: list[SoundFrame] = field(default_factory=list)
    beats: list[BeatHeard] = field(default_factory=list)
    chords: list[ChordHeard] = field(default_factory=list)
    keys: list[KeyHeard] = field(default_factory=list)
    states: list[StateHeard] = field(default_factory=list)
    weighed: list[Weighed] = field(default_factory=list)
    beat_in_sound: list[tuple[float, float]] = field(default_factory=list)
    end_s: float = 0.0
    _down: dict[tuple[int, int], NoteOn] = field(default_factory=dict)

    def perform(self, event: PerformerEvent) -> None:
        """Take an event of the performer; a key struck again ends what it sounded."""
        self.end_s = max(self.end_s, event.time_s)
        if not isinstance(event, NoteOn | NoteOff):
            return
        key = (event.channel, event.pitch)
        began = self._down.pop(key, None)
        if began is not None:
            drum = began.channel == PERCUSSION_CHANNEL
            until_s = began.time_s if drum else event.time_s
            self.notes.append(Played(began.time_s, until_s, began.pitch, began.velocity, drum))
        if isinstance(event, NoteOn):
            self._down[key] = event

    def hear(self, event: InputEvent, _heard_s: float) -> None:
        """Take what is heard of sound; no more."""
        if isinstance(event, Attack):
            self.attacks.append(event)
        elif isinstance(event, SoundFrame):
            self.frames.append(event)
            self.end_s = max(self.end_s, event.time_s)

    def show(self, announcement: Announcement) -> None:
        """Take what is announced of beats, chords, keys and the state of the ear; no more."""
        match announcement:
            case BeatHeard():
                self.beats.append(announcement)
            case ChordHeard():
                self.chords.append(announcement)
            case KeyHeard():
                self.keys.append(announcement)
            case StateHeard():
                self.states.append(announcement)

    def ask(self, listener: Listener, now_s: float) -> None:
        """Keep the readings of the beat that the listener weighs now, and its beats in sound."""
        known_s = self.beat_in_sound[-1][0] if self.beat_in_sound else -1.0
        self.beat_in_sound += [sense for sense in listener.beat_in_sound if sense[0] > known_s]
        self.weighed += [
            Weighed(now_s, 60.0 / pulse.period_s, pulse.beat_s, pulse.confidence)
            for pulse in listener.hypotheses
        ]
