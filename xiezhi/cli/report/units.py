"""How a value of an indicator is written: figure and unit, in both languages."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from xiezhi.cli.report.dates import day_of, said
from xiezhi.cli.visible import visible
from xiezhi.engine.words import Words

_UNITS = {
    "working day": Words("个工作日", " working day"),
    "calendar day": Words("日", " calendar day"),
    "day": Words("日", " day"),
    "hour": Words("小时", " hour"),
    "minute": Words("分钟", " minute"),
    "month": Words("个月", " month"),
    "year": Words("年", " year"),
    "case": Words("件", " case"),
    "time": Words("次", " time"),
    "notice": Words("次", " notice"),
    "row": Words("行", " row"),
    "event": Words("项", " event"),
    "step": Words("步", " step"),
    "person": Words("人", " person"),
    "people": Words("人", " people"),
    "percent": Words("%", "%"),
    "yuan": Words("元", " yuan"),
    "euro": Words("欧元", " euro"),
}
_FEN = ("fen", "分")
_CUT = 200
_LOCAL_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?")


def written(value: Any, unit: str) -> Words:
    """Return a value with its unit. Money in 分 is written in yuan; what has no unit of ours keeps its own."""
    if value is None:
        return Words("–", "–")
    if isinstance(value, bool):
        return Words("是", "yes") if value else Words("否", "no")
    if unit == "date":
        day = day_of(value)
        return said(day) if day else _text(value)
    if isinstance(value, int | str) and unit in _FEN:
        return _yuan(value)
    return _counted(value, unit)


def figure(value: Any) -> str:
    """Return a number with thousands set apart and a true minus, a local time without its T, other texts visible."""
    if isinstance(value, str) and _LOCAL_TIME.fullmatch(value):
        return value.replace("T", " ").removesuffix(":00")
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return visible(value, most=_CUT)
    return f"{value:,}".replace("-", "\u2212")


def _counted(value: Any, unit: str) -> Words:
    number = figure(value)
    if unit in ("", "yes/no", "date", "text", "code"):
        return Words(number, number)
    words = _UNITS.get(unit) or _UNITS.get(unit.removesuffix("s"))
    if words is None:
        return Words(f"{number} {unit}", f"{number} {unit}")
    plural = "s" if unit.endswith("s") and value not in (1, -1) else ""
    return Words(f"{number}{words.zh}", f"{number}{words.en}{plural}")


def _yuan(value: int | str) -> Words:
    try:
        yuan = f"{Decimal(value) / 100:,.2f}".replace("-", "\u2212")
    except InvalidOperation:
        return _text(value)
    return Words(f"{yuan}元", f"{yuan} yuan")


def _text(value: Any) -> Words:
    text = visible(value, most=_CUT)
    return Words(text, text)
