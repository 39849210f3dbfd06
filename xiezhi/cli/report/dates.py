"""How a day is said in each language, and how a local time of a finding is read."""

from datetime import date, datetime
from typing import Any

from xiezhi.engine.words import Words

_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")


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
    return Words(f"{day.year}年{day.month}月{day.day}日", f"{day.day} {_MONTHS[day.month - 1]} {day.year}")


def short(day: date) -> Words:
    """Return the day without its year."""
    return Words(f"{day.month}月{day.day}日", f"{day.day} {_MONTHS[day.month - 1]}")


def with_weekday(day: date) -> Words:
    """Return the day without its year, with its weekday."""
    words = short(day)
    return Words(
        f"{words.zh} 周{_WEEKDAYS_ZH[day.weekday()]}",
        f"{_WEEKDAYS_EN[day.weekday()]} {words.en}",
    )


def span(first: date, last: date) -> Words:
    """Return two days as a span, the month said once where it is the same."""
    if first == last:
        return short(first)
    a, b = short(first), short(last)
    if (first.year, first.month) == (last.year, last.month):
        return Words(f"{a.zh}至{last.day}日", f"{first.day} to {b.en}")
    if first.year != last.year:
        a, b = said(first), said(last)
    return Words(f"{a.zh}至{b.zh}", f"{a.en} to {b.en}")
