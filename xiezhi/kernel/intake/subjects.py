"""Subjects: the relational image of the datasets that declare one, brought up to date by each batch."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import connection

from xiezhi.engine.columns import Kind
from xiezhi.engine.packs.model import Dataset, Subject
from xiezhi.kernel.fields import pack_of
from xiezhi.kernel.intake.shapes import is_direct
from xiezhi.kernel.intake.texts import template
from xiezhi.kernel.registry.queries import organisation_code

_CHUNK = 20_000
_SYSTEM = ("_row", "_replaces", "_withdrawn")
_Values = list[Any]


def keep(field: str, deltas: Mapping[str, Path], *, at: datetime) -> None:
    """Bring the subjects of the new versions up to date, in the transaction of their batch."""
    datasets = pack_of(field).datasets
    for name, path in deltas.items():
        subject = datasets[name].subject
        if subject is not None:
            _keep(_Reader(field, datasets[name], subject, at.date()), path)


def _keep(reader: "_Reader", path: Path) -> None:
    sql = template("subjects")
    with pq.ParquetFile(path) as file, connection.cursor() as cursor:
        for piece in file.iter_batches(batch_size=_CHUNK, columns=reader.columns):
            cursor.executemany(sql, list(reader.rows(piece)))


class _Reader:
    """Turns stored rows of one dataset into rows of the table, column by column."""

    def __init__(self, field: str, dataset: Dataset, subject: Subject, on: date) -> None:
        self.field, self.dataset, self.subject, self.on = field, dataset, subject, on
        self.zone = ZoneInfo(dataset.zone)
        self.codes: dict[str, str] = {}
        named = [subject.key, subject.title, subject.organisation, subject.post, subject.person]
        named += [subject.state, self._instant(subject.opened), self._instant(subject.closed), subject.legal_date]
        self.columns = [*dict.fromkeys(name for name in named if name), *_SYSTEM]

    def rows(self, piece: pa.RecordBatch) -> Iterator[tuple[Any, ...]]:
        """Yield the parameters of a row of the table for each stored row that is not late."""
        told = self.subject
        size = piece.num_rows
        replaces, row = piece.column("_replaces").to_pylist(), piece.column("_row").to_pylist()
        columns = (
            [self.field] * size,
            [told.type] * size,
            self._keys(piece),
            self._texts(piece, told.title),
            self._organisations(piece),
            self._texts(piece, told.post),
            self._tokens(piece, told.person),
            self._times(piece, told.opened),
            self._times(piece, told.closed),
            self._texts(piece, told.state),
            self._days(piece, told.legal_date),
            row,
            [bool(value) for value in piece.column("_withdrawn").to_pylist()],
        )
        rows = zip(*columns, strict=True)
        return (values for values, own, before in zip(rows, row, replaces, strict=True) if own != before)

    def _instant(self, name: str | None) -> str | None:
        is_time = name is not None and self.dataset.columns[name].type.kind is Kind.TIME
        return f"{name}_utc" if is_time else name

    def _keys(self, piece: pa.RecordBatch) -> _Values:
        values = piece.column(self.subject.key).to_pylist()
        if is_direct(self.dataset, self.subject.key):
            return [f"p:{value:016x}" for value in values]
        return [str(value) for value in values]

    def _texts(self, piece: pa.RecordBatch, name: str | None) -> _Values:
        """Return texts; a direct identifier has none here: its token would say nothing, its value is in the vault."""
        if name is None or is_direct(self.dataset, name):
            return [""] * piece.num_rows
        return ["" if value is None else str(value) for value in piece.column(name).to_pylist()]

    def _tokens(self, piece: pa.RecordBatch, name: str | None) -> _Values:
        if name is None or not is_direct(self.dataset, name):
            return [None] * piece.num_rows
        return list(piece.column(name).to_pylist())

    def _organisations(self, piece: pa.RecordBatch) -> _Values:
        texts = self._texts(piece, self.subject.organisation)
        for text in set(texts) - self.codes.keys():
            self.codes[text] = (organisation_code(text, on=self.on) or text) if text else ""
        return [self.codes[text] for text in texts]

    def _times(self, piece: pa.RecordBatch, name: str | None) -> _Values:
        if name is None:
            return [None] * piece.num_rows
        adapt = connection.ops.adapt_datetimefield_value
        values = piece.column(self._instant(name) or "").to_pylist()
        return [None if value is None else adapt(self._aware(value)) for value in values]

    def _aware(self, value: date) -> datetime:
        if isinstance(value, datetime):
            return value.replace(tzinfo=UTC)
        return datetime.combine(value, time(), self.zone)

    def _days(self, piece: pa.RecordBatch, name: str | None) -> _Values:
        if name is None:
            return [None] * piece.num_rows
        adapt = connection.ops.adapt_datefield_value
        days = pa.compute.cast(piece.column(name), pa.date32(), safe=False).to_pylist()
        return [None if value is None else adapt(value) for value in days]
