"""Shares with their intervals as a drawing: places on a line of one hundred."""

from dataclasses import dataclass

from xiezhi.engine.words import Words
from xiezhi.kernel.dispositions.outcomes import Outcomes, Precision

_WIDTH, _LEFT = 180, 10


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


def _bar(words: Words, precision: Precision, *, is_whole: bool) -> Bar:
    low, high = precision.interval
    return Bar(words, precision, is_whole, _place(low), _place(precision.share), _place(high))


def _place(percent: int) -> int:
    return _LEFT + round(percent * _WIDTH / 100)
