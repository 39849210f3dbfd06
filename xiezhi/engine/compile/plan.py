"""What compiling an indicator yields: SQL for an engine, and everything proven about it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from xiezhi.engine.words import Words


@dataclass(frozen=True)
class Scope:
    """The unit of re-evaluation. ``proven`` False: the indicator runs whole, and ``reason`` says why.

    A change in a dataset that is read but stands not in ``restrict`` (calendar, reference tables, and the datasets of
    ``whole``, which are reached by a declared reference) means a whole run, too.
    """

    columns: tuple[str, ...]
    proven: bool
    reason: Words
    restrict: tuple[tuple[str, tuple[str, ...]], ...] = ()  # dataset → its columns that carry the scope
    whole: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lineage:
    """(dataset, column) pairs. ``outputs``: by output column. ``conditions``: WHERE, JOIN, GROUP BY, windows, rules."""

    outputs: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    conditions: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Compiled:
    """An indicator ready to run.

    Attributes:
        outputs: output columns in order, ev_ ones left out: scope, subject, part, period, values.
        evidence: ``(role, dataset)`` for each ev_ column, role without the prefix.
        reads: base datasets, reference tables and ``calendar`` with the columns used (views looked through).
        names: datasets, views and derived tables its own SQL names directly.
        assumed: targets of the page's assumptions that this run makes use of.
        measure: as_of → SELECT of ``rule, level`` and the outputs, flagged rows only, one row for each rule that holds.
        evidence_sql: as_of → SELECT of the outputs but values, and the ev_ columns; no filter by rule.
        raw: as_of → SELECT of the outputs, unfiltered, for examples and `try`.
        uses_as_of: whether the answer depends on the day.
        fingerprint: SHA-256, as contracts.md.
        parts: (name, digest) of each part of the fingerprint, so that a difference can be named.
    """

    indicator: str
    outputs: tuple[str, ...]
    evidence: tuple[tuple[str, str], ...]
    reads: tuple[tuple[str, tuple[str, ...]], ...]
    names: tuple[str, ...]
    scope: Scope
    lineage: Lineage
    uses_as_of: bool
    fingerprint: str
    parts: tuple[tuple[str, str], ...]
    measure: Callable[[date | None], str]
    evidence_sql: Callable[[date | None], str]
    raw: Callable[[date | None], str]
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True)
class CompiledView:
    """A view of the pack ready to bind. ``names``: datasets, views and derived tables its own SQL names directly."""

    name: str
    names: tuple[str, ...]
    columns: tuple[str, ...]
    sql: Callable[[date | None], str]
    uses_as_of: bool
    scope: Scope
    fingerprint: str
