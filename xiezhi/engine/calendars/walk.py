"""A period walked day by day: what a clerk with a calendar does, for showing and not for speed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from xiezhi.engine.calendars.calendar import Calendar
from xiezhi.engine.calendars.count import corresponding_day
from xiezhi.engine.calendars.days import LONG
from xiezhi.engine.calendars.pauses import Pause
from xiezhi.engine.calendars.wording import (
    COUNTS,
    LAST_DAY,
    WEEKEND,
    WORKING,
    Cause,
    extension_words,
    joined,
    make_up_words,
    moved_words,
    pause_words,
    start_words,
)
from xiezhi.engine.words import Words

DAY = timedelta(1)


@dataclass(frozen=True)
class Step:
    """One day: whether it counts, how many count up to it, and why. ``late``: after the last day.

    ``pause``: the one that takes the day out, where it would count otherwise.
    """

    day: date
    counted: bool
    number: int
    cause: Cause
    why: Words
    late: bool = False
    pause: Pause | None = None


@dataclass(frozen=True)
class End:
    """Where a period ends. ``target``: its last day before that moved past rest days to ``due``."""

    target: date
    due: date


@dataclass(frozen=True)
class Walk:
    """A period of a rule from its starting day, with its pauses. ``stopped``: since when a pause runs for good."""

    calendar: Calendar
    rule: str
    start: date
    pauses: tuple[Pause, ...]
    stopped: date | None

    def end(self, limit: int) -> End | None:
        """Return where the period ends, None where the clock stops for good before.

        Raises:
            OutsideCalendar: it leaves the calendar.
        """
        if self.rule == "month":
            limit = (corresponding_day(self.start, limit) - self.start).days
        day = self.start
        while limit:
            day += DAY
            if self.stopped and day >= self.stopped:
                return None
            inside = self._days_before_a_third(day)
            if len(inside) >= limit:
                day = inside[limit - 1]
                break
            limit -= self.counts(day)
        return self._moved(day)

    def _moved(self, target: date) -> End | None:
        due = target
        moves = self.rule != "working" and self.calendar.rests(target)
        while moves and (self.calendar.rests(due) or self.pause(due)):
            due += DAY
            if self.stopped and due >= self.stopped:
                return None
        return End(target, due)

    def _days_before_a_third(self, day: date) -> list[date]:
        """Return, on the first day of an extending rest, its first two days that are not paused.

        A limit that runs out on one of them ends there: too few rest days lie inside the period to extend it.
        """
        if not self.extends(day) or (day - DAY > self.start and self.extends(day - DAY)):
            return []
        return [near for near in (day, day + DAY) if not self.pause(near)]

    def counts(self, day: date) -> bool:
        """Whether a day counts."""
        return not self.pause(day) and self._would_count(day)

    def _would_count(self, day: date) -> bool:
        """Whether a day counts where no pause leaves it out."""
        return not (self.calendar.rests(day) if self.rule == "working" else self.extends(day))

    def pause(self, day: date) -> Pause | None:
        """Return the first pause that leaves a day out."""
        return next((pause for pause in self.pauses if pause.covers(day)), None)

    def extends(self, day: date) -> bool:
        """Whether a day lies in a rest of which three days or more follow the start of a tax period."""
        if self.rule != "tax":
            return False
        days, index = self.calendar.days, self.calendar.index(day)
        first = max(int(days.long_start[index]), self.calendar.index(self.start) + 1)
        return bool(days.in_long_rest[index]) and index + int(days.left_in_run[index]) - first + 1 >= LONG

    def steps(self, end: End | None, last: date) -> Iterator[Step]:
        """Yield every day from the start to ``last``."""
        yield Step(self.start, counted=False, number=0, cause=Cause.START, why=start_words(self.calendar.code))
        number, day = 0, self.start + DAY
        while day <= last:
            counted = self.counts(day)
            number += counted
            cause, why = self._why(day, end)
            if end and day == end.due:
                why = joined(why, LAST_DAY)
            pause = None if counted or not self._would_count(day) else self.pause(day)
            yield Step(day, counted, number, cause, why, late=end is not None and day > end.due, pause=pause)
            day += DAY

    def _why(self, day: date, end: End | None) -> tuple[Cause, Words]:
        pause = self.pause(day)
        if pause:
            return Cause.PAUSE, pause_words(pause.reason)
        cause, why = self._plain(day)
        country = self.calendar.code
        if end and end.target < end.due and self._moves(day, end):
            return Cause.MOVED, joined(why, moved_words(self.rule, country))
        if self.extends(day):
            return Cause.EXTENSION, joined(why, extension_words(country))
        if cause in (Cause.HOLIDAY, Cause.WEEKEND) and self.rule != "working":
            return cause, joined(why, COUNTS)
        return cause, why

    def _moves(self, day: date, end: End) -> bool:
        """Whether a day is one that the last day moved past; in a long rest that ends a tax period, all its days."""
        return end.target <= day < end.due or (self.extends(day) and day < end.target and day + DAY == end.target)

    def _plain(self, day: date) -> tuple[Cause, Words]:
        mark = self.calendar.marks.get(day)
        if mark and not mark.rest:
            return Cause.MAKE_UP, make_up_words(mark.words)
        if mark:
            return Cause.HOLIDAY, mark.words
        if self.calendar.rests(day):
            return Cause.WEEKEND, WEEKEND
        return Cause.WORKING, WORKING
