"""Where the band is and what chart it goes by, asked of all who know a part of it."""

from collections.abc import Mapping

from accompanist.listening.listener import Listener
from accompanist.music.chord import Chord
from accompanist.music.parameter_values import ParameterValues
from accompanist.music.whereabouts import Whereabouts
from accompanist.players.style import Style, section_bars
from accompanist.scheduler.form import Chart, Form

ENDLESS_BARS = 1 << 20


def whereabouts_of(
    now_s: float,
    listener: Listener,
    form: Form,
    parameters: ParameterValues,
    *,
    band_chord: Chord,
    next_note_id: int,
    seed: int,
    song: tuple[int, int],
) -> Whereabouts:
    """The place in the piece at `now_s`."""
    beat, last_onset_s = listener.last_beat, listener.last_onset_s
    return Whereabouts(
        now_s=now_s,
        state=listener.state,
        beat=beat.beat if beat else -1,
        at_s=beat.at_s if beat else 0.0,
        bar=beat.bar if beat else -1,
        beat_in_bar=listener.beat_in_bar(beat.beat) if beat else 0,
        beats_per_bar=listener.metre.beats_per_bar,
        tempo_bpm=listener.tempo_bpm,
        confidence=beat.confidence if beat else 0.0,
        swing=listener.feel.swing,
        resting_s=0.0 if last_onset_s is None else max(now_s - last_onset_s, 0.0),
        key=listener.harmony.key.name,
        chord=listener.harmony.chord.label,
        chord_confidence=min(listener.harmony.chord_confidence, 1.0),
        band_chord=band_chord.label,
        form_state=form.state,
        form_bar=form.bar,
        section=form.section or "",
        requested=form.requested,
        parameters=tuple((p.address, value) for p, value in parameters),
        next_note_id=next_note_id,
        seed=seed,
        counting=listener.lead.counting,
        song=song[0],
        song_shift=song[1],
    )


def turn_bars(values: ParameterValues) -> int:
    """How many bars a turn has while performer and band trade; 0 while they do not."""
    bars, _, _ = str(values["trade"]).partition(" ")
    return int(bars) if bars.isdecimal() else 0


def chart_of(
    values: ParameterValues, styles: Mapping[str, Style], beats_per_bar: int, *, led: bool
) -> Chart:
    """What the form goes by, as it is set now, in bars of so many beats.

    A turn in which the performer listens is no silence that ends the piece, nor is any silence in a
    song that is `led`.
    """
    style = str(values["style"])
    intro, ending = (
        section_bars(styles, style, beats_per_bar, section) for section in ("intro", "ending")
    )
    patience = ENDLESS_BARS if led else int(values["ending_bars"]) + turn_bars(values)
    return Chart(
        style,
        str(values["variation"]),
        patience,
        intro,
        ending,
        by_itself=values["start_with"] != "button",
    )
