"""A calendar: how many on each day, month by month, rest days shaded."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from xiezhi.engine.calendars.calendar import Calendar
from xiezhi.engine.packs.screens import Component
from xiezhi.engine.words import NOTHING, Words
from xiezhi.kernel.registry.queries import working_calendar
from xiezhi.web.components.figures import seen
from xiezhi.web.components.showing import Page, Shown

MOST_MONTHS = 3
_SHADES = (1, 3, 8, 20, 50)  # from which count on a day is of the next shade


@dataclass(frozen=True)
class Day:
    """A day of a month; ``number`` 0 fills the week before and after."""

    number: int
    rest: bool
    count: int
    shade: int
    text: Words


@dataclass(frozen=True)
class Month:
    """A month: its weeks from Monday."""

    words: Words
    weeks: tuple[tuple[Day, ...], ...]


def draw(page: Page, component: Component) -> Shown:
    """Return the months in which anything falls."""
    told = seen(page, component, [component.x], component.y)
    counts = {date.fromisoformat(str(row[component.x])): int(row[component.y[0]]) for row in told.rows}
    if not counts:
        return Shown(component, None, None, component.note, told.empty)
    calendar = page.facts.desk.calendar if page.facts is not None else working_calendar()
    months = tuple(_month(first, counts, calendar) for first in list(_firsts(counts))[:MOST_MONTHS])
    return Shown(component, months, told.table, told.note or component.note)


def _firsts(counts: dict[date, int]) -> Iterator[date]:
    day, last = min(counts).replace(day=1), max(counts)
    while day <= last:
        yield day
        day = (day + timedelta(days=32)).replace(day=1)


def _month(first: date, counts: dict[date, int], calendar: Calendar) -> Month:
    nextone = (first + timedelta(days=32)).replace(day=1)
    days = [Day(0, rest=False, count=0, shade=0, text=NOTHING)] * first.weekday()
    for offset in range((nextone - first).days):
        days.append(_day(first + timedelta(days=offset), counts, calendar))
    days += [Day(0, rest=False, count=0, shade=0, text=NOTHING)] * (-len(days) % 7)
    words = Words(f"{first.year}年{first.month}月", f"{first:%B} {first.year}")
    return Month(words, tuple(tuple(days[n : n + 7]) for n in range(0, len(days), 7)))


def _day(day: date, counts: dict[date, int], calendar: Calendar) -> Day:
    count = counts.get(day, 0)
    said = Words(f"{day.month}月{day.day}日：{count}", f"{day.day} {day:%b}: {count}")
    return Day(day.day, calendar.rests(day), count, sum(count >= step for step in _SHADES), said)
