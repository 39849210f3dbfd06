"""Aggregates and windows."""

from sqlglot import exp

from xiezhi.engine.compile.binding import Binder, WindowUse, binds, expect
from xiezhi.engine.compile.kinds import decimal, digits, family
from xiezhi.engine.compile.values import Value, drawn

_RANKS = (exp.Rank, exp.DenseRank)
_ORDERED = (exp.RowNumber, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, *_RANKS)
_AGGREGATES = (exp.Sum, exp.Count, exp.Min, exp.Max, exp.LogicalAnd, exp.LogicalOr)
_FRAME_ENDS = ("UNBOUNDED", "CURRENT ROW")


def _argument(binder: Binder, node: exp.Expr, inner: exp.Expr) -> Value:
    """Bind the argument of an aggregate: rows under it, groups under a windowed one."""
    windowed = binder.context.windowed
    if not windowed:
        _note(binder, node)
    with binder.within(aggregates=windowed and binder.context.aggregates):
        return binder.bind(inner)


def _note(binder: Binder, node: exp.Expr) -> None:
    if not binder.context.aggregates:
        raise binder.text.refuse(node, "aggregate-place")
    binder.aggregated()


@binds(exp.Sum)
def _sum(binder: Binder, node: exp.Expr) -> Value:
    value = _argument(binder, node, node.this)
    expect(binder, node.this, value, "integer", "decimal")
    if not _cast_above(node):
        raise binder.text.refuse(node, "sum-uncast")
    if family(value.type) == "decimal":
        return drawn(decimal(38, digits(value.type)[1]), [value])
    return drawn("BIGINT", [value])


def _cast_above(node: exp.Expr) -> bool:
    above = node.parent
    while isinstance(above, exp.Paren | exp.Filter | exp.Window | exp.Coalesce):
        above = above.parent
    return isinstance(above, exp.Cast)


@binds(exp.Count, args="this big_int")
def _count(binder: Binder, node: exp.Expr) -> Value:
    inner = node.this
    if isinstance(inner, exp.Star):
        if not binder.context.windowed:
            _note(binder, node)
        return binder.rows()
    if isinstance(inner, exp.Distinct):
        if len(inner.expressions) != 1 or inner.args.get("on") is not None:
            raise binder.text.refuse(node, "count-distinct")
        inner = inner.expressions[0]
    if inner is None:
        raise binder.text.refuse(node, "count-distinct")
    return drawn("BIGINT", [_argument(binder, node, inner)])


@binds(exp.Min, exp.Max)
def _extreme(binder: Binder, node: exp.Expr) -> Value:
    value = _argument(binder, node, node.this)
    expect(binder, node.this, value, "integer", "decimal", "text", "boolean", "date", "time")
    return _same(value)


@binds(exp.LogicalAnd, exp.LogicalOr)
def _logical(binder: Binder, node: exp.Expr) -> Value:
    value = _argument(binder, node, node.this)
    expect(binder, node.this, value, "boolean")
    return drawn("BOOLEAN", [value])


@binds(exp.ArrayAgg)
def _array(binder: Binder, node: exp.Expr) -> Value:
    if not binder.context.evidence or binder.context.windowed:
        raise binder.text.refuse(node, "array")
    inner = node.this
    if isinstance(inner, exp.Order):
        if (
            len(inner.expressions) != 1
            or inner.expressions[0].this != inner.this
            or inner.expressions[0].args.get("desc")
        ):
            raise binder.text.refuse(node, "array")
        inner = inner.this
    value = _argument(binder, node, inner)
    if value.row_of is None:
        raise binder.text.refuse(node, "array")
    # the order of a list is part of the evidence: always that of the rows
    row = inner.copy() if node.this is inner else node.this.this.copy()
    ordered = exp.Ordered(this=row.copy(), nulls_first=False)
    node.set("this", exp.Order(this=row, expressions=[ordered]))
    found = drawn("BIGINT[]", [value])
    return Value(found.type, found.origin, found.refs, row_of=value.row_of)


@binds(exp.Filter, args="this expression")
def _filter(binder: Binder, node: exp.Expr) -> Value:
    aggregate = node.this
    if not isinstance(aggregate, (*_AGGREGATES, exp.ArrayAgg, exp.WithinGroup)):
        raise binder.text.refuse(node, "filter")
    value = binder.bind(aggregate)
    with binder.within(aggregates=False):
        condition = binder.bind(node.expression.this)
    expect(binder, node.expression, condition, "boolean")
    both = drawn(value.type, [value, condition])
    return Value(both.type, both.origin, both.refs, row_of=value.row_of, surrogate=value.surrogate)


@binds(exp.WithinGroup, args="this expression")
def _percentile(binder: Binder, node: exp.Expr) -> Value:
    function, order = node.this, node.expression
    if not isinstance(function, exp.PercentileDisc) or not isinstance(order, exp.Order):
        raise binder.text.refuse(node, "percentile")
    fraction, items = function.this, order.expressions
    plain = isinstance(fraction, exp.Literal) and not fraction.is_string and 0 <= float(fraction.name) <= 1
    if not plain or function.args.get("expression") is not None or len(items) != 1 or items[0].args.get("desc"):
        raise binder.text.refuse(node, "percentile")
    if binder.context.windowed:
        raise binder.text.refuse(node, "percentile")
    value = _argument(binder, node, items[0].this)
    expect(binder, node, value, "integer", "decimal", "date", "time", "text")
    return drawn(value.type, [value])


@binds(exp.Window, args="this partition_by order spec over")
def _window(binder: Binder, node: exp.Expr) -> Value:
    if not binder.context.windows:
        raise binder.text.refuse(node, "window-place")
    inner = node.this.this if isinstance(node.this, exp.Filter) else node.this
    if not isinstance(inner, (*_ORDERED, *_AGGREGATES)):
        raise binder.unknown(inner) if isinstance(inner, exp.Func) else binder.text.refuse(node, "window-function")
    with binder.within(windowed=True):
        value = binder.bind(node.this)
    with binder.within():
        bound = binder.all(list(node.args.get("partition_by") or []))
        partition = list(zip(node.args.get("partition_by") or [], bound, strict=True))
        order = [_ordered(binder, item) for item in node.args["order"].expressions] if node.args.get("order") else []
    total = _needs_order(binder, node, inner, bool(order))
    binder.window(WindowUse(node, tuple(partition), tuple(order), total))
    both = drawn(value.type, [value, *(found for _, found in (*partition, *order))])
    return Value(both.type, both.origin, both.refs, row_of=value.row_of, surrogate=value.surrogate)


def _ordered(binder: Binder, item: exp.Expr) -> tuple[exp.Expr, Value]:
    if not isinstance(item, exp.Ordered) or item.args.get("with_fill"):
        raise binder.text.refuse(item, "order")
    if isinstance(item.this, exp.Literal):
        raise binder.text.refuse(item, "order")
    value = binder.bind(item.this)
    expect(binder, item, value, "integer", "decimal", "text", "boolean", "date", "time")
    return item.this, value


def _needs_order(binder: Binder, node: exp.Expr, inner: exp.Expr, ordered: bool) -> bool:  # noqa: FBT001
    spec = node.args.get("spec")
    if isinstance(inner, _ORDERED) and not ordered:
        raise binder.text.refuse(node, "window-order")
    if spec is not None:
        _frame(binder, node, spec)
    if isinstance(inner, _RANKS):
        return False
    by_range = spec is not None and str(spec.args.get("kind")).upper() == "RANGE"
    return ordered and not (by_range and isinstance(inner, _AGGREGATES))


def _frame(binder: Binder, node: exp.Expr, spec: exp.Expr) -> None:
    rows = str(spec.args.get("kind")).upper() == "ROWS"
    for name in ("start", "end"):
        bound = spec.args.get(name)
        if isinstance(bound, exp.Literal):
            good = rows and bound.is_int
        else:
            good = bound is None or str(bound).upper() in _FRAME_ENDS
        if not good or spec.args.get("exclude"):
            raise binder.text.refuse(node, "window-frame")
    if str(spec.args.get("kind")).upper() not in ("ROWS", "RANGE"):
        raise binder.text.refuse(node, "window-frame")


@binds(exp.RowNumber, *_RANKS, args="")
def _numbering(binder: Binder, node: exp.Expr) -> Value:
    _only_windowed(binder, node)
    return Value("BIGINT")


@binds(exp.Lag, exp.Lead, args="this offset default")
def _neighbour(binder: Binder, node: exp.Expr) -> Value:
    _only_windowed(binder, node)
    offset = node.args.get("offset")
    if offset is not None and not (isinstance(offset, exp.Literal) and offset.is_int):
        raise binder.text.refuse(node, "window-function")
    with binder.within():
        value = binder.bind(node.this)
        if node.args.get("default") is None:
            return _same(value)
        default = binder.bind(node.args["default"])
    if default.type not in (value.type, "NULL") and family(default.type) != family(value.type):
        raise binder.text.refuse(node, "mixed", f"{value.type} and {default.type} stand as results of one expression")
    return drawn(value.type, [value, default])


@binds(exp.FirstValue, exp.LastValue)
def _end(binder: Binder, node: exp.Expr) -> Value:
    _only_windowed(binder, node)
    with binder.within():
        return _same(binder.bind(node.this))


def _only_windowed(binder: Binder, node: exp.Expr) -> None:
    if not binder.context.windowed:
        raise binder.text.refuse(node, "window-function")


def _same(value: Value) -> Value:
    return Value(value.type, value.origin, value.refs, row_of=value.row_of, surrogate=value.surrogate)
