"""What is known of an expression while it is bound: its type, what it is drawn from, whether it is a plain column."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

Pair: TypeAlias = tuple[str, str]  # (dataset, column)
NO_PAIRS: frozenset[Pair] = frozenset()


@dataclass(frozen=True, order=True)
class Ref:
    """A column of one source of one query block; ``source`` is a number that is unique in the whole compilation."""

    source: int
    column: str


@dataclass(frozen=True)
class Value:
    """A bound expression.

    Attributes:
        type: DuckDB type.
        origin: base columns it is drawn from, views and derived tables looked through.
        refs: columns of sources it names, those of enclosing blocks too.
        ref: set where it is a plain column.
        not_null: a plain column that is never empty.
        row_of: the dataset whose `_row` it holds, None for everything else.
        surrogate: holds a storage number that nothing outside may see.
    """

    type: str
    origin: frozenset[Pair] = NO_PAIRS
    refs: frozenset[Ref] = frozenset()
    ref: Ref | None = None
    not_null: bool = False
    row_of: str | None = None
    surrogate: bool = False

    def plain(self) -> "Value":
        """Return the value without what only a plain column has."""
        return replace(self, ref=None, not_null=False, row_of=None, surrogate=False)


def drawn(kind: str, parts: Iterable[Value]) -> Value:
    """Return a value of a type that is computed from parts."""
    found = list(parts)
    return Value(
        kind,
        frozenset(pair for part in found for pair in part.origin),
        frozenset(ref for part in found for ref in part.refs),
    )


@dataclass(frozen=True, eq=False)
class Relation:
    """What a FROM item or a query yields.

    Attributes:
        columns: outputs in order.
        node: its shape, for the proof of scope.
        keys: sets of columns, each unique among its rows.
        rows: what a count of its rows counts.
        conditions: base columns that decide which rows there are.
        reads: every base column that its texts name.
        bases: base datasets under it. ``names``: what its own text names.
        scans: how many base scans it expands to.
    """

    columns: Mapping[str, Value]
    node: "Node"
    keys: tuple[frozenset[str], ...] = ()
    rows: frozenset[Pair] = NO_PAIRS
    conditions: frozenset[Pair] = NO_PAIRS
    reads: frozenset[Pair] = NO_PAIRS
    bases: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    parameters: frozenset[str] = frozenset()
    scans: int = 1
    uses_as_of: bool = False


@dataclass(frozen=True, eq=False)
class Scan:
    """A base table. ``constant``: calendar and reference tables, whose change means a whole run."""

    name: str
    constant: bool
    columns: frozenset[str]
    not_null: frozenset[str]


@dataclass(frozen=True, eq=False)
class Derivation:
    """A derived table: rows of one value of ``partition`` depend on rows with that value in every input."""

    name: str
    partition: tuple[str, ...]
    inputs: tuple["Node", ...]


@dataclass(frozen=True, eq=False)
class Source:
    """A FROM item of a block. ``join``: inner, left or full. ``links``: equalities in the ON of a left join."""

    id: int
    node: "Node"
    join: str
    links: tuple[tuple[Ref, Ref], ...] = ()


@dataclass(frozen=True, eq=False)
class Nested:
    """A subquery inside an expression. ``left``: the plain columns before IN, matched by position with ``columns``."""

    node: "Node"
    columns: tuple[str, ...]
    left: tuple[Ref | None, ...] = ()


@dataclass(frozen=True, eq=False)
class Block:
    """One SELECT. ``groups`` None: not aggregated; empty: one row for everything."""

    sources: tuple[Source, ...]
    equalities: tuple[tuple[Ref, Ref], ...]
    projections: Mapping[str, Ref | None]
    windows: tuple[frozenset[Ref], ...] = ()
    groups: frozenset[Ref] | None = None
    nested: tuple[Nested, ...] = ()


@dataclass(frozen=True, eq=False)
class Union:
    """UNION ALL: columns by position."""

    branches: tuple["Node", ...]
    columns: tuple[tuple[str, ...], ...] = field(default=())


Node: TypeAlias = Scan | Derivation | Block | Union
