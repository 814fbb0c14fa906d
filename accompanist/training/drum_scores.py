"""How well drums are foretold: bits, the next bar, lateness and loudness, beside simple baselines.

All on held-out grooves (not on fills alone), frame by frame with the true past. Bits are per frame
of nine voices. The next bar's F1 counts a hit as right in its own sixteenth and voice; whoever
gives chances rather than hits is cut at `THRESHOLD`, which served baselines and model alike on
training pieces. Lateness (ms) and velocity (of 127) are mean absolute errors over hits that the
bar before had too.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accompanist.inference.model import StreamingModel
from accompanist.players.drums import VOICES, played_row
from accompanist.players.encoding import USUAL_BARS, History, bar_frames
from accompanist.training.controls import Ranks
from accompanist.training.crops import Example, excerpt
from accompanist.training.drum_examples import example
from accompanist.training.groove import Drumming

THRESHOLD = 0.4
ROLLOUTS = 6

Bars = NDArray[np.float64]
Key = Callable[[Drumming], NDArray[np.int64]]
State = dict[str, NDArray[np.float32]]

_ORDER = 3
_BLENDED_BARS = 4
_STYLE_SHARE = 0.25
_FAIR = np.ones((1, 1), np.float32)
_MIDDLE = np.full((1, 2), 0.5, np.float32)


def drum_scores(
    model: StreamingModel, train: list[Drumming], heldout: list[Drumming], ranks: Ranks
) -> dict[str, dict[str, float]]:
    """Every figure, by who achieved it."""
    grooves = [p for p in heldout if not p.fill.all() and len(p.hits) >= 4 * 16]
    told = [example(p, ranks, ahead=False) for p in grooves]
    forced = [_forced(model, piece) for piece in told]
    styles = _style_means(train)
    return {
        "bits per frame": {
            "model": _bits([f.chances for f in forced], grooves),
            "count model (place and two bars)": _count_bits(train, grooves),
            "Markov of order 3": _markov_bits(train, grooves),
        },
        "F1 of the next bar": {
            "model": _f1(_rollouts(model, told, forced, grooves), grooves),
            "style mean": _f1(_style_bars(styles, grooves), grooves),
            "copy of the bar before": _f1(_copied_bars(grooves), grooves),
            "blend of four bars and style": _f1(_blended_bars(styles, grooves), grooves),
        },
        "lateness error in ms": _lateness(forced, grooves),
        "velocity error": _velocity(forced, grooves),
    }


@dataclass(slots=True)
class Forced:
    """What the model said of a piece when told its true past, and its state on each downbeat."""

    chances: NDArray[np.float32]
    velocity: NDArray[np.float32]
    offset: NDArray[np.float32]
    states: list[State] = field(default_factory=list)


def _forced(model: StreamingModel, piece: Example) -> Forced:
    frames, bar = len(piece["played"]), int(piece["bar"][0])
    rows = excerpt(piece, 0, frames)["inputs"].numpy()
    hits = piece["hits"].numpy()
    silence = np.zeros(hits.shape, np.float32)
    said = Forced(silence, silence.copy(), silence.copy())
    state = model.initial_state()
    for frame in range(frames):
        if frame % bar == 0:
            said.states.append(state)
        noise = np.where(hits[frame : frame + 1] > 0, -1.0, 2.0).astype(np.float32)
        out, state = model.step(
            state, frame=rows[frame : frame + 1], noise=noise, temperature=_FAIR, touch=_MIDDLE
        )
        said.chances[frame] = out["chances"][0]
        said.velocity[frame] = out["velocity"][0]
        said.offset[frame] = out["offset"][0]
    return said


def _bits(chances: list[NDArray[Any]], grooves: list[Drumming]) -> float:
    total = frames = 0.0
    for chance, groove in zip(chances, grooves, strict=True):
        right = np.clip(np.where(groove.hits, chance, 1 - chance), 1e-7, 1.0)
        total -= float(np.log2(right).sum())
        frames += len(groove.hits)
    return total / frames


def _back(hits: NDArray[Any], distance: int) -> NDArray[np.int64]:
    moved = np.zeros(hits.shape, np.int64)
    moved[distance:] = hits[: max(0, len(hits) - distance)]
    return moved


def _count_bits(train: list[Drumming], grooves: list[Drumming]) -> float:
    """Each voice by its place in the bar and whether it was hit there one and two bars ago."""

    def key(groove: Drumming) -> NDArray[np.int64]:
        bar = bar_frames(groove.beats_per_bar)
        place = (np.arange(len(groove.hits)) % bar)[:, None] + (100 if bar == 12 else 0)
        return np.asarray(place * 4 + _back(groove.hits, bar) * 2 + _back(groove.hits, 2 * bar))

    return _table_bits(train, grooves, key)


def _markov_bits(train: list[Drumming], grooves: list[Drumming]) -> float:
    """Each voice by its own last three frames."""

    def key(groove: Drumming) -> NDArray[np.int64]:
        return sum(
            (_back(groove.hits, back) << (back - 1) for back in range(1, _ORDER + 1)),
            start=np.zeros(groove.hits.shape, np.int64),
        )

    return _table_bits(train, grooves, key)


def _table_bits(
    train: list[Drumming], grooves: list[Drumming], key: Callable[[Drumming], NDArray[np.int64]]
) -> float:
    seen, hit = np.zeros((512, len(VOICES))), np.zeros((512, len(VOICES)))
    voices = np.arange(len(VOICES))
    for groove in train:
        places = key(groove)
        for voice in voices:
            np.add.at(seen[:, voice], places[:, voice], 1.0)
            np.add.at(hit[:, voice], places[:, voice], groove.hits[:, voice])
    chances = (hit + 0.5) / (seen + 1.0)
    return _bits([chances[key(groove), voices] for groove in grooves], grooves)


def _style_means(train: list[Drumming]) -> dict[tuple[str, int], Bars]:
    total: dict[tuple[str, int], Bars] = {}
    count: dict[tuple[str, int], int] = {}
    for groove in train:
        for bar in _bars(groove):
            name = (groove.style, groove.beats_per_bar)
            total[name] = total.get(name, 0.0) + bar
            count[name] = count.get(name, 0) + 1
    return {name: total[name] / count[name] for name in total}


def _bars(groove: Drumming) -> Bars:
    bar = bar_frames(groove.beats_per_bar)
    whole = len(groove.hits) // bar
    return groove.hits[: whole * bar].reshape(whole, bar, len(VOICES)).astype(float)


def _scored_bars(grooves: list[Drumming]) -> Iterator[tuple[int, int]]:
    """Place of a groove and of each of its bars from the third on."""
    for place, groove in enumerate(grooves):
        for bar in range(2, len(_bars(groove))):
            yield place, bar


def _style_bars(styles: dict[tuple[str, int], Bars], grooves: list[Drumming]) -> list[Bars]:
    names = [(g.style, g.beats_per_bar) for g in grooves]
    return [styles[names[place]] for place, _ in _scored_bars(grooves)]


def _copied_bars(grooves: list[Drumming]) -> list[Bars]:
    return [_bars(grooves[place])[bar - 1] for place, bar in _scored_bars(grooves)]


def _blended_bars(styles: dict[tuple[str, int], Bars], grooves: list[Drumming]) -> list[Bars]:
    blended = []
    for place, bar in _scored_bars(grooves):
        groove = grooves[place]
        lately = _bars(groove)[max(0, bar - _BLENDED_BARS) : bar].mean(axis=0)
        style = styles[(groove.style, groove.beats_per_bar)]
        blended.append((1 - _STYLE_SHARE) * lately + _STYLE_SHARE * style)
    return blended


def _f1(foretold: list[Bars], grooves: list[Drumming]) -> float:
    right = said = true = 0.0
    for guess, (place, bar) in zip(foretold, _scored_bars(grooves), strict=True):
        hits = _bars(grooves[place])[bar] > 0
        guessed = guess > THRESHOLD
        right += (hits & guessed).sum()
        said += guessed.sum()
        true += hits.sum()
    return float(2 * right / max(said + true, 1))


def _rollouts(
    model: StreamingModel, told: list[Example], forced: list[Forced], grooves: list[Drumming]
) -> list[Bars]:
    """Mean chances of bars that the model plays by itself after the true past."""
    luck = np.random.default_rng(0)
    foretold = []
    for place, bar in _scored_bars(grooves):
        frames = bar_frames(grooves[place].beats_per_bar)
        takes = [
            _improvised(model, told[place], forced[place].states[bar], bar * frames, luck)
            for _ in range(ROLLOUTS)
        ]
        foretold.append(np.mean(takes, axis=0))
    return foretold


def _improvised(
    model: StreamingModel, piece: Example, state: State, first: int, luck: np.random.Generator
) -> Bars:
    bar = int(piece["bar"][0])
    played = piece["played"].numpy()
    history = History.silent(played.shape[1])
    for row in played[max(0, first - USUAL_BARS * bar) : first]:
        history = history.followed_by(row)
    chances = np.zeros((bar, len(VOICES)))
    for frame in range(bar):
        row = np.concatenate([piece["context"][first + frame].numpy(), *history.recalled(bar // 4)])
        noise = luck.random((1, len(VOICES))).astype(np.float32)
        out, state = model.step(
            state, frame=row[None], noise=noise, temperature=_FAIR, touch=_MIDDLE
        )
        chances[frame] = out["chances"][0]
        hits = out["hits"][0]
        history = history.followed_by(
            played_row(hits, out["velocity"][0] * hits, out["offset"][0] * hits)
        )
    return chances


def _repeated(groove: Drumming) -> NDArray[np.bool_]:
    bar = bar_frames(groove.beats_per_bar)
    return groove.hits & (_back(groove.hits, bar) > 0)


def _moved(values: NDArray[np.float32], distance: int) -> NDArray[np.float32]:
    moved = np.zeros_like(values)
    moved[distance:] = values[: max(0, len(values) - distance)]
    return moved


def _lateness(forced: list[Forced], grooves: list[Drumming]) -> dict[str, float]:
    errors: dict[str, list[NDArray[Any]]] = {
        "model": [],
        "on the grid": [],
        "copy of the bar before": [],
    }
    for said, groove in zip(forced, grooves, strict=True):
        again, frame_ms = _repeated(groove), 15000.0 / groove.tempo_bpm
        before = _moved(groove.offset, bar_frames(groove.beats_per_bar))
        for who, guess in zip(errors, (said.offset, 0.0 * before, before), strict=True):
            errors[who].append(np.abs(guess - groove.offset)[again] * frame_ms)
    return {who: float(np.concatenate(parts).mean()) for who, parts in errors.items()}


def _velocity(forced: list[Forced], grooves: list[Drumming]) -> dict[str, float]:
    errors: dict[str, list[NDArray[Any]]] = {"model": [], "copy of the bar before": []}
    for said, groove in zip(forced, grooves, strict=True):
        again = _repeated(groove)
        before = _moved(groove.velocity, bar_frames(groove.beats_per_bar))
        for who, guess in zip(errors, (said.velocity, before), strict=True):
            errors[who].append(np.abs(guess - groove.velocity)[again] * 127)
    return {who: float(np.concatenate(parts).mean()) for who, parts in errors.items()}
