"""What stands in an aggregated SELECT beside its aggregates must be grouped; and when a window's order is total."""

from collections.abc import Iterable, Iterator, Sequence

from sqlglot import exp

from xiezhi.engine.compile.sources import Item
from xiezhi.engine.compile.values import Ref

_AGGREGATES = (exp.Sum, exp.Count, exp.Min, exp.Max, exp.LogicalAnd, exp.LogicalOr, exp.ArrayAgg, exp.WithinGroup)


def ungrouped(node: exp.Expr, groups: Sequence[exp.Expr], own: frozenset[str]) -> Iterator[exp.Column]:
    """Yield the columns of this SELECT that are neither grouped nor inside an aggregate."""
    stack: list[exp.Expr] = [node]
    while stack:
        part = stack.pop()
        if any(part == group for group in groups):
            continue
        if isinstance(part, exp.Window):
            inner = part.this.this if isinstance(part.this, exp.Filter) else part.this
            stack.extend(child for child in part.iter_expressions() if child is not part.this)
            stack.extend(inner.iter_expressions())
        elif isinstance(part, exp.Column):
            if part.table in own:
                yield part
        elif not isinstance(part, (*_AGGREGATES, exp.Filter)):
            stack.extend(part.iter_expressions())


def determined(
    known: Iterable[Ref],
    items: Sequence[Item],
    equalities: Iterable[tuple[Ref, Ref]],
    computed: Iterable[tuple[Ref, frozenset[Ref]]],
) -> bool:
    """Whether values of ``known`` fix the row of every source.

    A key fixes its row, a row fixes its columns, and an equality carries over.
    """
    closure, rules = set(known), list(computed)
    for left, right in equalities:
        rules += [(left, frozenset({right})), (right, frozenset({left}))]
    open_items = list(items)
    growing = True
    while growing:
        growing = False
        for item in list(open_items):
            if any(all(Ref(item.id, column) in closure for column in key) for key in item.keys):
                closure |= {Ref(item.id, column) for column in item.relation.columns}
                open_items.remove(item)
                growing = True
        for target, sources in rules:
            if target not in closure and sources <= closure:
                closure.add(target)
                growing = True
    return not open_items
