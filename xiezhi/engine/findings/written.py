"""How a value is written for a person: figure and unit, amounts in yuan, dates and truth in words of the language."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from xiezhi.engine.findings.dates import day_of, said, said_time
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
_TRUTH = {True: Words("是", "yes"), False: Words("否", "no")}
_PLAIN = ("", "yes/no", "date", "time", "text", "code", "count", "probability", "rate of false discoveries")


def written(value: Any, unit: str, codes: Mapping[str, Words] | None = None) -> Words:
    """Return a value with its unit.

    Money in 分 is written in yuan, a code by its words; what has no unit of ours keeps its own.
    """
    words = plainly(value, unit, codes)
    if value is None or isinstance(value, bool) or unit in _PLAIN:
        return words
    if unit in _FEN:
        return Words(f"{words.zh}元", f"{words.en} yuan")
    named = _UNITS.get(unit) or _UNITS.get(unit.removesuffix("s"))
    if named is None:
        return Words(f"{words.zh} {unit}", f"{words.en} {unit}")
    plural = "s" if unit.endswith("s") and value not in (1, -1) else ""
    return Words(f"{words.zh}{named.zh}", f"{words.en}{named.en}{plural}")


def plainly(value: Any, unit: str, codes: Mapping[str, Words] | None = None) -> Words:
    """Return a value without its unit, as it stands in a sentence that says the unit itself."""
    if value is None:
        return Words("–", "–")
    if isinstance(value, bool):
        return _TRUTH[value]
    if codes and str(value) in codes:
        return codes[str(value)]
    if unit in _FEN:
        return _yuan(value)
    told = _dated(value, unit)
    if told is not None:
        return told
    text = f"{value:,}".replace("-", "\u2212") if isinstance(value, int | Decimal) else str(value)
    return Words(text, text)


def _dated(value: Any, unit: str) -> Words | None:
    if unit == "time":
        return said_time(value)
    day = day_of(value) if unit == "date" else None
    return said(day) if day is not None else None


def _yuan(value: Any) -> Words:
    try:
        text = f"{Decimal(value) / 100:,.2f}".replace("-", "\u2212")
    except (InvalidOperation, TypeError):
        text = str(value)
    return Words(text, text)
