"""The rows of a batch that were not accepted, kept whole, with file, line, column and reason."""

from pathlib import Path
from typing import Any

import orjson
import pyarrow.parquet as pq

from xiezhi.kernel.intake.models import Batch, QuarantinedRow

_CHUNK = 2_000


def keep(batch: Batch, path: Path) -> None:
    """Keep the quarantine of a batch, in its transaction."""
    with pq.ParquetFile(path) as file:
        for piece in file.iter_batches(batch_size=_CHUNK):
            QuarantinedRow.objects.bulk_create(_row(batch, told) for told in piece.to_pylist())


def _row(batch: Batch, told: dict[str, Any]) -> QuarantinedRow:
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
        row=content(told["row"]),
    )


def content(text: str | None) -> dict[str, Any]:
    """Return a row as read, by heading; one that could not be taken apart is its text under no heading."""
    try:
        told = orjson.loads(text or "{}")
    except orjson.JSONDecodeError:
        return {"": text}
    return told if isinstance(told, dict) else {"": text}
