"""The columns of a calendar, all derived by one function from ``is_rest``.

Note [Long rests]. Art. 109 of the implementing rules of the tax collection law (税收征管法实施细则) extends a period by
every run of three or more rest days *inside* it, and moves a last day that is a rest day to the day after the rest.
Our reading, day by day: a day of such a run is not counted. Two ends need care, and four columns serve them.

* The period begins inside a run with only one or two days of it left. Fewer than three rest days lie inside the
  period, so they count like any other day. ``tail`` holds these one or two days: n counted days end on the day whose
  ``tax_no`` is ``k1.tax_no + n - k1.tail``, or, for ``n <= k1.tail``, inside the run, and so on ``k1.next_work``.
* The n-th day is the second day of a run. Only two rest days lie inside the period: nothing is extended, the last day
  moves to the day after the run. Counting alone would go one day further, to the second counted day after the run.
  ``since_long`` = 2 marks that day, ``long_start`` names the first day of that run. The run must have three days inside
  the period: it begins after the starting day, or ``left_in_run >= 3`` on it.

The reading is stricter than practice: the tax administration extends by as many *working* days as a holiday has days
(its notice for 2026 gives 20 January, 22 May and 26 October; this rule gives 19 January, 20 May and 22 October).
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]

LONG = 3  # rest days in a row that extend a tax period
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, eq=False)
class Days:
    """One entry a day, by index from the first day of the calendar. Days are named by index; ``size`` = none.

    Attributes:
        is_rest: nobody works: weekend or holiday, and no make-up working day.
        work_no: working days up to and including the day.
        next_work: the day itself if it is a working day, else the next one.
        in_long_rest: in a run of three or more rest days.
        tax_no: days outside such runs, up to and including the day.
        since_long: 1 on the first, 2 on the second day outside long rests after a long rest, and so on; 0 inside one,
            and before the first. Between two long rests one day apart the day counts both ways, and the day after the
            later is 2: the second after the earlier.
        long_start: first day of the long rest that ``since_long`` counts from, or that the day is in; ``size`` = none.
        left_in_run: days of the same long rest after the day; 0 outside long rests.
        tail: ``left_in_run`` where it is 1 or 2, else 0.
        work_day: index of the working day number k at k - 1.
        tax_day: index of the day outside long rests number k at k - 1.
        long_first, long_stop: first day, and day after the last, of each long rest, in order.
    """

    is_rest: Flags
    work_no: Numbers
    next_work: Numbers
    in_long_rest: Flags
    tax_no: Numbers
    since_long: Numbers
    long_start: Numbers
    left_in_run: Numbers
    tail: Numbers
    work_day: Numbers
    tax_day: Numbers
    long_first: Numbers
    long_stop: Numbers

    @property
    def size(self) -> int:
        """How many days there are."""
        return len(self.is_rest)


def derive_days(is_rest: Flags) -> Days:
    """Return every column of a calendar. ``is_rest``: one flag a day, without a gap."""
    size = len(is_rest)
    index = np.arange(size, dtype=np.int64)
    work_day = np.flatnonzero(~is_rest)
    work_no = np.cumsum(~is_rest, dtype=np.int64)
    next_work = np.append(work_day, size)[work_no - ~is_rest]
    first, stop = _long_rests(is_rest)
    run = np.searchsorted(first, index, side="right") - 1  # the latest long rest begun
    began = np.append(first, size)[run]  # run -1 takes the last entry: none
    ended = np.append(stop, 0)[run]
    in_long_rest = (run >= 0) & (index < ended)
    tax_day = np.flatnonzero(~in_long_rest)
    tax_no = np.cumsum(~in_long_rest, dtype=np.int64)
    left = np.where(in_long_rest, ended - 1 - index, 0)
    since, start = _since_long(in_long_rest, began, tax_day)
    return Days(
        is_rest=is_rest,
        work_no=work_no,
        next_work=next_work,
        in_long_rest=in_long_rest,
        tax_no=tax_no,
        since_long=since,
        long_start=start,
        left_in_run=left,
        tail=np.where(left < LONG, left, 0),
        work_day=work_day,
        tax_day=tax_day,
        long_first=first,
        long_stop=stop,
    )


def _long_rests(is_rest: Flags) -> tuple[Numbers, Numbers]:
    edges = np.diff(np.concatenate([[0], is_rest.astype(np.int8), [0]]))
    first, stop = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    long = stop - first >= LONG
    return first[long].astype(np.int64), stop[long].astype(np.int64)


def _since_long(in_long_rest: Flags, began: Numbers, tax_day: Numbers) -> tuple[Numbers, Numbers]:
    size = len(in_long_rest)
    start = began[tax_day]
    changed = np.flatnonzero(np.diff(start, prepend=size))  # first days after a long rest, in tax days
    origin = np.zeros(len(tax_day), dtype=np.int64)
    origin[changed] = changed
    count = np.where(start < size, np.arange(len(tax_day)) - np.maximum.accumulate(origin) + 1, 0)
    second = np.flatnonzero(count[:-1] == 1) + 1
    earlier = start[second - 1]
    count[second], start[second] = 2, earlier
    since = np.zeros(size, dtype=np.int64)
    since[tax_day] = count
    began = began.copy()
    began[tax_day] = start
    return since, began


def days_table(days: Days, *, first: date, provisional: Flags) -> pa.Table:
    """Return the calendar dataset as SQL sees it, one row a day: DATE, BOOLEAN and BIGINT columns."""
    base = (first - _EPOCH).days
    return pa.table(
        {
            "day": _dates(np.arange(days.size), base, days.size),
            "is_rest": pa.array(days.is_rest),
            "work_no": pa.array(days.work_no),
            "next_work": _dates(days.next_work, base, days.size),
            "in_long_rest": pa.array(days.in_long_rest),
            "tax_no": pa.array(days.tax_no),
            "since_long": pa.array(days.since_long),
            "long_start": _dates(days.long_start, base, days.size),
            "left_in_run": pa.array(days.left_in_run),
            "tail": pa.array(days.tail),
            "provisional": pa.array(provisional),
        }
    )


def _dates(index: Numbers, base: int, size: int) -> Any:
    return pa.array((index + base).astype(np.int32), mask=index >= size).cast(pa.date32())
