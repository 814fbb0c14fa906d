"""The understudies, a part each, who play by rule when the learned players don't."""

from accompanist.players.style import Style
from accompanist.players.style_file import load_styles
from accompanist.players.understudy_bass import UnderstudyBass
from accompanist.players.understudy_chords import RuleAnticipator
from accompanist.players.understudy_drums import UnderstudyDrums
from accompanist.players.understudy_harmony import UnderstudyHarmony

__all__ = [
    "RuleAnticipator",
    "Style",
    "UnderstudyBass",
    "UnderstudyDrums",
    "UnderstudyHarmony",
    "load_styles",
]
