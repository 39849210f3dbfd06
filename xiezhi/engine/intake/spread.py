"""Rows whose cases lie scattered, spread over files by the number of their case, so that each is sorted in memory.

Parts follow one another in the order of the numbers; nothing here grows with the input but the files.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from xiezhi.engine.intake.marks import Marks, id_column, marked
from xiezhi.engine.intake.parts import BATCH, cut, opened, parts_of
from xiezhi.engine.intake.staged import Staged
from xiezhi.engine.intake.stretches import Numbers

PART = "part_of_rows"  # the name that a SELECT gives to the rows of a part


def spread(one: Staged, marks: Marks, *, by: str) -> list[Path]:
    """Write the staged rows that are stored into parts, by the number of a surrogate; return those in order."""
    rows = marked(one, marks)
    count = parts_of(one.path)
    most = max(1, marks.numbers[by].newest)

    def batches() -> Iterator[tuple[pa.RecordBatch, Numbers]]:
        for batch in rows:
            number = np.asarray(pc.fill_null(batch.column(id_column(by)), most))  # without one: last, as NULL sorts
            yield batch, (number - 1) * count // most

    return cut(batches(), rows.schema, one.path.with_suffix(".parts"), count=count)


def in_order(connection: "duckdb.DuckDBPyConnection", select: str, parts: Sequence[Path]) -> pa.RecordBatchReader:
    """Return the rows that a SELECT over ``PART`` gives of each part, part by part. Parts read are removed."""
    with pa.OSFile(str(parts[0])) as file, pa.ipc.open_stream(file) as rows:
        connection.register(PART, rows.schema.empty_table())
    schema = connection.sql(select).to_arrow_table().schema
    connection.unregister(PART)

    def batches() -> Iterator[pa.RecordBatch]:
        with connection.cursor() as own:  # of the same database, while the connection takes what this yields
            for path in parts:
                with opened(path) as rows:
                    own.register(PART, rows)
                    yield from own.sql(select).to_arrow_reader(BATCH)
                    own.unregister(PART)

    return pa.RecordBatchReader.from_batches(schema, batches())
