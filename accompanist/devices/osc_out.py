"""The band's notes over OSC, for SuperCollider, Pure Data and others that make their own sound.

``/note PART PITCH VELOCITY LENGTH_S ID`` begins a note that ends by itself after its length,
``/off ID`` ends it early or takes it back, ``/hold ID`` has it last until its ``/off`` whatever its
length, ``/beat BEAT TEMPO_BPM`` and ``/chord LABEL`` tell what
is heard. Each goes out at once in a bundle whose time tag says when it is due; with `immediate`
it goes out as a plain message when it is due, for programs that ignore time tags: then it is as
late as the next call of `flush`.
"""

import heapq
import socket
import time
from itertools import count

from accompanist.devices.clock import Clock
from accompanist.devices.errors import DeviceError
from accompanist.dsp.osc_message import bundle, message, time_tag
from accompanist.music.band import BandNote, NoteCut, NoteHeld, Panic, Played

USUAL_LEVEL = 0.8
"""A part at this level keeps its velocities."""

MOST_WAITING = 8192
"""Messages that may wait for their time; further ones are dropped and counted."""

_AFTER_S = 0.01
"""So long after a note begins it may be held, in whatever order messages of one time are taken."""

_ID_MASK = 0x7FFF_FFFF


class OscOut:
    """Sends committed notes, beats and chords to ``HOST:PORT`` over UDP.

    Parameters
    ----------
    destination
        Such as ``127.0.0.1:57120``.
    clock
        The engine's clock.
    immediate
        Send when due, without time tags.

    Attributes
    ----------
    dropped
        Messages that found no room or that the network refused.

    Raises
    ------
    DeviceError
        If the destination makes no sense or its name is unknown.
    """

    def __init__(self, destination: str, clock: Clock, *, immediate: bool = False) -> None:
        family, self._address = _resolved(destination)
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._clock = clock
        self._levels: dict[str, float] = {}
        self._spans_s: dict[int, tuple[float, float]] = {}
        self._held: set[int] = set()
        self.dropped = 0
        self._timetable = _Timetable() if immediate else None

    def send(self, event: Played) -> None:
        """Take a committed event of the band."""
        match event:
            case BandNote():
                self._note(event)
            case NoteCut(note_id=note_id) if note_id in self._spans_s:
                self._off(note_id, event.off_s)
            case NoteHeld(note_id=note_id) if note_id in self._spans_s:
                self._hold(note_id, event.off_s)
            case Panic():
                self._silence()

    def beat(self, beat: int, at_s: float, tempo_bpm: float) -> None:
        """Tell of a beat at its time."""
        self._due(at_s, message("/beat", beat, float(tempo_bpm)))

    def chord(self, label: str) -> None:
        """Tell which chord sounds now."""
        self._due(self._clock.now_s(), message("/chord", label))

    def set_level(self, part: str, level: float) -> None:
        """Scale a part's velocities; 0.8 leaves them as they are."""
        self._levels[part] = level / USUAL_LEVEL

    def flush(self) -> None:
        """Send what is due by now and was waiting for its time."""
        if self._timetable:
            for datagram in self._timetable.due(self._clock.now_s()):
                self._transmit(datagram)

    def close(self) -> None:
        """End every note, then let go of the network."""
        self._silence()
        self.flush()
        self._socket.close()

    def _note(self, note: BandNote) -> None:
        velocity = min(1.0, note.velocity / 127 * self._levels.get(note.part, 1.0))
        length_s = float(note.off_s - note.on_s)
        number = note.note_id & _ID_MASK
        self._forget_ended()
        self._spans_s[note.note_id] = (note.on_s, note.off_s)
        content = message("/note", note.part, note.pitch, float(velocity), length_s, number)
        self._due(note.on_s, content, note.note_id)

    def _hold(self, note_id: int, off_s: float) -> None:
        on_s, _ = self._spans_s[note_id]
        self._spans_s[note_id] = (on_s, off_s)
        if note_id not in self._held:
            self._held.add(note_id)
            due_s = max(self._clock.now_s(), on_s + _AFTER_S)
            self._due(due_s, message("/hold", note_id & _ID_MASK))

    def _off(self, note_id: int, off_s: float) -> None:
        del self._spans_s[note_id]
        self._held.discard(note_id)
        if self._timetable and self._timetable.take_back(note_id, off_s):
            return
        self._due(off_s, message("/off", note_id & _ID_MASK))

    def _silence(self) -> None:
        for note_id in list(self._spans_s):
            self._off(note_id, self._clock.now_s())

    def _forget_ended(self) -> None:
        """Keep only notes that may still sound, so that the memory of them stays small."""
        now_s = self._clock.now_s()
        while self._spans_s:
            oldest = next(iter(self._spans_s))
            _, off_s = self._spans_s[oldest]
            if off_s >= now_s:
                break
            if oldest in self._held:
                self._off(oldest, now_s)
            else:
                del self._spans_s[oldest]

    def _due(self, due_s: float, content: bytes, note_id: int | None = None) -> None:
        if self._timetable:
            self.dropped += not self._timetable.put(due_s, content, note_id)
        else:
            # Time tags are wall clock time by definition; a shift of that clock shifts both sides.
            unix_s = time.time() + due_s - self._clock.now_s()
            self._transmit(bundle(time_tag(unix_s), content))

    def _transmit(self, datagram: bytes) -> None:
        try:
            self._socket.sendto(datagram, self._address)
        except OSError:
            self.dropped += 1


class _Timetable:
    """Messages until they are due."""

    def __init__(self) -> None:
        self._waiting: list[tuple[float, int, bytes, int | None]] = []
        self._order = count()

    def put(self, due_s: float, content: bytes, note_id: int | None) -> bool:
        """Keep a message until it is due; false when too many wait."""
        if len(self._waiting) >= MOST_WAITING:
            return False
        heapq.heappush(self._waiting, (due_s, next(self._order), content, note_id))
        return True

    def take_back(self, note_id: int, from_s: float) -> bool:
        """Drop a note that waits for a time at or after `from_s`; false if there is none."""
        kept = [entry for entry in self._waiting if entry[3] != note_id or entry[0] < from_s]
        found = len(kept) < len(self._waiting)
        if found:
            heapq.heapify(kept)
            self._waiting = kept
        return found

    def due(self, now_s: float) -> list[bytes]:
        """Take out what is due, in order."""
        due = []
        while self._waiting and self._waiting[0][0] <= now_s:
            due.append(heapq.heappop(self._waiting)[2])
        return due


def _resolved(destination: str) -> tuple[socket.AddressFamily, tuple[object, ...]]:
    host, _, port = destination.rpartition(":")
    host = host.strip("[]")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise DeviceError(f"{destination!r} is no OSC address; give one such as 127.0.0.1:57120")
    try:
        found = socket.getaddrinfo(host, int(port), type=socket.SOCK_DGRAM)
    except OSError as error:
        raise DeviceError(f"the host {host} is unknown; give its IP address") from error
    family, _, _, _, address = found[0]
    return family, address
