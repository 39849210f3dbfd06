"""What has arrived and is not yet stored: staged rows of one delivery, whatever door they came in by."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from xiezhi.engine.intake.model import NormOfRun, SourceMap
from xiezhi.engine.packs.model import Dataset
from xiezhi.kernel.intake.models import Source


@dataclass(frozen=True)
class Delivery:
    """What a delivery of one dataset replaces.

    Attributes:
        mode: ``rows``, ``unit`` or ``snapshot``.
        unit: the column that names the unit.
        within: of a snapshot, the column whose values bound what may be absent; empty = nothing bounds it.
        guarded: whether many absent rows need a person's word.
    """

    mode: str
    unit: str = ""
    within: str = ""
    guarded: bool = True


@dataclass(frozen=True)
class Arrival:
    """Staged rows: Parquet files of the stored columns and ``_row`` (ordinals from 1), ``_file`` and ``_line``.

    Attributes:
        files: dataset → its staged file. ``deliveries``: dataset → what the delivery replaces.
        fed: dataset → columns fed. ``inputs``: the files as received: number from 1, path, sha256, records.
        quarantine: Parquet as intake writes it, None where nothing can be rejected.
        vault: token → text. ``opened``: tokens of pseudonyms that may be shown.
        mapping: how headings became columns, to find the keys of rows in quarantine.
        norm: by what the source's mapping judges; None where the delivery brings no mapping of its own.
        gone: dataset → keys that are withdrawn in so many words.
    """

    source: Source
    files: Mapping[str, Path]
    deliveries: Mapping[str, Delivery]
    fed: Mapping[str, frozenset[str]]
    inputs: tuple[dict[str, Any], ...] = ()
    accepted: Mapping[str, int] = field(default_factory=dict)
    quarantined: Mapping[str, int] = field(default_factory=dict)
    unresolved: Mapping[str, int] = field(default_factory=dict)
    newest_event: date | None = None
    quarantine: Path | None = None
    vault: Mapping[int, str] = field(default_factory=dict)
    opened: frozenset[int] = frozenset()
    mapping: SourceMap | None = None
    norm: NormOfRun | None = None
    gone: Mapping[str, pa.Table] = field(default_factory=dict)


def delivery_of(dataset: Dataset, mapping: SourceMap) -> Delivery:
    """Return what a delivery replaces: as the mapping says, else as the dataset declares."""
    told = mapping.datasets[dataset.name]
    return Delivery(told.delivery or dataset.delivery, told.unit or dataset.unit or "", told.within)
