"""What pack SQL may name: datasets, views, derived tables, reference tables and the calendar."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from xiezhi.engine.columns import Kind
from xiezhi.engine.compile.plan import CompiledView
from xiezhi.engine.compile.values import Relation, Scan, Value
from xiezhi.engine.packs.model import Dataset, Derived, Pack, Parameter, Reference, ReferenceTable, Scalar

CALENDAR = "calendar"
CALENDAR_COLUMNS = {
    "day": "DATE",
    "is_rest": "BOOLEAN",
    "work_no": "BIGINT",
    "next_work": "DATE",
    "in_long_rest": "BOOLEAN",
    "tax_no": "BIGINT",
    "since_long": "BIGINT",
    "long_start": "DATE",
    "left_in_run": "BIGINT",
    "tail": "BIGINT",
    "provisional": "BOOLEAN",
}
DAY_COUNTS = {"is_rest": "work_no", "in_long_rest": "tax_no"}  # unique among the days where the first is false
_CALENDAR_NOT_NULL = frozenset(CALENDAR_COLUMNS) - {"long_start"}


@dataclass(frozen=True)
class DerivedShape:
    """What a derivation says of its output without running: types, partition columns, key, and its own number."""

    columns: Mapping[str, str]
    partition: tuple[str, ...]
    key: tuple[str, ...]
    version: int
    counts_days: bool = False


class Shaper(Protocol):
    """Answers for a derived table, given the columns of each input (role → column → type)."""

    def __call__(self, derived: Derived, inputs: Mapping[str, Mapping[str, str]]) -> DerivedShape:
        """Return the shape; raises a XiezhiError where arguments and inputs do not fit."""
        ...


@dataclass(frozen=True, eq=False)
class Table:
    """A name that SQL may use.

    Attributes:
        kind: dataset | calendar | reference | view | derived.
        columns: DuckDB types, `_row` of datasets included.
        scope: columns that its rows are local to, as declared (views) or proven (derived); empty for the others.
        relation: what binding it yields.
        fingerprint: views and derived tables only.
    """

    name: str
    kind: str
    columns: Mapping[str, str]
    not_null: frozenset[str]
    key: tuple[str, ...]
    relation: Relation
    scope: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    fingerprint: str = ""


@dataclass(frozen=True, eq=False)
class Catalog:
    """All tables of a pack, its parameters, and what the run puts in their place.

    ``order``: views and derived tables, each after what it reads. ``overrides``: parameter → the run's own value.
    ``fed``: dataset → declared columns that are fed, None when everything is taken as fed.
    """

    tables: Mapping[str, Table]
    parameters: Mapping[str, Parameter]
    views: Mapping[str, CompiledView] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    overrides: Mapping[str, Scalar] = field(default_factory=dict)
    fed: Mapping[str, frozenset[str]] | None = None

    def references(self) -> frozenset[tuple[str, str]]:
        """Return (dataset, dataset it points at) of all declared references."""
        return frozenset((name, to.dataset) for name, table in self.tables.items() for to in table.references)


def base_tables(pack: Pack) -> dict[str, Table]:
    """Return the tables that need no compiling: datasets, reference tables and the calendar."""
    tables = {CALENDAR: _base(CALENDAR, "calendar", CALENDAR_COLUMNS, _CALENDAR_NOT_NULL, ("day",))}
    for dataset in pack.datasets.values():
        tables[dataset.name] = _dataset(dataset)
    for reference in pack.tables.values():
        tables[reference.name] = _reference(reference)
    return tables


def _dataset(dataset: Dataset) -> Table:
    numbers = {name: column for name, column in dataset.columns.items() if column.type.kind is Kind.SURROGATE}
    # a surrogate stands for its text, so it stands for it in the key, too
    stands = {column.of[0]: name for name, column in numbers.items() if len(column.of) == 1}
    keys = dict.fromkeys((frozenset(dataset.key), frozenset(stands.get(c, c) for c in dataset.key)))
    return _base(
        dataset.name,
        "dataset",
        dataset.visible,
        dataset.not_null,
        dataset.key,
        keys=(frozenset({"_row"}), *keys),
        hidden=frozenset(numbers),
        references=dataset.references,
    )


def _reference(table: ReferenceTable) -> Table:
    # joined by key and half-open range, which the loader proves free of overlap: so the key alone finds one row
    return _base(table.name, "reference", table.columns, frozenset({*table.key, "valid_from"}), table.key)


def _base(
    name: str,
    kind: str,
    columns: Mapping[str, str],
    not_null: frozenset[str],
    key: tuple[str, ...],
    *,
    keys: tuple[frozenset[str], ...] = (),
    hidden: frozenset[str] = frozenset(),
    references: tuple[Reference, ...] = (),
) -> Table:
    dataset = kind == "dataset"
    values = {
        column: Value(
            stored,
            frozenset({(name, column)}),
            not_null=column in not_null,
            row_of=name if dataset and column == "_row" else None,
            surrogate=column in hidden,
        )
        for column, stored in columns.items()
    }
    relation = Relation(
        columns=values,
        node=Scan(name, constant=not dataset, columns=frozenset(columns), not_null=not_null),
        keys=keys or (frozenset(key),),
        rows=frozenset({(name, "_row")}) if dataset else frozenset((name, column) for column in key),
        bases=frozenset({name}),
        names=frozenset({name}),
    )
    return Table(name, kind, dict(columns), not_null, key, relation, references=references)
