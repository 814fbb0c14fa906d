"""Committed notes until they are due, as the MIDI messages that an instrument needs.

A note comes as committed, may be cut before its end, and leaves as a note-on and a note-off at
their times; whatever is late leaves at once, in order. Where one note ends when another begins, the
end comes first. Every note-on is followed by a note-off, whatever happens, and that is said again a
little later, since JACK loses what is sent in a cycle that it misses.
"""

import heapq
from collections.abc import Mapping
from itertools import count

from accompanist.devices.ledger import Key, Ledger
from accompanist.devices.midi_messages import NOTE_OFF, NOTE_ON, Message, quieten
from accompanist.music.band import BandNote, NoteCut, Panic, Played

MOST_WAITING = 8192
"""Beginnings and ends of notes that may wait; further notes are dropped and counted."""

REMIND_AFTER_S = 0.1

_END, _BEGINNING, _REMINDER = 0, 1, 2


class Agenda:
    """What is to be played when, for an instrument with a channel a part.

    Attributes
    ----------
    dropped
        Notes that were not played because too many waited.
    """

    def __init__(self, channels: Mapping[str, int]) -> None:
        self.dropped = 0
        self._channels = dict(channels)
        self._ledger = Ledger()
        self._waiting: list[tuple[float, int, int, int]] = []
        self._notes: dict[int, BandNote] = {}
        self._ended: dict[int, Key] = {}
        self._at_once: list[Message] = []
        self._is_panicking = False
        self._order = count()

    def add(self, event: Played) -> None:
        """Take a committed note, a cut, or panic."""
        match event:
            case BandNote():
                self._plan(event)
            case NoteCut():
                self._cut(event)
            case Panic():
                self._forget()
                self._is_panicking = True

    def add_message(self, message: Message) -> None:
        """Have a message sent at once."""
        if len(self._at_once) < MOST_WAITING:
            self._at_once.append(message)

    @property
    def next_s(self) -> float | None:
        """When the next message is due; none while nothing waits."""
        if self._at_once or self._is_panicking:
            return float("-inf")
        return self._waiting[0][0] if self._waiting else None

    def due(self, now_s: float) -> list[Message]:
        """Messages to send now, in order; each is given once."""
        messages = self._silence() if self._is_panicking else []
        messages += self._at_once
        self._at_once = []
        while self._waiting and self._waiting[0][0] <= now_s:
            _, moment, _, note_id = heapq.heappop(self._waiting)
            if moment == _BEGINNING:
                messages += self._begin(note_id)
            elif moment == _END:
                messages += self._end(note_id, now_s)
            else:
                messages += self._remind(note_id)
        return messages

    def release(self) -> list[Message]:
        """Messages after which nothing sounds; all that waited is forgotten."""
        self._forget()
        return self._silence()

    def _forget(self) -> None:
        self._waiting.clear()
        self._notes.clear()
        self._ended.clear()
        self._at_once.clear()

    def _silence(self) -> list[Message]:
        self._is_panicking = False
        messages = [_note_off(key) for key in self._ledger.clear()]
        for channel in self._channels.values():
            messages += quieten(channel)
        return messages

    def _plan(self, note: BandNote) -> None:
        if note.off_s <= note.on_s:
            return
        if len(self._waiting) + 2 > MOST_WAITING:
            self.dropped += 1
            return
        self._notes[note.note_id] = note
        self._wait_for(note.on_s, _BEGINNING, note.note_id)
        self._wait_for(note.off_s, _END, note.note_id)

    def _cut(self, cut: NoteCut) -> None:
        waiting = self._notes.get(cut.note_id)
        if waiting is not None and cut.off_s <= waiting.on_s:
            del self._notes[cut.note_id]
        elif len(self._waiting) < MOST_WAITING:
            self._wait_for(cut.off_s, _END, cut.note_id)

    def _wait_for(self, time_s: float, moment: int, note_id: int) -> None:
        heapq.heappush(self._waiting, (time_s, moment, next(self._order), note_id))

    def _begin(self, note_id: int) -> list[Message]:
        note = self._notes.pop(note_id, None)
        if note is None:
            return []
        key = (self._channels[note.part], note.pitch)
        messages = [_note_off(key)] if self._ledger.strike(note_id, key) else []
        return [*messages, (NOTE_ON | key[0], note.pitch, note.velocity)]

    def _end(self, note_id: int, now_s: float) -> list[Message]:
        key = self._ledger.lift(note_id)
        if key is None:
            return []
        self._ended[note_id] = key
        self._wait_for(now_s + REMIND_AFTER_S, _REMINDER, note_id)
        return [_note_off(key)]

    def _remind(self, note_id: int) -> list[Message]:
        key = self._ended.pop(note_id, None)
        return [] if key is None or self._ledger.sounds(key) else [_note_off(key)]


def _note_off(key: Key) -> Message:
    channel, pitch = key
    return (NOTE_OFF | channel, pitch, 0)
