"""Put the tables of a job behind their names: sources as views over files, then its views and derivations in order.

With touched keys, a restricted source is copied once: its few rows then serve every query of the job. One part of all
scope values may be large: it stays a view.
"""

from collections.abc import Sequence

import duckdb

from xiezhi.engine.run.answering import one_select
from xiezhi.engine.run.deriving import bind_derivation
from xiezhi.engine.run.failing import failing_at
from xiezhi.engine.run.jobs import Job, Part, Source, Touched, ViewStep
from xiezhi.engine.run.reading import read_source
from xiezhi.engine.run.reuse import kept_views
from xiezhi.engine.run.session import Session
from xiezhi.engine.snapshot.relation import empty_sql, quoted

_KEYS = "_touched"


def bind_job(session: Session, job: Job, *, empty: bool) -> None:
    """Bind sources and steps. ``empty``: without any data, for the types alone."""
    connection = session.connection
    if job.touched is not None:
        _bind_keys(connection, job.touched)
    for source in job.sources:
        with failing_at(source.name), session.watch.working():
            _bind_source(session, source, job, empty=empty)
    kept = frozenset() if empty else kept_views(job)
    for step in job.steps:
        with failing_at(step.name), session.watch.working():
            if isinstance(step, ViewStep):
                kind = "TABLE" if step.name in kept else "VIEW"
                one_select(connection, step.sql)
                _create(connection, step.name, step.sql, kind=kind)
            else:
                bind_derivation(session, step, empty=empty)
            _alias(connection, step.name)


def _bind_keys(connection: duckdb.DuckDBPyConnection, touched: Touched) -> None:
    connection.register("_told", touched.keys)
    connection.execute(f"CREATE TEMP TABLE {_KEYS} AS SELECT DISTINCT * FROM _told")
    connection.unregister("_told")


def _bind_source(session: Session, source: Source, job: Job, *, empty: bool) -> None:
    sql = empty_sql(dict(source.columns)) if empty else read_source(session, source)
    kind = "VIEW"
    if job.touched is not None and (columns := dict(job.touched.restrict).get(source.name)):
        pairs = zip(columns, job.touched.keys.column_names, strict=True)
        equal = " AND ".join(f"live.{quoted(own)} = keys.{quoted(key)}" for own, key in pairs)
        sql = f"SELECT live.* FROM ({sql}) AS live SEMI JOIN {_KEYS} AS keys ON {equal}"
        kind = "TABLE" if job.touched.few else "VIEW"
    if job.part is not None and (columns := dict(job.part.restrict).get(source.name)):
        sql = f"SELECT live.* FROM ({sql}) AS live WHERE {_part_condition(job.part, columns)}"
    _create(session.connection, source.name, sql, kind=kind)
    _alias(session.connection, source.name)


def _part_condition(part: Part, columns: Sequence[str]) -> str:
    if part.bounds is None:
        hashed = f"hash({', '.join(quoted(column) for column in columns)})"
        return f"{hashed} % {part.of} = {part.number}"
    low, high = part.bounds
    (column,) = map(quoted, columns)
    first = low + (high - low + 1) * part.number // part.of
    after = low + (high - low + 1) * (part.number + 1) // part.of
    if part.number == 0:
        return f"({column} < {after} OR {column} IS NULL)" if part.of > 1 else "true"
    return f"{column} >= {first}" + (f" AND {column} < {after}" if part.number < part.of - 1 else "")


def _create(connection: duckdb.DuckDBPyConnection, name: str, sql: str, *, kind: str) -> None:
    connection.execute(f"CREATE {kind} main.{quoted(name)} AS\n{sql}")


def _alias(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Let ``field.dataset`` be written as a schema and a table too."""
    schema, dot, table = name.partition(".")
    if dot and "." not in table:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(schema)}")
        connection.execute(f"CREATE VIEW {quoted(schema)}.{quoted(table)} AS SELECT * FROM main.{quoted(name)}")
