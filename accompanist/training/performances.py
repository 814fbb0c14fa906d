"""Performances with annotated beats, as the listener is trained and judged on them.

Times are seconds of the file. A performance has note arrays in order of onset, beats with their
downbeats, and, where the set has them, keys and chords as spans. Sets are read from the unpacked
archives.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import mido
import numpy as np
from numpy.typing import NDArray

from accompanist.music.errors import Refusal
from accompanist.music.events import NoteOff, NoteOn, Pedal, PerformerEvent

MELODY, BRIDGE, PIANO = 0, 1, 2
_SUSTAIN = 64
_WRITTEN_TICKS_PER_BEAT = 10_000


@dataclass(frozen=True, slots=True)
class Notes:
    """Notes in order of onset: parallel arrays; `role` tells the tracks of a set apart."""

    on_s: NDArray[np.float64]
    off_s: NDArray[np.float64]
    pitch: NDArray[np.int64]
    velocity: NDArray[np.int64]
    role: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.on_s)

    def only(self, keep: NDArray[np.bool_]) -> "Notes":
        """The notes for which `keep` is true."""
        return Notes(
            self.on_s[keep],
            self.off_s[keep],
            self.pitch[keep],
            self.velocity[keep],
            self.role[keep],
        )


@dataclass(frozen=True, slots=True)
class Span:
    """A label that holds from `start_s` to `end_s`."""

    start_s: float
    end_s: float
    label: str


@dataclass(frozen=True, slots=True)
class Performance:
    """What was played, and what is true of it.

    Attributes
    ----------
    changes_s
        Moments from which the beat has to be found anew: a tempo jump, the end of a ramp or a rest.
    rests_s
        Start and end of the rests within, the end being the beat on which the player comes in.
    length_s
        How long there is to listen, where that is longer than the notes go on.
    sound_s
        From when to when there is sound, where it is that which is heard and not notes.
    """

    name: str
    notes: Notes
    beats_s: NDArray[np.float64]
    downbeats: NDArray[np.bool_]
    pedals: tuple[Pedal, ...] = ()
    keys: tuple[Span, ...] = ()
    chords: tuple[Span, ...] = ()
    changes_s: tuple[float, ...] = ()
    rests_s: tuple[tuple[float, float], ...] = ()
    length_s: float = 0.0
    sound_s: tuple[float, float] | None = None

    @property
    def played_s(self) -> tuple[float, float] | None:
        """From when to when somebody plays: to the end of the last note; none where nobody does."""
        if self.sound_s is not None or not len(self.notes):
            return self.sound_s
        return float(self.notes.on_s[0]), float(self.notes.off_s.max())

    def events(self) -> list[PerformerEvent]:
        """What the performer's instrument sends, in order of time."""
        notes = self.notes
        events: list[PerformerEvent] = list(self.pedals)
        for on_s, off_s, pitch, velocity, role in zip(
            notes.on_s, notes.off_s, notes.pitch, notes.velocity, notes.role, strict=True
        ):
            events.append(NoteOn(float(on_s), int(pitch), int(velocity), int(role)))
            events.append(NoteOff(float(off_s), int(pitch), int(role)))
        return sorted(events, key=lambda event: (event.time_s, isinstance(event, NoteOn)))


def notes_from(rows: list[tuple[float, float, int, int, int]]) -> Notes:
    """Notes of (on_s, off_s, pitch, velocity, role) rows, in any order."""
    rows = sorted(rows)
    columns = list(zip(*rows, strict=True)) if rows else [(), (), (), (), ()]
    return Notes(
        np.array(columns[0], np.float64),
        np.array(columns[1], np.float64),
        np.array(columns[2], np.int64),
        np.array(columns[3], np.int64),
        np.array(columns[4], np.int64),
    )


@dataclass(frozen=True, slots=True)
class MidiNotes:
    """Notes of one MIDI file by track, with its tempo map and other facts."""

    notes: Notes
    pedals: tuple[Pedal, ...]
    track_names: tuple[str, ...]
    meta: tuple[tuple[float, mido.MetaMessage], ...]


def read_midi(path: Path) -> MidiNotes:
    """Read a file; a note's role is its track's number.

    Raises
    ------
    Refusal
        If it is missing or not a MIDI file.
    """
    try:
        midi = mido.MidiFile(path, clip=True)
    except (OSError, EOFError, ValueError, KeyError) as error:
        raise Refusal(f"{path} cannot be read; unpack the data set again") from error
    seconds = _tempo_map(midi)
    rows: list[tuple[float, float, int, int, int]] = []
    pedals: list[Pedal] = []
    meta: list[tuple[float, mido.MetaMessage]] = []
    for number, track in enumerate(midi.tracks):
        open_notes: dict[tuple[int, int], tuple[float, int]] = {}
        tick = 0
        for message in track:
            tick += message.time
            now_s = seconds(tick)
            if message.is_meta:
                meta.append((now_s, message))
            elif message.type in ("note_on", "note_off"):
                key = message.channel, message.note
                if key in open_notes:
                    on_s, velocity = open_notes.pop(key)
                    rows.append((on_s, now_s, message.note, velocity, number))
                if message.type == "note_on" and message.velocity:
                    open_notes[key] = now_s, message.velocity
            elif message.type == "control_change" and message.control == _SUSTAIN:
                pedals.append(Pedal(now_s, message.value >= 64, number))
    names = tuple(track.name for track in midi.tracks)
    return MidiNotes(notes_from(rows), tuple(pedals), names, tuple(meta))


def write_midi(performance: Performance, path: Path) -> None:
    """Write what was played to a MIDI file, its seconds kept to a twentieth of a millisecond.

    The file's tempo is a nominal 120 BPM and says nothing of the beat.
    """
    track = mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=500_000)])
    tick = 0
    for event in performance.events():
        at = round(event.time_s * 2 * _WRITTEN_TICKS_PER_BEAT)
        track.append(_message(event).copy(time=at - tick))
        tick = at
    midi = mido.MidiFile(ticks_per_beat=_WRITTEN_TICKS_PER_BEAT)
    midi.tracks.append(track)
    midi.save(path)


def _message(event: PerformerEvent) -> mido.Message:
    if isinstance(event, NoteOn):
        return mido.Message(
            "note_on", note=event.pitch, velocity=event.velocity, channel=event.channel
        )
    if isinstance(event, NoteOff):
        return mido.Message("note_off", note=event.pitch, channel=event.channel)
    value = 127 if event.down else 0
    return mido.Message("control_change", control=_SUSTAIN, value=value, channel=event.channel)


class _TempoMap:
    def __init__(self, ticks: list[int], times_s: list[float], per_tick_s: list[float]) -> None:
        self._ticks, self._times_s, self._per_tick_s = ticks, times_s, per_tick_s

    def __call__(self, tick: int) -> float:
        i = int(np.searchsorted(self._ticks, tick, side="right")) - 1
        return self._times_s[i] + (tick - self._ticks[i]) * self._per_tick_s[i]


def _tempo_map(midi: mido.MidiFile) -> _TempoMap:
    changes: list[tuple[int, int]] = [(0, 500_000)]
    for track in midi.tracks:
        tick = 0
        for message in track:
            tick += message.time
            if message.type == "set_tempo":
                changes.append((tick, message.tempo))
    changes.sort(key=lambda change: change[0])
    ticks, times_s, per_tick_s = [0], [0.0], [0.5 / midi.ticks_per_beat]
    for tick, tempo in changes:
        times_s.append(times_s[-1] + (tick - ticks[-1]) * per_tick_s[-1])
        ticks.append(tick)
        per_tick_s.append(tempo / 1e6 / midi.ticks_per_beat)
    return _TempoMap(ticks, times_s, per_tick_s)


def read_groove(data: Path, pieces: list[str]) -> Iterator[Performance]:
    """Human drumming on its click: beats lie on the file's own grid."""
    for piece in pieces:
        midi = read_midi(data / "groove" / piece)
        tempo = next(m.tempo for _, m in midi.meta if m.type == "set_tempo")
        signature = next((m for _, m in midi.meta if m.type == "time_signature"), None)
        if len(midi.notes) < 16 or signature is None or signature.denominator != 4:
            continue
        period_s = tempo / 1e6
        count = int(midi.notes.on_s[-1] / period_s) + 2
        beats_s = np.arange(count) * period_s
        yield Performance(piece, midi.notes, beats_s, np.arange(count) % signature.numerator == 0)


def read_asap(data: Path, pieces: list[str]) -> Iterator[Performance]:
    """Classical piano performances with annotated beats; for evaluation only."""
    for piece in pieces:
        path = data / "asap" / piece
        midi = read_midi(path)
        annotations = path.with_name(f"{path.stem}_annotations.txt")
        beats: list[tuple[float, bool]] = []
        for line in annotations.read_text(encoding="utf-8").splitlines():
            time_s, _, label = line.split("\t")
            beats.append((float(time_s), label.startswith("db")))
        notes = midi.notes
        one_role = Notes(notes.on_s, notes.off_s, notes.pitch, notes.velocity, notes.role * 0)
        pedals = tuple(Pedal(pedal.time_s, pedal.down) for pedal in midi.pedals)
        yield Performance(
            piece,
            one_role,
            np.array([time_s for time_s, _ in beats]),
            np.array([downbeat for _, downbeat in beats]),
            pedals,
        )
