"""Findings: flagged rows become what a person can answer."""
