"""A pack made by hand: cases, their events, receipts and matters, with parameters, a reference table and views."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from xiezhi.engine.columns import ColumnType, Kind, Privacy
from xiezhi.engine.compile.catalog import Catalog, DerivedShape
from xiezhi.engine.compile.compiler import bind
from xiezhi.engine.compile.views import build_catalog
from xiezhi.engine.packs.model import (
    Code,
    Column,
    Dataset,
    DatedValue,
    Derived,
    Indicator,
    Law,
    Level,
    Pack,
    Parameter,
    Reference,
    ReferenceTable,
    Rule,
    Status,
    View,
)
from xiezhi.engine.words import NOTHING, Words

WORDS = Words("字", "words")
LAW = Law("中华人民共和国行政许可法", "42", "2019-04-23", "T")
PATH = Path("pack")


def column(name, kind="text", *, required=False, **more):
    return Column(name, ColumnType(Kind(kind)), WORDS, required=required, **more)


def dataset(name, key, columns, *, references=(), codes=None):
    return Dataset(
        name=name,
        words=WORDS,
        columns={item.name: item for item in columns},
        key=key,
        path=PATH / "datasets" / f"{name}.toml",
        references=tuple(Reference(*reference) for reference in references),
        codes=codes or {},
    )


CASES = dataset(
    "cases",
    ("case_no",),
    [
        column("case_no", required=True),
        column("case_id", "surrogate", of=("case_no",)),
        column("office", required=True),
        column("matter_no"),
        column("applicant", privacy=Privacy.DIRECT),
        column("accepted_on", "date", required=True),
        column("closed_on", "date"),
        column("due_at", "time"),
        column("fee", "money"),
        column("extension_days", "integer"),
        Column("weight", ColumnType(Kind.DECIMAL, 12, 2), WORDS),
    ],
    references=[(("matter_no",), "matters")],
)
EVENTS = dataset(
    "events",
    ("case_no", "activity", "seq"),
    [
        column("case_no", required=True),
        column("case_id", "surrogate", of=("case_no",)),
        column("activity", "code", required=True, codes="activity"),
        column("seq", "integer", required=True),
        column("happened_on", "date", required=True, event=True),
        column("actor"),
    ],
    references=[(("case_no",), "cases")],
    codes={"activity": (Code("accept", WORDS), Code("decide", WORDS))},
)
RECEIPTS = dataset(
    "receipts",
    ("receipt_no",),
    [
        column("receipt_no", required=True),
        column("case_no"),
        column("case_id", "surrogate", of=("case_no",)),
        column("office", required=True),
        column("amount", "money", required=True),
    ],
    references=[(("case_no",), "cases")],
)
MATTERS = dataset("matters", ("matter_no",), [column("matter_no", required=True), column("days", "integer")])
PEERS = dataset("peers", ("peer_no",), [column("peer_no", required=True), column("office"), column("load", "integer")])

LIMITS = ReferenceTable(
    name="limits",
    words=WORDS,
    key=("activity",),
    columns={"activity": "VARCHAR", "valid_from": "DATE", "valid_to": "DATE", "limit_days": "BIGINT"},
    rows=(("accept", date(2020, 1, 1), None, 5), ("decide", date(2020, 1, 1), None, 20)),
    basis=(LAW,),
    path=PATH / "parameters" / "limits.toml",
)


def parameter(name, *values, kind="integer"):
    dated = tuple(DatedValue(date.fromisoformat(day), value, LAW) for day, value in values)
    return Parameter(name, WORDS, "days", kind, dated, PATH / "parameters" / f"{name}.toml")


PARAMETERS = [
    parameter("decision_days", ("2004-07-01", 20), ("2024-01-01", 15)),
    parameter("late_red", ("2004-07-01", 10), ("2022-01-01", None)),
]


def view(name, sql, key, scope=()):
    return View(name, WORDS, sql, PATH / "views" / f"{name}.sql", key, scope)


VIEWS = [
    view(
        "case_counts",
        "SELECT e.case_id, COUNT(*) AS events, MIN(e.happened_on) AS first_on, MIN(e._row) AS ev_first "
        "FROM events AS e GROUP BY e.case_id",
        ("case_id",),
        ("case_id",),
    ),
    view(
        "office_loads",
        "SELECT c.office, COUNT(*) AS cases FROM cases AS c GROUP BY c.office",
        ("office",),
        ("office",),
    ),
]
DERIVED = [
    Derived("tallied", WORDS, "tally", {"rows": "case_counts"}, {"key": ["case_id"]}, PATH / "views" / "tallied.toml")
]


def tally(derived, inputs):
    """A derivation for tests: it counts the rows of each key."""
    key = tuple(derived.arguments["key"])
    kinds = inputs["rows"]
    return DerivedShape({**{name: kinds[name] for name in key}, "tally": "BIGINT"}, key, key, version=3)


def pack(*, datasets=(CASES, EVENTS, RECEIPTS, MATTERS, PEERS), views=VIEWS, derived=DERIVED, parameters=PARAMETERS):
    return Pack(
        id="handmade",
        kind="field",
        words=WORDS,
        owner_role="officer",
        fallback_organisation="x",
        order=1,
        reads=(),
        path=PATH,
        datasets={item.name: item for item in datasets},
        views={item.name: item for item in views},
        derived={item.name: item for item in derived},
        parameters={item.name: item for item in parameters},
        tables={"limits": LIMITS},
        norms={},
        laws={},
        indicators={},
    )


def catalog(made: Pack | None = None, **more) -> Catalog:
    return build_catalog(made or pack(), shaper=tally, **more)


def rule(name="late", message=WORDS, **levels):
    return Rule(name, {Level(level): text for level, text in levels.items()}, message)


def indicator(
    sql: str, *, scope: Sequence[str] = ("case_id",), rules=(), made: Catalog | None = None, **more
) -> Indicator:
    """An indicator whose values are all the outputs that are nothing else."""
    base = Indicator(
        id="tested",
        words=WORDS,
        sql=sql,
        sql_path=PATH / "indicators" / "tested.sql",
        page_path=PATH / "indicators" / "tested.md",
        status=Status.ACTIVE,
        effective_from=None,
        owner="officer",
        norms=(),
        basis=(LAW,),
        reference=None,
        measure=WORDS,
        subject_type="case",
        subject_id="subject_id",
        scope=tuple(scope),
        part=(),
        period=None,
        values={},
        clock=None,
        self_clearing=False,
        reads=(),
        assumes=(),
        why=NOTHING,
        absent=NOTHING,
        next=NOTHING,
        exclusions=(),
        innocent=(),
        rules=tuple(rules),
        examples=(),
    )
    base = replace(base, **more)
    if "values" in more:
        return base
    taken = {*base.scope, base.subject_id, *base.part, base.period}
    found = bind(sql, base.sql_path, made or catalog()).relation.columns
    values = {name: "unit" for name in found if name not in taken and not name.startswith("ev_")}
    return replace(base, values=values)
