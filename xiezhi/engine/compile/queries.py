"""Binding whole queries: WITH, UNION ALL, SELECT, and subqueries in both places."""

import re
from collections.abc import Callable, Mapping

from sqlglot import exp

from xiezhi.engine.compile import forms
from xiezhi.engine.compile.binding import Context, expect
from xiezhi.engine.compile.grouping import determined
from xiezhi.engine.compile.kinds import unify
from xiezhi.engine.compile.selects import Compilation, SelectBinder, bind_condition
from xiezhi.engine.compile.sources import MAX_SOURCES, Item, join_kind, mark_nullable, name_of, renamed, table_relation
from xiezhi.engine.compile.text import Refused
from xiezhi.engine.compile.values import NO_PAIRS, Ref, Relation, Union, Value
from xiezhi.engine.packs.names import RESERVED

MAX_SCANS = 200
_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_SELECT = {"with_", "expressions", "from_", "joins", "where", "group", "having", "qualify", "distinct"}
_UNION = {"with_", "this", "expression", "distinct"}


def bind_statement(shared: Compilation, tree: exp.Expr) -> Relation:
    """Bind the one SELECT of a text.

    Raises:
        Refused: with every issue of the first SELECT that has any.
    """
    if not isinstance(tree, exp.Select | exp.Union):
        form = forms.refused_class(type(tree).__name__)
        raise shared.text.refuse(tree, form.id if form else "statement")
    return _query(shared, tree, {}, None)


def _query(shared: Compilation, tree: exp.Expr, ctes: Mapping[str, Relation], outer: SelectBinder | None) -> Relation:
    if isinstance(tree, exp.Subquery):
        _options(shared, tree, {"this", "alias"})
        return _query(shared, tree.this, ctes, outer)
    if not isinstance(tree, exp.Select | exp.Union):
        form = forms.refused_class(type(tree).__name__)
        raise shared.text.refuse(tree, form.id if form else "form", "this is no SELECT", "write a SELECT here")
    names = dict(ctes)
    if tree.args.get("with_") is not None:
        _with(shared, tree.args["with_"], names)
    relation = (
        _select(shared, tree, names, outer) if isinstance(tree, exp.Select) else _union(shared, tree, names, outer)
    )
    if relation.scans > MAX_SCANS:
        raise shared.text.refuse(
            tree, "too-large", f"the text reads tables {relation.scans} times over", "put the shared part into a view"
        )
    return relation


def _with(shared: Compilation, node: exp.Expr, names: dict[str, Relation]) -> None:
    if node.args.get("recursive"):
        raise shared.text.refuse(node, "recursive")
    for cte in node.expressions:
        name = cte.alias.lower()
        _options(shared, cte, {"this", "alias"})
        if name in shared.catalog.tables or name in names:
            raise shared.text.refuse(
                cte.args["alias"],
                "shadow",
                f"{name} is already the name of a dataset, view or CTE",
                "choose another name",
            )
        if cte.args["alias"].columns:
            raise shared.text.refuse(cte.args["alias"], "column-list")
        _check_name(shared, cte.args["alias"], name)
        cte.args["alias"].set("this", renamed(cte.args["alias"].this, name))
        names[name] = _query(shared, cte.this, names, None)


def _union(shared: Compilation, tree: exp.Union, ctes: Mapping[str, Relation], outer: SelectBinder | None) -> Relation:
    _options(shared, tree, _UNION)
    if tree.args.get("distinct"):
        raise shared.text.refuse(tree, "union")
    branches = [_query(shared, side, ctes, outer) for side in (tree.this, tree.expression)]
    first, second = branches
    if len(first.columns) != len(second.columns):
        raise shared.text.refuse(
            tree, "union-columns", f"{len(first.columns)} and {len(second.columns)} columns are united", "match them"
        )
    columns = {
        name: _united(shared, tree, one, other)
        for (name, one), other in zip(first.columns.items(), second.columns.values(), strict=True)
    }
    node = Union(tuple(b.node for b in branches), tuple(tuple(b.columns) for b in branches))
    return _merged(columns, node, branches)


def _united(shared: Compilation, tree: exp.Expr, one: Value, other: Value) -> Value:
    kind = unify(one.type, other.type)
    if kind is None:
        raise shared.text.refuse(tree, "mixed", f"{one.type} and {other.type} stand in one column of a union")
    return Value(
        kind,
        one.origin | other.origin,
        not_null=one.not_null and other.not_null,
        row_of=one.row_of if one.row_of == other.row_of else None,
        surrogate=one.surrogate or other.surrogate,
    )


def _merged(columns: dict[str, Value], node: Union, branches: list[Relation]) -> Relation:
    return Relation(
        columns=columns,
        node=node,
        rows=frozenset().union(*(b.rows for b in branches)),
        conditions=frozenset().union(*(b.conditions for b in branches)),
        reads=frozenset().union(*(b.reads for b in branches)),
        bases=frozenset().union(*(b.bases for b in branches)),
        names=frozenset().union(*(b.names for b in branches)),
        scans=sum(b.scans for b in branches),
    )


def _nested(binder: SelectBinder, query: exp.Expr) -> Relation:
    return _query(binder.shared, query, binder.ctes, binder)


def _select(
    shared: Compilation, tree: exp.Select, ctes: Mapping[str, Relation], outer: SelectBinder | None
) -> Relation:
    _options(shared, tree, _SELECT)
    binder = SelectBinder(
        text=shared.text, budget=shared.budget, shared=shared, bind_query=_nested, outer=outer, ctes=dict(ctes)
    )
    _sources(binder, tree)
    _aliases(binder, tree)
    issues = _Issues()
    issues.run(lambda: _conditions(binder, tree))
    issues.run(lambda: _groups(binder, tree))
    outputs: dict[str, Value] = {}
    for index, node in enumerate(list(tree.expressions)):
        issues.run(lambda index=index, node=node: _output(binder, index, node, outputs))  # type: ignore[misc]
    issues.run(lambda: _after(binder, tree))
    issues.stop()
    binder.check_groups([*tree.expressions, *(tree.args[c] for c in ("having", "qualify") if tree.args.get(c))])
    binder.check_windows()
    return _relation(binder, tree, outputs)


class _Issues:
    """Collects the issues of the clauses of one SELECT, so that an author sees them together."""

    def __init__(self) -> None:
        self.found: list[Refused] = []

    def run(self, bind: Callable[[], None]) -> None:
        try:
            bind()
        except Refused as refused:
            self.found.append(refused)

    def stop(self) -> None:
        if self.found:
            raise Refused(*dict.fromkeys(issue for refused in self.found for issue in refused.issues))


def _sources(binder: SelectBinder, tree: exp.Select) -> None:
    joins = tree.args.get("joins") or []
    start = tree.args.get("from_")
    if len(joins) >= MAX_SOURCES:
        raise binder.text.refuse(
            joins[MAX_SOURCES - 1], "too-large", f"more than {MAX_SOURCES} sources are joined", "put a part into a view"
        )
    if start is not None:
        _source(binder, start.this, "inner", None)
    for join in joins:
        _options(binder.shared, join, {"this", "kind", "side", "on", "using", "method"})
        _source(binder, join.this, join_kind(binder.text, join), join)
    mark_nullable(binder.items)
    for index, item in enumerate(binder.items):
        binder.visible = index + 1
        _on(binder, item)
    binder.visible = None


def _source(binder: SelectBinder, node: exp.Expr, join: str, holder: exp.Join | None) -> None:
    name = ""
    if isinstance(node, exp.Table):
        name, relation = table_relation(binder.text, node, binder.shared.catalog, binder.ctes)
    elif isinstance(node, exp.Subquery):
        _options(binder.shared, node, {"this", "alias"})
        relation = _query(binder.shared, node.this, binder.ctes, None)
    else:
        form = forms.refused_class(type(node).__name__)
        raise binder.text.refuse(node, form.id if form else "table-function")
    alias_node = node.args.get("alias")
    if alias_node is not None and alias_node.columns:
        raise binder.text.refuse(alias_node, "column-list")
    alias = node.alias.lower() or name.rsplit(".", 1)[-1]
    if alias and any(item.alias == alias for item in binder.items):
        raise binder.text.refuse(node, "same-alias", f"two sources are named {alias}", "give one another alias: AS …")
    number = binder.shared.next_source()
    shown = _shown(binder, alias or "q", number)
    item = Item(
        number, alias, shown, name, relation, join, nullable=False,
        on=holder.args.get("on") if holder else None,
        using=tuple(holder.args.get("using") or ()) if holder else (),
        holder=holder,
        keys=list(relation.keys),
    )  # fmt: skip
    binder.items.append(item)
    binder.absorb(relation)
    binder.conditions |= relation.conditions
    if isinstance(node, exp.Table):
        node.set("this", renamed(node.this, name.rsplit(".", 1)[-1]))
    node.set("alias", exp.TableAlias(this=renamed(alias_node.this if alias_node else None, shown)))


def _shown(binder: SelectBinder, alias: str, number: int) -> str:
    """Return an alias that hides none of an enclosing SELECT, whose columns may be named in here."""
    taken, around = {item.shown for item in binder.items}, binder.outer
    while around is not None:
        taken |= {item.shown for item in around.items}
        around = around.outer
    return f"{alias}_{number}" if alias in taken else alias


def _on(binder: SelectBinder, item: Item) -> None:
    if item.using:
        _using(binder, item)
    if item.on is None:
        return
    binder.context = Context("ON")
    bind_condition(binder, item.on)
    assert item.holder is not None  # noqa: S101  only a join has a condition
    on = item.holder.args["on"]
    if item.join == "inner":
        binder.equalities += binder.sure(binder.equalities_of(on))
    else:
        item.links += binder.equalities_of(on, item) if item.join == "left" else []


def _using(binder: SelectBinder, item: Item) -> None:
    if item.join == "full":
        raise binder.text.refuse(item.using[0], "using-full", "a full join USING merges columns", "write ON a.x = b.x")
    conditions = []
    for part in item.using:
        name = name_of(part)
        left = [one for one in binder.items if one is not item and name in one.relation.columns]
        left = [one for one in left if binder.items.index(one) < binder.items.index(item)]
        found = binder.merged.get(name) or (left[0] if len(left) == 1 else None)
        if found is None or name not in item.relation.columns:
            raise binder.text.refuse(
                part, "ambiguous", f"{name} does not stand once on each side", "write ON a.x = b.x"
            )
        binder.merged[name] = found
        conditions.append(
            exp.EQ(this=exp.column(name, table=found.alias), expression=exp.column(name, table=item.alias))
        )
    assert item.holder is not None  # noqa: S101  only a join has USING
    item.holder.set("using", None)
    item.on = exp.and_(*conditions, copy=False)
    item.holder.set("on", item.on)


def _aliases(binder: SelectBinder, tree: exp.Select) -> None:
    for index, node in enumerate(tree.expressions):
        if isinstance(node, exp.Alias):
            binder.aliases.setdefault(node.alias.lower(), (index, node.this.copy()))


def _conditions(binder: SelectBinder, tree: exp.Select) -> None:
    where = tree.args.get("where")
    if where is not None:
        binder.context = Context("WHERE")
        bind_condition(binder, where.this)
        binder.equalities += binder.sure(binder.equalities_of(where.this))


def _groups(binder: SelectBinder, tree: exp.Select) -> None:
    group = tree.args.get("group")
    if group is None:
        return
    _options(binder.shared, group, {"expressions"})
    binder.context = Context("GROUP BY")
    binder.groups = []
    for index, node in enumerate(list(group.expressions)):
        if isinstance(node, exp.Literal):
            raise binder.text.refuse(node, "group-number")
        value = binder.condition(node)
        binder.groups.append((group.expressions[index].unnest(), value))


def _output(binder: SelectBinder, index: int, node: exp.Expr, outputs: dict[str, Value]) -> None:
    if isinstance(node, exp.Star) or (isinstance(node, exp.Column) and isinstance(node.this, exp.Star)):
        raise binder.text.refuse(node, "star")
    if not isinstance(node, exp.Alias | exp.Column):
        binder.context = Context("SELECT", aggregates=True, windows=True)
        binder.bind(node)
        raise binder.text.refuse(node, "unnamed", "this output has no name", "write … AS name")
    name = node.alias_or_name.lower()
    _check_name(binder.shared, node, name)
    if name in outputs:
        raise binder.text.refuse(node, "twice", f"two outputs are named {name}", "give each its own name")
    binder.context = Context("SELECT", aggregates=True, windows=True, evidence=name.startswith("ev_"))
    binder.defining = index
    try:
        value = binder.bind(node.this if isinstance(node, exp.Alias) else node)
    finally:
        binder.defining = None
    if isinstance(node, exp.Alias):
        node.set("alias", renamed(node.args["alias"], name))
    outputs[name] = value


def _after(binder: SelectBinder, tree: exp.Select) -> None:
    having, qualify = tree.args.get("having"), tree.args.get("qualify")
    if having is not None:
        binder.context = Context("HAVING", aggregates=True)
        expect(binder, having.this, binder.condition(having.this), "boolean")
        if binder.groups is None and not binder.has_aggregate:
            raise binder.text.refuse(having, "having", "HAVING stands without a group", "write WHERE")
    if qualify is not None:
        binder.context = Context("QUALIFY", aggregates=True, windows=True)
        expect(binder, qualify.this, binder.condition(qualify.this), "boolean")
    distinct = tree.args.get("distinct")
    if distinct is None:
        return
    if distinct.args.get("on") is not None:
        raise binder.text.refuse(distinct, "distinct-on")
    if any(node.alias_or_name.lower().startswith("ev_") for node in tree.expressions):
        raise binder.text.refuse(tree, "distinct-evidence")


def _relation(binder: SelectBinder, tree: exp.Select, outputs: dict[str, Value]) -> Relation:
    if tree.args.get("distinct") is not None:
        binder.conditions |= {pair for value in outputs.values() for pair in value.origin}
    one_row = binder.has_aggregate and binder.groups is None
    return Relation(
        columns={name: _exported(value) for name, value in outputs.items()},
        node=binder.block(outputs),
        keys=_keys(binder, tree, outputs),
        rows=NO_PAIRS if one_row else frozenset(pair for item in binder.items for pair in item.relation.rows),
        conditions=frozenset(binder.conditions),
        reads=frozenset(binder.reads),
        bases=frozenset(binder.bases),
        names=frozenset(binder.names),
        scans=binder.scans,
    )


def _exported(value: Value) -> Value:
    return Value(value.type, value.origin, not_null=value.not_null, row_of=value.row_of, surrogate=value.surrogate)


def _keys(binder: SelectBinder, tree: exp.Select, outputs: dict[str, Value]) -> tuple[frozenset[str], ...]:
    if tree.args.get("distinct") is not None:
        return (frozenset(outputs),)
    if binder.groups is not None:
        return _group_keys(binder, tree)
    if binder.has_aggregate:
        return (frozenset(),)
    names = {value.ref: name for name, value in reversed(outputs.items()) if value.ref}
    found = []
    for item in binder.items:
        for key in item.keys:
            refs = {Ref(item.id, column) for column in key}
            if refs <= names.keys() and determined(refs, binder.items, binder.equalities, binder.computed):
                found.append(frozenset(names[ref] for ref in refs))
    if not found and determined(names, binder.items, binder.equalities, binder.computed):
        found.append(frozenset(names.values()))
    return tuple(found)


def _group_keys(binder: SelectBinder, tree: exp.Select) -> tuple[frozenset[str], ...]:
    key = set()
    for group, _ in binder.groups or ():
        for node in tree.expressions:
            inner = node.this if isinstance(node, exp.Alias) else node
            if inner.unnest() == group:
                key.add(node.alias_or_name)
                break
        else:
            return ()
    return (frozenset(key),)


def _check_name(shared: Compilation, node: exp.Expr, name: str) -> None:
    if not _NAME.fullmatch(name) or len(name) > 60:
        raise shared.text.refuse(
            node, "name", f"{name!r} is no name of a column", "use small letters, digits and _ (60 at most)"
        )
    if name in RESERVED:
        raise shared.text.refuse(node, "reserved", f"{name} is a reserved word", f"write {name}_ or a fuller name")


def _options(shared: Compilation, node: exp.Expr, allowed: set[str]) -> None:
    for name, argument in node.args.items():
        if argument in (None, False, [], "") or name in allowed:
            continue
        form = forms.refused_class(f"{type(node).__name__}.{name}") or forms.refused_class(f"*.{name}")
        where = argument if isinstance(argument, exp.Expr) else node
        said = type(node).__name__.upper()
        code, message = (form.id, "") if form else ("option", f"{said} with {name.rstrip('_')} is not portable")
        raise shared.text.refuse(where, code, message, "" if form else "leave it out")
