"""Answer one query: check that it is one SELECT, run it, and stream its rows in a fixed order.

Rows come sorted by all columns from left to right (binary text order, NULL last) and lists sorted inside, so that
threads and spilling leave no trace. The limit stands under the sort: a query that returns too much is stopped early.
"""

from collections.abc import Iterator

import duckdb
import pyarrow as pa

from xiezhi.engine.run.errors import OutOfMemory, Refused, TooManyRows
from xiezhi.engine.run.failing import failing_at
from xiezhi.engine.run.jobs import Limits, Query
from xiezhi.engine.run.session import Session
from xiezhi.engine.snapshot.relation import quoted

BATCH_ROWS = 65_536


def one_select(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
    """Return the only statement in ``sql``.

    Raises:
        Refused: when there is none, several, or one that is no SELECT.
    """
    statements = connection.extract_statements(sql)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        kinds = ", ".join(statement.type.name for statement in statements) or "nothing"
        raise Refused(f"exactly one SELECT is run here, found {kinds}")
    return statements[0]


def describe_query(session: Session, query: Query) -> dict[str, str]:
    """Return the output columns of a query and their DuckDB types, without running it."""
    with failing_at(query.id), session.watch.working():
        rows = _rows(session, query.sql)
        return dict(zip(rows.columns, map(str, rows.types), strict=True))


def stream_query(session: Session, *, name: str, sql: str, limits: Limits) -> Iterator[pa.RecordBatch]:
    """Yield the rows in batches, the first one possibly empty so that its schema is known.

    Raises:
        TooManyRows: past ``limits.rows``. OutOfMemory: past ``limits.memory_mb`` of result.
    """
    with failing_at(name):
        with session.watch.working():
            reader = _ordered(_rows(session, sql), limits).to_arrow_reader(BATCH_ROWS)
        yield pa.RecordBatch.from_pylist([], schema=reader.schema)
        rows = size = 0
        while (batch := _next(session, reader)) is not None:
            rows, size = rows + batch.num_rows, size + batch.nbytes
            if limits.rows is not None and rows > limits.rows:
                raise TooManyRows(f"more than {limits.rows} rows", step=name)
            if size > limits.memory_mb << 20:
                raise OutOfMemory(f"the result is larger than {limits.memory_mb} MB", step=name)
            yield batch


def _next(session: Session, reader: pa.RecordBatchReader) -> pa.RecordBatch | None:
    with session.watch.working():
        try:
            return reader.read_next_batch()
        except StopIteration:
            return None


def _rows(session: Session, sql: str) -> duckdb.DuckDBPyRelation:
    """Return the query as a relation, bound and not yet run. Nothing of its text reaches another statement."""
    return session.connection.sql(one_select(session.connection, sql))


def _ordered(rows: duckdb.DuckDBPyRelation, limits: Limits) -> duckdb.DuckDBPyRelation:
    if limits.rows is not None:
        rows = rows.limit(limits.rows + 1)
    lists = [column for column, kind in zip(rows.columns, rows.types, strict=True) if str(kind).endswith("[]")]
    if lists:
        inside = ", ".join(f"list_sort({quoted(column)}) AS {quoted(column)}" for column in lists)
        rows = rows.project(f"* REPLACE ({inside})")
    return rows.order("ALL")
