"""Many periods counted at once, by index into a calendar, pauses left out.

The last day is found in *counting days*: days that count under the rule (``Note [Long rests]`` of the calendar for
tax days) and lie in no pause. A last day that is a rest day moves to the next working day that is not paused either.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from xiezhi.engine.calendars.days import LONG, Days
from xiezhi.engine.derivations.keys import Numbers
from xiezhi.engine.derivations.pauses import Pauses

RULES = ("working", "calendar", "month", "tax")


@dataclass(frozen=True, eq=False)
class Periods:
    """Periods of one rule. ``begin``: their starting days. A day beyond the calendar is ``days.size``."""

    days: Days
    rule: str
    begin: Numbers
    pauses: Pauses

    def used(self, end: Numbers) -> tuple[Numbers, Numbers]:
        """Return, for each period up to ``end``, its counting days, and those that pauses took out."""
        span = self.pauses.span
        last = np.minimum(self.pauses.last, end[span])
        inside = last >= self.pauses.first
        taken = self._passed(span, np.where(inside, last, self.begin[span]))
        taken -= self._passed(span, np.where(inside, self.pauses.first - 1, self.begin[span]))
        paused = self._summed(span, taken)
        return self._passed(np.arange(len(self.begin)), end) - paused, paused

    def due(self, limit: Numbers) -> Numbers:
        """Return the last day of each period of ``limit`` days (months are made days before), 0 or more."""
        target = self._reached(limit)
        if self.rule == "working":
            return target
        if self.rule == "tax":
            target = self._put_right(limit, target)
        return self._moved(target)

    def _passed(self, span: Numbers, day: Numbers) -> Numbers:
        """Return the days after the start of ``span`` up to ``day`` that count under the rule, pauses or not."""
        begin, days = self.begin[span], self.days
        passed: Numbers = day - begin
        if self.rule == "working":
            passed = days.work_no[day] - days.work_no[begin]
        elif self.rule == "tax":
            passed = days.tax_no[day] - days.tax_no[begin] + np.clip(passed, 0, days.tail[begin])
        return passed

    def _nth(self, number: Numbers) -> Numbers:
        """Return the day number ``number`` that counts under the rule, pauses or not."""
        days, begin = self.days, self.begin
        if self.rule == "working":
            found = _at(days.work_day, days.work_no[begin] + number - 1, days.size)
        elif self.rule == "tax":
            tail = days.tail[begin]
            found = _at(days.tax_day, days.tax_no[begin] + number - tail - 1, days.size)
            found = np.where(number <= tail, begin + number, found)
        else:
            found = begin + number
        return np.where(number <= 0, begin, np.minimum(found, days.size))

    def _reached(self, number: Numbers) -> Numbers:
        """Return the counting day number ``number`` of each period: every pause met on the way comes on top."""
        before, width = self._pause_widths
        met = before < number[self.pauses.span]
        return self._nth(number + self._summed(self.pauses.span, np.where(met, width, 0)))

    @cached_property
    def _pause_widths(self) -> tuple[Numbers, Numbers]:
        """Counting days before each pause, and days of it that would count."""
        pauses = self.pauses
        width = self._passed(pauses.span, pauses.last) - self._passed(pauses.span, pauses.first - 1)
        total = np.cumsum(width) - width
        heads = np.searchsorted(pauses.span, pauses.span)
        return self._passed(pauses.span, pauses.first - 1) - (total - total[heads]), width

    def _summed(self, span: Numbers, amount: Numbers) -> Numbers:
        total = np.zeros(len(self.begin), dtype=np.int64)
        np.add.at(total, span, amount)
        return total

    def _put_right(self, limit: Numbers, target: Numbers) -> Numbers:
        """Return targets moved back to the second day of a long rest where the period ends there.

        Two days before the end, with no counting day between, a long rest begins whose first two days are not paused:
        the limit runs out on its second day, with only two rest days inside the period.
        """
        days, target = self.days, target.copy()
        span = np.flatnonzero(limit >= 2)
        last_but_one = self._reached(limit - 1)
        rest = np.searchsorted(days.long_stop, self._reached(limit - 2)[span] + 1, side="right")
        while len(span):
            first = np.maximum(_at(days.long_first, rest, days.size), self.begin[span] + 1)
            ahead = first < last_but_one[span]
            span, rest, first = span[ahead], rest[ahead], first[ahead]
            fits = days.long_stop[rest] - first >= LONG
            for day in (first, first + 1):
                fits &= self.pauses.covering(span, day) < 0
            target[span[fits]] = first[fits] + 1
            span, rest = span[~fits], rest[~fits] + 1
        return target

    def _moved(self, target: Numbers) -> Numbers:
        days, due = self.days, target.copy()
        next_work = np.append(days.next_work, days.size)
        span = np.flatnonzero(np.append(days.is_rest, False)[target])
        due[span] = next_work[due[span]]
        while len(span):
            pause = self.pauses.covering(span, due[span])
            span, pause = span[pause >= 0], pause[pause >= 0]
            due[span] = next_work[self.pauses.last[pause] + 1]
        return due


def _at(table: Numbers, index: Numbers, none: int) -> Numbers:
    """Return entries of a table, ``none`` past its end. No index below 0 is asked for whose answer is used."""
    found: Numbers = np.append(table, none)[np.clip(index, 0, len(table))]
    return found


def months_in_days(first: np.datetime64, begin: Numbers, months: Numbers) -> Numbers:
    """Return the days from each starting day to its corresponding day, else to the end of that month (民法典 Art. 202).

    ``first``: the date of index 0.
    """
    start = first + begin
    month = start.astype("M8[M]")
    then = month + months
    length = (then + 1).astype("M8[D]") - then.astype("M8[D]")
    day = np.minimum(start - month.astype("M8[D]"), length - np.timedelta64(1, "D"))
    later: Numbers = (then.astype("M8[D]") + day - start).astype(np.int64)
    return later
