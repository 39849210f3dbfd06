"""Hostile texts: none of them exhausts the parser or the compiler, each is refused in words."""

import time

import pytest
from handmade import PATH, catalog
from hypothesis import given, settings
from hypothesis import strategies as st

from xiezhi.engine.compile.compiler import compile_draft
from xiezhi.engine.errors import AuthorError

CATALOG = catalog()
MANY = 3000
DEEP = {
    "brackets": "SELECT " + "(" * MANY + "1" + ")" * MANY + " AS x FROM cases",
    "functions": "SELECT " + "abs(" * MANY + "1" + ")" * MANY + " AS x FROM cases",
    "unknown functions": "SELECT " + "f(" * MANY + "1" + ")" * MANY + " AS x FROM cases",
    "case": "SELECT " + "CASE WHEN TRUE THEN " * MANY + "1" + " END" * MANY + " AS x FROM cases",
    "not": "SELECT " + "NOT " * MANY + "TRUE AS x FROM cases",
    "minus": "SELECT " + "- " * MANY + "1 AS x FROM cases",
    "plus": "SELECT " + "fee + " * MANY + "1 AS x FROM cases",
    "and": "SELECT " + "TRUE AND " * MANY + "TRUE AS x FROM cases",
    "casts": "SELECT fee" + "::BIGINT" * MANY + " AS x FROM cases",
    "unions": "SELECT fee AS x FROM cases" + " UNION ALL SELECT fee AS x FROM cases" * 800,
    "subqueries": "SELECT a.x FROM " + "(SELECT a.x FROM " * 500 + "cases" + ") AS a" * 500,
    "scalars": "SELECT " + "(SELECT " * 500 + "1 AS x" + ")" * 500 + " AS x",
    "joins": "SELECT c.fee FROM cases AS c " + "JOIN cases " * MANY + "ON TRUE " * MANY,
    "flat joins": "SELECT c.fee FROM cases AS c " + " ".join(f"JOIN cases AS c{n} ON TRUE" for n in range(200)),
    "indexes": "SELECT fee" + "[1]" * MANY + " AS x FROM cases",
    "lists": "SELECT " + "[" * MANY + "]" * MANY + " AS x FROM cases",
    "structs": "SELECT " + "{'a':" * MANY + "1" + "}" * MANY + " AS x FROM cases",
    "lambdas": "SELECT " + "x -> " * MANY + "1 AS x FROM cases",
    "powers": "SELECT " + "fee ** " * MANY + "1 AS x FROM cases",
    "dots": "SELECT " + "a." * MANY + "b AS x FROM cases",
    "in": "SELECT " + "fee IN " * MANY + "(1) AS x FROM cases",
    "is": "SELECT fee" + " IS NOT NULL" * MANY + " AS x FROM cases",
    "from": "FROM " * MANY + "cases",
    "selects": "SELECT " * MANY + "1",
    "intervals": "SELECT " + "INTERVAL " * MANY + "1 AS x FROM cases",
    "texts": "SELECT " + "'a' " * MANY + " AS x FROM cases",
    "types": "SELECT CAST(fee AS " + "STRUCT(a " * 800 + "INT" + ")" * 800 + ") AS x FROM cases",
    "arrays": "SELECT CAST(fee AS INT" + "[]" * MANY + ") AS x FROM cases",
    "with": "WITH " * MANY + "SELECT 1 AS x",
    "long": "SELECT '" + "x" * 100_000 + "' AS x FROM cases",
    "many words": "SELECT " + ", ".join(f"fee AS x{n}" for n in range(5000)) + " FROM cases",
    "open text": "SELECT 'x",
    "open comment": "SELECT 1 /* x",
    "nul": "SELECT 1 AS x\x00 FROM cases",
    "surrogate": "SELECT '\ud800' AS x FROM cases",
    "empty": "",
    "only a comment": "-- nothing",
    "only a semicolon": ";;;",
    "doubling aliases": "SELECT fee AS a0, "
    + ", ".join(f"a{n - 1} + a{n - 1} AS a{n}" for n in range(1, 60))
    + " FROM cases",
    "doubling parameters": "SELECT accepted_on AS a0, "
    + ", ".join(f"CASE WHEN a{n - 1} > a{n - 1} THEN a{n - 1} END AS a{n}" for n in range(1, 40))
    + " FROM cases",
    "doubling ctes": "WITH c0 AS (SELECT fee AS x FROM cases), "
    + ", ".join(f"c{n} AS (SELECT a.x FROM c{n - 1} AS a CROSS JOIN c{n - 1} AS b)" for n in range(1, 40))
    + " SELECT c39.x FROM c39",
}


@pytest.mark.parametrize("name", DEEP)
def test_a_text_that_would_exhaust_the_compiler_is_refused(name) -> None:
    started = time.process_time()
    with pytest.raises(AuthorError) as refused:
        compile_draft(DEEP[name], PATH / "draft.sql", CATALOG)
    assert refused.value.issues
    for issue in refused.value.issues:
        assert issue.message
        assert issue.instead
    assert time.process_time() - started < 5


ALL_WORDS = """
    SELECT FROM WHERE AND OR NOT NULL ( ) , * + - / // 1 0 'x' c cases case_id . = < IN EXISTS CASE WHEN THEN END AS
    GROUP BY ORDER JOIN LEFT ON OVER PARTITION COUNT SUM MIN CAST BIGINT DATE INTERVAL DAY :as_of param UNION ALL
    WITH LIMIT QUALIFY HAVING DISTINCT FILTER ROW_NUMBER [ ] { } -> :: $1 ? ; -- /* */ " ' \\
"""
WORDS = st.sampled_from(ALL_WORDS.split())


def _issues(sql):
    try:
        compile_draft(sql, PATH / "draft.sql", CATALOG)
    except AuthorError as error:
        return error.issues
    return None


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.lists(WORDS, max_size=30).map(" ".join))
def test_no_text_ends_in_anything_but_a_refusal(sql) -> None:
    assert _issues(sql) != []


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(WORDS, max_size=8).map(" ".join))
def test_no_expression_ends_in_anything_but_a_refusal(part) -> None:
    assert _issues(f"SELECT {part} AS x FROM cases AS c") != []
