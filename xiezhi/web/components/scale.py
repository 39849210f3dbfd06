"""The scale of days of a drawing: working days wide, rest days narrow, moments inside their day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from xiezhi.engine.calendars.calendar import Calendar, OutsideCalendar

REST = 0.58
_OPENS, _CLOSES = 9, 18  # between these hours a moment moves through its day
MOST_DAYS = 3700


@dataclass(frozen=True)
class Scale:
    """Where days stand. ``edges``: the left edge of each day, and the right one of the last."""

    first: date
    rests: tuple[bool, ...]
    edges: tuple[float, ...]

    @property
    def days(self) -> tuple[date, ...]:
        """Return the days in order."""
        return tuple(self.first + timedelta(days=n) for n in range(len(self.rests)))

    @property
    def unit(self) -> float:
        """Return the width of a working day."""
        return max((b - a for a, b in zip(self.edges, self.edges[1:], strict=False)), default=0.0)

    def left(self, day: date) -> float:
        """Return the left edge of a day, held within the scale."""
        return self.edges[min(max((day - self.first).days, 0), len(self.rests))]

    def right(self, day: date) -> float:
        """Return the right edge of a day."""
        return self.left(day + timedelta(days=1))

    def at(self, moment: date | datetime) -> float:
        """Return where a moment stands; a day without a time is its middle."""
        day = moment.date() if isinstance(moment, datetime) else moment
        a, b = self.left(day), self.right(day)
        if not isinstance(moment, datetime):
            return (a + b) / 2
        part = (moment.hour + moment.minute / 60 - _OPENS) / (_CLOSES - _OPENS)
        return a + (b - a) * min(max(part, 0.04), 0.96)


def scale_of(first: date, last: date, calendar: Calendar, *, left: float, width: float) -> Scale:
    """Return the scale from the Monday before the first day to the Sunday after the last.

    Years outside the calendar are drawn with weekends only.
    """
    begin = first - timedelta(days=first.weekday())
    count = min((last - begin).days + 7 - last.weekday(), MOST_DAYS)
    rests = tuple(_rests(calendar, begin + timedelta(days=n)) for n in range(count))
    unit = width / sum(REST if rest else 1.0 for rest in rests)
    edges = [left]
    for rest in rests:
        edges.append(edges[-1] + unit * (REST if rest else 1.0))
    return Scale(begin, rests, tuple(round(edge, 2) for edge in edges))


def _rests(calendar: Calendar, day: date) -> bool:
    try:
        return calendar.rests(day)
    except OutsideCalendar:
        return day.weekday() >= 5
