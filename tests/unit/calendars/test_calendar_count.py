"""The four ways of counting against plain loops, for every starting day 2007–2026, and on invented calendars."""

import os
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiezhi.engine.calendars.calendar import Calendar, OutsideCalendar
from xiezhi.engine.calendars.count import BadPeriod, due_on, used_days
from xiezhi.engine.calendars.load import load_calendar

SOAK = bool(os.environ.get("XIEZHI_SOAK"))
DAY = timedelta(1)
CN = load_calendar("CN")
REST = {CN.first + timedelta(n): bool(rest) for n, rest in enumerate(CN.is_rest)}
FIRST, LAST = date(2007, 1, 1), date(2026, 12, 31)
DAYS = [FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1)]
LIMITS = [*range(12), 15, 20, 30, 45, 60, 90] if SOAK else [0, 1, 2, 3, 4, 5, 7, 10, 15, 20]
MONTHS = [*range(13), 24, 60] if SOAK else [0, 1, 2, 6, 12, 24]


def moved(day, rest):
    while rest[day]:
        day += DAY
    return day


def plain_working(start, limit, rest):
    day = start
    while limit:
        day += DAY
        if not rest[day]:
            limit -= 1
    return day


def plain_calendar(start, limit, rest):
    day = start
    for _ in range(limit):
        day += DAY
    return moved(day, rest)


def plain_month(start, limit, rest):
    year, month = start.year, start.month
    for _ in range(limit):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    day = start.day
    while True:
        try:
            return moved(date(year, month, day), rest)
        except ValueError:
            day -= 1


def plain_tax(start, limit, rest):
    """Art. 109 word by word: as long as rest days in runs of three or more inside the period are not made up, go on."""
    end, owed = start + timedelta(limit), -1
    while True:
        inside, run, day = 0, 0, start + DAY
        while day <= end:
            run = run + 1 if rest[day] else 0
            inside += 0 if run < 3 else 3 if run == 3 else 1
            day += DAY
        if inside == owed:
            return moved(end, rest)
        owed, end = inside, start + timedelta(limit + inside)


PLAIN = {"working": plain_working, "calendar": plain_calendar, "month": plain_month, "tax": plain_tax}


@pytest.mark.parametrize("rule", PLAIN)
def test_every_starting_day_of_twenty_years(rule) -> None:
    for limit in MONTHS if rule == "month" else LIMITS:
        found = [due_on(CN, rule=rule, start=day, limit=limit) for day in DAYS]
        assert found == [PLAIN[rule](day, limit, REST) for day in DAYS]


@pytest.mark.parametrize("rule", ["working", "calendar", "tax"])
@given(
    rest=st.lists(st.booleans(), min_size=1, max_size=40),
    start=st.integers(0, 30),
    limit=st.integers(0, 25),
)
@settings(max_examples=20000 if SOAK else 500, deadline=None)
def test_invented_calendars(rule, rest, start, limit) -> None:
    flags = [*rest, *[False] * 90]  # long rests a day apart, and other things no year has had
    invented = Calendar("XX", FIRST, np.array(flags), {}, frozenset(), (), {})
    table = {FIRST + timedelta(n): flag for n, flag in enumerate(flags)}
    begin = FIRST + timedelta(start)
    assert due_on(invented, rule=rule, start=begin, limit=limit) == PLAIN[rule](begin, limit, table)


@pytest.mark.parametrize(
    ("rule", "start", "end", "used"),
    [
        ("working", date(2025, 9, 26), date(2025, 10, 31), 21),  # National Day and two make-up days
        ("working", date(2026, 2, 13), date(2026, 2, 24), 2),  # make-up Saturday, then the first day after the rest
        ("working", date(2026, 2, 24), date(2026, 2, 13), -2),
        ("calendar", date(2026, 9, 30), date(2026, 10, 8), 8),
        ("month", date(2026, 9, 30), date(2026, 10, 8), 8),
        ("tax", date(2026, 9, 30), date(2026, 10, 8), 1),
        ("tax", date(2026, 10, 5), date(2026, 10, 8), 3),  # two days left of the rest count
        ("tax", date(2026, 10, 4), date(2026, 10, 8), 1),  # three days left do not
    ],
)
def test_days_used(rule, start, end, used) -> None:
    assert used_days(CN, rule=rule, start=start, end=end) == used


def test_days_used_by_working_days_as_a_plain_count() -> None:
    for start in DAYS[:: 1 if SOAK else 37]:
        for length in (0, 1, 9, 40):
            days = [start + timedelta(n) for n in range(1, length + 1)]
            used = used_days(CN, rule="working", start=start, end=start + timedelta(length))
            assert used == sum(not REST[day] for day in days)


# What the tax administration published for 2026 (税总办征科函〔2025〕64号): the month's last filing day, fifteen days
# after the end of the month before, and what Art. 109 gives day by day.
PUBLISHED = {1: 20, 2: 24, 3: 16, 4: 20, 5: 22, 6: 15, 7: 15, 8: 17, 9: 15, 10: 26, 11: 16, 12: 15}
OURS_EARLIER = {1: 19, 5: 20, 10: 22}  # practice extends by working days where the article says days


def test_beside_the_filing_days_published_for_2026() -> None:
    ours = {month: due_on(CN, rule="tax", start=date(2026, month, 1) - DAY, limit=15).day for month in PUBLISHED}
    assert ours == PUBLISHED | OURS_EARLIER


@pytest.mark.parametrize("rule", PLAIN)
def test_the_end_of_the_calendar_is_said(rule) -> None:
    with pytest.raises(OutsideCalendar, match="calendar CN reaches from 1990-01-01 to 2036-12-31"):
        due_on(CN, rule=rule, start=date(2036, 12, 30), limit=400)
    with pytest.raises(OutsideCalendar, match="1989-12-31 is outside"):
        due_on(CN, rule=rule, start=date(1989, 12, 31), limit=1)


def test_periods_that_are_none() -> None:
    with pytest.raises(BadPeriod, match="the limit is -1"):
        due_on(CN, rule="working", start=FIRST, limit=-1)
    with pytest.raises(BadPeriod, match="the rule is 'workdays': write one of working, calendar, month, tax"):
        used_days(CN, rule="workdays", start=FIRST, end=FIRST)
