"""The SQL of counting days in DuckDB, against plain loops, for starting days 2000–2026, and the index version."""

import os
from datetime import date, timedelta

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from xiezhi.engine.calendars.count import due_on
from xiezhi.engine.calendars.days import days_table, derive_days
from xiezhi.engine.calendars.load import load_calendar
from xiezhi.engine.calendars.sql import IDIOMS, idiom

SOAK = bool(os.environ.get("XIEZHI_SOAK"))
DAY = timedelta(1)
CN = load_calendar("CN")
DAYS = [CN.first + timedelta(n) for n in range(len(CN.is_rest))]
REST = dict(zip(DAYS, CN.is_rest.tolist(), strict=True))
STARTS = [day for day in DAYS if 2000 <= day.year <= 2026]
LIMITS = [*range(26), 30, 45, 60, 90] if SOAK else [*range(8), 10, 15, 20]
MONTHS = [*range(13), 24, 60] if SOAK else [0, 1, 6, 12]
RULES = {"working_days": "working", "calendar_days": "calendar", "months": "month", "tax_days": "tax"}


def moved(day):
    while REST[day]:
        day += DAY
    return day


def plain_working(start, limit):
    day = start
    while limit:
        day += DAY
        limit -= not REST[day]
    return day


def plain_calendar(start, limit):
    return moved(start + timedelta(limit))


def plain_months(start, limit):
    total = start.year * 12 + start.month - 1 + limit
    for last in range(start.day, 0, -1):
        try:
            return moved(date(total // 12, total % 12 + 1, last))
        except ValueError:
            continue
    raise AssertionError


def plain_tax(start, limit):
    """Walk day by day; a run of rest days is left out once three of its days are inside the period."""
    day, left = start, limit
    while left:
        day += DAY
        run = 0
        while REST[day + timedelta(run)]:
            run += 1
        if run < 3:
            left -= 1
        elif left <= 2:  # the period is over before a third rest day is inside
            left = 0
        else:
            day += timedelta(run - 1)
    return moved(day)


PLAIN = {
    "working_days": plain_working,
    "calendar_days": plain_calendar,
    "months": plain_months,
    "tax_days": plain_tax,
}


@pytest.fixture
def database():
    connection = duckdb.connect(config={"threads": 2})
    connection.register("_calendar", CN.table())
    connection.execute("CREATE TABLE calendar AS SELECT * FROM _calendar")
    yield connection
    connection.close()


def answers(connection, name, spans):
    rows = pa.table(
        {
            "id": pa.array(range(len(spans)), pa.int64()),
            "start_on": pa.array([span[0] for span in spans], pa.date32()),
            "end_on": pa.array([span[1] for span in spans], pa.date32()),
            "n": pa.array([span[2] for span in spans], pa.int64()),
        }
    )
    connection.register("_spans", rows)
    connection.execute("CREATE OR REPLACE TABLE spans AS SELECT * FROM _spans")
    found = connection.sql(f"SELECT * FROM ({idiom(name)}) ORDER BY id").fetchall()
    assert [row[0] for row in found] == list(range(len(spans)))
    return [row[1] for row in found]


@pytest.mark.parametrize("name", RULES)
def test_every_starting_day_against_a_plain_loop(name, database) -> None:
    for limit in MONTHS if name == "months" else LIMITS:
        found = answers(database, name, [(day, None, limit) for day in STARTS])
        assert found == [PLAIN[name](day, limit) for day in STARTS]


def test_used_days_against_a_plain_count(database) -> None:
    spans = [(day, day + timedelta(length), None) for day in STARTS for length in LIMITS]
    work = np.concatenate([[0], np.cumsum([not REST[day] for day in DAYS])])
    place = {day: n for n, day in enumerate(DAYS)}
    plain = [int(work[place[end] + 1] - work[place[start] + 1]) for start, end, _ in spans]
    assert answers(database, "used_days", spans) == plain


@pytest.mark.parametrize("name", RULES)
def test_equals_the_index_version_over_long_limits(name, database) -> None:
    spans = [(day, None, 7 * n % 200) for n, day in enumerate(STARTS[::11])]
    if name == "months":
        spans = [(day, None, n % 100) for day, _, n in spans]
    found = answers(database, name, spans)
    assert found == [due_on(CN, rule=RULES[name], start=day, limit=limit) for day, _, limit in spans]


@pytest.mark.parametrize("name", RULES)
def test_beyond_the_calendar_stands_nothing(name, database) -> None:
    assert answers(database, name, [(date(2036, 12, 30), None, 5000), (date(2026, 1, 5), None, 0)]) == [
        None,
        date(2026, 1, 5),
    ]


def test_every_idiom_is_used_here() -> None:
    assert set(IDIOMS) == {*RULES, "used_days"}


def test_columns_of_the_calendar_around_a_long_rest() -> None:
    rest = [0, 1, 1, 1, 1, 0, 1, 1, 1, 0, 0, 1, 0]  # two long rests a day apart, then a single rest day
    first = date(2026, 3, 1)
    table = days_table(derive_days(np.array(rest, dtype=bool)), first=first, provisional=np.zeros(13, dtype=bool))
    read = {name: table.column(name).to_pylist() for name in table.column_names}
    assert read == {
        "day": [first + timedelta(n) for n in range(13)],
        "is_rest": [bool(flag) for flag in rest],
        "work_no": [1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 4, 4, 5],
        "next_work": [first + timedelta(n) for n in (0, 5, 5, 5, 5, 5, 9, 9, 9, 9, 10, 12, 12)],
        "in_long_rest": [bool(n) for n in (0, 1, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 0)],
        "tax_no": [1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 4, 5, 6],
        "since_long": [0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 2, 3, 4],
        "long_start": [None, *[first + timedelta(n) for n in (1, 1, 1, 1, 1, 6, 6, 6, 1, 6, 6, 6)]],
        "left_in_run": [0, 3, 2, 1, 0, 0, 2, 1, 0, 0, 0, 0, 0],
        "tail": [0, 0, 2, 1, 0, 0, 2, 1, 0, 0, 0, 0, 0],
        "provisional": [False] * 13,
    }
