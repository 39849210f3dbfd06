"""Data quality: sources and their feeds, batches, rows in quarantine, files handed in."""
