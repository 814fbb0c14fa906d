"""What the band hears: the controller, the audio input, or the demonstration where nobody plays."""

import time
from dataclasses import replace

from accompanist.app.called import called
from accompanist.app.demonstration import demonstration
from accompanist.app.gig import Gig, Names
from accompanist.devices.compensation import compensation_for
from accompanist.devices.door_source import DoorSource
from accompanist.devices.note_echo import NoteEcho
from accompanist.devices.recorded import RecordedInput
from accompanist.devices.stage_door import (
    BEGAN_NS,
    CLOSING,
    HAS_CONTROLLER,
    INPUT,
    PRESENT,
    STAGE_STATE,
    StageDoor,
)
from accompanist.devices.tape_source import TapeSource
from accompanist.music.errors import Refusal

STAGE_WITHIN_S = 60.0
"""The stage may have to compile everything first."""


def stage_names(gig: Gig, door: StageDoor) -> Names | None:
    """Wait for stage and ear, and return what the stage has open; none if the gig is over.

    Raises
    ------
    Refusal
        If they do not come.
    """
    deadline_s = time.monotonic() + STAGE_WITHIN_S
    is_deaf = gig.audio_in is not None and not door.read(INPUT)
    while door.told(STAGE_STATE) != PRESENT or is_deaf:
        if door.told(CLOSING) or gig.is_abandoned:
            return None
        if time.monotonic() > deadline_s:
            raise Refusal(f"the sound does not start; run: {called('doctor')}")
        time.sleep(0.005)
        is_deaf = gig.audio_in is not None and not door.read(INPUT)
    return Names.read(door)


def player_of(
    gig: Gig, door: StageDoor, names: Names, echo: NoteEcho, *, has_begun: bool
) -> DoorSource | RecordedInput:
    """Return what the player plays on, or the demonstration where there is nothing.

    The band's own notes may come back from instruments that play them, by the `echo` of them.
    """
    has_controller = bool(door.told(HAS_CONTROLLER))
    if has_controller or gig.audio_in is not None:
        heard = [str(names.midi_in)] if has_controller else []
        heard += [door.read(INPUT)] if gig.audio_in is not None else []
        if not has_begun:
            print(f"play on {' or '.join(heard)}: the band joins in once it has found your beat")
        return DoorSource(
            door,
            gig.origin_ns,
            midi_latency_s=compensation_for(names.midi_in).input_s,
            audio_latency_s=compensation_for(door.read(INPUT) or None).input_s,
            echo=echo if names.midi_out or gig.osc_out else None,
        )
    if not has_begun:
        print("no MIDI controller is attached: the band plays to the built-in demonstration")
    began_s = (door.told(BEGAN_NS) - gig.origin_ns) / 1e9
    return RecordedInput(replace(event, time_s=event.time_s + began_s) for event in demonstration())


def sound_of(gig: Gig, door: StageDoor) -> list[TapeSource]:
    """Return what hears the audio input, where one was asked for."""
    if gig.audio_in is None:
        return []
    return [TapeSource(door, gig.origin_ns, compensation_for(door.read(INPUT)).input_s)]
