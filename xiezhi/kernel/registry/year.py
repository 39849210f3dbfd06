"""A year of a calendar as months, with what the installation itself has set."""

from calendar import month_name, monthrange
from dataclasses import dataclass
from datetime import date

from xiezhi.engine.words import NOTHING, Words
from xiezhi.kernel.registry.models import CalendarDay
from xiezhi.kernel.registry.queries import working_calendar


@dataclass(frozen=True)
class Day:
    """A day. ``words`` is why it differs from its weekday; ``source`` the notice by which the installation set it."""

    day: date
    is_rest: bool
    is_weekend: bool
    words: Words
    source: str

    @property
    def kind(self) -> str:
        """What is drawn: work, weekend, holiday, or a weekend day that is worked."""
        if self.is_rest:
            return "weekend" if self.is_weekend and not self.words else "holiday"
        return "makeup" if self.is_weekend else "work"


@dataclass(frozen=True)
class Month:
    """A month as weeks from Monday; None before its first and after its last day."""

    words: Words
    weeks: tuple[tuple[Day | None, ...], ...]
    working: int


@dataclass(frozen=True)
class Year:
    """A year. ``provisional``: its holidays are not published, and are computed without exchanged days."""

    year: int
    months: tuple[Month, ...]
    provisional: bool
    source: str
    working: int
    own: tuple[Day, ...]
    first: int
    last: int


def year_of(year: int, *, code: str = "CN") -> Year | None:
    """Return a year, None where the calendar does not reach it."""
    calendar = working_calendar(code)
    if not calendar.first.year <= year <= calendar.last.year:
        return None
    own = dict(CalendarDay.objects.filter(calendar=code, day__year=year).values_list("day", "source"))

    def told(day: date) -> Day:
        mark = calendar.marks.get(day)
        is_weekend = day.weekday() in calendar.weekend
        return Day(day, calendar.rests(day), is_weekend, mark.words if mark else NOTHING, own.get(day, ""))

    months = tuple(
        _month(number, [told(date(year, number, day + 1)) for day in range(monthrange(year, number)[1])])
        for number in range(1, 13)
    )
    return Year(
        year=year,
        months=months,
        provisional=year in calendar.provisional_years,
        source=calendar.sources.get(year, ""),
        working=sum(month.working for month in months),
        own=tuple(told(day) for day in sorted(own)),
        first=calendar.first.year,
        last=calendar.last.year,
    )


def _month(number: int, days: list[Day]) -> Month:
    cells: list[Day | None] = [None] * days[0].day.weekday() + [*days]
    cells += [None] * (-len(cells) % 7)
    weeks = tuple(tuple(cells[at : at + 7]) for at in range(0, len(cells), 7))
    return Month(Words(f"{number}月", month_name[number]), weeks, sum(not day.is_rest for day in days))
