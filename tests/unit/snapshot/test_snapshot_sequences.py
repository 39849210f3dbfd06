"""Random histories against a plain dictionary: the live rows are the same, wherever compaction falls."""

import os
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from xiezhi.engine.snapshot.compact import compact, live_rows
from xiezhi.engine.snapshot.delta import Shape, plan_delta, write_delta
from xiezhi.engine.snapshot.workspace import Room

COLUMNS = {"unit": "VARCHAR", "id": "BIGINT", "v": "VARCHAR", "rev": "TIMESTAMP"}
ROOM = Room(memory_mb=128, threads=1)
SCHEMA = pa.schema(
    {"unit": pa.string(), "id": pa.int64(), "v": pa.string(), "rev": pa.timestamp("us"), "_row": pa.int64()}
    | {"_withdrawn": pa.bool_()}
)
KEYS = [("a", 1), ("a", 2), ("b", 1), ("b", 2)]
Version = dict[str, Any]


def day(n: int | None) -> datetime | None:
    return None if n is None else datetime(2025, 1, 1) + timedelta(days=n)  # noqa: DTZ001  civil time, as stored


change = st.tuples(
    st.sampled_from(KEYS),
    st.sampled_from(["x", "y", None]),
    st.one_of(st.none(), st.integers(0, 4)),
    st.booleans(),
)
batches = st.lists(
    st.tuples(
        st.lists(change, max_size=4, unique_by=lambda one: one[0]),
        st.sets(st.sampled_from(KEYS), max_size=2),
        st.booleans(),
    ),
    min_size=1,
    max_size=7,
)


class Model:
    """The newest version of each key, in a dictionary; written after the sentences of the design, not after the SQL."""

    def __init__(self, *, dated: bool) -> None:
        self.dated = dated
        self.newest: dict[tuple[str, int], Version] = {}

    def arrive(self, version: Version) -> None:
        key = (version["unit"], version["id"])
        known = self.newest.get(key)
        if known is not None and self.is_older(version, known):
            return
        if known is None or not self.says_the_same(version, known):
            self.newest[key] = version

    def withdraw(self, key: tuple[str, int], row: int) -> bool:
        known = self.newest.get(key)
        if known is None or known["_withdrawn"]:
            return False
        self.newest[key] = {**known, "_row": row, "_withdrawn": True}
        return True

    def is_older(self, version: Version, known: Version) -> bool:
        if not self.dated or version["rev"] is None or known["rev"] is None:
            return False
        return bool(version["rev"] < known["rev"])

    def says_the_same(self, version: Version, known: Version) -> bool:
        if version["_withdrawn"] and known["_withdrawn"]:
            return not self.dated or version["rev"] == known["rev"]
        if version["_withdrawn"] or known["_withdrawn"]:
            return False
        return all(version[name] == known[name] for name in COLUMNS)

    def live(self) -> list[Version]:
        rows = [
            {name: value for name, value in version.items() if name != "_withdrawn"}
            for version in self.newest.values()
            if not version["_withdrawn"]
        ]
        return sorted(rows, key=lambda row: row["_row"])


class Store:
    """A list of files, as a manifest would keep it."""

    def __init__(self, folder: Path, shape: Shape) -> None:
        self.folder, self.shape = folder, shape
        self.files: list[Path] = []
        self.graves: list[Path] = []

    def commit(self, number: int, rows: list[Version], absent: list[tuple[str, int]]) -> None:
        path = self.folder / f"{number}.parquet"
        gone = pa.table({"unit": [key[0] for key in absent], "id": pa.array([key[1] for key in absent], pa.int64())})
        with plan_delta(
            pa.Table.from_pylist(rows, schema=SCHEMA),
            existing=[*self.files, *self.graves],
            shape=self.shape,
            absent=gone if absent else None,
            batch=number,
            room=ROOM,
        ) as planned:
            write_delta(planned, path=path, shape=self.shape, room=ROOM)
        self.files.append(path)

    def compact(self, number: int) -> None:
        done = compact(
            [*self.files, *self.graves],
            self.folder / f"{number}-clean.parquet",
            shape=self.shape,
            graves=self.folder / f"{number}-graves.parquet",
            room=ROOM,
        )
        assert done.live.clean
        self.files = [done.live.path]
        self.graves = [] if done.graves is None else [done.graves.path]

    def live(self) -> list[Version]:
        with live_rows(self.files, shape=self.shape, room=ROOM) as reader:
            rows: list[Version] = reader.read_all().to_pylist()
        return rows


def play(history: list[Any], *, dated: bool) -> None:
    shape = Shape(columns=COLUMNS, key=("unit", "id"), cluster=("unit",), revised_at="rev" if dated else None)
    model = Model(dated=dated)
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder), shape)
        for number, (changes, absent, compacting) in enumerate(history, start=1):
            first = number << 32
            rows = [
                {"unit": key[0], "id": key[1], "v": v, "rev": day(rev), "_row": first + n, "_withdrawn": withdrawn}
                for n, (key, v, rev, withdrawn) in enumerate(changes)
            ]
            left_out = sorted(absent - {key for key, *_ in changes})
            store.commit(number, rows, left_out)
            for row in rows:
                model.arrive(row)
            n = first + len(rows)
            for key in left_out:
                n += model.withdraw(key, n)
            assert store.live() == model.live()
            if compacting:
                store.compact(number)
                assert store.live() == model.live()


@settings(max_examples=400 if os.environ.get("XIEZHI_SOAK") else 6, deadline=None)
@given(batches)
def test_by_commit_order_the_live_rows_are_those_of_a_dictionary(history: list[Any]) -> None:
    play(history, dated=False)


@settings(max_examples=400 if os.environ.get("XIEZHI_SOAK") else 6, deadline=None)
@given(batches)
def test_by_the_date_of_the_source_the_live_rows_are_those_of_a_dictionary(history: list[Any]) -> None:
    play(history, dated=True)
