"""What an indicator reads that a source does not feed, and what is assumed in its place."""

from collections.abc import Mapping
from dataclasses import dataclass

from xiezhi.engine.columns import Kind
from xiezhi.engine.compile.fingerprint import declared
from xiezhi.engine.compile.parameters import literal_sql
from xiezhi.engine.compile.values import Pair, Relation
from xiezhi.engine.packs.model import Assumption, Dataset, Indicator, Pack
from xiezhi.engine.words import Words

Fed = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Missing:
    """What an indicator needs and the source does not feed: ``dataset`` or ``dataset.column``."""

    columns: tuple[str, ...]

    @property
    def words(self) -> Words:
        """Why it is not run."""
        names = ", ".join(self.columns)
        return Words(f"未运行：缺少列 {names}", f"not run: column {names} missing")


def unfed(pack: Pack, needed: frozenset[Pair], bases: frozenset[str], fed: Fed) -> tuple[str, ...]:
    """Return what is read and not fed: datasets of which nothing is fed, else ``dataset.column`` as declared."""
    missing = {name for name in bases if name in pack.datasets and name not in fed}
    for name, column in needed:
        if name in missing or name not in pack.datasets:
            continue
        for want in _wants(pack.datasets[name], column):
            if want not in fed[name]:
                missing.add(f"{name}.{want}")
    return tuple(sorted(missing))


def _wants(dataset: Dataset, stored: str) -> tuple[str, ...]:
    column = declared(dataset, stored)
    if column is None:
        return ()
    return column.of if column.type.kind in (Kind.SURROGATE, Kind.OCCURRENCE) and column.of else (column.name,)


def settle(indicator: Indicator, missing: tuple[str, ...]) -> tuple[Missing | None, tuple[Assumption, ...]]:
    """Return what stays missing, and the assumptions of the page that take the place of the rest."""
    known = {item.target: item for item in indicator.assumes}
    left = tuple(name for name in missing if name not in known)
    return (Missing(left) if left else None), tuple(known[name] for name in missing if name in known)


def needs(relation: Relation, rules: frozenset[Pair]) -> frozenset[Pair]:
    """Return the base columns that the answer is drawn from: outputs, evidence, conditions and rules."""
    outputs = (value.origin for value in relation.columns.values())
    return frozenset().union(*outputs, relation.conditions, rules)


def assumed_scope(assumed: tuple[Assumption, ...], restrict: Mapping[str, tuple[str, ...]]) -> str | None:
    """Return an assumed column that carries the scope, None where there is none."""
    for item in assumed:
        dataset, _, column = item.target.partition(".")
        if column and column in restrict.get(dataset, ()):
            return item.target
    return None


def constants(pack: Pack, assumed: tuple[Assumption, ...]) -> dict[str, dict[str, str]]:
    """Return dataset → stored column → SQL literal that is bound in place of an assumed column."""
    found: dict[str, dict[str, str]] = {}
    for item in assumed:
        dataset, _, name = item.target.partition(".")
        if not name:
            continue
        for column, kind in pack.datasets[dataset].columns[name].stored.items():
            found.setdefault(dataset, {})[column] = literal_sql(item.value, kind)
    return found
