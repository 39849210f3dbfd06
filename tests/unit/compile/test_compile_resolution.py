"""Columns, tables and aliases: what they resolve to, and how what does not resolve is refused."""

import pytest
from handmade import PATH, catalog

from xiezhi.engine.compile.compiler import compile_draft
from xiezhi.engine.errors import AuthorError

CATALOG = catalog()


def sql_of(sql):
    return compile_draft(sql, PATH / "x.sql", CATALOG).sql(None)


def issues_of(sql):
    with pytest.raises(AuthorError) as refused:
        compile_draft(sql, PATH / "x.sql", CATALOG)
    return [(i.place.line, i.place.column, i.code, i.message, i.instead) for i in refused.value.issues]


def test_columns_are_qualified_and_names_are_small() -> None:
    assert sql_of("SELECT Case_No, C.FEE AS Fee FROM CASES AS c") == (
        'SELECT "c"."case_no", "c"."fee" AS "fee" FROM "cases" AS "c"'
    )


def test_an_alias_is_expanded_inside_its_select() -> None:
    assert sql_of("SELECT fee + 1 AS more, more * 2 AS twice FROM cases WHERE more > 1") == (
        'SELECT "cases"."fee" + 1 AS "more", ("cases"."fee" + 1) * 2 AS "twice" FROM "cases" AS "cases" '
        'WHERE ("cases"."fee" + 1) > 1'
    )


def test_an_alias_of_an_aggregate_is_expanded_in_having() -> None:
    assert sql_of("SELECT office, COUNT(*) AS n FROM cases GROUP BY office HAVING n > 1") == (
        'SELECT "cases"."office", COUNT(*) AS "n" FROM "cases" AS "cases" '
        'GROUP BY "cases"."office" HAVING (COUNT(*)) > 1'
    )


def test_a_correlated_column_names_the_source_outside() -> None:
    # the alias inside would hide the one outside, so it is written otherwise
    found = sql_of("SELECT c.case_no FROM cases AS c WHERE EXISTS (SELECT 1 AS one FROM events AS c WHERE seq = fee)")
    assert found == (
        'SELECT "c"."case_no" FROM "cases" AS "c" WHERE EXISTS(SELECT 1 AS "one" FROM "events" AS "c_2" '
        'WHERE "c_2"."seq" = "c"."fee")'
    )


def test_using_becomes_an_equality() -> None:
    assert sql_of("SELECT case_id, seq FROM cases AS c JOIN events AS e USING (case_id)") == (
        'SELECT "c"."case_id", "e"."seq" FROM "cases" AS "c" JOIN "events" AS "e" ON "c"."case_id" = "e"."case_id"'
    )


def test_a_parameter_becomes_a_case_over_its_dated_values() -> None:
    assert sql_of("SELECT param('late_red', accepted_on) AS days FROM cases AS c") == (
        'SELECT (CASE WHEN ("c"."accepted_on") >= CAST(\'2022-01-01\' AS DATE) THEN CAST(NULL AS BIGINT) '
        'WHEN ("c"."accepted_on") >= CAST(\'2004-07-01\' AS DATE) THEN CAST(10 AS BIGINT) '
        'ELSE CAST(NULL AS BIGINT) END) AS "days" FROM "cases" AS "c"'
    )


CASES = [
    (
        "SELECT\n  c.fe AS x\nFROM cases AS c",
        [(2, 3, "unknown-column", "there is no column fe", "did you mean c.fee?")],
    ),
    (
        "SELECT d.fee AS x FROM cases AS c",
        [(1, 8, "unknown-source", "there is no source named d", "the sources here are: c")],
    ),
    (
        "SELECT e.seq FROM event AS e",
        [(1, 19, "unknown-table", "there is no dataset or view named event", "did you mean events?")],
    ),
    (
        "SELECT case_id AS x FROM cases AS c JOIN events AS e ON e.case_id = c.case_id",
        [(1, 8, "ambiguous", "case_id stands in several sources", "write c.case_id or e.case_id")],
    ),
    (
        "SELECT fee + 1 AS office FROM cases AS c WHERE office = 1",
        [
            (
                1,
                48,
                "ambiguous",
                "office is a column and an alias of this SELECT",
                "write c.office, or give the alias another name",
            )
        ],
    ),
    (
        "SELECT b + 1 AS a, fee AS b FROM cases AS c",
        [(1, 8, "alias-order", "the alias b is used before it is defined", "put its definition first")],
    ),
    (
        "SELECT c.fee AS x, c.nine AS y, c.fee / 2 AS z FROM cases AS c WHERE c.ten = 1",
        [
            (1, 20, "unknown-column", "there is no column nine", None),
            (1, 33, "divide", None, None),
            (1, 70, "unknown-column", "there is no column ten", None),
        ],
    ),
    ("SELECT c.fee FROM cases AS c, cases AS c", [(1, 31, "same-alias", "two sources are named c", None)]),
    ("SELECT c.fee, c.fee FROM cases AS c", [(1, 15, "twice", "two outputs are named fee", None)]),
    ("SELECT c.fee + 1 FROM cases AS c", [(1, 8, "unnamed", "this output has no name", "write … AS name")]),
    ("SELECT c.fee AS at FROM cases AS c", [(1, 8, "reserved", "at is a reserved word", None)]),
    ("SELECT c.fee AS 金额 FROM cases AS c", [(1, 8, "name", "'金额' is no name of a column", None)]),
    (
        "WITH cases AS (SELECT e.seq FROM events AS e) SELECT cases.seq FROM cases",
        [(1, 6, "shadow", "cases is already the name of a dataset, view or CTE", "choose another name")],
    ),
    (
        "SELECT c.office, c.fee FROM cases AS c GROUP BY c.office",
        [(1, 18, "ungrouped", "fee is neither grouped nor inside an aggregate", None)],
    ),
    ("SELECT c.case_no FROM cases AS c HAVING c.fee > 1", [(1, 41, "having", None, "write WHERE")]),
    ("SELECT c.case_no FROM cases AS c WHERE c.fee", [(1, 40, "type", None, None)]),
    (
        "SELECT param('decision_day', c.accepted_on) AS x FROM cases AS c",
        [(1, 8, "unknown-parameter", "there is no parameter 'decision_day'", "did you mean 'decision_days'?")],
    ),
    ("SELECT c.fee AS x FROM cases AS c WHERE", [(1, 35, "syntax", None, None)]),
    ("SELECT c.case_no FROM cases AS c JOIN events AS e", []),
    ("SELECT c.case_no FROM cases AS c LEFT JOIN events AS e", [(1, 44, "join-bare", None, "write ON a.x = b.x")]),
    ("SELECT CAST(NULL AS BIGINT) AS x, NULL AS y FROM cases AS c", [(1, 43, "output-type", None, None)]),
    ("SELECT c.fee AS x FROM main.cases AS c", [(1, 24, "unknown-table", None, None)]),
    ("SELECT (SELECT e.seq, e.actor FROM events AS e) AS x FROM cases AS c", [(1, 16, "scalar", None, None)]),
]


@pytest.mark.parametrize(("sql", "expected"), CASES, ids=[str(n) for n in range(len(CASES))])
def test_what_does_not_resolve_is_refused_in_its_place(sql, expected) -> None:
    if not expected:
        sql_of(sql)
        return
    found = issues_of(sql)
    told = [
        tuple(part if want is not None else None for part, want in zip(issue, wanted, strict=True))
        for issue, wanted in zip(found, expected, strict=True)
    ]
    assert told == expected
    assert all(instead for *_, instead in found)


def test_a_window_over_a_join_ends_with_the_keys_of_both_sides() -> None:
    start = "SELECT ROW_NUMBER() OVER (PARTITION BY c.office ORDER BY c.fee, {}) AS n FROM cases AS c JOIN events AS e "
    tied = start + "ON e.case_id = c.case_id"
    assert sql_of(tied.format("e._row"))  # an event belongs to one case
    assert issues_of(tied.format("c._row"))[0][2] == "window-order"  # a case has many events
    assert sql_of(tied.format("c._row, e.activity, e.seq"))  # the key of an event
    loose = start + "ON e.actor = c.office"
    assert issues_of(loose.format("e._row"))[0][2] == "window-order"
    assert sql_of(loose.format("e._row, c.case_no"))


def test_working_days_find_one_row_of_the_calendar() -> None:
    start = "SELECT c.case_no, ROW_NUMBER() OVER (ORDER BY c._row) AS n FROM cases AS c JOIN calendar AS k ON k.day = "
    assert sql_of(start + "c.accepted_on JOIN calendar AS l ON l.work_no = k.work_no + 5 AND NOT l.is_rest")
    assert issues_of(start + "c.accepted_on JOIN calendar AS l ON l.work_no = k.work_no + 5")[0][2] == "window-order"
