"""Values that a musician could read: pitch, chord, key, metre, events, parameters."""
