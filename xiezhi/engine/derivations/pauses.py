"""Pauses of a clock: laid on their spans, clipped to begin after the starting day, overlapping ones merged."""

from dataclasses import dataclass

import numpy as np

from xiezhi.engine.derivations.days import NONE, Numbers


@dataclass(frozen=True, eq=False)
class Merged:
    """Disjoint pauses in order of span and day. ``rank``: the how-maniest of its span, from 0. Both days are in it."""

    span: Numbers
    start: Numbers
    stop: Numbers
    rank: Numbers


def merge(span: Numbers, start: Numbers, stop: Numbers, *, begins: Numbers, ends: Numbers) -> Merged:
    """Return the pauses of spans, merged.

    Args:
        span: index of the span that each pause belongs to, ``NONE`` for one that belongs to none.
        start, stop: first and last day; ``stop`` NONE = still running, up to the end of its span.
        begins, ends: starting and last day of every span.
    """
    known = (span != NONE) & (start != NONE)
    span, start, stop = span[known], start[known], stop[known]
    stop = np.where(stop == NONE, np.maximum(ends[span], start), stop)
    start = np.maximum(start, begins[span] + 1)
    real = (stop >= start) & (begins[span] != NONE)
    span, start, stop = span[real], start[real], stop[real]
    order = np.lexsort((stop, start, span))
    span, start, stop = span[order], start[order], stop[order]
    if not len(span):
        return Merged(span, start, stop, span)
    room = int(stop.max()) + 2
    far = np.maximum.accumulate(span * room + stop)
    fresh = np.ones(len(span), dtype=bool)
    fresh[1:] = span[1:] * room + start[1:] > far[:-1]
    heads = np.flatnonzero(fresh)
    span, start = span[heads], start[heads]
    stop = np.maximum.reduceat(stop, heads)
    first = np.searchsorted(span, span)
    return Merged(span, start, stop, np.arange(len(span)) - first)
