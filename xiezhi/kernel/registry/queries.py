"""Reading the registry: which body a text names, what it is called, who stands under it, which days are worked."""

from datetime import date
from functools import lru_cache

import numpy as np

from xiezhi.engine.calendars.calendar import Calendar, Mark
from xiezhi.engine.calendars.load import load_calendar
from xiezhi.engine.words import Words
from xiezhi.kernel.registry.models import CalendarDay
from xiezhi.kernel.registry.picture import Body, picture

UNKNOWN = Words("未登记的单位", "unregistered body")


def body(code: str) -> Body | None:
    """Return a body by its code, None where there is none."""
    return picture().bodies.get(code)


def organisation_code(text: str, *, on: date | None = None) -> str:
    """Return the code of the body that a source's text names: a code, name, short name, credit code or alias.

    Where a name passed from one body to another, the one of the day ``on`` is meant, else the newest. Empty where no
    body, or several of one day, are named so.
    """
    codes = picture().by_text.get(text.strip().casefold(), ())
    found = [picture().bodies[code] for code in codes]
    if on is not None and len(found) > 1:
        found = [b for b in found if b.valid_from <= on and (b.valid_to is None or on < b.valid_to)]
    if len(found) > 1:
        lasting = [b for b in found if b.valid_to is None]
        found = lasting if len(lasting) == 1 else []
    return found[0].code if found else ""


def organisation_words(code: str) -> Words:
    """Return what a body is called; a text that no body is registered under is returned as it is."""
    known = picture().bodies.get(code)
    if known is not None:
        return known.short
    return Words(code, code) if code else UNKNOWN


def current_code(code: str) -> str:
    """Return the body that answers today for what belonged to a body: its last successor, or itself."""
    seen = {code}
    known = picture().bodies.get(code)
    while known is not None and known.successor and known.successor not in seen:
        seen.add(known.successor)
        known = picture().bodies.get(known.successor)
    return known.code if known is not None else code


def subtree(code: str) -> frozenset[str]:
    """Return the codes of a body and all under it; what it took over from others is under it too."""
    return picture().subtree(code)


def working_calendar(code: str = "CN") -> Calendar:
    """Return a calendar with the installation's own days laid over the shipped ones."""
    days = tuple(
        CalendarDay.objects.filter(calendar=code).order_by("day").values_list("day", "is_rest", "name_zh", "name_en")
    )
    return _laid_over(code, days)


@lru_cache(maxsize=8)
def _laid_over(code: str, days: tuple[tuple[date, bool, str, str], ...]) -> Calendar:
    shipped = load_calendar(code)
    if not days:
        return shipped
    is_rest = np.array(shipped.is_rest)
    marks = dict(shipped.marks)
    for day, rest, zh, en in days:
        is_rest[shipped.index(day)] = rest
        marks[day] = Mark(Words(zh, en or zh), rest)
    is_rest.flags.writeable = False
    # A year that has an own day of rest on a working day or the reverse is still as published as it was.
    return Calendar(
        shipped.code, shipped.first, is_rest, marks, shipped.weekend, shipped.provisional_years, shipped.sources
    )
