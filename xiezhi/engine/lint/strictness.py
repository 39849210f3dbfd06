"""Rules with one comparison made strict, or loose: what tells them apart is an example that stands on the limit."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import sqlglot
from sqlglot import exp

from xiezhi.engine.packs.model import Indicator, Level, Rule

_OTHER: dict[type[exp.Expr], type[exp.Binary]] = {exp.GTE: exp.GT, exp.GT: exp.GTE, exp.LTE: exp.LT, exp.LT: exp.LTE}


@dataclass(frozen=True)
class Changed:
    """A rule with one comparison changed.

    ``limit``: what holds where the comparison is at its limit. ``columns``: the output columns that it names.
    """

    of: str
    level: Level
    limit: str
    columns: frozenset[str]
    rule: Rule


def changed_rules(indicator: Indicator) -> tuple[Changed, ...]:
    """Return each rule once for each of its comparisons, ``>=`` made ``>`` and so on; the rules must compile."""
    found: list[Changed] = []
    for rule in indicator.rules:
        for level, condition in rule.levels.items():
            for told, columns, text in _variants(condition):
                other = replace(rule, id=f"changed_{len(found)}", levels={**rule.levels, level: text})
                found.append(Changed(rule.id, level, told, columns, other))
    return tuple(found)


def _variants(condition: str) -> Iterator[tuple[str, frozenset[str], str]]:
    """Yield (what holds on the limit, the columns compared, the condition with the comparison changed)."""
    tree = sqlglot.parse_one(condition, dialect="duckdb")
    for index, node in enumerate(list(_comparisons(tree))):
        limits = [node.args["low"], node.args["high"]] if isinstance(node, exp.Between) else [node.expression]
        columns = _columns(node)
        for side, limit in enumerate(limits):
            told = f"{_written(node.this)} = {_written(limit)}"
            copied = tree.copy()
            again = list(_comparisons(copied))[index]
            other = _changed(again, side)
            if again is copied:
                copied = other
            else:
                again.replace(other)
            yield told, columns, _written(copied)


def _written(node: exp.Expr) -> str:
    return node.sql(dialect="duckdb", normalize_functions=False)


def _comparisons(tree: exp.Expr) -> Iterator[exp.Expr]:
    return (node for node in tree.walk() if isinstance(node, exp.Between) or type(node) in _OTHER)


def _changed(node: exp.Expr, side: int) -> exp.Expr:
    if not isinstance(node, exp.Between):
        return _OTHER[type(node)](this=node.this.copy(), expression=node.expression.copy())
    low, high = (exp.GT, exp.LTE) if side == 0 else (exp.GTE, exp.LT)
    return exp.Paren(
        this=exp.And(
            this=low(this=node.this.copy(), expression=node.args["low"].copy()),
            expression=high(this=node.this.copy(), expression=node.args["high"].copy()),
        )
    )


def _columns(node: exp.Expr) -> frozenset[str]:
    """Return the columns compared; the day that a parameter is asked for is none of them."""
    days = {
        id(column)
        for call in node.find_all(exp.Anonymous)
        if call.name.lower() == "param"
        for column in call.find_all(exp.Column)
    }
    return frozenset(column.name.lower() for column in node.find_all(exp.Column) if id(column) not in days)
