"""Casts, days and texts: the functions whose answers agree on every engine."""

import re
from datetime import date, datetime

from sqlglot import exp

from xiezhi.engine.compile.binding import Binder, binds, expect
from xiezhi.engine.compile.kinds import INTEGERS, decimal, family
from xiezhi.engine.compile.values import Value, drawn

_DATE_PARTS = ("YEAR", "QUARTER", "MONTH", "DAY", "DAYOFYEAR", "DOY")
_TIME_PARTS = (*_DATE_PARTS, "HOUR", "MINUTE")
_TRUNCATE = ("YEAR", "QUARTER", "MONTH", "DAY")
_NAMES = {"INT": "INTEGER", "TEXT": "VARCHAR", "VARCHAR": "VARCHAR"}
# from → what may be made of it; the rest differs between engines or fails on a bad value
_CASTS = {
    "integer": ("integer", "decimal", "text"),
    "decimal": ("decimal", "text"),
    "boolean": ("boolean", "integer", "text"),
    "text": ("text",),
    "date": ("date", "time", "text"),
    "time": ("time", "date"),
    "moment": ("date",),
    "huge": ("integer", "decimal"),
    "null": ("integer", "decimal", "text", "boolean", "date", "time"),
}
_YEARS = re.compile(r"\d{4}-\d\d-\d\d.*")


@binds(exp.Cast, args="this to")
def _cast(binder: Binder, node: exp.Expr) -> Value:
    target = target_type(binder, node)
    if isinstance(node.this, exp.Literal) and node.this.is_string and family(target) in ("date", "time"):
        return _dated_literal(binder, node, target)
    value = binder.bind(node.this)
    source, goal = family(value.type), family(target)
    if goal not in _CASTS.get(source, ()):
        code = {"text": "cast-text", "decimal": "cast-decimal"}.get(source, "cast")
        raise binder.text.refuse(node, code)
    result = drawn(target, [value])
    if source == goal == "integer":
        return Value(result.type, result.origin, result.refs, row_of=value.row_of, surrogate=value.surrogate)
    return Value(result.type, result.origin, result.refs, surrogate=value.surrogate)


def target_type(binder: Binder, node: exp.Expr) -> str:
    """Return the type that a CAST names.

    Raises:
        Refused: it is none of the portable types.
    """
    to = node.args["to"]
    name = to.this.name if isinstance(to, exp.DataType) and isinstance(to.this, exp.DType) else "?"
    name = _NAMES.get(name, name)
    if name == "DECIMAL" and len(to.expressions) == 2:
        precision, scale = (int(part.name) for part in to.expressions)
        if 0 <= scale <= precision <= 38 and precision:
            return decimal(precision, scale)
    if name in ("DOUBLE", "FLOAT"):
        raise binder.text.refuse(node, "float")
    if to.expressions or (name not in INTEGERS and name not in ("VARCHAR", "BOOLEAN", "DATE", "TIMESTAMP")):
        raise binder.text.refuse(node, "cast-type")
    return name


def _dated_literal(binder: Binder, node: exp.Expr, target: str) -> Value:
    written = node.this.name
    try:
        _ = date.fromisoformat(written) if target == "DATE" else datetime.fromisoformat(written)
        good = bool(_YEARS.fullmatch(written)) and "Z" not in written and "+" not in written
    except ValueError:
        good = False
    if not good:
        raise binder.text.refuse(node, "date-literal")
    return Value(target)


@binds(exp.DateDiff, args="this expression unit date_part_boundary")
def _date_diff(binder: Binder, node: exp.Expr) -> Value:
    later, earlier = binder.bind(node.this), binder.bind(node.expression)
    unit = node.args.get("unit")
    if unit is None or unit.name.upper() != "DAY" or {later.type, earlier.type} - {"DATE", "NULL"}:
        raise binder.text.refuse(node, "date-diff")
    return drawn("BIGINT", [later, earlier])


@binds(exp.Extract, args="this expression")
def _extract(binder: Binder, node: exp.Expr) -> Value:
    return _part(binder, node, node.expression, node.this.name.upper())


@binds(exp.Year, exp.Quarter, exp.Month, exp.Day)
def _named_part(binder: Binder, node: exp.Expr) -> Value:
    return _part(binder, node, node.this, type(node).__name__.upper())


def _part(binder: Binder, node: exp.Expr, of: exp.Expr, part: str) -> Value:
    value = binder.bind(of)
    expect(binder, of, value, "date", "time")
    if part not in (_TIME_PARTS if value.type == "TIMESTAMP" else _DATE_PARTS):
        raise binder.text.refuse(node, "date-part")
    return drawn("BIGINT", [value])


@binds(exp.TimestampTrunc, exp.DateTrunc, args="this unit")
def _truncate(binder: Binder, node: exp.Expr) -> Value:
    value = binder.bind(node.this)
    expect(binder, node.this, value, "date", "time")
    if node.args["unit"].name.upper() not in _TRUNCATE:
        raise binder.text.refuse(node, "date-trunc")
    return drawn("MOMENT", [value])


@binds(exp.Anonymous, args="this expressions")
def _named(binder: Binder, node: exp.Expr) -> Value:
    name = node.name.lower()
    if name == "param":
        return _param(binder, node)
    if name == "epoch_us" and len(node.expressions) == 1:
        value = binder.bind(node.expressions[0])
        expect(binder, node, value, "time")
        return drawn("BIGINT", [value])
    raise binder.unknown(node)


def _param(binder: Binder, node: exp.Expr) -> Value:
    arguments = node.expressions
    if len(arguments) != 2 or not (isinstance(arguments[0], exp.Literal) and arguments[0].is_string):
        raise binder.text.refuse(node, "param")
    day = binder.bind(arguments[1])
    if day.type not in ("DATE", "NULL"):
        raise binder.text.refuse(node, "param-date")
    return binder.parameter(node, arguments[0].name, day)


@binds(exp.Upper, exp.Lower, exp.Trim, exp.Length)
def _text(binder: Binder, node: exp.Expr) -> Value:
    value = binder.bind(node.this)
    expect(binder, node.this, value, "text")
    return drawn("BIGINT" if isinstance(node, exp.Length) else "VARCHAR", [value])


@binds(exp.DPipe, args="this expression safe")
def _join_texts(binder: Binder, node: exp.Expr) -> Value:
    parts = [binder.bind(node.this), binder.bind(node.expression)]
    for child, part in zip((node.this, node.expression), parts, strict=True):
        expect(binder, child, part, "text")
    return drawn("VARCHAR", parts)


@binds(exp.Substring, args="this start length")
def _substring(binder: Binder, node: exp.Expr) -> Value:
    value = binder.bind(node.this)
    expect(binder, node.this, value, "text")
    bounds = [node.args[name] for name in ("start", "length") if node.args.get(name) is not None]
    if not bounds or not all(isinstance(bound, exp.Literal) and bound.is_int for bound in bounds):
        raise binder.text.refuse(node, "substring")
    if int(bounds[0].name) < 1:
        raise binder.text.refuse(node, "substring")
    return drawn("VARCHAR", [value])


@binds(exp.StrPosition, args="this substr")
def _position(binder: Binder, node: exp.Expr) -> Value:
    parts = binder.all([node.this, node.args["substr"]])
    for part in parts:
        expect(binder, node, part, "text")
    return drawn("BIGINT", parts)


@binds(exp.StartsWith, exp.EndsWith, args="this expression")
def _starts(binder: Binder, node: exp.Expr) -> Value:
    parts = [binder.bind(node.this), binder.bind(node.expression)]
    for part in parts:
        expect(binder, node, part, "text")
    return drawn("BOOLEAN", parts)


@binds(exp.Like, args="this expression")
def _like(binder: Binder, node: exp.Expr) -> Value:
    value = binder.bind(node.this)
    expect(binder, node.this, value, "text")
    pattern = node.expression
    if not (isinstance(pattern, exp.Literal) and pattern.is_string) or "\\" in pattern.name:
        raise binder.text.refuse(node, "like")
    return drawn("BOOLEAN", [value])
