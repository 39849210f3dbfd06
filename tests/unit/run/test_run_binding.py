"""How names are bound: absent columns, constants, deltas, touched scopes, views and derivations."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from xiezhi.engine.run import deriving
from xiezhi.engine.run.binding import bind_job
from xiezhi.engine.run.errors import Refused
from xiezhi.engine.run.jobs import DeriveStep, Job, Limits, Source, Touched, ViewStep
from xiezhi.engine.run.session import Database, Session

COLUMNS = (("id", "BIGINT"), ("title", "VARCHAR"), ("due", "DATE"), ("_row", "BIGINT"))


@contextmanager
def bound(job: Job, scratch: Path, *, empty: bool = False) -> Iterator[Session]:
    with Database(job, scratch=scratch, scratch_mb=256) as database, database.session(job) as session:
        bind_job(session, job, empty=empty)
        yield session


def answers(session: Session, sql: str) -> list[tuple[Any, ...]]:
    return session.connection.execute(sql).fetchall()


@pytest.fixture
def cases(tmp_path: Path) -> Source:
    path = tmp_path / "cases.parquet"
    duckdb.execute(f"COPY (SELECT range AS id, 'c' || range AS title, range AS _row FROM range(4)) TO '{path}'")
    return Source("cases", (str(path),), COLUMNS)


@pytest.fixture
def deltas(tmp_path: Path) -> Source:
    """Rows 0..3; row 1 replaced by 10, row 2 withdrawn by 11, and 12 an older version of row 3, come late."""
    first, second = tmp_path / "a.parquet", tmp_path / "b.parquet"
    empty = "CAST(NULL AS BIGINT) AS _replaces, false AS _withdrawn"
    duckdb.execute(
        f"COPY (SELECT range AS id, 'c' || range AS title, range AS _row, {empty} FROM range(4)) TO '{first}'"
    )
    duckdb.execute(
        f"COPY (SELECT * FROM (VALUES (1::BIGINT, 'new', 10::BIGINT, 1::BIGINT, false), (2, 'c2', 11, 2, true),"
        f" (3, 'old', 12, 12, false)) AS t(id, title, _row, _replaces, _withdrawn)) TO '{second}'"
    )
    return Source("cases", (str(first), str(second)), COLUMNS, clean=False)


def test_columns_come_in_the_order_asked_and_an_absent_one_is_null(cases: Source, tmp_path: Path) -> None:
    with bound(Job(sources=(cases,)), tmp_path) as session:
        assert answers(session, "SELECT * FROM cases ORDER BY id LIMIT 1") == [(0, "c0", None, 0)]
        types = {row[0]: row[1] for row in answers(session, "DESCRIBE cases")}
    assert types == dict(COLUMNS)


def test_a_constant_stands_in_place_of_what_is_stored(cases: Source, tmp_path: Path) -> None:
    source = replace(cases, constants=(("title", "'assumed'"), ("due", "DATE '2025-01-31'")))
    with bound(Job(sources=(source,)), tmp_path) as session:
        assert answers(session, "SELECT DISTINCT title, CAST(due AS VARCHAR) FROM cases") == [("assumed", "2025-01-31")]


def test_only_live_rows_of_deltas_are_seen(deltas: Source, tmp_path: Path) -> None:
    with bound(Job(sources=(deltas,)), tmp_path) as session:
        assert answers(session, "SELECT id, title, _row FROM cases ORDER BY id") == [
            (0, "c0", 0),
            (1, "new", 10),
            (3, "c3", 3),
        ]


def test_files_with_different_columns_are_read_by_name(cases: Source, tmp_path: Path) -> None:
    path = tmp_path / "wider.parquet"
    duckdb.execute(f"COPY (SELECT DATE '2025-02-01' AS due, 9 AS _row, 9 AS id, 'c9' AS title) TO '{path}'")
    source = replace(cases, files=(*cases.files, str(path)))
    with bound(Job(sources=(source,)), tmp_path) as session:
        found = answers(
            session, "SELECT id, title, CAST(due AS VARCHAR), _row FROM cases WHERE id IN (0, 9) ORDER BY id"
        )
    assert found == [(0, "c0", None, 0), (9, "c9", "2025-02-01", 9)]


def test_a_source_without_files_is_an_empty_table(tmp_path: Path) -> None:
    with bound(Job(sources=(Source("cases", (), COLUMNS),)), tmp_path) as session:
        assert answers(session, "SELECT count(*), count(due) FROM cases") == [(0, 0)]


@pytest.mark.parametrize("few", [0, 200_000])
def test_touched_keys_restrict_the_sources_named_and_no_other(
    deltas: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr("xiezhi.engine.run.jobs._FEW_KEYS", few)
    touched = Touched(keys=pa.table({"scope": [1, 2, 1]}), restrict=(("cases", ("id",)),))
    other = replace(deltas, name="other")
    with bound(Job(sources=(deltas, other), touched=touched), tmp_path) as session:
        assert answers(session, "SELECT id, title FROM cases") == [(1, "new")]
        assert answers(session, "SELECT count(*) FROM other") == [(3,)]


def test_a_dataset_of_another_field_is_found_under_both_ways_of_writing(cases: Source, tmp_path: Path) -> None:
    source = replace(cases, name="tendering.awards")
    with bound(Job(sources=(source,)), tmp_path) as session:
        assert answers(session, 'SELECT count(*) FROM "tendering.awards"') == [(4,)]
        assert answers(session, "SELECT count(*) FROM tendering.awards") == [(4,)]


def test_a_view_reads_a_view_before_it(cases: Source, tmp_path: Path) -> None:
    steps = (
        ViewStep("even", "SELECT id FROM cases WHERE id % 2 = 0; -- said"),
        ViewStep("n", "SELECT id + 1 AS m FROM even"),
    )
    with bound(Job(sources=(cases,), steps=steps), tmp_path) as session:
        assert answers(session, "SELECT m FROM n ORDER BY m") == [(1,), (3,)]


@pytest.mark.parametrize("sql", ["CREATE TABLE t AS SELECT 1", "SELECT 1; SELECT 2", "SELECT nothing FROM cases"])
def test_a_view_that_cannot_be_is_refused_by_its_name(cases: Source, tmp_path: Path, sql: str) -> None:
    job = Job(sources=(cases,), steps=(ViewStep("bad", sql),))
    with pytest.raises(Refused) as refused, bound(job, tmp_path):
        pass
    assert refused.value.step == "bad"


@dataclass(frozen=True)
class Counting:
    """Rows of each group, and how often it was run. A group counted in two parts would show."""

    runs: list[int]

    def output(self, schemas: Mapping[str, Mapping[str, str]], arguments: Mapping[str, Any]) -> dict[str, str]:
        assert arguments == {"by": ["g"]}
        return {"g": schemas["rows"]["g"], "n": "BIGINT", "whole": "BIGINT"}

    def partition(self, arguments: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple(arguments["by"])

    def run(self, tables: dict[str, pa.Table], calendar: pa.Table, arguments: Mapping[str, Any]) -> pa.Table:
        assert arguments == {"by": ["g"]}
        self.runs.append(tables["rows"].num_rows)
        counted = tables["rows"].group_by("g").aggregate([("id", "count")]).rename_columns(["g", "n"])
        whole = pa.array([tables["whole"].num_rows + calendar.num_rows] * counted.num_rows, pa.int64())
        return counted.append_column("whole", whole)


@pytest.mark.parametrize(("memory_mb", "parts"), [(16384, 1), (1024, 9)])
def test_a_derivation_gives_the_same_in_parts_as_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, memory_mb: int, parts: int
) -> None:
    counting = Counting([])
    monkeypatch.setattr(deriving.derivations, "REGISTRY", {"counting": counting}, raising=False)
    path = tmp_path / "rows.parquet"
    duckdb.execute(f"COPY (SELECT range AS id, range % 1000 AS g, 'x' AS t FROM range(1000000)) TO '{path}'")
    rows = Source("rows", (str(path),), (("id", "BIGINT"), ("g", "BIGINT"), ("t", "VARCHAR")))
    job = Job(
        sources=(rows, Source("calendar", (), (("day", "DATE"),)), Source("few", (), (("x", "DATE"),))),
        steps=(DeriveStep("counted", "counting", (("rows", "rows"), ("whole", "few")), {"by": ["g"]}),),
        limits=Limits(memory_mb=memory_mb, threads=1),
    )
    with bound(job, tmp_path) as session:
        found = answers(session, "SELECT count(*), min(n), max(n), max(whole), count(DISTINCT g) FROM counted")
    assert found == [(1000, 1000, 1000, 0, 1000)]
    assert (len(counting.runs), sum(counting.runs)) == (parts, 1_000_000)
    with bound(job, tmp_path, empty=True) as session:
        types = answers(session, "SELECT column_name, column_type FROM (DESCRIBE counted)")
    assert types == [("g", "BIGINT"), ("n", "BIGINT"), ("whole", "BIGINT")]
    assert len(counting.runs) == parts


def test_a_derivation_that_is_not_there_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deriving.derivations, "REGISTRY", {"clock": Counting([])}, raising=False)
    job = Job(sources=(), steps=(DeriveStep("d", "clok", ()),))
    with pytest.raises(Refused, match="no derivation is called 'clok'; there are clock"), bound(job, tmp_path):
        pass
