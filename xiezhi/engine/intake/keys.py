"""Rows that their key forbids, and the occurrences that tell equal rows apart."""

from collections.abc import Collection, Mapping

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from xiezhi.engine.columns import Kind
from xiezhi.engine.intake.cells import REASON, REASON_AT
from xiezhi.engine.intake.marks import excluded
from xiezhi.engine.intake.quarantine import Quarantine
from xiezhi.engine.intake.repeats import Question, answered
from xiezhi.engine.intake.staged import Staged
from xiezhi.engine.intake.stretches import Stretches
from xiezhi.engine.intake.typed import quoted, template
from xiezhi.engine.packs.model import Column

_AGREES = len(REASON) + 1  # with a row that is stored: not stored again, and not at fault


def count_occurrences(connection: "duckdb.DuckDBPyConnection", one: Staged) -> dict[str, Stretches]:
    """Return, by occurrence column, the how-maniest of the rows that are not the first in their file."""
    found = {}
    for column in one.numbered(Kind.OCCURRENCE):
        columns = ", ".join(quoted(name) for name in column.of)
        asked = Question(("_file", *column.of), (), template("occurrence").format(columns=columns))
        folder = one.path.with_suffix(f".{column.name}.nth")
        if (nth := answered(connection, one, asked, nth={}, folder=folder)) is not None:
            found[column.name] = nth
    return found


def exclude(
    connection: "duckdb.DuckDBPyConnection",
    one: Staged,
    *,
    several_files: bool,
    distinct_texts: Collection[str],
    nth: dict[str, Stretches],
) -> Stretches | None:
    """Return the rows that are not stored for their key, None when all are.

    ``distinct_texts``: columns in which no two rows are equal. ``nth``: as counted.
    """
    key = set(one.dataset.key)
    counted = [c for c in one.numbered(Kind.OCCURRENCE) if c.name in key]
    told_apart = not several_files and any(set(c.of) <= key for c in counted)  # by the occurrence, within a file
    if told_apart or not key.isdisjoint(distinct_texts):
        return None
    reason = (
        f"CASE WHEN differ AND nth_equal = 1 THEN {REASON['contradiction']} ELSE {_AGREES} END"
        if one.section.distinct
        else f"CASE WHEN differ THEN {REASON['key_conflict']} ELSE {REASON['duplicate']} END"
    )
    content = [stored for feed in one.section.feeds for stored in feed.column.stored]
    answer = template("keys").format(
        key=", ".join(quoted(k) for k in one.dataset.key),
        content=", ".join(quoted(stored) for stored in content),
        reason=reason,
    )
    asked = Question(one.dataset.key, content, answer)
    needed = {name: numbers for name, numbers in nth.items() if name in key}
    return answered(connection, one, asked, nth=needed, folder=one.path.with_suffix(".gone"))


def quarantine_excluded(
    connection: "duckdb.DuckDBPyConnection",
    one: Staged,
    gone: Stretches,
    quarantine: Quarantine,
    paths: Mapping[int, str],
) -> None:
    """Put the rows that are not stored into quarantine; rows that agree with a stored one are not at fault."""
    names = pa.array([paths[number] for number in sorted(paths)])  # files are numbered from 1
    key = [c for c in one.dataset.key if c in one.fed]
    sql = template("excluded").format(
        key=", ".join(_plain(one.dataset.columns[c], c) for c in key),
        content=", ".join(
            f"{quoted(stored)} := {_plain(feed.column, stored)}"
            for feed in one.section.feeds
            for stored in feed.column.stored
        ),
    )
    for rows, reason in excluded(one, gone):
        at_fault = reason != _AGREES
        if not at_fault.any():
            continue
        connection.register("gone_rows", pa.table(rows.filter(pa.array(at_fault))))
        told = connection.sql(sql).to_arrow_table()
        connection.unregister("gone_rows")
        quarantine.add(
            dataset=one.dataset.name,
            file=names.take(pc.subtract(told.column("_file").combine_chunks(), 1)),
            line=told.column("_line").combine_chunks(),
            column=pa.repeat("+".join(one.dataset.key), told.num_rows),
            reason=pa.array(REASON_AT).take(pa.array(reason[at_fault] - 1)),
            value=told.column("value").combine_chunks().cast(pa.string()),
            row=told.column("row_text").combine_chunks().cast(pa.string()),
        )


def _plain(column: Column, stored: str) -> str:
    """A stored column as quarantine shows it: tokens in hexadecimal."""
    token = column.stored == {column.name: "BIGINT"} and column.privacy == "direct"
    return f"format('p:{{:016x}}', {quoted(stored)})" if token else quoted(stored)
