"""Days that a period leaves out, and why."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Pause:
    """From first to last day, both left out; ``last`` None = still running. ``reason``: in the source's words."""

    first: date
    last: date | None = None
    reason: str = ""

    def covers(self, day: date) -> bool:
        """Whether a day is left out."""
        return self.first <= day and (self.last is None or day <= self.last)
