"""Drafts: what is run, and what is refused with line, column and what to write instead."""

import pytest

from xiezhi.engine.check.draft import try_draft
from xiezhi.engine.check.run import Request
from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.run.jobs import Limits

CASES = "case_no,due_at\nA,2025-10-10 12:00\nB,2025-10-11 12:00\n"


@pytest.fixture
def run(approvals, tmp_path):
    facts = tmp_path / "cases.csv"
    facts.write_text(CASES, encoding="utf-8")
    draft = tmp_path / "draft.sql"

    def tried(sql: str):
        draft.write_text(sql, encoding="utf-8")
        limits = Limits(memory_mb=400, seconds=5.0, rows=100)
        return try_draft(draft, Request(pack=approvals, files=(facts,), limits=limits)).to_pylist()

    return tried


def test_a_draft_gives_its_rows(run) -> None:
    rows = run("SELECT c.case_no, CAST(c.due_at AS DATE) = CAST('2025-10-10' AS DATE) AS first FROM cases AS c")
    assert sorted((row["case_no"], row["first"]) for row in rows) == [("A", True), ("B", False)]


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("SELECT 1 AS a; SELECT 2 AS b", "statement"),
        ("DROP TABLE cases", "statement"),
        ("COPY cases TO 'x.csv'", "statement"),
        ("SELECT * FROM cases", "star"),
        ("SELECT c.case_no FROM cases AS c LIMIT 1", "limit"),
        ("SELECT current_date AS d FROM cases", "clock"),
        ("SELECT now() AS d FROM cases", "clock"),
        ("SELECT random() AS r FROM cases", "chance"),
        ("SELECT repeat('x', 2000000000) AS r FROM cases", "repeat"),
        ("SELECT lpad('x', 2000000000, 'y') AS r FROM cases", "repeat"),
        ("SELECT sleep_ms(100000) AS r FROM cases", "clock"),
        ("SELECT getenv('HOME') AS r FROM cases", "session"),
        ("SELECT a.content FROM read_text('/etc/passwd') AS a", "table-function"),
        ("SELECT a.name FROM duckdb_settings() AS a", "table-function"),
        ("SELECT a.x FROM query('SELECT 1 AS x') AS a", "table-function"),
        ("SELECT a.x FROM 'file.parquet' AS a", "unknown-table"),
        ("SELECT c.nothing FROM cases AS c", "unknown-column"),
        ("SELECT c.case_no FROM nowhere AS c", "unknown-table"),
        ("SELECT 1.5e0 AS x FROM cases", "float"),
        ("SELECT COUNT(c._row) / 2 AS x FROM cases AS c", "divide"),
        ("SELECT COUNT(c._row) // 0 AS x FROM cases AS c", "divisor"),
        ("WITH RECURSIVE r AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM r) SELECT r.a FROM r", "recursive"),
        ("WITH cases AS (SELECT 1 AS a) SELECT a FROM cases", "shadow"),
        ("SELECT " + "(" * 200 + "1" + ")" * 200 + " AS a FROM cases", "too-deep"),
        ("SELECT 1 AS a FROM", "syntax"),
        ("SELECT c.case_no FROM cases AS c WHERE c.case_no = :name", "placeholder"),
    ],
)
def test_a_hostile_draft_is_refused(run, sql, code) -> None:
    with pytest.raises(XiezhiError) as refused:
        run(sql)
    codes = {issue.code for issue in getattr(refused.value, "issues", [])}
    assert code in codes, str(refused.value)


def test_what_passes_the_gate_is_held_by_the_limits(run) -> None:
    cross = ", ".join(f"cases AS c{n}" for n in range(10))
    with pytest.raises(XiezhiError):
        run(f"SELECT c0.case_no FROM {cross}, calendar AS k, calendar AS l, calendar AS m")
