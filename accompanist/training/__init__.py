"""Data readers, networks, training and evaluation; never imported by anything live."""
