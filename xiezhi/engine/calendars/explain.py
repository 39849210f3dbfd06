"""A deadline day by day: each day counted or left out, and why, in both languages.

Sources: 民法典 Art. 201 (the starting day does not count), 202 (months), 203 (a last day that is a rest day moves on);
行政许可法 Art. 82 (working days); 税收征管法实施细则 Art. 109 (three rest days in a row inside the period extend it).
"""

import calendar as months
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from xiezhi.engine.calendars.calendar import Calendar
from xiezhi.engine.calendars.pauses import Pause
from xiezhi.engine.words import Language, Words

DAY = timedelta(1)
LONG = 3  # rest days in a row that extend a tax period
_WEEKDAYS = "一二三四五六日"
_START = Words("起算日不计入（民法典第201条）", "the starting day does not count (Civil Code Art. 201)")
_WEEKEND = Words("周末", "weekend")
_WORKING = Words("工作日", "working day")
_ROLLED = Words(
    "末日为休息日，顺延至其后第一个工作日（民法典第203条）",
    "the last day is a rest day: it moves on (Civil Code Art. 203)",
)
_EXTENDS = Words("连续三日以上休假，期限顺延", "three or more rest days in a row extend the period")
_BASIS = {
    "working": Words(
        "工作日计算（行政许可法第82条等）", "working days (Administrative Licensing Law Art. 82 and others)"
    ),
    "calendar": Words("自然日计算（民法典第201、203条）", "calendar days (Civil Code Art. 201, 203)"),
    "month": Words("按月计算（民法典第202、203条）", "months (Civil Code Art. 202, 203)"),
    "tax": Words("税收期限（征管法实施细则第109条）", "tax periods (implementing rules of tax collection Art. 109)"),
}


@dataclass(frozen=True)
class Step:
    """One day: whether it counts, how many count up to it, and why."""

    day: date
    counted: bool
    number: int
    why: Words


@dataclass(frozen=True)
class Explanation:
    """A derivation. ``used`` is the count up to ``end``, None without one; ``provisional`` names unpublished years."""

    rule: str
    start: date
    limit: int
    due: date
    end: date | None
    used: int | None
    steps: tuple[Step, ...]
    provisional: tuple[int, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the derivation as JSON."""
        return {
            "rule": self.rule,
            "basis": _BASIS[self.rule].as_json(),
            "start": self.start.isoformat(),
            "limit": self.limit,
            "due": self.due.isoformat(),
            "end": self.end.isoformat() if self.end else None,
            "used": self.used,
            "provisional_years": list(self.provisional),
            "days": [
                {"day": s.day.isoformat(), "counted": s.counted, "number": s.number, "why": s.why.as_json()}
                for s in self.steps
            ],
        }

    def lines(self, language: Language) -> Iterator[str]:
        """Yield the derivation as lines of text."""
        yield _BASIS[self.rule].in_(language)
        for step in self.steps:
            weekday = f"周{_WEEKDAYS[step.day.weekday()]}" if language == "zh" else f"{step.day:%a}"
            number = str(step.number) if step.counted else "·"
            yield f"{step.day} {weekday}  {number:>4}  {step.why.in_(language)}"
        yield Words(f"期限届满：{self.due}", f"last day: {self.due}").in_(language)
        if self.used is not None:
            over = self.used - self.limit
            yield Words(
                f"截至 {self.end} 已用 {self.used}，期限 {self.limit}，超过 {max(over, 0)}",
                f"up to {self.end}: used {self.used}, limit {self.limit}, over by {max(over, 0)}",
            ).in_(language)
        for year in self.provisional:
            yield Words(
                f"{year} 年放假安排尚未公布，结果为暂定", f"the holidays of {year} are not yet published: provisional"
            ).in_(language)


@dataclass(frozen=True)
class _Asked:
    """A period whose end is known. ``target``: the last day before it moved past rest days to ``due``."""

    rule: str
    start: date
    target: date
    due: date
    pauses: tuple[Pause, ...]


def explain(
    calendar: Calendar,
    *,
    rule: str,
    start: date,
    limit: int,
    end: date | None = None,
    pauses: Sequence[Pause] = (),
) -> Explanation:
    """Return the derivation of a deadline.

    Args:
        calendar: whose rest days count.
        rule: working, calendar, month or tax; ``limit`` is in months for ``month``, else in days.
        start: the day the period starts from; it does not count itself.
        end: the day it was done, or is looked at.
        pauses: days left out; months are not paused.

    Raises:
        OutsideCalendar: the period leaves the calendar.
    """
    due, target = _due(calendar, rule, start, limit, pauses)
    last = max(due, end or due)
    steps = tuple(_steps(calendar, _Asked(rule, start, target, due, tuple(pauses)), last))
    used = None if end is None else max((s.number for s in steps if s.day <= end), default=0)
    return Explanation(rule, start, limit, due, end, used, steps, calendar.provisional_between(start, last))


def _due(calendar: Calendar, rule: str, start: date, limit: int, pauses: Sequence[Pause]) -> tuple[date, date]:
    """Return the last day, and the day it was before it moved past rest days."""
    if rule == "month":
        target = _months_later(start, limit)
    elif rule == "tax":
        target = _tax_end(calendar, start, limit)
    else:
        target, left = start, limit
        while left:
            target += DAY
            left -= _counts(calendar, rule, target, pauses)
    due = target
    while calendar.rests(due) and due != start:
        due += DAY
    return due, target


def _counts(calendar: Calendar, rule: str, day: date, pauses: Sequence[Pause]) -> bool:
    return not any(pause.covers(day) for pause in pauses) and not (rule == "working" and calendar.rests(day))


def _months_later(start: date, count: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + count, 12)
    return date(year, month + 1, min(start.day, months.monthrange(year, month + 1)[1]))


def _tax_end(calendar: Calendar, start: date, limit: int) -> date:
    """Return the end that no longer moves: the limit and every long rest inside the period."""
    end = start + limit * DAY
    while True:
        longer = start + (limit + len(_long_rest_days(calendar, start + DAY, end))) * DAY
        if longer == end:
            return end
        end = longer


def _long_rest_days(calendar: Calendar, first: date, last: date) -> set[date]:
    """Return the days from first to last that lie in runs of three or more rest days inside these bounds."""
    found: set[date] = set()
    run: list[date] = []
    day = first
    while day <= last + DAY:
        if day <= last and calendar.rests(day):
            run.append(day)
        else:
            found |= set(run) if len(run) >= LONG else set()
            run = []
        day += DAY
    return found


def _steps(calendar: Calendar, asked: _Asked, last: date) -> Iterator[Step]:
    yield Step(asked.start, counted=False, number=0, why=_START)
    rule = "calendar" if asked.rule == "month" else asked.rule
    inside = asked.rule == "tax"
    extended = _long_rest_days(calendar, asked.start + DAY, asked.target) if inside else set()
    number, day = 0, asked.start + DAY
    while day <= last:
        counted = day not in extended and _counts(calendar, rule, day, asked.pauses)
        number += counted
        why = _why(calendar, day, asked.pauses)
        if day in extended:
            why = _with(why, _EXTENDS)
        elif asked.target <= day < asked.due:
            why = _with(why, _ROLLED)
        yield Step(day, counted=counted, number=number, why=why)
        day += DAY


def _why(calendar: Calendar, day: date, pauses: Sequence[Pause]) -> Words:
    for pause in pauses:
        if pause.covers(day):
            return Words(f"依法扣除：{pause.reason or '未注明'}", f"left out: {pause.reason or 'no reason given'}")
    mark = calendar.marks.get(day)
    if mark is None:
        return _WEEKEND if calendar.rests(day) else _WORKING
    if mark.rest:
        return mark.words
    return Words(f"{mark.words.zh}调休上班", f"make-up working day for {mark.words.en}")


def _with(why: Words, further: Words) -> Words:
    return Words(f"{why.zh}；{further.zh}", f"{why.en}; {further.en}")
