"""The condition of a rule in words: its columns by their names, its thresholds by their values of the day."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

import sqlglot
from sqlglot import exp

from xiezhi.engine.findings.wording import Manner
from xiezhi.engine.findings.written import written
from xiezhi.engine.packs.model import Scalar
from xiezhi.engine.words import Words

Value = Callable[[str], Scalar]  # a parameter's name → its value
_COMPARED: dict[type[exp.Expr], Words] = {
    exp.GTE: Words("{a}不少于{b}", "{a} is at least {b}"),
    exp.LTE: Words("{a}不多于{b}", "{a} is at most {b}"),
    exp.GT: Words("{a}多于{b}", "{a} is more than {b}"),
    exp.LT: Words("{a}少于{b}", "{a} is less than {b}"),
    exp.EQ: Words("{a}是{b}", "{a} is {b}"),
    exp.NEQ: Words("{a}不是{b}", "{a} is not {b}"),
}
_PARAM = re.compile(r"\bparam\(\s*'([a-z0-9_]+)'")
_SIGNS: dict[type[exp.Expr], str] = {exp.Add: " + ", exp.Sub: " − ", exp.Mul: " × "}


def condition_words(sql: str, manners: Mapping[str, Manner], value: Value) -> Words:
    """Return a condition in words; what cannot be said so is told in SQL.

    Args:
        sql: the boolean expression of one level.
        manners: output column → what it is called, and in which unit it counts.
        value: what a parameter is worth on the day.
    """
    return _Teller(manners, value).condition(sqlglot.parse_one(sql, dialect="duckdb"))


def parameters_in(sql: str) -> tuple[str, ...]:
    """Return the parameters that a text names, each once, in order."""
    return tuple(dict.fromkeys(_PARAM.findall(sql)))


class _Teller:
    def __init__(self, manners: Mapping[str, Manner], value: Value) -> None:
        self.manners, self.value = manners, value

    def condition(self, node: exp.Expr) -> Words:
        """Return a condition in words."""
        if isinstance(node, exp.Paren):
            inner = self.condition(node.this)
            return Words(f"（{inner.zh}）", f"({inner.en})")
        if isinstance(node, exp.And | exp.Or):
            left, right = self.condition(node.left), self.condition(node.right)
            zh, en = ("，且", " and ") if isinstance(node, exp.And) else ("，或", " or ")
            return Words(f"{left.zh}{zh}{right.zh}", f"{left.en}{en}{right.en}")
        if isinstance(node, exp.Not):
            inner = self.condition(node.this)
            return Words(f"非{inner.zh}", f"not {inner.en}")
        if isinstance(node, exp.Column):
            return self._called(node)
        return self._compared(node)

    def _compared(self, node: exp.Expr) -> Words:
        if isinstance(node, exp.Between):
            unit = self._unit(node.this)
            told, low = self._term(node.this, unit), self._term(node.args["low"], "")
            high = self._term(node.args["high"], unit)
            return Words(f"{told.zh}在{low.zh}至{high.zh}之间", f"{told.en} is between {low.en} and {high.en}")
        pattern = _COMPARED.get(type(node))
        if pattern is None or not isinstance(node, exp.Binary):
            return _as_sql(node)
        unit = self._unit(node.left) or self._unit(node.right)
        left, right = self._term(node.left, unit), self._term(node.right, unit)
        return Words(pattern.zh.format(a=left.zh, b=right.zh), pattern.en.format(a=left.en, b=right.en))

    def _term(self, node: exp.Expr, unit: str) -> Words:
        known = self._constant(node)
        if known is not None:
            return written(int(known) if known == known.to_integral() else known, unit)
        if isinstance(node, exp.Column):
            return self._called(node)
        sign = _SIGNS.get(type(node))
        if sign is not None and isinstance(node, exp.Binary):
            left, right = self._term(node.left, ""), self._term(node.right, "")
            return Words(f"{left.zh}{sign}{right.zh}", f"{left.en}{sign}{right.en}")
        return _as_sql(node)

    def _constant(self, node: exp.Expr) -> Decimal | None:
        """Return the value of a term without columns; None where it has one, or is no number."""
        if isinstance(node, exp.Literal) and not node.is_string:
            return Decimal(node.this)
        if isinstance(node, exp.Paren):
            return self._constant(node.this)
        if isinstance(node, exp.Neg):
            inner = self._constant(node.this)
            return None if inner is None else -inner
        if isinstance(node, exp.Anonymous) and node.name.lower() == "param":
            return _number(self.value(node.expressions[0].this))
        if type(node) in _SIGNS and isinstance(node, exp.Binary):
            return _worked(node, self._constant(node.left), self._constant(node.right))
        return None

    def _called(self, node: exp.Column) -> Words:
        name = node.name.lower()
        words = self.manners[name].words if name in self.manners else Words("", "")
        return Words(f"“{words.zh or name}”", f"“{words.en or name}”")

    def _unit(self, node: exp.Expr) -> str:
        column = node.find(exp.Column)
        known = self.manners.get(column.name.lower()) if column is not None else None
        return known.unit if known is not None else ""


def _worked(node: exp.Expr, left: Decimal | None, right: Decimal | None) -> Decimal | None:
    if left is None or right is None:
        return None
    if isinstance(node, exp.Add):
        return left + right
    return left - right if isinstance(node, exp.Sub) else left * right


def _number(value: Scalar) -> Decimal | None:
    if value is None or isinstance(value, bool):
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _as_sql(node: exp.Expr) -> Words:
    text = node.sql(dialect="duckdb")
    return Words(text, text)
