"""Rows whose cases lie scattered, spread over files by the number of their case, so that each is sorted in memory.

Nothing here grows with the input but the files: numbers are looked up a stretch of runs at a time, and a part of about
a hundred thousand rows is sorted on its own. Parts follow one another in the order of the numbers.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from xiezhi.engine.intake.runs import run_column
from xiezhi.engine.packs.model import Column

_STRETCH = 1 << 20  # runs whose numbers are looked up at once
_BATCH = 1 << 15  # rows handed on at once
_SPREAD = 1 << 15  # rows spread at once
_PART = 1 << 17  # rows of a part, where cases are of like size
_MOST = 256  # parts, each an open file
_LZ4 = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)

Numbers = npt.NDArray[np.int64]


def id_column(column: Column) -> str:
    """Return the name of the column that holds the number of a surrogate in the parts."""
    return f"_id {column.name}"


class RunNumbers:
    """The number of each run, kept in files by stretches of runs; 0 stands for none."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.newest = 0
        self.same = True  # whether each run has its own number
        self.loaded: tuple[int, Numbers] = (-1, np.zeros(0, np.int64))

    def add(self, run: Numbers, number: Numbers) -> None:
        """Keep the numbers of some runs, in any order."""
        self.newest = max(self.newest, int(number.max(initial=0)))
        self.same = self.same and bool((run == number).all())
        stretch = run // _STRETCH
        for one in np.unique(stretch):
            inside = stretch == one
            with self._file(one).open("ab") as file:
                file.write(np.column_stack((run[inside], number[inside])).tobytes())

    def of(self, run: Numbers) -> Numbers:
        """Return the numbers of runs; those of one stretch should be asked for together."""
        stretch = run // _STRETCH
        found = np.zeros(len(run), np.int64)
        for one in np.unique(stretch):
            inside = stretch == one
            found[inside] = self._stretch(int(one))[run[inside] - one * _STRETCH]
        return found

    def _stretch(self, one: int) -> Numbers:
        if self.loaded[0] != one:
            pairs = np.fromfile(self._file(one), np.int64).reshape(-1, 2)
            numbers = np.zeros(_STRETCH, np.int64)
            numbers[pairs[:, 0] - one * _STRETCH] = pairs[:, 1]
            self.loaded = (one, numbers)
        return self.loaded[1]

    def _file(self, stretch: int) -> Path:
        return self.folder / f"{stretch}.runs"


def spread(
    staging: Path, numbers: Mapping[str, tuple[Column, RunNumbers]], folder: Path, *, by: str | None
) -> list[Path]:
    """Write the staged rows, with the numbers of their runs, into parts; return those in order.

    ``by``: the surrogate whose numbers the parts are cut by; None: one part of all rows.
    """
    folder.mkdir()
    with pq.ParquetFile(staging, pre_buffer=False) as file:  # it would buffer the whole file
        rows = file.metadata.num_rows
        count = min(_MOST, max(1, -(-rows // _PART))) if by is not None else 1
        ids = [pa.field(id_column(column), pa.int64()) for column, _ in numbers.values()]
        schema = pa.schema([*file.schema_arrow, *ids])
        paths = [folder / f"{part:04}.arrows" for part in range(count)]
        writers = [pa.ipc.new_stream(path, schema, options=_LZ4) for path in paths]
        most = max(1, numbers[by][1].newest) if by is not None else 1
        for batch in _groups(file):
            found = {name: known.of(_runs(batch, column)) for name, (column, known) in numbers.items()}
            given = [pa.array(number, pa.int64(), mask=number == 0) for number in found.values()]
            wide = pa.RecordBatch.from_arrays([*batch.columns, *given], schema=schema)
            for part, piece in _cut(wide, found[by], most, count) if by is not None else [(0, wide)]:
                writers[part].write_batch(piece)
            pa.default_memory_pool().release_unused()
        for writer in writers:
            writer.close()
    return paths


def in_order(
    connection: "duckdb.DuckDBPyConnection", select: str, parts: Sequence[Path], part_name: str
) -> pa.RecordBatchReader:
    """Return the rows that a SELECT over ``part_name`` gives of each part, part by part. Parts read are removed."""
    schema = _schema_of(connection, select, parts[0], part_name)

    def batches() -> Iterator[pa.RecordBatch]:
        with connection.cursor() as own:  # of the same database, while the connection takes what this yields
            for path in parts:
                with pa.OSFile(str(path)) as file, pa.ipc.open_stream(file) as rows:
                    own.register(part_name, rows)
                    yield from own.sql(select).to_arrow_reader(_BATCH)
                    own.unregister(part_name)
                path.unlink()

    return pa.RecordBatchReader.from_batches(schema, batches())


def _schema_of(connection: "duckdb.DuckDBPyConnection", select: str, part: Path, part_name: str) -> pa.Schema:
    with pa.OSFile(str(part)) as file, pa.ipc.open_stream(file) as rows:
        connection.register(part_name, rows.schema.empty_table())
    schema = connection.sql(select).to_arrow_table().schema
    connection.unregister(part_name)
    return schema


def _groups(file: pq.ParquetFile) -> Iterator[pa.RecordBatch]:
    for group in range(file.num_row_groups):
        yield from file.read_row_group(group, use_threads=False).combine_chunks().to_batches(_SPREAD)


def _runs(batch: pa.RecordBatch, column: Column) -> Numbers:
    return np.asarray(batch.column(run_column(column)))


def _cut(batch: pa.RecordBatch, number: Numbers, most: int, count: int) -> Iterator[tuple[int, pa.RecordBatch]]:
    """Yield the rows of a batch by part; rows without a number go last, as NULL sorts."""
    part = np.where(number == 0, count - 1, (number - 1) * count // most)
    order = np.argsort(part, kind="stable")
    bounds = np.searchsorted(part[order], np.arange(count + 1))
    rows = batch.take(pa.array(order))
    for one in np.flatnonzero(np.diff(bounds)):
        yield int(one), rows.slice(bounds[one], bounds[one + 1] - bounds[one])
