"""What intake takes and gives: the mapping of a source, and the batch that came of its files."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from xiezhi.engine.packs.model import Law, Scalar
from xiezhi.engine.words import NOTHING, Words


@dataclass(frozen=True)
class ColumnMap:
    """How one column of a dataset is fed: from a heading, or a constant; texts may be translated to codes."""

    column: str | None = None
    constant: str | None = None
    codes: tuple[tuple[str, str], ...] = ()
    other: str | None = None  # what a text outside `codes` becomes; None = stays as it is
    format: str | None = None  # strptime form of dates and times; None = ISO 8601
    privacy: str | None = None  # "none": a pseudonym, with the reason
    reason: str = ""


@dataclass(frozen=True)
class DatasetMap:
    """One section of a mapping: which files feed the dataset, and how its columns."""

    dataset: str
    files: str = "*"  # glob on the file's name
    distinct: bool = False  # many rows with one key that agree become one row
    columns: dict[str, ColumnMap] = field(default_factory=dict)
    require: tuple[str, ...] = ()  # headings: a row where one is empty does not feed this dataset
    delivery: str = ""  # rows | unit | snapshot; empty = as the dataset declares
    unit: str = ""  # the column whose value one delivery replaces whole
    within: str = ""  # of a snapshot: the column whose values in the delivery bound what may be absent


@dataclass(frozen=True)
class ParameterOverride:
    """A value of the installation in place of the pack's, with where it is from."""

    name: str
    value: Scalar
    source: str


@dataclass(frozen=True)
class TableOverride:
    """A row of the installation laid over a reference table: its cells as `ReferenceTable.rows` has them."""

    table: str
    cells: tuple[Scalar, ...]
    source: str


@dataclass(frozen=True)
class NormOfRun:
    """The `[norm]` of a mapping: by which calendar and values this run judges, and how it words that."""

    calendar: str = "CN"
    indicators: tuple[str, ...] = ()  # empty = all active ones
    parameters: tuple[ParameterOverride, ...] = ()
    basis: tuple[Law, ...] = ()  # printed in place of the page's
    limit_name: Words = NOTHING
    tables: tuple[TableOverride, ...] = ()


@dataclass(frozen=True)
class SourceMap:
    """A mapping file. Without one, files are named after their datasets and headings after columns or aliases."""

    source: str
    path: Path | None
    zone: str | None
    encoding: str | None
    prefix: str
    datasets: dict[str, DatasetMap]
    norm: NormOfRun


@dataclass(frozen=True)
class InputFile:
    """A file as read: its number (`_file`), path, SHA-256 of its bytes, records seen."""

    number: int
    path: str
    sha256: str
    records: int


@dataclass(frozen=True)
class Batch:
    """Accepted rows as Parquet files by dataset, and what was put in quarantine.

    Attributes:
        datasets: dataset → its Parquet files (relative names inside ``folder``), system columns included.
        fed: dataset → declared columns that the source feeds.
        quarantine: Parquet of ``file, line, dataset, column, reason_code, reason_zh, reason_en, value, row``.
        accepted, quarantined: rows by dataset (quarantined: records, under "" where no dataset is known).
        newest_event: day of the newest ``event = true`` time, None without one.
        vault: token → text of direct identifiers, this run only. ``open_tokens``: those mapped with privacy "none".
    """

    folder: Path
    datasets: dict[str, tuple[str, ...]]
    fed: dict[str, frozenset[str]]
    files: tuple[InputFile, ...]
    quarantine: Path
    accepted: dict[str, int]
    quarantined: dict[str, int]
    newest_event: date | None
    vault: dict[int, str]
    open_tokens: frozenset[int]
    unresolved: dict[str, int] = field(default_factory=dict)  # "case_events.matter_no" → rows
