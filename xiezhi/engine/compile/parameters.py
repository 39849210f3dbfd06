"""``param('name', day)``: dated legal values, put into the statement as a CASE."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from difflib import get_close_matches

from sqlglot import exp

from xiezhi.engine.compile.text import Text
from xiezhi.engine.compile.values import Value
from xiezhi.engine.packs.model import Parameter, Scalar

_TYPES = {
    "integer": "BIGINT",
    "money": "BIGINT",
    "text": "VARCHAR",
    "code": "VARCHAR",
    "boolean": "BOOLEAN",
    "date": "DATE",
}


def stored_type(parameter: Parameter) -> str:
    """Return the DuckDB type of a parameter's values."""
    return _TYPES.get(parameter.type) or parameter.type.upper().replace(" ", "")


def in_force(parameter: Parameter, overrides: Mapping[str, Scalar]) -> tuple[tuple[date | None, Scalar], ...]:
    """Return (valid from, value) as this run has them; an override holds for all days and has no first one."""
    if parameter.name in overrides:
        return ((None, overrides[parameter.name]),)
    return tuple((dated.valid_from, dated.value) for dated in parameter.values)


def bind_parameter(
    text: Text,
    node: exp.Expr,
    name: str,
    day: Value,
    *,
    known: Mapping[str, Parameter],
    overrides: Mapping[str, Scalar],
) -> Value:
    """Replace the call in its tree and return its value.

    NULL before the first value, after a repeal, and for a day that is NULL.
    """
    parameter = known.get(name)
    if parameter is None:
        close = get_close_matches(name, known, n=1)
        instead = f"did you mean '{close[0]}'?" if close else "declare it in parameters/*.toml, with article and date"
        raise text.refuse(node, "unknown-parameter", f"there is no parameter '{name}'", instead)
    kind = stored_type(parameter)
    branches = [
        exp.If(this=_since(node.expressions[1], first), true=literal(value, kind))
        for first, value in reversed(in_force(parameter, overrides))
    ]
    node.replace(exp.Paren(this=exp.Case(ifs=branches, default=literal(None, kind))))
    return replace(day.plain(), type=kind)


def _since(day: exp.Expr, first: date | None) -> exp.Expr:
    if first is None:
        return exp.Not(this=exp.Is(this=exp.Paren(this=day.copy()), expression=exp.Null()))
    return exp.GTE(this=exp.Paren(this=day.copy()), expression=literal(first, "DATE"))


def literal(value: Scalar, kind: str) -> exp.Expr:
    """Return a value as a literal of a type."""
    to = exp.DataType.build(kind, dialect="duckdb")
    if value is None:
        return exp.Cast(this=exp.Null(), to=to)
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, int | Decimal):
        return exp.Cast(
            this=exp.Literal.number(format(value, "f") if isinstance(value, Decimal) else str(value)), to=to
        )
    if isinstance(value, date):
        return exp.Cast(this=exp.Literal.string(value.isoformat()), to=to)
    return exp.Literal.string(value)


def literal_sql(value: Scalar, kind: str) -> str:
    """Return a value as SQL text of a type."""
    return literal(value, kind).sql(dialect="duckdb")
