"""Derivations: deterministic pure functions, tables to tables."""
