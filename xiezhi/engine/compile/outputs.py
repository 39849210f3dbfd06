"""The shape of an indicator's answer: scope, subject, part, period, values, evidence, and nothing else."""

from collections.abc import Iterator

from sqlglot import exp

from xiezhi.engine.compile.kinds import OUTPUT_FAMILIES, family
from xiezhi.engine.compile.text import Refused, Text
from xiezhi.engine.compile.values import Relation, Value
from xiezhi.engine.errors import Issue, Place
from xiezhi.engine.packs.model import Indicator

EVIDENCE = "ev_"
_FOLDED = ("rule", "level")
_ROWS = "evidence is x._row, MIN(x._row) FILTER (WHERE …) or ARRAY_AGG(x._row) FILTER (WHERE …)"
_OWN = "give the source's own column: its key, or the text the number stands for"


def wanted(indicator: Indicator) -> tuple[str, ...]:
    """Return the output columns that the page names, in the order of the contract."""
    names = [
        *indicator.scope,
        indicator.subject_id,
        *indicator.part,
        *([indicator.period] if indicator.period else []),
        *indicator.values,
    ]
    return tuple(dict.fromkeys(names))


def check_outputs(indicator: Indicator, text: Text, tree: exp.Expr, relation: Relation) -> None:
    """Hold the SELECT against its page.

    Raises:
        Refused: with every difference.
    """
    issues = [
        *_differences(indicator, text, tree, relation),
        *_types(indicator, text, tree, relation),
        *_clock(indicator, relation),
    ]
    if issues:
        raise Refused(*issues)


def evidence(relation: Relation) -> tuple[tuple[str, str], ...]:
    """Return (role, dataset) of each ev_ column."""
    return tuple(
        (name.removeprefix(EVIDENCE), value.row_of)
        for name, value in relation.columns.items()
        if name.startswith(EVIDENCE) and value.row_of is not None
    )


def _differences(indicator: Indicator, text: Text, tree: exp.Expr, relation: Relation) -> Iterator[Issue]:
    names = wanted(indicator)
    for name in names:
        if name not in relation.columns:
            yield Issue(
                text.at(0),
                "output-missing",
                f"the page names the output {name}, which the SELECT does not give",
                f"add … AS {name}, or take {name} from the page",
            )
    for name in relation.columns:
        if name in _FOLDED:
            said = f"{name} is the engine's own column"
            yield _issue((text, tree), name, "output-name", said, f"write {name}_name")
        elif not name.startswith(EVIDENCE) and name not in names:
            said = f"the output {name} is neither scope, subject, part, period, value nor evidence"
            instead = f"name it under values in the page, or leave it out (evidence is named {EVIDENCE}…)"
            yield _issue((text, tree), name, "output-unknown", said, instead)


def _types(indicator: Indicator, text: Text, tree: exp.Expr, relation: Relation) -> Iterator[Issue]:
    for name, value in relation.columns.items():
        if name.startswith(EVIDENCE):
            if value.row_of is None:
                yield _issue((text, tree), name, "evidence", f"{name} holds no _row of one dataset", _ROWS)
            continue
        wrong = wrong_type(value)
        if wrong is not None:
            yield _issue((text, tree), name, "output-type", f"the output {name} {wrong[0]}", wrong[1])
        if (value.surrogate or value.row_of) and name not in indicator.scope:
            said = f"{name} is a number of the store, which nothing outside may see"
            yield _issue((text, tree), name, "output-surrogate", said, _OWN)


def _issue(at: tuple[Text, exp.Expr], name: str, code: str, message: str, instead: str) -> Issue:
    text, tree = at
    return Issue(text.place(_projection(tree, name)), code, message, instead)


def type_issues(text: Text, tree: exp.Expr, relation: Relation) -> list[Issue]:
    """Return what is wrong with the types of a view's or draft's outputs, evidence aside."""
    wrong = {
        name: wrong_type(value)
        for name, value in relation.columns.items()
        if not (name.startswith(EVIDENCE) and value.row_of)
    }
    return [
        _issue((text, tree), name, "output-type", f"the output {name} {said[0]}", said[1])
        for name, said in wrong.items()
        if said is not None
    ]


def wrong_type(value: Value) -> tuple[str, str] | None:
    """Return what is wrong with the type of an output and what to write, None for a good one."""
    kind = family(value.type)
    if kind in OUTPUT_FAMILIES:
        return None
    if kind == "null":
        return "has no type", "CAST(NULL AS …) says the type"
    instead = {"moment": "CAST(… AS DATE)", "list": "ARRAY_AGG stands in ev_ columns only"}
    return f"is {value.type}", instead.get(kind, "CAST it to BIGINT, DECIMAL(p,s), VARCHAR, BOOLEAN, DATE or TIMESTAMP")


def _clock(indicator: Indicator, relation: Relation) -> Iterator[Issue]:
    clock = indicator.clock
    if clock is None:
        return
    columns = {
        "start": clock.start,
        "end": clock.end,
        "limit": clock.limit,
        "used": clock.used,
        "due": clock.due,
        "pauses.strict": clock.pauses.get("strict"),
    }
    for field, name in columns.items():
        if name is not None and name not in relation.columns:
            yield Issue(
                Place(indicator.page_path, 1),
                "clock",
                f"clock.{field} names {name}, which is no output",
                "name an output",
            )
    role = clock.pauses.get("evidence")
    if role is not None and f"{EVIDENCE}{role.removeprefix(EVIDENCE)}" not in relation.columns:
        yield Issue(
            Place(indicator.page_path, 1),
            "clock",
            f"clock.pauses.evidence names {role}, and there is no {EVIDENCE}{role}",
            f"add ARRAY_AGG(x._row) AS {EVIDENCE}{role}",
        )


def _projection(tree: exp.Expr, name: str) -> exp.Expr | None:
    select = tree
    while isinstance(select, exp.Union | exp.Subquery):
        select = select.this
    for node in select.expressions:
        if node.alias_or_name == name:
            found: exp.Expr = node
            return found
    return select
