"""Deadlines day by day, against the index version, the clock, and cases worked out by hand."""

import os
from datetime import date, timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiezhi.engine.calendars.calendar import OutsideCalendar
from xiezhi.engine.calendars.count import BadPeriod, due_on, used_days
from xiezhi.engine.calendars.explain import explain
from xiezhi.engine.calendars.load import load_calendar
from xiezhi.engine.calendars.pauses import Pause
from xiezhi.engine.derivations import REGISTRY

SOAK = bool(os.environ.get("XIEZHI_SOAK"))
CN, NL = load_calendar("CN"), load_calendar("NL")
TABLE = CN.table()
FIRST = date(2024, 12, 1)
RULES = ["working", "calendar", "month", "tax"]
DAYS = st.integers(0, 700).map(lambda n: FIRST + timedelta(n))


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
        ("calendar", date(2025, 11, 1), 0, date(2025, 11, 3)),  # a Saturday
    ],
)
def test_last_day(rule, start, limit, due) -> None:
    assert explain(CN, rule=rule, start=start, limit=limit).due == due


@pytest.mark.parametrize("rule", RULES)
def test_equals_the_index_version(rule) -> None:
    for number in range(0, 1400, 1 if SOAK else 7):
        start, limit = FIRST - timedelta(number), number % (14 if rule == "month" else 45)
        end = start + timedelta(number % 70)
        told = explain(CN, rule=rule, start=start, limit=limit, end=end)
        assert told.due == due_on(CN, rule=rule, start=start, limit=limit)
        assert (told.used, told.paused) == (used_days(CN, rule=rule, start=start, end=end), 0)


@pytest.mark.parametrize("rule", RULES)
@given(
    start=DAYS,
    limit=st.integers(0, 30),
    length=st.integers(0, 60),
    pauses=st.lists(st.tuples(DAYS, st.none() | st.integers(0, 20)), max_size=4),
)
@settings(max_examples=2000 if SOAK else 60, deadline=None)
def test_equals_the_clock_with_pauses(rule, start, limit, length, pauses) -> None:
    limit = limit % 4 if rule == "month" else limit
    end = start + timedelta(length)
    days = [(first, None if n is None else first + timedelta(n)) for first, n in pauses]
    told = explain(CN, rule=rule, start=start, limit=limit, end=end, pauses=[Pause(*pause) for pause in days])
    tables = {
        "spans": pa.table(
            {
                "id": pa.array([1], pa.int64()),
                "start_on": pa.array([start], pa.date32()),
                "end_on": pa.array([end], pa.date32()),
                "limit_days": pa.array([limit], pa.int64()),
            }
        ),
        "pauses": pa.table(
            {
                "id": pa.array([1] * len(days), pa.int64()),
                "from_on": pa.array([first for first, _ in days], pa.date32()),
                "to_on": pa.array([last for _, last in days], pa.date32()),
            }
        ),
    }
    (row,) = REGISTRY["clock"].run(tables, TABLE, {"key": ["id"], "rule": rule}).to_pylist()
    assert (told.used, told.paused, told.due) == (row["used_days"], row["paused_days"], row["due_on"])
    assert [step.day for step in told.steps] == [start + timedelta(n) for n in range(len(told.steps))]
    assert told.steps[-1].day == max(end, told.due)
    assert [step.late for step in told.steps] == [step.day > told.due for step in told.steps]
    numbers = [step.number for step in told.steps]
    assert numbers == [sum(step.counted for step in told.steps[: n + 1]) for n in range(len(numbers))]


def causes(told):
    return [(step.day.day, step.counted, str(step.cause)) for step in told.steps]


def test_a_pause_is_left_out_and_named() -> None:
    told = explain(
        CN,
        rule="working",
        start=date(2026, 4, 8),
        limit=20,
        end=date(2026, 5, 18),
        pauses=(Pause(date(2026, 4, 20), date(2026, 4, 23), "专家评审"),),
    )
    assert (told.due, told.used, told.paused, told.over) == (date(2026, 5, 14), 22, 4, 2)
    assert [step.day.day for step in told.steps if step.why.zh == "依法扣除：专家评审"] == [20, 21, 22, 23]
    make_up = next(step for step in told.steps if step.day == date(2026, 5, 9))
    assert (make_up.counted, make_up.why.zh, make_up.why.en) == (
        True,
        "劳动节调休上班",
        "make-up working day for Labour Day",
    )


def test_each_day_of_a_calendar_period_that_moves() -> None:
    told = explain(CN, rule="calendar", start=date(2026, 9, 25), limit=7)
    assert causes(told) == [
        (25, False, "start"),
        (26, True, "holiday"),
        (27, True, "holiday"),
        (28, True, "working"),
        (29, True, "working"),
        (30, True, "working"),
        (1, True, "holiday"),
        *[(n, True, "moved") for n in range(2, 8)],
        (8, True, "working"),
    ]
    assert told.steps[0].why.zh == "起算日不计入（民法典第201条）"
    assert told.steps[7].why.zh == "国庆节；末日为休息日，顺延至其后第一个工作日（民法典第203条）"
    assert told.steps[-1].why.en == "working day; last day"


@pytest.mark.parametrize(
    ("limit", "due", "days"),
    [  # a long rest from 1 to 7 October after two working days
        (2, date(2026, 9, 30), []),
        (3, date(2026, 10, 8), [(n, False, "moved") for n in range(1, 8)]),
        (4, date(2026, 10, 8), [(n, False, "moved") for n in range(1, 8)]),
        (5, date(2026, 10, 10), [(n, False, "extension") for n in range(1, 8)]),
    ],
)
def test_a_tax_period_that_meets_a_long_rest(limit, due, days) -> None:
    told = explain(CN, rule="tax", start=date(2026, 9, 28), limit=limit)
    assert told.due == due
    assert [day for day in causes(told) if day[2] in ("moved", "extension")] == days


def test_articles_and_notes() -> None:
    cited = {
        rule: [(c.law, c.article) for c in explain(CN, rule=rule, start=date(2021, 1, 4), limit=1).articles]
        for rule in RULES
    }
    code = "中华人民共和国民法典"
    assert cited == {
        "working": [(code, "201"), ("中华人民共和国行政许可法", "82")],
        "calendar": [(code, "201"), (code, "203")],
        "month": [(code, "201"), (code, "202"), (code, "203")],
        "tax": [(code, "201"), ("中华人民共和国税收征收管理法实施细则", "109")],
    }
    assert explain(CN, rule="tax", start=date(2021, 1, 4), limit=1).notes == ()
    (note,) = explain(CN, rule="tax", start=date(2012, 1, 4), limit=1).notes
    assert note.zh.startswith("民法典自 2021-01-01 施行；此前民法总则")


def test_no_chinese_law_under_another_calendar() -> None:
    told = explain(NL, rule="calendar", start=date(2012, 4, 20), limit=10, end=date(2012, 5, 2))
    assert (told.due, told.articles, told.notes) == (date(2012, 5, 1), (), ())
    lines = list(told.lines("en"))
    assert lines == [
        "calendar days",
        "2012-04-20 Fri     ·   the starting day does not count",
        "2012-04-21 Sat     1   weekend; counts all the same",
        "2012-04-22 Sun     2   weekend; counts all the same",
        "2012-04-23 Mon     3   working day",
        "2012-04-24 Tue     4   working day",
        "2012-04-25 Wed     5   working day",
        "2012-04-26 Thu     6   working day",
        "2012-04-27 Fri     7   working day",
        "2012-04-28 Sat     8   weekend; counts all the same",
        "2012-04-29 Sun     9   weekend; counts all the same",
        "2012-04-30 Mon    10   Queen's Day; the last day is a rest day: it moves to the next working day",
        "2012-05-01 Tue    11   working day; last day",
        "2012-05-02 Wed    12 ! working day",
        "last day: 2012-05-01",
        "up to 2012-05-02: used 12, left out 0, limit 10",
        "over by 1",
    ]


def test_text_in_chinese() -> None:
    told = explain(CN, rule="working", start=date(2026, 12, 30), limit=2, end=date(2026, 12, 31))
    assert list(told.lines("zh")) == [
        "工作日计算（行政许可法第82条等）",
        "2026-12-30 周三     ·   起算日不计入（民法典第201条）",
        "2026-12-31 周四     1   工作日",
        "2027-01-01 周五     ·   元旦",
        "2027-01-02 周六     ·   周末",
        "2027-01-03 周日     ·   周末",
        "2027-01-04 周一     2   工作日；期限末日",
        "期限届满：2027-01-04",
        "截至 2026-12-31 已用 1，扣除 0，期限 2",
        "未超过期限",
        "2027 年放假安排尚未公布，结果为暂定",
    ]


def test_json() -> None:
    told = explain(
        CN,
        rule="working",
        start=date(2026, 3, 2),
        limit=1,
        end=date(2026, 3, 4),
        pauses=[Pause(date(2026, 3, 3), date(2026, 3, 3))],
    )
    step = {"counted": False, "number": 0, "late": False}
    assert told.as_json() == {
        "calendar": "CN",
        "rule": "working",
        "basis": {
            "zh": "工作日计算（行政许可法第82条等）",
            "en": "working days (Administrative Licensing Law Art. 82 and others)",
        },
        "articles": [
            {"law": "中华人民共和国民法典", "article": "201", "version": "2020-05-28", "mark": "T"},
            {"law": "中华人民共和国行政许可法", "article": "82", "version": "2019-04-23", "mark": "T"},
        ],
        "start": "2026-03-02",
        "limit": 1,
        "due": "2026-03-04",
        "end": "2026-03-04",
        "used": 1,
        "paused": 1,
        "over": 0,
        "pauses": [{"from": "2026-03-03", "to": "2026-03-03", "reason": ""}],
        "provisional_years": [],
        "notes": [],
        "days": [
            {"day": "2026-03-02", "cause": "start", **step,
             "why": {"zh": "起算日不计入（民法典第201条）",
                     "en": "the starting day does not count (Civil Code Art. 201)"}},
            {"day": "2026-03-03", "cause": "pause", **step,
             "why": {"zh": "依法扣除：未注明", "en": "left out: no reason given"}},
            {"day": "2026-03-04", "cause": "working", "counted": True, "number": 1, "late": False,
             "why": {"zh": "工作日；期限末日", "en": "working day; last day"}},
        ],
    }  # fmt: skip


def test_a_clock_that_stands_still() -> None:
    running = Pause(date(2026, 3, 4), None, "听证")
    told = explain(CN, rule="working", start=date(2026, 3, 2), limit=5, pauses=[running])
    assert (told.due, told.used, told.over, told.steps[-1].day) == (None, None, None, date(2026, 3, 4))
    assert [note.zh for note in told.notes] == ["自 2026-03-04 起扣除且未恢复，期限末日未定"]
    looked_at = explain(CN, rule="working", start=date(2026, 3, 2), limit=5, end=date(2026, 3, 9), pauses=[running])
    assert (looked_at.due, looked_at.used, looked_at.paused) == (date(2026, 3, 13), 1, 4)
    done_before = explain(CN, rule="working", start=date(2026, 3, 2), limit=1, pauses=[running])
    assert done_before.due == date(2026, 3, 3)


def test_unpublished_years_are_named() -> None:
    assert explain(CN, rule="working", start=date(2026, 12, 25), limit=20).provisional == (2027,)
    assert explain(CN, rule="working", start=date(2026, 12, 1), limit=20).provisional == ()
    assert explain(CN, rule="working", start=date(2003, 12, 31), limit=2).provisional == (2003,)


def test_what_ended_before_it_started() -> None:
    told = explain(CN, rule="working", start=date(2026, 3, 10), limit=5, end=date(2026, 3, 6))
    assert (told.used, told.paused, told.over) == (-2, 0, 0)


@pytest.mark.parametrize(
    ("rule", "limit", "pauses", "message"),
    [
        ("workdays", 5, [], "the rule is 'workdays': write one of working, calendar, month, tax"),
        ("working", -1, [], "the limit is -1: a period has 0 days or more"),
        (
            "working",
            5,
            [Pause(date(2026, 3, 9), date(2026, 3, 4))],
            "the pause from 2026-03-09 ends before it begins, on 2026-03-04: swap the two days",
        ),
    ],
)
def test_refusals(rule, limit, pauses, message) -> None:
    with pytest.raises(BadPeriod) as caught:
        explain(CN, rule=rule, start=FIRST, limit=limit, pauses=pauses)
    assert str(caught.value) == message


def test_a_period_that_leaves_the_calendar() -> None:
    with pytest.raises(OutsideCalendar, match="calendar CN reaches from 1990-01-01 to 2036-12-31; 2037-01-01"):
        explain(CN, rule="working", start=date(2036, 12, 1), limit=40)
    with pytest.raises(OutsideCalendar, match="1980-01-01 is outside"):
        explain(CN, rule="working", start=date(1980, 1, 1), limit=40)
