"""Run a derivation: inputs out of the database as Arrow, in partitions when they are large, its output back into it.

The output becomes a table of the database, so that it can spill. Rows of one partition never need those of another
(the derivation says by which columns), so the number of partitions changes nothing but memory.
"""

from collections.abc import Iterator, Mapping

import duckdb
import pyarrow as pa

from xiezhi.engine import derivations
from xiezhi.engine.run.errors import Refused
from xiezhi.engine.run.jobs import DeriveStep
from xiezhi.engine.run.session import Session
from xiezhi.engine.snapshot.relation import empty_sql, quoted

CALENDAR = "calendar"
_CELL = 48  # bytes that one value may take in Arrow and in the arrays made of it, texts included
_SHARE = 64  # an input may take this part of the memory, beside what the database holds


def bind_derivation(session: Session, step: DeriveStep, *, empty: bool) -> None:
    """Create the table ``step.name``.

    Raises:
        Refused: for a derivation that there is not.
    """
    derivation = derivations.REGISTRY.get(step.derivation)
    if derivation is None:
        raise Refused(
            f"no derivation is called {step.derivation!r}; there are {', '.join(sorted(derivations.REGISTRY))}"
        )
    connection = session.connection
    schemas = {role: _types(connection, bound) for role, bound in step.inputs}
    output = dict(derivation.output(schemas, step.arguments))
    connection.execute(f"CREATE TABLE main.{quoted(step.name)} AS {empty_sql(output)}")
    if empty:
        return
    calendar = _fetch(connection, f"SELECT * FROM {quoted(CALENDAR)}")
    by = derivation.partition(step.arguments)
    for tables in _partitions(session, dict(step.inputs), schemas, by):
        _append(connection, step.name, derivation.run(tables, calendar, step.arguments), tuple(output))


def _partitions(
    session: Session, inputs: Mapping[str, str], schemas: Mapping[str, Mapping[str, str]], by: tuple[str, ...]
) -> Iterator[dict[str, pa.Table]]:
    """Yield the inputs part by part. An input without the partition's columns goes whole into each part."""
    connection = session.connection
    split = {role: bound for role, bound in inputs.items() if by and set(by) <= schemas[role].keys()}
    count = max((_parts(session, bound, len(schemas[role])) for role, bound in split.items()), default=1)
    if count == 1:
        yield {role: _fetch(connection, f"SELECT * FROM {quoted(bound)}") for role, bound in inputs.items()}
        return
    whole = {
        role: _fetch(connection, f"SELECT * FROM {quoted(bound)}")
        for role, bound in inputs.items()
        if role not in split
    }
    part = f"CAST(hash({', '.join(quoted(column) for column in by)}) % {count} AS INTEGER)"
    for number, bound in enumerate(split.values()):
        connection.execute(f"CREATE TEMP TABLE _part_{number} AS SELECT *, {part} AS _part FROM {quoted(bound)}")
    for wanted in range(count):
        yield whole | {
            role: _fetch(connection, f"SELECT * EXCLUDE (_part) FROM _part_{number} WHERE _part = {wanted}")
            for number, role in enumerate(split)
        }
    for number in range(len(split)):
        connection.execute(f"DROP TABLE _part_{number}")


def _parts(session: Session, bound: str, columns: int) -> int:
    ((rows,),) = session.connection.execute(f"SELECT count(*) FROM {quoted(bound)}").fetchall()
    cells: int = rows * columns
    budget = (session.memory_mb << 20) // _SHARE
    return max(1, -(-cells * _CELL // budget))


def _append(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table, columns: tuple[str, ...]) -> None:
    connection.register("_derived", table.select(list(columns)))
    connection.execute(f"INSERT INTO main.{quoted(name)} SELECT * FROM _derived")
    connection.unregister("_derived")


def _types(connection: duckdb.DuckDBPyConnection, bound: str) -> dict[str, str]:
    return {row[0]: row[1] for row in connection.execute(f"DESCRIBE {quoted(bound)}").fetchall()}


def _fetch(connection: duckdb.DuckDBPyConnection, sql: str) -> pa.Table:
    return connection.sql(sql).to_arrow_table()
