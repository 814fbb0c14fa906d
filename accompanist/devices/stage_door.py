"""The stage door: the memory through which the band and the stage hand each other everything.

The stage owns ports and sound and never thinks; the band thinks and owns nothing that sounds; an
ear hears the audio input, where there is one. Each is a process of its own, and another starts
them. The door is one block of shared memory: rings of cues (see `accompanist.dsp.cue`), status
words, the reflex table, the generations of the lanes, which keys and pedals steer and are silent,
how the controls stand that the stage obeys at once, the guest list, tapes of what is heard and of
what the built-in synth plays, and where the band last was and which surfaces it knew, so that a
restarted band finds its place. Each ring has one producer and one consumer; each word has one
writer, but for the gate and the generations, which a dead band leaves to the stage, HAS_INPUT,
which a dead ear leaves to the guard, and the controls, which two threads of the stage write, the
later one as it is.

The guard uses the door too, so nothing here needs compiled code. Words stand alone: none says that
others are ready, but for texts, which carry a sum that tells whole ones from torn ones.
"""

import mmap
import tempfile
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from accompanist.devices.errors import DeviceError
from accompanist.dsp.cue import LANES, RING_WORDS
from accompanist.dsp.guest_list import GUEST_LIST_WORDS
from accompanist.dsp.immediate import IMMEDIATE_WORDS, new_words
from accompanist.dsp.tape import TAPE_FRAMES, TAPE_WORDS, Tape

Words = NDArray[np.int64]

TO_MIDI, TO_AUDIO, TO_STAGE, FROM_MIDI, FROM_AUDIO = range(5)
"""Rings: the band to each consumer of the stage, and what the stage's inputs hear to the band."""
_RINGS = 5

(
    CLOSING,
    BAND_STATE,
    BAND_BEAT_NS,
    STAGE_STATE,
    STAGE_BEAT_NS,
    HAS_CONTROLLER,
    HAS_MIDI,
    HAS_AUDIO,
    ON_TURN,
    CARRY_ON,
    GATE_NS,
    BEGAN_NS,
    KEEPS,
    CLOCK_OUT,
    CLOCK_IN,
    CLOCK_LEAD_NS,
    SONG_BEGAN,
    SONG_RUNS,
    STYLE_SET,
    PROGRAMS_OF,
    HAS_INPUT,
) = range(21)
"""Words of status:

CLOSING: 1 once the program is to end. BAND_STATE, STAGE_STATE: see `ABSENT`. BAND_BEAT_NS,
STAGE_BEAT_NS: when each last went round its loop.
HAS_CONTROLLER, HAS_MIDI, HAS_AUDIO: what the stage could open; HAS_INPUT: whether the ear hears.
ON_TURN: lane of the player whose
turn it is, or -1: who is to blame if the band dies now. CARRY_ON: whether the groove goes on
without the band. GATE_NS: notes of the band before this time do not sound. BEGAN_NS: when the first
band was ready. KEEPS: how often the player asked to keep what was played.
CLOCK_OUT, CLOCK_IN: whether MIDI clock is sent, and followed. CLOCK_LEAD_NS: how much earlier it is
sent than it is meant. SONG_BEGAN: beat at which the song began that those who follow it know of,
`NEVER` for none; SONG_RUNS: whether it goes on. STYLE_SET: place among `STYLES`, from 1,
of the style whose instruments were taken up last, for a stage that stands in for a fallen one; 0
before the first. PROGRAMS_OF: the same of the style whose programs the MIDI output was sent; 0 for
the usual ones.
"""

ABSENT, COMING, PRESENT = range(3)

NEVER = 2**63 - 1

REFLEX_VOICES = 4
"""Answers that a key of the performer may have in the same moment."""

_WORDS = 64
_REFLEX = 128 * REFLEX_VOICES
_SILENT = 128 * 16 + 16
_TEXT_BYTES = 1 << 15
_TEXTS = 4
WHEREABOUTS, NAMES, SURFACES, INPUT = range(_TEXTS)
"""Texts: where the band is, for its successor; what the stage calls its ports, for the player;
which surfaces the band knows, for its successor; and what the ear calls what it hears."""

_TAPES = 2

_ATTEMPTS = 100

_SIZE = (
    8 * (_RINGS * RING_WORDS + 2 * _WORDS + _REFLEX + _SILENT)
    + 8 * (IMMEDIATE_WORDS + GUEST_LIST_WORDS + 5 * _TEXTS)
    + 2 * _TEXTS * _TEXT_BYTES
    + _TAPES * (8 * TAPE_WORDS + 4 * TAPE_FRAMES)
)


class StageDoor:
    """A view of the shared block.

    Parameters
    ----------
    path
        The file that holds the block, as `create` made it.

    Raises
    ------
    DeviceError
        If there is no such block.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("r+b") as file:
                self._map = mmap.mmap(file.fileno(), _SIZE)
        except (OSError, ValueError) as error:
            raise DeviceError(f"{path} is not the band's shared memory; start again") from error
        # Every page is touched now, not one by one while the band plays.
        np.frombuffer(self._map, np.uint8)[:: mmap.PAGESIZE].sum()
        self._place = 0
        self.rings = tuple(self._words(RING_WORDS) for _ in range(_RINGS))
        self.status = self._words(_WORDS)
        self.generations = self._words(_WORDS)
        self.reflex = self._words(_REFLEX)
        self.silent = self._words(_SILENT)
        self.controls = self._words(IMMEDIATE_WORDS)
        self.guests = self._words(GUEST_LIST_WORDS)
        self._turns = self._words(_TEXTS)
        self._lengths = self._words(2 * _TEXTS).reshape(_TEXTS, 2)
        self._sums = self._words(2 * _TEXTS).reshape(_TEXTS, 2)
        self.heard, self.played = (self._tape() for _ in range(_TAPES))
        texts = np.frombuffer(self._map, np.uint8, 2 * _TEXTS * _TEXT_BYTES, self._place)
        self._texts = texts.reshape(_TEXTS, 2, _TEXT_BYTES)

    @classmethod
    def create(cls) -> "StageDoor":
        """Make an empty block; whoever makes it removes it with `remove`.

        Raises
        ------
        DeviceError
            If there is no room for it.
        """
        memory = Path("/dev/shm")
        folder = memory if memory.is_dir() else Path(tempfile.gettempdir())
        try:
            with tempfile.NamedTemporaryFile(
                prefix="accompanist-", dir=folder, delete=False
            ) as file:
                file.write(bytes(_SIZE))
        except OSError as error:
            raise DeviceError(
                f"no room for shared memory below {folder} ({error.strerror}); free some"
            ) from error
        door = cls(Path(file.name))
        door.status[ON_TURN] = -1
        door.status[CARRY_ON] = 1
        door.status[SONG_BEGAN] = NEVER
        door.controls[:] = new_words()
        return door

    def remove(self) -> None:
        """Take the block's name away; it lives on for those who hold it."""
        self.path.unlink(missing_ok=True)

    def tell(self, word: int, value: int) -> None:
        """Set a word of status."""
        self.status[word] = value

    def told(self, word: int) -> int:
        """Value of a word of status."""
        return int(self.status[word])

    def cancel(self, lane: str) -> None:
        """Take back every note of a lane that has not begun."""
        self.generations[LANES.index(lane)] += 1

    def write(self, text: int, value: str) -> bool:
        """Replace a text, whole; false if it is too long.

        Two places take turns, so that a writer who dies in the middle leaves the last text.
        """
        encoded = value.encode()
        if len(encoded) > _TEXT_BYTES:
            return False
        place = 1 - int(self._turns[text])
        self._texts[text, place, : len(encoded)] = np.frombuffer(encoded, np.uint8)
        self._lengths[text, place] = len(encoded)
        self._sums[text, place] = zlib.crc32(encoded)
        self._turns[text] = place
        return True

    def read(self, text: int) -> str:
        """Return a text; empty if it was never written."""
        for _ in range(_ATTEMPTS):
            place = int(self._turns[text]) % 2
            length = int(self._lengths[text, place])
            value = self._texts[text, place, :length].tobytes()
            if zlib.crc32(value) == self._sums[text, place]:
                return value.decode()
        return ""

    def _tape(self) -> Tape:
        words = self._words(TAPE_WORDS)
        samples = np.frombuffer(self._map, np.float32, TAPE_FRAMES, self._place)
        self._place += 4 * TAPE_FRAMES
        return Tape(words, samples)

    def _words(self, count: int) -> Words:
        words = np.frombuffer(self._map, np.int64, count, self._place)
        self._place += count * 8
        return words
