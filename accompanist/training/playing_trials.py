"""Trials on four chords going round, and on grooves and chords told: tables of all the rest.

Controls, dynamics, space and loops are heard through an engine from melody and piano; a seed of the
band is a case. Drums by themselves and walking lines are played from what is told.
"""

from pathlib import Path

from tqdm import tqdm

from accompanist.inference.model import StreamingModel
from accompanist.players.bass import ModelBass
from accompanist.players.drums import ModelDrums
from accompanist.players.player import Player
from accompanist.players.style_file import load_styles
from accompanist.players.understudy import UnderstudyBass, UnderstudyDrums
from accompanist.training.arrangements import Arrangement
from accompanist.training.controls import Ranks
from accompanist.training.groove import Drumming
from accompanist.training.listening_sets import spread
from accompanist.training.listening_table import Figures
from accompanist.training.playing_bass import walking_figures
from accompanist.training.playing_controls import (
    CONTROLS,
    SETTINGS,
    Neutral,
    Slope,
    control_figures,
    slope_of,
    told_of,
)
from accompanist.training.playing_drums import (
    ALIKE,
    alone,
    groove_alike,
    told_figures,
    understudy_figures,
)
from accompanist.training.playing_dynamics import space_figures, step_figures
from accompanist.training.playing_loops import loop_figures, notes_alike
from accompanist.training.playing_sets import (
    HUMAN,
    MODEL,
    SOURCES,
    UNDERSTUDY,
    ByWho,
    Maker,
    Table,
    measured,
    one_take,
)
from accompanist.training.playing_shape import human_bass_notes, human_harmony_notes
from accompanist.training.playing_songs import four_chords
from accompanist.training.playing_takes import Playing
from accompanist.training.playing_walking import walked, walks
from accompanist.training.splits import pieces

_CONTROL_BARS = 16
_NEUTRAL_SEEDS = 3
_STEP_BARS, _STEP_AT_BAR = 24, 12
_SOFT, _LOUD = 48, 100
_BUSY = "bbbbrr"
_LOOP_S = 300.0
_WALKED_BEATS = 128


def drum_table(
    train: list[Drumming],
    grooves: list[Drumming],
    played: dict[str, list[Drumming]],
    ranks: Ranks,
) -> dict[str, Table]:
    """Humans, baselines, understudy and model on held-out grooves.

    `played` is what `drummers_alone` gives for the same grooves, `ranks` what the model learned
    with.
    """
    found: ByWho = {HUMAN: {g.piece: {ALIKE: groove_alike(g)} for g in grooves}}
    told = told_figures(StreamingModel("drums"), train, grooves, ranks)
    found[MODEL] = told.pop(MODEL)
    found[UNDERSTUDY] = {
        groove.piece: understudy_figures(taken, groove)
        for groove, taken in zip(grooves, played[UNDERSTUDY], strict=True)
    }
    for source in SOURCES:
        for groove, taken in zip(grooves, played[source], strict=True):
            found[source].setdefault(groove.piece, {})[ALIKE] = groove_alike(taken)
    return {"drums": measured({**found, **told})}


def drummers_alone(grooves: list[Drumming]) -> dict[str, list[Drumming]]:
    """What each source plays of its own accord in the style of each groove."""
    players: dict[str, Player] = {
        MODEL: ModelDrums(StreamingModel("drums")),
        UNDERSTUDY: UnderstudyDrums(load_styles()),
    }
    return {who: [alone(player, groove) for groove in grooves] for who, player in players.items()}


def walking_table(data: Path, count: int | None) -> dict[str, Table]:
    """Basses under jazz solos, and ours to the same chords."""
    solos = list(walks(data, spread(pieces(data, "wjd", "val"), count), _WALKED_BEATS))
    basses: dict[str, Player] = {
        MODEL: ModelBass(StreamingModel("bass")),
        UNDERSTUDY: UnderstudyBass(load_styles()),
    }
    found: ByWho = {
        HUMAN: {
            solo.piece: walking_figures(list(solo.line), solo.chords, solo.beats_per_bar)
            for solo in solos
        }
    }
    for who, player in basses.items():
        found[who] = {
            solo.piece: walking_figures(walked(player, solo), solo.chords, solo.beats_per_bar)
            for solo in solos
        }
    return {"walking in swing": measured(found)}


def control_tables(make: Maker, seeds: int) -> tuple[dict[str, Table], dict[str, list[Slope]]]:
    """Every figure of every control at every setting; and slopes by source and control."""
    tables: dict[str, Table] = {}
    slopes: dict[str, list[Slope]] = {}
    by_source = {source: _control_takes(source, make, seeds) for source in SOURCES}
    for control in CONTROLS:
        found: ByWho = {}
        for source, takes in by_source.items():
            by_seed = takes[control]
            figures = list(dict.fromkeys(name for row in by_seed for f in row for name in f))
            found[source] = {
                f"seed {seed}": {
                    f"{name} at {setting:g}": heard[name]
                    for name in told_of(control)
                    for setting, heard in zip(SETTINGS, row, strict=True)
                    if name in heard
                }
                for seed, row in enumerate(by_seed)
            }
            slopes_found = [slope_of(name, by_seed) for name in figures]
            slopes[f"{source} {control}"] = [slope for slope in slopes_found if slope is not None]
        tables[f"control {control}"] = measured(found)
    return tables, slopes


def _control_takes(source: str, make: Maker, seeds: int) -> dict[str, list[list[Figures]]]:
    """Figures by control, seed and setting; the middle setting is heard once for all."""
    song = four_chords(_CONTROL_BARS)

    def heard(seed: int, **settings: float) -> Playing:
        return one_take(song, "both", source, make, seed, dict(settings))

    neutral = Neutral([heard(1000 + seed) for seed in range(_NEUTRAL_SEEDS)])
    found: dict[str, list[list[Figures]]] = {control: [] for control in CONTROLS}
    for seed in tqdm(range(seeds), desc=f"{source}, controls", disable=None, leave=False):
        rest = control_figures(heard(seed), neutral)
        for control in CONTROLS:
            middle = 0.0 if control == "outside" else 0.5
            found[control].append(
                [
                    rest
                    if setting == middle
                    else control_figures(heard(seed, **{control: setting}), neutral)
                    for setting in SETTINGS
                ]
            )
    return found


def dynamics_table(make: Maker, seeds: int) -> dict[str, Table]:
    """A step up, a step down, and busy bars with rests between them."""
    beat = 4 * _STEP_AT_BAR
    found: ByWho = {}
    for source in SOURCES:
        found[source] = {}
        for seed in range(seeds):
            figures: Figures = {}
            for name, first, then in (("louder", _SOFT, _LOUD), ("softer", _LOUD, _SOFT)):
                velocities = (first,) * _STEP_AT_BAR + (then,)
                song = four_chords(_STEP_BARS, velocities=velocities)
                taken = one_take(song, "both", source, make, seed)
                heard = step_figures(taken, beat, then - first)
                figures |= {f"{name}: {what}": value for what, value in heard.items()}
            taken = one_take(four_chords(_STEP_BARS, busy=_BUSY), "both", source, make, seed)
            found[source][f"seed {seed}"] = figures | space_figures(taken, _BUSY)
    return {"dynamics and space": measured(found)}


def loop_table(
    make: Maker,
    songs: list[Arrangement],
    grooves: list[Drumming],
    length_s: float = _LOOP_S,
) -> dict[str, Table]:
    """Five minutes of the same four chords, beside neighbouring bars of human songs and grooves."""
    four = four_chords(1)
    bars = int(length_s * four.tempo_bpm / 60.0 / four.truth.beats_per_bar)
    found: ByWho = {HUMAN: {g.piece: {f"drums: {ALIKE}": groove_alike(g)} for g in grooves}}
    for song in songs:
        parts = {"bass": human_bass_notes(song), "harmony": human_harmony_notes(song)}
        found[HUMAN][song.piece] = {
            f"{part}: {ALIKE}": notes_alike(notes, song) for part, notes in parts.items()
        }
    for source in SOURCES:
        taken = one_take(four_chords(bars), "both", source, make)
        found[source] = {"four chords": loop_figures(taken)}
    return {"no loops": measured(found)}
