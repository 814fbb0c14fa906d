"""Arbitrary musical values for hypothesis."""

from hypothesis import strategies as st

from accompanist.music.chord import QUALITIES, Chord
from accompanist.music.key import key_at

pitch_classes = st.integers(0, 11)

chords = st.builds(
    Chord,
    pitch_classes,
    st.sampled_from(sorted(QUALITIES)),
    st.none() | pitch_classes,
)

keys = st.integers(0, 23).map(key_at)
