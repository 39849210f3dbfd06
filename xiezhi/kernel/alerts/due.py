"""Where the deadline of an alert stands today, in working days."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from xiezhi.engine.calendars.calendar import Calendar
from xiezhi.engine.calendars.count import used_days
from xiezhi.kernel.alerts.enums import OPEN


@dataclass(frozen=True)
class Due:
    """``days``: working days over, or left. ``day``: the day of the deadline, or the one until which it rests."""

    state: Literal["over", "today", "later", "muted", "done", "none"]
    days: int = 0
    day: date | None = None

    def __str__(self) -> str:
        return self.day.isoformat() if self.day and self.state != "done" else ""


def due_of(due_on: date | None, *, today: date, calendar: Calendar) -> Due:
    """Return where a deadline stands. A day over that is all rest days is one working day late at least."""
    if due_on is None:
        return Due("none")
    if due_on == today:
        return Due("today", 0, due_on)
    if due_on < today:
        return Due("over", max(1, used_days(calendar, rule="working", start=due_on, end=today)), due_on)
    return Due("later", used_days(calendar, rule="working", start=today, end=due_on), due_on)


def due_of_alert(state: str, due_on: date | None, muted_until: date | None, *, today: date, calendar: Calendar) -> Due:
    """Return the same of an alert: one that is closed or on hold asks for nothing."""
    if state not in OPEN:
        return Due("done")
    if muted_until is not None and muted_until > today:
        return Due("muted", 0, muted_until)
    return due_of(due_on, today=today, calendar=calendar)
