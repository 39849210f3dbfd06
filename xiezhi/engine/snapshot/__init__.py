"""Snapshot: fact files that are never rewritten, read as one state."""
