"""Pass one: the records of one file, typed for one section, into its staging Parquet or into quarantine."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from xiezhi.engine.columns import arrow_type
from xiezhi.engine.intake.cells import REASON, Cell, cleaned
from xiezhi.engine.intake.quarantine import Quarantine
from xiezhi.engine.intake.raw import RawBatch
from xiezhi.engine.intake.rejects import Rejects
from xiezhi.engine.intake.runs import Runs, run_column, runs_of, staging_writer, surrogates
from xiezhi.engine.intake.sections import Feed, Section
from xiezhi.engine.intake.steady import steady
from xiezhi.engine.intake.tokens import Vault
from xiezhi.engine.intake.typed import literal, select

_GROUP = 1 << 16  # rows gathered before they are written


@dataclass(frozen=True)
class Place:
    """Which file a batch is of, and how many records came before it in all files."""

    file: str
    number: int
    before: int


class Staging:
    """The staging file of one section.

    Columns: the stored columns that are fed, then ``_file``, ``_line``, ``_seq`` (order over all files, from 1), then
    for each surrogate the run it is in (`Runs`).
    """

    def __init__(
        self,
        section: Section,
        path: Path,
        *,
        connection: "duckdb.DuckDBPyConnection",
        vault: Vault,
        quarantine: Quarantine,
        days: tuple[date, date],
    ) -> None:
        self.section = section
        self.path = path
        self.connection = connection
        self.days = days
        self.steady = steady(connection, section.zone)
        self.cells = [Cell(feed, section.dataset, vault) for feed in section.feeds]
        self.rejects = Rejects(
            section, path.with_suffix(".rejects.parquet"), connection=connection, quarantine=quarantine
        )
        self.schema = _schema(section)
        self.columns = self.schema.names[:-3]
        self.runs = [Runs(column, runs_of(path, column)) for column in surrogates(section)]
        places = [pa.field(run_column(runs.column.name), pa.int64()) for runs in self.runs]
        self.writer = staging_writer(path, pa.schema([*self.schema, *places]))
        self.pending: list[pa.Table] = []
        self.accepted = 0

    def take(self, batch: RawBatch, place: Place) -> None:
        """Type the records of a batch; accept or reject each."""
        seq = pa.array(np.arange(place.before + 1, place.before + len(batch.line) + 1))
        feeding = self._feeding(batch)
        if feeding is not None:
            batch, seq = batch.where(feeding), seq.filter(feeding)
        if not len(batch.line):
            return
        texts = [_texts(feed, batch) for feed in self.section.feeds]
        raw, resolved = self._raw(batch, texts)
        self.connection.register("raw", raw)
        self.connection.execute(f"SET TimeZone = {literal(self.section.zone)}")
        first, last = self.days
        sql = select(self.section, first_day=first, last_day=last, resolved=resolved, steady=self.steady)
        typed = self.connection.sql(sql).to_arrow_table()
        self.connection.unregister("raw")
        fault = typed.column("_error").combine_chunks()
        if fault.null_count < len(fault):
            wrong = pc.is_valid(fault)
            rejected = raw.append_column("_seq", seq).filter(wrong)
            numbers = fault.filter(wrong).to_numpy()
            self.rejects.add(rejected, [t.filter(wrong) for t in texts], numbers, cells=self.cells, file=place.file)
            right = pc.invert(wrong)
            typed, seq = typed.filter(right), seq.filter(right)
        if typed.num_rows:
            self._accept(typed, seq, place)

    def close(self) -> None:
        """Write what is pending and end the files."""
        self._flush()
        self.writer.close()
        self.rejects.close()
        for runs in self.runs:
            runs.writer.close()

    def _feeding(self, batch: RawBatch) -> pa.Array | None:
        """Return which records feed this dataset at all; None for all of them."""
        mask = batch.whole if self.section.of_events else None
        for heading in self.section.require:
            column = batch.columns.get(heading, pa.nulls(len(batch.line), pa.string()))
            given = pc.is_valid(cleaned(column))
            mask = given if mask is None else pc.and_(mask, given)
        return mask

    def _raw(self, batch: RawBatch, texts: list[pa.Array]) -> tuple[pa.Table, frozenset[int]]:
        columns: dict[str, pa.Array] = {"_line": batch.line}
        resolved = set()
        for number, (cell, text) in enumerate(zip(self.cells, texts, strict=True)):
            columns[f"c{number}"], reasons = cell.values(text)
            nested = batch.nested.get(cell.feed.map.column or "")
            if nested is not None:
                none = pa.scalar(0, pa.int8()) if reasons is None else reasons
                reasons = pc.if_else(nested, pa.scalar(REASON["nested"], pa.int8()), none)
            if reasons is not None:
                columns[f"k{number}"] = reasons
                resolved.add(number)
        return pa.table(columns), frozenset(resolved)

    def _accept(self, typed: pa.Table, seq: pa.Array, place: Place) -> None:
        size = typed.num_rows
        if not self.section.distinct:
            seq = pa.array(np.arange(self.accepted + 1, self.accepted + size + 1))
        self.accepted += size
        table = typed.select(self.columns).append_column("_file", pa.repeat(pa.scalar(place.number, pa.int32()), size))
        table = table.append_column("_line", typed.column("_line")).append_column("_seq", seq)
        if self.section.distinct:
            table = _agreeing(table, self.columns)
        self.pending.append(table.cast(self.schema))
        if sum(t.num_rows for t in self.pending) >= _GROUP:
            self._flush()

    def _flush(self) -> None:
        if not self.pending:
            return
        table = pa.concat_tables(self.pending)
        self.pending = []
        if self.section.distinct:
            table = _agreeing(table, self.columns)
        for runs in self.runs:
            table = runs.numbered(table)
        self.writer.write_table(table)


def _texts(feed: Feed, batch: RawBatch) -> pa.Array:
    size = len(batch.line)
    if feed.map.column is None:
        return pa.repeat(pa.scalar(feed.map.constant, pa.string()), size)
    column = batch.columns.get(feed.map.column)
    return pa.nulls(size, pa.string()) if column is None else cleaned(column)


def _agreeing(table: pa.Table, columns: list[str]) -> pa.Table:
    """Return one row for rows that are equal in all columns, with the first place, in order of place."""
    places = [("_file", "first"), ("_line", "first"), ("_seq", "first")]
    first = table.group_by(columns, use_threads=False).aggregate(places)
    named = first.rename_columns([*columns, "_file", "_line", "_seq"])
    return named.sort_by("_seq")  # groups come nearly, not quite, in the order of their first rows


def _schema(section: Section) -> pa.Schema:
    stored = {name: kind for feed in section.feeds for name, kind in feed.column.stored.items()}
    places = {"_file": "INTEGER", "_line": "BIGINT", "_seq": "BIGINT"}
    return pa.schema([(name, arrow_type(kind)) for name, kind in {**stored, **places}.items()])
