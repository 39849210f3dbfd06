"""A deadline day by day: each day counted or left out, and why, in both languages.

Sources: 民法典 Art. 201 (the starting day does not count), 202 (months), 203 (a last day that is a rest day moves on);
行政许可法 Art. 82 (working days); 税收征管法实施细则 Art. 109 (three rest days in a row inside the period extend it).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from xiezhi.engine.calendars.calendar import Calendar
from xiezhi.engine.calendars.count import BadPeriod, check_rule, used_days
from xiezhi.engine.calendars.pauses import Pause
from xiezhi.engine.calendars.walk import Step, Walk
from xiezhi.engine.calendars.wording import Citation, citations, notes, rule_words, weekday
from xiezhi.engine.words import Language, Words


@dataclass(frozen=True)
class Explanation:
    """A derivation.

    Attributes:
        calendar: country of the calendar.
        limit: in months for the rule ``month``, else in days.
        due: the last day; None while the clock is stopped.
        used: days counted up to ``end``; None without one. ``paused``: days that pauses took out of them.
        provisional: years not yet published that the derivation goes through.
        notes: what must be said beside the result.
    """

    calendar: str
    rule: str
    start: date
    limit: int
    due: date | None
    end: date | None
    used: int | None
    paused: int | None
    steps: tuple[Step, ...]
    pauses: tuple[Pause, ...]
    provisional: tuple[int, ...]
    notes: tuple[Words, ...]

    @property
    def words(self) -> Words:
        """The rule in words."""
        return rule_words(self.rule, self.calendar)

    @property
    def articles(self) -> tuple[Citation, ...]:
        """The articles that counting follows; none under another country's calendar."""
        return citations(self.rule, self.calendar)

    @property
    def over(self) -> int | None:
        """By how much ``end`` is late: in working days for that rule, else in days after the last day; 0 = in time."""
        if self.used is None or self.due is None or self.end is None:
            return None
        return max(self.used - self.limit if self.rule == "working" else (self.end - self.due).days, 0)

    def as_json(self) -> dict[str, Any]:
        """Return the derivation as JSON."""
        return {
            "calendar": self.calendar,
            "rule": self.rule,
            "basis": self.words.as_json(),
            "articles": [article.as_json() for article in self.articles],
            "start": self.start.isoformat(),
            "limit": self.limit,
            "due": _iso(self.due),
            "end": _iso(self.end),
            "used": self.used,
            "paused": self.paused,
            "over": self.over,
            "pauses": [{"from": _iso(p.first), "to": _iso(p.last), "reason": p.reason} for p in self.pauses],
            "provisional_years": list(self.provisional),
            "notes": [note.as_json() for note in self.notes],
            "days": [
                {
                    "day": step.day.isoformat(),
                    "counted": step.counted,
                    "number": step.number,
                    "cause": str(step.cause),
                    "late": step.late,
                    "why": step.why.as_json(),
                }
                for step in self.steps
            ],
        }

    def lines(self, language: Language) -> Iterator[str]:
        """Yield the derivation as lines of text."""
        yield self.words.in_(language)
        for step in self.steps:
            number = str(step.number) if step.counted else "·"
            late = "!" if step.late else " "
            line = f"{step.day} {weekday(step.day).in_(language)}  {number:>4} {late} {step.why.in_(language)}"
            yield line.rstrip()
        for words in self._conclusion():
            yield words.in_(language)

    def _conclusion(self) -> Iterator[Words]:
        if self.due:
            yield Words(f"期限届满：{self.due}", f"last day: {self.due}")
        if self.used is not None:
            yield Words(
                f"截至 {self.end} 已用 {self.used}，扣除 {self.paused}，期限 {self.limit}",
                f"up to {self.end}: used {self.used}, left out {self.paused}, limit {self.limit}",
            )
        if self.over is not None:
            yield Words(f"超过 {self.over}", f"over by {self.over}") if self.over else Words("未超过期限", "in time")
        yield from self.notes
        for year in self.provisional:
            yield Words(
                f"{year} 年放假安排尚未公布，结果为暂定", f"the holidays of {year} are not yet published: provisional"
            )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


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
        rule: working, calendar, month or tax.
        start: the day the period starts from; it does not count itself.
        limit: in months for the rule ``month``, else in days.
        end: the day it was done, or is looked at.
        pauses: days left out. One still running leaves out the days up to ``end``, or, without an end, all to come.

    Raises:
        BadPeriod: the rule is unknown, the limit negative, or a pause ends before it begins.
        OutsideCalendar: the period leaves the calendar.
    """
    check_rule(rule)
    _check(limit, pauses)
    calendar.index(start)
    still = [pause.first for pause in pauses if pause.last is None]
    stopped = max(min(still), start + timedelta(1)) if still and end is None else None
    if end is not None:
        pauses = [pause if pause.last else replace(pause, last=max(end, pause.first)) for pause in pauses]
    walk = Walk(calendar, rule, start, tuple(pauses), stopped)
    found = walk.end(limit)
    last = max(start, end or start, (found.due if found else stopped) or start)
    steps = tuple(walk.steps(found, last))
    used, paused = _used(walk, steps, end)
    return Explanation(
        calendar=calendar.code,
        rule=rule,
        start=start,
        limit=limit,
        due=found.due if found else None,
        end=end,
        used=used,
        paused=paused,
        steps=steps,
        pauses=tuple(pauses),
        provisional=calendar.provisional_between(start, last),
        notes=notes(calendar.code, start, stopped=None if found else stopped),
    )


def _check(limit: int, pauses: Sequence[Pause]) -> None:
    if limit < 0:
        raise BadPeriod(f"the limit is {limit}: a period has 0 days or more")
    for pause in pauses:
        if pause.last is not None and pause.last < pause.first:
            raise BadPeriod(f"the pause from {pause.first} ends before it begins, on {pause.last}: swap the two days")


def _used(walk: Walk, steps: tuple[Step, ...], end: date | None) -> tuple[int | None, int | None]:
    if end is None:
        return None, None
    whole = used_days(walk.calendar, rule=walk.rule, start=walk.start, end=end)
    used = max((step.number for step in steps if step.day <= end), default=0) if end >= walk.start else whole
    return used, whole - used
