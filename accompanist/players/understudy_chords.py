"""Guessing the coming chord without a model: it goes on, or what came before comes again.

Several experts each name a chord for the coming beat: *it stays*; *as so many bars ago* for loops
of 1 to 16 bars; *as after the same chords before*. Each expert's reliability is counted apart for
downbeats and for predicted changes, and the experts are mixed by how well they have foretold this
piece (Bayesian mixture with fixed share, Herbster & Warmuth 1998), so that the probability given
is one that comes true about as often as it says. Chords count as the same by root and third.
Memory is `REMEMBERED_BEATS` beats.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from accompanist.music.chord import NO_CHORD, QUALITIES, Chord
from accompanist.players.player import BeatEvidence

REMEMBERED_BEATS = 384

_LOOP_BARS = (1, 2, 4, 8, 16)
_EXPERTS = 2 + len(_LOOP_BARS)
_CONTEXTS = 4
_FORGETTING = 0.97
_FIXED_SHARE = 0.02
_ALTERNATIVES = 24.0

# Hits and misses counted beforehand, by (downbeat, predicts a change): holding a chord within the
# bar is usual, changing it there is not.
_PRIOR = ((6.0, 1.0), (1.0, 2.0), (1.5, 1.5), (2.0, 1.5))

_Same = tuple[int | None, bool]


@dataclass(frozen=True, slots=True)
class _Guess:
    chord: Chord
    probability: float
    context: int


@dataclass(frozen=True, slots=True)
class _Memory:
    history: tuple[Chord, ...] = ()
    guesses: tuple[_Guess, ...] = ()
    expected: Chord = NO_CHORD
    weights: tuple[float, ...] = (1.0 / _EXPERTS,) * _EXPERTS
    tallies: tuple[tuple[float, float], ...] = _PRIOR * _EXPERTS


class RuleAnticipator:
    """Expects repetition, and says how surely."""

    def __init__(self) -> None:
        self._memory = _Memory()

    @property
    def state(self) -> object:
        """The chords of the last beats and the experts' record."""
        return self._memory

    @state.setter
    def state(self, remembered: object) -> None:
        assert isinstance(remembered, _Memory)
        self._memory = remembered

    def reset(self) -> None:
        """Forget everything."""
        self._memory = _Memory()

    def expect(self, beat: BeatEvidence) -> tuple[Chord, float]:
        """Chord of the next beat; no chord, surely, before any was heard.

        A silent beat, or one whose chord is unknown, counts as what was expected of it.
        """
        memory = self._memory
        heard = beat.chord
        if heard.root is None or not beat.chroma.any():
            heard = memory.expected
        else:
            memory = _learned(memory, heard)
        if heard.root is None:
            return NO_CHORD, 1.0
        history = (*memory.history, heard)[-REMEMBERED_BEATS:]
        downbeat = (beat.beat_in_bar + 1) % beat.beats_per_bar == 0
        named = _named(history, beat.beats_per_bar)
        guesses = tuple(
            _guess(memory, expert, chord, heard, downbeat) for expert, chord in enumerate(named)
        )
        chord, probability = _mixed(memory.weights, guesses)
        self._memory = replace(memory, history=history, guesses=guesses, expected=chord)
        return chord, probability


def _same(chord: Chord) -> _Same:
    minor = chord.root is not None and 3 in QUALITIES[chord.quality]
    return chord.root, minor


def _named(history: tuple[Chord, ...], beats_per_bar: int) -> Iterable[Chord]:
    """What each expert expects; one without a memory long enough expects the chord to stay."""
    now = history[-1]
    yield now
    for bars in _LOOP_BARS:
        period = bars * beats_per_bar
        yield history[-period] if len(history) >= period else now
    yield _after_the_same(history, beats_per_bar)


def _after_the_same(history: tuple[Chord, ...], beats_per_bar: int) -> Chord:
    """What most often followed the same last chords at the same place in the bar."""
    span = beats_per_bar + 1
    tail = [_same(chord) for chord in history[-span:]]
    followers: Counter[_Same] = Counter()
    latest: dict[_Same, Chord] = {}
    everything = [_same(chord) for chord in history]
    for end in range(len(history) - beats_per_bar, span - 1, -beats_per_bar):
        if everything[end - span : end] == tail:
            followers[everything[end]] += 1
            latest.setdefault(everything[end], history[end])
    if not followers:
        return history[-1]
    return latest[followers.most_common(1)[0][0]]


def _guess(memory: _Memory, expert: int, chord: Chord, now: Chord, downbeat: bool) -> _Guess:
    context = expert * _CONTEXTS + 2 * downbeat + (_same(chord) != _same(now))
    hits, misses = memory.tallies[context]
    return _Guess(chord, hits / (hits + misses), context)


def _mixed(weights: tuple[float, ...], guesses: tuple[_Guess, ...]) -> tuple[Chord, float]:
    """The chord that the experts together find likeliest, as the most trusted of them names it."""
    everyone = sorted(zip(weights, guesses, strict=True), key=lambda expert: -expert[0])
    votes: dict[_Same, float] = {}
    chords: dict[_Same, Chord] = {}
    for _, guess in everyone:
        chords.setdefault(_same(guess.chord), guess.chord)
    for name in chords:
        votes[name] = sum(weight * _belief(guess, name) for weight, guess in everyone)
    best = max(votes, key=lambda name: votes[name])
    return chords[best], min(votes[best], 1.0)


def _belief(guess: _Guess, name: _Same) -> float:
    """Probability that an expert gives to a chord."""
    if _same(guess.chord) == name:
        return guess.probability
    return (1.0 - guess.probability) / _ALTERNATIVES


def _learned(memory: _Memory, heard: Chord) -> _Memory:
    """The experts' record after the chord of a beat became known."""
    if not memory.guesses:
        return memory
    tallies = list(memory.tallies)
    likelihoods = []
    for guess in memory.guesses:
        right = _same(guess.chord) == _same(heard)
        likelihoods.append(_belief(guess, _same(heard)))
        hits, misses = tallies[guess.context]
        tallies[guess.context] = (
            _FORGETTING * hits + right,
            _FORGETTING * misses + (not right),
        )
    scores = [w * p for w, p in zip(memory.weights, likelihoods, strict=True)]
    total = sum(scores)
    share = _FIXED_SHARE / _EXPERTS
    weights = tuple((1.0 - _FIXED_SHARE) * score / total + share for score in scores)
    return replace(memory, weights=weights, tallies=tuple(tallies))
