"""The clock against a plain walk over the days of real and invented calendars."""

import os
import random
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiezhi.engine.calendars.calendar import Calendar, OutsideCalendar
from xiezhi.engine.calendars.load import load_calendar
from xiezhi.engine.derivations import REGISTRY
from xiezhi.engine.derivations.derivation import BadInput

SOAK = bool(os.environ.get("XIEZHI_SOAK"))
DAY = timedelta(1)
CLOCK = REGISTRY["clock"]
CN = load_calendar("CN")
FIRST = date(2024, 12, 1)
RULES = ["working", "calendar", "month", "tax"]

DAYS = st.integers(0, 500).map(lambda n: FIRST + timedelta(n))
PAUSE = st.tuples(DAYS, st.none() | st.integers(-3, 40))
SPAN = st.tuples(DAYS, st.none() | st.integers(0, 120), st.none() | st.integers(0, 60), st.lists(PAUSE, max_size=4))
NEAR = st.integers(0, 40).map(lambda n: FIRST + timedelta(n))
NEAR_PAUSE = st.tuples(NEAR, st.integers(0, 4))
NEAR_SPAN = st.tuples(NEAR, st.integers(0, 50), st.integers(0, 12), st.lists(NEAR_PAUSE, max_size=6))


class Plain:
    """Walk the days one by one, as a clerk with a calendar on the wall."""

    def __init__(self, calendar, rule, start, end, pauses):
        self.calendar, self.rule, self.start = calendar, rule, start
        last = end or calendar.last
        self.paused = set()
        for first, length in pauses:
            stop = max(last, first) if length is None else first + timedelta(length)
            self.paused |= {first + timedelta(n) for n in range((stop - first).days + 1)}

    def rests(self, day):
        return self.calendar.rests(day)

    def run(self, day):
        """Return the rest days in a row around a day that lie after the start."""
        found = {day} if self.rests(day) else set()
        for step in (-DAY, DAY):
            near = day + step
            while found and near > self.start and near <= self.calendar.last and self.rests(near):
                found.add(near)
                near += step
        return found

    def counts(self, day):
        if self.rule == "working":
            return not self.rests(day)
        return self.rule != "tax" or len(self.run(day)) < 3

    def used(self, end):
        days = [self.start + timedelta(n) for n in range(1, (end - self.start).days + 1) if self.start < end]
        counted = [day for day in days if self.counts(day)]
        paused = [day for day in counted if day in self.paused]
        return len(counted) - len(paused), len(paused)

    def due(self, limit):
        if self.rule == "month":
            year, month = divmod(self.start.year * 12 + self.start.month - 1 + limit, 12)
            limit = (self.last_of(year, month + 1, self.start.day) - self.start).days
        day, inside = self.start, 0  # rest days of the present long rest inside the period
        while limit:
            day += DAY
            inside = inside + 1 if self.rests(day) else 0
            if self.rule == "working" and self.rests(day):
                continue
            if self.rule == "tax" and len(self.run(day)) >= 3 and not self.ends_here(day, limit):
                continue
            if day not in self.paused:
                limit -= 1
        moved = self.rule != "working" and self.rests(day)
        while moved and (self.rests(day) or day in self.paused):
            day += DAY
        return day

    def ends_here(self, day, limit):
        """Whether the limit runs out in this long rest before a third day of it is inside."""
        first, second = sorted(self.run(day))[:2]
        ahead = [d for d in (first, second) if d >= day and d not in self.paused]
        return day in (first, second) and len(ahead) >= limit

    @staticmethod
    def last_of(year, month, day):
        while True:
            try:
                return date(year, month, day)
            except ValueError:
                day -= 1


def tables(spans):
    return {
        "spans": pa.table(
            {
                "case_id": pa.array(range(len(spans)), pa.int64()),
                "start_on": pa.array([span[0] for span in spans], pa.date32()),
                "end_on": pa.array([end_of(span) for span in spans], pa.date32()),
                "limit_days": pa.array([span[2] for span in spans], pa.int64()),
            }
        ),
        "pauses": pa.table(
            {
                "case_id": pa.array([n for n, span in enumerate(spans) for _ in span[3]], pa.int64()),
                "from_on": pa.array([first for span in spans for first, _ in span[3]], pa.date32()),
                "to_on": pa.array(
                    [None if n is None else first + timedelta(n) for span in spans for first, n in span[3]],
                    pa.date32(),
                ),
            }
        ),
    }


def end_of(span):
    return None if span[1] is None else span[0] + timedelta(span[1])


def clock(given_tables, rule, calendar=CN):
    return CLOCK.run(given_tables, calendar.table(), {"key": ["case_id"], "rule": rule}).to_pylist()


def answers(spans, rule, calendar=CN):
    rows = clock(tables(spans), rule, calendar)
    assert [row["case_id"] for row in rows] == list(range(len(spans)))
    return [(row["used_days"], row["paused_days"], row["due_on"]) for row in rows]


def plain(span, rule, calendar=CN):
    walk = Plain(calendar, rule, span[0], end_of(span), span[3])
    used = (None, None) if span[1] is None else walk.used(end_of(span))
    try:
        due = None if span[2] is None else walk.due(span[2])
    except OutsideCalendar:
        due = None
    return (*used, due)


@pytest.mark.parametrize("rule", RULES)
@given(spans=st.lists(SPAN, min_size=1, max_size=6))
@settings(max_examples=1000 if SOAK else 40, deadline=None)
def test_equals_a_plain_walk(rule, spans) -> None:
    if rule == "month":
        spans = [(start, length, limit and min(limit, 4), pauses) for start, length, limit, pauses in spans]
    assert answers(spans, rule) == [plain(span, rule) for span in spans]


@pytest.mark.parametrize("rule", ["working", "calendar", "tax"])
@given(rest=st.lists(st.booleans(), min_size=20, max_size=60), spans=st.lists(NEAR_SPAN, min_size=1, max_size=4))
@settings(max_examples=4000 if SOAK else 150, deadline=None)
def test_equals_a_plain_walk_where_rests_and_pauses_crowd(rule, rest, spans) -> None:
    flags = np.array([*rest, *[False] * 120])
    calendar = Calendar("XX", FIRST, flags, {}, frozenset(), ())
    assert answers(spans, rule, calendar) == [plain(span, rule, calendar) for span in spans]


@pytest.mark.parametrize("rule", RULES)
def test_the_order_of_rows_changes_nothing(rule) -> None:
    draw = random.Random(7)  # noqa: S311  not a secret
    spans = [
        (
            FIRST + timedelta(draw.randrange(400)),
            draw.randrange(90),
            draw.randrange(5),
            [(FIRST + timedelta(draw.randrange(400)), draw.randrange(9)) for _ in range(draw.randrange(4))],
        )
        for _ in range(200)
    ]
    given_tables = tables(spans)
    shuffled = {}
    for role, table in given_tables.items():
        order = list(range(table.num_rows))
        draw.shuffle(order)
        shuffled[role] = table.take(pa.array(order))
    assert clock(shuffled, rule) == clock(given_tables, rule)


def one(start, end, limit, key=1):
    return pa.table(
        {
            "case_id": pa.array([key], pa.int64()),
            "start_on": pa.array([start], pa.date32()),
            "end_on": pa.array([end], pa.date32()),
            "limit_days": pa.array([limit], pa.int64()),
        }
    )


@pytest.mark.parametrize(
    ("start", "end", "limit", "answer"),
    [
        (None, FIRST, 5, (None, None, None, False)),
        (FIRST, None, None, (None, None, None, False)),
        (FIRST, None, 5, (None, None, date(2024, 12, 6), False)),
        (FIRST, FIRST, -1, (0, 0, None, False)),
        (date(2024, 12, 9), FIRST, 0, (-6, 0, date(2024, 12, 9), False)),  # ended before it started: 2–6 and 9 December
        (date(1989, 12, 31), FIRST, 5, (None, None, None, True)),
        (FIRST, date(2040, 1, 1), 5, (None, None, date(2024, 12, 6), True)),
        (date(2036, 12, 29), date(2036, 12, 30), 9, (1, 0, None, True)),
        (FIRST, FIRST, 10**15, (0, 0, None, True)),
        (date(2026, 12, 25), date(2026, 12, 26), 20, (0, 0, date(2027, 1, 25), True)),
        (date(2026, 12, 1), date(2026, 12, 31), 20, (22, 0, date(2026, 12, 29), False)),
    ],
)
def test_ends_and_edges(start, end, limit, answer) -> None:
    (row,) = clock({"spans": one(start, end, limit)}, "working")
    assert (row["used_days"], row["paused_days"], row["due_on"], row["provisional"]) == answer


@pytest.mark.parametrize("rule", RULES)
def test_no_spans_no_rows(rule) -> None:
    assert clock({"spans": one(FIRST, FIRST, 1).slice(0, 0)}, rule) == []
    assert clock({role: table.slice(0, 0) for role, table in tables([(FIRST, 1, 1, [(FIRST, 1)])]).items()}, rule) == []


def test_keys_of_several_columns_and_texts() -> None:
    spans = pa.table(
        {
            "case_no": ["乙", "甲", "甲", None],
            "step": pa.array([1, 2, 1, 1], pa.int64()),
            "start_on": pa.array([date(2025, 3, 3)] * 4, pa.date32()),
            "end_on": pa.array([date(2025, 3, 14)] * 4, pa.date32()),
            "limit_days": pa.array([5] * 4, pa.int64()),
        }
    )
    pauses = pa.table(
        {
            "case_no": ["甲", "甲", None, "丙"],
            "step": pa.array([2, None, 1, 1], pa.int64()),
            "from_on": pa.array([date(2025, 3, 5)] * 4, pa.date32()),
            "to_on": pa.array([date(2025, 3, 6)] * 4, pa.date32()),
        }
    )
    arguments = {"key": ["case_no", "step"], "rule": "working"}
    rows = CLOCK.run({"spans": spans, "pauses": pauses}, CN.table(), arguments).to_pylist()
    assert [(row["case_no"], row["step"], row["used_days"], row["due_on"].day) for row in rows] == [
        (None, 1, 9, 10),
        ("乙", 1, 9, 10),
        ("甲", 1, 9, 10),
        ("甲", 2, 7, 12),
    ]


def test_a_calendar_with_a_gap_is_refused() -> None:
    with pytest.raises(BadInput, match="the calendar has a gap"):
        CLOCK.run({"spans": one(FIRST, FIRST, 1)}, CN.table().filter(pa.array(np.arange(len(CN.is_rest)) != 99)),
                  {"key": ["case_id"], "rule": "working"})  # fmt: skip


SPANS = {"case_id": "BIGINT", "start_on": "DATE", "end_on": "DATE", "limit_days": "BIGINT"}
PAUSES = {"case_id": "BIGINT", "from_on": "DATE", "to_on": "DATE"}


def test_output() -> None:
    arguments = {"key": ["case_id"], "rule": "tax"}
    assert CLOCK.output({"spans": SPANS, "pauses": PAUSES}, arguments) == {
        "case_id": "BIGINT",
        "used_days": "BIGINT",
        "paused_days": "BIGINT",
        "due_on": "DATE",
        "provisional": "BOOLEAN",
    }
    assert CLOCK.partition(arguments) == ("case_id",)


@pytest.mark.parametrize(
    ("inputs", "arguments", "message"),
    [
        ({"spans": SPANS}, {"rule": "working"}, 'clock: the argument key is None; write key = ["case_id"]'),
        ({"spans": SPANS}, {"key": ["case_id"]}, "clock: rule is None; write one of working, calendar, month, tax"),
        ({"spans": SPANS}, {"key": ["case_id"], "rule": "tax", "zone": 1}, "clock: unknown arguments zone"),
        ({}, {"key": ["case_id"], "rule": "tax"}, "clock: the input spans is missing; name a view"),
        ({"spans": {"case_id": "BIGINT", "end_on": "DATE"}}, {"key": ["case_id"], "rule": "tax"},
         "clock: the input spans lacks start_on, limit_days; add to its SELECT"),
        ({"spans": SPANS | {"start_on": "TIMESTAMP"}}, {"key": ["case_id"], "rule": "tax"},
         "clock: in the input spans, start_on is TIMESTAMP, write CAST(start_on AS DATE)"),
        ({"spans": SPANS, "pauses": PAUSES | {"case_id": "VARCHAR"}}, {"key": ["case_id"], "rule": "tax"},
         "clock: case_id differ in type between spans and pauses"),
    ],
)  # fmt: skip
def test_refusals(inputs, arguments, message) -> None:
    with pytest.raises(BadInput) as caught:
        CLOCK.output(inputs, arguments)
    assert str(caught.value).startswith(message)
