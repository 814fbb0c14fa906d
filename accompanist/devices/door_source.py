"""The performer through the stage door: what the stage's inputs heard, as events of the engine.

Rows carry the time at which the input came in, by the machine's steady clock; what the devices add
on the way in is taken off. A row stamped within the period that JACK is just filling lies a little
ahead, and is given when its time has come.
"""

from collections import deque

import numpy as np

from accompanist.devices.midi_messages import SYSTEM, any_event_of, clock_event_of
from accompanist.devices.note_echo import NoteEcho
from accompanist.devices.stage_door import CLOCK_IN, FROM_AUDIO, FROM_MIDI, StageDoor
from accompanist.dsp import ring
from accompanist.dsp.cue import ATTACK, KIND, ON_NS, PERFORM, A, unpacked
from accompanist.music.events import Attack, SourceEvent

MOST_AHEAD = 4096

_THOUSAND = 1000.0


class DoorSource:
    """A `Source` of the performer's keys, pedals and strokes, and of a clock that is followed.

    Parameters
    ----------
    door
        Where the stage leaves what it hears.
    origin_ns
        The steady clock's time at which engine time is 0.
    midi_latency_s, audio_latency_s
        What the devices take to hear.
    echo
        Judges what is heard in sound, where the band's own notes may come back in it.
    """

    def __init__(
        self,
        door: StageDoor,
        origin_ns: int,
        midi_latency_s: float = 0.0,
        audio_latency_s: float = 0.0,
        echo: NoteEcho | None = None,
    ) -> None:
        self._door = door
        self._echo = echo
        self._rings = {FROM_MIDI: door.rings[FROM_MIDI], FROM_AUDIO: door.rings[FROM_AUDIO]}
        self._origins_ns = {
            FROM_MIDI: origin_ns + round(midi_latency_s * 1e9),
            FROM_AUDIO: origin_ns + round(audio_latency_s * 1e9),
        }
        self._row = np.zeros(ring.WIDTH, np.int64)
        self._waiting: deque[SourceEvent] = deque(maxlen=MOST_AHEAD)

    def take(self, until_s: float) -> tuple[SourceEvent, ...]:
        """Events not given yet that came in at or before `until_s`; never blocks."""
        for number, words in self._rings.items():
            for _ in range(ring.waiting(words)):
                ring.pop_into(words, self._row)
                event = self._event(self._origins_ns[number])
                if event is not None:
                    self._waiting.append(event)
        taken = tuple(event for event in self._waiting if event.time_s <= until_s)
        for _ in range(len(self._waiting)):
            event = self._waiting.popleft()
            if event.time_s > until_s:
                self._waiting.append(event)
        return taken

    def _event(self, origin_ns: int) -> SourceEvent | None:
        kind, said = int(self._row[KIND]), int(self._row[A])
        time_s = (int(self._row[ON_NS]) - origin_ns) / 1e9
        if kind == PERFORM:
            message = unpacked(said)
            if message[0] < SYSTEM:
                return any_event_of(list(message), time_s)
            return clock_event_of(message, time_s) if self._door.told(CLOCK_IN) else None
        if kind != ATTACK:
            return None
        attack = Attack(time_s, said / _THOUSAND)
        return self._echo.judged(attack) if self._echo else attack
