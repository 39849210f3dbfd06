"""The rows of a batch that were not accepted, kept whole, with file, line, column and reason."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pyarrow.parquet as pq

from xiezhi.engine.columns import Kind
from xiezhi.engine.packs.model import Dataset
from xiezhi.kernel.intake.models import Batch, QuarantinedRow

BY_KEY = frozenset({"duplicate", "key_conflict", "contradiction"})  # rows taken apart and typed: under column names
_CHUNK = 2_000


def keep(batch: Batch, path: Path, datasets: Mapping[str, Dataset]) -> None:
    """Keep the quarantine of a batch, in its transaction."""
    with pq.ParquetFile(path) as file:
        for piece in file.iter_batches(batch_size=_CHUNK):
            QuarantinedRow.objects.bulk_create(
                _row(batch, told, datasets.get(told["dataset"])) for told in piece.to_pylist()
            )


def _row(batch: Batch, told: dict[str, Any], dataset: Dataset | None) -> QuarantinedRow:
    row = content(told["row"])
    if dataset is not None and told["reason_code"] in BY_KEY:
        row = _as_written(row, dataset)
    return QuarantinedRow(
        batch=batch,
        file=Path(told["file"]).name,
        line=told["line"],
        dataset=told["dataset"],
        column=told["column"],
        reason_code=told["reason_code"],
        reason_zh=told["reason_zh"],
        reason_en=told["reason_en"],
        value=told["value"] or "",
        row=row,
    )


def content(text: str | None) -> dict[str, Any]:
    """Return a row as read, by heading; one that could not be taken apart is its text under no heading."""
    try:
        told = orjson.loads(text or "{}")
    except orjson.JSONDecodeError:
        return {"": text}
    return told if isinstance(told, dict) else {"": text}


def _as_written(row: dict[str, Any], dataset: Dataset) -> dict[str, Any]:
    """Return a typed row as somebody would write it: without instants, money in yuan."""
    found = {}
    for name, column in dataset.columns.items():
        if name in row:
            value = row[name]
            is_money = column.type.kind is Kind.MONEY and isinstance(value, int)
            found[name] = str(Decimal(value).scaleb(-2)) if is_money else value
    return found
