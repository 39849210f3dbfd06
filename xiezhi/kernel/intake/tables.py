"""Tables that are typed already (the registry's, another program's) as staged rows of a dataset."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq

from xiezhi.engine.columns import Kind, Privacy, arrow_type
from xiezhi.engine.intake.tokens import Vault
from xiezhi.engine.packs.model import Column, Dataset


def stage(dataset: Dataset, table: pa.Table, path: Path, *, vault: Vault) -> frozenset[str]:
    """Write a table as staged rows and return the columns that hold a value.

    Args:
        dataset: whose columns the table has; others are left out.
        table: texts, whole numbers (money in 分), truth values, days and aware times.
        path: the file to write.
        vault: takes the values of direct identifiers.
    """
    size = table.num_rows
    columns: dict[str, pa.Array] = {"_row": pa.array(range(1, size + 1), pa.int64())}
    fed = set()
    for column in dataset.columns.values():
        values = table.column(column.name).to_pylist() if column.name in table.schema.names else [None] * size
        if any(value is not None for value in values):
            fed.add(column.name)
        columns |= _stored(column, values, dataset.zone, vault)
    pq.write_table(pa.table(columns), path, compression="lz4")
    return frozenset(fed)


def as_table(dataset: Dataset, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Return rows by column name as a table of the dataset's columns."""
    types = {column.name: _told(column) for column in dataset.columns.values()}
    return pa.table({name: pa.array([row.get(name) for row in rows], kind) for name, kind in types.items()})


def _told(column: Column) -> pa.DataType:
    if column.type.kind is Kind.TIME:
        return pa.timestamp("us", tz="UTC")
    return pa.string() if column.privacy is Privacy.DIRECT else arrow_type(column.type.stored)


def _stored(column: Column, values: list[Any], zone: str, vault: Vault) -> dict[str, pa.Array]:
    if column.privacy is Privacy.DIRECT:
        tokens = [None if value is None else vault.token(str(value)) for value in values]
        return {column.name: pa.array(tokens, pa.int64())}
    if column.type.kind is Kind.TIME:
        kind = pa.timestamp("us")
        return {
            column.name: pa.array([_naive(value, ZoneInfo(zone)) for value in values], kind),
            f"{column.name}_utc": pa.array([_naive(value, UTC) for value in values], kind),
        }
    return {column.name: pa.array(values, arrow_type(column.type.stored))}


def _naive(value: datetime | None, zone: Any) -> datetime | None:
    return None if value is None else value.astimezone(zone).replace(tzinfo=None)
