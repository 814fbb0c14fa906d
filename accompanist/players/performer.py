"""What the band remembers of the performer: recent onsets, and the harmony of the present beat.

Onsets are kept on the beat count for two bars; pitch-class weights are seconds of sounding keys
(the pedal does not count), gathered until they are asked for. Percussion (channel 10) and
attacks in the sound have rhythm but no pitch. A tone in the sound is of the attack that it began
with, if there was one: they are one onset.
"""

from collections import deque
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from accompanist.music.events import (
    ATTACK_PITCH,
    PERCUSSION_CHANNEL,
    TONE_CHANNEL,
    Attack,
    NoteOff,
    NoteOn,
    PerformerEvent,
    Tone,
    ToneOff,
    ToneOn,
)
from accompanist.players.player import PerformerOnset

MOST_ONSETS = 256
"""Bound of the memory; a player who exceeds it in two bars is heard by the latest."""

_LONGEST_SILENCE_S = 3600.0

_OF_ATTACK_S = 0.08
"""So near to an attack a tone began with it."""


class PerformerMemory:
    """Gathers the performer's events for players and anticipation."""

    def __init__(self) -> None:
        self._onsets: list[PerformerOnset] = []
        self._played: deque[PerformerOnset] = deque(maxlen=MOST_ONSETS)
        self._held: set[tuple[int, int]] = set()
        self._gathered_s = 0.0
        self._chroma = np.zeros((3, 12))
        self._attack: tuple[float, PerformerOnset] | None = None
        self.last_sounding_s = -np.inf

    @property
    def holding(self) -> bool:
        """Whether any key is down."""
        return bool(self._held)

    def silent_s(self, now_s: float) -> float:
        """Seconds since anything was heard; 0 while a key is down, and an hour at most."""
        return 0.0 if self._held else min(now_s - self.last_sounding_s, _LONGEST_SILENCE_S)

    def resume(self, now_s: float, silent_s: float) -> None:
        """Begin at `now_s`, so long after the performer was last heard."""
        self._gathered_s = now_s
        self.last_sounding_s = now_s - silent_s

    def stir(self, now_s: float) -> None:
        """Know that the performer is there, though nothing may have sounded."""
        self.last_sounding_s = max(self.last_sounding_s, now_s)

    def hear(self, event: PerformerEvent | Attack | Tone, at_beats: float) -> None:
        """Take an event that happened at `at_beats` of the beat count; a tone began there."""
        if isinstance(event, Attack):
            onset = PerformerOnset(at_beats, ATTACK_PITCH, event.velocity)
            self._remember(onset)
            self._attack = event.time_s, onset
            self.last_sounding_s = event.time_s
        elif isinstance(event, ToneOn):
            self._gather(event.time_s)
            self._sing(event, at_beats)
            self._held.add((TONE_CHANNEL, event.pitch))
            self.last_sounding_s = event.time_s
        elif isinstance(event, ToneOff):
            self._release(event.time_s, (TONE_CHANNEL, event.pitch))
        elif isinstance(event, NoteOn):
            self._gather(event.time_s)
            self._remember(PerformerOnset(at_beats, event.pitch, event.velocity))
            if event.channel != PERCUSSION_CHANNEL:
                self._held.add((event.channel, event.pitch))
            self.last_sounding_s = event.time_s
        elif isinstance(event, NoteOff):
            self._release(event.time_s, (event.channel, event.pitch))

    def recent(self, now_beats: float, span_beats: float) -> tuple[PerformerOnset, ...]:
        """Onsets of the last `span_beats`, oldest first."""
        self._onsets = [o for o in self._onsets if o.onset_beats > now_beats - span_beats]
        return tuple(self._onsets)

    def between(self, first_beats: float, last_beats: float) -> tuple[PerformerOnset, ...]:
        """Onsets from one place up to another, however long ago, of the last `MOST_ONSETS`."""
        return tuple(o for o in self._played if first_beats <= o.onset_beats < last_beats)

    def take_chroma(self, now_s: float) -> NDArray[np.float32]:
        """Weights gathered since the last call, shape (3, 12): all, lowest and highest notes.

        Each row sums to 1, or is zero when nothing sounded.
        """
        self._gather(now_s)
        totals = self._chroma.sum(axis=1, keepdims=True)
        shares: NDArray[np.float32] = (self._chroma / np.maximum(totals, 1e-9)).astype(np.float32)
        self._chroma[:] = 0.0
        return shares

    def _release(self, time_s: float, key: tuple[int, int]) -> None:
        self._gather(time_s)
        if key in self._held:
            self._held.remove(key)
            self.last_sounding_s = time_s

    def _sing(self, tone: ToneOn, at_beats: float) -> None:
        """Remember a tone, in the place of the attack that it began with."""
        onset, attack = PerformerOnset(at_beats, tone.pitch, tone.velocity), self._attack
        if attack is not None and abs(tone.began_s - attack[0]) < _OF_ATTACK_S:
            onset, self._attack = replace(onset, onset_beats=attack[1].onset_beats), None
            self._onsets = [one for one in self._onsets if one is not attack[1]]
            if attack[1] in self._played:
                self._played.remove(attack[1])
        self._remember(onset)

    def _remember(self, onset: PerformerOnset) -> None:
        self._onsets = self._onsets[-MOST_ONSETS + 1 :]
        self._onsets.append(onset)
        self._played.append(onset)

    def _gather(self, now_s: float) -> None:
        elapsed_s = now_s - self._gathered_s
        self._gathered_s = now_s
        if not self._held or elapsed_s <= 0:
            return
        pitches = [pitch for _, pitch in self._held]
        for pitch in pitches:
            self._chroma[0, pitch % 12] += elapsed_s
        self._chroma[1, min(pitches) % 12] += elapsed_s
        self._chroma[2, max(pitches) % 12] += elapsed_s
