"""What moved an alert and why: one of five causes, with the old and the new value of each edited fact."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from xiezhi.engine.findings.masking import Display
from xiezhi.engine.findings.wording import manner_of_column
from xiezhi.engine.packs.model import Dataset
from xiezhi.engine.telling.evidence import labelled
from xiezhi.engine.words import NOTHING, Words
from xiezhi.kernel.alerts.enums import Cause
from xiezhi.kernel.alerts.masking import resolved
from xiezhi.kernel.alerts.models import AlertMove
from xiezhi.kernel.alerts.words import CAUSES, move_words
from xiezhi.kernel.fields import fields


@dataclass(frozen=True)
class Edit:
    """A value that became another."""

    column: Words
    old: Words
    new: Words


@dataclass(frozen=True)
class Moved:
    """A move with its cause. ``by``: who handed in the data that made it; ``batch`` its delivery."""

    at: datetime
    version: int
    words: Words
    cause: Words
    dataset: Words
    edits: tuple[Edit, ...]
    by: str
    batch: int | None


def told(field: str, moves: Iterable[AlertMove], display: Display) -> tuple[Moved, ...]:
    """Return the moves of an alert in words, in order."""
    return tuple(_moved(field, move, display) for move in moves)


def _moved(field: str, move: AlertMove, display: Display) -> Moved:
    detail: Mapping[str, Any] = move.detail
    pack = fields().packs.get(field)
    name = str(detail.get("dataset", ""))
    dataset = pack.datasets.get(name) if pack else None
    return Moved(
        at=move.at,
        version=move.version,
        words=move_words(move.kind, move.detail),
        cause=CAUSES[Cause(move.cause)] if move.cause else NOTHING,
        dataset=dataset.words if dataset else Words(name, name),
        edits=_edits(dataset, detail, display),
        by=str(detail.get("by", "")),
        batch=detail.get("batch"),
    )


def _edits(dataset: Dataset | None, detail: Mapping[str, Any], display: Display) -> tuple[Edit, ...]:
    edits: Mapping[str, Mapping[str, Any]] = detail.get("edits") or {}
    columns = dataset.columns if dataset else {}
    manners = {name: manner_of_column(dataset, columns[name]) for name in edits if dataset and name in columns}
    found = []
    for name, change in edits.items():
        column, old = labelled(name, change.get("old"), manners)
        _, new = labelled(name, change.get("new"), manners)
        found.append(Edit(column, resolved(old, display), resolved(new, display)))
    return tuple(found)
