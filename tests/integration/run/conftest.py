from collections.abc import Callable, Iterator

import duckdb
import pytest

from xiezhi.engine.run.duckdb_engine import DuckEngine
from xiezhi.engine.run.jobs import Job, Limits, Query, Source

SMALL = Limits(memory_mb=128, threads=1, seconds=0.6, rows=1000)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckEngine]:
    with DuckEngine(limits=Limits(memory_mb=512, seconds=60), scratch=tmp_path_factory.mktemp("scratch")) as made:
        yield made


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Source:
    """Ten cases: case_id 0..9, days 2020-01-01 and on, title."""
    path = tmp_path_factory.mktemp("facts") / "cases.parquet"
    duckdb.execute(
        f"COPY (SELECT range AS case_id, DATE '2020-01-01' + range::INTEGER AS opened, 'c' || range AS title,"
        f" range + 4294967296 AS _row FROM range(10)) TO '{path}' (FORMAT parquet)"
    )
    path.chmod(0o444)
    columns = (("case_id", "BIGINT"), ("opened", "DATE"), ("title", "VARCHAR"), ("_row", "BIGINT"))
    return Source(name="cases", files=(str(path),), columns=columns)


Ask = Callable[..., list[dict[str, object]]]


@pytest.fixture(scope="module")
def ask() -> Ask:
    """Run one query over some sources under small limits, and return its rows."""

    def ask_one(engine: DuckEngine, sql: str, *sources: Source, limits: Limits = SMALL) -> list[dict[str, object]]:
        ((_, table),) = engine.run(Job(sources=sources, queries=(Query("draft", sql),), limits=limits))
        rows: list[dict[str, object]] = table.to_pylist()
        return rows

    return ask_one
