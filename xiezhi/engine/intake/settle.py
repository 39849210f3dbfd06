"""Pass two: keys, occurrences, contradictions, surrogates and references, by queries over the staged rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from xiezhi.engine.columns import Kind
from xiezhi.engine.intake.quarantine import Quarantine
from xiezhi.engine.intake.runs import run_column, runs_of, surrogates
from xiezhi.engine.intake.sections import NUMBERED, Section
from xiezhi.engine.intake.typed import literal, quoted, template
from xiezhi.engine.packs.model import Column, Dataset

_ROWS = 50_000  # quarantined rows fetched at once
_DATASET_BITS = 40  # rows of one dataset in the order of first appearance


@dataclass(frozen=True)
class Staged:
    """A section with its staging file and the columns that the source really fed."""

    section: Section
    path: Path
    fed: frozenset[str]

    @property
    def dataset(self) -> Dataset:
        """The dataset that is fed."""
        return self.section.dataset

    @property
    def scan(self) -> str:
        """The staging file as SQL."""
        return f"read_parquet({literal(str(self.path))})"

    def numbered(self, kind: Kind) -> list[Column]:
        """Columns of a kind that the engine counts itself and that can be counted here."""
        return [c for c in self.dataset.columns.values() if c.type.kind is kind and set(c.of) <= self.fed]

    @property
    def all_fed(self) -> frozenset[str]:
        """Declared columns that hold values: fed by the source, or counted from those."""
        return self.fed | {c.name for kind in NUMBERED for c in self.numbered(kind)}


def settle(
    connection: "duckdb.DuckDBPyConnection",
    staged: Iterable[Staged],
    folder: Path,
    quarantine: Quarantine,
    paths: Mapping[int, str],
) -> dict[str, int]:
    """Write ``folder/<dataset>.parquet`` for each staged dataset and return its rows by dataset."""
    staged = list(staged)
    for one in staged:
        _count_occurrences(connection, one)
        _exclude(connection, one, several_files=len(paths) > 1)
        _quarantine(connection, one, quarantine, paths)
    same: dict[str, dict[str, bool]] = {one.dataset.name: {} for one in staged}
    for name in dict.fromkeys(c.name for one in staged for c in surrogates(one.section)):
        for dataset, is_run in _number(connection, name, staged).items():
            same[dataset][name] = is_run
    return {one.dataset.name: _store(connection, one, folder, same[one.dataset.name]) for one in staged}


def unresolved(
    connection: "duckdb.DuckDBPyConnection", staged: Iterable[Staged], folder: Path, datasets: Mapping[str, Dataset]
) -> dict[str, int]:
    """Return ``dataset.column`` (columns joined by ``+``) → rows whose reference no row answers; only those above 0."""
    staged = list(staged)
    files = {one.dataset.name: _parquet(folder, one.dataset.name) for one in staged}
    found = {}
    for one in staged:
        for reference in one.dataset.references:
            if not set(reference.columns) <= one.all_fed or reference.dataset not in datasets:
                continue
            pairs = list(zip(reference.columns, datasets[reference.dataset].key, strict=False))
            given = " AND ".join(f"here.{quoted(c)} IS NOT NULL" for c, _ in pairs)
            equal = " AND ".join(f"here.{quoted(c)} = there.{quoted(k)}" for c, k in pairs)
            target = files.get(reference.dataset, f"(SELECT * FROM {files[one.dataset.name]} WHERE false)")
            if reference.dataset not in files:
                equal = "false"
            sql = template("unresolved").format(
                dataset=files[one.dataset.name], target=target, given=given, equal=equal
            )
            if rows := _one(connection, sql):
                found[f"{one.dataset.name}.{'+'.join(reference.columns)}"] = rows
    return found


def newest_event(connection: "duckdb.DuckDBPyConnection", staged: Iterable[Staged], folder: Path) -> date | None:
    """Return the local day of the newest event time in what was accepted."""
    newest = []
    for one in staged:
        for column in one.dataset.columns.values():
            if column.event and column.name in one.fed and column.type.kind in (Kind.DATE, Kind.TIME):
                sql = f"SELECT CAST(max({quoted(column.name)}) AS DATE) FROM {_parquet(folder, one.dataset.name)}"
                newest += [day for (day,) in connection.sql(sql).fetchall() if day is not None]
    return max(newest, default=None)


def _count_occurrences(connection: "duckdb.DuckDBPyConnection", one: Staged) -> None:
    for column in one.numbered(Kind.OCCURRENCE):
        columns = ", ".join(quoted(name) for name in column.of)
        sql = template("occurrence").format(table=_nth(one, column), columns=columns, staged=one.scan)
        connection.execute(sql)


def _exclude(connection: "duckdb.DuckDBPyConnection", one: Staged, *, several_files: bool) -> None:
    counted = [c for c in one.numbered(Kind.OCCURRENCE) if c.name in one.dataset.key]
    if not several_files and any(set(c.of) <= set(one.dataset.key) for c in counted):
        # The occurrence tells apart whatever else is equal within a file.
        connection.execute(f"CREATE TEMP TABLE {_gone(one)} (_seq BIGINT, reason VARCHAR)")
        return
    reason = (
        "CASE WHEN differ AND nth_equal = 1 THEN 'contradiction' ELSE 'merged' END"
        if one.section.distinct
        else "CASE WHEN differ THEN 'key_conflict' ELSE 'duplicate' END"
    )
    sql = template("keys").format(
        table=_gone(one),
        staged=one.scan,
        key=", ".join(quoted(k) for k in one.dataset.key),
        content=_content(one, mask=False),
        reason=reason,
        occurrences="".join(f", coalesce({_nth(one, c)}.n, 1) AS {quoted(c.name)}" for c in counted),
        joins=" ".join(f"LEFT JOIN {_nth(one, c)} USING (_seq)" for c in counted),
    )
    connection.execute(sql)


def _quarantine(
    connection: "duckdb.DuckDBPyConnection", one: Staged, quarantine: Quarantine, paths: Mapping[int, str]
) -> None:
    key = [c for c in one.dataset.key if c in one.fed]
    sql = template("excluded").format(
        staged=one.scan,
        excluded=_gone(one),
        key=", ".join(_plain(one.dataset.columns[c], c) for c in key),
        content=_content(one, mask=True),
    )
    for batch in connection.sql(sql).to_arrow_reader(_ROWS):
        quarantine.add(
            dataset=one.dataset.name,
            file=pa.array([paths[n] for n in batch.column("_file").to_pylist()], pa.string()),
            line=batch.column("_line"),
            column=pa.repeat("+".join(one.dataset.key), batch.num_rows),
            reason=batch.column("reason").cast(pa.string()),
            value=batch.column("value").cast(pa.string()),
            row=batch.column("row_text").cast(pa.string()),
        )


def _number(connection: "duckdb.DuckDBPyConnection", name: str, staged: list[Staged]) -> dict[str, bool]:
    """Number the texts of a surrogate; return, by dataset, whether the number of each run is that of its text."""
    having = [(one, column) for one in staged for column in surrogates(one.section) if column.name == name]
    appearances = " UNION ALL ".join(
        f"SELECT text, (CAST({order} AS BIGINT) << {_DATASET_BITS}) + seq AS first FROM {_runs(one, column)}"
        for order, (one, column) in enumerate(having)
    )
    table = quoted(f"number {name}")
    connection.execute(template("numbering").format(table=table, appearances=appearances))
    same = {}
    for one, column in having:
        made = template("runs").format(table=_ids(one, column), runs=_runs(one, column), numbers=table)
        connection.execute(made)
        sql = f"SELECT count(*) FROM {_ids(one, column)} WHERE id IS DISTINCT FROM run"
        same[one.dataset.name] = _one(connection, sql) == 0
    connection.execute(f"DROP TABLE {table}")
    return same


def _store(connection: "duckdb.DuckDBPyConnection", one: Staged, folder: Path, same: Mapping[str, bool]) -> int:
    """Write a dataset. ``same``: surrogates whose number is the run of the row, so that nothing need be joined."""
    counted: dict[str, str] = {}
    joins: list[str] = []
    for column in surrogates(one.section):
        run = f"staged.{quoted(run_column(column))}"
        counted[column.name] = run if same[column.name] else f"{_ids(one, column)}.id"
        if not same[column.name]:
            joins.append(f"LEFT JOIN {_ids(one, column)} ON {_ids(one, column)}.run = {run}")
    for column in one.numbered(Kind.OCCURRENCE):
        repeated = _one(connection, f"SELECT count(*) FROM {_nth(one, column)}") > 0
        counted[column.name] = f"coalesce({_nth(one, column)}.n, 1)" if repeated else "CAST(1 AS BIGINT)"
        if repeated:
            joins.append(f"LEFT JOIN {_nth(one, column)} ON {_nth(one, column)}._seq = staged._seq")
    kept = ""
    if _one(connection, f"SELECT count(*) FROM {_gone(one)}"):
        kept = f"WHERE NOT EXISTS (SELECT 1 FROM {_gone(one)} AS gone WHERE gone._seq = staged._seq)"
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
    return _one(connection, f"SELECT count(*) FROM {_parquet(folder, one.dataset.name)}")


def _row(one: Staged, *, in_order: bool) -> str:
    if not one.section.distinct:
        return "staged._seq"
    return "row_number() OVER ()" if in_order else "row_number() OVER (ORDER BY staged._seq)"


def _stored(one: Staged, column: Column, name: str, kind: str) -> str:
    return f"staged.{quoted(name)}" if column.name in one.fed else f"CAST(NULL AS {kind})"


def _ids(one: Staged, column: Column) -> str:
    return quoted(f"ids {one.dataset.name}.{column.name}")


def _runs(one: Staged, column: Column) -> str:
    return f"read_parquet({literal(str(runs_of(one.path, column)))})"


def _content(one: Staged, *, mask: bool) -> str:
    fields = []
    for name in one.section.feeds:
        for stored in name.column.stored:
            value = _plain(name.column, stored) if mask else quoted(stored)
            fields.append(f"{quoted(stored)} := {value}")
    return ", ".join(fields)


def _plain(column: Column, stored: str) -> str:
    """A stored column as quarantine shows it: tokens in hexadecimal."""
    token = column.stored == {column.name: "BIGINT"} and column.privacy == "direct"
    return f"format('p:{{:016x}}', {quoted(stored)})" if token else quoted(stored)


def _nth(one: Staged, column: Column) -> str:
    return quoted(f"nth {one.dataset.name}.{column.name}")


def _gone(one: Staged) -> str:
    return quoted(f"gone {one.dataset.name}")


def _parquet(folder: Path, dataset: str) -> str:
    return f"read_parquet({literal(str(folder / f'{dataset}.parquet'))})"


def _one(connection: "duckdb.DuckDBPyConnection", sql: str) -> int:
    return int(connection.sql(sql).fetchall()[0][0])
