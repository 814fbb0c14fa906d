"""Guessing the coming chord without a model: it goes on, or what came before comes again.

Several experts each name a chord for the coming beat: *it stays*; *as so many bars ago* for loops
of 1 to 16 bars; the same *in the present key*; *as after the same chords before*. Each expert's
reliability is counted apart for downbeats and for predicted changes, what it leaves open goes to
the chords usual in the key, and the experts are mixed by how well they have foretold this piece
(Bayesian mixture with fixed share, Herbster & Warmuth 1998). The mixture weighed with the beat's
own notes says what the beat held; the mixture alone says what comes, with a probability that comes
true about as often as it says. A bar further on the same experts are asked what comes there.
Chords count as the same by root and third. Memory is `REMEMBERED_BEATS` beats.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from accompanist.music.chord import NO_CHORD, Chord
from accompanist.players.player import BeatEvidence, nothing_recalled
from accompanist.players.understudy_ear import (
    log_likelihood,
    triad,
    triad_at,
    usual_in_key,
)

REMEMBERED_BEATS = 384

_LOOP_BARS = (1, 2, 4, 8, 16)
_SHIFTED_BARS = (8, 16)
_EXPERTS = 2 + len(_LOOP_BARS) + len(_SHIFTED_BARS)
_CONTEXTS = 4
_FORGETTING = 0.97
_FIXED_SHARE = 0.01

# Hits and misses counted beforehand, by (downbeat, predicts a change): holding a chord within the
# bar is usual, changing it there is not.
_PRIOR = ((6.0, 1.0), (1.0, 2.0), (1.5, 1.5), (2.0, 1.5))


@dataclass(frozen=True, slots=True)
class _Guess:
    """What an expert names, how surely, and where its reliability is counted."""

    chord: Chord
    probability: float
    context: int


@dataclass(frozen=True, slots=True)
class _Memory:
    """What was heard, as chords and as places among the triads, and how the experts fared."""

    history: tuple[Chord, ...] = ()
    places: tuple[int, ...] = ()
    guesses: tuple[_Guess, ...] = ()
    expected: Chord = NO_CHORD
    weights: tuple[float, ...] = (1.0 / _EXPERTS,) * _EXPERTS
    tallies: tuple[tuple[float, float], ...] = _PRIOR * _EXPERTS


class RuleAnticipator:
    """Expects repetition, and says how surely.

    Attributes
    ----------
    recalled
        Chances (2, 24) of triads on the beat last expected, and a bar later.
    in_a_bar
        Chord expected a bar after the beat last expected, and its probability; None if unknown.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self.state = _Memory()
        self.recalled = nothing_recalled()
        self.in_a_bar: tuple[Chord, float] | None = None

    def expect(self, beat: BeatEvidence) -> tuple[Chord, float]:
        """Chord of the next beat; no chord, surely, before any was heard.

        A silent beat counts as what was expected of it.
        """
        memory, usual = self.state, usual_in_key(beat)
        heard = memory.expected
        if beat.chroma.any():
            heard = _heard(memory, beat, usual)
            memory = _learned(memory, heard, usual)
        if heard.root is None:
            self.recalled, self.in_a_bar = nothing_recalled(), None
            return NO_CHORD, 1.0
        history = (*memory.history, heard)[-REMEMBERED_BEATS:]
        places = (*memory.places, triad(heard))[-REMEMBERED_BEATS:]
        guesses, chances = _mixture(memory, history, places, beat, 0, usual)
        chord, probability = _likeliest(memory, guesses, chances)
        self.state = replace(
            memory, history=history, places=places, guesses=guesses, expected=chord
        )
        bar = beat.beats_per_bar
        later, chances_later = _mixture(memory, history, places, beat, bar, usual)
        self.in_a_bar = _likeliest(memory, later, chances_later)
        self.recalled = np.stack([chances, chances_later]).astype(np.float32)
        return chord, probability


def _mixture(
    memory: _Memory,
    history: tuple[Chord, ...],
    places: tuple[int, ...],
    beat: BeatEvidence,
    later: int,
    usual: NDArray[np.float64],
) -> tuple[tuple[_Guess, ...], NDArray[np.float64]]:
    """All experts' guesses of the beat after a beat, or of one so many beats later, and chances.

    `places` are the triads of `history`, `usual` the chances of triads in the key.
    """
    downbeat = (beat.beat_in_bar + later + 1) % beat.beats_per_bar == 0
    guesses = tuple(
        _guess(memory, expert, chord, history[-1], downbeat)
        for expert, chord in enumerate(_named(history, places, beat.beats_per_bar, later))
    )
    return guesses, _mixed(memory.weights, guesses, usual)


def _likeliest(
    memory: _Memory, guesses: tuple[_Guess, ...], chances: NDArray[np.float64]
) -> tuple[Chord, float]:
    best = int(chances.argmax())
    return _spelled(best, memory.weights, guesses), float(chances[best])


def _heard(memory: _Memory, beat: BeatEvidence, usual: NDArray[np.float64]) -> Chord:
    """What the beat held: the listener's label when it agrees, else the plain triad."""
    mixture = _mixed(memory.weights, memory.guesses, usual) if memory.guesses else usual
    place = int((np.log(mixture) + log_likelihood(beat)).argmax())
    agreed = beat.chord.root is not None and triad(beat.chord) == place
    return beat.chord if agreed else _spelled(place, memory.weights, memory.guesses)


def _named(
    history: tuple[Chord, ...], places: tuple[int, ...], beats_per_bar: int, later: int
) -> Iterator[Chord]:
    """What each expert expects so many beats after the next, a bar at most.

    One without a memory long enough expects the chord to stay.
    """
    now = history[-1]
    yield now
    for bars in _LOOP_BARS:
        period = bars * beats_per_bar
        yield history[later % period - period] if len(history) >= period else now
    for bars in _SHIFTED_BARS:
        yield _in_the_present_key(history, bars * beats_per_bar, later)
    yield _after_the_same(history, places, beats_per_bar, later)


def _in_the_present_key(history: tuple[Chord, ...], period: int, later: int) -> Chord:
    """What came a period ago, as much higher as the present chord is than its counterpart."""
    now = history[-1]
    if len(history) <= period:
        return now
    counterpart, following = history[-period - 1], history[later - period]
    if counterpart.is_minor != now.is_minor:
        return now
    assert now.root is not None and counterpart.root is not None
    return following.transposed(now.root - counterpart.root)


def _after_the_same(
    history: tuple[Chord, ...], places: tuple[int, ...], beats_per_bar: int, later: int
) -> Chord:
    """What most often followed the same last chords at the same place in the bar."""
    span = beats_per_bar + 1
    followers: Counter[int] = Counter()
    latest: dict[int, Chord] = {}
    for end in range(len(history) - beats_per_bar, span - 1, -beats_per_bar):
        if places[end - span : end] == places[-span:] and end + later < len(history):
            followers[places[end + later]] += 1
            latest.setdefault(places[end + later], history[end + later])
    if not followers:
        return history[-1]
    return latest[followers.most_common(1)[0][0]]


def _guess(memory: _Memory, expert: int, chord: Chord, now: Chord, downbeat: bool) -> _Guess:
    context = expert * _CONTEXTS + 2 * downbeat + (triad(chord) != triad(now))
    hits, misses = memory.tallies[context]
    return _Guess(chord, hits / (hits + misses), context)


def _left_open(guess: _Guess, usual: NDArray[np.float64]) -> float:
    """What an expert leaves to the chords usual in the key, for each of them but the one named."""
    return (1.0 - guess.probability) / (1.0 - float(usual[triad(guess.chord)]))


def _mixed(
    weights: tuple[float, ...], guesses: tuple[_Guess, ...], usual: NDArray[np.float64]
) -> NDArray[np.float64]:
    """What the experts believe together, shape (24,)."""
    open_ones = [
        weight * _left_open(guess, usual) for weight, guess in zip(weights, guesses, strict=True)
    ]
    mixture: NDArray[np.float64] = usual * sum(open_ones)
    for weight, guess, left in zip(weights, guesses, open_ones, strict=True):
        place = triad(guess.chord)
        mixture[place] += weight * guess.probability - left * usual[place]
    mixture /= mixture.sum()
    return mixture


def _spelled(place: int, weights: tuple[float, ...], guesses: tuple[_Guess, ...]) -> Chord:
    """A triad in the colour that the most trusted expert gives it."""
    colours = [
        (weight, guess.chord)
        for weight, guess in zip(weights, guesses, strict=False)
        if triad(guess.chord) == place
    ]
    return max(colours, key=lambda colour: colour[0])[1] if colours else triad_at(place)


def _learned(memory: _Memory, heard: Chord, usual: NDArray[np.float64]) -> _Memory:
    """The experts' record after the chord of a beat became known."""
    if not memory.guesses:
        return memory
    place = triad(heard)
    tallies = list(memory.tallies)
    scores = []
    for weight, guess in zip(memory.weights, memory.guesses, strict=True):
        right = triad(guess.chord) == place
        believed = guess.probability if right else float(usual[place]) * _left_open(guess, usual)
        scores.append(weight * believed)
        hits, misses = tallies[guess.context]
        tallies[guess.context] = (
            _FORGETTING * hits + right,
            _FORGETTING * misses + (not right),
        )
    total = sum(scores)
    share = _FIXED_SHARE / _EXPERTS
    weights = tuple((1.0 - _FIXED_SHARE) * score / total + share for score in scores)
    return replace(memory, weights=weights, tallies=tuple(tallies))
