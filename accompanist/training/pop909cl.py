"""Truth for pop songs: reviewed chords, metre and key of POP909-CL (Yao et al., 2025; MIT).

Beats are quarter notes from the start of the file. Chords are written there as notes; they are
named by the smallest quality that holds all of them, the lowest note as root where that is
possible and as bass where it is not. Metres that are not whole quarters to a bar are refused.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import mido

from accompanist.music.chord import NO_CHORD, QUALITIES, Chord
from accompanist.music.errors import Refusal
from accompanist.music.key import NO_KEY, Key
from accompanist.music.pitch import parse_pitch_class

POP909_LICENCE = "MIT; POP909, Wang, Chen, Jiang, Zhang, Xu, Dai, Bin and Xia 2020"
POP909CL_LICENCE = "MIT; POP909-CL, Yao, Chen, Dubnov and Berg-Kirkpatrick 2025"

_SIXTHS = ("maj6", "min6")
_CHORD_TRACKS = ("chords", "MIDI 01")


@dataclass(frozen=True, slots=True)
class ChordSpan:
    """A chord from one beat to another."""

    start_beats: float
    end_beats: float
    chord: Chord


@dataclass(frozen=True, slots=True)
class Truth:
    """What a song is: its chords in order, downbeats every `beats_per_bar` from beat 0, and keys.

    `keys` holds the beat from which each key holds; `score` the notes (onset in beats, pitch) that
    other editions of the song can be aligned to.
    """

    beats_per_bar: int
    chords: tuple[ChordSpan, ...]
    keys: tuple[tuple[float, Key], ...]
    score: tuple[tuple[float, int], ...]

    def chord_at(self, beat: float) -> Chord:
        """The chord that sounds at a beat."""
        for span in self.chords:
            if span.start_beats <= beat < span.end_beats:
                return span.chord
        return NO_CHORD

    def key_at(self, beat: float) -> Key:
        """The key at a beat."""
        known = [key for start, key in self.keys if start <= beat]
        return known[-1] if known else NO_KEY


def truth_of(data: Path, piece: str) -> Truth | None:
    """Truth of a song; None when there is none, or its bars are not whole quarters or change.

    Raises
    ------
    Refusal
        If the file cannot be read.
    """
    folder = data / "pop909cl" / "POP909_processed"
    if not folder.is_dir():
        raise Refusal(f"{folder} is missing; unpack pop909cl into {data}")
    path = folder / f"{piece}.mid"
    if not path.is_file():
        return None
    try:
        midi = mido.MidiFile(path)
    except (OSError, ValueError, EOFError) as error:
        raise Refusal(f"{path} is not a MIDI file; unpack pop909cl again") from error
    metres, keys = [], []
    ticks = 0
    for message in midi.tracks[0]:
        ticks += message.time
        if message.type == "time_signature":
            metres.append((message.numerator, message.denominator))
        elif message.type == "key_signature":
            keys.append((ticks / midi.ticks_per_beat, _key(message.key)))
    quarters = {numerator * 4 / denominator for numerator, denominator in metres}
    if len(quarters) != 1 or not (bar := quarters.pop()).is_integer():
        return None
    score = tuple((onset, pitch) for onset, _, pitch in _notes(midi, ("piano",)))
    return Truth(int(bar), _spans(_notes(midi, _CHORD_TRACKS)), tuple(keys), score)


def _notes(midi: mido.MidiFile, names: tuple[str, ...]) -> list[tuple[float, float, int]]:
    """Notes of the tracks so named as (onset, end, pitch) in beats, in order of onset."""
    found: list[tuple[float, float, int]] = []
    for track in midi.tracks:
        if track.name not in names:
            continue
        ticks, down = 0, dict[int, int]()
        for message in track:
            ticks += message.time
            if message.type == "note_on" and message.velocity:
                down.setdefault(message.note, ticks)
            elif message.type in ("note_on", "note_off") and message.note in down:
                began = down.pop(message.note)
                found.append(
                    (began / midi.ticks_per_beat, ticks / midi.ticks_per_beat, message.note)
                )
    return sorted(found)


def _spans(notes: list[tuple[float, float, int]]) -> tuple[ChordSpan, ...]:
    stacks: dict[float, list[tuple[float, int]]] = {}
    for onset, end, pitch in notes:
        stacks.setdefault(onset, []).append((end, pitch))
    onsets = sorted(stacks)
    spans = []
    for place, onset in enumerate(onsets):
        end = max(end for end, _ in stacks[onset])
        if place + 1 < len(onsets):
            end = min(end, onsets[place + 1])
        chord = chord_of(tuple(sorted(pitch for _, pitch in stacks[onset])))
        spans.append(ChordSpan(onset, end, chord))
    return tuple(spans)


@lru_cache(maxsize=4096)
def chord_of(pitches: tuple[int, ...]) -> Chord:
    """Name of notes that sound together: the chord that misses and adds least, bass as root."""
    bass = min(pitches) % 12
    tones = {pitch % 12 for pitch in pitches}

    def unlikeness(chord: Chord) -> tuple[int, bool, bool, int]:
        own = chord.pitch_classes
        return (
            2 * len(tones - own) + len(own - tones),
            chord.root != bass and chord.quality in _SIXTHS,
            chord.root != bass,
            list(QUALITIES).index(chord.quality),
        )

    candidates = [Chord(root, quality) for root in range(12) for quality in QUALITIES]
    named = min(candidates, key=unlikeness)
    return named if named.root == bass else Chord(named.root, named.quality, bass)


def _key(signature: str) -> Key:
    minor = signature.endswith("m")
    tonic = parse_pitch_class(signature.removesuffix("m"))
    return Key(tonic, "minor" if minor else "major")
