"""Pass two: staged rows become the stored datasets."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import duckdb

from xiezhi.engine.columns import Kind
from xiezhi.engine.intake.keys import count_occurrences, exclude, quarantine_excluded
from xiezhi.engine.intake.marks import ROW, Marks, id_column, marked
from xiezhi.engine.intake.numbering import number
from xiezhi.engine.intake.quarantine import Quarantine
from xiezhi.engine.intake.runs import run_column, surrogates
from xiezhi.engine.intake.spread import PART, in_order, spread
from xiezhi.engine.intake.staged import Staged, single, stored_scan
from xiezhi.engine.intake.stretches import Stretches
from xiezhi.engine.intake.typed import literal, quoted, template
from xiezhi.engine.packs.model import Column

_FORMAT = "(FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd)"
_ROWS = "rows_in_order"


def settle(
    connection: "duckdb.DuckDBPyConnection",
    staged: Sequence[Staged],
    folder: Path,
    quarantine: Quarantine,
    paths: Mapping[int, str],
) -> dict[str, int]:
    """Write ``folder/<dataset>.parquet`` for each staged dataset and return its rows by dataset."""
    scattered: dict[str, dict[str, Stretches]] = {one.dataset.name: {} for one in staged}
    for name in dict.fromkeys(c.name for one in staged for c in surrogates(one.section)):
        for dataset, numbers in number(connection, name, staged).items():
            if numbers is not None:
                scattered[dataset][name] = numbers
    accepted = {}
    for one in staged:
        numbered = scattered[one.dataset.name]
        nth = count_occurrences(connection, one)
        distinct = _distinct_texts(connection, one, numbered)
        gone = exclude(connection, one, several_files=len(paths) > 1, distinct_texts=distinct, nth=nth)
        if gone is not None:
            quarantine_excluded(connection, one, gone, quarantine, paths)
        accepted[one.dataset.name] = _store(connection, one, folder, Marks(numbered, nth, gone))
    return accepted


def _distinct_texts(connection: "duckdb.DuckDBPyConnection", one: Staged, scattered: Collection[str]) -> set[str]:
    """Return the columns whose runs are numbers of their texts and one row long: no two rows are equal in them."""
    rows = single(connection, f"SELECT count(*) FROM {one.scan}")
    return {
        column.of[0]
        for column in surrogates(one.section)
        if column.name not in scattered
        and rows == single(connection, f"SELECT coalesce(max({quoted(run_column(column.name))}), 0) FROM {one.scan}")
    }


def _store(connection: "duckdb.DuckDBPyConnection", one: Staged, folder: Path, marks: Marks) -> int:
    """Write a dataset."""
    # Staged rows come in order of place, which is cluster order where every run is a case of its own.
    ordered = set(one.dataset.cluster) <= {c.name for c in surrogates(one.section)} - marks.numbers.keys()
    by = next(iter(one.dataset.cluster), None)
    if not marks.any() and (ordered or not one.section.distinct):
        rows, row = one.scan, "row_number() OVER ()" if one.section.distinct else "_seq"
        select = _select(one, marks, rows, row=row, ordered=ordered)
    elif not ordered and by is not None and by in marks.numbers:
        parts = spread(one, marks, by=by)
        connection.register(_ROWS, in_order(connection, _select(one, marks, PART, row=ROW, ordered=False), parts))
        select = f"FROM {_ROWS}"
    else:
        connection.register(_ROWS, marked(one, marks))
        select = _select(one, marks, _ROWS, row=ROW, ordered=ordered)
    connection.execute(f"COPY ({select}) TO {literal(str(folder / f'{one.dataset.name}.parquet'))} {_FORMAT}")
    connection.unregister(_ROWS)
    one.path.unlink()
    return single(connection, f"SELECT count(*) FROM {stored_scan(folder, one.dataset.name)}")


def _select(one: Staged, marks: Marks, rows: str, *, row: str, ordered: bool) -> str:
    """Return the SELECT of a dataset as it is stored, over staged rows."""
    counted = {
        c.name: quoted(id_column(c.name) if c.name in marks.numbers else run_column(c.name))
        for c in surrogates(one.section)
    }
    for column in one.numbered(Kind.OCCURRENCE):
        counted[column.name] = quoted(id_column(column.name)) if column.name in marks.nth else "CAST(1 AS BIGINT)"
    columns = [
        f"{counted.get(name) or _stored(one, column, name, kind)} AS {quoted(name)}"
        for column in one.dataset.columns.values()
        for name, kind in column.stored.items()
    ]
    order = ", ".join(quoted(name) for name in (*one.dataset.cluster, "_row"))
    return template("stored").format(
        row=row, columns=", ".join(columns), rows=rows, order="" if ordered else f"ORDER BY {order}"
    )


def _stored(one: Staged, column: Column, name: str, kind: str) -> str:
    return quoted(name) if column.name in one.fed else f"CAST(NULL AS {kind})"
