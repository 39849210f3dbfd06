"""The ruler and the derivation of a deadline, against dates counted by hand and against numpy's business days."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import invented
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiezhi.engine.calendars.calendar import Calendar
from xiezhi.engine.telling.counting import Counting, count, read_clock
from xiezhi.engine.telling.derivation import derive, standing
from xiezhi.engine.telling.ruler import RulerCell, RulerGap, draw
from xiezhi.engine.words import NOTHING, Words

LIMIT = Words("法定期限", "statutory limit")


def _weekends(last: date = date(2028, 12, 31)) -> Calendar:
    first = date(2019, 1, 1)
    rest = [(first + timedelta(n)).weekday() >= 5 for n in range((last - first).days + 1)]
    return Calendar("CN", first, np.array(rest), {}, frozenset({5, 6}), ())


def _counting(clock: dict[str, Any], calendar: Calendar = invented.CALENDAR) -> Counting:
    read = read_clock(clock, invented.AS_OF)
    assert read is not None
    counting = count(read, calendar)
    assert counting is not None
    return counting


def _cells(counting: Counting) -> dict[str, RulerCell]:
    cells = [cell for cell in draw(counting).cells if isinstance(cell, RulerCell)]
    return {cell.text.zh.split("：")[0]: cell for cell in cells}


@pytest.fixture
def permit() -> Counting:
    return _counting(invented.finding()["clock"])


def test_derivation_adds_up_to_the_engines_last_day(permit: Counting) -> None:
    steps = derive(permit, LIMIT)

    assert [(step.quantity.zh, step.what.zh, step.result.zh) for step in steps] == [
        ("2026年4月8日 周三", "起算，当日不计", ""),
        ("20个工作日", "法定期限，自4月9日起；5月1日至5日劳动节不计；5月9日调休上班，计1日", "5月9日"),
        ("加4日", "专家评审，4月20日至23日，依法扣除", "5月14日"),
        ("加0日", "检测，4月27日至29日，主张扣除，未予认可", "5月14日"),
        ("判定日 5月18日", "尚未结束，已用22个工作日", "超2个工作日"),
    ]
    assert [step.result.en for step in steps] == ["", "9 May", "14 May", "14 May", "2 working days over"]


def test_each_day_says_what_it_is(permit: Counting) -> None:
    cells = _cells(permit)

    assert [(cells[day].kinds, cells[day].count.zh, cells[day].text.zh) for day in cells if day in _TOLD] == [
        (("start",), "起", "4月8日 周三：起算，当日不计"),
        (("rest",), "", "4月11日 周六：休息日，不计"),
        (("pause",), "", "4月20日 周一：依法扣除，不计：专家评审"),
        (("refused",), "9", "4月27日 周一：计第9日，主张扣除未予认可"),
        (("rest",), "", "5月1日 周五：休息日，不计，劳动节"),
        ((), "16", "5月9日 周六：计第16日，调休上班"),
        (("limit",), "20", "5月14日 周四：计第20日，期限届满"),
        (("over",), "+1", "5月15日 周五：超期第1日"),
        (("over", "today"), "+2", "5月18日 周一：超期第2日，判定日"),
        (("later",), "", "5月19日 周二：尚未到或已结束"),
    ]
    assert cells["5月9日 周六"].top == Words("班", "W")


_TOLD = {
    "4月8日 周三", "4月11日 周六", "4月20日 周一", "4月27日 周一", "5月1日 周五",
    "5月9日 周六", "5月14日 周四", "5月15日 周五", "5月18日 周一", "5月19日 周二",
}  # fmt: skip


def test_count_that_contradicts_the_engine_is_not_drawn() -> None:
    clock = {**invented.finding()["clock"], "used": 23}
    counting = _counting(clock)

    assert not counting.agrees
    assert {cell.count.zh for cell in _cells(counting).values()} == {"", "起"}
    assert standing(counting) == Words("超3个工作日", "3 working days over")


def test_last_day_that_contradicts_the_engine_is_not_derived() -> None:
    clock = {**invented.finding()["clock"], "due": "2026-05-13"}

    assert not _counting(clock).agrees


@pytest.mark.parametrize(
    ("rule", "start", "limit", "used", "due"),
    [
        # 15 calendar days from 17 April end on Saturday 2 May, a holiday: the next working day is 6 May.
        ("calendar", "2026-04-17", 15, 31, "2026-05-06"),
        # Day 15 is 2 May, the second of five rest days: two inside extend nothing, the last day moves to 6 May.
        ("tax", "2026-04-17", 15, 26, "2026-05-06"),
        # Day 16 would be 3 May: all five days of Labour Day lie inside and do not count.
        ("tax", "2026-04-17", 16, 26, "2026-05-08"),
    ],
)
def test_other_rules_roll_over_rest_days(rule: str, start: str, limit: int, used: int, due: str) -> None:
    counting = _counting({"rule": rule, "start": start, "end": "2026-05-18", "limit": limit, "used": used, "due": due})

    assert counting.agrees


def test_month_rule_says_how_late_in_days() -> None:
    counting = _counting(
        {"rule": "month", "start": "2026-03-15", "end": None, "limit": 2, "used": None, "due": "2026-05-15"}
    )

    assert [cell.count.zh for cell in _cells(counting).values() if "over" in cell.kinds] == ["+1", "+2", "+3"]
    assert standing(counting) == Words("超3日", "3 days over")


@pytest.mark.parametrize(
    ("end", "used", "said"),
    [
        (None, 22, Words("超2个工作日", "2 working days over")),
        ("2026-05-14", 20, Words("期限之内", "inside the limit")),
        ("2026-05-15", 21, Words("超1个工作日", "1 working day over")),
    ],
)
def test_standing(end: str | None, used: int, said: Words) -> None:
    assert standing(_counting({**invented.finding()["clock"], "end": end, "used": used})) == said


@pytest.mark.parametrize(("day", "said"), [(13, "剩1个工作日"), (14, "当日到期"), (12, "剩2个工作日")])
def test_open_case_before_its_limit(day: int, said: str) -> None:
    clock = {**invented.finding()["clock"], "used": day + 6}
    read = read_clock(clock, date(2026, 5, day))
    assert read is not None
    counting = count(read, invented.CALENDAR)
    assert counting is not None
    assert standing(counting).zh == said


def test_long_clock_is_folded_with_its_counts() -> None:
    counting = _counting(
        {"rule": "working", "start": "2024-01-02", "end": None, "limit": 20, "used": None, "due": None}
    )
    ruler = draw(counting)
    gaps = [cell for cell in ruler.cells if isinstance(cell, RulerGap)]
    cells = [cell for cell in ruler.cells if isinstance(cell, RulerCell)]

    assert len(cells) + sum(gap.days for gap in gaps) == len(counting.days)
    assert len(cells) <= 7 * 9
    assert len(gaps) == 1


def test_clock_beyond_the_calendar_is_not_drawn() -> None:
    clock = read_clock(invented.finding()["clock"], invented.AS_OF)
    assert clock is not None

    assert count(clock, _weekends(last=date(2026, 5, 10))) is None


@pytest.mark.parametrize("clock", [None, {}, {"rule": "working", "start": None, "end": "2026-05-01"}])
def test_no_clock(clock: dict[str, Any] | None) -> None:
    assert read_clock(clock, invented.AS_OF) is None


@settings(max_examples=60, deadline=None)
@given(
    start=st.dates(date(2020, 1, 1), date(2026, 12, 31)),
    limit=st.integers(1, 60),
    length=st.integers(0, 120),
)
def test_plain_weeks_agree_with_numpy(start: date, limit: int, length: int) -> None:
    end = start + timedelta(days=length)
    day = timedelta(days=1)
    used = int(np.busday_count(start + day, end + day)) if length else 0
    due = np.busday_offset(start, limit, roll="backward").astype(date)
    counting = _counting(
        {
            "rule": "working",
            "start": start.isoformat(),
            "end": end.isoformat(),
            "limit": limit,
            "used": used,
            "due": due.isoformat(),
        },
        _weekends(),
    )

    assert counting.agrees
    assert _last_figure(counting.days, end) == used


def _last_figure(days: Sequence[Any], end: date) -> int:
    return max((one.number for one in days if one.number is not None and one.cell.day <= end), default=0)


def test_last_day_that_the_finding_does_not_state_is_drawn_where_the_numbers_agree() -> None:
    counting = _counting({**invented.finding()["clock"], "due": None})

    assert [day for day, cell in _cells(counting).items() if "limit" in cell.kinds] == ["5月14日 周四"]
    assert standing(counting) == Words("超2个工作日", "2 working days over")


def test_pause_still_running_is_left_out_up_to_the_end() -> None:
    clock = {**invented.finding()["clock"], "used": 20, "due": None}
    clock["pauses"] = [{"from": "2026-05-11", "to": None, "counted": False, "reason": "testing"}]
    read = read_clock(clock, date(2026, 5, 18), {"testing": Words("检测", "Testing")})
    assert read is not None
    counting = count(read, invented.CALENDAR)
    assert counting is not None

    assert counting.agrees
    assert [day for day, cell in _cells(counting).items() if "pause" in cell.kinds] == [
        "5月11日 周一", "5月12日 周二", "5月13日 周三", "5月14日 周四", "5月15日 周五", "5月18日 周一",
    ]  # fmt: skip
    assert derive(counting, LIMIT)[2].what.zh == "检测，5月11日起，尚未结束，依法扣除"


def test_provisional_days_say_so() -> None:
    counting = _counting(
        {"rule": "working", "start": "2027-01-04", "end": "2027-01-06", "limit": 20, "used": 2, "due": None}
    )

    texts = [cell.text.en for cell in _cells(counting).values()]
    assert len(texts) == 35
    assert all("provisional" in text for text in texts)
    assert NOTHING not in [cell.text for cell in _cells(counting).values()]
