"""A list of Parquet files as one relation: the SQL text that both readers and writers of snapshots build on.

A row is *live* when no row of the list replaces it and it is not withdrawn. A row that arrived late carries its own
``_row`` in ``_replaces``, and so is never live. Nothing ranks versions at read time.
"""

from collections.abc import Mapping, Sequence
from importlib.resources import files as resources
from pathlib import Path

import duckdb

_TEXTS = {
    name: resources("xiezhi.engine.snapshot").joinpath(f"{name}.sql").read_text(encoding="utf-8")
    for name in ("live", "heads", "plain", "empty")
}


def quoted(name: str) -> str:
    """Return a name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def live_sql(
    connection: duckdb.DuckDBPyConnection,
    files: Sequence[str | Path],
    columns: Mapping[str, str],
    *,
    clean: bool,
    instead: Mapping[str, str] | None = None,
    gone: str | None = None,
) -> str:
    """Return a SELECT of the live rows.

    Args:
        connection: used to read the names of the stored columns out of the files' footers.
        files: Parquet files, all visible to the connection; none gives an empty relation.
        columns: column → DuckDB type, in the order wanted. One that no file holds is NULL of its type.
        clean: no file holds rows that replace or withdraw, so that a plain scan is enough.
        instead: column → SQL expression in place of what is stored.
        gone: a table of ``gone_sql``, so that many reads of one snapshot look for what is replaced once.
    """
    return _select(connection, "plain" if clean else "live", files, columns, instead=instead or {}, gone=gone)


def gone_sql(files: Sequence[str | Path]) -> str:
    """Return a SELECT of every ``_row`` that the files replace, as ``_replaces``."""
    return f"SELECT _replaces FROM read_parquet([{_listed(files)}]) WHERE _replaces IS NOT NULL"


def heads_sql(connection: duckdb.DuckDBPyConnection, files: Sequence[str | Path], columns: Mapping[str, str]) -> str:
    """Return a SELECT of the newest version of each key, withdrawn ones included."""
    return _select(connection, "heads", files, columns)


def empty_sql(columns: Mapping[str, str]) -> str:
    """Return a SELECT of no rows with these columns."""
    expressions = (f"CAST(NULL AS {kind}) AS {quoted(name)}" for name, kind in columns.items())
    return _TEXTS["empty"].format(columns=", ".join(expressions))


def _select(
    connection: duckdb.DuckDBPyConnection,
    text: str,
    files: Sequence[str | Path],
    columns: Mapping[str, str],
    *,
    instead: Mapping[str, str] | None = None,
    gone: str | None = None,
) -> str:
    if not files:
        return empty_sql(columns)
    held, alike = _held(connection, files)
    expressions = [_expression(name, kind, held, instead or {}) for name, kind in columns.items()]
    options = "" if alike else ", union_by_name = true"
    stored = f"read_parquet([{_listed(files)}]{options})"
    replaced = gone or f"({gone_sql(files)})"
    return _TEXTS[text].format(columns=", ".join(expressions), stored=stored, gone=replaced)


def _expression(name: str, kind: str, held: frozenset[str], instead: Mapping[str, str]) -> str:
    value = instead.get(name, f"stored.{quoted(name)}" if name in held else "NULL")
    return f"CAST({value} AS {kind}) AS {quoted(name)}"


def _held(connection: duckdb.DuckDBPyConnection, files: Sequence[str | Path]) -> tuple[frozenset[str], bool]:
    """Return the columns that any file holds, and whether all files hold the same ones in the same order."""
    found = connection.execute(
        f"SELECT DISTINCT names FROM (SELECT list(name) AS names FROM parquet_schema([{_listed(files)}])"
        " WHERE num_children IS NULL OR num_children = 0 GROUP BY file_name)"
    ).fetchall()
    return frozenset(name for (names,) in found for name in names), len(found) == 1


def _listed(files: Sequence[str | Path]) -> str:
    return ", ".join(literal(str(file)) for file in files)
