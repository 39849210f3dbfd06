"""Lineage: what outputs and conditions are drawn from, through CTEs, subqueries, views and derived tables."""

import pytest
from handmade import PATH, catalog, indicator, pack, rule

from xiezhi.engine.compile.compiler import compile_draft, compile_indicator

CATALOG = catalog()
FEE = ("cases", "fee")
ID = ("cases", "case_id")
EID = ("events", "case_id")


def lineage(sql):
    found = compile_draft(sql, PATH / "x.sql", CATALOG).lineage
    return dict(found.outputs), set(found.conditions)


@pytest.mark.parametrize(
    ("sql", "outputs", "conditions"),
    [
        ("SELECT c.fee + 1 AS x FROM cases AS c WHERE c.office = 'x'", {"x": (FEE,)}, {("cases", "office")}),
        (
            "SELECT COUNT(*) AS n FROM cases AS c JOIN events AS e ON e.case_id = c.case_id",
            {"n": (("cases", "_row"), ("events", "_row"))},
            {ID, EID},
        ),
        (
            "SELECT office, COUNT(*) FILTER (WHERE fee > 1) AS n FROM cases GROUP BY office HAVING MIN(matter_no) > ''",
            {"office": (("cases", "office"),), "n": (("cases", "_row"), FEE)},
            {("cases", "office"), ("cases", "matter_no")},
        ),
        (
            "WITH a AS (SELECT case_id, seq FROM events WHERE actor='x') SELECT q.seq AS x FROM a AS q WHERE case_id=1",
            {"x": (("events", "seq"),)},
            {("events", "actor"), EID},
        ),
        (
            "SELECT v.first_on AS x, v.events AS y FROM case_counts AS v",
            {"x": (("events", "happened_on"),), "y": (("events", "_row"),)},
            {EID},
        ),
        (
            "SELECT d.tally AS x, d.case_id AS y FROM tallied AS d",
            {
                "x": (("events", "_row"), EID, ("events", "happened_on")),
                "y": (EID,),
            },
            {EID},
        ),
        (
            "SELECT ROW_NUMBER() OVER (PARTITION BY e.case_id ORDER BY e.seq, e._row) AS n FROM events AS e",
            {"n": (("events", "_row"), EID, ("events", "seq"))},
            {EID, ("events", "seq"), ("events", "_row")},
        ),
        (
            "SELECT (SELECT MAX(e.seq) AS m FROM events AS e WHERE e.case_id = c.case_id) AS x FROM cases AS c",
            {"x": (("events", "seq"),)},
            {EID, ID},
        ),
        (
            "SELECT c.fee AS x FROM cases AS c WHERE c.office IN (SELECT e.actor FROM events AS e)",
            {"x": (FEE,)},
            {("cases", "office"), ("events", "actor")},
        ),
        (
            "SELECT c.fee AS x FROM cases AS c UNION ALL SELECT e.seq AS y FROM events AS e",
            {"x": (FEE, ("events", "seq"))},
            set(),
        ),
        (
            "SELECT DISTINCT c.office FROM cases AS c",
            {"office": (("cases", "office"),)},
            {("cases", "office")},
        ),
        (
            "SELECT param('decision_days', c.accepted_on) AS x, c.due_at_utc AS y FROM cases AS c",
            {"x": (("cases", "accepted_on"),), "y": (("cases", "due_at_utc"),)},
            set(),
        ),
    ],
)
def test_lineage(sql, outputs, conditions) -> None:
    assert lineage(sql) == ({name: tuple(sorted(pairs)) for name, pairs in outputs.items()}, conditions)


def test_rules_are_conditions_and_reads_look_through_views() -> None:
    sql = (
        "SELECT c.case_id, c.case_no AS subject_id, v.events, c.fee, MIN(e._row) AS ev_event FROM cases AS c "
        "JOIN case_counts AS v ON v.case_id = c.case_id JOIN events AS e ON e.case_id = c.case_id "
        "GROUP BY c.case_id, c.case_no, v.events, c.fee"
    )
    tested = indicator(sql, rules=[rule(red="fee > param('decision_days', :as_of)")], made=CATALOG)
    plan = compile_indicator(tested, CATALOG, pack())
    assert plan.lineage.outputs == (
        ("case_id", (("cases", "case_id"),)),
        ("subject_id", (("cases", "case_no"),)),
        ("events", (("events", "_row"),)),
        ("fee", (("cases", "fee"),)),
    )
    assert FEE in plan.lineage.conditions
    assert plan.reads == (
        ("cases", ("case_id", "case_no", "fee")),
        ("events", ("_row", "case_id", "happened_on")),
    )
    assert plan.names == ("case_counts", "cases", "events")
    assert plan.evidence == (("event", "events"),)
    assert plan.uses_as_of
