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
        place = text.place(_projection(tree, name))
        if name in _FOLDED:
            yield Issue(place, "output-name", f"{name} is the engine's own column", f"write {name}_name")
        elif not name.startswith(EVIDENCE) and name not in names:
            yield Issue(
                place,
                "output-unknown",
                f"the output {name} is neither scope, subject, part, period, value nor evidence",
                f"name it under values in the page, or leave it out (evidence is named {EVIDENCE}…)",
            )


def _types(indicator: Indicator, text: Text, tree: exp.Expr, relation: Relation) -> Iterator[Issue]:
    for name, value in relation.columns.items():
        place = text.place(_projection(tree, name))
        if name.startswith(EVIDENCE):
            if value.row_of is None:
                yield Issue(
                    place,
                    "evidence",
                    f"{name} holds no _row of one dataset",
                    "evidence is x._row, MIN(x._row) FILTER (WHERE …) or ARRAY_AGG(x._row) FILTER (WHERE …)",
                )
            continue
        yield from type_issues(place, name, value)
        if (value.surrogate or value.row_of) and name not in indicator.scope:
            yield Issue(
                place,
                "output-surrogate",
                f"{name} is a number of the store, which nothing outside may see",
                "give the source's own column: its key, or the text the number stands for",
            )


def type_issues(place: Place, name: str, value: Value) -> Iterator[Issue]:
    """Yield what is wrong with the type of an output."""
    kind = family(value.type)
    if kind in OUTPUT_FAMILIES:
        return
    instead = {
        "null": "CAST(NULL AS …) says the type",
        "moment": "CAST(… AS DATE)",
        "list": "ARRAY_AGG stands in ev_ columns only",
    }.get(kind, "CAST it to BIGINT, DECIMAL(p,s) up to 38 digits, VARCHAR, BOOLEAN, DATE or TIMESTAMP")
    said = "has no type" if kind == "null" else f"is {value.type}"
    yield Issue(place, "output-type", f"the output {name} {said}", instead)


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
                Place(indicator.page_path), "clock", f"clock.{field} names {name}, which is no output", "name an output"
            )
    role = clock.pauses.get("evidence")
    if role is not None and f"{EVIDENCE}{role.removeprefix(EVIDENCE)}" not in relation.columns:
        yield Issue(
            Place(indicator.page_path),
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
