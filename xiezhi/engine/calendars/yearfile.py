"""A year of a calendar as an editable TOML file: rest days with names, and weekend days that are worked.

    source = "where the year was published"
    [[rest]]
    zh = "元旦"
    en = "New Year's Day"
    days = [2026-01-01, 2026-01-02, 2026-01-03]
    [[work]]                # weekend days worked in exchange, under the name of their holiday
    zh = "元旦"
    en = "New Year's Day"
    days = [2026-01-04]

The file is named after its year (``2026.toml``). Weekends are rest days without being listed.
"""

import re
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from xiezhi.engine.calendars.calendar import Mark
from xiezhi.engine.errors import AuthorError, Issue, Place
from xiezhi.engine.words import Words

_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_SYNTAX_LINE = re.compile(r"\(at line (\d+), column (\d+)\)")


class BadCalendarFile(AuthorError):  # noqa: N818  named by what it says
    """A year's file is not as it should be; every mistake with its line."""


@dataclass(frozen=True)
class YearFile:
    """What a year's file says."""

    year: int
    source: str
    marks: dict[date, Mark]


def read_year(path: Path, *, weekend: frozenset[int]) -> YearFile:
    """Read a year's file. ``weekend``: weekdays that are rest days by themselves, Monday = 0.

    Raises:
        BadCalendarFile: with file and line of every mistake.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadCalendarFile([Issue(Place(path), "calendar-read", str(error), "save it as UTF-8 text")]) from error
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadCalendarFile([_syntax(path, error)]) from error
    reading = _Reading(path, text.splitlines(), weekend)
    year = reading.year(document)
    if reading.issues:
        raise BadCalendarFile(reading.issues)
    return year


def _syntax(path: Path, error: tomllib.TOMLDecodeError) -> Issue:
    found = _SYNTAX_LINE.search(str(error))
    line, column = (int(found[1]), int(found[2])) if found else (0, 0)
    return Issue(
        Place(path, line, column), "calendar-toml", str(error), "dates are written 2026-01-01, texts in quotes"
    )


@dataclass
class _Reading:
    """One file being read; mistakes gather in ``issues``."""

    path: Path
    lines: list[str]
    weekend: frozenset[int]
    issues: list[Issue] = field(default_factory=list)
    marks: dict[date, Mark] = field(default_factory=dict)

    def year(self, document: dict[str, Any]) -> YearFile:
        year = int(self.path.stem) if re.fullmatch(r"\d{4}", self.path.stem) else 0
        if not _FIRST_YEAR <= year <= _LAST_YEAR:
            self._refuse(0, "name", f"the file name {self.path.name} is no year", "name it after its year: 2026.toml")
        for key in document.keys() - {"source", "rest", "work"}:
            self._refuse(
                self._line(rf"\[*{re.escape(key)}\b"), "key", f"unknown key {key}", "source, [[rest]], [[work]]"
            )
        source = document.get("source")
        if not (isinstance(source, str) and source):
            self._refuse(
                self._line(r"source\b"), "source", "the source is missing", 'source = "the notice of the year"'
            )
        for kind in ("rest", "work"):
            self._groups(kind, document.get(kind, []), year)
        return YearFile(year, str(source), self.marks)

    def _groups(self, kind: str, groups: Any, year: int) -> None:
        if not (isinstance(groups, list) and all(isinstance(group, dict) for group in groups)):
            self._refuse(self._line(rf"\[*{kind}\b"), kind, f"{kind} is no list of tables", f"write [[{kind}]]")
            return
        for nth, group in enumerate(groups):
            line = self._line(rf"\[\[\s*{kind}\s*\]\]", nth)
            names = [group.get(language) for language in ("zh", "en")]
            if not all(isinstance(name, str) and name for name in names):
                self._refuse(line, kind, f"a [[{kind}]] needs both names", 'zh = "元旦" and en = "New Year\'s Day"')
            days = group.get("days")
            if not (isinstance(days, list) and days):
                self._refuse(line, kind, f"a [[{kind}]] needs days", "days = [2026-01-01]")
                continue
            mark = Mark(Words(str(names[0]), str(names[1])), rest=kind == "rest")
            for day in days:
                self._day(day, mark, year, line)

    def _day(self, day: Any, mark: Mark, year: int, group_line: int) -> None:
        if isinstance(day, datetime) or not isinstance(day, date):
            line = self._line(".*" + re.escape(str(day)), default=group_line)
            self._refuse(line, "day", f"{day!r} is no date", f"write it as {year}-01-01, without quotes")
            return
        twice = day in self.marks
        self.marks[day] = mark
        if twice:
            wrong = f"{day} stands twice", "keep it once"
        elif day.year != year:
            wrong = f"{day} is not in {year}", f"move it to {day.year}.toml"
        elif not mark.rest and day.weekday() not in self.weekend:
            wrong = f"{day} is no weekend day, so worked anyhow", "take it out of [[work]]"
        else:
            return
        self._refuse(self._line(rf".*\b{day.isoformat()}\b", int(twice)), "day", *wrong)

    def _line(self, pattern: str, nth: int = 0, default: int = 1) -> int:
        """Return the line of the nth match outside comments (a line may hold several), else of the last one."""
        lines = [number for number, line in enumerate(self.lines, 1) for _ in _matches(pattern, line.partition("#")[0])]
        return lines[min(nth, len(lines) - 1)] if lines else default

    def _refuse(self, line: int, code: str, message: str, instead: str) -> None:
        self.issues.append(Issue(Place(self.path, line), f"calendar-{code}", message, instead))


def _matches(pattern: str, line: str) -> list[str]:
    if pattern.startswith(".*"):
        return re.findall(pattern.removeprefix(".*"), line)
    return re.findall(r"^\s*" + pattern, line)
