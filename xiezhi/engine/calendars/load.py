"""Load a country's calendar: the year files shipped and the installation's own, else the library of holidays.

A year is published when it has a file (``CN/2026.toml``; an installation's file takes the place of the shipped one),
or, outside China, when the library covers it. The calendar reaches from 1990 to ten years past the newest published
year. Years without data, before as well as after, are provisional: weekends and computed holidays without shifts.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType

import numpy as np

from xiezhi.engine.calendars.calendar import Calendar, Mark
from xiezhi.engine.calendars.library import FIRST_YEAR, library_weekend, library_year, published_years
from xiezhi.engine.calendars.yearfile import YearFile, read_year

YEARS_AHEAD = 10
SHIPPED = Path(__file__).parent / "data"


def load_calendar(code: str, *, folder: Path | None = None) -> Calendar:
    """Return the calendar of a country, ``CN`` or a code that the package ``holidays`` knows.

    ``folder``: an installation's own year files, ``<folder>/<code>/<year>.toml``, laid over the shipped ones.

    Raises:
        UnknownCalendar: no such country.
        BadCalendarFile: a year's file is wrong; names file and line.
    """
    weekend = library_weekend(code)
    written = _year_files(code, [SHIPPED, *([folder] if folder else [])], weekend)
    published = set(written) | (set() if code == "CN" else set(published_years(code)))
    years = range(min(FIRST_YEAR, *published), max(published) + YEARS_AHEAD + 1)
    is_rest: list[bool] = []
    marks: dict[date, Mark] = {}
    for year in years:
        if year in written:
            rest, names = list(_rest_by_file(written[year], weekend)), written[year].marks
        else:
            computed = library_year(code, year, shifts=year in published)
            rest, names = computed.is_rest, computed.marks
        is_rest += rest
        marks |= names
    flags = np.array(is_rest, dtype=np.bool_)
    flags.flags.writeable = False
    return Calendar(
        code=code,
        first=date(years.start, 1, 1),
        is_rest=flags,
        marks=MappingProxyType(marks),
        weekend=weekend,
        provisional_years=tuple(year for year in years if year not in published),
        sources=MappingProxyType({year: file.source for year, file in written.items()}),
    )


def _year_files(code: str, folders: list[Path], weekend: frozenset[int]) -> dict[int, YearFile]:
    paths = {path.name: path for folder in folders for path in sorted((folder / code).glob("*.toml"))}
    read = [read_year(path, weekend=weekend) for _, path in sorted(paths.items())]
    return {year.year: year for year in read}


def _rest_by_file(year: YearFile, weekend: frozenset[int]) -> Iterator[bool]:
    day = date(year.year, 1, 1)
    while day.year == year.year:
        mark = year.marks.get(day)
        yield mark.rest if mark else day.weekday() in weekend
        day += timedelta(1)
