"""Tables that are not facts, written beside them: reference tables, the calendar, the tables of examples."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from xiezhi.engine.columns import arrow_type, stored_type
from xiezhi.engine.packs.model import ReferenceTable
from xiezhi.engine.run.jobs import Source


def write_source(name: str, table: pa.Table, folder: Path) -> Source:
    """Write a table to a Parquet file and return it as a source."""
    path = folder / f"{name}.parquet"
    pq.write_table(table, path)
    return Source(name, (str(path),), _types(table))


def write_reference(table: ReferenceTable, folder: Path) -> Source:
    """Write a keyed, dated table of the pack."""
    names = list(table.columns)
    columns = zip(*table.rows, strict=True) if table.rows else [()] * len(names)
    fields = [
        pa.array(list(values), type=arrow_type(table.columns[name]))
        for name, values in zip(names, columns, strict=True)
    ]
    return write_source(table.name, pa.table(dict(zip(names, fields, strict=True))), folder)


def _types(table: pa.Table) -> tuple[tuple[str, str], ...]:
    return tuple((field.name, stored_type(field.type)) for field in table.schema)
