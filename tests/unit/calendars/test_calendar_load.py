"""Calendars as data: China's year files against two libraries, other countries, overlays, bad files."""

import os
import shutil
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import holidays
import pytest

from xiezhi.engine.calendars import seed
from xiezhi.engine.calendars.library import UnknownCalendar
from xiezhi.engine.calendars.load import SHIPPED, load_calendar
from xiezhi.engine.calendars.yearfile import BadCalendarFile
from xiezhi.engine.errors import Place

CN = load_calendar("CN")


def every_day(first, last):
    return [first + timedelta(n) for n in range((last - first).days + 1)]


def test_china_equals_two_libraries_on_7305_days() -> None:
    days = every_day(date(2007, 1, 1), date(2026, 12, 31))
    library = holidays.country_holidays("CN", years=range(2007, 2027))
    ours = [not CN.rests(day) for day in days]
    assert len(days) == 7305
    assert ours == [chinese_calendar.is_workday(day) for day in days]
    assert ours == [library.is_working_day(day) for day in days]


def test_the_years_before_equal_the_seed() -> None:
    days = every_day(date(2004, 1, 1), date(2006, 12, 31))
    assert [not CN.rests(day) for day in days] == [chinese_calendar.is_workday(day) for day in days]


def test_range_and_provisional_years_of_china() -> None:
    assert (CN.first, CN.last) == (date(1990, 1, 1), date(2036, 12, 31))
    assert CN.provisional_years == (*range(1990, 2004), *range(2027, 2037))
    assert CN.provisional_between(date(2026, 12, 1), date(2028, 1, 1)) == (2027, 2028)


def test_a_provisional_year_has_weekends_and_holidays_but_no_shifts() -> None:
    rest = {day for day in every_day(date(2003, 5, 1), date(2003, 5, 11)) if CN.rests(day)}
    # 1–3 May and the Monday in lieu of a Saturday; 6 and 7 May were days gained for a weekend worked
    assert rest == {date(2003, 5, n) for n in (1, 2, 3, 4, 5, 10, 11)}
    assert CN.rests(date(2003, 4, 26))  # worked in fact
    assert {day for day in every_day(date(2027, 10, 1), date(2027, 10, 8)) if CN.rests(day)} == {
        date(2027, 10, n) for n in (1, 2, 3, 4, 5)
    }


def test_days_are_named_in_both_languages() -> None:
    named = [CN.marks[day] for day in (date(2026, 10, 1), date(2026, 9, 20), date(2027, 10, 1))]
    assert [(mark.words.zh, mark.words.en, mark.rest) for mark in named] == [
        ("国庆节", "National Day", True),
        ("国庆节", "National Day", False),
        ("国庆节", "National Day", True),
    ]


@pytest.mark.parametrize(
    ("code", "rest", "work"),
    [
        ("NL", [date(2010, 4, 30), date(2014, 4, 26), date(2015, 5, 5), date(2026, 4, 27)], [date(2011, 5, 5)]),
        ("IT", [date(2000, 4, 24), date(2013, 4, 25), date(2012, 6, 2), date(2026, 1, 6)], [date(2012, 4, 30)]),
    ],
)
def test_other_countries(code, rest, work) -> None:
    calendar = load_calendar(code)
    assert [calendar.rests(day) for day in rest] == [True] * len(rest)
    assert [calendar.rests(day) for day in work] == [False] * len(work)
    assert (calendar.first, calendar.last) == (date(1990, 1, 1), date(2036, 12, 31))
    assert calendar.provisional_years == tuple(range(2027, 2037))
    assert all(mark.words.zh and not mark.words.zh.isascii() for mark in calendar.marks.values())


@pytest.mark.parametrize("code", ["NL", "IT"])
def test_other_countries_equal_their_library(code) -> None:
    calendar, library = load_calendar(code), holidays.country_holidays(code, years=range(1990, 2027))
    days = every_day(date(1990, 1, 1), date(2026, 12, 31))
    assert [not calendar.rests(day) for day in days] == [library.is_working_day(day) for day in days]


def test_a_weekend_that_moved() -> None:
    emirates = load_calendar("AE")
    assert [emirates.rests(date(2021, 11, n)) for n in (4, 5, 6, 7)] == [False, True, True, False]  # Friday, Saturday
    assert [emirates.rests(date(2022, 11, n)) for n in (4, 5, 6)] == [False, True, True]


def test_an_unknown_country() -> None:
    with pytest.raises(UnknownCalendar, match="calendar 'ZZ' is not known: write CN or another two-letter"):
        load_calendar("ZZ")


def overlay(folder: Path, code: str, year: int, text: str) -> Path:
    path = folder / code / f"{year}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return folder


def test_a_year_of_the_installation_is_published(tmp_path) -> None:
    text = 'source = "国办发明电"\n[[rest]]\nzh = "元旦"\nen = "New Year\'s Day"\ndays = [2027-01-01, 2027-01-04]\n'
    text += '[[work]]\nzh = "元旦"\nen = "New Year\'s Day"\ndays = [2027-01-02]\n'
    calendar = load_calendar("CN", folder=overlay(tmp_path, "CN", 2027, text))
    assert [calendar.rests(date(2027, 1, n)) for n in (1, 2, 3, 4, 5)] == [True, False, True, True, False]
    assert calendar.provisional_years == (*range(1990, 2004), *range(2028, 2038))
    assert (calendar.last, calendar.sources[2027]) == (date(2037, 12, 31), "国办发明电")


def test_a_year_of_the_installation_replaces_the_shipped_one(tmp_path) -> None:
    calendar = load_calendar("CN", folder=overlay(tmp_path, "CN", 2026, 'source = "trial"\n'))
    assert (CN.rests(date(2026, 10, 1)), calendar.rests(date(2026, 10, 1))) == (True, False)


def test_another_country_takes_year_files_too(tmp_path) -> None:
    text = 'source = "local"\n[[rest]]\nzh = "停工日"\nen = "closed"\ndays = [2012-05-18]\n'
    calendar = load_calendar("NL", folder=overlay(tmp_path, "NL", 2012, text))
    assert (calendar.rests(date(2012, 5, 18)), load_calendar("NL").rests(date(2012, 5, 18))) == (True, False)


GROUP = '[[rest]]\nzh = "元旦"\nen = "New Year\'s Day"\n'


@pytest.mark.parametrize(
    ("text", "line", "code", "message"),
    [
        ('source = "x"\n[[rest]\n', 2, "calendar-toml", "Expected"),
        ("# nothing\n", 1, "calendar-source", "the source is missing"),
        ('source = "x"\n\nrests = 1\n', 3, "calendar-key", "unknown key rests"),
        ('source = "x"\nrest = 1\n', 2, "calendar-rest", "rest is no list of tables"),
        (
            'source = "x"\n[[rest]]\nzh = "元旦"\ndays = [2026-01-01]\n',
            2,
            "calendar-rest",
            "a [[rest]] needs both names",
        ),
        (f'source = "x"\n{GROUP}', 2, "calendar-rest", "a [[rest]] needs days"),
        (f'source = "x"\n{GROUP}days = ["2026-01-01"]\n', 5, "calendar-day", "'2026-01-01' is no date"),
        (
            f'source = "x"\n{GROUP}days = [\n2026-01-01,\n2025-12-31,\n]\n',
            7,
            "calendar-day",
            "2025-12-31 is not in 2026",
        ),
        (
            f'source = "x" # 2026-01-01\n{GROUP}days = [\n2026-01-01,\n2026-01-02,\n2026-01-01,\n]\n',
            8,
            "calendar-day",
            "2026-01-01 stands twice",
        ),
        (
            f'source = "x"\n{GROUP.replace("rest", "work")}days = [2026-01-05]\n',
            5,
            "calendar-day",
            "2026-01-05 is no weekend day, so worked anyhow",
        ),
    ],
)
def test_a_bad_file_is_refused_with_its_line(text, line, code, message, tmp_path) -> None:
    folder = overlay(tmp_path, "CN", 2026, text)
    with pytest.raises(BadCalendarFile) as caught:
        load_calendar("CN", folder=folder)
    (issue,) = caught.value.issues
    assert (issue.place.path, issue.place.line, issue.code) == (folder / "CN" / "2026.toml", line, code)
    assert issue.message.startswith(message)
    assert issue.instead


def test_every_mistake_of_a_file_is_named(tmp_path) -> None:
    folder = overlay(tmp_path, "CN", 2026, f"{GROUP}days = [2025-01-01]\n{GROUP}days = []\n")
    with pytest.raises(BadCalendarFile) as caught:
        load_calendar("CN", folder=folder)
    assert [(issue.place.line, issue.code) for issue in caught.value.issues] == [
        (1, "calendar-source"),
        (4, "calendar-day"),
        (5, "calendar-rest"),
    ]


def test_a_file_named_after_no_year(tmp_path) -> None:
    path = tmp_path / "CN" / "notes.toml"
    path.parent.mkdir()
    path.write_text('source = "x"\n', encoding="utf-8")
    with pytest.raises(BadCalendarFile, match=r"the file name notes\.toml is no year"):
        load_calendar("CN", folder=tmp_path)


def test_text_that_is_not_utf8(tmp_path) -> None:
    path = tmp_path / "CN" / "2026.toml"
    path.parent.mkdir()
    path.write_bytes('source = "国"\n'.encode("gb18030"))
    with pytest.raises(BadCalendarFile, match="save it as UTF-8 text") as caught:
        load_calendar("CN", folder=tmp_path)
    assert caught.value.issues[0].place == Place(path)


def test_seeding_writes_the_shipped_years_and_leaves_edited_ones_alone(tmp_path) -> None:
    edited = tmp_path / "2026.toml"
    edited.write_text("kept", encoding="utf-8")
    written = seed.seed(tmp_path)
    assert [path.name for path in written] == [f"{year}.toml" for year in range(2004, 2026)]
    assert edited.read_text(encoding="utf-8") == "kept"


def test_no_shipped_year_is_missing() -> None:
    shipped = sorted(int(path.stem) for path in (SHIPPED / "CN").iterdir())
    assert shipped[: len(seed.seed_years())] == list(seed.seed_years())
    assert shipped == list(range(shipped[0], shipped[-1] + 1))


def test_the_calendar_is_the_same_wherever_it_is_loaded_from(tmp_path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "calendars")
    assert load_calendar("CN", folder=tmp_path / "calendars").table() == CN.table()
    assert os.fspath(tmp_path) not in str(load_calendar("CN", folder=tmp_path / "calendars").sources)
