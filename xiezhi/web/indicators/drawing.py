"""Shares with their intervals as a drawing: places on a line of one hundred."""

from collections.abc import Sequence
from dataclasses import dataclass

from xiezhi.engine.words import Words
from xiezhi.kernel.alerts.counting import MonthRaised
from xiezhi.kernel.dispositions.outcomes import Outcomes, Precision

_WIDTH, _LEFT = 180, 10
_TALL, _FLOOR, _STEP, _WIDE, _GAP, _ABOVE = 80, 100, 50, 30, 10, 5  # of the columns of months


@dataclass(frozen=True)
class Bar:
    """A share, its interval, and their places in the drawing. ``told`` False: too few, and the count alone is said."""

    words: Words
    precision: Precision
    is_whole: bool
    low: int
    at: int
    high: int


def bars(outcomes: Outcomes) -> tuple[Bar, ...]:
    """Return the bar of everything together, then one a body."""
    every = Words("合计", "All together")
    whole = [] if not outcomes.whole.verified else [_bar(every, outcomes.whole, is_whole=True)]
    return (*whole, *(_bar(body.words, body.precision, is_whole=False) for body in outcomes.bodies))


@dataclass(frozen=True)
class Column:
    """A month: its two parts, their places and heights, and the place of its figure."""

    month: MonthRaised
    x: int
    middle: int
    orange_y: int
    orange_height: int
    red_y: int
    red_height: int
    figure_y: int


def columns(months: Sequence[MonthRaised]) -> tuple[Column, ...]:
    """Return the months as columns on one scale from zero."""
    most = max((month.total for month in months), default=0) or 1
    found = []
    for place, month in enumerate(months):
        orange, red = (round(_TALL * count / most) for count in (month.orange, month.red))
        x = place * _STEP + _GAP
        top = _FLOOR - orange - red
        found.append(Column(month, x, x + _WIDE // 2, _FLOOR - orange, orange, top, red, top - _ABOVE))
    return tuple(found)


def _bar(words: Words, precision: Precision, *, is_whole: bool) -> Bar:
    low, high = precision.interval
    return Bar(words, precision, is_whole, _place(low), _place(precision.share), _place(high))


def _place(percent: int) -> int:
    return _LEFT + round(percent * _WIDTH / 100)
