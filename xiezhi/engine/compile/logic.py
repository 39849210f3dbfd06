"""Columns, literals, comparisons and logic."""

import re

from sqlglot import exp

from xiezhi.engine.compile.binding import Binder, binds, expect
from xiezhi.engine.compile.kinds import comparable, decimal, integer_kind, unify
from xiezhi.engine.compile.values import Value, drawn

_NUMBER = re.compile(r"(\d+)(?:\.(\d+))?")


@binds(exp.Column, args="this table db catalog")
def _column(binder: Binder, node: exp.Expr) -> Value:
    assert isinstance(node, exp.Column)  # noqa: S101  the registry's key
    if isinstance(node.this, exp.Star):
        raise binder.text.refuse(node, "star")
    if node.args.get("db") is not None:
        raise binder.text.refuse(node, "qualified", "a column has one qualifier, the name of its source", "write t.x")
    return binder.column(node)


@binds(exp.Star, args="")
def _star(binder: Binder, node: exp.Expr) -> Value:
    raise binder.text.refuse(node, "star")


@binds(exp.Paren)
def _paren(binder: Binder, node: exp.Expr) -> Value:
    return binder.bind(node.this)


_DIGITS = 38  # of the widest DECIMAL


@binds(exp.Literal, args="this is_string")
def _literal(binder: Binder, node: exp.Expr) -> Value:
    if node.args.get("is_string"):
        return Value("VARCHAR")
    found = _NUMBER.fullmatch(node.name)
    if found is None:
        raise binder.text.refuse(node, "float")
    whole, fraction = found[1].lstrip("0"), found[2]
    if len(whole) + len(fraction or "") > _DIGITS:
        raise binder.text.refuse(node, "huge")
    if fraction is not None:
        return Value(decimal(max(len(whole), 1) + len(fraction), len(fraction)))
    if int(whole or "0") >= 2**63:
        raise binder.text.refuse(node, "huge")
    return Value(integer_kind(min(len(whole), 18)))


@binds(exp.Boolean)
def _boolean(_binder: Binder, _node: exp.Expr) -> Value:
    return Value("BOOLEAN")


@binds(exp.Null, args="")
def _null(_binder: Binder, _node: exp.Expr) -> Value:
    return Value("NULL")


@binds(exp.Placeholder)
def _placeholder(binder: Binder, node: exp.Expr) -> Value:
    if node.name.lower() != "as_of":
        raise binder.text.refuse(node, "placeholder")
    binder.as_of()
    return Value("DATE")


@binds(exp.And, exp.Or, args="this expression")
def _connect(binder: Binder, node: exp.Expr) -> Value:
    parts = [binder.bind(node.this), binder.bind(node.expression)]
    for child, part in zip((node.this, node.expression), parts, strict=True):
        expect(binder, child, part, "boolean")
    return drawn("BOOLEAN", parts)


@binds(exp.Not)
def _not(binder: Binder, node: exp.Expr) -> Value:
    value = binder.bind(node.this)
    expect(binder, node.this, value, "boolean")
    return drawn("BOOLEAN", [value])


@binds(exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.NullSafeNEQ, args="this expression")
def _compare(binder: Binder, node: exp.Expr) -> Value:
    parts = [binder.bind(node.this), binder.bind(node.expression)]
    compare(binder, node, *parts)
    return drawn("BOOLEAN", parts)


def compare(binder: Binder, node: exp.Expr, left: Value, right: Value) -> None:
    """Refuse a comparison that needs an implicit cast."""
    for value in (left, right):
        expect(binder, node, value, "integer", "decimal", "text", "boolean", "date", "time")
    if not comparable(left.type, right.type):
        raise binder.text.refuse(node, "compare", f"{left.type} is compared with {right.type}")


@binds(exp.Is, args="this expression")
def _is(binder: Binder, node: exp.Expr) -> Value:
    value = binder.bind(node.this)
    if not isinstance(node.expression, exp.Null | exp.Boolean):
        raise binder.text.refuse(node, "is", "IS is followed by NULL, TRUE or FALSE here", "write IS NULL, or =")
    if isinstance(node.expression, exp.Boolean):
        expect(binder, node.this, value, "boolean")
    return drawn("BOOLEAN", [value])


@binds(exp.Between, args="this low high")
def _between(binder: Binder, node: exp.Expr) -> Value:
    value, low, high = binder.all([node.this, node.args["low"], node.args["high"]])
    compare(binder, node, value, low)
    compare(binder, node, value, high)
    return drawn("BOOLEAN", [value, low, high])


@binds(exp.In, args="this expressions query")
def _in(binder: Binder, node: exp.Expr) -> Value:
    query = node.args.get("query")
    items = list(node.this.expressions) if isinstance(node.this, exp.Tuple) else [node.this]
    left = binder.all(items)
    if query is None:
        if len(left) != 1:
            raise binder.text.refuse(node, "tuple")
        options = binder.all(node.expressions)
        for option in options:
            compare(binder, node, left[0], option)
        return drawn("BOOLEAN", [*left, *options])
    found = binder.nested(node, query, tuple(value.ref for value in left))
    if len(found) != len(left):
        raise binder.text.refuse(
            node, "in", f"{len(left)} values before IN, {len(found)} columns behind it", "match them"
        )
    for one, other in zip(left, found, strict=True):
        compare(binder, node, one, other)
    return drawn("BOOLEAN", [*left, *found])


@binds(exp.Exists)
def _exists(binder: Binder, node: exp.Expr) -> Value:
    return drawn("BOOLEAN", binder.nested(node, node.this, ()))


@binds(exp.Subquery)
def _scalar(binder: Binder, node: exp.Expr) -> Value:
    found = binder.nested(node, node, ())
    if len(found) != 1:
        raise binder.text.refuse(node, "scalar", "a subquery used as a value has one column", "select one column")
    return drawn(found[0].type, found)


@binds(exp.Case, args="this ifs default")
def _case(binder: Binder, node: exp.Expr) -> Value:
    subject = binder.bind(node.this) if node.this is not None else None
    tests, results = [], []
    for branch in node.args["ifs"]:
        test = binder.bind(branch.this)
        tests.append(test)
        if subject is None:
            expect(binder, branch.this, test, "boolean")
        else:
            compare(binder, branch.this, subject, test)
        results.append(binder.bind(branch.args["true"]))
    if node.args.get("default") is not None:
        results.append(binder.bind(node.args["default"]))
    if subject is not None:
        tests.append(subject)
    return choose(binder, node, results, tests)


@binds(exp.If, args="this true false")
def _if(binder: Binder, node: exp.Expr) -> Value:
    test = binder.bind(node.this)
    expect(binder, node.this, test, "boolean")
    results = [binder.bind(node.args[name]) for name in ("true", "false") if node.args.get(name) is not None]
    return choose(binder, node, results, [test])


@binds(exp.Coalesce, exp.Greatest, exp.Least, args="this expressions ignore_nulls")
def _first_of(binder: Binder, node: exp.Expr) -> Value:
    return choose(binder, node, binder.all([node.this, *node.expressions]), [])


@binds(exp.Nullif, args="this expression")
def _nullif(binder: Binder, node: exp.Expr) -> Value:
    value, other = binder.bind(node.this), binder.bind(node.expression)
    compare(binder, node, value, other)
    return drawn(value.type, [value, other])


def choose(binder: Binder, node: exp.Expr, results: list[Value], tests: list[Value]) -> Value:
    """Return one of several values; a row number stays one where all are of one dataset."""
    kind = "NULL"
    for result in results:
        expect(binder, node, result, "integer", "decimal", "text", "boolean", "date", "time")
        found = unify(kind, result.type)
        if found is None:
            raise binder.text.refuse(node, "mixed", f"{kind} and {result.type} stand as results of one expression")
        kind = found
    value = drawn(kind, [*results, *tests])
    rows = {result.row_of for result in results if result.type != "NULL"}
    surrogate = any(result.surrogate for result in results)
    same = rows.pop() if len(rows) == 1 else None
    return Value(value.type, value.origin, value.refs, row_of=same, surrogate=surrogate)
