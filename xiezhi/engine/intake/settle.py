"""Pass two: keys, occurrences, contradictions, surrogates and references, by queries over the staged rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from xiezhi.engine.columns import Kind
from xiezhi.engine.intake.quarantine import Quarantine
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
        _exclude(connection, one)
        _quarantine(connection, one, quarantine, paths)
    for name in dict.fromkeys(c.name for one in staged for c in one.numbered(Kind.SURROGATE)):
        _number(connection, name, staged)
    return {one.dataset.name: _store(connection, one, folder) for one in staged}


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


def _exclude(connection: "duckdb.DuckDBPyConnection", one: Staged) -> None:
    counted = [c for c in one.numbered(Kind.OCCURRENCE) if c.name in one.dataset.key]
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


def _number(connection: "duckdb.DuckDBPyConnection", name: str, staged: list[Staged]) -> None:
    appearances = " UNION ALL ".join(
        f"SELECT {quoted(column.of[0])} AS text, (CAST({number} AS BIGINT) << {_DATASET_BITS}) + _seq AS first "
        f"FROM {one.scan}"
        for number, one in enumerate(staged)
        for column in one.numbered(Kind.SURROGATE)
        if column.name == name
    )
    connection.execute(template("numbering").format(table=quoted(f"number {name}"), appearances=appearances))


def _store(connection: "duckdb.DuckDBPyConnection", one: Staged, folder: Path) -> int:
    surrogates, occurrences = one.numbered(Kind.SURROGATE), one.numbered(Kind.OCCURRENCE)
    counted = {c.name: f"{quoted(f'number {c.name}')}.id" for c in surrogates}
    counted |= {c.name: f"coalesce({_nth(one, c)}.n, 1)" for c in occurrences}
    joins = [
        f"LEFT JOIN {quoted(f'number {c.name}')} ON {quoted(f'number {c.name}')}.text = staged.{quoted(c.of[0])}"
        for c in surrogates
    ] + [f"LEFT JOIN {_nth(one, c)} ON {_nth(one, c)}._seq = staged._seq" for c in occurrences]
    columns = []
    for column in one.dataset.columns.values():
        for name, kind in column.stored.items():
            value = counted.get(name) or (
                f"staged.{quoted(name)}" if column.name in one.fed else f"CAST(NULL AS {kind})"
            )
            columns.append(f"{value} AS {quoted(name)}")
    path = folder / f"{one.dataset.name}.parquet"
    sql = template("stored").format(
        row="row_number() OVER (ORDER BY staged._seq)" if one.section.distinct else "staged._seq",
        columns=", ".join(columns),
        staged=one.scan,
        joins=" ".join(joins),
        excluded=_gone(one),
        cluster=", ".join(quoted(c) for c in (*one.dataset.cluster, "_row")),
        path=literal(str(path)),
    )
    connection.execute(sql)
    return _one(connection, f"SELECT count(*) FROM {_parquet(folder, one.dataset.name)}")


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
