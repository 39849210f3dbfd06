"""Rest days of a country and year as the package ``holidays`` has them."""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

import holidays

from xiezhi.engine.calendars.calendar import Mark
from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.words import Words

FIRST_YEAR = 1990
# The library computes further years by today's law. A legislature may change it (Italy added 4 October in 2026), so
# years after this one are provisional until the figure is raised.
PUBLISHED_THROUGH = 2026
_SHIFTED = "Day off (substituted from"  # how the library names a rest day gained by working a weekend day


class UnknownCalendar(XiezhiError):  # noqa: N818  named by what it says
    """No country of that code."""


@dataclass(frozen=True)
class LibraryYear:
    """One flag a day from 1 January on, and the names of its holidays."""

    is_rest: list[bool]
    marks: dict[date, Mark]


def library_weekend(code: str) -> frozenset[int]:
    """Return the weekdays that are rest days by themselves, Monday = 0.

    Raises:
        UnknownCalendar: when the library has no such country.
    """
    return frozenset(_country(code, FIRST_YEAR, "en_US").weekend)


def published_years(code: str) -> range:
    """Return the years whose holidays the library gives and that are not provisional."""
    country = _country(code, PUBLISHED_THROUGH, "en_US")
    return range(max(FIRST_YEAR, country.start_year), min(PUBLISHED_THROUGH, country.end_year) + 1)


def library_year(code: str, year: int, *, shifts: bool) -> LibraryYear:
    """Return a year. ``shifts`` False leaves out exchanged days: weekends are rest, days gained for them are not."""
    english, chinese = _country(code, year, "en_US"), _country(code, year, "zh_CN")
    names = {day: name for day, name in english.items() if day.year == year}
    if not shifts:
        names = {day: name for day, name in names.items() if not name.startswith(_SHIFTED)}
    marks = {day: Mark(Words(_chinese(name, chinese.get(day)), name), rest=True) for day, name in names.items()}
    day, is_rest = date(year, 1, 1), []
    while day.year == year:
        worked = shifts and day in english.weekend_workdays
        if worked:
            marks[day] = Mark(Words("调休", "exchanged day"), rest=False)
        is_rest.append(not worked and (day in marks or english.is_weekend(day)))
        day += timedelta(1)
    return LibraryYear(is_rest, marks)


def _country(code: str, year: int, language: str) -> holidays.HolidayBase:
    try:
        country = holidays.country_holidays(code, years=year)
    except NotImplementedError as error:
        raise UnknownCalendar(
            f"calendar {code!r} is not known: write CN or another two-letter country code (NL, IT …)"
        ) from error
    if language in country.supported_languages:
        return holidays.country_holidays(code, years=year, language=language)
    return country


def _chinese(english: str, own: str | None) -> str:
    """Name a holiday in Chinese: the library's own name, else the parts we know, else the English in brackets."""
    if own is not None and own != english and not own.isascii():
        return own
    return "、".join(_names().get(part, f"法定假日（{part}）") for part in english.split("; "))


@cache
def _names() -> dict[str, str]:
    text = files(__package__).joinpath("names.toml").read_text(encoding="utf-8")
    return {key: str(value) for key, value in tomllib.loads(text).items()}
