"""Working days of China as people of the city live them: a small arithmetic of its own, apart from the engine's."""

from datetime import date, timedelta
from functools import cache

import chinese_calendar

_DAY = timedelta(1)


@cache
def is_workday(day: date) -> bool:
    """Return whether offices are open: weekdays without holidays, and exchanged weekend days."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:  # a year whose notice has not been published
        return day.weekday() < 5


def on_or_after(day: date) -> date:
    """Return the day itself, or the next working day."""
    while not is_workday(day):
        day += _DAY
    return day


@cache
def add(day: date, days: int) -> date:
    """Return the working day that is ``days`` after ``day``; the day itself is not counted."""
    for _ in range(days):
        day = on_or_after(day + _DAY)
    return on_or_after(day)


def before(day: date, days: int) -> date:
    """Return the working day that is ``days`` before ``day``; the day itself is not counted."""
    for _ in range(days):
        day -= _DAY
        while not is_workday(day):
            day -= _DAY
    return day


def between(start: date, end: date) -> int:
    """Return the working days after ``start`` up to and including ``end``."""
    return sum(is_workday(start + n * _DAY) for n in range(1, (end - start).days + 1))


def span(start: date, end: date) -> list[date]:
    """Return the working days from ``start`` to ``end``, both included."""
    return [day for n in range((end - start).days + 1) if is_workday(day := start + n * _DAY)]
