"""Compiles all that playing needs, so that no note waits for the compiler: once for each machine.

Two processes compile side by side; what they compile is kept, and `play` finds it. Every step
touches what the live path uses in the way in which the live path uses it: compiled code is made for
the kinds of values it is called with. A test plays for real after this, and sees that nothing more
is compiled.

``python -m accompanist.app.warm sound`` (or ``notes``) compiles one half, and names each step as it
ends.
"""

import ctypes.util
import gc
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from accompanist.dsp import kept
from accompanist.music.errors import Refusal


@dataclass(frozen=True, slots=True)
class Step:
    """Something to be compiled, by the name that a musician reads, and what touches it."""

    name: str
    touch: Callable[[], object]


def _clock() -> None:
    from accompanist.dsp.native import now_ns, sleep_until

    sleep_until(now_ns())


def _rings() -> None:
    """What passes between the processes."""
    import numpy as np

    from accompanist.dsp import ring

    words, row = ring.new_ring(), np.zeros(ring.WIDTH, np.int64)
    ring.push(words, (0, 0, 0, 0, 0, 0, 0, 0))
    ring.wait_for_row(words, words, time.perf_counter_ns())
    ring.waiting(words)
    ring.pop_into(words, row)


def _surfaces() -> None:
    """What reads the port of surfaces, on one that nobody knows."""
    import numpy as np

    from accompanist.control.osc_port import OscPort
    from accompanist.control.osc_receiver import OscReceiver
    from accompanist.dsp import immediate, immediate_cues
    from accompanist.dsp.guest_list import GUEST_LIST_WORDS

    port, controls = OscPort.opened(0), immediate.new_words()
    OscReceiver(port, controls, np.zeros(GUEST_LIST_WORDS, np.int64), []).close()
    port.close()
    immediate_cues.rows_of(controls, 0, 0, immediate_cues.new_rows())
    immediate_cues.loudness(controls, 0)
    immediate_cues.is_silent(controls, 0)


def _audio_callbacks() -> None:
    from accompanist.dsp import input_stream, stream

    stream.callback()
    input_stream.callback()


def _synth() -> None:
    from accompanist.dsp.synth import BandSynth

    BandSynth().render(64)


def _sound_ear() -> None:
    from accompanist.app.rehearsal import rehearse_sound

    rehearse_sound()


def _jack_callbacks() -> None:
    if ctypes.util.find_library("jack"):
        from accompanist.dsp import jack_midi

        jack_midi.callbacks()


def _midi_ports() -> None:
    """What serves the system's own MIDI ports, on a desk where nothing waits."""
    import numpy as np

    from accompanist.dsp import cue, desk_watch, midi_desk, midi_ear, reflex, ring

    desk, words = midi_desk.new_desk(1_000_000_000), ring.new_ring()
    ear = midi_ear.new_ear(reflex.reflex_table("off", ()), words, None)
    gate, generations = np.zeros(1, np.int64), np.zeros(len(cue.LANES), np.int64)
    due = np.zeros((desk_watch.MOST_AT_ONCE + 1, ring.WIDTH), np.int64)
    desk_watch.wait_for_due(desk, words, words, words, gate, generations, due, 0)
    midi_desk.next_time(desk)
    midi_ear.hear(ear, desk, 0, 0, 0)
    midi_ear.let_up(ear, desk, 0, 0)


def _rehearsal() -> None:
    from accompanist.app.rehearsal import rehearse

    rehearse()


HALVES: Mapping[str, Sequence[Step]] = {
    "sound": (
        Step("clock", _clock),
        Step("rings", _rings),
        Step("surfaces", _surfaces),
        Step("audio callbacks", _audio_callbacks),
        Step("synth", _synth),
        Step("sound that comes in", _sound_ear),
        Step("MIDI ports", _midi_ports),
    ),
    "notes": (
        Step("JACK callbacks", _jack_callbacks),
        Step("listening and playing", _rehearsal),
    ),
}
"""What is compiled side by side, about as long each. MIDI ports come last: most that they need has
been compiled for JACK by then."""

STEPS = sum(len(steps) for steps in HALVES.values())


def warm(tell: Callable[[str], None]) -> None:
    """Compile everything, one process for each half.

    Parameters
    ----------
    tell
        Called with the name of each of the `STEPS` when it is done.

    Raises
    ------
    Refusal
        If something cannot be compiled or loaded.
    """
    source, sink = os.pipe()
    with tempfile.TemporaryFile() as complaints:
        processes = [
            subprocess.Popen(
                [sys.executable, "-m", "accompanist.app.warm", half], stdout=sink, stderr=complaints
            )
            for half in HALVES
        ]
        os.close(sink)
        with os.fdopen(source, encoding="utf-8") as names:
            for name in names:
                tell(name.strip())
        if any([process.wait() for process in processes]):
            complaints.seek(0)
            lines = complaints.read().decode(errors="replace").strip().splitlines()
            reason = lines[-1] if lines else "it was ended"
            raise Refusal(f"compiling failed ({reason}); reinstall the band")
    kept.note_complete()


def warm_with_progress() -> None:
    """Compile everything, and show how far it is.

    Raises
    ------
    Refusal
        If something cannot be compiled or loaded.
    """
    from tqdm import tqdm

    with tqdm(total=STEPS, desc="compiling", unit="step", disable=None, leave=False) as progress:

        def tell(name: str) -> None:
            progress.set_postfix_str(name, refresh=False)
            progress.update()

        warm(tell)


def warm_if_cold() -> None:
    """Compile everything unless it has been, and say why this start takes longer.

    Raises
    ------
    Refusal
        If something cannot be compiled or loaded.
    """
    if not kept.is_complete():
        print("compiling the band's sound, once", file=sys.stderr)
        warm_with_progress()


def main(words: Sequence[str]) -> None:
    """Compile one half, and name each step as it ends."""
    # Nearly all that the compiler makes stays; collecting would take a tenth of the time.
    gc.disable()
    for step in HALVES[words[0]]:
        step.touch()
        print(step.name, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
