"""How low, how high and in which pitch classes an onset sounds; drums have registers too."""

from accompanist.dsp.onset_features import PAD_REGISTERS
from accompanist.listening.onset import Onset


def registers(onset: Onset) -> list[int]:
    """Pitches of an onset, or those that stand for its drums."""
    if onset.has_tones:
        return list(onset.pitches)
    return [int(PAD_REGISTERS[pitch]) for pitch in onset.pitches]


def tone_bits(onset: Onset) -> int:
    """Pitch classes as bits, C lowest."""
    return sum(1 << tone for tone in {pitch % 12 for pitch in registers(onset)})
