"""How days are said beside others: without their year, with their weekday, as spans."""

from datetime import date

from xiezhi.engine.findings.dates import MONTHS, said
from xiezhi.engine.words import Words

_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def short(day: date) -> Words:
    """Return the day without its year."""
    return Words(f"{day.month}月{day.day}日", f"{day.day} {MONTHS[day.month - 1]}")


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
