"""Binding whole queries: WITH, UNION ALL, SELECT, and subqueries in both places."""

from collections.abc import Callable, Mapping

from sqlglot import exp

from xiezhi.engine.compile import forms
from xiezhi.engine.compile.admitted import check_name, check_options
from xiezhi.engine.compile.binding import Context, expect
from xiezhi.engine.compile.joins import bind_sources
from xiezhi.engine.compile.kinds import unify
from xiezhi.engine.compile.selects import Compilation, SelectBinder, bind_condition
from xiezhi.engine.compile.sources import renamed
from xiezhi.engine.compile.text import Refused
from xiezhi.engine.compile.values import Relation, Union, Value
from xiezhi.engine.compile.yields import relation_of

MAX_SCANS = 200
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
        check_options(shared.text, tree, {"this", "alias"})
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
        check_options(shared.text, cte, {"this", "alias"})
        if name in shared.catalog.tables or name in names:
            raise shared.text.refuse(
                cte.args["alias"],
                "shadow",
                f"{name} is already the name of a dataset, view or CTE",
                "choose another name",
            )
        if cte.args["alias"].columns:
            raise shared.text.refuse(cte.args["alias"], "column-list")
        check_name(shared.text, cte.args["alias"], name)
        cte.args["alias"].set("this", renamed(cte.args["alias"].this, name))
        names[name] = _query(shared, cte.this, names, None)


def _union(shared: Compilation, tree: exp.Union, ctes: Mapping[str, Relation], outer: SelectBinder | None) -> Relation:
    check_options(shared.text, tree, _UNION)
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
    check_options(shared.text, tree, _SELECT)
    binder = SelectBinder(
        text=shared.text, budget=shared.budget, shared=shared, bind_query=_nested, outer=outer, ctes=dict(ctes)
    )
    bind_sources(binder, tree, lambda below: _query(shared, below, binder.ctes, None))
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
    return relation_of(binder, tree, outputs)


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
    check_options(binder.text, group, {"expressions"})
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
    check_name(binder.text, node, name)
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
