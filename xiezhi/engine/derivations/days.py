"""The calendar dataset as arrays, and dates as indices into it; -1 stands for no date."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from xiezhi.engine.derivations.derivation import BadInput

Numbers = npt.NDArray[np.int64]
NONE = -1


@dataclass(frozen=True, eq=False)
class DayArrays:
    """By index from the first day: counting days up to and including it, the next working day, provisional days.

    ``counted`` has one entry more, for the day before the first. ``reached``: index of counting day k at k - 1.
    """

    first: int  # days since 1970-01-01
    size: int
    counted: Numbers
    reached: Numbers
    next_work: Numbers
    provisional: Numbers


def day_arrays(calendar: pa.Table, rule: str) -> DayArrays:
    """Return the arrays of a calendar for a rule: ``working`` or ``calendar`` days."""
    ordered = calendar.sort_by("day")
    days = ordered.column("day").cast(pa.int32()).to_numpy().astype(np.int64)
    if rule == "working":
        counts = ~ordered.column("is_rest").to_numpy(zero_copy_only=False).astype(bool)
    elif rule == "calendar":
        counts = np.ones(len(days), dtype=bool)
    else:
        raise BadInput(f"clock: rule is {rule!r}; write working or calendar")
    work = np.flatnonzero(~ordered.column("is_rest").to_numpy(zero_copy_only=False).astype(bool))
    after = np.searchsorted(work, np.arange(len(days)))
    return DayArrays(
        first=int(days[0]),
        size=len(days),
        counted=np.concatenate([[0], np.cumsum(counts, dtype=np.int64)]),
        reached=np.flatnonzero(counts).astype(np.int64),
        next_work=work[np.minimum(after, len(work) - 1)].astype(np.int64),
        provisional=np.concatenate(
            [[0], np.cumsum(ordered.column("provisional").to_numpy(zero_copy_only=False).astype(np.int64))]
        ),
    )


def indices(column: pa.ChunkedArray, days: DayArrays) -> Numbers:
    """Return the index of each date, ``NONE`` for no date and for dates outside the calendar."""
    numbers = column.cast(pa.int32()).fill_null(days.first - 1).to_numpy().astype(np.int64) - days.first
    return np.where((numbers >= 0) & (numbers < days.size), numbers, NONE)


def dates(index: Numbers, days: DayArrays) -> pa.Array:
    """Return the dates at indices, NULL for ``NONE``."""
    return pa.array((index + days.first).astype(np.int32), mask=index == NONE).cast(pa.date32())
