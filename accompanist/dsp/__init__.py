"""Compiled sound: sample voices, soundfonts, loudness; callbacks, and what they share.

Where machine code is kept must be settled before the compiler is first loaded, so it is done here.
"""

from accompanist.dsp.kept import settle

settle()
