"""A TouchOSC surface made from the parameter tree: dark, with large targets, for a dim stage."""
