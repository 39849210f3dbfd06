"""Rows in quarantine are not absent: what a delivery brought and intake could not accept withdraws nothing.

A row is recognised by the texts of its key, dates and times left out: where any row with these texts stands in
quarantine, the live rows with them stay as they are.
"""

import duckdb
import pyarrow.parquet as pq

from xiezhi.engine.columns import Kind
from xiezhi.engine.packs.model import Dataset
from xiezhi.engine.snapshot.relation import literal, quoted
from xiezhi.kernel.intake.arrival import Arrival

_COMPARED = (Kind.TEXT, Kind.CODE, Kind.INTEGER)
_NEVER = "false"


def spared(connection: duckdb.DuckDBPyConnection, dataset: Dataset, arrival: Arrival) -> str:
    """Return the condition on a live row ``held`` under which its key stands in quarantine."""
    texts = [name for name in dataset.key if dataset.columns[name].type.kind in _COMPARED]
    if not texts or arrival.quarantine is None or not arrival.quarantined.get(dataset.name):
        return _NEVER
    rejected = pq.read_table(arrival.quarantine, columns=["dataset", "row"], filters=[("dataset", "=", dataset.name)])
    connection.register("rejected_told", rejected)
    values = ", ".join(f"{_text(dataset, arrival, name)} AS {quoted(name)}" for name in texts)
    table = quoted(f"rejected of {dataset.name}")
    connection.execute(f"CREATE TABLE {table} AS SELECT DISTINCT {values} FROM rejected_told WHERE json_valid(row)")
    connection.unregister("rejected_told")
    prefix = literal(arrival.mapping.prefix if arrival.mapping is not None else "")
    matched = " AND ".join(
        f"CAST(held.{quoted(name)} AS VARCHAR) IN (q.{quoted(name)}, {prefix} || q.{quoted(name)})" for name in texts
    )
    return f"EXISTS (SELECT 1 FROM {table} AS q WHERE {matched})"


def _text(dataset: Dataset, arrival: Arrival, name: str) -> str:
    """Return the text of a key column in a row of quarantine, kept under its heading or under the column itself."""
    stored = f"json_extract_string(row, {_path(name)})"
    told = arrival.mapping.datasets.get(dataset.name) if arrival.mapping is not None else None
    column = told.columns.get(name) if told is not None else None
    if column is None:
        return stored
    if column.column is None:
        return literal(column.constant or "")
    heading = f"json_extract_string(row, {_path(column.column)})"
    given = "".join(f" WHEN {literal(text)} THEN {literal(code)}" for text, code in column.codes)
    coded = f"CASE {heading}{given} ELSE {heading} END" if given else heading
    return f"coalesce({coded}, {stored})"


def _path(name: str) -> str:
    return literal('$."' + name.replace('"', '\\"') + '"')
