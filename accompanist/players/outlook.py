"""The outlook: the harmony that the band goes by, and the frames that tell the players of it.

Before every beat the chord of that beat is expected, the one after, and the one a bar later; a
chord heard with some confidence overrules what was expected. Left alone, the band stays on the
chord where it was left; it stays on one that is locked whatever is heard. What players are told of
density, intensity and complexity is what is set, what the variation adds, and what the performer's
playing asks for; of their dynamics apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from accompanist.music.band import FRAMES_PER_BEAT
from accompanist.music.chord import NO_CHORD, Chord, parse_chord
from accompanist.music.heard import BeatHeard, ChordExpected, ChordHeard
from accompanist.music.key import Key
from accompanist.music.parameter_values import ParameterValues
from accompanist.music.section import Place
from accompanist.music.whereabouts import Whereabouts
from accompanist.players.ear import Ear
from accompanist.players.expectation import Expectation, sounding
from accompanist.players.performer import PerformerMemory
from accompanist.players.player import Answer, BeatEvidence, Frame, PerformerOnset
from accompanist.players.response import dynamics, opening, space
from accompanist.players.style import Amounts, Style

TRUSTED_CHORD = 0.5
"""A chord heard with less confidence than this does not overrule the one expected."""

SWINGS_SET = {"straight": 0.5, "light": 0.58, "full": 0.67}
"""The off-beat eighth's place in the beat, where it is set and not heard."""

_RUNG_ON_BEATS = 0.2


@dataclass(frozen=True, slots=True)
class Written:
    """Chords written for a beat, the one after and the one a bar later, and the key, if any."""

    now: Chord | None = None
    next: Chord | None = None
    in_a_bar: Chord | None = None
    key: Key | None = None


NOTHING_WRITTEN = Written()

_MORE = {"half": -0.15, "normal": 0.0, "double": 0.15}
"""Density that the performer's half- or double-time feel asks for beside the one that is set."""


class Outlook:
    """What is expected, heard and set, as players are told it.

    Parameters
    ----------
    ear, expectation, memory
        Who hears, who guesses the coming chord, and what is remembered of the performer.
    parameters
        How everything is set.
    styles
        Every style by name.
    seed
        Of every random choice the players make.

    Attributes
    ----------
    chord, probability
        What the band plays on the coming beat.
    answer
        What the band answers in its turn, if anything.
    written
        What is written for the coming beat, where a song is followed.
    """

    def __init__(
        self,
        ear: Ear,
        expectation: Expectation,
        memory: PerformerMemory,
        parameters: ParameterValues,
        styles: Mapping[str, Style],
        seed: int,
    ) -> None:
        self._ear = ear
        self._expectation = expectation
        self._memory = memory
        self._parameters = parameters
        self._styles = styles
        self._seed = seed
        self._next_chord = NO_CHORD
        self.chord = NO_CHORD
        self.probability = 0.0
        self.answer: Answer | None = None
        self.written = NOTHING_WRITTEN

    @property
    def is_given(self) -> bool:
        """Whether the chord is locked or written, so that what is heard does not change it."""
        return self.is_locked or self.written.now is not None

    @property
    def is_locked(self) -> bool:
        """Whether the chord stays, whatever is heard."""
        return self._parameters.on("chord_lock") and self.chord.root is not None

    def resume(self, where: Whereabouts) -> None:
        """Go by the chord that the ear holds, or by the one that is locked."""
        self.chord = self._next_chord = self._ear.harmony.chord
        self.probability = self._ear.harmony.chord_confidence
        if self._parameters.on("chord_lock"):
            self.chord = parse_chord(where.band_chord)

    def expect(self, beat: BeatHeard, *, alone: bool, listened_to: bool) -> list[ChordExpected]:
        """Settle on the chord of the coming beat, and let the ear know what to expect.

        `alone` says that the performer has left, `listened_to` that they leave the band its turn:
        where they are silent it then hears itself, and goes on with the piece.
        Returns what is expected a bar later, if anything, and what the band plays on the beat.
        """
        evidence = self._evidence(beat)
        if listened_to and self.chord.root is not None and self._rested(beat):
            evidence = sounding(evidence, self.chord)
        harmony = self._ear.harmony
        chord, probability = self._expectation.expect(evidence)
        if alone:
            chord, probability = harmony.chord, harmony.chord_confidence
        if self.written.now is not None:
            chord, probability = self.written.now, 1.0
        harmony.expect(chord, probability)
        stays = self.is_locked or (alone and self.written.now is None)
        if self.is_locked:
            chord, probability = self.chord, 1.0
        self.chord, self.probability = chord, probability
        following = self._ear.beat_in_bar(beat.beat)
        self._next_chord = (
            chord if stays else self._expectation.expect_after(evidence, chord, following)
        )
        now = ChordExpected(beat.announced_s, beat.at_s, chord, probability)
        in_a_bar = (chord, probability) if stays else self._expectation.in_a_bar
        if not self.is_locked and self.written.next is not None:
            self._next_chord = self.written.next
        if not self.is_locked and self.written.in_a_bar is not None:
            in_a_bar = self.written.in_a_bar, 1.0
        if in_a_bar is None:
            return [now]
        later_s = beat.at_s + self._ear.metre.beats_per_bar * 60.0 / beat.tempo_bpm
        return [ChordExpected(beat.announced_s, later_s, *in_a_bar), now]

    def overrule(self, heard: ChordHeard) -> bool:
        """Go by the chord heard, if it is sure enough; return whether that changes the tones."""
        unsure = heard.chord.root is None or heard.confidence < TRUSTED_CHORD
        if self.is_given or unsure or heard.chord.pitch_classes == self.chord.pitch_classes:
            return False
        self.chord, self.probability = heard.chord, heard.confidence
        return True

    def frame(self, index: int, now_s: float, place: Place) -> Frame:
        """Frame `index` of a plan made now, at a place of the form."""
        ear = self._ear
        beat, step = divmod(index, FRAMES_PER_BEAT)
        now_beats = ear.beats_at(now_s)
        per_bar = ear.metre.beats_per_bar
        recent = self._memory.recent(now_beats, 2.0 * per_bar)
        amounts = self._amounts(place, recent, now_beats)
        swing = SWINGS_SET.get(str(self._parameters["swing"]))
        return Frame(
            index=index,
            beat_in_bar=ear.beat_in_bar(beat),
            step=step,
            beats_per_bar=per_bar,
            tempo_bpm=ear.tempo_bpm,
            swing=ear.feel.swing if swing is None else swing,
            sixteenth_swing=ear.feel.sixteenth_swing if swing is None else 0.5,
            level=ear.feel.level,
            accents=ear.feel.accents,
            bar=place.bar,
            chord=self.chord,
            next_chord=self.chord if self.is_locked else self._next_chord,
            chord_probability=self.probability,
            key=self.written.key or ear.harmony.key,
            chord_posterior=ear.harmony.chord_posterior,
            key_posterior=ear.harmony.key_posterior,
            recent=recent,
            ensemble=(),
            section=place.section,
            section_bar=place.section_bar,
            style=place.style,
            variation=place.variation,
            intensity=amounts.intensity,
            density=amounts.density,
            complexity=amounts.complexity,
            outside=self._parameters.share("outside"),
            dynamics=dynamics(recent, now_beats),
            learned=self._styles[place.style].models,
            seed=self._seed,
            swing_is_set=swing is not None,
            answer=self.answer,
        )

    def _amounts(
        self, place: Place, recent: tuple[PerformerOnset, ...], now_beats: float
    ) -> Amounts:
        """How much, how hard and how intricately to play, each 0–1."""
        values = self._parameters
        varied = self._styles[place.style].variations[place.variation]
        answer = space(recent, now_beats) + opening(place.bar) + _MORE[self._ear.feel.level]
        return Amounts(
            density=_share(values.share("density") + varied.density + answer),
            intensity=_share(values.share("intensity") + varied.intensity),
            complexity=_share(values.share("complexity") + varied.complexity),
        )

    def _rested(self, beat: BeatHeard) -> bool:
        """Whether the performer was silent over the beat before, but for an end that rang on."""
        began_s = beat.at_s - (1.0 - _RUNG_ON_BEATS) * 60.0 / beat.tempo_bpm
        return not self._memory.holding and self._memory.last_sounding_s <= began_s

    def _evidence(self, beat: BeatHeard) -> BeatEvidence:
        ear = self._ear
        chroma, bass, melody = self._memory.take_chroma(beat.announced_s)
        return BeatEvidence(
            beat=beat.beat - 1,
            beat_in_bar=ear.beat_in_bar(beat.beat - 1),
            beats_per_bar=ear.metre.beats_per_bar,
            chroma=chroma,
            bass_chroma=bass,
            melody=melody,
            chord=ear.harmony.chord,
            chord_posterior=ear.harmony.chord_posterior,
            key_posterior=ear.harmony.key_posterior,
        )


def _share(amount: float) -> float:
    return min(max(amount, 0.0), 1.0)
