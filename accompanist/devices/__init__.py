"""Where events come from and go to: MIDI, audio, OSC, files, and their recorded doubles."""
