"""The engine as its callers see it: answers, order, pool, crashes, and the same rows under every limit."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from xiezhi.engine.run.duckdb_engine import DuckEngine
from xiezhi.engine.run.errors import Crashed, Refused, TimedOut, UnsafeTypes
from xiezhi.engine.run.jobs import Job, Limits, Query, Source, Touched, ViewStep

Ask = Callable[..., list[dict[str, object]]]


def test_queries_are_answered_in_order_and_types_told_without_files(engine: DuckEngine, cases: Source) -> None:
    job = Job(
        sources=(cases,),
        steps=(ViewStep("late", "SELECT case_id, opened FROM cases WHERE case_id >= 8"),),
        queries=(
            Query("second", "SELECT case_id, opened FROM late"),
            Query("first", "SELECT array_agg(_row) AS ev, count(*) AS n FROM cases WHERE case_id < 3"),
            Query("none", "SELECT title FROM cases WHERE false"),
        ),
    )
    answers = dict(engine.run(job))
    assert list(answers) == ["second", "first", "none"]
    assert answers["second"].column("case_id").to_pylist() == [8, 9]
    assert answers["first"].to_pylist() == [{"ev": [1 << 32, (1 << 32) + 1, (1 << 32) + 2], "n": 3}]
    assert (answers["none"].num_rows, answers["none"].schema.names) == (0, ["title"])
    unread = replace(job, sources=(replace(cases, files=("nowhere.parquet",)),))
    assert engine.describe(unread) == {
        "second": {"case_id": "BIGINT", "opened": "DATE"},
        "first": {"ev": "BIGINT[]", "n": "BIGINT"},
        "none": {"title": "VARCHAR"},
    }


def test_a_sum_that_is_not_cast_is_refused_when_described(engine: DuckEngine, cases: Source) -> None:
    job = Job(sources=(cases,), queries=(Query("total", "SELECT sum(case_id) AS s, avg(case_id) AS a FROM cases"),))
    with pytest.raises(UnsafeTypes, match="total: s is HUGEINT, a is DOUBLE"):
        engine.describe(job)


def test_rows_are_sorted_by_all_columns_from_the_left(engine: DuckEngine, cases: Source, ask: Ask) -> None:
    sql = "SELECT case_id % 2 AS odd, CASE WHEN case_id > 1 THEN title END AS t FROM cases WHERE case_id < 5"
    rows = [tuple(row.values()) for row in ask(engine, sql, cases)]
    assert rows == [(0, "c2"), (0, "c4"), (0, None), (1, "c3"), (1, None)]


def test_touched_keys_reach_the_evaluator(engine: DuckEngine, cases: Source) -> None:
    touched = Touched(keys=pa.table({"k": [4, 7]}), restrict=(("cases", ("case_id",)),))
    job = Job(sources=(cases,), queries=(Query("q", "SELECT case_id FROM cases"),), touched=touched)
    assert dict(engine.run(job))["q"].column(0).to_pylist() == [4, 7]


def test_an_evaluator_serves_many_jobs_and_a_refusal_replaces_it(tmp_path: Path, cases: Source, ask: Ask) -> None:
    with DuckEngine(scratch=tmp_path) as engine:
        ask(engine, "SELECT 1 AS n", cases)
        (first,) = (evaluator.pid for evaluator in engine._idle)
        ask(engine, "SELECT 2 AS n", cases)
        assert [evaluator.pid for evaluator in engine._idle] == [first]
        with pytest.raises(Refused):
            ask(engine, "SELECT nothing FROM cases", cases)
        assert engine._idle == []
        ask(engine, "SELECT 3 AS n", cases)
        assert [evaluator.pid for evaluator in engine._idle] != [first]
    assert list(tmp_path.iterdir()) == []


def test_an_evaluator_is_replaced_after_its_queries(
    tmp_path: Path, cases: Source, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xiezhi.engine.run.duckdb_engine.QUERIES_EACH", 2)
    with DuckEngine(scratch=tmp_path) as engine:
        ask(engine, "SELECT 1 AS n", cases)
        assert len(engine._idle) == 1
        ask(engine, "SELECT 1 AS n", cases)
        assert engine._idle == []


def test_a_caller_that_stops_listening_costs_one_evaluator(tmp_path: Path, cases: Source, ask: Ask) -> None:
    with DuckEngine(scratch=tmp_path) as engine:
        queries = tuple(Query(str(n), "SELECT case_id FROM cases") for n in range(3))
        answers = engine.run(Job(sources=(cases,), queries=queries))
        assert next(answers)[0] == "0"
        answers.close()  # type: ignore[attr-defined]  # it is a generator
        assert engine._idle == []
        assert ask(engine, "SELECT count(*) AS n FROM cases", cases) == [{"n": 10}]


def test_an_evaluator_killed_at_work_is_a_crash_and_the_next_job_runs(tmp_path: Path, cases: Source, ask: Ask) -> None:
    with DuckEngine(scratch=tmp_path) as engine:
        ask(engine, "SELECT 1 AS n", cases)
        (evaluator,) = engine._idle
        killer = threading.Timer(0.5, os.kill, (evaluator.pid, signal.SIGKILL))
        killer.start()
        with pytest.raises(Crashed, match="ended by signal 9"):
            ask(engine, "SELECT sleep_ms(20000) AS s", cases, limits=Limits(seconds=20))
        killer.join()
        assert ask(engine, "SELECT count(*) AS n FROM cases", cases) == [{"n": 10}]


def test_an_evaluator_that_died_idle_is_replaced_unseen(tmp_path: Path, cases: Source, ask: Ask) -> None:
    with DuckEngine(scratch=tmp_path) as engine:
        ask(engine, "SELECT 1 AS n", cases)
        (evaluator,) = engine._idle
        os.kill(evaluator.pid, signal.SIGKILL)
        time.sleep(0.2)
        assert ask(engine, "SELECT count(*) AS n FROM cases", cases) == [{"n": 10}]


def test_only_waiting_counts_as_time(engine: DuckEngine, cases: Source) -> None:
    queries = tuple(Query(str(n), "SELECT case_id FROM cases") for n in range(3))
    job = Job(sources=(cases,), queries=queries, limits=Limits(seconds=1.0))
    seen = []
    for name, _ in engine.run(job):
        seen.append(name)
        time.sleep(0.7)
    assert seen == ["0", "1", "2"]


def test_the_seconds_are_those_of_the_whole_job(engine: DuckEngine, cases: Source) -> None:
    queries = tuple(Query(str(n), "SELECT sleep_ms(400) AS s") for n in range(9))
    seen = []
    answers = engine.run(Job(sources=(cases,), queries=queries, limits=Limits(seconds=1.0)))
    with pytest.raises(TimedOut):
        seen.extend(name for name, _ in answers)
    assert len(seen) <= 2


def test_files_may_be_named_from_where_the_caller_stands(
    engine: DuckEngine, cases: Source, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(cases.files[0])
    monkeypatch.chdir(path.parent)
    assert ask(engine, "SELECT count(*) AS n FROM cases", replace(cases, files=(path.name,))) == [{"n": 10}]


def test_an_evaluator_at_work_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from threading import Thread\n"
        "from xiezhi.engine.run.duckdb_engine import DuckEngine; from xiezhi.engine.run.jobs import Job, Query\n"
        "engine = DuckEngine(scratch=Path(sys.argv[1]))\n"
        "engine.describe(Job(sources=(), queries=(Query('q', 'SELECT 1 AS n'),)))\n"
        "print(engine._idle[0].pid, flush=True)\n"
        "list(engine.run(Job(sources=(), queries=(Query('q', 'SELECT sleep_ms(100000) AS s'),))))\n"
    )
    with subprocess.Popen(  # noqa: S603  our own interpreter
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        evaluator = Path(f"/proc/{int(parent.stdout.readline())}")
        time.sleep(0.3)
        parent.kill()
        parent.wait()
    ends_by = time.monotonic() + 10
    while _is_running(evaluator) and time.monotonic() < ends_by:
        time.sleep(0.1)
    assert not _is_running(evaluator)


def _is_running(process: Path) -> bool:
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> Source:
    """A million events of 200,000 cases, in no order, with long texts."""
    path = tmp_path_factory.mktemp("facts") / "events.parquet"
    duckdb.execute(
        "COPY (SELECT (range * 7919) % 200000 AS case_id,"
        " TIMESTAMP '2020-01-01' + to_minutes((range * 104729) % 500000)"
        " AS at_time, 'event ' || md5(range::VARCHAR) AS title, range AS _row FROM range(1000000))"
        f" TO '{path}' (FORMAT parquet)"
    )
    columns = (("case_id", "BIGINT"), ("at_time", "TIMESTAMP"), ("title", "VARCHAR"), ("_row", "BIGINT"))
    return Source("events", (str(path),), columns)


def test_the_answer_is_the_same_for_every_number_of_threads_and_limit_of_memory(tmp_path: Path, events: Source) -> None:
    queries = (
        Query(
            "steps",
            "SELECT case_id, CAST(count(*) AS BIGINT) AS n, max(title) AS last, array_agg(_row) AS ev FROM"
            " (SELECT *, row_number() OVER (PARTITION BY case_id ORDER BY at_time, _row) AS pos FROM events)"
            " WHERE pos > 1 GROUP BY case_id",
        ),
        Query("wide", "SELECT a.title, b._row FROM events a JOIN events b ON a.title = b.title WHERE a._row % 20 = 0"),
    )
    with DuckEngine(scratch=tmp_path) as engine:
        found = [
            dict(engine.run(Job(sources=(events,), queries=queries, limits=Limits(memory_mb=memory, threads=threads))))
            for memory, threads in ((1024, 2), (1024, 1), (96, 1), (160, 2))
        ]
    assert [answer["steps"].num_rows for answer in found] == [200_000] * 4
    assert [answer["wide"].num_rows for answer in found] == [50_000] * 4
    assert [answer["steps"].equals(found[0]["steps"]) for answer in found] == [True] * 4
    assert [answer["wide"].equals(found[0]["wide"]) for answer in found] == [True] * 4
