"""Arithmetic and days: integers, decimals with + - *, and dates moved by intervals."""

from sqlglot import exp

from xiezhi.engine.compile.binding import Binder, binds, expect
from xiezhi.engine.compile.kinds import WIDEST, decimal, digits, family, is_number, unify
from xiezhi.engine.compile.values import Value, drawn

_DATE_UNITS = ("DAY", "WEEK", "MONTH", "YEAR")
_TIME_UNITS = (*_DATE_UNITS, "HOUR", "MINUTE", "SECOND")


@binds(exp.Add, exp.Sub, args="this expression")
def _add(binder: Binder, node: exp.Expr) -> Value:
    left, right = binder.bind(node.this), binder.bind(node.expression)
    if "INTERVAL" in (left.type, right.type):
        return _move(binder, node, left, right)
    for value in (left, right):
        if family(value.type) in ("date", "time"):
            raise binder.text.refuse(node, "date-arithmetic")
    return _number(binder, node, left, right)


def _move(binder: Binder, node: exp.Expr, left: Value, right: Value) -> Value:
    if right.type != "INTERVAL" or family(left.type) not in ("date", "moment", "time"):
        raise binder.text.refuse(node, "interval")
    interval = node.expression.unnest()
    unit = str(interval.args["unit"].name).upper()
    if left.type != "TIMESTAMP" and unit not in _DATE_UNITS:
        raise binder.text.refuse(node, "interval")
    return drawn("TIMESTAMP" if left.type == "TIMESTAMP" else "MOMENT", [left, right])


@binds(exp.Interval, args="this unit")
def _interval(binder: Binder, node: exp.Expr) -> Value:
    unit = node.args.get("unit")
    amount = node.this
    if unit is None or amount is None or str(unit.name).upper() not in _TIME_UNITS:
        raise binder.text.refuse(node, "interval")
    if isinstance(amount, exp.Literal):
        if not amount.name.lstrip("-").isdigit() or len(amount.name) > 9:
            raise binder.text.refuse(node, "interval")
        return Value("INTERVAL")
    value = binder.bind(amount)
    expect(binder, amount, value, "integer")
    return drawn("INTERVAL", [value])


@binds(exp.Mul, args="this expression")
def _multiply(binder: Binder, node: exp.Expr) -> Value:
    return _number(binder, node, binder.bind(node.this), binder.bind(node.expression))


def _number(binder: Binder, node: exp.Expr, left: Value, right: Value) -> Value:
    for child, value in ((node.this, left), (node.expression, right)):
        expect(binder, child, value, "integer", "decimal")
    kind = unify(left.type, right.type) or "NULL"
    if family(kind) != "decimal" or not (is_number(left.type) and is_number(right.type)):
        return drawn(kind, [left, right])
    (p1, s1), (p2, s2) = digits(left.type), digits(right.type)
    if isinstance(node, exp.Mul):
        precision, scale = p1 + p2, s1 + s2
    else:
        scale = max(s1, s2)
        precision = max(p1 - s1, p2 - s2) + scale + 1
    if precision > WIDEST:
        raise binder.text.refuse(node, "decimal-width")
    return drawn(decimal(precision, scale), [left, right])


@binds(exp.IntDiv, exp.Mod, args="this expression")
def _divide(binder: Binder, node: exp.Expr) -> Value:
    left, right = binder.bind(node.this), binder.bind(node.expression)
    for child, value in ((node.this, left), (node.expression, right)):
        if family(value.type) == "decimal":
            raise binder.text.refuse(node, "decimal-divide")
        expect(binder, child, value, "integer")
    if not _never_zero(node.expression):
        raise binder.text.refuse(node, "divisor")
    return drawn(unify(left.type, right.type) or "BIGINT", [left, right])


def _never_zero(node: exp.Expr) -> bool:
    node = node.unnest()
    if isinstance(node, exp.Neg):
        node = node.this.unnest()
    if isinstance(node, exp.Literal):
        return not node.is_string and node.name.isdigit() and int(node.name) != 0
    return isinstance(node, exp.Nullif) and node.expression.is_int and int(node.expression.name) == 0


@binds(exp.Div, args="this expression typed safe")
def _slash(binder: Binder, node: exp.Expr) -> Value:
    raise binder.text.refuse(node, "divide")


@binds(exp.Neg, exp.Abs)
def _sign(binder: Binder, node: exp.Expr) -> Value:
    value = binder.bind(node.this)
    expect(binder, node.this, value, "integer", "decimal")
    return drawn(value.type, [value])
