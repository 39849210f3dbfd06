"""The FROM clause of a SELECT: sources in order, then the conditions that join them."""

from collections.abc import Callable
from typing import TypeAlias

from sqlglot import exp

from xiezhi.engine.compile import forms
from xiezhi.engine.compile.admitted import check_options
from xiezhi.engine.compile.binding import Context
from xiezhi.engine.compile.selects import SelectBinder, bind_condition
from xiezhi.engine.compile.sources import (
    MAX_SOURCES,
    Item,
    join_kind,
    mark_nullable,
    name_of,
    renamed,
    table_relation,
)
from xiezhi.engine.compile.values import Relation

Query: TypeAlias = Callable[[exp.Expr], Relation]


def bind_sources(binder: SelectBinder, tree: exp.Select, query: Query) -> None:
    """Bind what a SELECT reads and how it is joined.

    Args:
        binder: the binder of the SELECT.
        tree: the SELECT.
        query: binds a subquery in FROM, which sees nothing of the SELECT around it.
    """
    joins = tree.args.get("joins") or []
    start = tree.args.get("from_")
    if len(joins) >= MAX_SOURCES:
        raise binder.text.refuse(
            joins[MAX_SOURCES - 1], "too-large", f"more than {MAX_SOURCES} sources are joined", "put a part into a view"
        )
    if start is not None:
        _source(binder, start.this, "inner", None, query=query)
    for join in joins:
        check_options(binder.text, join, {"this", "kind", "side", "on", "using", "method"})
        _source(binder, join.this, join_kind(binder.text, join), join, query=query)
    mark_nullable(binder.items)
    for index, item in enumerate(binder.items):
        binder.visible = index + 1
        _on(binder, item)
    binder.visible = None


def _source(binder: SelectBinder, node: exp.Expr, join: str, holder: exp.Join | None, *, query: Query) -> None:
    name = ""
    if isinstance(node, exp.Table):
        name, relation = table_relation(binder.text, node, binder.shared.catalog, binder.ctes)
    elif isinstance(node, exp.Subquery):
        check_options(binder.text, node, {"this", "alias"})
        relation = query(node.this)
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
