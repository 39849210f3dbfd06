"""Compaction: many files become one clean one that says the same and keeps every ``_row``."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from xiezhi.engine.snapshot.delta import Shape
from xiezhi.engine.snapshot.files import FileInfo, write_parquet
from xiezhi.engine.snapshot.relation import heads_sql, live_sql
from xiezhi.engine.snapshot.workspace import Room, workspace

MANY_FILES = 100
MUCH_REPLACED = 0.02


@dataclass(frozen=True)
class Compacted:
    """``live``: the clean file. ``graves``: the withdrawals still in force, None where later ones cannot meet them.

    Graves are no part of the snapshot. ``plan_delta`` reads them beside it, so that an older version that arrives
    after the withdrawal of its key stays late.
    """

    live: FileInfo
    graves: FileInfo | None


def is_due(files: Sequence[FileInfo]) -> bool:
    """Whether compaction pays: about a hundred files, or 2 % of the rows replaced or withdrawn."""
    rows = sum(file.rows for file in files)
    dead = sum(file.replaced + file.withdrawn for file in files)
    return len(files) >= MANY_FILES or dead > rows * MUCH_REPLACED


def compact(
    files: Sequence[str | Path],
    target: Path,
    *,
    shape: Shape,
    graves: Path | None = None,
    room: Room = Room(),  # noqa: B008  frozen
) -> Compacted:
    """Write the live rows of ``files`` to ``target``; the files themselves stay as they are.

    Args:
        files: every file of the snapshot, and the graves of the compaction before, if any.
        target: the new file.
        shape: the dataset.
        graves: where to write the withdrawals; needed only for a dataset with ``revised_at``.
        room: memory, threads and scratch space.

    Raises:
        FileTaken: when there is a file at ``target`` or ``graves`` already.
    """
    columns = {name: kind for name, kind in shape.stored.items() if name != "_replaces"}
    with workspace(room) as connection:
        live = live_sql(connection, files, columns, clean=False)
        select = f"SELECT * REPLACE (false AS _withdrawn), CAST(NULL AS BIGINT) AS _replaces FROM ({live})"
        written = write_parquet(connection, f"{select} ORDER BY {shape.order}", target)
        buried = None
        if graves is not None and shape.revised_at is not None:
            heads = heads_sql(connection, files, columns)
            select = f"SELECT *, CAST(NULL AS BIGINT) AS _replaces FROM ({heads}) WHERE _withdrawn"
            ((found,),) = connection.execute(f"SELECT count(*) FROM ({select})").fetchall()
            if found:
                buried = write_parquet(connection, f"{select} ORDER BY {shape.order}", graves)
    return Compacted(written, buried)


@contextmanager
def live_rows(
    files: Sequence[str | Path],
    *,
    shape: Shape,
    room: Room = Room(),  # noqa: B008  frozen
) -> Iterator[pa.RecordBatchReader]:
    """Give the live rows of ``files`` in the order of ``_row``, while the block lasts: stored columns and ``_row``."""
    columns = {**shape.columns, "_row": shape.stored["_row"]}
    with workspace(room) as connection:
        live = live_sql(connection, files, columns, clean=False)
        yield connection.sql(f"SELECT * FROM ({live}) ORDER BY _row").to_arrow_reader()
