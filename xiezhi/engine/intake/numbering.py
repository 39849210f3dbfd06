"""Surrogates: one number for each text, the same in every dataset."""

from collections.abc import Sequence

import duckdb

from xiezhi.engine.intake.runs import runs_of, surrogates
from xiezhi.engine.intake.staged import Staged, ids_table, single
from xiezhi.engine.intake.typed import literal, quoted, template
from xiezhi.engine.packs.model import Column

_DATASET_BITS = 40  # rows of one dataset in the order of first appearance


def number(connection: "duckdb.DuckDBPyConnection", name: str, staged: Sequence[Staged]) -> dict[str, bool]:
    """Number the texts of a surrogate; return, by dataset, whether the number of each run is that of its text."""
    having = [(one, column) for one in staged for column in surrogates(one.section) if column.name == name]
    files = [_scan(one, column) for one, column in having]
    repeated = single(connection, template("same_runs").format(runs=files[0])) or any(
        single(connection, template("equal_runs").format(runs=runs, first=files[0])) for runs in files[1:]
    )
    if not repeated:
        return {one.dataset.name: True for one, _ in having}
    appearances = " UNION ALL ".join(
        f"SELECT text, (CAST({order} AS BIGINT) << {_DATASET_BITS}) + seq AS first FROM {_scan(one, column)}"
        for order, (one, column) in enumerate(having)
    )
    table = quoted(f"number {name}")
    connection.execute(template("numbering").format(table=table, appearances=appearances))
    same = {}
    for one, column in having:
        made = template("runs").format(table=ids_table(one, column), runs=_scan(one, column), numbers=table)
        connection.execute(made)
        sql = f"SELECT count(*) FROM {ids_table(one, column)} WHERE id IS DISTINCT FROM run"
        same[one.dataset.name] = single(connection, sql) == 0
    connection.execute(f"DROP TABLE {table}")
    return same


def _scan(one: Staged, column: Column) -> str:
    return f"read_parquet({literal(str(runs_of(one.path, column)))})"
