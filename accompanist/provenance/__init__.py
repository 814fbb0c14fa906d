"""Where material comes from: a seam that hears every committed note."""
