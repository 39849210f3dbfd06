"""Pack SQL in the words of Spark. SQLGlot translates; here stands what it would translate otherwise."""

import sqlglot
from sqlglot import exp

# unit → the call that makes an interval of an expression; Spark's INTERVAL takes literals only
_INTERVALS = {
    "YEAR": "MAKE_YM_INTERVAL({n})",
    "MONTH": "MAKE_YM_INTERVAL(0, {n})",
    "WEEK": "MAKE_DT_INTERVAL({n} * 7)",
    "DAY": "MAKE_DT_INTERVAL({n})",
    "HOUR": "MAKE_DT_INTERVAL(0, {n})",
    "MINUTE": "MAKE_DT_INTERVAL(0, 0, {n})",
    "SECOND": "MAKE_DT_INTERVAL(0, 0, 0, {n})",
}


def spark(sql: str) -> str:
    """Return a SELECT of the portable subset as Spark reads it."""
    tree = sqlglot.parse_one(sql, dialect="duckdb").transform(_translate)
    return tree.sql(dialect="spark")


def _translate(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Interval) and not isinstance(node.this, exp.Literal):
        return _interval(node)
    if isinstance(node, exp.WithinGroup) and isinstance(node.this, exp.PercentileDisc):
        return _percentile(node)
    if isinstance(node, exp.Anonymous) and node.name.lower() == "epoch_us":
        moment = exp.Cast(this=node.expressions[0], to=exp.DataType.build("timestamp"))
        return exp.Anonymous(this="UNIX_MICROS", expressions=[moment])
    if isinstance(node, exp.Filter) and isinstance(node.this, exp.ArrayAgg):
        return _sorted(exp.Filter(this=_unordered(node.this), expression=node.expression))
    if isinstance(node, exp.ArrayAgg) and not isinstance(node.parent, exp.Filter):
        return _sorted(_unordered(node))
    return node


def _interval(node: exp.Interval) -> exp.Expr:
    amount = node.this.unnest().sql(dialect="duckdb")
    call = _INTERVALS[node.args["unit"].name.upper()].format(n=f"CAST({amount} AS INT)")
    return sqlglot.parse_one(call, dialect="spark")


def _percentile(node: exp.WithinGroup) -> exp.Expr:
    # SQLGlot would write PERCENTILE_APPROX; where NULLs stand does not matter, they are left out
    order = node.expression.copy()
    for item in order.expressions:
        item.args["nulls_first"] = True
    function = exp.Anonymous(this="PERCENTILE_DISC", expressions=[node.this.this])
    return exp.WithinGroup(this=function, expression=order)


def _unordered(node: exp.ArrayAgg) -> exp.Expr:
    inner = node.this.this if isinstance(node.this, exp.Order) else node.this
    return exp.Anonymous(this="COLLECT_LIST", expressions=[inner])


def _sorted(node: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this="SORT_ARRAY", expressions=[node])
