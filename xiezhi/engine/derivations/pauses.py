"""Pauses of a clock: laid on their spans, clipped to begin after the starting day, overlapping ones merged."""

from dataclasses import dataclass

import numpy as np

from xiezhi.engine.derivations.keys import Numbers


@dataclass(frozen=True, eq=False)
class Pauses:
    """Disjoint pauses in order of span and day, as indices into the calendar. Both days are in it."""

    span: Numbers
    first: Numbers
    last: Numbers
    room: int  # more than any index

    def covering(self, span: Numbers, day: Numbers) -> Numbers:
        """Return, for pairs of span and day, the number of the pause that the day lies in, or -1."""
        if not len(self.span):
            return np.full(len(span), -1)
        found = np.searchsorted(self.span * self.room + self.first, span * self.room + day, side="right") - 1
        covers = (found >= 0) & (self.span[found] == span) & (self.last[found] >= day)
        return np.where(covers, found, -1)


def lay(owner: Numbers, key: Numbers) -> tuple[Numbers, Numbers]:
    """Return the pairs (span, pause) of equal key. ``owner``: key of each span; ``key``: key of each pause."""
    order = np.argsort(key, kind="stable")
    low = np.searchsorted(key[order], owner, side="left")
    count = np.searchsorted(key[order], owner, side="right") - low
    span = np.repeat(np.arange(len(owner)), count)
    within = np.arange(len(span)) - np.repeat(np.cumsum(count) - count, count)
    return span, order[low[span] + within]


def merge(span: Numbers, first: Numbers, last: Numbers, *, begin: Numbers, size: int) -> Pauses:
    """Return the pauses of spans, merged; those that end before they begin, or by the starting day, left out.

    Args:
        span: the span that each pause belongs to.
        first, last: its days, as indices, which may lie outside the calendar of ``size`` days.
        begin: starting day of every span.
        size: days of the calendar.
    """
    first, last = np.maximum(first, begin[span] + 1), np.minimum(last, size - 1)
    real = last >= first
    span, first, last = span[real], first[real], last[real]
    order = np.lexsort((last, first, span))
    span, first, last = span[order], first[order], last[order]
    room = size + 2
    if not len(span):
        return Pauses(span, first, last, room)
    far = np.maximum.accumulate(span * room + last)
    fresh = np.ones(len(span), dtype=bool)
    fresh[1:] = span[1:] * room + first[1:] > far[:-1]
    heads = np.flatnonzero(fresh)
    return Pauses(span[heads], first[heads], np.maximum.reduceat(last, heads), room)
