"""Pages that belong to no field: settings, calendars, derivations, and the forms of SQL."""

from collections.abc import Iterable
from itertools import groupby

from xiezhi.cli.reference.markdown import MARK, code, codes, fenced, page, plain, side_by_side, table, titled
from xiezhi.cli.reference.texts import setting_defaults, texts
from xiezhi.engine.calendars.library import published_years
from xiezhi.engine.calendars.load import load_calendar
from xiezhi.engine.calendars.sql import IDIOMS, idiom
from xiezhi.engine.compile import forms_page
from xiezhi.engine.derivations import REGISTRY

_HOW_FAR = "证据标记：依据核对到什么程度。 How far a basis was checked."
COUNTRIES = ("NL", "IT")  # those that the examples are judged by


def forms() -> str:
    """Return the page of the portable subset of SQL."""
    return f"{MARK}\n\n{forms_page.page().rstrip()}\n"


def settings() -> str:
    """Return the page of what the environment may say."""
    words = texts("settings")
    rows = [
        (code(name), code(default), plain(words[name].zh), plain(words[name].en))
        for name, default in setting_defaults().items()
    ]
    return page("设置 Settings", table(("变量 Variable", "默认 Default", "中文", "English"), rows))


def derivations() -> str:
    """Return the page of the engine's derivations."""
    words = texts("derivations")
    parts = [
        titled(
            name,
            side_by_side([("", words[name])]),
            table(
                ("", ""),
                [
                    ("版本 Version", str(one.version)),
                    ("必需输入 Inputs", codes(role for role, must in one.inputs.items() if must)),
                    ("可选输入 Optional inputs", codes(role for role, must in one.inputs.items() if not must)),
                ],
            ),
        )
        for name, one in sorted(REGISTRY.items())
    ]
    return page("派生 Derivations", *parts)


def calendars() -> str:
    """Return the page of the years whose holidays are published, and of those that are provisional."""
    china = load_calendar("CN")
    given = sorted(china.sources)
    rows = [("CN", _spans(given), _spans(china.provisional_years))]
    for country in COUNTRIES:
        calendar = load_calendar(country)
        rows.append((country, _spans(published_years(country)), _spans(calendar.provisional_years)))
    return page(
        "日历 Calendars",
        "未公布的年份按周末和推算的节日计算，不含调休，并在疑点中说明。 "
        "A year not yet published is counted over weekends and computed holidays, without exchanged days, "
        "and a finding says so. "
        "其他国家按两位代码取自节假日库。 Other countries come from the library of holidays by their two-letter code.",
        table(("国家 Country", "已公布 Published", "暂定 Provisional"), rows),
        titled(
            "中国各年来源 Sources of China's years",
            table(("年 Year", "来源 Source"), ((str(year), plain(china.sources[year])) for year in given)),
        ),
        titled(
            "SQL",
            "数日子的写法，作用于 Counting days in SQL, over `spans (id, start_on, end_on, n)` 和 and `calendar`:",
            *(f"{code(name)}:\n\n{fenced(idiom(name), 'sql')}" for name in IDIOMS),
        ),
    )


def marks() -> str:
    """Return the section that says what the evidence marks mean."""
    rows = ((code(mark), plain(words.zh), plain(words.en)) for mark, words in texts("marks").items())
    return titled("Evidence marks", _HOW_FAR, table(("标记 Mark", "中文", "English"), rows))


def _spans(years: Iterable[int]) -> str:
    """Return years as spans: 2004–2026."""
    found = []
    for _, run in groupby(enumerate(sorted(years)), key=lambda pair: pair[1] - pair[0]):
        several = [year for _, year in run]
        found.append(str(several[0]) if len(several) == 1 else f"{several[0]}–{several[-1]}")
    return ", ".join(found)
