"""Pass two: staged rows become the stored datasets."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from xiezhi.engine.columns import Kind
from xiezhi.engine.intake.keys import count_occurrences, exclude, quarantine_excluded
from xiezhi.engine.intake.numbering import number
from xiezhi.engine.intake.quarantine import Quarantine
from xiezhi.engine.intake.runs import run_column, surrogates
from xiezhi.engine.intake.staged import Staged, gone_table, ids_table, nth_table, single, stored_scan
from xiezhi.engine.intake.typed import literal, quoted, template
from xiezhi.engine.packs.model import Column


def settle(
    connection: "duckdb.DuckDBPyConnection",
    staged: Sequence[Staged],
    folder: Path,
    quarantine: Quarantine,
    paths: Mapping[int, str],
) -> dict[str, int]:
    """Write ``folder/<dataset>.parquet`` for each staged dataset and return its rows by dataset."""
    same: dict[str, dict[str, bool]] = {one.dataset.name: {} for one in staged}
    for name in dict.fromkeys(c.name for one in staged for c in surrogates(one.section)):
        for dataset, is_run in number(connection, name, staged).items():
            same[dataset][name] = is_run
    for one in staged:
        count_occurrences(connection, one)
        distinct = _distinct_texts(connection, one, same[one.dataset.name])
        exclude(connection, one, several_files=len(paths) > 1, distinct_texts=distinct)
        quarantine_excluded(connection, one, quarantine, paths)
    return {one.dataset.name: _store(connection, one, folder, same[one.dataset.name]) for one in staged}


def _distinct_texts(connection: "duckdb.DuckDBPyConnection", one: Staged, same: Mapping[str, bool]) -> set[str]:
    """Return the columns whose runs are numbers of their texts and one row long: no two rows are equal in them."""
    rows = single(connection, f"SELECT count(*) FROM {one.scan}")
    return {
        column.of[0]
        for column in surrogates(one.section)
        if same[column.name]
        and rows == single(connection, f"SELECT coalesce(max({quoted(run_column(column))}), 0) FROM {one.scan}")
    }


def _store(connection: "duckdb.DuckDBPyConnection", one: Staged, folder: Path, same: Mapping[str, bool]) -> int:
    """Write a dataset. ``same``: surrogates whose number is the run of the row, so that nothing need be joined."""
    counted: dict[str, str] = {}
    joins: list[str] = []
    for column in surrogates(one.section):
        run = f"staged.{quoted(run_column(column))}"
        counted[column.name] = run if same[column.name] else f"{ids_table(one, column)}.id"
        if not same[column.name]:
            joins.append(f"LEFT JOIN {ids_table(one, column)} ON {ids_table(one, column)}.run = {run}")
    for column in one.numbered(Kind.OCCURRENCE):
        repeated = single(connection, f"SELECT count(*) FROM {nth_table(one, column)}") > 0
        counted[column.name] = f"coalesce({nth_table(one, column)}.n, 1)" if repeated else "CAST(1 AS BIGINT)"
        if repeated:
            joins.append(f"LEFT JOIN {nth_table(one, column)} ON {nth_table(one, column)}._seq = staged._seq")
    kept = ""
    if single(connection, f"SELECT count(*) FROM {gone_table(one)}"):
        kept = f"WHERE NOT EXISTS (SELECT 1 FROM {gone_table(one)} AS gone WHERE gone._seq = staged._seq)"
    # Staged rows come in order of place, which is cluster order where every run is a case of its own.
    in_order = not joins and not kept and set(one.dataset.cluster) <= {n for n, is_run in same.items() if is_run}
    columns = [
        f"{counted.get(name) or _stored(one, column, name, kind)} AS {quoted(name)}"
        for column in one.dataset.columns.values()
        for name, kind in column.stored.items()
    ]
    path = folder / f"{one.dataset.name}.parquet"
    sql = template("stored").format(
        row=_row(one, in_order=in_order),
        columns=", ".join(columns),
        staged=one.scan,
        joins=" ".join(joins),
        kept=kept,
        order="" if in_order else f"ORDER BY {', '.join(quoted(c) for c in (*one.dataset.cluster, '_row'))}",
        path=literal(str(path)),
    )
    connection.execute(sql)
    return single(connection, f"SELECT count(*) FROM {stored_scan(folder, one.dataset.name)}")


def _row(one: Staged, *, in_order: bool) -> str:
    if not one.section.distinct:
        return "staged._seq"
    return "row_number() OVER ()" if in_order else "row_number() OVER (ORDER BY staged._seq)"


def _stored(one: Staged, column: Column, name: str, kind: str) -> str:
    return f"staged.{quoted(name)}" if column.name in one.fed else f"CAST(NULL AS {kind})"
