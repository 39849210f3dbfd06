"""The tables of an example: cells as a person writes them become stored, typed rows."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from xiezhi.engine.columns import Kind, Privacy, arrow_type
from xiezhi.engine.intake.tokens import token_of
from xiezhi.engine.packs.model import Column, Dataset

Cells = Mapping[str, str]
_TRUE = {"true": True, "false": False}


def example_table(dataset: Dataset, rows: Sequence[Cells], numbers: dict[str, dict[str, int]]) -> pa.Table:
    """Return rows of an example as a stored table.

    Surrogates and occurrences that are not given are numbered by first appearance.

    Args:
        dataset: what the rows belong to.
        rows: column → cell; an empty cell is NULL.
        numbers: surrogate column → text → number, shared by all tables of one example.
    """
    counts: dict[tuple[str, ...], int] = {}
    stored = [_stored(dataset, row, number, numbers, counts) for number, row in enumerate(rows)]
    fields = dataset.stored | {"_row": "BIGINT", "_file": "INTEGER", "_line": "BIGINT"}
    return pa.table(
        {name: pa.array([row.get(name) for row in stored], arrow_type(kind)) for name, kind in fields.items()}
    )


def _stored(
    dataset: Dataset,
    row: Cells,
    number: int,
    numbers: dict[str, dict[str, int]],
    counts: dict[tuple[str, ...], int],
) -> dict[str, Any]:
    values: dict[str, Any] = {"_row": number, "_file": 0, "_line": number + 1}
    for column in dataset.columns.values():
        cell = row.get(column.name, "")
        if column.type.kind is Kind.SURROGATE and not cell:
            text = row.get(column.of[0], "")
            known = numbers.setdefault(column.name, {})
            values[column.name] = known.setdefault(text, len(known) + 1) if text else None
        elif column.type.kind is Kind.OCCURRENCE and not cell:
            key = (column.name, *(row.get(name, "") for name in column.of))
            counts[key] = counts.get(key, 0) + 1
            values[column.name] = counts[key]
        else:
            values |= typed_cell(column, cell, zone=dataset.zone)
    return values


def typed_cell(column: Column, cell: str, *, zone: str) -> dict[str, Any]:
    """Return the stored columns of one cell."""
    if not cell:
        return dict.fromkeys(column.stored)
    if column.privacy is Privacy.DIRECT:
        return {column.name: token_of(cell)}
    if column.type.kind is Kind.TIME:
        local = datetime.fromisoformat(cell)
        instant = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)
        return {column.name: local, f"{column.name}_utc": instant}
    return {column.name: _plain(column.type.kind, cell)}


def _plain(kind: Kind, cell: str) -> int | Decimal | bool | date | str:
    if kind in (Kind.INTEGER, Kind.MONEY, Kind.SURROGATE, Kind.OCCURRENCE):
        return int(cell)
    if kind is Kind.DECIMAL:
        return Decimal(cell)
    if kind is Kind.BOOLEAN:
        return _TRUE[cell]
    return date.fromisoformat(cell) if kind is Kind.DATE else cell
