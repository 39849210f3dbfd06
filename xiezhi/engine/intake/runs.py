"""Runs of rows with one text, one after the other: mostly a case each, so that numbering need not see each row."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from xiezhi.engine.columns import Kind
from xiezhi.engine.intake.sections import Section
from xiezhi.engine.packs.model import Column

_RUNS = pa.schema([("text", pa.string()), ("run", pa.int64()), ("seq", pa.int64())])


def surrogates(section: Section) -> list[Column]:
    """Return the columns that number a text which this section feeds."""
    fed = {feed.column.name for feed in section.feeds}
    return [c for c in section.dataset.columns.values() if c.type.kind is Kind.SURROGATE and set(c.of) <= fed]


def run_column(name: str) -> str:
    """Return the name of the staging column that says which run of a surrogate's text a row is in."""
    return f"_run {name}"


def runs_of(staging: Path, column: Column) -> Path:
    """Return the file of the runs of a surrogate beside a staging file."""
    return staging.with_name(f"{staging.stem}.{column.name}.runs.parquet")


def staging_writer(path: Path, schema: pa.Schema) -> "pq.ParquetWriter":
    """Staging is read once or twice and thrown away: quick to write, not small."""
    return pq.ParquetWriter(path, schema, compression="lz4", use_dictionary=False, write_statistics=False)


class Runs:
    """Numbers the runs of one surrogate while rows are staged; ``text, run, seq`` of their beginnings go to a file."""

    def __init__(self, column: Column, path: Path) -> None:
        self.column = column
        self.writer = staging_writer(path, _RUNS)
        self.count = 0
        self.last: str | None = None

    def numbered(self, table: pa.Table) -> pa.Table:
        """Return the table with the run of each row, and note the beginnings of runs."""
        text = table.column(self.column.of[0]).combine_chunks()
        before = pa.concat_arrays([pa.array([self.last], pa.string()), text[:-1]])
        begins = pc.fill_null(pc.not_equal(text, before), fill_value=True)
        run = pc.add(pc.cumulative_sum(pc.cast(begins, pa.int64())), self.count)
        seq = table.column("_seq").combine_chunks()
        self.writer.write_table(pa.table([text.filter(begins), run.filter(begins), seq.filter(begins)], schema=_RUNS))
        self.count, self.last = run[-1].as_py(), text[-1].as_py()
        return table.append_column(run_column(self.column.name), run)
