"""What an engine is asked to do: tables, steps, queries and limits. Frozen values that cross a process border.

The same job can stand before DuckDB and before Spark: names, SQL text of the portable subset, and files.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

import pyarrow as pa

_FEW_KEYS = 200_000


@dataclass(frozen=True)
class Source:
    """A table behind a name: Parquet files, read as one snapshot.

    ``clean`` says that no file holds ``_replaces`` or ``_withdrawn`` rows, so that a plain scan is enough. ``columns``
    are what SQL may see, with DuckDB types; a column absent from the files is bound as NULL of its type.
    """

    name: str
    files: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    clean: bool = True
    constants: tuple[tuple[str, str], ...] = ()  # column → SQL literal bound in its place (assumptions)


@dataclass(frozen=True)
class ViewStep:
    """Define a view of the pack by its compiled SELECT."""

    name: str
    sql: str


@dataclass(frozen=True)
class DeriveStep:
    """Run a derivation over inputs (names bound before) and bind its output as a table."""

    name: str
    derivation: str
    inputs: tuple[tuple[str, str], ...]  # role → bound name
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Query:
    """A compiled SELECT whose rows are wanted."""

    id: str
    sql: str


@dataclass(frozen=True)
class Touched:
    """Restrict sources to scope values. ``restrict``: source → its columns, in the order of the columns of ``keys``."""

    keys: pa.Table
    restrict: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def few(self) -> bool:
        """Whether what they touch is small enough to be copied; with more of them it may be most of a source."""
        return int(self.keys.num_rows) <= _FEW_KEYS


@dataclass(frozen=True)
class Part:
    """Restrict sources to one of ``of`` parts of all scope values; a NULL belongs to the first.

    ``restrict``: source → its columns that carry the scope. ``bounds``: least and greatest value of a scope that is one
    BIGINT, about: it is cut into ranges, so that files sorted by it are read once in all. None: it is cut by hash.
    """

    number: int
    of: int
    restrict: tuple[tuple[str, tuple[str, ...]], ...]
    bounds: tuple[int, int] | None = None


@dataclass(frozen=True)
class Limits:
    """What one job may use. A limit that is passed ends the job, never the parent."""

    memory_mb: int = 2048
    threads: int = 2
    seconds: float = 600.0
    rows: int | None = None  # most rows one query may return


@dataclass(frozen=True)
class Job:
    """One visit to the evaluator: bind sources, make steps in order, answer queries in order.

    The day of ``:as_of`` stands in the SQL as a literal: compiled SQL is a function of the day.
    """

    sources: tuple[Source, ...]
    steps: tuple[ViewStep | DeriveStep, ...] = ()
    queries: tuple[Query, ...] = ()
    touched: Touched | None = None
    part: Part | None = None
    limits: Limits = field(default_factory=Limits)


class Engine(Protocol):
    """What evaluates pack SQL: DuckDB in a sandboxed process; Spark fits behind the same three calls."""

    name: str

    def run(self, job: Job) -> Iterator[tuple[str, pa.Table]]:
        """Yield (query id, rows) in order. Raises a RunError subclass on refusal, time-out or memory."""
        ...

    def describe(self, job: Job) -> dict[str, dict[str, str]]:
        """Return, for each query, its output columns and DuckDB types, without running it on data."""
        ...

    def close(self) -> None:
        """End the evaluator's processes."""
        ...
