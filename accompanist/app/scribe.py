"""Writes down what a session hears and says, while it plays: the capture, the recording, the state.

The band only leaves things in a bounded queue; a thread of its own writes them, twenty times a
second, and once a second has the disk keep them. When the queue is full, or the disk refuses,
things are lost and counted, and it is said once; nobody waits and nothing stops.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from accompanist.app.capture import Capture
from accompanist.app.plays import Play
from accompanist.app.recording import Recording
from accompanist.app.terminal import say
from accompanist.devices.errors import DeviceError
from accompanist.devices.session_log import InputTaken, LogEnded, SessionLine, session_line
from accompanist.engine import Announcement
from accompanist.music.band import ControlTaken, Fault, Played
from accompanist.music.events import InputEvent, PerformerEvent
from accompanist.music.parameter import Value
from accompanist.music.parameter_values import ParameterValues
from accompanist.music.song import SongBegun
from accompanist.music.whereabouts import Whereabouts

MOST_WAITING = 1 << 16
WRITE_EVERY_S = 0.05
SETTLE_EVERY_S = 1.0

LONGEST_WAIT_S = 6.0
"""For a disk that is asked to keep the last of it."""

BEHIND_S = 0.25
"""So late everything that happened has been left here."""

MOST_SENTENCES = 16

BREATH = 16
"""After so many things the band may have its turn, should it want one."""


class Scribe:
    """An observer, a clerk and a synth of a session.

    Parameters
    ----------
    play
        Where the state is remembered; nowhere if it is none.
    capture, recording
        What is written; either may be none.
    state
        What is remembered beside how the parameters are set.
    now_s
        Engine clock: sound that is recorded keeps up with it while nobody plays.

    Attributes
    ----------
    stem
        Path of what is recorded, without its endings; none if nothing is.
    lost
        Things that were not written down.
    """

    def __init__(
        self,
        play: Play | None,
        capture: Capture | None,
        recording: Recording | None,
        state: Mapping[str, Any],
        now_s: Callable[[], float],
    ) -> None:
        self.lost = 0
        self.stem = recording.stem if recording else None
        self._play, self._capture, self._recording = play, capture, recording
        self._books = [book for book in (capture, recording) if book is not None]
        self._gaps = dict.fromkeys(self._books, 0)
        self._now_s = now_s
        self._state = dict(state)
        self._values = ParameterValues()
        self._is_changed = self._is_known = False
        self._waiting: deque[tuple[Callable[..., object], tuple[object, ...]]]
        self._waiting = deque(maxlen=MOST_WAITING)
        self._lines: list[SessionLine] = []
        self._said: set[str] = set()
        self._settled_s = time.perf_counter()
        self._closing = False
        self._thread = threading.Thread(target=self._serve, name="scribe", daemon=True)
        self._thread.start()

    def hear(self, event: InputEvent, heard_s: float) -> None:
        """Take an input."""
        self._leave(self._write, InputTaken(heard_s, event))

    def show(self, announcement: Announcement) -> None:
        """Take an announcement."""
        self._leave(self._write, announcement)

    def stand(self, where: Whereabouts) -> None:
        """Take in where the band is."""
        if self._capture is not None:
            self._leave(self._stand, where)

    def send(self, event: Played) -> None:
        """Take a committed event of the band, to be sounded."""
        if self._recording is not None:
            self._leave(self._recording.audio.send, event)

    def perform(self, event: PerformerEvent) -> None:
        """Take an event of the performer, to be sounded."""
        if self._recording is not None:
            self._leave(self._recording.audio.perform, event)

    def set_level(self, part: str, level: float) -> None:
        """Take the loudness of a part."""
        if self._recording is not None:
            self._leave(self._recording.audio.set_level, part, level)

    def set_style(self, style: str, at_s: float) -> None:
        """Take the instruments of a style."""
        if self._recording is not None:
            self._leave(self._recording.audio.set_style, style, at_s)

    def close(self) -> None:
        """Let the sound that is recorded die away."""
        if self._recording is not None:
            self._leave(self._recording.audio.close)

    def end(self, now_s: float) -> bool:
        """Write the last of it, and stop; false if the disk takes longer than anyone can wait."""
        self._leave(self._write, LogEnded(now_s))
        self._closing = True
        self._thread.join(LONGEST_WAIT_S)
        return not self._thread.is_alive()

    def _leave(self, act: Callable[..., object], *given: object) -> None:
        if len(self._waiting) < MOST_WAITING:
            self._waiting.append((act, given))
        else:
            self.lost += 1

    def _serve(self) -> None:
        while not self._closing:
            time.sleep(WRITE_EVERY_S)
            self._write_all()
            self._keep_up()
            now_s = time.perf_counter()
            if now_s - self._settled_s >= SETTLE_EVERY_S:
                self._settled_s = now_s
                self._settle()
        self._write_all()
        self._settle()
        for book in self._books:
            book.close()

    def _write_all(self) -> None:
        """Do all that waits, with pauses in which the band may take its turn."""
        for done in range(len(self._waiting)):
            act, given = self._waiting.popleft()
            self._try(act, *given)
            if done % BREATH == 0:
                time.sleep(0)
        self._try(self._put_down)

    def _keep_up(self) -> None:
        """Sound what was left here until now."""
        if self._recording is not None:
            self._try(self._recording.audio.follow, self._now_s() - BEHIND_S)

    def _write(self, line: SessionLine) -> None:
        self._lines.append(line)
        if isinstance(line, ControlTaken):
            self._values.take(line.address, line.value)
            self._is_changed = True
        elif isinstance(line, SongBegun):
            self._state["song"] = line.number
            self._is_changed = self._is_known
        elif isinstance(line, InputTaken) and not self._is_known:
            # A play in which nobody did anything does not replace the last gig.
            self._is_changed = self._is_known = True
        if len(self._lines) >= BREATH:
            self._put_down()

    def _put_down(self) -> None:
        """Write the lines that came together."""
        lines, self._lines = self._lines, []
        if not lines:
            return
        payload = "".join(f"{session_line(line)}\n" for line in lines).encode()
        for book, gap in self._gaps.items():
            if book.append(_gap(gap, lines[0]) + payload):
                self._gaps[book] = 0
            else:
                self._gaps[book] += len(lines)
                self.lost += len(lines)

    def _stand(self, where: Whereabouts) -> None:
        self._put_down()
        if self._capture is not None:
            self._capture.stand(where)

    def _settle(self) -> None:
        """Have the disk keep everything, and say what it refused."""
        for book in self._books:
            self._try(book.settle)
            if book.refusal is not None:
                self._say(f"{book.name} cannot be written ({book.refusal}): see to that disk")
        if self._is_changed and self._play is not None:
            self._is_changed = False
            self._try(self._play.remember, {**self._state, "parameters": self._settings()})

    def _settings(self) -> dict[str, Value]:
        return {p.address: value for p, value in self._values if p.kind != "trigger"}

    def _try(self, act: Callable[..., object], *given: object) -> None:
        """Do something that must not end the thread, whatever it meets."""
        try:
            act(*given)
        except DeviceError as error:
            self.lost += 1
            self._say(str(error))
        except Exception as error:
            self.lost += 1
            self._say(f"something was not written down ({error})")

    def _say(self, sentence: str) -> None:
        if sentence not in self._said and len(self._said) < MOST_SENTENCES:
            self._said.add(sentence)
            say(f"{sentence}; the band plays on")


def _gap(lost: int, following: SessionLine) -> bytes:
    """Line that tells of lines that are missing before another one; nothing if there are none."""
    if not lost:
        return b""
    return f"{session_line(Fault(following.announced_s, f'{lost} lines are lost'))}\n".encode()
