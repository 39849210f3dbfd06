"""Intake: files become typed rows, or quarantine with the reason."""
