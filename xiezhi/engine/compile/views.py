"""Views and derived tables of a pack, compiled in the order in which they read each other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlglot import exp

from xiezhi.engine.compile.catalog import CALENDAR, Catalog, DerivedShape, Shaper, Table, base_tables
from xiezhi.engine.compile.compiler import Bound, bind
from xiezhi.engine.compile.fingerprint import derived_body, seal, view_body
from xiezhi.engine.compile.guard import parse_one
from xiezhi.engine.compile.outputs import type_issues
from xiezhi.engine.compile.plan import CompiledView
from xiezhi.engine.compile.proof import prove
from xiezhi.engine.compile.render import Dated, write
from xiezhi.engine.compile.text import Refused, Text
from xiezhi.engine.compile.values import Derivation, Pair, Relation, Value
from xiezhi.engine.derivations import REGISTRY
from xiezhi.engine.errors import AuthorError, Issue, Place, XiezhiError
from xiezhi.engine.intake.model import NormOfRun
from xiezhi.engine.packs.model import Derived, Pack, Scalar, View


def registered(derived: Derived, inputs: Mapping[str, Mapping[str, str]]) -> DerivedShape:
    """Return the shape of a derivation of the engine."""
    derivation = REGISTRY.get(derived.derivation)
    if derivation is None:
        known = ", ".join(sorted(REGISTRY))
        message = f"there is no derivation named {derived.derivation}"
        raise AuthorError([Issue(Place(derived.path, 1), "unknown-derivation", message, f"the engine has: {known}")])
    arguments = derived.arguments
    key = _names(arguments.get("key")) or (*_names(arguments.get("group")), *_names(arguments.get("member")))
    return DerivedShape(
        columns=derivation.output({role: dict(columns) for role, columns in inputs.items()}, arguments),
        partition=tuple(derivation.partition(arguments)),
        key=key,
        version=derivation.version,
        counts_days=derivation.counts_days,
    )


def _names(value: Any) -> tuple[str, ...]:
    """Return the names of an argument; what is no name is the derivation's own to refuse."""
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) and all(isinstance(name, str) for name in value) else ()


def build_catalog(
    pack: Pack,
    *,
    fed: Mapping[str, frozenset[str]] | None = None,
    norm: NormOfRun | None = None,
    shaper: Shaper = registered,
) -> Catalog:
    """Return everything that SQL of a pack may name, views compiled.

    Args:
        pack: the field.
        fed: dataset → declared columns that the source feeds; None takes everything as fed.
        norm: the run's own values of parameters.
        shaper: answers for the output of a derivation.

    Raises:
        AuthorError: views are refused, or read each other in a circle.
    """
    overrides: dict[str, Scalar] = {item.name: item.value for item in norm.parameters} if norm else {}
    catalog = Catalog(base_tables(pack), pack.parameters, overrides=overrides, fed=fed)
    builder = _Builder(pack, catalog, shaper)
    for name in (*pack.views, *pack.derived):
        builder.add(name, ())
    if builder.issues:
        raise AuthorError(list(dict.fromkeys(builder.issues)))
    return builder.catalog


@dataclass
class _Builder:
    """Adds views one after the other; a view that is refused takes those that read it with it."""

    pack: Pack
    catalog: Catalog
    shaper: Shaper
    issues: list[Issue] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)

    def add(self, name: str, path: tuple[str, ...]) -> None:
        if name in self.catalog.tables or name in self.failed:
            return
        place = self._place(name)
        if name in path:
            circle = " → ".join((*path[path.index(name) :], name))
            self.issues.append(Issue(place, "circle", f"views read each other in a circle: {circle}", "cut it"))
            self.failed.add(name)
            return
        try:
            for below in self._needs(name):
                self.add(below, (*path, name))
            if name not in self.failed:
                self._make(name)
        except Refused as refused:
            self._fail(name, refused.issues)
        except AuthorError as error:
            self._fail(name, error.issues)
        except XiezhiError as error:
            self._fail(name, [Issue(place, "derivation", str(error), "see the derivation's inputs and arguments")])

    def _fail(self, name: str, issues: Iterable[Issue]) -> None:
        self.failed.add(name)
        self.issues += issues

    def _place(self, name: str) -> Place:
        return Place(self.pack.views[name].sql_path if name in self.pack.views else self.pack.derived[name].path, 1)

    def _needs(self, name: str) -> list[str]:
        made = self.pack.views.keys() | self.pack.derived.keys()
        if name in self.pack.derived:
            return [below for below in self.pack.derived[name].inputs.values() if below in made]
        view = self.pack.views[name]
        tree = parse_one(Text(view.sql_path, view.sql))
        return sorted({table.name.lower() for table in tree.find_all(exp.Table)} & made)

    def _make(self, name: str) -> None:
        if name in self.pack.derived:
            self._keep(derived_table(self.pack.derived[name], self.catalog, self.shaper), None)
            return
        table, compiled = view_table(self.pack.views[name], self.catalog, self.pack)
        self._keep(table, compiled)

    def _keep(self, table: Table, compiled: CompiledView | None) -> None:
        self.catalog = replace(
            self.catalog,
            tables={**self.catalog.tables, table.name: table},
            views={**self.catalog.views, **({table.name: compiled} if compiled else {})},
            order=(*self.catalog.order, table.name),
        )


def compile_view(view: View, catalog: Catalog, pack: Pack) -> CompiledView:
    """Compile a view whose inputs the catalog holds.

    Raises:
        AuthorError: it is refused.
    """
    try:
        return view_table(view, catalog, pack)[1]
    except Refused as refused:
        raise AuthorError(list(refused.issues)) from None


def view_table(view: View, catalog: Catalog, pack: Pack) -> tuple[Table, CompiledView]:
    """Return a view as a table of the catalog, and ready to bind.

    Raises:
        Refused: with the issues found.
    """
    bound = bind(view.sql, view.sql_path, catalog)
    relation = bound.relation
    _check(view, bound)
    body = view_body(view, pack, catalog, reads=relation.reads, names=relation.names, used=bound.shared.parameters)
    fingerprint, _ = seal(body)
    compiled = CompiledView(
        names=tuple(sorted(relation.names)),
        name=view.name,
        columns=tuple(relation.columns),
        sql=Dated(write(bound.tree)),
        uses_as_of=bound.shared.uses_as_of,
        scope=prove(relation.node, view.scope, catalog.references()),
        fingerprint=fingerprint,
    )
    keys = (frozenset(view.key), *relation.keys) if view.key else relation.keys
    inside = replace(relation, keys=keys, names=frozenset({view.name}), uses_as_of=bound.shared.uses_as_of)
    table = Table(
        name=view.name,
        kind="view",
        columns={name: value.type for name, value in relation.columns.items()},
        not_null=frozenset(name for name, value in relation.columns.items() if value.not_null),
        key=view.key,
        relation=inside,
        scope=view.scope,
        fingerprint=fingerprint,
    )
    return table, compiled


def _check(view: View, bound: Bound) -> None:
    issues = [
        Issue(bound.text.at(0), "view-column", f"the SELECT does not give {name}", f"add … AS {name}")
        for name in dict.fromkeys((*view.key, *view.scope))
        if name not in bound.relation.columns
    ]
    issues += type_issues(bound.text, bound.tree, bound.relation)
    if issues:
        raise Refused(*issues)


def derived_table(derived: Derived, catalog: Catalog, shaper: Shaper) -> Table:
    """Return a derived table as a table of the catalog.

    Raises:
        XiezhiError: an input is not there, or arguments and inputs do not fit.
    """
    unknown = sorted(set(derived.inputs.values()) - catalog.tables.keys())
    if unknown:
        message = f"there is no dataset or view named {unknown[0]}"
        raise AuthorError([Issue(Place(derived.path, 1), "unknown-table", message, "name one")])
    inputs = {role: catalog.tables[name] for role, name in derived.inputs.items()}
    shape = shaper(derived, {role: table.columns for role, table in inputs.items()})
    relations = [table.relation for table in inputs.values()]
    columns = {name: _derived_value(name, kind, shape, relations) for name, kind in shape.columns.items()}
    fingerprint, _ = seal(derived_body(derived, shape.version, catalog))
    reads = frozenset().union(*(r.reads for r in relations), *(v.origin for r in relations for v in r.columns.values()))
    relation = Relation(
        columns=columns,
        node=Derivation(derived.name, shape.partition, tuple(r.node for r in relations)),
        keys=(frozenset(shape.key),) if shape.key and set(shape.key) <= columns.keys() else (),
        rows=frozenset().union(*(r.rows for r in relations)),
        conditions=frozenset().union(*(r.conditions for r in relations)),
        reads=reads,
        bases=frozenset({CALENDAR} if shape.counts_days else ()).union(*(r.bases for r in relations)),
        names=frozenset({derived.name}),
        scans=sum(r.scans for r in relations),
        uses_as_of=any(r.uses_as_of for r in relations),
    )
    return Table(
        name=derived.name,
        kind="derived",
        columns=dict(shape.columns),
        not_null=frozenset(name for name, value in columns.items() if value.not_null),
        key=shape.key,
        relation=relation,
        scope=shape.partition,
        fingerprint=fingerprint,
    )


def _derived_value(name: str, kind: str, shape: DerivedShape, relations: list[Relation]) -> Value:
    """A partition column is that of the inputs; anything else may be drawn from all of them."""
    same = [relation.columns[name] for relation in relations if name in relation.columns]
    if name in shape.partition and same:
        origin: frozenset[Pair] = frozenset().union(*(value.origin for value in same))
        sure = len(same) == len(relations) and all(value.not_null for value in same)
        return Value(kind, origin, not_null=sure, surrogate=any(value.surrogate for value in same))
    return Value(kind, frozenset().union(*(v.origin for r in relations for v in r.columns.values())))
