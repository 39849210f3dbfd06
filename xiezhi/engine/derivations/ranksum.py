"""One-sided rank-sum tests, and Benjamini–Hochberg's correction for many of them, in millionths.

Sources: Mann and Whitney (1947) for the statistic and its exact distribution; Lehmann, *Nonparametrics* (1975), for
the variance under ties; Benjamini and Hochberg (1995). All sums are whole numbers, so that order changes nothing;
floating point enters once, in the last step of the normal approximation.
"""

import math
from functools import lru_cache

import numpy as np

from xiezhi.engine.derivations.keys import Numbers

EXACT_PAIRS = 400  # own × others up to which the distribution is counted out, where no two values are equal
MILLION = 10**6


def p_millionths(*, own: int, others: int, doubled_u: int, ties: int, low: bool) -> int:
    """Return the chance, in millionths, of a rank sum this low (or high) when a member is like the others.

    Args:
        own, others: how many values the member has, and the rest of the group; both 1 or more.
        doubled_u: twice the number of pairs in which the member's value is the higher, an equal pair counting half.
        ties: the sum of t³ - t over the group's sets of t equal values.
        low: whether low values are the remarkable ones.
    """
    if not low:
        doubled_u = 2 * own * others - doubled_u
    if not ties and own * others <= EXACT_PAIRS:
        ways = _at_most(min(own, others), max(own, others))
        return _rounded(ways[doubled_u // 2] * MILLION, ways[-1])
    total = own + others
    spread = total**3 - total - ties
    if not spread:
        return MILLION
    deviation = math.sqrt(own * others * spread / (3 * total * (total - 1)))  # twice the standard deviation of U
    z = (doubled_u - own * others + 1) / deviation  # + 1: the continuity correction, doubled
    return math.floor(math.erfc(-z / math.sqrt(2)) / 2 * MILLION + 0.5)


@lru_cache(maxsize=4096)
def _at_most(few: int, many: int) -> tuple[int, ...]:
    """Return in how many of all orders at most u pairs have the first sample higher, for u from 0 to all."""
    size = few * many + 1
    ways = [1] + [0] * (size - 1)
    for part in range(1, few + 1):  # the coefficients of a Gaussian binomial: times (1 - x^(many+part)) / (1 - x^part)
        for u in range(size - 1, many + part - 1, -1):
            ways[u] -= ways[u - many - part]
        for u in range(part, size):
            ways[u] += ways[u - part]
    for u in range(1, size):
        ways[u] += ways[u - 1]
    return tuple(ways)


def q_millionths(p: Numbers, family: Numbers) -> Numbers:
    """Return the smallest false discovery rate at which each test is a discovery among those of its family.

    Args:
        p: chances in millionths.
        family: the family of each test, numbered from 0.
    """
    order = np.lexsort((p, family))
    p, family = p[order], family[order]
    heads = np.searchsorted(family, family, side="left")
    size = np.searchsorted(family, family, side="right") - heads
    rank = np.arange(len(p)) - heads + 1
    raw = np.minimum((2 * p * size + rank) // (2 * rank), MILLION)  # rounded half up
    step = 2 * MILLION * family  # keeps families apart in one running minimum from the last test on
    least = np.minimum.accumulate((raw + step)[::-1])[::-1] - step
    q = np.empty_like(least)
    q[order] = least
    return q


def _rounded(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)
