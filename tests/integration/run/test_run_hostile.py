"""Drafts that the compiler would refuse, put straight before the evaluator: each one ends, and harms nothing."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from xiezhi.engine.run.duckdb_engine import DuckEngine
from xiezhi.engine.run.errors import Crashed, OutOfMemory, Refused, RunError, TimedOut, TooManyRows
from xiezhi.engine.run.jobs import Source

Ask = Callable[..., list[dict[str, object]]]

ENDLESS = "SELECT sum(a.range + b.range * c.range) AS s FROM range(100000) a, range(100000) b, range(100000) c"
WRITES = [
    "SELECT 1; SELECT 2",
    "CREATE TEMP TABLE t AS SELECT 1",
    "COPY (SELECT 1) TO '{out}/a.csv'",
    "COPY (SELECT 1) TO '{out}/a.parquet' (FORMAT parquet, USE_TMP_FILE false)",
    "COPY (SELECT 1) TO '{cases}' (USE_TMP_FILE false)",
    "ATTACH '{out}/a.db'",
    "EXPORT DATABASE '{out}/all'",
    "INSTALL httpfs",
    "PRAGMA database_list",
    "SET lock_configuration = false",
]
READS = [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/proc/self/environ')",
    "SELECT * FROM read_parquet('{out}/b.parquet')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM read_csv('https://example.org/a.csv')",
    "SELECT * FROM query('COPY (SELECT 1) TO ''{out}/q.csv''')",
    "SELECT getenv('HOME') AS home",
    "SELECT * FROM no_such_table",
    "WITH w AS (INSERT INTO cases VALUES (1) RETURNING *) SELECT * FROM w",
    "SELECT CAST('x' AS BIGINT) AS n",
    "SELECT CAST(9223372036854775807 AS BIGINT) + case_id AS n FROM cases",
]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def refuses(engine: DuckEngine, ask: Ask, sql: str, cases: Source, out: Path) -> None:
    before = Path(cases.files[0]).read_bytes()
    with pytest.raises(Refused):
        ask(engine, sql.replace("{out}", str(out)).replace("{cases}", cases.files[0]), cases)
    assert list(out.iterdir()) == []
    assert Path(cases.files[0]).read_bytes() == before


@pytest.mark.parametrize("sql", WRITES)
def test_what_is_not_one_select_is_refused(engine: DuckEngine, ask: Ask, cases: Source, out: Path, sql: str) -> None:
    refuses(engine, ask, sql, cases, out)


@pytest.mark.parametrize("sql", READS)
def test_a_select_that_reaches_out_is_refused(engine: DuckEngine, ask: Ask, cases: Source, out: Path, sql: str) -> None:
    refuses(engine, ask, sql, cases, out)


@pytest.mark.parametrize(
    ("sql", "failure"),
    [
        (ENDLESS, TimedOut),
        ("SELECT sleep_ms(100000000) AS s", TimedOut),
        ("WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT max(n) AS n FROM r", TimedOut),
        ("SELECT count(*) AS n FROM range(1000000000000) AS a WHERE hash(range) = 8", TimedOut),
        ("SELECT length(repeat('x', 2000000000)) AS n", OutOfMemory),
        ("SELECT length(lpad('x', 2000000000, 'y')) AS n", (OutOfMemory, TimedOut)),
        ("SELECT repeat('x', 1000000) AS n FROM range(900)", OutOfMemory),
        ("SELECT list(repeat('x', 1000)) AS n FROM range(3000000)", OutOfMemory),
        ("SELECT range AS n FROM range(1000000000000)", TooManyRows),
        ("SELECT a.range AS n FROM range(100000) a, range(100000) b", TooManyRows),
    ],
)
def test_what_takes_too_much_is_ended(
    engine: DuckEngine, ask: Ask, cases: Source, sql: str, failure: type[RunError]
) -> None:
    with pytest.raises(failure):
        ask(engine, sql, cases)
    assert ask(engine, "SELECT count(*) AS n FROM cases", cases) == [{"n": 10}]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT " + "(" * 50_000 + "1" + ")" * 50_000 + " AS n",
        "SELECT " + "- " * 20_000 + "1 AS n",
        "SELECT " + " + ".join(["1"] * 20_000) + " AS n",
        "SELECT * FROM " + "(SELECT * FROM " * 5_000 + "cases" + ")" * 5_000,
        "SELECT CASE " + "WHEN true THEN CASE " * 5_000 + "END",
    ],
)
def test_deep_nesting_ends_politely(engine: DuckEngine, ask: Ask, cases: Source, sql: str) -> None:
    with pytest.raises((Refused, Crashed, OutOfMemory, TimedOut)):
        ask(engine, sql, cases)
    assert ask(engine, "SELECT count(*) AS n FROM cases", cases) == [{"n": 10}]


def test_the_environment_of_the_caller_does_not_reach_the_evaluator(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ask: Ask, cases: Source
) -> None:
    monkeypatch.setenv("XIEZHI_SECRET", "not to be seen")
    with DuckEngine(scratch=tmp_path) as engine:
        assert ask(engine, "SELECT count(*) AS n FROM cases", cases) == [{"n": 10}]
        (evaluator,) = engine._idle
        environment = Path(f"/proc/{evaluator.pid}/environ").read_bytes()
    names = sorted(entry.partition(b"=")[0] for entry in environment.split(b"\0") if entry)
    assert names == [b"LANG", b"PYTHONPATH", b"TZ"]


def test_the_kernel_forbids_writing_where_duckdb_would_allow_it(tmp_path: Path, cases: Source) -> None:
    """``COPY … TO`` an allowed file with USE_TMP_FILE false passes DuckDB's settings; the walls stop it."""
    script = (
        "import sys, duckdb; from pathlib import Path; from xiezhi.engine.run import confine\n"
        "folder, target = sys.argv[1:]\n"
        "walled = confine.confine_files(Path(folder))\n"
        "con = duckdb.connect(); con.execute(f\"SET allowed_paths = ['{target}']\")\n"
        "con.execute('SET enable_external_access = false')\n"
        "try:\n"
        "    con.execute(f\"COPY (SELECT 1) TO '{target}' (FORMAT csv, USE_TMP_FILE false)\")\n"
        "    print(walled, 'written')\n"
        "except duckdb.Error: print(walled, 'refused')\n"
    )
    target, folder = tmp_path / "facts.csv", tmp_path / "scratch"
    target.write_text("facts")
    folder.mkdir()
    said = subprocess.run(  # noqa: S603  our own interpreter
        [sys.executable, "-c", script, str(folder), str(target)], capture_output=True, text=True, check=True, timeout=60
    ).stdout.split()
    assert (said, target.read_text()) in ((["True", "refused"], "facts"), (["False", "written"], "1\n1\n"))
