"""Learned players with the shipped models, and ways to let them play some bars."""

from dataclasses import replace
from functools import cache
from itertools import pairwise

from accompanist.inference.model import StreamingModel
from accompanist.music.band import PlannedNote
from accompanist.music.chord import Chord
from accompanist.players.bass import ModelBass
from accompanist.players.drums import ModelDrums
from accompanist.players.harmony import ModelHarmony
from tests.players.frames import frame

SONG = (Chord(0), Chord(7), Chord(9, "min"), Chord(5))
"""One chord a bar: C, G, A minor, F."""


@cache
def model(name):
    return StreamingModel(name)


def drummer():
    return ModelDrums(model("drums"))


def bassist():
    return ModelBass(model("bass"))


def comper():
    return ModelHarmony(model("harmony"))


def song_frames(bars, beats_per_bar=4, **changes):
    """Frames of the song, each expecting the chord of a beat later."""
    bar = 4 * beats_per_bar
    return [
        frame(
            **{
                "index": index,
                "beats_per_bar": beats_per_bar,
                "chord": SONG[index // bar % 4],
                "next_chord": SONG[(index + 4) // bar % 4],
                **changes,
            }
        )
        for index in range(bars * bar)
    ]


def play(player, frames) -> list[PlannedNote]:
    """All notes of a player over some frames."""
    return [note for each in frames for note in player.play(each)]


def play_together(players, frames) -> list[PlannedNote]:
    """All notes of several players who hear each other."""
    played: list[PlannedNote] = []
    for each in frames:
        for player in players:
            played += player.play(replace(each, ensemble=tuple(played[-64:])))
    return played


def steadily_rising(values):
    return all(later > earlier for earlier, later in pairwise(values))
