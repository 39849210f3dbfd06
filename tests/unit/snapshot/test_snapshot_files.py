"""Files of a snapshot: written whole or not at all, listed truly, compacted when due, planned by the rules."""

import hashlib
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from xiezhi.engine.snapshot.compact import compact, is_due, live_rows
from xiezhi.engine.snapshot.delta import KeyTwice, Shape, plan_delta, supersede, write_delta
from xiezhi.engine.snapshot.files import FileInfo, FileTaken, bind

SHAPE = Shape(columns={"id": "BIGINT", "title": "VARCHAR"}, key=("id",), cluster=("id",))
Row = tuple[int, str | None, int]


def table(*rows: Row) -> pa.Table:
    return pa.table(
        {
            "id": pa.array([row[0] for row in rows], pa.int64()),
            "title": pa.array([row[1] for row in rows], pa.string()),
            "_row": pa.array([row[2] for row in rows], pa.int64()),
        }
    )


def planned(*rows: Row, existing: list[Path], **more: Any) -> list[dict[str, Any]]:
    with plan_delta(table(*rows), existing=existing, shape=SHAPE, **more) as reader:
        found: list[dict[str, Any]] = reader.read_all().to_pylist()
    return [{name: value for name, value in row.items() if value is not None} for row in found]


@pytest.fixture
def first(tmp_path: Path) -> FileInfo:
    """Cases 1 and 2, as rows 11 and 12."""
    return write_delta(table((2, "two", 12), (1, "one", 11)), path=tmp_path / "first.parquet", shape=SHAPE)


def test_a_file_is_listed_with_what_it_holds(first: FileInfo) -> None:
    assert (first.rows, first.replaced, first.withdrawn, first.min_row, first.max_row) == (2, 0, 0, 11, 12)
    assert first.clean
    assert first.sha256 == hashlib.sha256(first.path.read_bytes()).hexdigest()
    assert pq.read_table(first.path).column("id").to_pylist() == [1, 2]
    assert pq.read_schema(first.path).names == [*SHAPE.columns, *list(SHAPE.stored)[2:]]
    assert [path.name for path in first.path.parent.iterdir()] == ["first.parquet"]


def test_the_ids_are_written_as_differences(tmp_path: Path) -> None:
    many = pa.table({"id": range(50_000), "title": ["t"] * 50_000, "_row": range(50_000)})
    written = write_delta(many, path=tmp_path / "many.parquet", shape=SHAPE)
    found = duckdb.execute(
        f"SELECT encodings FROM parquet_metadata('{written.path}') WHERE path_in_schema = '_row'"
    ).fetchall()
    assert found == [("DELTA_BINARY_PACKED",)]


def test_the_same_rows_give_the_same_bytes(first: FileInfo, tmp_path: Path) -> None:
    again = write_delta(table((1, "one", 11), (2, "two", 12)), path=tmp_path / "again.parquet", shape=SHAPE)
    assert again.sha256 == first.sha256


def test_facts_are_never_rewritten(first: FileInfo) -> None:
    before = first.path.read_bytes()
    with pytest.raises(FileTaken, match=r"first\.parquet: is there already"):
        write_delta(table((3, "three", 13)), path=first.path, shape=SHAPE)
    assert first.path.read_bytes() == before
    assert [path.name for path in first.path.parent.iterdir()] == ["first.parquet"]


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    broken = pa.table({"id": ["no number"], "title": ["t"], "_row": [1]})
    with pytest.raises(duckdb.ConversionException):
        write_delta(broken, path=tmp_path / "broken.parquet", shape=SHAPE)
    assert list(tmp_path.iterdir()) == []


def test_a_change_replaces_and_what_says_the_same_is_not_stored(first: FileInfo) -> None:
    rows = planned((1, "one", 21), (2, "zwei", 22), (3, None, 23), existing=[first.path])
    assert rows == [
        {"id": 2, "title": "zwei", "_row": 22, "_replaces": 12, "_withdrawn": False},
        {"id": 3, "_row": 23, "_withdrawn": False},
    ]


def test_what_a_delivery_left_out_is_withdrawn_under_the_next_numbers(first: FileInfo) -> None:
    gone = pa.table({"id": [2, 1, 9, 2]})
    rows = planned((5, "five", 30), existing=[first.path], absent=gone)
    assert rows == [
        {"id": 1, "title": "one", "_row": 31, "_replaces": 11, "_withdrawn": True},
        {"id": 2, "title": "two", "_row": 32, "_replaces": 12, "_withdrawn": True},
        {"id": 5, "title": "five", "_row": 30, "_withdrawn": False},
    ]
    alone = planned(existing=[first.path], absent=gone, batch=7)
    assert [(row["_row"], row["_replaces"]) for row in alone] == [(7 << 32, 11), ((7 << 32) + 1, 12)]


def test_a_key_that_was_delivered_is_not_absent(first: FileInfo) -> None:
    rows = planned((1, "eins", 21), existing=[first.path], absent=pa.table({"id": [1]}))
    assert [(row["_row"], row["_replaces"], row["_withdrawn"]) for row in rows] == [(21, 11, False)]


def test_planning_and_writing_at_once_gives_the_same_rows(first: FileInfo, tmp_path: Path) -> None:
    rows, gone = table((1, "ONE", 21), (3, "three", 22)), pa.table({"id": pa.array([2], pa.int64())})
    told = {"existing": [first.path], "shape": SHAPE, "absent": gone}
    with plan_delta(rows, **told) as reader:
        apart = write_delta(reader, path=tmp_path / "apart.parquet", shape=SHAPE)
    at_once = supersede(rows, path=tmp_path / "at_once.parquet", **told)
    assert (at_once.rows, at_once.replaced, at_once.withdrawn, at_once.min_row, at_once.max_row) == (3, 2, 1, 21, 23)
    assert pq.read_table(at_once.path).to_pylist() == pq.read_table(apart.path).to_pylist()


def test_a_key_twice_in_one_delta_is_refused(first: FileInfo) -> None:
    with pytest.raises(KeyTwice, match="the key id = 4"):
        planned((4, "a", 21), (4, "a", 22), existing=[first.path])


def test_files_bind_as_a_plain_scan_only_when_all_are_clean(first: FileInfo, tmp_path: Path) -> None:
    with plan_delta(table((1, "eins", 21)), existing=[first.path], shape=SHAPE) as rows:
        second = write_delta(rows, path=tmp_path / "second.parquet", shape=SHAPE)
    assert (second.replaced, second.clean) == (1, False)
    assert bind([first]) == ((str(first.path),), True)
    assert bind([first, second]) == ((str(first.path), str(second.path)), False)


def test_compaction_gives_a_clean_file_and_keeps_every_row_id(first: FileInfo, tmp_path: Path) -> None:
    with plan_delta(table((1, "eins", 21)), existing=[first.path], shape=SHAPE) as rows:
        second = write_delta(rows, path=tmp_path / "second.parquet", shape=SHAPE)
    done = compact([first.path, second.path], tmp_path / "clean.parquet", shape=SHAPE)
    assert (done.live.clean, done.live.rows, done.graves) == (True, 2, None)
    with live_rows([done.live.path], shape=SHAPE) as reader:
        assert reader.read_all().to_pylist() == [
            {"id": 2, "title": "two", "_row": 12},
            {"id": 1, "title": "eins", "_row": 21},
        ]


@pytest.mark.parametrize(
    ("files", "rows", "replaced", "withdrawn", "due"),
    [
        (1, 1000, 0, 0, False),
        (1, 1000, 10, 10, False),
        (1, 1000, 11, 10, True),
        (99, 9, 0, 0, False),
        (100, 9, 0, 0, True),
    ],
)
def test_compaction_is_due_by_files_or_by_dead_rows(
    files: int, rows: int, replaced: int, withdrawn: int, *, due: bool
) -> None:
    info = FileInfo(Path("x"), rows, "", replaced, withdrawn, None, None)
    assert is_due([info] * files) is due
