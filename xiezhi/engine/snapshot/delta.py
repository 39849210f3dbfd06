"""Deltas: what a batch adds to a list of files. Superseding is decided here, once, and stored.

A new version of a key replaces the newest one so far, unless the source dates it earlier (``revised_at``): then it is
stored as late, replacing itself, readable but never live. A version that says what the newest one says is not stored.
A withdrawal is a version too; a key that returns after one replaces the withdrawal.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files as resources
from pathlib import Path
from typing import TypeAlias

import duckdb
import pyarrow as pa

from xiezhi.engine.columns import SYSTEM_COLUMNS
from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.snapshot.files import FileInfo, write_parquet
from xiezhi.engine.snapshot.relation import empty_sql, heads_sql, quoted
from xiezhi.engine.snapshot.workspace import Room, workspace

_PLAN, _ABSENT = (
    resources("xiezhi.engine.snapshot").joinpath(name).read_text(encoding="utf-8")
    for name in ("plan.sql", "absent.sql")
)
_BESIDE = ("_file", "_line", "_recorded_at")  # where and when a version came in: no part of what it says
_DECIDED = ("_replaces", "_withdrawn")

Rows: TypeAlias = pa.Table | pa.RecordBatchReader


class KeyTwice(XiezhiError):  # noqa: N818  named by what it says
    """Two rows of one delta have the same key: which one is newer cannot be told."""


@dataclass(frozen=True)
class Shape:
    """What superseding needs to know of a dataset.

    Attributes:
        columns: stored columns and their DuckDB types, in order, system columns left out.
        key: the columns that name a row.
        cluster: the order of rows within a file, before ``_row``.
        revised_at: the stored column (the instant, ``…_utc``, of a time) by which the source dates versions, if any.
    """

    columns: Mapping[str, str]
    key: tuple[str, ...]
    cluster: tuple[str, ...] = ()
    revised_at: str | None = None

    @property
    def stored(self) -> dict[str, str]:
        """Every column of a file, system columns last."""
        return {**self.columns, **SYSTEM_COLUMNS}

    @property
    def order(self) -> str:
        """The ORDER BY list of a file."""
        return ", ".join(quoted(name) for name in (*self.cluster, "_row"))


@contextmanager
def plan_delta(
    rows: Rows,
    *,
    existing: Sequence[str | Path],
    shape: Shape,
    absent: pa.Table | None = None,
    batch: int | None = None,
    room: Room = Room(),  # noqa: B008  frozen
) -> Iterator[pa.RecordBatchReader]:
    """Decide what each row supersedes; give the rows to store, sorted by cluster and ``_row``, while the block lasts.

    Args:
        rows: new versions: the stored columns and ``_row``; ``_withdrawn`` where a row withdraws its key (its other
            columns may then be null), ``_file``, ``_line`` and ``_recorded_at`` where known.
        existing: every file of the snapshot, and the graves of its compaction, if any.
        shape: the dataset.
        absent: keys to withdraw because a delivery left them out; keys of ``rows`` are not. Those that are live are
            withdrawn with their last content, under the ordinals of the batch after those of ``rows``.
        batch: the number of the batch; needed only with ``absent`` and no rows.
        room: memory, threads and scratch space.

    Raises:
        KeyTwice: when a key stands in ``rows`` twice.
    """
    with workspace(room) as connection:
        yield connection.sql(
            _prepare(connection, rows, existing=existing, shape=shape, absent=absent, batch=batch)
        ).to_arrow_reader()


def supersede(
    rows: Rows,
    *,
    existing: Sequence[str | Path],
    shape: Shape,
    path: Path,
    absent: pa.Table | None = None,
    batch: int | None = None,
    room: Room = Room(),  # noqa: B008  frozen
) -> FileInfo:
    """Plan a delta and write it to a new file at once: `plan_delta`, then `write_delta`, in one database.

    Raises:
        KeyTwice: when a key stands in ``rows`` twice.
        FileTaken: when there is a file at ``path`` already.
    """
    with workspace(room) as connection:
        planned = _prepare(connection, rows, existing=existing, shape=shape, absent=absent, batch=batch)
        return write_parquet(connection, planned, path)


def write_delta(rows: Rows, *, path: Path, shape: Shape, room: Room = Room()) -> FileInfo:  # noqa: B008  frozen
    """Write rows as they are planned to a new file: temporary name, disk, name, folder.

    Raises:
        FileTaken: when there is a file at ``path`` already.
    """
    with workspace(room) as connection:
        connection.register("planned", rows)
        held = set(rows.schema.names)
        columns = ", ".join(_typed(name, kind, held) for name, kind in shape.stored.items())
        return write_parquet(connection, f"SELECT {columns} FROM planned ORDER BY {shape.order}", path)


def _prepare(
    connection: duckdb.DuckDBPyConnection,
    rows: Rows,
    *,
    existing: Sequence[str | Path],
    shape: Shape,
    absent: pa.Table | None,
    batch: int | None,
) -> str:
    """Load the new rows and the heads they meet, and return the SELECT of the plan."""
    _load_new(connection, rows, shape)
    stored = {name: kind for name, kind in shape.stored.items() if name != "_replaces"}
    heads = heads_sql(connection, existing, stored)
    connection.execute(f"CREATE VIEW all_heads AS {heads}")
    gone = empty_sql({name: shape.columns[name] for name in shape.key})
    if absent is not None:
        connection.register("told_absent", absent)
        gone = f"SELECT {_names(shape.key)} FROM told_absent EXCEPT SELECT {_names(shape.key)} FROM new"
    connection.execute(f"CREATE TABLE gone AS {gone}")
    # Only the heads of keys at hand are kept: the files may be far larger than the batch.
    meets = _matched(shape.key, "head", "met")
    connection.execute(
        "CREATE TABLE heads AS SELECT head.* REPLACE (coalesce(_withdrawn, false) AS _withdrawn) FROM all_heads AS head"
        f" SEMI JOIN (SELECT {_names(shape.key)} FROM new UNION ALL SELECT {_names(shape.key)} FROM gone) AS met"
        f" ON {meets}"
    )
    columns = _names(name for name in shape.stored if name not in _DECIDED)
    text = _PLAN.format(
        columns=columns,
        new="new",
        absent=f"({_absent_sql(connection, shape, batch)})",
        late=_late(shape),
        same=_same(shape),
        matched=_matched(shape.key, "arrived", "head"),
    )
    return f"{text} ORDER BY {shape.order}"


def _load_new(connection: duckdb.DuckDBPyConnection, rows: Rows, shape: Shape) -> None:
    connection.register("told", rows)
    held = set(rows.schema.names) - {"_replaces"}
    columns = [_typed(name, kind, held) for name, kind in shape.stored.items() if name not in _DECIDED]
    withdrawn = "coalesce(_withdrawn, false)" if "_withdrawn" in held else "false"
    connection.execute(f"CREATE TABLE new AS SELECT {', '.join(columns)}, {withdrawn} AS _withdrawn FROM told")
    key = _names(shape.key)
    twice = connection.execute(
        f"SELECT {key} FROM new GROUP BY {key} HAVING count(*) > 1 ORDER BY {key} LIMIT 1"
    ).fetchall()
    if twice:
        told = ", ".join(f"{name} = {value}" for name, value in zip(shape.key, twice[0], strict=True))
        raise KeyTwice(f"two rows of one delta have the key {told}; put both in quarantine")


def _absent_sql(connection: duckdb.DuckDBPyConnection, shape: Shape, batch: int | None) -> str:
    ((following,),) = connection.execute("SELECT max(_row) + 1 FROM new").fetchall()
    first = (batch or 0) << 32 if following is None else following
    blank = ", ".join(f"CAST(NULL AS {SYSTEM_COLUMNS[name]}) AS {name}" for name in _BESIDE)
    key = ", ".join(f"head.{quoted(name)}" for name in shape.key)
    return _ABSENT.format(blank=blank, first=first, key=key, matched=_matched(shape.key, "head", "gone"))


def _late(shape: Shape) -> str:
    if shape.revised_at is None:
        return "false"
    when = quoted(shape.revised_at)
    return f"coalesce(arrived.{when} < head.{when}, false)"


def _same(shape: Shape) -> str:
    """Two live versions are the same by all columns; two withdrawals by their date alone."""
    alike = " AND ".join(f"arrived.{quoted(name)} IS NOT DISTINCT FROM head.{quoted(name)}" for name in shape.columns)
    when = "true"
    if shape.revised_at is not None:
        when = f"arrived.{quoted(shape.revised_at)} IS NOT DISTINCT FROM head.{quoted(shape.revised_at)}"
    return (
        "(CASE WHEN arrived._withdrawn AND head._withdrawn THEN "
        f"{when} WHEN arrived._withdrawn OR head._withdrawn THEN false ELSE {alike} END)"
    )


def _matched(key: Sequence[str], left: str, right: str) -> str:
    return " AND ".join(f"{left}.{quoted(name)} = {right}.{quoted(name)}" for name in key)


def _typed(name: str, kind: str, held: set[str]) -> str:
    return f"CAST({quoted(name) if name in held else 'NULL'} AS {kind}) AS {quoted(name)}"


def _names(columns: Iterable[str]) -> str:
    return ", ".join(quoted(name) for name in columns)
