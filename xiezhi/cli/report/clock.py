"""The clock of a finding, read, and its days counted one by one, so that a reader can follow the number.

The engine computed the number; this page only retells it. Where the retelling does not arrive at the engine's number
and last day, it says so and draws no counts (`Counting.agrees`): a drawing never contradicts its sentence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from xiezhi.cli.report.dates import day_of
from xiezhi.cli.report.model import DayCell, Days
from xiezhi.engine.words import Words

_LONG_REST = 3  # rest days in a row that stop a tax period: 税收征收管理法实施细则 Art. 109


@dataclass(frozen=True)
class Pause:
    """Days claimed as excluded. ``counted``: the claim is refused, the days count."""

    first: date
    last: date
    counted: bool
    reason: Words

    def covers(self, day: date) -> bool:
        """Whether the day lies in the pause."""
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Clock:
    """A clock as a finding carries it. ``still_open``: nothing has ended it, ``end`` is the day of judgement."""

    rule: str  # working | calendar | month | tax
    start: date
    end: date
    still_open: bool
    limit: int | None
    used: int | None
    due: date | None
    pauses: tuple[Pause, ...]


@dataclass(frozen=True)
class CountedDay:
    """A day with its place in the count. ``number`` is None on days that do not count."""

    cell: DayCell
    number: int | None
    pause: Pause | None


@dataclass(frozen=True)
class Counting:
    """All days from the Monday before the start to the Sunday after the last day of interest."""

    clock: Clock
    days: tuple[CountedDay, ...]
    agrees: bool


def read_clock(clock: Mapping[str, Any] | None, as_of: date | None) -> Clock | None:
    """Return the clock of a finding, or None where it has none that can be drawn (no start, no end and no as_of)."""
    if not clock:
        return None
    start = day_of(clock.get("start"))
    ended = day_of(clock.get("end"))
    end = ended or as_of
    if start is None or end is None:
        return None
    return Clock(
        rule=str(clock.get("rule") or ""),
        start=start,
        end=end,
        still_open=ended is None,
        limit=_whole(clock.get("limit")),
        used=_whole(clock.get("used")),
        due=day_of(clock.get("due")),
        pauses=tuple(p for p in map(_pause, clock.get("pauses") or ()) if p is not None),
    )


def count(clock: Clock, days: Days) -> Counting | None:
    """Return the days of the clock counted, or None where the calendar does not reach."""
    last = max(clock.end, clock.due or clock.end)
    first_shown = clock.start - timedelta(days=clock.start.weekday())
    last_shown = last + timedelta(days=6 - last.weekday())
    margin = timedelta(days=14)  # a long rest that crosses the edge must be seen whole
    cells = days(first_shown - margin, last_shown + margin)
    by_day = {cell.day: cell for cell in cells}
    wanted = [first_shown + timedelta(days=n) for n in range((last_shown - first_shown).days + 1)]
    if any(day not in by_day for day in wanted):
        return None
    counting = _counting_days(clock.rule, cells)
    counted = _number_days(clock, [by_day[day] for day in wanted], counting)
    return Counting(clock, counted, _agrees(clock, counted))


def reaches(clock: Clock, counted: Sequence[CountedDay], pauses: Sequence[Pause]) -> date | None:
    """Return the last day of the limit with only these pauses excluded, or None where the days shown do not reach it.

    Calendar and tax periods that end on a rest day end on the next working day (民法典 Art. 203).
    """
    if clock.limit is None:
        return None
    excluded = [p for p in pauses if not p.counted]
    number = 0
    for position, one in enumerate(counted):
        day = one.cell.day
        if day > clock.start and _counts(one) and not any(p.covers(day) for p in excluded):
            number += 1
        if number >= clock.limit and day >= clock.start:
            return _next_open(counted[position:]) if clock.rule in ("calendar", "tax") else day
    return None


def _next_open(rest: Sequence[CountedDay]) -> date | None:
    return next((one.cell.day for one in rest if not one.cell.rest), None)


def _counts(one: CountedDay) -> bool:
    return one.number is not None or one.pause is not None


def _agrees(clock: Clock, counted: Sequence[CountedDay]) -> bool:
    """Whether counting arrives at each number that the engine gave; without any of them there is nothing to retell."""
    if clock.rule not in ("working", "calendar", "tax"):
        return False
    checks = []
    if clock.used is not None:
        numbers = [one.number for one in counted if one.number is not None and one.cell.day <= clock.end]
        checks.append((numbers[-1] if numbers else 0) == clock.used)
    if clock.due is not None and clock.limit is not None:
        checks.append(reaches(clock, counted, clock.pauses) == clock.due)
    return bool(checks) and all(checks)


def _counting_days(rule: str, cells: Sequence[DayCell]) -> frozenset[date]:
    if rule == "working":
        return frozenset(cell.day for cell in cells if not cell.rest)
    if rule == "tax":
        return frozenset(cell.day for cell in cells) - _long_rests(cells)
    return frozenset(cell.day for cell in cells)


def _long_rests(cells: Sequence[DayCell]) -> set[date]:
    found: set[date] = set()
    run: list[date] = []
    for cell in [*cells, None]:
        if cell is not None and cell.rest:
            run.append(cell.day)
            continue
        if len(run) >= _LONG_REST:
            found.update(run)
        run = []
    return found


def _number_days(clock: Clock, cells: Sequence[DayCell], counting: frozenset[date]) -> tuple[CountedDay, ...]:
    number = 0
    counted = []
    for cell in cells:
        inside = cell.day > clock.start and cell.day in counting
        pause = next((p for p in clock.pauses if p.covers(cell.day)), None) if inside else None
        if inside and (pause is None or pause.counted):
            number += 1
            counted.append(CountedDay(cell, number, pause))
        else:
            counted.append(CountedDay(cell, None, pause))
    return tuple(counted)


def _pause(pause: Mapping[str, Any]) -> Pause | None:
    first, last = day_of(pause.get("from")), day_of(pause.get("to"))
    if first is None or last is None:
        return None
    reason = pause.get("reason")
    if isinstance(reason, Mapping):
        words = Words(str(reason.get("zh") or ""), str(reason.get("en") or ""))
    else:
        words = Words(str(reason or ""), str(reason or ""))
    return Pause(first, last, bool(pause.get("counted")), words)


def _whole(value: Any) -> int | None:
    try:
        return None if value is None else int(value)
    except (TypeError, ValueError):
        return None
