"""The clock of a finding, read, and its days as the engine's own walk tells them, so that a reader can follow.

Nothing is counted here. Where the walk does not arrive at the number and the last day that the finding states, the
page says so and draws no counts (`Counting.agrees`): a drawing never contradicts its sentence.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from xiezhi.engine.calendars import pauses as engine
from xiezhi.engine.calendars.calendar import Calendar, OutsideCalendar
from xiezhi.engine.calendars.count import BadPeriod
from xiezhi.engine.calendars.explain import Explanation, explain
from xiezhi.engine.findings.dates import day_of
from xiezhi.engine.words import NOTHING, Words


@dataclass(frozen=True)
class Pause:
    """Days claimed as excluded; ``last`` None = still running. ``counted``: the claim is refused, the days count."""

    first: date
    last: date | None
    counted: bool
    reason: Words

    def covers(self, day: date) -> bool:
        """Whether the day lies in the pause."""
        return self.first <= day and (self.last is None or day <= self.last)

    @property
    def plain(self) -> engine.Pause:
        """The pause as the engine walks it."""
        return engine.Pause(self.first, self.last, self.reason.zh)


@dataclass(frozen=True)
class Clock:
    """A clock as a finding carries it. ``still_open``: nothing has ended it, ``end`` is the day of judgement."""

    rule: str  # working | calendar | month | tax
    start: date
    end: date
    still_open: bool
    limit: int
    used: int | None
    due: date | None
    pauses: tuple[Pause, ...]


@dataclass(frozen=True)
class DayCell:
    """One day of the calendar. ``words`` names a holiday or a make-up working day; empty on plain days."""

    day: date
    rest: bool
    words: Words = NOTHING
    provisional: bool = False


@dataclass(frozen=True)
class CountedDay:
    """A day with its place in the count. ``number`` is None on days that do not count."""

    cell: DayCell
    number: int | None
    pause: Pause | None


@dataclass(frozen=True)
class Counting:
    """All days from the Monday before the start to the Sunday after the last day of interest.

    Attributes:
        agrees: the walk arrives at what the finding states.
        walked: the engine's derivation up to the end of the clock.
        reached: the last day without pauses, with the first, with the first two, and so on.
    """

    clock: Clock
    days: tuple[CountedDay, ...]
    agrees: bool
    walked: Explanation
    reached: tuple[date | None, ...]

    @property
    def due(self) -> date | None:
        """The last day: the walk's where it agrees with the finding, else what the finding states."""
        return self.walked.due if self.agrees else self.clock.due


def read_clock(
    clock: Mapping[str, Any] | None, as_of: date | None, reasons: Mapping[str, Words] | None = None
) -> Clock | None:
    """Return the clock of a finding, or None where there is nothing to draw: no start, no end and no as_of, no limit.

    ``reasons``: what the codes of pauses mean.
    """
    if not clock:
        return None
    start = day_of(clock.get("start"))
    ended = day_of(clock.get("end"))
    end = ended or as_of
    limit = _whole(clock.get("limit"))
    if start is None or end is None or limit is None:
        return None
    return Clock(
        rule=str(clock.get("rule") or ""),
        start=start,
        end=end,
        still_open=ended is None,
        limit=limit,
        used=_whole(clock.get("used")),
        due=day_of(clock.get("due")),
        pauses=tuple(p for p in (_pause(item, reasons or {}) for item in clock.get("pauses") or ()) if p is not None),
    )


def count(clock: Clock, calendar: Calendar | None) -> Counting | None:
    """Return the days of the clock as the engine walks them, or None where the calendar does not reach."""
    if calendar is None:
        return None
    try:
        walks = [_walk(clock, calendar, clock.pauses[:number]) for number in range(len(clock.pauses) + 1)]
        days = _days(clock, calendar, walks[-1])
    except (OutsideCalendar, BadPeriod):
        return None
    return Counting(clock, days, _agrees(clock, walks[-1]), walks[-1], tuple(walk.due for walk in walks))


def _walk(clock: Clock, calendar: Calendar, pauses: Iterable[Pause]) -> Explanation:
    excluded = tuple(pause.plain for pause in pauses if not pause.counted)
    return explain(calendar, rule=clock.rule, start=clock.start, limit=clock.limit, end=clock.end, pauses=excluded)


def _days(clock: Clock, calendar: Calendar, walked: Explanation) -> tuple[CountedDay, ...]:
    last = max(walked.steps[-1].day, clock.due or clock.end)
    first_shown = clock.start - timedelta(days=clock.start.weekday())
    last_shown = last + timedelta(days=6 - last.weekday())
    steps = {step.day: step for step in walked.steps}
    found = []
    for offset in range((last_shown - first_shown).days + 1):
        cell = _cell(calendar, first_shown + timedelta(days=offset))
        step = steps.get(cell.day)
        if step is None:
            found.append(CountedDay(cell, None, None))
            continue
        number = step.number if step.counted else None
        claimed = [p for p in clock.pauses if p.counted == step.counted and p.covers(cell.day)]
        told = step.counted or step.pause is not None
        found.append(CountedDay(cell, number, claimed[0] if claimed and told else None))
    return tuple(found)


def _cell(calendar: Calendar, day: date) -> DayCell:
    mark = calendar.marks.get(day)
    words = mark.words if mark is not None else NOTHING
    return DayCell(day, calendar.rests(day), words, day.year in calendar.provisional_years)


def _agrees(clock: Clock, walked: Explanation) -> bool:
    """Whether the walk arrives at each number that the finding states; without any there is nothing to retell."""
    checks = []
    if clock.used is not None:
        checks.append(walked.used == clock.used)
    if clock.due is not None:
        checks.append(walked.due == clock.due)
    return bool(checks) and all(checks)


def _pause(pause: Mapping[str, Any], reasons: Mapping[str, Words]) -> Pause | None:
    """Return a pause; None for one that ends before it begins, which leaves no day out."""
    first, last = day_of(pause.get("from")), day_of(pause.get("to"))
    if first is None or (last is not None and last < first):
        return None
    reason = str(pause.get("reason") or "")
    return Pause(first, last, bool(pause.get("counted")), reasons.get(reason) or Words(reason, reason))


def _whole(value: Any) -> int | None:
    try:
        return None if value is None else int(value)
    except (TypeError, ValueError):
        return None
