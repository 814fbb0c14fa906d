"""The band on the built-in demonstration: present in every bar, in the chord, on the beat."""

from bisect import bisect_right
from itertools import pairwise

import pytest

from accompanist.app.assembly import assemble
from accompanist.app.demonstration import demonstration
from accompanist.app.session import Session
from accompanist.devices.recorded import RecordedInput
from accompanist.devices.settled import settled
from accompanist.music.band import PARTS, BandNote, Played
from accompanist.music.heard import BeatHeard, ChordExpected, ChordHeard

AFTER_PIECE_S = 30.0
BARS_TO_ENTER = 4


class Everything:
    """An observer that keeps all announcements."""

    def __init__(self) -> None:
        self.announced: list = []

    def show(self, announcement) -> None:
        self.announced.append(announcement)


@pytest.fixture(scope="module")
def announced() -> list:
    """All announcements of a session with default controls."""
    events = demonstration()
    seen = Everything()
    session = Session(assemble(), [RecordedInput(events)], observers=[seen])
    session.run_offline(events[-1].time_s + AFTER_PIECE_S)
    return seen.announced


def band_notes(announced) -> list[BandNote]:
    return list(settled(a for a in announced if isinstance(a, Played)))


def bars(announced) -> list[tuple[float, float]]:
    """Start and end of every bar in which the performer played."""
    last_s = demonstration()[-1].time_s
    downbeats = [a.at_s for a in announced if isinstance(a, BeatHeard) and a.downbeat]
    return [(a, b) for a, b in pairwise(downbeats) if b < last_s]


@pytest.mark.parametrize("part", PARTS)
def test_every_part_sounds_in_every_bar_after_the_first_four(announced, part):
    onsets = [(note.on_s, note.off_s) for note in band_notes(announced) if note.part == part]
    silent = [
        index
        for index, (start_s, end_s) in enumerate(bars(announced))
        if index >= BARS_TO_ENTER
        and not any(on_s < end_s - 0.02 and off_s > start_s + 0.02 for on_s, off_s in onsets)
    ]
    assert silent == []


@pytest.mark.parametrize("kind", [ChordHeard, ChordExpected])
def test_nine_in_ten_harmony_notes_are_in_the_chord_announced(announced, kind):
    """Of what is expected at one moment, the last is for the coming beat."""
    last = {a.announced_s: a for a in announced if isinstance(a, kind)}
    chords = sorted(last.values(), key=lambda a: a.at_s)
    starts = [a.at_s for a in chords]
    harmony = [note for note in band_notes(announced) if note.part == "harmony"]
    inside = [
        note.pitch % 12 in chords[bisect_right(starts, note.on_s + 0.03) - 1].chord.pitch_classes
        for note in harmony
    ]
    assert len(inside) > 100
    assert sum(inside) / len(inside) >= 0.9


def test_drums_lie_on_the_grid_of_the_announced_beats(announced):
    """A beat that the performer moves may have drums before it that were already on their way."""
    said = {a.beat: a for a in announced if isinstance(a, BeatHeard)}
    checked = []
    drums = [note for note in band_notes(announced) if note.part == "drums"]
    for note in drums:
        beat = int(note.on_beats // 1)
        if beat not in said or beat + 1 not in said:
            continue
        start_s, period_s = said[beat].at_s, said[beat + 1].at_s - said[beat].at_s
        if abs(period_s * said[beat].tempo_bpm / 60.0 - 1.0) <= 0.03:
            checked.append(abs(note.on_s - start_s - (note.on_beats - beat) * period_s))
    assert len(checked) > 0.8 * len(drums)
    assert max(checked) <= 0.02


def test_beats_are_announced_before_they_sound(announced):
    leads = sorted(a.announced_s - a.at_s for a in announced if isinstance(a, BeatHeard))
    assert leads[len(leads) // 2] <= -0.06
    assert leads[int(len(leads) * 0.95)] <= -0.02
