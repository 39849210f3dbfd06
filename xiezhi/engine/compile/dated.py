"""`param('name', day)` becomes a CASE over the dated values: NULL before the first, NULL once repealed."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from sqlglot import exp, parse_one

from xiezhi.engine.compile.admit import place_of
from xiezhi.engine.errors import AuthorError, Issue
from xiezhi.engine.packs.model import Indicator, Pack, Parameter, Scalar

_TYPES = {"integer": "BIGINT", "boolean": "BOOLEAN", "text": "VARCHAR", "date": "DATE", "money": "BIGINT"}


def inline_parameters(tree: exp.Expr, pack: Pack, overrides: Mapping[str, Scalar], path: Path) -> None:
    """Replace every `param()` in a tree.

    Raises:
        AuthorError: an unknown parameter, or not a name and a day.
    """
    issues: list[Issue] = []
    for node in list(tree.find_all(exp.Anonymous)):
        arguments = node.expressions
        if len(arguments) != 2 or not arguments[0].is_string:
            issues.append(
                Issue(place_of(node, path), "param", "param() takes a name and a day", "write param('name', day)")
            )
        elif arguments[0].name not in pack.parameters:
            known = ", ".join(sorted(pack.parameters))
            issues.append(
                Issue(place_of(node, path), "param", f"no parameter {arguments[0].name!r}", f"there are {known}")
            )
        else:
            parameter = pack.parameters[arguments[0].name]
            node.replace(dated(parameter, arguments[1], overrides))
    if issues:
        raise AuthorError(issues)


def dated(parameter: Parameter, day: exp.Expr, overrides: Mapping[str, Scalar]) -> exp.Expr:
    """Return the expression for a parameter's value on a day; an override holds on every day."""
    kind = _TYPES.get(parameter.type, parameter.type.upper())
    if parameter.name in overrides:
        return _typed(overrides[parameter.name], kind)
    case = exp.Case()
    for value in reversed(parameter.values):
        begins = exp.cast(exp.Literal.string(value.valid_from.isoformat()), "DATE")
        case = case.when(exp.GTE(this=day.copy(), expression=begins), _typed(value.value, kind))
    return case.else_(exp.cast(exp.null(), kind))


def literal_of(value: Scalar) -> str:
    """Return a value as an SQL literal."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | Decimal):
        return str(value)
    text = value.isoformat() if isinstance(value, date) else value
    return exp.Literal.string(text).sql(dialect="duckdb")


def _typed(value: Scalar, kind: str) -> exp.Expr:
    return parse_one(f"CAST({literal_of(value)} AS {kind})", dialect="duckdb")


def used_parameters(indicator: Indicator, pack: Pack) -> tuple[str, ...]:
    """Return the parameters that an indicator's SQL and rules name, sorted."""
    texts = [indicator.sql, *(text for rule in indicator.rules for text in rule.levels.values())]
    return tuple(sorted(name for name in pack.parameters if any(f"'{name}'" in text for text in texts)))
