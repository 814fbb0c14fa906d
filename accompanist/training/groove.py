"""Human drumming from the Groove MIDI Dataset (Gillick et al., ICML 2019; CC BY 4.0).

A performance becomes sixteenth frames of nine voices: which are hit, how hard (0–1), and how far
from the frame in frames (−.5 to .5), so that feel is kept. A drummer's constant lead over the click
(a tenth of a frame, recording latency among it) is taken out by centring on the beats. The
reduction of the drummer's pads to nine voices is that of the data set's paper. File names tell
style, tempo, beat or fill, and metre; 6/8, 5/8 and metre changes are left out, as too few to learn
from.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import mido
import numpy as np
from numpy.typing import NDArray

from accompanist.music.band import FRAMES_PER_BEAT
from accompanist.music.errors import Refusal
from accompanist.players.drums import VOICES
from accompanist.training.splits import pieces

GROOVE_LICENCE = "CC BY 4.0; Groove MIDI Dataset v1.0, Gillick, Roberts, Engel, Eck and Bamman 2019"

_PADS: dict[str, tuple[int, ...]] = {
    "kick": (36,),
    "snare": (38, 37, 40),
    "closed hat": (42, 22, 44),
    "open hat": (46, 26),
    "low tom": (43, 58),
    "mid tom": (47, 45),
    "high tom": (50, 48),
    "crash": (49, 52, 55, 57),
    "ride": (51, 53, 59),
}
_VOICE_OF_PAD = {pad: VOICES.index(name) for name, pads in _PADS.items() for pad in pads}

_STYLE_OF_GENRE = {
    "rock": "rock",
    "punk": "rock",
    "pop": "pop",
    "country": "pop",
    "dance": "pop",
    "gospel": "pop",
    "soul": "pop",
    "funk": "funk",
    "hiphop": "funk",
    "neworleans": "funk",
    "afrobeat": "funk",
    "jazz": "jazz",
    "blues": "jazz",
    "latin": "latin",
    "afrocuban": "latin",
    "reggae": "latin",
    "highlife": "latin",
    "middleeastern": "latin",
}
_BALLAD_BELOW_BPM = 80.0
_METRES = {"4-4": 4, "3-4": 3}


@dataclass(frozen=True, slots=True)
class Drumming:
    """One performance; hits, velocity and offset are (frames, 9), zero where nothing is hit."""

    piece: str
    style: str
    fill: NDArray[np.bool_]
    beats_per_bar: int
    tempo_bpm: float
    swing: float
    hits: NDArray[np.bool_]
    velocity: NDArray[np.float32]
    offset: NDArray[np.float32]

    def part(self, first: int, last: int) -> "Drumming":
        """The frames from `first` up to `last`, silent where the performance has ended."""

        def cut(values: NDArray[Any]) -> NDArray[Any]:
            short = max(0, last - max(first, len(values)))
            missing = np.zeros((short, *values.shape[1:]), values.dtype)
            return np.concatenate([values[first:last], missing])

        return replace(
            self,
            fill=cut(self.fill),
            hits=cut(self.hits),
            velocity=cut(self.velocity),
            offset=cut(self.offset),
        )


def drumming(data: Path, split: str) -> list[Drumming]:
    """Performances of a split.

    Raises
    ------
    Refusal
        If the files are missing.
    """
    read = [_read(data / "groove", piece) for piece in pieces(data, "groove", split)]
    return [performance for performance in read if performance is not None]


def _read(folder: Path, piece: str) -> Drumming | None:
    _, genre, tempo, kind, metre = Path(piece).stem.split("_")
    if metre not in _METRES:
        return None
    try:
        midi = mido.MidiFile(folder / piece)
    except OSError as error:
        raise Refusal(f"{folder / piece} cannot be read; unpack groove into {folder}") from error
    beats_per_bar = _METRES[metre]
    onsets = _onsets(midi)
    length = 1 + max((round(beat * FRAMES_PER_BEAT) for beat, _, _ in onsets), default=0)
    hits = np.zeros((length, len(VOICES)), bool)
    velocity = np.zeros((length, len(VOICES)), np.float32)
    offset = np.zeros((length, len(VOICES)), np.float32)
    for beat, voice, strength in onsets:
        frame = round(beat * FRAMES_PER_BEAT)
        if strength > velocity[frame, voice]:
            hits[frame, voice] = True
            velocity[frame, voice] = strength
            offset[frame, voice] = beat * FRAMES_PER_BEAT - frame
    offset = _centred(hits, offset)
    style = _style(genre, float(tempo), beats_per_bar)
    swing = swing_of(hits, offset)
    fill = np.full(length, kind == "fill")
    return Drumming(piece, style, fill, beats_per_bar, float(tempo), swing, hits, velocity, offset)


def _centred(hits: NDArray[np.bool_], offset: NDArray[np.float32]) -> NDArray[np.float32]:
    on_beats = offset[::FRAMES_PER_BEAT][hits[::FRAMES_PER_BEAT]]
    lead = float(np.median(on_beats)) if len(on_beats) else 0.0
    return np.where(hits, np.clip(offset - lead, -0.5, 0.5), 0.0).astype(np.float32)


def _onsets(midi: mido.MidiFile) -> list[tuple[float, int, float]]:
    found = []
    for track in midi.tracks:
        ticks = 0
        for message in track:
            ticks += message.time
            if message.type == "note_on" and message.velocity and message.note in _VOICE_OF_PAD:
                beat = ticks / midi.ticks_per_beat
                found.append((beat, _VOICE_OF_PAD[message.note], message.velocity / 127))
    return found


def _style(genre: str, tempo_bpm: float, beats_per_bar: int) -> str:
    if beats_per_bar == 3:
        return "waltz"
    family, _, kind = genre.partition("-")
    if kind == "soft" or (family in ("rock", "pop", "soul") and tempo_bpm < _BALLAD_BELOW_BPM):
        return "ballad"
    return _STYLE_OF_GENRE.get(family, "pop")


def swing_of(hits: NDArray[np.bool_], offset: NDArray[np.float32]) -> float:
    """Mean place in the beat of what is hit around the off-beat eighth; .5 when too little is."""
    frames, voices = np.nonzero(hits)
    places = ((frames + offset[frames, voices]) / FRAMES_PER_BEAT) % 1.0
    around = places[(places > 0.4) & (places < 0.72)]
    return float(np.clip(around.mean(), 0.5, 0.7)) if len(around) >= 8 else 0.5
