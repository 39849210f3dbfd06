"""How a day and a local time are said in each language."""

from datetime import date, datetime
from typing import Any

from xiezhi.engine.words import Words

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")


def day_of(value: Any) -> date | None:
    """Return the day of a date, a local time or their ISO text; None where it is no day."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return datetime.fromisoformat(str(value)).date()
    except ValueError:
        return None


def said(day: date) -> Words:
    """Return the day with its year."""
    return Words(f"{day.year}年{day.month}月{day.day}日", f"{day.day} {MONTHS[day.month - 1]} {day.year}")


def said_time(value: Any) -> Words | None:
    """Return a local time, or its ISO text, as day and clock; None where it is no time."""
    try:
        time = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        return None
    day = said(time.date())
    clock = f"{time:%H:%M:%S}".removesuffix(":00")
    return Words(f"{day.zh} {clock}", f"{day.en} {clock}")
