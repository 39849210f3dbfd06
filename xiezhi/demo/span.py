"""The days of the city: from when its log reaches back to when it was connected, and the day on which it is looked at.

Everything is counted back from ``today``, so that open cases have deadlines that are still to come.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from xiezhi.demo import workdays

TODAY = date(2026, 7, 1)  # where nobody says otherwise: examples and tests are told for this day


@dataclass(frozen=True)
class Span:
    """The days of one city. ``today`` is the day on which it is judged; its facts end on the evening before."""

    today: date
    days_live: int = 22  # since the system was connected, rounded up to a Monday

    @property
    def first(self) -> date:
        """The first day on which a case came in."""
        return self.today - timedelta(545)

    @property
    def last(self) -> date:
        """The last day of which there are facts."""
        return self.today - timedelta(1)

    @property
    def recent(self) -> date:
        """From here on cases come by the week; a Friday before a free Saturday. What is older is an archive."""
        day = self.today - timedelta(133)
        while day.weekday() != 4 or workdays.is_workday(day + timedelta(1)) or not workdays.is_workday(day):
            day -= timedelta(1)
        return day

    @property
    def go_live(self) -> date:
        """The day on which the system was connected; a Monday, some weeks back."""
        day = self.today - timedelta(self.days_live)
        return day - timedelta(day.weekday())

    @property
    def delisted(self) -> date:
        """The day on which a matter was taken off the list."""
        return workdays.on_or_after(self.today - timedelta(100))

    @property
    def silent(self) -> date:
        """The last day of which the register of ratings told anything; a Sunday, more than a week's work back."""
        day = self.today - timedelta(14)
        return day - timedelta((day.weekday() + 1) % 7)
