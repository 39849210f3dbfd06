"""Rules: ladders over the outputs of an indicator, folded into one pass over its measure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from string import Template

from sqlglot import exp

from xiezhi.engine.compile.binding import Binder, Context, expect
from xiezhi.engine.compile.guard import parse_one
from xiezhi.engine.compile.parameters import bind_parameter
from xiezhi.engine.compile.render import mark_day, quoted, quoted_text, write
from xiezhi.engine.compile.selects import Compilation
from xiezhi.engine.compile.sources import renamed
from xiezhi.engine.compile.text import Refused, Text
from xiezhi.engine.compile.values import Pair, Ref, Value
from xiezhi.engine.errors import Place
from xiezhi.engine.packs.model import Indicator, Level, Rule

WORST_FIRST = (Level.RED, Level.ORANGE, Level.NOTICE)
_PREFIX = "SELECT "


@dataclass
class RuleBinder(Binder):
    """Binds a level of a rule: output columns, parameters, 0 and 1."""

    shared: Compilation = field(kw_only=True)
    outputs: Mapping[str, Value] = field(kw_only=True)
    origin: set[Pair] = field(default_factory=set)

    def column(self, node: exp.Column) -> Value:
        """Resolve an output column."""
        name = node.name.lower()
        found = None if node.table or name.startswith("ev_") else self.outputs.get(name)
        if found is None:
            close = get_close_matches(name, self.outputs, n=1)
            known = ", ".join(self.outputs)
            raise self.text.refuse(
                node,
                "rule-column",
                f"{node.sql()} is no output column of this indicator",
                f"did you mean {close[0]}?" if close else f"a rule names outputs: {known}",
            )
        node.set("table", renamed(node.this, "m"))
        node.set("this", renamed(node.this, name))
        self.origin |= found.origin
        return Value(found.type, found.origin, frozenset({Ref(0, name)}))

    def parameter(self, node: exp.Expr, name: str, day: Value) -> Value:
        """Fold a parameter."""
        self.shared.parameters.add(name)
        catalog = self.shared.catalog
        return bind_parameter(self.text, node, name, day, known=catalog.parameters, overrides=catalog.overrides)

    def as_of(self) -> None:
        """Note the day."""
        self.shared.uses_as_of = True


@dataclass(frozen=True)
class Ladder:
    """A bound rule: for each level it has, worst first, the condition as SQL over ``m``."""

    id: str
    levels: tuple[tuple[Level, exp.Expr], ...]


def bind_rules(
    indicator: Indicator, outputs: Mapping[str, Value], shared: Compilation
) -> tuple[tuple[Ladder, ...], frozenset[Pair]]:
    """Bind all rules of an indicator; return them with the base columns they are drawn from.

    Raises:
        Refused: with every issue of every rule.
    """
    issues: list[Refused] = []
    ladders, origin = [], set[Pair]()
    for rule in indicator.rules:
        levels = []
        for level in WORST_FIRST:
            if level not in rule.levels:
                continue
            try:
                node, drawn = _bind(indicator, rule, level, outputs, shared)
            except Refused as refused:
                issues.append(refused)
                continue
            levels.append((level, node))
            origin |= drawn
        ladders.append(Ladder(rule.id, tuple(levels)))
    if issues:
        raise Refused(*dict.fromkeys(issue for refused in issues for issue in refused.issues))
    return tuple(ladders), frozenset(origin)


def _bind(
    indicator: Indicator, rule: Rule, level: Level, outputs: Mapping[str, Value], shared: Compilation
) -> tuple[exp.Expr, frozenset[Pair]]:
    written = rule.levels[level]
    text = Text(indicator.page_path, _PREFIX + written, line=0)
    try:
        return _level(text, outputs, shared)
    except Refused:
        # only now is the page read, to say where the rule stands in it
        return _level(_located(text, written), outputs, shared)


def _located(text: Text, written: str) -> Text:
    try:
        page = text.path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return text
    # in quotes first: the bare words may stand among the values, too; with escapes they stand nowhere as they are
    found = [page.find(f'"{written}"') + 1 or -1, page.find(written), page.find("[[rules]]"), 0]
    offset = next(at for at in found if at >= 0)
    place: Place = Text(text.path, page).at(offset)
    return Text(text.path, text.sql, place.line, place.column - len(_PREFIX))


def _level(text: Text, outputs: Mapping[str, Value], shared: Compilation) -> tuple[exp.Expr, frozenset[Pair]]:
    tree = parse_one(text)
    for part in tree.find_all(exp.Subquery, exp.Exists, exp.In):
        if not isinstance(part, exp.In) or part.args.get("query") is not None:
            raise text.refuse(part, "rule-form", "a rule holds no subquery", "measure it in the SELECT, judge it here")
    plain = isinstance(tree, exp.Select) and [name for name, value in tree.args.items() if value] == ["expressions"]
    if not plain or len(tree.expressions) != 1 or isinstance(tree.expressions[0], exp.Alias):
        raise text.refuse(tree, "rule-form", "a rule is one condition over output columns", "write overdue_days >= 1")
    _only_small(text, tree.expressions[0])
    binder = RuleBinder(text, shared.budget, Context("rule"), shared=shared, outputs=outputs)
    value = binder.bind(tree.expressions[0])
    expect(binder, tree.expressions[0], value, "boolean")
    mark_day(tree)
    return tree.expressions[0], frozenset(binder.origin)


def _only_small(text: Text, node: exp.Expr) -> None:
    for part in node.walk():
        if isinstance(part, exp.Cast) and isinstance(part.this.unnest(), exp.Literal):
            raise _number(text, part)
        counts = isinstance(part, exp.Literal) and (not part.is_string or isinstance(part.parent, exp.Interval))
        if counts and part.name not in ("0", "1"):
            raise _number(text, part)


def _number(text: Text, node: exp.Expr) -> Refused:
    return text.refuse(
        node,
        "rule-number",
        f"{node.sql()} stands in a rule",
        "a rule holds no number but 0 and 1: make it a parameter with article and date, param('name', <day>)",
    )


@cache
def _template() -> Template:
    return Template(files(__package__).joinpath("measure.sql").read_text(encoding="utf-8").strip())


def fold(query: str, outputs: Sequence[str], ladders: Sequence[Ladder]) -> str:
    """Return the statement that yields one row for each rule that holds: ``rule, level`` and the outputs."""
    names = [quoted(name) for name in outputs]
    columns = ", ".join(f"m.{name} AS {name}" for name in names)
    held = [ladder for ladder in ladders if ladder.levels]
    if not held:
        nothing = "CAST(NULL AS VARCHAR) AS rule, CAST(NULL AS VARCHAR) AS level"
        return f"SELECT {nothing}, {columns} FROM ({query}) AS m WHERE FALSE"
    levels = [f"_level_{number}" for number in range(1, len(held) + 1)]
    rules = [quoted_text(ladder.id) for ladder in held]
    picked = "CASE r.rule " + " ".join(f"WHEN {r} THEN l.{v}" for r, v in zip(rules, levels, strict=True)) + " END"
    return _template().substitute(
        level=picked,
        outputs=", ".join(f"l.{name} AS {name}" for name in names),
        columns=columns,
        levels=", ".join(f"{_worst(ladder)} AS {v}" for ladder, v in zip(held, levels, strict=True)),
        query=query,
        rules=", ".join(f"({rule})" for rule in rules),
        any=" OR ".join(f"l.{v} IS NOT NULL" for v in levels),
    )


def _worst(ladder: Ladder) -> str:
    branches = " ".join(f"WHEN {write(node)} THEN '{level}'" for level, node in ladder.levels)
    return f"CASE {branches} END"
