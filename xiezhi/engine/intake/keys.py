"""Rows that their key forbids, and the occurrences that tell equal rows apart."""

from collections.abc import Collection, Mapping

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from xiezhi.engine.columns import Kind
from xiezhi.engine.intake.quarantine import Quarantine
from xiezhi.engine.intake.staged import Staged, gone_table, nth_table
from xiezhi.engine.intake.typed import quoted, template
from xiezhi.engine.packs.model import Column

_ROWS = 50_000  # quarantined rows fetched at once


def count_occurrences(connection: "duckdb.DuckDBPyConnection", one: Staged) -> None:
    """Note the rows that are not the first of their occurrence in their file."""
    for column in one.numbered(Kind.OCCURRENCE):
        columns = ", ".join(quoted(name) for name in column.of)
        sql = template("occurrence").format(table=nth_table(one, column), columns=columns, staged=one.scan)
        connection.execute(sql)


def exclude(
    connection: "duckdb.DuckDBPyConnection", one: Staged, *, several_files: bool, distinct_texts: Collection[str]
) -> None:
    """Note the rows that are not stored for their key. ``distinct_texts``: columns in which no two rows are equal."""
    key = set(one.dataset.key)
    counted = [c for c in one.numbered(Kind.OCCURRENCE) if c.name in key]
    told_apart = not several_files and any(set(c.of) <= key for c in counted)  # by the occurrence, within a file
    if told_apart or not key.isdisjoint(distinct_texts):
        connection.execute(f"CREATE TABLE {gone_table(one)} (_seq BIGINT, reason VARCHAR)")
        return
    reason = (
        "CASE WHEN differ AND nth_equal = 1 THEN 'contradiction' ELSE 'merged' END"
        if one.section.distinct
        else "CASE WHEN differ THEN 'key_conflict' ELSE 'duplicate' END"
    )
    sql = template("keys").format(
        table=gone_table(one),
        staged=one.scan,
        key=", ".join(quoted(k) for k in one.dataset.key),
        content=_content(one, mask=False),
        reason=reason,
        occurrences="".join(f", coalesce({nth_table(one, c)}.n, 1) AS {quoted(c.name)}" for c in counted),
        joins=" ".join(f"LEFT JOIN {nth_table(one, c)} USING (_seq)" for c in counted),
    )
    connection.execute(sql)


def quarantine_excluded(
    connection: "duckdb.DuckDBPyConnection", one: Staged, quarantine: Quarantine, paths: Mapping[int, str]
) -> None:
    """Put the rows that are not stored into quarantine; rows that agree with a stored one are not at fault."""
    names = pa.array([paths[number] for number in sorted(paths)])  # files are numbered from 1
    key = [c for c in one.dataset.key if c in one.fed]
    sql = template("excluded").format(
        staged=one.scan,
        excluded=gone_table(one),
        key=", ".join(_plain(one.dataset.columns[c], c) for c in key),
        content=_content(one, mask=True),
    )
    for batch in connection.sql(sql).to_arrow_reader(_ROWS):
        quarantine.add(
            dataset=one.dataset.name,
            file=names.take(pc.subtract(batch.column("_file"), 1)),
            line=batch.column("_line"),
            column=pa.repeat("+".join(one.dataset.key), batch.num_rows),
            reason=batch.column("reason").cast(pa.string()),
            value=batch.column("value").cast(pa.string()),
            row=batch.column("row_text").cast(pa.string()),
        )


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
