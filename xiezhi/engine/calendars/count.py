"""The four ways of counting a period, and the days used of it, by index into a calendar.

The starting day never counts (民法典 Art. 201). A limit of 0 ends on the starting day.

* ``working``: n working days (行政许可法 Art. 82 and others). It ends on a working day by itself.
* ``calendar``: n days; a last day that is a rest day moves to the next working day (民法典 Art. 203).
* ``month``: the corresponding day n months later, else the last day of that month (Art. 202); then Art. 203.
* ``tax``: n days; three or more rest days in a row inside the period extend it by as many, and a last day that is a
  rest day moves to the day after (税收征管法实施细则 Art. 109); see Note [Long rests] in ``days.py``.

A period in years is one of twelve times as many months.
"""

import calendar as months
from collections.abc import Callable
from datetime import date

from xiezhi.engine.calendars.calendar import Calendar
from xiezhi.engine.calendars.days import LONG
from xiezhi.engine.errors import XiezhiError


class BadPeriod(XiezhiError):  # noqa: N818  named by what it says
    """A period that cannot be counted: its rule is unknown, its limit negative, or its pause ends before it begins."""


def due_on(calendar: Calendar, *, rule: str, start: date, limit: int) -> date:
    """Return the last day of a period. ``limit``: months for the rule ``month``, else days.

    Raises:
        BadPeriod: the rule is unknown or the limit negative.
        OutsideCalendar: the period leaves the calendar.
    """
    check_rule(rule)
    if limit < 0:
        raise BadPeriod(f"the limit is {limit}: a period has 0 days or more")
    return _LATER[rule](calendar, start, limit)


def check_rule(rule: str) -> None:
    """Refuse a rule that there is not.

    Raises:
        BadPeriod: the rule is unknown.
    """
    if rule not in _LATER:
        raise BadPeriod(f"the rule is {rule!r}: write one of {', '.join(_LATER)}")


def working_days_later(calendar: Calendar, start: date, limit: int) -> date:
    """Return the working day number ``limit`` after the starting day."""
    days, begin = calendar.days, calendar.index(start)
    if limit == 0:
        return start
    number = int(days.work_no[begin]) + limit
    if number > len(days.work_day):
        raise calendar.outside(f"{limit} working days after {start}")
    return calendar.day(int(days.work_day[number - 1]))


def calendar_days_later(calendar: Calendar, start: date, limit: int) -> date:
    """Return the day ``limit`` days after the starting day, or the next working day if it is a rest day."""
    return _rolled(calendar, calendar.index(start) + limit, f"{limit} days after {start}")


def months_later(calendar: Calendar, start: date, limit: int) -> date:
    """Return the corresponding day ``limit`` months later, or the next working day if it is a rest day."""
    target = calendar.index(start) + corresponding_day(start, limit).toordinal() - start.toordinal()
    return _rolled(calendar, target, f"{limit} months after {start}")


def corresponding_day(start: date, count: int) -> date:
    """Return the same day of the month ``count`` months later, else the last day of that month (民法典 Art. 202).

    Raises:
        BadPeriod: past the year 9999.
    """
    year, month = divmod(start.year * 12 + start.month - 1 + count, 12)
    if year > date.max.year:
        raise BadPeriod(f"{count} months after {start}: no such year")
    return date(year, month + 1, min(start.day, months.monthrange(year, month + 1)[1]))


def tax_days_later(calendar: Calendar, start: date, limit: int) -> date:
    """Return the last day of ``limit`` days, long rests inside put on top (Note [Long rests])."""
    days, begin = calendar.days, calendar.index(start)
    asked = f"{limit} days after {start}"
    tail = int(days.tail[begin])
    if limit <= tail:
        return _rolled(calendar, begin, asked)
    number = int(days.tax_no[begin]) + limit - tail
    if number <= len(days.tax_day):
        target = int(days.tax_day[number - 1])
        long_start = int(days.long_start[target])
        second = days.since_long[target] == 2
        if not (second and (begin < long_start or days.left_in_run[begin] >= LONG)):
            long_start = target
        return _rolled(calendar, long_start, asked)
    raise calendar.outside(asked)


def _rolled(calendar: Calendar, index: int, asked: str) -> date:
    days = calendar.days
    if index >= days.size or days.next_work[index] >= days.size:
        raise calendar.outside(asked)
    return calendar.day(int(days.next_work[index]))


_LATER: dict[str, Callable[[Calendar, date, int], date]] = {
    "working": working_days_later,
    "calendar": calendar_days_later,
    "month": months_later,
    "tax": tax_days_later,
}


def used_days(calendar: Calendar, *, rule: str, start: date, end: date) -> int:
    """Return the days after ``start`` up to and including ``end`` that count under a rule.

    ``working``: working days. ``calendar`` and ``month``: all days. ``tax``: all but those of long rests of which
    three days or more follow the start. Negative when ``end`` lies before ``start``. Compare ``end`` with the last
    day rather than this with the limit: a last day that moved is no delay.

    Raises:
        BadPeriod: the rule is unknown.
        OutsideCalendar: a day is outside the calendar.
    """
    check_rule(rule)
    days, begin, stop = calendar.days, calendar.index(start), calendar.index(end)
    if rule == "working":
        return int(days.work_no[stop] - days.work_no[begin])
    if rule == "tax":
        tail = min(max(stop - begin, 0), int(days.tail[begin]))
        return int(days.tax_no[stop] - days.tax_no[begin]) + tail
    return stop - begin
