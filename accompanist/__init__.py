"""A live accompanist: you play, and a band of bass, drums and harmony follows."""

__version__ = "0.1.0"
