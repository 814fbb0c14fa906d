"""The learned drummer, with the shipped model."""

import pytest

from accompanist.music.parameters import STYLES
from accompanist.players.drums import PITCHES
from tests.players.frames import frame
from tests.players.learned import drummer, play, song_frames, steadily_rising

SEEDS = (1, 2, 3, 4)


def bars_with(bars, **changes):
    """What the drummer plays with several seeds."""
    return [
        note for seed in SEEDS for note in play(drummer(), song_frames(bars, seed=seed, **changes))
    ]


def test_the_same_seed_plays_the_same_groove():
    assert play(drummer(), song_frames(4, seed=7)) == play(drummer(), song_frames(4, seed=7))


def test_another_seed_plays_another_groove():
    assert play(drummer(), song_frames(4, seed=7)) != play(drummer(), song_frames(4, seed=8))


def test_state_put_back_plays_the_same_notes_again():
    player, frames = drummer(), song_frames(4)
    play(player, frames[:24])
    remembered = player.state
    first = play(player, frames[24:])
    player.state = remembered
    assert first
    assert play(player, frames[24:]) == first


def test_reset_forgets_the_groove():
    player = drummer()
    first = play(player, song_frames(2))
    player.reset()
    assert play(player, song_frames(2)) == first


@pytest.mark.parametrize("style", STYLES)
def test_every_bar_of_every_style_has_a_kick(style):
    per_bar = 3 if style == "waltz" else 4
    notes = play(drummer(), song_frames(8, beats_per_bar=per_bar, style=style))
    kicked = {int(note.onset_beats + 0.25) // per_bar for note in notes if note.pitch == 36}
    assert len(kicked) >= 7


def test_snare_falls_on_the_backbeat_of_rock():
    notes = bars_with(8, style="rock")
    snares = [round(note.onset_beats) % 4 for note in notes if note.pitch == 38 and strong(note)]
    assert sum(beat in (1, 3) for beat in snares) > 0.8 * len(snares)


def strong(note):
    return note.velocity >= 80 and abs(note.onset_beats - round(note.onset_beats)) < 0.12


def test_each_hit_lies_within_half_a_sixteenth_of_its_frame():
    player = drummer()
    for each in song_frames(8, style="jazz", swing=0.66):
        for note in player.play(each):
            assert abs(note.onset_beats * 4 - each.index) < 0.5
            assert 1 <= note.velocity <= 127
            assert note.pitch in PITCHES
            assert (note.part, note.source) == ("drums", "model")


def test_more_density_means_more_hits():
    counts = [len(bars_with(8, density=density)) for density in (0.0, 0.5, 1.0)]
    assert steadily_rising(counts)
    assert counts[2] > 1.5 * counts[0]


def test_more_intensity_means_harder_hits():
    means = []
    for intensity in (0.0, 0.5, 1.0):
        notes = bars_with(8, intensity=intensity)
        means.append(sum(note.velocity for note in notes) / len(notes))
    assert steadily_rising(means)
    assert means[2] > means[0] + 20


def test_a_fill_brings_in_toms_or_more_snare():
    def fill_hits(section):
        total = 0
        for seed in range(12):
            frames = song_frames(8, seed=seed)
            last = [frame(index=each.index, seed=seed, section=section) for each in frames[-8:]]
            notes = play(drummer(), [*frames[:-8], *last])
            total += sum(
                note.pitch in (38, 43, 47, 50) for note in notes if note.onset_beats >= 29.8
            )
        return total

    assert fill_hits("fill") > 1.5 * fill_hits("groove")
