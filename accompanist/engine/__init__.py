"""The causal core: wires listening, anticipation, the band and the scheduler."""

from accompanist.engine.engine import TICK_S, Announcement, Engine

__all__ = ["TICK_S", "Announcement", "Engine"]
