"""One database for many jobs: small files are read once, and nothing that a job makes outlives it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from xiezhi.engine.run import reading
from xiezhi.engine.run.binding import bind_job
from xiezhi.engine.run.jobs import Job, Limits, Source, ViewStep
from xiezhi.engine.run.session import Database

COLUMNS = (("id", "BIGINT"), ("title", "VARCHAR"), ("_row", "BIGINT"))
LIVE = [(0, "c0"), *((n, "new") for n in range(1, 11)), *((n, f"c{n}") for n in range(11, 2000))]


@pytest.fixture
def snapshot(tmp_path: Path) -> Source:
    """2,000 rows of a base; ten deltas that each replace one row, and a last one that withdraws what it replaced."""
    files = [tmp_path / f"{n:02}.parquet" for n in range(12)]
    none = "CAST(NULL AS BIGINT) AS _replaces, false AS _withdrawn"
    duckdb.execute(
        f"COPY (SELECT range AS id, 'c' || range AS title, range AS _row, {none} FROM range(2000)) TO '{files[0]}'"
    )
    for n, file in enumerate(files[1:], start=1):
        told = f"SELECT {n} AS id, 'new' AS title, {5000 + n} AS _row, {n} AS _replaces, false AS _withdrawn"
        if n == 11:
            told = "SELECT 2000 AS id, 'x' AS title, 6000 AS _row, NULL AS _replaces, true AS _withdrawn"
        duckdb.execute(f"COPY (SELECT * REPLACE (_replaces::BIGINT AS _replaces) FROM ({told})) TO '{file}'")
    return Source("cases", tuple(map(str, files)), COLUMNS, clean=False)


def rows(database: Database, job: Job, sql: str = "SELECT id, title FROM cases ORDER BY id") -> list[tuple[Any, ...]]:
    with database.session(job) as session:
        bind_job(session, job, empty=False)
        return session.connection.execute(sql).fetchall()


@pytest.mark.parametrize("small", [0, 1500, 1 << 20])
def test_the_live_rows_are_the_same_however_large_a_small_file_is(
    snapshot: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: int
) -> None:
    monkeypatch.setattr(reading, "_SMALL", small)
    job = Job(sources=(snapshot,))
    with Database(job, scratch=tmp_path, scratch_mb=64) as database:
        assert rows(database, job) == LIVE
        assert rows(database, job) == LIVE


def test_small_files_are_opened_by_the_first_job_only(snapshot: Source, tmp_path: Path) -> None:
    job = Job(sources=(snapshot,))
    with Database(job, scratch=tmp_path, scratch_mb=64) as database:
        rows(database, job)
        for file in snapshot.files:
            Path(file).unlink()
        assert rows(database, job) == LIVE


def test_too_many_small_files_to_keep_are_read_as_they_are(snapshot: Source, tmp_path: Path) -> None:
    job = Job(sources=(snapshot,))
    with Database(job, scratch=tmp_path, scratch_mb=64) as database, database.session(job) as session:
        assert reading._small(snapshot, most=1000) == {}
        assert reading._small(replace(snapshot, files=snapshot.files[:7]), most=1 << 20) == {}
        assert len(reading._small(snapshot, most=session.memory_mb << 20)) == 12


def test_a_constant_of_one_job_is_not_seen_by_the_next(snapshot: Source, tmp_path: Path) -> None:
    job = Job(sources=(snapshot,))
    assumed = Job(sources=(replace(snapshot, constants=(("title", "'assumed'"),)),))
    with Database(job, scratch=tmp_path, scratch_mb=64) as database:
        assert {title for _, title in rows(database, assumed)} == {"assumed"}
        assert rows(database, job) == LIVE


def test_what_a_job_makes_ends_with_it(snapshot: Source, tmp_path: Path) -> None:
    job = Job(sources=(snapshot,), steps=(ViewStep("few", "SELECT id FROM cases WHERE id < 3"),))
    with Database(job, scratch=tmp_path, scratch_mb=64) as database:
        assert rows(database, job, "SELECT count(*) FROM few") == [(3,)]
        with database.session(job) as session:
            for name in ("few", "cases", "_kept_0"):
                with pytest.raises(duckdb.CatalogException, match="does not exist"):
                    session.connection.execute(f"SELECT * FROM {name}")


def test_a_database_serves_jobs_over_the_same_files_within_the_same_limits(snapshot: Source, tmp_path: Path) -> None:
    job = Job(sources=(snapshot,), limits=Limits(memory_mb=256, threads=1))
    other = Source("other", snapshot.files[:1], COLUMNS)
    with Database(job, scratch=tmp_path, scratch_mb=64) as database:
        assert database.serves(job)
        assert database.serves(replace(job, sources=(snapshot, other)))
        assert not database.serves(replace(job, sources=(other,)))
        assert not database.serves(replace(job, limits=Limits(memory_mb=256, threads=2)))
        assert not database.serves(replace(job, limits=Limits(memory_mb=512, threads=1)))


def test_a_session_is_as_locked_as_its_database(snapshot: Source, tmp_path: Path) -> None:
    job = Job(sources=(snapshot,))
    with Database(job, scratch=tmp_path, scratch_mb=64) as database, database.session(job) as session:
        ((zone,),) = session.connection.execute("SELECT current_setting('TimeZone')").fetchall()
        assert zone == "UTC"
        with pytest.raises(duckdb.InvalidInputException, match="locked"):
            session.connection.execute("SET threads = 4")
        outside = tmp_path / "outside.parquet"
        duckdb.execute(f"COPY (SELECT 1 AS a) TO '{outside}'")
        with pytest.raises(duckdb.PermissionException):
            session.connection.execute(f"SELECT * FROM read_parquet('{outside}')")
