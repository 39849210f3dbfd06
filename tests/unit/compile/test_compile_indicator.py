"""An indicator as a whole: its outputs, its rules folded into one statement, its evidence, executed on DuckDB."""

from datetime import date

import duckdb
import pytest
from handmade import catalog, indicator, pack, parameter, rule

from xiezhi.engine.compile.compiler import compile_indicator
from xiezhi.engine.compile.render import NeedsDay
from xiezhi.engine.errors import AuthorError
from xiezhi.engine.intake.model import NormOfRun, ParameterOverride
from xiezhi.engine.packs.model import Assumption, Clock
from xiezhi.engine.words import NOTHING

PACK = pack()
CATALOG = catalog(PACK)
DAY = date(2025, 12, 31)
SQL = """
SELECT
  c.case_id,
  c.case_no                                   AS subject_id,
  param('decision_days', c.accepted_on)       AS limit_days,
  DATE_DIFF('day', c.accepted_on, COALESCE(c.closed_on, :as_of)) AS used_days,
  used_days - limit_days                      AS overdue_days,
  c.accepted_on,
  c._row                                      AS ev_case
FROM cases AS c
"""
LADDER = rule(
    "overdue",
    notice="overdue_days BETWEEN -1 AND 0",
    orange="overdue_days >= 1",
    red="overdue_days >= param('late_red', accepted_on)",
)
OPEN = rule("stale", notice="used_days > limit_days + limit_days")


def plan_of(sql=SQL, *, rules=(LADDER, OPEN), scope=("case_id",), norm=None, made=CATALOG, **more):
    tested = indicator(sql, scope=scope, rules=rules, made=made, **more)
    return compile_indicator(tested, made, PACK, norm=norm)


def issues_of(**more):
    with pytest.raises(AuthorError) as refused:
        plan_of(**more)
    return [(issue.code, issue.message) for issue in refused.value.issues]


@pytest.fixture
def con():
    connection = duckdb.connect()
    for name in ("cases", "events"):
        columns = ", ".join(f'"{column}" {kind}' for column, kind in CATALOG.tables[name].columns.items())
        connection.execute(f"CREATE TABLE {name} ({columns})")
    rows = [
        (1, "A", "2021-03-01", "2021-03-20"),  # 19 of 20 days: notice
        (2, "B", "2021-03-01", "2021-03-25"),  # 24: orange
        (3, "C", "2021-03-01", "2021-04-10"),  # 40: red
        (4, "D", "2023-03-01", "2023-05-10"),  # 70 of 20: orange, the red parameter is repealed; stale too
        (5, "E", "2003-03-01", "2004-05-10"),  # no law in force: silent
        (6, "F", "2021-03-01", "2021-03-02"),  # early: silent
    ]
    for number, case, accepted, closed in rows:
        connection.execute(
            "INSERT INTO cases (case_id, case_no, office, accepted_on, closed_on, _row) VALUES (?, ?, 'x', ?, ?, ?)",
            [number, case, accepted, closed, number + 100],
        )
    yield connection
    connection.close()


def test_the_measure_gives_one_row_for_each_rule_that_holds(con) -> None:
    plan = plan_of()
    assert plan.outputs == ("case_id", "subject_id", "limit_days", "used_days", "overdue_days", "accepted_on")
    found = con.execute(plan.measure(DAY))
    assert [name for name, *_ in found.description] == ["rule", "level", *plan.outputs]
    assert sorted(row[:2] + row[3:4] for row in found.fetchall()) == [
        ("overdue", "notice", "A"),
        ("overdue", "orange", "B"),
        ("overdue", "orange", "D"),
        ("overdue", "red", "C"),
        ("stale", "notice", "D"),
    ]


def test_the_measure_is_one_pass() -> None:
    assert plan_of().measure(DAY).count('"cases"') == 1


def test_raw_gives_every_row_without_evidence(con) -> None:
    plan = plan_of()
    assert "_row" not in plan.raw(DAY)
    assert "_row" not in plan.measure(DAY)
    found = con.execute(plan.raw(DAY))
    assert tuple(name for name, *_ in found.description) == plan.outputs
    assert len(found.fetchall()) == 6


def test_evidence_gives_identity_and_rows(con) -> None:
    plan = plan_of()
    found = con.execute(plan.evidence_sql(DAY))
    assert [name for name, *_ in found.description] == ["case_id", "subject_id", "ev_case"]
    assert min(found.fetchall()) == (1, "A", 101)
    assert plan.evidence == (("case", "cases"),)


def test_the_day_stands_in_place_of_as_of() -> None:
    plan = plan_of()
    assert plan.uses_as_of
    assert "CAST('2025-12-31' AS DATE)" in plan.raw(DAY)
    with pytest.raises(NeedsDay, match="give the day"):
        plan.raw(None)


def test_a_text_that_looks_like_the_day_stays_a_text(con) -> None:
    plan = plan_of("SELECT case_id, case_no AS subject_id, ':as_of $as_of' AS said FROM cases", rules=())
    assert not plan.uses_as_of
    assert con.execute(plan.raw(None)).fetchall()[0][2] == ":as_of $as_of"


def test_an_override_holds_for_all_days(con) -> None:
    norm = NormOfRun(parameters=(ParameterOverride("decision_days", 60, "a treaty"),))
    plan = plan_of(norm=norm)
    found = {row[3]: row[4] for row in con.execute(plan.measure(DAY)).fetchall()}
    assert found == {"D": 60, "E": 60}


def test_without_rules_nothing_is_flagged(con) -> None:
    assert con.execute(plan_of(rules=()).measure(DAY)).fetchall() == []


def test_unread_evidence_is_dropped_inside_too() -> None:
    sql = (
        "WITH e AS (SELECT case_id, COUNT(*) AS n, ARRAY_AGG(_row) FILTER (WHERE seq > 1) AS ev_rows FROM events "
        "GROUP BY case_id) SELECT c.case_id, c.case_no AS subject_id, e.n, e.ev_rows AS ev_events "
        "FROM cases AS c JOIN e ON e.case_id = c.case_id"
    )
    plan = plan_of(sql, rules=())
    assert plan.evidence == (("events", "events"),)
    assert "ARRAY_AGG" not in plan.measure(None)
    assert 'ARRAY_AGG("events"."_row" ORDER BY "events"."_row") FILTER(WHERE "events"."seq" > 1)' in plan.evidence_sql(
        None
    )


def test_dropping_evidence_does_not_change_which_rows_there_are(con) -> None:
    sql = "SELECT 1 AS case_id, 'all' AS subject_id, MIN(c._row) AS ev_first FROM cases AS c"
    plan = plan_of(sql, rules=())
    assert con.execute(plan.raw(None)).fetchall() == [(1, "all")]


def test_part_and_period_stand_before_the_values() -> None:
    sql = (
        "SELECT fee AS value, office AS part_office, CAST(DATE_TRUNC('month', accepted_on) AS DATE) AS month, "
        "case_no AS subject_id, case_id FROM cases"
    )
    plan = plan_of(sql, rules=(), part=("part_office",), period="month", values={"value": "fen"})
    assert plan.outputs == ("case_id", "subject_id", "part_office", "month", "value")
    assert plan.raw(None).index('"part_office"') < plan.raw(None).index('"value"')


@pytest.mark.parametrize(
    ("level", "code"),
    [
        ("overdue_days >= 30", "rule-number"),
        ("overdue_days >= CAST('30' AS BIGINT)", "rule-number"),
        ("accepted_on > DATE '2020-01-01'", "rule-number"),
        ("accepted_on > CAST(accepted_on - INTERVAL 30 DAY AS DATE)", "rule-number"),
        ("overdue >= 1", "rule-column"),
        ("c.overdue_days >= 1", "rule-column"),
        ("ev_case > 1", "rule-column"),
        ("overdue_days", "type"),
        ("COUNT(*) > 1", "aggregate-place"),
        ("ROW_NUMBER() OVER (ORDER BY subject_id) = 1", "window-place"),
        ("EXISTS (SELECT 1 AS one FROM cases AS c)", "rule-form"),
        ("used_days IN (SELECT c.fee FROM cases AS c)", "rule-form"),
        ("overdue_days >= 1 FROM cases", "rule-form"),
        ("overdue_days >= 1, used_days > 0", "rule-form"),
        ("overdue_days >= param('late', accepted_on)", "unknown-parameter"),
        ("overdue_days >= param('late_red', used_days)", "param-date"),
        ("random() > 0", "chance"),
        ("overdue_days >=", "syntax"),
        ("1 = 1; DROP TABLE cases", "statement"),
    ],
)
def test_a_rule_says_no_more_than_it_may(level, code) -> None:
    assert [found for found, _ in issues_of(rules=(rule(red=level),))] == [code]


def test_a_refused_rule_is_placed_in_its_page(tmp_path) -> None:
    page = tmp_path / "tested.md"
    page.write_text('+++\n[[rules]]\nid = "late"\nred    = "overdue_days >= 30"\n+++\n', encoding="utf-8")
    tested = indicator(SQL, rules=(rule(red="overdue_days >= 30"),), made=CATALOG, page_path=page)
    with pytest.raises(AuthorError) as refused:
        compile_indicator(tested, CATALOG, PACK)
    (issue,) = refused.value.issues
    assert (issue.place.path, issue.place.line, issue.place.column) == (page, 4, 27)


def test_all_refused_rules_are_told_together() -> None:
    rules = (rule("a", red="x > 1", orange="y > 1"), rule("b", notice="z > 1"))
    assert [message.split()[0] for _, message in sorted(issues_of(rules=rules))] == ["x", "y", "z"]


@pytest.mark.parametrize(
    ("sql", "more", "expected"),
    [
        (SQL, {"values": {"limit_days": "d"}}, ["output-unknown", "output-unknown", "output-unknown"]),
        ("SELECT case_id, fee FROM cases", {"values": {"fee": "x"}, "rules": ()}, ["output-missing"]),
        ("SELECT case_id, case_no AS subject_id, fee AS rule FROM cases", {"rules": ()}, ["output-name"]),
        ("SELECT case_id, case_no AS subject_id, fee AS ev_fee FROM cases", {"rules": ()}, ["evidence"]),
        ("SELECT case_id, case_no AS subject_id, _row AS number FROM cases", {"rules": ()}, ["output-surrogate"]),
        ("SELECT case_id, case_no AS subject_id, case_id AS number FROM cases", {"rules": ()}, ["output-surrogate"]),
        ("SELECT case_id, case_no AS subject_id, NULL AS x FROM cases", {"rules": ()}, ["output-type"]),
        (
            "SELECT case_id, case_no AS subject_id, accepted_on + INTERVAL 1 DAY AS x FROM cases",
            {"rules": ()},
            ["output-type"],
        ),
        (
            "SELECT c.case_id, c.case_no AS subject_id, COALESCE(c._row, e._row) AS ev_x FROM cases c, events e",
            {"rules": ()},
            ["evidence"],
        ),
    ],
)
def test_the_answer_has_the_shape_of_the_page(sql, more, expected) -> None:
    assert [code for code, _ in issues_of(sql=sql, **more)] == expected


def test_a_clock_names_outputs() -> None:
    clock = Clock("working", "accepted_on", "ended_on", "limit_days", {"evidence": "pause", "strict": "told"})
    assert sorted(message for _, message in issues_of(clock=clock)) == [
        "clock.end names ended_on, which is no output",
        "clock.pauses.evidence names pause, and there is no ev_pause",
        "clock.pauses.strict names told, which is no output",
    ]


def test_a_repealed_parameter_of_another_type(con) -> None:
    made_pack = pack(
        parameters=[
            parameter("counts", ("2004-07-01", True), ("2022-01-01", False), kind="boolean"),
            parameter("kind", ("2004-07-01", "it's"), kind="text"),
        ]
    )
    made = catalog(made_pack)
    sql = (
        "SELECT case_id, case_no AS subject_id, param('counts', accepted_on) AS counts, "
        "param('kind', accepted_on) AS kind FROM cases"
    )
    plan = compile_indicator(indicator(sql, made=made), made, made_pack)
    found = {row[1]: row[2:] for row in con.execute(plan.raw(None)).fetchall()}
    assert (found["A"], found["D"], found["E"]) == ((True, "it's"), (False, "it's"), (None, None))


def test_an_assumed_scope_column_is_no_scope() -> None:
    sql = "SELECT office, case_no AS subject_id FROM cases"
    tested = indicator(sql, scope=("office",), made=CATALOG, assumes=(Assumption("cases.office", "x", NOTHING),))
    fed = {"cases": frozenset({"case_no"})}
    assert compile_indicator(tested, CATALOG, PACK).scope.proven
    plan = compile_indicator(tested, CATALOG, PACK, fed=fed)
    assert (plan.scope.proven, plan.scope.reason.en) == (False, "the scope column cases.office is assumed, not fed")
