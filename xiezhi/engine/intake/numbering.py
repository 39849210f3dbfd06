"""Surrogates: one number for each text, the same in every dataset."""

from collections.abc import Sequence

import duckdb
import numpy as np

from xiezhi.engine.intake.runs import runs_of, surrogates
from xiezhi.engine.intake.staged import Staged, single
from xiezhi.engine.intake.stretches import Stretches
from xiezhi.engine.intake.typed import literal, quoted, template
from xiezhi.engine.packs.model import Column

_ROWS = 1 << 17  # numbers fetched at once
_DATASET_BITS = 40  # rows of one dataset in the order of first appearance


def number(connection: "duckdb.DuckDBPyConnection", name: str, staged: Sequence[Staged]) -> dict[str, Stretches | None]:
    """Number the texts of a surrogate; return, by dataset, the numbers of its runs, None where a run is its number."""
    having = [(one, column) for one in staged for column in surrogates(one.section) if column.name == name]
    files = [_scan(one, column) for one, column in having]
    repeated = single(connection, template("same_runs").format(runs=files[0])) or any(
        single(connection, template("equal_runs").format(runs=runs, first=files[0])) for runs in files[1:]
    )
    if not repeated:
        return {one.dataset.name: None for one, _ in having}
    appearances = " UNION ALL ".join(
        f"SELECT text, (CAST({order} AS BIGINT) << {_DATASET_BITS}) + seq AS first FROM {_scan(one, column)}"
        for order, (one, column) in enumerate(having)
    )
    table = quoted(f"number {name}")
    connection.execute(template("numbering").format(table=table, appearances=appearances))
    found: dict[str, Stretches | None] = {}
    for one, column in having:
        numbers = Stretches(one.path.with_suffix(f".{name}.numbers"))
        sql = template("runs").format(runs=_scan(one, column), numbers=table)
        for batch in connection.sql(sql).to_arrow_reader(_ROWS):
            numbers.add(*(np.asarray(batch.column(at)) for at in ("run", "id")))
        found[one.dataset.name] = None if numbers.same else numbers
    connection.execute(f"DROP TABLE {table}")
    return found


def _scan(one: Staged, column: Column) -> str:
    return f"read_parquet({literal(str(runs_of(one.path, column)))})"
