"""The gate before every execution: one statement, and that a SELECT. Output types that have no exact text."""

import duckdb
import pytest

from xiezhi.engine.run.answering import one_select
from xiezhi.engine.run.errors import Refused, UnsafeTypes
from xiezhi.engine.run.failing import failing_at
from xiezhi.engine.run.output_types import check_types

STATEMENTS = [
    "",
    "SELECT 1; SELECT 2",
    "CREATE TEMP TABLE t AS SELECT 1",
    "CREATE TABLE t AS SELECT 1",
    "DROP VIEW cases",
    "INSERT INTO cases VALUES (1)",
    "COPY (SELECT 1) TO '/nowhere/a.csv'",
    "COPY (SELECT 1) TO '/nowhere/a.parquet' (FORMAT parquet, USE_TMP_FILE false)",
    "COPY (SELECT 1) TO '/nowhere/cases.parquet' (USE_TMP_FILE false)",
    "ATTACH '/nowhere/a.db'",
    "ATTACH ':memory:' AS other",
    "EXPORT DATABASE '/nowhere/all'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "PRAGMA database_list",
    "PRAGMA enable_profiling",
    "SET memory_limit = '100GB'",
    "SET lock_configuration = false",
    "RESET threads",
    "CALL enable_logging()",
    "CHECKPOINT",
    "PREPARE p AS SELECT 1",
    "EXPLAIN ANALYZE SELECT 1",
    "BEGIN TRANSACTION",
    "PIVOT cases ON case_id USING count(*)",
    "SELECT 1 UNION",
    "SELECT 1) AS answer; DROP VIEW cases; SELECT (1",
    "SELECT $$ unclosed",
]


@pytest.mark.parametrize("sql", STATEMENTS)
def test_what_is_not_one_select_stops_at_the_gate(sql: str) -> None:
    with duckdb.connect() as connection, pytest.raises(Refused), failing_at("draft"):
        one_select(connection, sql)


@pytest.mark.parametrize(
    "sql", ["SELECT 1 AS n", "WITH a AS (SELECT 1 AS n) SELECT n FROM a", "SELECT 1 AS n; -- said", "(SELECT 1 AS n)"]
)
def test_one_select_passes_unchanged(sql: str) -> None:
    with duckdb.connect() as connection:
        assert one_select(connection, sql).query == sql


SAFE = ["TINYINT", "BIGINT", "DECIMAL(38,2)", "BOOLEAN", "VARCHAR", "DATE", "TIMESTAMP", "BIGINT[]"]
UNSAFE = ["HUGEINT", "UHUGEINT", "DOUBLE", "FLOAT", "DOUBLE[]", "STRUCT(a BIGINT)", "TIMESTAMP WITH TIME ZONE", "BLOB"]
UNSAFE += ["INTERVAL", "TIME", "BIGINT[][]", '"NULL"']


def test_exact_types_pass() -> None:
    check_types("q", {f"c{n}": kind for n, kind in enumerate(SAFE)})


@pytest.mark.parametrize("kind", UNSAFE)
def test_a_type_without_an_exact_text_is_refused_by_name(kind: str) -> None:
    with pytest.raises(UnsafeTypes) as refused:
        check_types("late", {"case_id": "BIGINT", "total": kind})
    assert str(refused.value).startswith(f"late: total is {kind} — cast it to")
