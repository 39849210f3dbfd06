"""The fingerprint: what moves it, what does not, and which part is named."""

from dataclasses import replace
from datetime import date

import pytest
from handmade import (
    CASES,
    EVENTS,
    LIMITS,
    MATTERS,
    PEERS,
    RECEIPTS,
    VIEWS,
    catalog,
    indicator,
    pack,
    parameter,
    rule,
    tally,
)

from xiezhi.engine.canonical import digest
from xiezhi.engine.columns import ColumnType, Kind
from xiezhi.engine.compile.compiler import compile_indicator
from xiezhi.engine.compile.fingerprint import tokens
from xiezhi.engine.compile.views import build_catalog
from xiezhi.engine.intake.model import NormOfRun, ParameterOverride
from xiezhi.engine.packs.model import Assumption, Code
from xiezhi.engine.words import NOTHING, Words

SQL = (
    "SELECT c.case_id, c.case_no AS subject_id, v.events, d.tally, l.limit_days, c.fee, "
    "param('decision_days', c.accepted_on) AS days FROM cases AS c JOIN case_counts AS v ON v.case_id = c.case_id "
    "JOIN tallied AS d ON d.case_id = c.case_id JOIN events AS e ON e.case_id = c.case_id "
    "JOIN limits AS l ON l.activity = e.activity AND e.happened_on >= l.valid_from WHERE c.office <> 'X'"
)
RULES = (rule(red="days > 0"),)
BASE = pack()


def plan_of(sql=SQL, made_pack=BASE, *, shaper=tally, norm=None, **more):
    made = build_catalog(made_pack, shaper=shaper)
    tested = indicator(sql, made=made, **{"rules": RULES, **more})
    return compile_indicator(tested, made, made_pack, norm=norm)


PLAN = plan_of()


def moved(plan):
    """The names of the parts that differ."""
    mine, theirs = dict(PLAN.parts), dict(plan.parts)
    return sorted(name for name in mine.keys() | theirs.keys() if mine.get(name) != theirs.get(name))


def test_parts_are_named_as_the_contract_lists_them() -> None:
    assert [name for name, _ in PLAN.parts] == [
        "columns",
        "derivations",
        "parameters",
        "part",
        "period",
        "rules",
        "scope",
        "semantics",
        "sql",
        "subject",
        "tables",
        "values",
        "views",
    ]
    assert dict(PLAN.parts)["semantics"] == digest(1)


@pytest.mark.parametrize(
    "sql",
    [
        SQL.lower().replace("'x'", "'X'"),
        SQL.replace(" ", "\n  "),
        "-- a word\n" + SQL.replace("FROM", "/* from\n -- here */ FROM") + " -- the end",
        SQL + " ;",
    ],
)
def test_writing_does_not_move_it(sql) -> None:
    plan = plan_of(sql)
    assert (moved(plan), plan.fingerprint) == ([], PLAN.fingerprint)


def _with_dataset(changed):
    others = [CASES, EVENTS, RECEIPTS, MATTERS, PEERS]
    return pack(datasets=[changed if item.name == changed.name else item for item in others])


FEE_AS_DECIMAL = replace(
    CASES, columns={**CASES.columns, "fee": replace(CASES.columns["fee"], type=ColumnType(Kind.DECIMAL, 12, 2))}
)
NEW_CODE = replace(EVENTS, codes={"activity": (*EVENTS.codes["activity"], Code("pay", NOTHING))})
OTHER_WORDS = replace(CASES, words=Words("案", "case"))
NEW_COLUMN = replace(CASES, columns={**CASES.columns, "more": replace(CASES.columns["fee"], name="more")})


@pytest.mark.parametrize(
    ("more", "parts"),
    [
        ({"sql": SQL.replace("'X'", "'x'")}, ["sql"]),
        ({"rules": (rule(red="days > 1"),)}, ["rules"]),
        ({"rules": (rule(orange="days > 0"),)}, ["rules"]),
        ({"rules": (rule(red="DAYS  >  0 -- more", message=Words("别", "other")),)}, []),
        (
            {"made_pack": pack(parameters=[parameter("decision_days", ("2004-07-01", 21), ("2024-01-01", 15))])},
            ["parameters"],
        ),
        (
            {
                "made_pack": pack(
                    parameters=[
                        parameter("decision_days", ("2004-07-01", 20), ("2024-01-01", 15)),
                        parameter("late_red", ("2004-07-01", 1)),
                    ]
                )
            },
            [],
        ),
        ({"norm": NormOfRun(parameters=(ParameterOverride("decision_days", 60, "x"),))}, ["parameters"]),
        ({"norm": NormOfRun(parameters=(ParameterOverride("late_red", 60, "x"),))}, []),
        ({"made_pack": _with_dataset(FEE_AS_DECIMAL)}, ["columns"]),
        ({"made_pack": _with_dataset(NEW_CODE)}, ["columns"]),
        ({"made_pack": _with_dataset(OTHER_WORDS)}, []),
        ({"made_pack": _with_dataset(NEW_COLUMN)}, []),
        (
            {
                "made_pack": replace(
                    BASE, tables={"limits": replace(LIMITS, rows=(("accept", date(2020, 1, 1), None, 6),))}
                )
            },
            ["tables"],
        ),
        (
            {"made_pack": pack(views=[replace(VIEWS[0], sql=VIEWS[0].sql + " HAVING COUNT(*) > 0"), VIEWS[1]])},
            ["derivations", "views"],
        ),
        ({"made_pack": pack(views=[VIEWS[0], replace(VIEWS[1], sql=VIEWS[1].sql + " HAVING COUNT(*) > 0")])}, []),
        ({"shaper": lambda derived, inputs: replace(tally(derived, inputs), version=4)}, ["derivations"]),
        ({"subject_type": "permit"}, ["subject"]),
        ({"assumes": (Assumption("cases.fee", 0, NOTHING),)}, ["assumes"]),
        ({"values": dict.fromkeys(["events", "tally", "limit_days", "fee", "days"], "days")}, ["values"]),
        ({"id": "another", "words": NOTHING, "owner": "another"}, []),
    ],
)
def test_what_moves_it_is_named(more, parts) -> None:
    plan = plan_of(**more)
    assert moved(plan) == parts
    assert (plan.fingerprint == PLAN.fingerprint) == (not parts)


def test_it_is_the_same_on_every_machine() -> None:
    # a change here means that findings of before are no longer reproduced: only an ADR may do that
    plan = plan_of("SELECT case_id, case_no AS subject_id, fee FROM cases", rules=())
    body = {
        "sql": ["select", "case_id", ",", "case_no", "as", "subject_id", ",", "fee", "from", "cases"],
        "rules": [],
        "subject": {"type": "case", "id": "subject_id"},
        "scope": ["case_id"],
        "part": [],
        "period": None,
        "values": [["fee", "unit"]],
        "parameters": {},
        "tables": {},
        "columns": [
            ["cases.case_id", "surrogate", None],
            ["cases.case_no", "text", None],
            ["cases.fee", "money", None],
        ],
        "views": {},
        "derivations": {},
        "semantics": 1,
    }
    assert plan.fingerprint == digest(body)


def test_tokens() -> None:
    assert tokens("SELECT a.B, 'It''s -- not' FROM \"T\" /* x */ WHERE a>=1.50 AND b<>:as_of;") == [
        "select", "a", ".", "b", ",", "'It''s -- not'", "from", '"t"', "where", "a", ">=", "1.50", "and", "b", "<>",
        ":", "as_of",
    ]  # fmt: skip


def test_a_view_has_a_fingerprint_of_its_own() -> None:
    made = catalog()
    assert made.views["case_counts"].fingerprint == made.tables["case_counts"].fingerprint
    assert made.views["case_counts"].fingerprint != made.views["office_loads"].fingerprint
