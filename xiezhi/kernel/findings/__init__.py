"""Findings: what the engine computed for a version, kept and compared with what it computed before."""
