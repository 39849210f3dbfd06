"""The working days of this month: the one ornament of the sign-in page."""

from dataclasses import dataclass
from datetime import date, timedelta

from xiezhi.engine.words import Words
from xiezhi.kernel.registry.queries import working_calendar

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True)
class Cell:
    """One day of the month."""

    number: int
    rests: bool
    today: bool
    words: Words


@dataclass(frozen=True)
class Month:
    """A month, and which working day of its year today is or was last."""

    words: Words
    count: Words
    days: tuple[Cell, ...]


def month_of(today: date) -> Month | None:
    """Return the month of a day; none where the calendar does not reach it."""
    calendar = working_calendar()
    first, new_year = today.replace(day=1), today.replace(month=1, day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    if last > calendar.last or new_year < calendar.first:
        return None
    worked = sum(not calendar.rests(new_year + timedelta(days=n)) for n in range((today - new_year).days + 1))
    days = (first + timedelta(days=n) for n in range(last.day))
    return Month(
        Words(f"{today.year}年{today.month}月", f"{_MONTHS[today.month - 1]} {today.year}"),
        Words(f"今天是第{worked}个工作日", f"{worked} working days this year, today included")
        if not calendar.rests(today)
        else Words(f"今年已过{worked}个工作日", f"{worked} working days this year so far"),
        tuple(_cell(day, today, rests=calendar.rests(day)) for day in days),
    )


def _cell(day: date, today: date, *, rests: bool) -> Cell:
    zh = f"{day.day}日，{'休息' if rests else '工作日'}{'，今天' if day == today else ''}"
    en = f"{day.day}, {'rest day' if rests else 'working day'}{', today' if day == today else ''}"
    return Cell(day.day, rests, day == today, Words(zh, en))
