"""Lines of controls: from a hand on a surface to the sound, while others are ever busier.

Levels, panic, stop and mutes are obeyed by the stage, so that MIDI leaves as soon as a bare
receiver could send any; that receiver is the floor, and takes turns with them. All other controls
are the band's to think about: they take effect with its next step, or, where they change what is
played, a commit window after it (a fill), or on the beat that they are for (start); measured is how
long it takes until the band has one, and its word is back.
The flood is ten thousand datagrams a second, good and bad, while the whole band and five hundred
notes a second sound; beside it stand the same notes in peace.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

import numpy as np

from accompanist.app.bench import house_lines, verdicts
from accompanist.app.bench.figures import Line, Spread, kept
from accompanist.app.bench.floors import BareReceiver
from accompanist.app.bench.load import Condition, evening_of
from accompanist.app.bench.matching import MESSAGE, NS
from accompanist.app.bench.play_lines import BEAT_S, C_MAJOR, voiced
from accompanist.app.bench.playing import BAND, HAND, Hand, Playing
from accompanist.app.bench.pressure import HEAVY, LOADED, pressed
from accompanist.app.bench.score import MOST_PARTS
from accompanist.devices.jack_probe import NativeClient
from accompanist.dsp.cue import LANES
from accompanist.dsp.midi_desk import CHANNELS
from accompanist.music.errors import Refusal

BUSY: dict[str, tuple[str, ...]] = {
    "calm": (),
    "load": (f"crowd {LOADED}",),
    "heavy": (f"crowd {HEAVY}",),
}

IN_PEACE = Condition("parts", "16 parts, 500 notes/s", MOST_PARTS, 500)
IN_FLOOD = replace(IN_PEACE, with_flood=True)

_LISTENER = "bench-controls"
_WITHIN_NS = 250_000_000
_PARTS = ("bass", "harmony")
_LOCKING_BEATS, _MOST_LOCKING_BEATS = 12, 48
_GAP_S = 0.02
_PANIC_GAP_S = 0.06
_CONTROLLER, _VOLUME, _SOUND_OFF = 0xB0, 7, 120
_DRUMS = CHANNELS[LANES.index("drums")]

Tell = Callable[[float], None]


@dataclass
class Asked:
    """What was asked for, and what came of it.

    Attributes
    ----------
    wanted
        When each was asked for (ns), and the MIDI message that brings it about.
    took_ms, at_s
        How long it took of those that were brought about, and when they were asked for.
    lost
        How many never were.
    """

    wanted: list[tuple[int, int]] = field(default_factory=list)
    took_ms: list[float] = field(default_factory=list)
    at_s: list[float] = field(default_factory=list)
    lost: int = 0

    def answer(self, heard: np.ndarray, began_ns: int) -> None:
        """Find the first such message after each was asked for."""
        messages, times_ns = heard[:, MESSAGE], heard[:, NS]
        for asked_ns, message in self.wanted:
            after = np.flatnonzero((messages == message) & (times_ns >= asked_ns))
            if len(after) and times_ns[after[0]] - asked_ns <= _WITHIN_NS:
                self.took_ms.append((times_ns[after[0]] - asked_ns) / 1e6)
                self.at_s.append((asked_ns - began_ns) / 1e9)
            else:
                self.lost += 1


def measure(seconds: float, tell: Tell) -> list[Line]:
    """Turn controls while nobody, some and many are busy; then flood the band."""
    lines: list[Line] = []
    for name in BUSY:
        lines += _turned(name, seconds, tell)
    return [*lines, _flooded(seconds, tell)]


def _turned(name: str, seconds: float, tell: Tell) -> list[Line]:
    with ExitStack() as house:
        hand = Hand()
        house.callback(hand.client.close)
        listener = NativeClient(_LISTENER, "listen", ("in", "floor"))
        house.callback(listener.close)
        if listener.sees(BAND):
            raise Refusal("the band is playing on this JACK server; stop it before measuring")
        playing = house.enter_context(Playing("--midi-in", HAND, "--synth", "none"))
        bare = BareReceiver()
        house.callback(bare.close)
        listener.connect(BAND, f"{_LISTENER}:in")
        listener.connect(bare.output, f"{_LISTENER}:floor")
        for words in BUSY[name]:
            house.enter_context(pressed(*words.split()))
        session = _Session(hand, listener, playing, bare)
        session.lock_in(tell)
        session.mute(seconds, tell)
        session.stop(seconds / 2.0, tell)
        hand.release()
        session.turn_levels(seconds / 2.0, tell)
        session.think(seconds / 4.0, tell)
        session.panic(seconds / 4.0, tell)
        heard = listener.records()
    return session.lines(name, heard)


class _Session:
    """Everything that is asked for while the band plays."""

    def __init__(
        self, hand: Hand, listener: NativeClient, playing: Playing, bare: BareReceiver
    ) -> None:
        self._hand, self._listener = hand, listener
        self._playing, self._bare = playing, bare
        self._began_ns = time.perf_counter_ns()
        self._chance = random.Random(0)
        self._due_s = time.perf_counter() + 0.1
        self.levels, self.panics, self.mutes, self.stops = Asked(), Asked(), Asked(), Asked()
        self.thoughts, self.floor = Asked(), Asked()

    def lock_in(self, tell: Tell) -> None:
        """Play in a steady beat until the band has come in."""
        for beats in range(_MOST_LOCKING_BEATS):
            if beats >= _LOCKING_BEATS and self._sounding("bass"):
                return
            self._strike(tell)
        raise Refusal("the band does not come in here; see accompanist doctor")

    def mute(self, seconds: float, tell: Tell) -> None:
        """Mute a part in the midst of its notes again and again."""
        for part in self._sounding_parts(seconds, tell):
            self._end_one(f"{part}/mute", part, self.mutes)
            time.sleep(0.05)
            self._playing.turn(f"{part}/mute", 0)

    def stop(self, seconds: float, tell: Tell) -> None:
        """Stop the band in the midst of its notes, and start it, again and again."""
        for part in self._sounding_parts(seconds, tell):
            self._end_one("stop", part, self.stops)
            time.sleep(0.05)
            self._playing.turn("start", 1)

    def turn_levels(self, seconds: float, tell: Tell) -> None:
        """Turn levels up and down, in turns with the floor."""
        volume = 0
        for _ in self._moments(seconds, _GAP_S, tell):
            volume = (volume + 1) % 100
            part = _PARTS[volume % 2]
            self._floor_turn(volume)
            time.sleep(self._chance.uniform(0.3, 0.7) * _GAP_S)
            asked_ns = self._playing.turn(f"{part}/level", volume / 127)
            channel = CHANNELS[LANES.index(part)]
            self.levels.wanted.append(
                (asked_ns, _CONTROLLER | channel | _VOLUME << 8 | volume << 16)
            )

    def think(self, seconds: float, tell: Tell) -> None:
        """Turn what the band has to think about, and wait for its word."""
        self._playing.hear("outside", -1.0)  # nobody has listened for long
        for number, _ in enumerate(self._moments(seconds, _GAP_S, tell)):
            asked_ns = self._playing.turn("outside", number % 64 / 128)
            heard_ns = self._playing.hear("outside", number % 64 / 128)
            if heard_ns:
                self.thoughts.took_ms.append((heard_ns - asked_ns) / 1e6)
                self.thoughts.at_s.append((asked_ns - self._began_ns) / 1e9)
            else:
                self.thoughts.lost += 1

    def panic(self, seconds: float, tell: Tell) -> None:
        """Ask for silence again and again; the band's own comes before the next is asked for."""
        off = _CONTROLLER | _DRUMS | _SOUND_OFF << 8
        for _ in self._moments(seconds, _PANIC_GAP_S, tell):
            self.panics.wanted.append((self._playing.turn("panic", 1), off))

    def lines(self, name: str, heard: np.ndarray) -> list[Line]:
        """Everything as lines."""
        ours, floor = heard[heard[:, MESSAGE] >> 24 == 0], heard[heard[:, MESSAGE] >> 24 == 1]
        for asked in (self.levels, self.panics, self.mutes, self.stops):
            asked.answer(ours, self._began_ns)
        self.floor.answer(floor & np.array([-1, 0xFFFFFF, -1]), self._began_ns)
        floor_ms = Spread.of(self.floor.took_ms)
        said = {
            "level": (self.levels, "level → MIDI out"),
            "panic": (self.panics, "panic → MIDI out"),
            "mute": (self.mutes, "mute → the note's end"),
            "stop": (self.stops, "stop → the note's end"),
            "thought": (self.thoughts, "any other → the band has it, and says so"),
        }
        return [
            _line(f"controls/{name}/{key}", f"{name}: {what}", asked, floor_ms)
            for key, (asked, what) in said.items()
        ]

    def _moments(self, seconds: float, gap_s: float, tell: Tell) -> Iterator[None]:
        """Uneven moments, so that they do not fall in step with JACK's cycles or the band's."""
        for _ in range(max(int(seconds / gap_s), 10)):
            yield
            time.sleep(gap_s * self._chance.uniform(0.8, 1.2))
            tell(gap_s)

    def _floor_turn(self, number: int) -> None:
        message = (_CONTROLLER, _VOLUME, number)
        asked_ns = self._bare.send(message)
        self.floor.wanted.append((asked_ns, int.from_bytes(bytes(message), "little")))

    def _strike(self, tell: Tell) -> None:
        """Play the next beat."""
        time.sleep(max(self._due_s - time.perf_counter(), 0.0))
        self._hand.strike(voiced(C_MAJOR))
        self._due_s += BEAT_S
        tell(BEAT_S)

    def _sounding_parts(self, seconds: float, tell: Tell) -> Iterator[str]:
        """Play on, and give a part that sounds some time after every beat."""
        ends_s = self._due_s + seconds
        while self._due_s < ends_s:
            self._strike(tell)
            time.sleep(self._chance.uniform(0.1, 0.25))
            if sounding := next(filter(self._sounding, _PARTS), None):
                yield sounding

    def _end_one(self, control: str, part: str, asked: Asked) -> None:
        """Turn a control on that ends a note of a part."""
        if pitches := self._sounding(part):
            off = 0x80 | CHANNELS[LANES.index(part)] | min(pitches) << 8
            asked.wanted.append((self._playing.turn(control, 1), off))

    def _sounding(self, part: str) -> set[int]:
        """Pitches of a part that sound now."""
        channel, down = CHANNELS[LANES.index(part)], set()
        for message in self._listener.records()[-200:, MESSAGE].tolist():
            if message >> 24 == 0 and message & 0x0F == channel:
                kind, pitch = message & 0xF0, message >> 8 & 0x7F
                if kind == 0x90:
                    down.add(pitch)
                elif kind == 0x80:
                    down.discard(pitch)
        return down


def _line(key: str, name: str, asked: Asked, floor_ms: Spread) -> Line:
    if not asked.took_ms:
        raise Refusal(f"nothing came of a control ({name}); see accompanist doctor")
    spread = Spread.of(asked.took_ms)
    return Line(
        key=key,
        name=name,
        unit="ms",
        spread=spread,
        verdict=verdicts.of_latency(spread),
        floor=floor_ms,
        floor_name="a bare receiver",
        lost=asked.lost,
        **kept(np.array(asked.took_ms), np.array(asked.at_s)),
    )


def _flooded(seconds: float, tell: Tell) -> Line:
    """How far notes stray from their time in a flood, beside the same in peace."""
    peaceful, _, _, _ = house_lines.strays_us(evening_of(IN_PEACE, seconds, tell))
    strays, at_s, lost, _ = house_lines.strays_us(evening_of(IN_FLOOD, seconds, tell))
    spread = Spread.of(strays)
    return Line(
        key="controls/flood",
        name="10 000 datagrams/s: notes stray by",
        unit="µs",
        spread=spread,
        verdict=verdicts.of_jitter(Spread.of(strays / 1000.0)),
        floor=Spread.of(peaceful),
        floor_name="the same in peace",
        lost=lost,
        **kept(strays, at_s),
    )
