"""Lint: a whole pack compiled and its examples executed."""
