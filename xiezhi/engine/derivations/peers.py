"""Each member of a group beside the others: ranks, medians and winsorised means, in whole numbers."""

from dataclasses import dataclass

import numpy as np

from xiezhi.engine.derivations.keys import Numbers

_LIMB = 20  # bits: cubes and sums are kept in two parts, so that no whole number overflows


@dataclass(frozen=True, eq=False)
class Peers:
    """Rows in groups. ``group``: of each row; ``member``: of each row, numbered within all groups in their order."""

    group: Numbers
    member: Numbers
    value: Numbers

    def group_of(self) -> Numbers:
        """Return the group of each member."""
        group = np.zeros(int(self.member.max()) + 1, dtype=np.int64)
        group[self.member] = self.group
        return group

    def sizes(self) -> tuple[Numbers, Numbers]:
        """Return how many rows each member has, and how many the others of its group."""
        own = np.bincount(self.member)
        return own, np.bincount(self.group)[self.group_of()] - own

    def doubled_u(self) -> Numbers:
        """Return for each member twice the pairs with another in which its value is higher; an equal pair is a half."""
        order = np.lexsort((self.value, self.group))
        heads, lengths = _runs(self.group[order], self.value[order])
        place = heads - np.searchsorted(self.group[order], self.group[order][heads])  # before the run, in its group
        doubled = np.repeat(2 * place + lengths + 1, lengths)  # twice the mean rank of equal values
        total = np.zeros(int(self.member.max()) + 1, dtype=np.int64)
        np.add.at(total, self.member[order], doubled)
        own = np.bincount(self.member)
        summed: Numbers = total - own * (own + 1)
        return summed

    def ties(self) -> list[int]:
        """Return for each group the sum of t³ - t over its sets of t equal values."""
        order = np.lexsort((self.value, self.group))
        heads, lengths = _runs(self.group[order], self.value[order])
        group = self.group[order][heads]
        square = lengths * lengths - 1
        high, low = _summed(group, (square >> _LIMB) * lengths), _summed(group, (square & _MASK) * lengths)
        return [(int(h) << _LIMB) + int(w) for h, w in zip(high, low, strict=True)]

    def doubled_medians(self) -> tuple[Numbers, Numbers]:
        """Return twice the median of each member, and twice that of the others (0 where there are none)."""
        own, others = self.sizes()
        ordered = self.value[np.lexsort((self.value, self.member))]
        start = np.cumsum(own) - own
        median = ordered[start + (own - 1) // 2] + ordered[start + own // 2]
        order = np.lexsort((self.value, self.group))
        value, member = self.value[order], self.member[order]
        first = np.searchsorted(self.group[order], self.group_of())
        by_member = np.argsort(member, kind="stable")
        owner = member[by_member]
        before = by_member - first[owner] - (np.arange(len(owner)) - start[owner])  # rows of others before each own row
        rest = np.zeros(len(own), dtype=np.int64)
        for wanted in ((others - 1) // 2, others // 2):
            skipped = np.bincount(owner, weights=before <= wanted[owner], minlength=len(own)).astype(np.int64)
            place = np.minimum(first + np.maximum(wanted, 0) + skipped, len(value) - 1)
            rest += np.where(others > 0, value[place], 0)
        return median, rest

    def winsorised_sums(self, *, tenth: int = 10) -> list[int]:
        """Return the sum of each member's values, the lowest and highest tenth set to the nearest value left."""
        own, _ = self.sizes()
        order = np.lexsort((self.value, self.member))
        ordered, member = self.value[order], self.member[order]
        start = np.cumsum(own) - own
        least, most = ordered[start + own // tenth], ordered[start + own - 1 - own // tenth]
        held = np.clip(ordered, least[member], most[member])
        high, low = _summed(member, held >> _LIMB), _summed(member, held & _MASK)
        return [(int(h) << _LIMB) + int(w) for h, w in zip(high, low, strict=True)]


_MASK = (1 << _LIMB) - 1


def _runs(group: Numbers, value: Numbers) -> tuple[Numbers, Numbers]:
    """Return where runs of equal rows begin, and their lengths."""
    fresh = np.ones(len(value), dtype=bool)
    fresh[1:] = (np.diff(value) != 0) | (np.diff(group) != 0)
    heads = np.flatnonzero(fresh)
    return heads, np.diff(heads, append=len(value))


def _summed(key: Numbers, amount: Numbers) -> Numbers:
    total = np.zeros(int(key.max()) + 1, dtype=np.int64)
    np.add.at(total, key, amount)
    return total
