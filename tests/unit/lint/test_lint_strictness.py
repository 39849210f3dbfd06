"""Rules with one comparison made strict: which comparisons, and what they become."""

from dataclasses import replace
from pathlib import Path

import pytest

from xiezhi.engine.lint.strictness import changed_rules
from xiezhi.engine.packs.load import load_pack
from xiezhi.engine.packs.model import Level, Rule

GOOD = Path(__file__).resolve().parents[1] / "packs" / "good"


@pytest.fixture(scope="module")
def indicator():
    return next(iter(load_pack(GOOD).indicators.values()))


def changed(indicator, condition: str) -> list[tuple[str, frozenset[str], str]]:
    rule = Rule("late", {Level.ORANGE: condition}, indicator.rules[0].message)
    found = changed_rules(replace(indicator, rules=(rule,)))
    return [(one.limit, one.columns, one.rule.levels[Level.ORANGE]) for one in found]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("a >= 1", [("a = 1", {"a"}, "a > 1")]),
        ("a > b", [("a = b", {"a", "b"}, "a >= b")]),
        ("a <= 1 OR NOT b < 0", [("a = 1", {"a"}, "a < 1 OR NOT b < 0"), ("b = 0", {"b"}, "a <= 1 OR NOT b <= 0")]),
        ("a BETWEEN -1 AND 0", [("a = -1", {"a"}, "(a > -1 AND a <= 0)"), ("a = 0", {"a"}, "(a >= -1 AND a < 0)")]),
        ("a >= param('red', on_day)", [("a = param('red', on_day)", {"a"}, "a > param('red', on_day)")]),
        ("a = 1 AND b IS NULL", []),
    ],
)
def test_each_comparison_once(indicator, condition, found) -> None:
    assert changed(indicator, condition) == [(limit, frozenset(columns), text) for limit, columns, text in found]
