"""Compiled sound: sample voices, soundfonts, loudness."""
