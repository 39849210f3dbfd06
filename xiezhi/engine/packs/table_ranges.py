"""Dated rows laid over those of a reference table: for their key and their days they hold, the table elsewhere."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import cast

from xiezhi.engine.packs.model import ReferenceTable, Scalar

Cells = tuple[Scalar, ...]


def lay_over(table: ReferenceTable, over: Sequence[Cells]) -> ReferenceTable:
    """Return a table in which rows hold in place of its own.

    Args:
        table: its rows are cut where a row of ``over`` of the same key holds; what is left of them stays.
        over: keys, first day, day after the last (None: open), values; no two of one key overlap.
    """
    size = len(table.key)
    kept: list[Cells] = list(table.rows)
    for row in over:
        kept = [piece for cells in kept for piece in _left(cells, row, size)]
    return replace(table, rows=tuple(sorted((*kept, *over), key=lambda cells: _order(cells, size))))


def _left(cells: Cells, over: Cells, size: int) -> Iterator[Cells]:
    """Yield what is left of a row: the days before, and those after, a row of the same key laid over it."""
    if cells[:size] != over[:size]:
        yield cells
        return
    (first, last), (start, end) = _range(cells, size), _range(over, size)
    if first < start:
        yield (*cells[: size + 1], min(last or start, start), *cells[size + 2 :])
    if end is not None and (last is None or end < last):
        yield (*cells[:size], max(first, end), last, *cells[size + 2 :])


def _range(cells: Cells, size: int) -> tuple[date, date | None]:
    first, last = cells[size : size + 2]
    return cast("date", first), cast("date | None", last)


def _order(cells: Cells, size: int) -> tuple[str, ...]:
    return tuple(str(cell) for cell in cells[: size + 1])
