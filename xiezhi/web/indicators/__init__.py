"""Indicators: what each measures, by which rules and law, how often it was right, how it is doing."""
