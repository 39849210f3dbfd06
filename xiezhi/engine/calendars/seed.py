"""Write China's calendar as year files from ``chinesecalendar``: ``python -m xiezhi.engine.calendars.seed FOLDER``.

The files are the calendar from then on and are edited by hand, year by year, as notices are published. Existing files
are left alone.
"""

import sys
from collections.abc import Iterable
from datetime import date
from importlib.metadata import version
from itertools import groupby
from pathlib import Path

from chinese_calendar import constants

_ENGLISH = "Rest days, and the weekend days worked in exchange. Every other Saturday and Sunday is a rest day."


def seed_years() -> range:
    """Return the years that chinesecalendar knows."""
    years = [day.year for day in constants.holidays]
    return range(min(years), max(years) + 1)


def seed_text(year: int) -> str:
    """Return the text of a year's file."""
    lines = [
        f"# 中国 {year}：放假日与调休上班日；其余周六、周日为休息日。",
        f"# China {year}. {_ENGLISH}",
        f'source = "国务院办公厅 {year} 年部分节假日安排 (chinesecalendar {version("chinesecalendar")})"',
    ]
    for kind, table in (("rest", constants.holidays), ("work", constants.workdays)):
        own = sorted((day, name) for day, name in table.items() if day.year == year)
        for name, days in groupby(own, key=lambda pair: pair[1]):
            lines += _group(kind, constants.Holiday(name), [day for day, _ in days])
    return "\n".join(lines) + "\n"


def _group(kind: str, holiday: constants.Holiday, days: Iterable[date]) -> list[str]:
    dates = [f"    {day.isoformat()}," for day in days]
    return ["", f"[[{kind}]]", f'zh = "{holiday.chinese}"', f'en = "{holiday.value}"', "days = [", *dates, "]"]


def seed(folder: Path) -> list[Path]:
    """Write the years that ``folder`` does not hold yet; return the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for year in seed_years():
        path = folder / f"{year}.toml"
        if not path.exists():
            path.write_text(seed_text(year), encoding="utf-8")
            written.append(path)
    return written


if __name__ == "__main__":
    seed(Path(sys.argv[1]))
