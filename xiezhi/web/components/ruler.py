"""The working-day ruler and the derivation beneath it, from the clock of a finding: one drawing for every page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from xiezhi.engine.calendars.calendar import Calendar
from xiezhi.engine.telling.counting import Counting, count, read_clock
from xiezhi.engine.telling.derivation import Step, derive, standing
from xiezhi.engine.telling.ruler import Ruler, RulerGap, draw, overdue
from xiezhi.engine.words import NOTHING, Words

_LEGEND = {
    "rest": Words("休息日，不计", "rest day, not counted"),
    "pause": Words("停钟，依法扣除", "clock stopped, lawfully excluded"),
    "refused": Words("主张停钟，不予扣除", "stop claimed, not excluded"),
    "limit": Words("期限届满", "limit"),
    "over": Words("超期", "over the limit"),
}
_START_LAW = Words("《民法典》第二百零一条", "Civil Code, Art. 201")


@dataclass(frozen=True)
class RowOfDerivation:
    """A row of the derivation: a quantity, what and which days, the article behind it, the running result."""

    quantity: Words
    what: Words
    law: Words
    result: Words


@dataclass(frozen=True)
class RulerView:
    """What ``components/_ruler.html`` draws.

    Attributes:
        name: for the ids of headings; unique on the page.
        level: of the alert in whose colour the days over are drawn: orange, red or nothing.
        legend: class of the key, and what it means.
        over: days over the limit, negative while some are left; None where it is not known.
    """

    name: str
    level: str
    counting: Counting
    ruler: Ruler
    rows: tuple[RowOfDerivation, ...]
    legend: tuple[tuple[str, Words], ...]
    standing: Words
    over: int | None

    @property
    def cells(self) -> tuple[tuple[bool, Any], ...]:
        """Return (is a gap, cell or gap) in order."""
        return tuple((isinstance(cell, RulerGap), cell) for cell in self.ruler.cells)


def ruler_of(
    clock: Mapping[str, Any] | None,
    as_of: date | None,
    calendar: Calendar | None,
    *,
    name: str = "clock",
    level: str = "",
    limit_name: Words = NOTHING,
    cited: Words = NOTHING,
    reasons: Mapping[str, Words] | None = None,
) -> RulerView | None:
    """Return the ruler of a clock in the form of the contract; None where there is nothing that can be drawn.

    Args:
        clock: as a finding carries it.
        as_of: the day on which it was judged.
        calendar: whose rest days count.
        name: unique on the page.
        level: of the alert, for the colour of the days over.
        limit_name: what the limit is called.
        cited: the article of the limit.
        reasons: what the codes of pauses mean.
    """
    read = read_clock(clock, as_of, reasons)
    counting = count(read, calendar) if read is not None else None
    if counting is None:
        return None
    ruler = draw(counting)
    legend = [(kind, words) for kind, words in _LEGEND.items() if kind in ruler.kinds]
    legend.append(("today", Words("今日", "today") if ruler.still_open else Words("办结", "ended")))
    chinese = counting.walked.calendar == "CN"
    rows = tuple(_row(step, cited, chinese=chinese) for step in derive(counting, limit_name))
    return RulerView(name, level, counting, ruler, rows, tuple(legend), standing(counting), overdue(counting))


def _row(step: Step, cited: Words, *, chinese: bool) -> RowOfDerivation:
    law = {"limit": cited, "pause": cited, "start": _START_LAW if chinese else NOTHING}.get(step.law, NOTHING)
    return RowOfDerivation(step.quantity, step.what, law, step.result)
