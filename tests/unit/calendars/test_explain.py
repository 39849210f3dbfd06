"""Deadlines day by day, against plain arithmetic and cases worked out by hand."""

from datetime import date, timedelta

import pytest

from xiezhi.engine.calendars.explain import explain
from xiezhi.engine.calendars.load import load_calendar
from xiezhi.engine.calendars.pauses import Pause

CN = load_calendar("CN")


@pytest.mark.parametrize(
    ("rule", "start", "limit", "due"),
    [
        ("working", date(2025, 9, 26), 20, date(2025, 10, 30)),  # National Day, two make-up days
        ("working", date(2026, 4, 8), 20, date(2026, 5, 9)),  # Labour Day, its make-up Saturday the last
        ("calendar", date(2025, 9, 20), 15, date(2025, 10, 9)),  # the last day lies in the holiday
        ("calendar", date(2025, 11, 3), 15, date(2025, 11, 18)),
        ("month", date(2026, 1, 31), 1, date(2026, 2, 28)),  # a make-up Saturday is a working day
        ("month", date(2024, 2, 29), 12, date(2025, 2, 28)),
        ("tax", date(2025, 12, 31), 15, date(2026, 1, 19)),  # three days of New Year inside, then a Sunday
        ("tax", date(2025, 11, 3), 15, date(2025, 11, 18)),
        ("working", date(2025, 11, 3), 0, date(2025, 11, 3)),
    ],
)
def test_last_day(rule, start, limit, due) -> None:
    assert explain(CN, rule=rule, start=start, limit=limit).due == due


def test_a_pause_is_left_out_and_named() -> None:
    told = explain(
        CN,
        rule="working",
        start=date(2026, 4, 8),
        limit=20,
        end=date(2026, 5, 18),
        pauses=(Pause(date(2026, 4, 20), date(2026, 4, 23), "专家评审"),),
    )
    assert (told.due, told.used) == (date(2026, 5, 14), 22)
    assert [step.day.day for step in told.steps if step.why.zh == "依法扣除：专家评审"] == [20, 21, 22, 23]
    make_up = next(step for step in told.steps if step.day == date(2026, 5, 9))
    assert (make_up.counted, make_up.why.zh) == (True, "劳动节调休上班")


def test_every_start_of_ten_years_by_working_days() -> None:
    day = date(2016, 1, 1)
    while day < date(2026, 1, 1):
        plain, left = day, 5
        while left:
            plain += timedelta(1)
            left -= not CN.rests(plain)
        assert explain(CN, rule="working", start=day, limit=5).due == plain
        day += timedelta(3)


def test_unpublished_years_are_named() -> None:
    assert explain(CN, rule="working", start=date(2026, 12, 25), limit=20).provisional == (2027,)
