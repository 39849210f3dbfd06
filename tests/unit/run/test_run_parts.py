"""A job in parts: nothing is left out, nothing comes twice, and only a proven scope is cut."""

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from xiezhi.engine.run.binding import bind_job
from xiezhi.engine.run.jobs import Job, Limits, Part, Source
from xiezhi.engine.run.parts import cut, divisible, parts_wanted
from xiezhi.engine.run.scopes import Together
from xiezhi.engine.run.session import Database

BY_CASE = ("case_id",)
TYPES = (("case_id", "BIGINT"), ("name", "VARCHAR"), ("_row", "BIGINT"))
GROUP = Together((), BY_CASE, {"cases": BY_CASE, "events": BY_CASE, "matters": None})


@pytest.fixture
def shelf(tmp_path: Path) -> dict[str, Source]:
    """Cases 10..59 and two of no number; two events for each of the first forty; a table that stays whole."""
    rows = {
        "cases": "SELECT CASE WHEN range < 50 THEN range + 10 END AS case_id, 'c' || range AS name, range AS _row"
        " FROM range(52)",
        "events": "SELECT range // 2 + 10 AS case_id, 'e' || range AS name, range AS _row FROM range(80)",
        "matters": "SELECT range AS case_id, 'm' || range AS name, range AS _row FROM range(3)",
    }
    made = {}
    for name, sql in rows.items():
        path = tmp_path / f"{name}.parquet"
        duckdb.execute(f"COPY ({sql}) TO '{path}' (ROW_GROUP_SIZE 2048)")
        made[name] = Source(name, (str(path),), TYPES)
    return made


def rows_of(shelf: dict[str, Source], part: Part, scratch: Path) -> dict[str, list[int]]:
    job = Job(sources=tuple(shelf.values()), part=part)
    with Database(job, scratch=scratch, scratch_mb=64) as database, database.session(job) as session:
        bind_job(session, job, empty=False)
        return {
            name: [row for (row,) in session.connection.execute(f"SELECT _row FROM {name}").fetchall()]
            for name in shelf
        }


@pytest.mark.parametrize("of", [1, 2, 3, 7, 64])
@pytest.mark.parametrize("bounds", [(10, 59), (12, 30), None])
def test_parts_share_nothing_and_leave_nothing_out(
    shelf: dict[str, Source], tmp_path: Path, of: int, bounds: tuple[int, int] | None
) -> None:
    parts = cut(GROUP, shelf, of)
    assert [(part.number, part.of, part.bounds) for part in parts] == [(n, of, (10, 59)) for n in range(of)]
    parts = [replace(part, bounds=bounds) for part in parts]
    found = [rows_of(shelf, part, tmp_path) for part in parts]
    assert sorted(row for one in found for row in one["cases"]) == list(range(52))
    assert sorted(row for one in found for row in one["events"]) == list(range(80))
    for one in found:
        assert {row // 2 for row in one["events"]} == {row for row in one["cases"] if row < 40}
        assert sorted(one["matters"]) == [0, 1, 2]


def test_a_scope_of_text_is_cut_by_hash(shelf: dict[str, Source]) -> None:
    by_name = Together((), ("name",), {"cases": ("name",), "matters": None})
    assert cut(by_name, shelf, 2) == [Part(n, 2, (("cases", ("name",)),)) for n in range(2)]


def test_what_is_not_proven_or_looks_different_is_not_cut(shelf: dict[str, Source]) -> None:
    assert divisible(GROUP, shelf)
    assert not divisible(Together((), (), {"cases": None}), shelf)
    assert not divisible(Together((), BY_CASE, {"cases": BY_CASE, "events": ("name",)}), shelf)


def test_parts_are_as_many_as_the_files_of_the_scope_need(shelf: dict[str, Source], tmp_path: Path) -> None:
    sizes = {"cases": 3 << 20, "events": 2 << 20, "matters": 90 << 20}
    for name, size in sizes.items():
        path = tmp_path / f"large-{name}"
        with path.open("wb") as file:
            file.truncate(size)
        shelf[name] = replace(shelf[name], files=(str(path),))
    assert parts_wanted(GROUP, shelf, Limits(memory_mb=64)) == 5
    assert parts_wanted(GROUP, shelf, Limits(memory_mb=128)) == 3
    assert parts_wanted(GROUP, shelf, Limits(memory_mb=2048)) == 1
    assert parts_wanted(Together((), (), {"cases": None}), shelf, Limits(memory_mb=64)) == 1
