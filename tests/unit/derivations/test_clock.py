"""The clock against a plain loop over the days of a real calendar."""

import os
from datetime import date, timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiezhi.engine.calendars.load import load_calendar
from xiezhi.engine.derivations import REGISTRY

CALENDAR = load_calendar("CN")
TABLE = CALENDAR.table()
FIRST = date(2024, 12, 1)
DAYS = st.integers(0, 500).map(lambda n: FIRST + timedelta(n))
PAUSE = st.tuples(DAYS, st.none() | st.integers(0, 40))
SPAN = st.tuples(DAYS, st.integers(0, 120), st.none() | st.integers(0, 60), st.lists(PAUSE, max_size=4))


def plain(start, end, limit, pauses, rule):
    """Return used, paused and due by walking the days one by one."""

    def counts(day):
        return rule == "calendar" or not CALENDAR.rests(day)

    def stopped(day):
        return any(first <= day <= (max(end, first) if last is None else last) for first, last in pauses)

    used = paused = 0
    day = start
    while day < end:
        day += timedelta(1)
        if counts(day):
            paused, used = (paused + 1, used) if stopped(day) else (paused, used + 1)
    due, left, day = (start if limit == 0 else None), limit, start
    while limit is not None and left:
        day += timedelta(1)
        if counts(day) and not stopped(day):
            left -= 1
            due = day
    while rule == "calendar" and due is not None and CALENDAR.rests(due):
        due += timedelta(1)
    return used, paused, due


@pytest.mark.parametrize("rule", ["working", "calendar"])
@given(spans=st.lists(SPAN, min_size=1, max_size=6))
@settings(max_examples=1000 if os.environ.get("XIEZHI_SOAK") else 60, deadline=None)
def test_equals_a_plain_loop(rule, spans) -> None:
    rows = [
        (
            number,
            start,
            start + timedelta(length),
            limit,
            [(a, None if n is None else a + timedelta(n)) for a, n in pauses],
        )
        for number, (start, length, limit, pauses) in enumerate(spans)
    ]
    tables = {
        "spans": pa.table(
            {
                "case_id": pa.array([row[0] for row in rows], pa.int64()),
                "start_on": pa.array([row[1] for row in rows], pa.date32()),
                "end_on": pa.array([row[2] for row in rows], pa.date32()),
                "limit_days": pa.array([row[3] for row in rows], pa.int64()),
            }
        ),
        "pauses": pa.table(
            {
                "case_id": pa.array([row[0] for row in rows for _ in row[4]], pa.int64()),
                "from_on": pa.array([first for row in rows for first, _ in row[4]], pa.date32()),
                "to_on": pa.array([last for row in rows for _, last in row[4]], pa.date32()),
            }
        ),
    }
    found = REGISTRY["clock"].run(tables, TABLE, {"key": ["case_id"], "rule": rule}).to_pylist()
    assert [(row["used_days"], row["paused_days"], row["due_on"]) for row in found] == [
        plain(start, end, limit, pauses, rule) for _, start, end, limit, pauses in rows
    ]


def test_nothing_comes_of_nothing() -> None:
    spans = pa.table(
        {
            "case_id": pa.array([1, 2], pa.int64()),
            "start_on": pa.array([None, FIRST], pa.date32()),
            "end_on": pa.array([FIRST, None], pa.date32()),
            "limit_days": pa.array([5, None], pa.int64()),
        }
    )
    found = REGISTRY["clock"].run({"spans": spans}, TABLE, {"key": ["case_id"], "rule": "working"}).to_pylist()
    assert found == [
        {"case_id": 1, "used_days": None, "paused_days": None, "due_on": None, "provisional": False},
        {"case_id": 2, "used_days": None, "paused_days": None, "due_on": None, "provisional": False},
    ]


def test_a_year_not_yet_published_is_provisional() -> None:
    spans = pa.table(
        {
            "case_id": pa.array([1], pa.int64()),
            "start_on": pa.array([date(2026, 12, 25)], pa.date32()),
            "end_on": pa.array([date(2026, 12, 26)], pa.date32()),
            "limit_days": pa.array([20], pa.int64()),
        }
    )
    found = REGISTRY["clock"].run({"spans": spans}, TABLE, {"key": ["case_id"], "rule": "working"}).to_pylist()
    assert found[0]["provisional"] is True
