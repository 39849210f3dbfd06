"""Keys of rows as whole numbers, in the order of their values."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Numbers = npt.NDArray[np.int64]


def dense(tables: Sequence[pa.Table], names: Sequence[str]) -> list[Numbers]:
    """Number the rows of tables by some columns, from 0 without a gap, equal values alike in all tables.

    The order of numbers is that of the values, column by column; texts by their bytes, NULL first.
    """
    sizes = [table.num_rows for table in tables]
    numbers = np.zeros(sum(sizes), dtype=np.int64)
    for name in names:
        column = _ranks([table.column(name) for table in tables])
        wide = numbers * (int(column.max(initial=0)) + 1) + column
        numbers = np.unique(wide, return_inverse=True)[1].astype(np.int64)
    return np.split(numbers, np.cumsum(sizes)[:-1])


def _ranks(columns: list[pa.ChunkedArray]) -> Numbers:
    kind = columns[0].type
    chunks = [chunk for column in columns for chunk in column.cast(kind).chunks]
    encoded = pa.chunked_array(chunks, kind).combine_chunks().dictionary_encode()
    rank = np.zeros(len(encoded.dictionary) + 1, dtype=np.int64)  # the last stands for NULL and stays 0
    rank[np.asarray(pc.sort_indices(encoded.dictionary))] = np.arange(1, len(rank))
    ranks: Numbers = rank[encoded.indices.fill_null(len(rank) - 1).to_numpy().astype(np.int64)]
    return ranks


def without_null(table: pa.Table, names: Sequence[str]) -> pa.Table:
    """Return the rows in which none of the columns is NULL."""
    for name in names:
        table = table.filter(pc.is_valid(table.column(name)))
    return table
