"""A country's calendar as a value: which days are rest days, why, and which of them are not yet certain."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import pyarrow as pa

from xiezhi.engine.calendars.days import Days, Flags, days_table, derive_days
from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.words import Words


class OutsideCalendar(XiezhiError):  # noqa: N818  named by what it says
    """A day before the first or after the last day of a calendar."""


@dataclass(frozen=True)
class Mark:
    """Why a day differs from its weekday: a holiday (``rest``), or a weekend day worked in its stead."""

    words: Words
    rest: bool


@dataclass(frozen=True, eq=False)
class Calendar:
    """Rest days of a country, one flag a day from ``first`` on, without a gap.

    Attributes:
        code: ``CN``, ``NL`` …
        is_rest: weekends and holidays, less the weekend days that are worked.
        marks: holidays and make-up working days by date, with their names.
        weekend: weekdays that are rest days by themselves, Monday = 0.
        provisional_years: years without published data: weekends and computed holidays, without shifts.
        sources: where a year's data come from.
    """

    code: str
    first: date
    is_rest: Flags
    marks: Mapping[date, Mark]
    weekend: frozenset[int]
    provisional_years: tuple[int, ...]
    sources: Mapping[int, str] = field(default_factory=dict)

    @property
    def last(self) -> date:
        """The last day of the calendar."""
        return self.first + timedelta(len(self.is_rest) - 1)

    @cached_property
    def days(self) -> Days:
        """Every column derived from ``is_rest``, by index from the first day."""
        return derive_days(self.is_rest)

    def table(self) -> pa.Table:
        """Return the calendar dataset, one row a day; its columns are described at ``Days``."""
        years = np.arange(np.datetime64(self.first), np.datetime64(self.last) + 1).astype("M8[Y]").astype(int) + 1970
        return days_table(self.days, first=self.first, provisional=np.isin(years, self.provisional_years))

    def index(self, day: date) -> int:
        """Return the index of a day.

        Raises:
            OutsideCalendar: when the calendar does not reach it.
        """
        index = (day - self.first).days
        if not 0 <= index < len(self.is_rest):
            raise self.outside(day.isoformat())
        return index

    def day(self, index: int) -> date:
        """Return the day at an index.

        Raises:
            OutsideCalendar: when there is none.
        """
        if not 0 <= index < len(self.is_rest):
            raise self.outside(f"day {index + 1} of the calendar")
        return self.first + timedelta(index)

    def rests(self, day: date) -> bool:
        """Whether a day is a rest day."""
        return bool(self.is_rest[self.index(day)])

    def outside(self, what: str) -> OutsideCalendar:
        """Return the error that says how far the calendar reaches."""
        return OutsideCalendar(
            f"calendar {self.code} reaches from {self.first} to {self.last}; {what} is outside: "
            "correct the date, or add the year's file to the calendar"
        )

    def provisional_between(self, first: date, last: date) -> tuple[int, ...]:
        """Return the provisional years that days from ``first`` to ``last`` fall in."""
        return tuple(year for year in self.provisional_years if first.year <= year <= last.year)
