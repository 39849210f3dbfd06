"""The SQL of counting days: one idiom a rule, over ``spans (id, start_on, end_on, n)`` and the calendar dataset."""

from importlib.resources import files

IDIOMS = ("used_days", "working_days", "calendar_days", "months", "tax_days")


def idiom(name: str) -> str:
    """Return the SELECT of an idiom. ``used_days`` gives ``id, used_days``, the others give ``id, due_on``."""
    return files(__package__).joinpath("idioms", f"{name}.sql").read_text(encoding="utf-8")
