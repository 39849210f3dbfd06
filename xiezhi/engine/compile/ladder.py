"""The ladder of rules, folded into the statement of the measure: one pass, the worst level that holds."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlglot import exp, parse_one

from xiezhi.engine.compile.admit import FUNCTIONS, parse_select, place_of
from xiezhi.engine.compile.dated import inline_parameters
from xiezhi.engine.errors import AuthorError, Issue, Place
from xiezhi.engine.packs.model import Indicator, Level, Pack, Scalar

_WORST_FIRST = (Level.RED, Level.ORANGE, Level.NOTICE)
_TOP_NUMBER = 1
Conditions = Sequence[tuple[str, exp.Case]]


def rule_conditions(indicator: Indicator, pack: Pack, overrides: Mapping[str, Scalar]) -> Conditions:
    """Return (rule, CASE that gives its level or NULL) for each rule.

    Raises:
        AuthorError: a level is no condition over output columns, or holds a number other than 0 and 1.
    """
    conditions = []
    for rule in indicator.rules:
        case = exp.Case()
        for level in _WORST_FIRST:
            if level in rule.levels:
                condition = _condition(rule.levels[level], indicator, pack, overrides, where=f"{rule.id}.{level}")
                case = case.when(condition, exp.Literal.string(str(level)))
        conditions.append((rule.id, case))
    return conditions


def _condition(text: str, indicator: Indicator, pack: Pack, overrides: Mapping[str, Scalar], *, where: str) -> exp.Expr:
    path = indicator.page_path
    try:
        tree = parse_select(f"SELECT {text} AS holds", path).selects[0].this
    except (AuthorError, AttributeError, IndexError) as error:
        raise AuthorError([Issue(Place(path, 1), "rule", f"{where}: {text!r} is no condition", "mend it")]) from error
    outputs = {*indicator.scope, indicator.subject_id, *indicator.part, *indicator.values, indicator.period or ""}
    issues = [
        Issue(Place(path, 1), "rule", f"{where}: {column.name} is no output of the SELECT", "name an output column")
        for column in tree.find_all(exp.Column)
        if column.name not in outputs
    ]
    issues += [
        Issue(
            Place(path, 1),
            "rule",
            f"{where}: the number {number.name}",
            "make it a dated parameter: param('name', day)",
        )
        for number in tree.find_all(exp.Literal)
        if not number.is_string and (not number.is_int or int(number.name) > _TOP_NUMBER)
    ]
    issues += [
        Issue(place_of(node, path), "rule", f"{where}: {node.sql()} is refused", "compare output columns")
        for node in tree.find_all(exp.Func, exp.Query)
        if not isinstance(node, FUNCTIONS) and not (isinstance(node, exp.Anonymous) and node.name.lower() == "param")
    ]
    if issues:
        raise AuthorError(issues)
    holder = exp.select(tree.copy())
    inline_parameters(holder, pack, overrides, path)
    return holder.selects[0]


def measure_sql(raw: str, outputs: Sequence[str], conditions: Conditions, day: date | None) -> str:
    """Return the SELECT of ``rule, level`` and the outputs: one row for each rule that holds."""
    measured = parse_one(raw, dialect="duckdb")
    columns = [exp.column(name, quoted=True) for name in outputs]
    levels = [_dated(case, day).as_(f"_level_{number}") for number, (_, case) in enumerate(conditions)]
    inner = exp.select(*columns, *levels).from_(
        exp.Subquery(this=measured, alias=exp.TableAlias(this=exp.to_identifier("m")))
    )
    branches = [
        exp.select(exp.Literal.string(rule).as_("rule"), exp.column(f"_level_{number}").as_("level"), *columns)
        .from_("judged")
        .where(exp.column(f"_level_{number}").is_(exp.null()).not_())
        for number, (rule, _) in enumerate(conditions)
    ]
    body = " UNION ALL ".join(branch.sql(dialect="duckdb") for branch in branches)
    return f"WITH judged AS ({inner.sql(dialect='duckdb')}) {body}"


def _dated(case: exp.Case, day: date | None) -> exp.Case:
    made = case.copy()
    for node in list(made.find_all(exp.Placeholder)):
        node.replace(exp.cast(exp.Literal.string(day.isoformat()) if day else exp.null(), "DATE"))
    return made
