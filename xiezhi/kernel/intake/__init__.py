"""Intake: batches, the store of facts, quarantine, the identity vault, subjects, feeds."""
