"""The calendar dataset as arrays, and dates as indices into it."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from xiezhi.engine.calendars.days import derive_days
from xiezhi.engine.derivations.derivation import BadInput
from xiezhi.engine.derivations.keys import Numbers


class Dates:
    """A calendar dataset, its columns derived again from ``is_rest``, and dates as indices into it."""

    NULL = np.iinfo(np.int64).min

    def __init__(self, table: pa.Table) -> None:
        ordered = table.select(("day", "is_rest", "provisional")).sort_by("day")
        days = ordered.column("day").cast(pa.int32()).to_numpy().astype(np.int64)
        if not len(days) or (np.diff(days) != 1).any():
            raise BadInput("the calendar has a gap, a day twice or no day at all: every day needs one row")
        self.size = len(days)
        self.first = int(days[0])
        self.derived = derive_days(_flags(ordered.column("is_rest")))
        self.unpublished = np.concatenate([[0], np.cumsum(_flags(ordered.column("provisional")), dtype=np.int64)])

    def indices(self, column: pa.ChunkedArray) -> Numbers:
        """Return the index of each date, also outside the calendar; ``NULL`` for none."""
        numbers = column.cast(pa.int32())
        known = numbers.is_valid().to_numpy(zero_copy_only=False)
        return np.where(known, numbers.fill_null(0).to_numpy().astype(np.int64) - self.first, self.NULL)

    def within(self, index: Numbers) -> npt.NDArray[np.bool_]:
        """Whether there is such a day."""
        return (index >= 0) & (index < self.size)

    def dates(self, index: Numbers) -> pa.Array:
        """Return the dates at indices, NULL past the end."""
        return pa.array((index + self.first).astype(np.int32), mask=index >= self.size).cast(pa.date32())


def _flags(column: pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    flags: npt.NDArray[np.bool_] = column.to_numpy(zero_copy_only=False).astype(np.bool_)
    return flags
