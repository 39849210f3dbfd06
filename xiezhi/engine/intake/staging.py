"""Pass one: the records of one file, typed for one section, into its staging Parquet or into quarantine."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from xiezhi.engine.columns import Kind
from xiezhi.engine.intake.cells import REASON, REASON_AT, Cell, cleaned
from xiezhi.engine.intake.quarantine import Quarantine
from xiezhi.engine.intake.raw import RawBatch
from xiezhi.engine.intake.sections import Feed, Section
from xiezhi.engine.intake.tokens import Vault
from xiezhi.engine.intake.typed import FACTOR, literal, quoted, select, template
from xiezhi.engine.packs.model import Column

_RUNS = pa.schema([("text", pa.string()), ("run", pa.int64()), ("seq", pa.int64())])
_GROUP = 1 << 16  # rows gathered before they are written
_SHOWN = 200  # characters of a value in quarantine


def surrogates(section: Section) -> list[Column]:
    """Return the columns that number a text which this section feeds."""
    fed = {feed.column.name for feed in section.feeds}
    return [c for c in section.dataset.columns.values() if c.type.kind is Kind.SURROGATE and set(c.of) <= fed]


def run_column(column: Column) -> str:
    """Return the name of the staging column that says which run of a surrogate's text a row is in."""
    return f"_run {column.name}"


def runs_of(staging: Path, column: Column) -> Path:
    """Return the file of the runs of a surrogate beside a staging file."""
    return staging.with_name(f"{staging.stem}.{column.name}.runs.parquet")


class Runs:
    """Runs of rows with one text, one after the other: mostly a case each, so that numbering need not see each row."""

    def __init__(self, column: Column, path: Path) -> None:
        self.column = column
        self.writer = _writer(path, _RUNS)
        self.count = 0
        self.last = pa.scalar(None, pa.string())

    def numbered(self, table: pa.Table) -> pa.Table:
        """Return the table with the run of each row, and note the beginnings of runs."""
        text = table.column(self.column.of[0]).combine_chunks()
        before = pa.concat_arrays([pa.array([self.last.as_py()], pa.string()), text[:-1]])
        begins = pc.fill_null(pc.not_equal(text, before), fill_value=True)
        run = pc.add(pc.cumulative_sum(pc.cast(begins, pa.int64())), self.count)
        seq = table.column("_seq").combine_chunks()
        self.writer.write_table(pa.table([text.filter(begins), run.filter(begins), seq.filter(begins)], schema=_RUNS))
        self.count, self.last = run[-1].as_py(), text[-1]
        return table.append_column(run_column(self.column), run)


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
        self.quarantine = quarantine
        self.days = days
        self.cells = [Cell(feed, section.dataset, vault) for feed in section.feeds]
        self.schema = _schema(section)
        self.columns = self.schema.names[:-3]
        self.runs = [Runs(column, runs_of(path, column)) for column in surrogates(section)]
        places = [pa.field(run_column(runs.column), pa.int64()) for runs in self.runs]
        self.writer = _writer(path, pa.schema([*self.schema, *places]))
        self.pending: list[pa.Table] = []
        self.accepted = 0

    def take(self, batch: RawBatch, place: Place) -> None:
        """Type the records of a batch; accept or quarantine each."""
        batch, position = self._feeding(batch)
        if not len(batch.line):
            return
        texts = [_texts(feed, batch) for feed in self.section.feeds]
        raw, resolved = self._raw(batch, texts)
        self.connection.register("raw", raw)
        self.connection.execute(f"SET TimeZone = {literal(self.section.zone)}")
        sql = select(self.section, first_day=self.days[0], last_day=self.days[1], resolved=resolved)
        typed = self.connection.sql(sql).to_arrow_table()
        self.connection.unregister("raw")
        fault = typed.column("_error").combine_chunks()
        right = pc.is_null(fault)
        if fault.null_count < len(fault):
            wrong = pc.invert(right)
            self._reject(raw.filter(wrong), [t.filter(wrong) for t in texts], fault.filter(wrong), place)
        self._accept(typed, right, pc.add(position, place.before), place)

    def close(self) -> None:
        """Write what is pending and end the file."""
        self._flush()
        self.writer.close()
        for runs in self.runs:
            runs.writer.close()

    def _feeding(self, batch: RawBatch) -> tuple[RawBatch, pa.Array]:
        """Return the records that feed this dataset at all, and their ordinals in the batch from 1."""
        position = pa.array(np.arange(1, len(batch.line) + 1))
        masks = [
            pc.is_valid(cleaned(batch.columns[h]))
            if h in batch.columns
            else pa.repeat(pa.scalar(value=False), len(position))
            for h in self.section.require
        ]
        if batch.whole is not None and self.section.of_events:
            masks.append(batch.whole)
        if not masks:
            return batch, position
        mask = masks[0]
        for other in masks[1:]:
            mask = pc.and_(mask, other)
        columns = {name: column.filter(mask) for name, column in batch.columns.items()}
        nested = {name: column.filter(mask) for name, column in batch.nested.items()}
        return RawBatch(columns, batch.line.filter(mask), nested, None, ()), position.filter(mask)

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

    def _accept(self, typed: pa.Table, right: pa.Array, order: pa.Array, place: Place) -> None:
        table = typed.select(self.columns)
        line = typed.column("_line")
        if not pc.all(right).as_py():
            table, line, order = table.filter(right), line.filter(right), order.filter(right)
        size = table.num_rows
        if not size:
            return
        if not self.section.distinct:
            order = pa.array(np.arange(self.accepted + 1, self.accepted + size + 1))
        self.accepted += size
        table = table.append_column("_file", pa.repeat(pa.scalar(place.number, pa.int32()), size))
        table = table.append_column("_line", line).append_column("_seq", order)
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

    def _reject(self, raw: pa.Table, texts: list[pa.Array], fault: pa.Array, place: Place) -> None:
        codes = fault.to_numpy()
        feeds, reasons = codes // FACTOR, codes % FACTOR - 1
        masked = [
            _masked(cell, raw.column(f"c{n}").combine_chunks(), text)
            for n, (cell, text) in enumerate(zip(self.cells, texts, strict=True))
        ]
        names = pa.array([f.column.name for f in self.section.feeds])
        self.quarantine.add(
            dataset=self.section.dataset.name,
            file=pa.repeat(place.file, len(codes)),
            line=raw.column("_line").combine_chunks(),
            column=names.take(pa.array(feeds)),
            reason=pa.array(REASON_AT).take(pa.array(reasons)),
            value=pc.utf8_slice_codeunits(pc.choose(pa.array(feeds), *masked), 0, _SHOWN),
            row=self._rows(masked),
        )

    def _rows(self, masked: list[pa.Array]) -> pa.Array:
        self.connection.register("rejected", pa.table({f"r{n}": text for n, text in enumerate(masked)}))
        fields = ", ".join(
            f"{quoted(feed.map.column or feed.column.name)} := r{n}"
            for n, feed in enumerate(self.section.feeds)
            if feed.map.column not in [f.map.column for f in self.section.feeds[:n]] or feed.map.column is None
        )
        rows = self.connection.sql(template("rejected").format(fields=fields)).to_arrow_table()
        self.connection.unregister("rejected")
        return rows.column(0).combine_chunks().cast(pa.string())


def _texts(feed: Feed, batch: RawBatch) -> pa.Array:
    size = len(batch.line)
    if feed.map.column is None:
        return pa.repeat(pa.scalar(feed.map.constant, pa.string()), size)
    column = batch.columns.get(feed.map.column)
    return pa.nulls(size, pa.string()) if column is None else cleaned(column)


def _masked(cell: Cell, value: pa.Array, text: pa.Array) -> pa.Array:
    """Return the texts as quarantine may show them: a direct identifier as its token."""
    if not cell.feed.direct:
        return text
    tokens = value.dictionary_encode()
    return pa.array([f"p:{t:016x}" for t in tokens.dictionary.to_pylist()], pa.string()).take(tokens.indices)


def _agreeing(table: pa.Table, columns: list[str]) -> pa.Table:
    """Return one row for rows that are equal in all columns, with the first place."""
    first = table.group_by(columns, use_threads=False).aggregate(
        [("_file", "first"), ("_line", "first"), ("_seq", "first")]
    )
    return first.rename_columns([*columns, "_file", "_line", "_seq"])


def _writer(path: Path, schema: pa.Schema) -> "pq.ParquetWriter":
    """Staging is read once or twice and thrown away: quick to write, not small."""
    return pq.ParquetWriter(path, schema, compression="lz4", use_dictionary=False, write_statistics=False)


def _schema(section: Section) -> pa.Schema:
    stored = {name: kind for feed in section.feeds for name, kind in feed.column.stored.items()}
    places = {"_file": "INTEGER", "_line": "BIGINT", "_seq": "BIGINT"}
    fields = ", ".join(f"CAST(NULL AS {kind}) AS {quoted(name)}" for name, kind in {**stored, **places}.items())
    with duckdb.connect() as connection:
        return connection.sql(f"SELECT {fields}").to_arrow_table().schema
