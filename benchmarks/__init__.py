"""Measurements of the engine beside its peers. Each figure is a ratio out of one run on one machine."""
