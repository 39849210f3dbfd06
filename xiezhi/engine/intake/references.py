"""What is asked of the stored datasets: references that nothing answers, and the newest event."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import duckdb

from xiezhi.engine.columns import Kind
from xiezhi.engine.intake.staged import Staged, single, stored_scan
from xiezhi.engine.intake.typed import quoted, template
from xiezhi.engine.packs.model import Dataset


def unresolved(
    connection: "duckdb.DuckDBPyConnection", staged: Iterable[Staged], folder: Path, datasets: Mapping[str, Dataset]
) -> dict[str, int]:
    """Return ``dataset.column`` (columns joined by ``+``) → rows whose reference no row answers; only those above 0."""
    staged = list(staged)
    files = {one.dataset.name: stored_scan(folder, one.dataset.name) for one in staged}
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
            if rows := single(connection, sql):
                found[f"{one.dataset.name}.{'+'.join(reference.columns)}"] = rows
    return found


def newest_event(connection: "duckdb.DuckDBPyConnection", staged: Iterable[Staged], folder: Path) -> date | None:
    """Return the local day of the newest event time in what was accepted."""
    newest = []
    for one in staged:
        for column in one.dataset.columns.values():
            if column.event and column.name in one.fed and column.type.kind in (Kind.DATE, Kind.TIME):
                sql = f"SELECT CAST(max({quoted(column.name)}) AS DATE) FROM {stored_scan(folder, one.dataset.name)}"
                newest += [day for (day,) in connection.sql(sql).fetchall() if day is not None]
    return max(newest, default=None)
