"""What is heard: beats, metre, key and chords, announced as they happen."""
