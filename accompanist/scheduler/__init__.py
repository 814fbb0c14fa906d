"""From plans in beats to committed notes in seconds."""
