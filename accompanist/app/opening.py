"""What the stage opens: the sound where there is any, and MIDI ports by the best way there is."""

from collections.abc import Sequence

from accompanist.app.gig import Gig, Names
from accompanist.app.terminal import say
from accompanist.devices.audio import AudioDevice
from accompanist.devices.errors import AudioUnavailable
from accompanist.devices.jack_midi import JackMidi
from accompanist.devices.midi_connection import ALSA_SEQUENCER
from accompanist.devices.midi_device import MidiDevice
from accompanist.devices.midi_ports import first_controller, list_ports
from accompanist.devices.rtmidi_ports import RtMidiPorts
from accompanist.devices.stage_door import StageDoor
from accompanist.dsp import cue


def open_audio(door: StageDoor, monitor: cue.Words) -> AudioDevice | None:
    """Open the sound, or say why there is none."""
    try:
        return AudioDevice(door, monitor)
    except AudioUnavailable as error:
        say(str(error))
        return None


def open_midi(
    gig: Gig,
    door: StageDoor,
    monitor: cue.Words | None,
    former: Names,
) -> MidiDevice | None:
    """Open JACK's MIDI where its server runs, else the system's ports; none where there are none.

    Raises
    ------
    Refusal
        If a port was named that is not there, or that could be several.
    """
    is_jack = JackMidi.answers() and not _is_alsas(gig)
    if not (is_jack or gig.midi_in or gig.midi_out or RtMidiPorts.answers()):
        return None
    midi_in = gig.midi_in or first_controller(jack=is_jack)
    midi_out = gig.midi_out
    stands_in = former != Names()
    if stands_in:
        midi_in, midi_out = former.midi_in, former.midi_out
    kind = JackMidi if is_jack else RtMidiPorts
    device = kind(door, monitor, midi_in, midi_out, is_patient=stands_in)
    device.join(former.heard, former.played)
    return device


def _is_alsas(gig: Gig) -> bool:
    """Whether what is to be joined is one of ALSA's ports, which nobody shows to JACK."""
    if not ALSA_SEQUENCER.exists():
        return False
    jack, alsa = list_ports(jack=True), list_ports()
    wanted_in = gig.midi_in or first_controller()
    return any(
        wanted is not None and _has(alsas, wanted) and not _has(jacks, wanted)
        for wanted, alsas, jacks in (
            (wanted_in, alsa.inputs, jack.inputs),
            (gig.midi_out, alsa.outputs, jack.outputs),
        )
    )


def _has(ports: Sequence[str], wanted: str) -> bool:
    return any(wanted.lower() in port.lower() for port in ports)
