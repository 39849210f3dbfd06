"""Pass two: staged rows become the stored datasets."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from xiezhi.engine.columns import Kind
from xiezhi.engine.intake.keys import count_occurrences, exclude, quarantine_excluded
from xiezhi.engine.intake.numbering import number
from xiezhi.engine.intake.quarantine import Quarantine
from xiezhi.engine.intake.runs import run_column, surrogates
from xiezhi.engine.intake.spread import RunNumbers, id_column, in_order, spread
from xiezhi.engine.intake.staged import Staged, gone_table, nth_table, single, stored_scan
from xiezhi.engine.intake.typed import literal, quoted, template
from xiezhi.engine.packs.model import Column

_FORMAT = "(FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd)"
_PART = "part"
_SORTED = "sorted_parts"


def settle(
    connection: "duckdb.DuckDBPyConnection",
    staged: Sequence[Staged],
    folder: Path,
    quarantine: Quarantine,
    paths: Mapping[int, str],
) -> dict[str, int]:
    """Write ``folder/<dataset>.parquet`` for each staged dataset and return its rows by dataset."""
    scattered: dict[str, dict[str, RunNumbers]] = {one.dataset.name: {} for one in staged}
    for name in dict.fromkeys(c.name for one in staged for c in surrogates(one.section)):
        for dataset, numbers in number(connection, name, staged).items():
            if numbers is not None:
                scattered[dataset][name] = numbers
    for one in staged:
        count_occurrences(connection, one)
        distinct = _distinct_texts(connection, one, scattered[one.dataset.name])
        exclude(connection, one, several_files=len(paths) > 1, distinct_texts=distinct)
        quarantine_excluded(connection, one, quarantine, paths)
    return {one.dataset.name: _store(connection, one, folder, scattered[one.dataset.name]) for one in staged}


def _distinct_texts(
    connection: "duckdb.DuckDBPyConnection", one: Staged, scattered: Mapping[str, RunNumbers]
) -> set[str]:
    """Return the columns whose runs are numbers of their texts and one row long: no two rows are equal in them."""
    rows = single(connection, f"SELECT count(*) FROM {one.scan}")
    return {
        column.of[0]
        for column in surrogates(one.section)
        if column.name not in scattered
        and rows == single(connection, f"SELECT coalesce(max({quoted(run_column(column))}), 0) FROM {one.scan}")
    }


def _store(
    connection: "duckdb.DuckDBPyConnection", one: Staged, folder: Path, scattered: Mapping[str, RunNumbers]
) -> int:
    """Write a dataset. ``scattered``: the surrogates whose number is not that of the row's run."""
    to = f"TO {literal(str(folder / f'{one.dataset.name}.parquet'))} {_FORMAT}"
    if not scattered:
        connection.execute(f"COPY ({_select(connection, one, scattered, one.scan)}) {to}")
    else:
        numbers = {c.name: (c, scattered[c.name]) for c in surrogates(one.section) if c.name in scattered}
        parts = spread(one.path, numbers, one.path.with_suffix(".parts"), by=_parted_by(one, scattered))
        one.path.unlink()
        select = _select(connection, one, scattered, _PART)
        connection.register(_SORTED, in_order(connection, select, parts, _PART))
        connection.execute(f"COPY (FROM {_SORTED}) {to}")
        connection.unregister(_SORTED)
    return single(connection, f"SELECT count(*) FROM {stored_scan(folder, one.dataset.name)}")


def _parted_by(one: Staged, scattered: Mapping[str, RunNumbers]) -> str | None:
    """Return the surrogate that a dataset can be cut by; rows that agree are numbered as one, so not cut."""
    first = next(iter(one.dataset.cluster), None)
    return first if first in scattered and not one.section.distinct else None


def _select(
    connection: "duckdb.DuckDBPyConnection", one: Staged, scattered: Mapping[str, RunNumbers], rows: str
) -> str:
    """Return the SELECT of a dataset as it is stored, over staged rows."""
    counted = {
        c.name: f"staged.{quoted(id_column(c) if c.name in scattered else run_column(c))}"
        for c in surrogates(one.section)
    }
    joins: list[str] = []
    for column in one.numbered(Kind.OCCURRENCE):
        repeated = single(connection, f"SELECT count(*) FROM {nth_table(one, column)}") > 0
        counted[column.name] = f"coalesce({nth_table(one, column)}.n, 1)" if repeated else "CAST(1 AS BIGINT)"
        if repeated:
            joins.append(f"LEFT JOIN {nth_table(one, column)} ON {nth_table(one, column)}._seq = staged._seq")
    kept = ""
    if single(connection, f"SELECT count(*) FROM {gone_table(one)}"):
        kept = f"WHERE NOT EXISTS (SELECT 1 FROM {gone_table(one)} AS gone WHERE gone._seq = staged._seq)"
    # Staged rows come in order of place, which is cluster order where every run is a case of its own.
    runs = {c.name for c in surrogates(one.section)} - scattered.keys()
    ordered = not joins and not kept and not scattered and set(one.dataset.cluster) <= runs
    columns = [
        f"{counted.get(name) or _stored(one, column, name, kind)} AS {quoted(name)}"
        for column in one.dataset.columns.values()
        for name, kind in column.stored.items()
    ]
    return template("stored").format(
        row=_row(one, in_order=ordered),
        columns=", ".join(columns),
        staged=rows,
        joins=" ".join(joins),
        kept=kept,
        order="" if ordered else f"ORDER BY {', '.join(quoted(c) for c in (*one.dataset.cluster, '_row'))}",
    )


def _row(one: Staged, *, in_order: bool) -> str:
    if not one.section.distinct:
        return "staged._seq"
    return "row_number() OVER ()" if in_order else "row_number() OVER (ORDER BY staged._seq)"


def _stored(one: Staged, column: Column, name: str, kind: str) -> str:
    return f"staged.{quoted(name)}" if column.name in one.fed else f"CAST(NULL AS {kind})"
