"""What pass two finds out of staged rows, and the staged rows with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from xiezhi.engine.intake.parts import BATCH
from xiezhi.engine.intake.runs import run_column
from xiezhi.engine.intake.staged import Staged
from xiezhi.engine.intake.stretches import Numbers, Stretches

ROW = "_ordinal"


@dataclass(frozen=True)
class Marks:
    """What is known of the rows of a staging file by their ``_seq``, or by a run they are in.

    Attributes:
        numbers: surrogate → the number of each run, for those whose number is not that of the run.
        nth: occurrence column → the how-maniest, of rows that are not the first (only columns that have such rows).
        gone: the rows that are not stored → the number of the reason.
    """

    numbers: Mapping[str, Stretches] = field(default_factory=dict)
    nth: Mapping[str, Stretches] = field(default_factory=dict)
    gone: Stretches | None = None

    def any(self) -> bool:
        """Whether a row is stored otherwise than it is staged."""
        return bool(self.numbers or self.nth or self.gone)


def id_column(name: str) -> str:
    """Return the name of the column that holds the numbers of a surrogate, or of an occurrence."""
    return f"_id {name}"


def marked(one: Staged, marks: Marks) -> pa.RecordBatchReader:
    """Return the staged rows that are stored, in order, with columns of ``id_column`` and their ordinal ``_ordinal``.

    The ordinal counts the rows that are stored where rows that agree became one, and is ``_seq`` otherwise.
    """
    with pq.ParquetFile(one.path, pre_buffer=False) as file:
        staged = file.schema_arrow
    names = [*(id_column(name) for name in (*marks.numbers, *marks.nth)), ROW]
    schema = pa.schema([*staged, *(pa.field(name, pa.int64()) for name in names)])
    return pa.RecordBatchReader.from_batches(schema, _batches(one, marks, schema))


def excluded(one: Staged, gone: Stretches) -> Iterator[tuple[pa.RecordBatch, Numbers]]:
    """Yield the staged rows that are not stored, in order, with the numbers of the reasons."""
    for batch in _staged(one):
        reason = gone.of(_numbers(batch, "_seq"))
        if reason.any():
            yield batch.filter(pa.array(reason > 0)), reason[reason > 0]


def _batches(one: Staged, marks: Marks, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    before = 0
    for staged in _staged(one):
        batch = staged
        if marks.gone is not None:
            kept = marks.gone.of(_numbers(batch, "_seq")) == 0
            batch = batch if kept.all() else batch.filter(pa.array(kept))
        seq = _numbers(batch, "_seq")
        numbers = [known.of(_numbers(batch, run_column(name))) for name, known in marks.numbers.items()]
        columns = [pa.array(number, pa.int64(), mask=number == 0) for number in numbers]
        columns += [pa.array(np.maximum(known.of(seq), 1)) for known in marks.nth.values()]
        columns += [pa.array(np.arange(before + 1, before + len(seq) + 1) if one.section.distinct else seq)]
        before += len(seq)
        yield pa.RecordBatch.from_arrays([*batch.columns, *columns], schema=schema)
        pa.default_memory_pool().release_unused()


def _staged(one: Staged) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(one.path, pre_buffer=False) as file:  # it would buffer the whole file
        for group in range(file.num_row_groups):
            yield from file.read_row_group(group, use_threads=False).combine_chunks().to_batches(BATCH)


def _numbers(batch: pa.RecordBatch, name: str) -> Numbers:
    return np.asarray(batch.column(name))
