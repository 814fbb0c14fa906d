"""Slopes, steps, space, overlap and comparisons of takes made by hand."""

from dataclasses import replace

import numpy as np
import pytest

from tests.training.tiny import torch_or_skip

torch_or_skip()

from accompanist.music.band import BandNote  # noqa: E402
from accompanist.music.events import ControlTurn  # noqa: E402
from accompanist.players.style_file import load_styles  # noqa: E402
from accompanist.training.listening_table import Measured  # noqa: E402
from accompanist.training.playing_composite import (  # noqa: E402
    Term,
    comparison_table,
    comparisons,
)
from accompanist.training.playing_controls import (  # noqa: E402
    Neutral,
    control_figures,
    slope_of,
    slope_table,
)
from accompanist.training.playing_dynamics import space_figures, step_figures  # noqa: E402
from accompanist.training.playing_overlap import FEATURES, feature_row, overlap_with  # noqa: E402
from accompanist.training.playing_songs import LEAD_S, four_chords  # noqa: E402
from accompanist.training.playing_takes import SoundedNote  # noqa: E402
from accompanist.training.playing_targets import TARGETS, judged  # noqa: E402
from accompanist.training.playing_trials import control_tables, loop_table  # noqa: E402
from tests.training.played import TRUTH, playing  # noqa: E402


def strokes(beats, pitch=60, velocity=80, part="harmony", chords=TRUTH):
    return [
        SoundedNote(part, float(b), 0.5, pitch, velocity, chords[min(int(b), len(chords) - 1)])
        for b in beats
    ]


def test_more_strokes_a_beat_are_more_onsets_and_sixteenths_lie_off_the_eighths():
    sparse = control_figures(playing(notes=strokes(range(32))))
    dense = control_figures(playing(notes=strokes(np.arange(0, 32, 0.25))))
    assert sparse["onsets per beat"] == pytest.approx(1.0)
    assert dense["onsets per beat"] == pytest.approx(4.0)
    assert (sparse["off the eighths"], dense["off the eighths"]) == (0.0, 0.5)


def test_notes_beyond_the_triad_are_extensions_and_their_strong_beats_wrong():
    sevenths = [replace(n, pitch=60 + (n.chord.root + 11) % 12) for n in strokes(range(32))]
    assert control_figures(playing(notes=sevenths))["extensions"] == 1.0
    assert control_figures(playing(notes=sevenths))["chord tones on strong beats"] == 0.0


def test_what_the_neutral_band_never_does_is_more_surprising():
    usual = [playing(notes=strokes(range(32), 60))]
    neutral = Neutral(usual)
    strange = playing(notes=strokes(np.arange(0.25, 32), 61))
    assert neutral.bits(strange) > neutral.bits(usual[0]) + 1.0


@pytest.mark.parametrize(
    ("means", "monotone"),
    [
        ((1, 2, 3, 4, 5), True),
        ((1, 2, 1.9, 4, 5), True),
        ((1, 3, 2, 4, 5), False),
        ((3, 3, 3, 3, 3), False),
        ((5, 4, 3, 2, 1), False),
    ],
)
def test_a_control_is_monotone_when_it_rises_and_hardly_turns_back(means, monotone):
    slope = slope_of("x", [[{"x": mean} for mean in means]] * 3)
    assert slope.monotone is monotone


def test_a_slope_that_seeds_disagree_on_is_not_shown():
    rising, falling = ([{"x": float(sign * place)} for place in range(5)] for sign in (1.1, -1))
    assert not slope_of("x", [rising, falling, rising, falling]).monotone
    assert slope_of("y", [rising]) is None


def test_slopes_are_printed_with_a_verdict():
    slope = slope_of("onsets per beat", [[{"onsets per beat": float(x)} for x in range(5)]] * 2)
    assert "monotone" in slope_table({"model density": [slope]})


def test_a_band_that_follows_a_step_two_beats_late_takes_two_beats():
    song = four_chords(16)
    notes = strokes(np.arange(0, 34, 0.5), velocity=50) + strokes(
        np.arange(34, 64, 0.5), velocity=80
    )
    taken = playing((TRUTH[0],) * 64, notes, song)
    figures = step_figures(taken, 32, 50.0)
    assert figures["beats to follow"] == 2.0
    assert figures["share of the step"] == pytest.approx(0.58, abs=0.03)


def test_louder_voices_that_come_in_are_no_crescendo():
    song = four_chords(16)
    quiet = strokes(range(64), velocity=50)
    loud = strokes([b for b in range(64) if b >= 32], 36, 110, "drums")
    figures = step_figures(playing((TRUTH[0],) * 64, quiet + loud, song), 32, 50.0)
    assert figures["share of the step"] == 0.0


def test_a_band_that_does_not_follow_never_arrives():
    taken = playing((TRUTH[0],) * 64, strokes(range(64)), four_chords(16))
    assert step_figures(taken, 32, 50.0) == {"share of the step": 0.0, "beats to follow": 16.0}


def test_space_is_filled_where_the_performer_rests():
    busy = "br"
    resting = [beat for beat in range(32) if beat // 4 % 2]
    notes = strokes(range(32)) + strokes([beat + 0.5 for beat in resting])
    figures = space_figures(playing(notes=notes), busy)
    assert figures["bass and harmony, more while resting"] == pytest.approx(1.0)


def test_alike_takes_overlap_and_others_do_not():
    chance = np.random.default_rng(0)
    humans = chance.normal(0.0, 1.0, (40, len(FEATURES)))
    same = overlap_with(humans, chance.normal(0.0, 1.0, (12, len(FEATURES))))
    far = overlap_with(humans, chance.normal(8.0, 1.0, (12, len(FEATURES))))
    halves = overlap_with(humans, None)
    assert same.overlap > 0.8 > 0.2 > far.overlap
    assert far.divergence > same.divergence
    assert halves.overlap_interval[0] <= halves.overlap <= halves.overlap_interval[1] <= 1.0
    assert overlap_with(humans, humans[:3]) is None


def test_features_are_those_of_the_notes():
    row = feature_row(strokes(range(16), 60) + strokes(range(16), 67), 4.0)
    told = dict(zip(FEATURES, row, strict=True))
    assert told["pitches"] == 2
    assert told["pitch range"] == 7
    assert told["onsets per bar"] == 4.0
    assert told["inter-onset beats"] == 1.0
    assert told["notes a stroke"] == 2.0
    assert feature_row(strokes(range(3)), 1.0) is None


@pytest.mark.parametrize(
    ("term", "value", "human", "worth"),
    [
        (Term("x"), 0.7, {}, 0.7),
        (Term("x"), -0.2, {}, 0.0),
        (Term("x", "error", 50.0), 10.0, {}, 0.8),
        (Term("x", "human", 2.0), 1.5, {"x": 2.0}, 0.75),
        (Term("x", "human", 2.0), 1.5, {}, None),
    ],
)
def test_terms_are_worth_what_they_say(term, value, human, worth):
    assert term.of({"x": value}, human) == (None if worth is None else pytest.approx(worth))


def table(**columns):
    return {
        who: Measured({f"song {place}": figures for place, figures in enumerate(rows)}, {})
        for who, rows in columns.items()
    }


def test_the_model_beats_whom_it_beats_on_every_piece_and_is_not_held_against_humans():
    rows = [{"NiC": nic, "coupling": 0.2} for nic in (0.7, 0.75, 0.8)]
    worse = [{"NiC": figures["NiC"] - 0.1} for figures in rows]
    mixed = [{"NiC": nic} for nic in (0.8, 0.65, 0.81)]
    found = comparisons(
        {"harmony, melody alone": table(human=rows, model=rows, single=worse, other=mixed)}
    )
    assert {one.other: one.shown for one in found} == {"single": True, "other": False}
    assert found[0].difference == pytest.approx(0.1)
    assert found[0].figure == "worth of NiC"
    assert "better" in comparison_table(found)


def test_less_surprise_is_better():
    found = comparisons(
        {"drums": table(model=[{"bits per frame": 2.0}] * 2, counts=[{"bits per frame": 3.0}] * 2)}
    )
    assert [(one.figure, one.shown) for one in found] == [("bits per frame", True)]


def test_targets_are_judged_where_they_were_measured_alone():
    rows = [{"NiC": 0.7, "CC": 8.0, "coming chord, nats": 1.0}] * 2
    humans = [{"NiC": 0.8, "CC": 10.0}] * 2
    met = judged({"harmony, melody alone": table(human=humans, model=rows)}, {}, {}, [])
    verdicts = {verdict["figure"]: verdict["met"] for verdict in met}
    assert verdicts == {
        "NiC": True,
        "CC, off human's by": True,
        "coming chord, perplexity": True,
    }


def test_walking_is_judged_by_the_rules_that_walk_in_jazz():
    approaches = {"human": 0.4, "model": 0.0, "understudy": 0.6}
    told = {who: [{"approach notes into changes": share}] * 2 for who, share in approaches.items()}
    (verdict,) = judged({"walking in swing": table(**told)}, {}, {}, [])
    assert verdict["met"]
    assert "bass" not in load_styles()["jazz"].models


def test_a_lock_that_pieces_disagree_on_is_not_met():
    shaky, firm = ([{"kick lock": lock} for lock in locks] for locks in ((0.5, -0.4), (0.5, 0.4)))
    tables = {"bass, melody alone": table(model=shaky), "bass, melody and piano": table(model=firm)}
    assert [verdict["met"] for verdict in judged(tables, {}, {}, [])] == [False, True]


def test_every_part_that_is_measured_has_a_target():
    where = {target.where for target in TARGETS}
    assert {"drums", "controls", "dynamics and space", "no loops", "overlap", "cost"} <= where


class Obeys:
    """An engine whose harmony strikes as often as `density` says, and as hard as `intensity`."""

    def __init__(self, bars):
        self._bars, self._settings, self._said = bars, {}, False

    def hear(self, event):
        if isinstance(event, ControlTurn):
            self._settings[event.address.rpartition("/")[2]] = event.value

    def advance(self, to_s):
        if self._said or to_s < 0.1:
            return []
        self._said = True
        strokes_a_beat = 1 + round(8 * self._settings.get("density", 0.5))
        velocity = 50 + round(50 * self._settings.get("intensity", 0.5))
        period_s = 60.0 / four_chords(1).tempo_bpm
        return [
            BandNote(0.1, number, "harmony", on_s, on_s + 0.1, 0.0, 60, velocity, "model")
            for number in range(4 * self._bars * strokes_a_beat)
            for on_s in [LEAD_S + number * period_s / strokes_a_beat]
        ]


def test_controls_are_told_apart_by_what_they_raise():
    tables, slopes = control_tables(lambda source, seed: (Obeys(16), None), seeds=2)
    found = {slope.figure: slope.monotone for slope in slopes["model density"]}
    assert found["onsets per beat"]
    assert not found["velocity"]
    assert {s.figure: s.monotone for s in slopes["model intensity"]}["velocity"]
    assert tables["control intensity"]["model"].mean["velocity at 1"] == 100.0


def test_five_minutes_of_one_bar_are_a_loop():
    found = loop_table(lambda source, seed: (Obeys(40), None), [], [], length_s=92.0)
    assert found["no loops"]["model"].mean["harmony: eight bars again"] > 0.9
