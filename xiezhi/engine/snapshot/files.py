"""A Parquet file of facts as the manifest lists it, and the careful writing of one: never seen half-written."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import duckdb

from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.snapshot.relation import literal

_CHUNK = 1 << 20
ROW_GROUP = 122_880


class FileTaken(XiezhiError):  # noqa: N818  named by what it says
    """A file of facts is never rewritten: there is one already at the path."""


@dataclass(frozen=True)
class FileInfo:
    """What the manifest keeps of a file.

    Attributes:
        path: where it was written.
        rows: its rows, versions of every sort.
        sha256: of its bytes, 64 hex digits.
        replaced: rows with ``_replaces``; late ones, which replace themselves, among them.
        withdrawn: rows that withdraw.
        min_row, max_row: least and greatest ``_row``, None where there are no rows.
    """

    path: Path
    rows: int
    sha256: str
    replaced: int
    withdrawn: int
    min_row: int | None
    max_row: int | None

    @property
    def clean(self) -> bool:
        """Whether every row stands for itself, so that a plain scan reads it."""
        return self.replaced == 0 and self.withdrawn == 0


def bind(files: Sequence[FileInfo]) -> tuple[tuple[str, ...], bool]:
    """Return the fields ``files`` and ``clean`` of a source that reads these files as one snapshot."""
    return tuple(str(file.path) for file in files), all(file.clean for file in files)


def write_parquet(connection: duckdb.DuckDBPyConnection, sql: str, path: Path) -> FileInfo:
    """Write the rows of ``sql`` in their order: to a temporary file, to the disk, to its name, to the folder.

    Raises:
        FileTaken: when there is a file at ``path`` already.
    """
    part = path.with_name(f".{path.name}.{uuid4().hex}.part")
    try:
        connection.execute(
            f"COPY ({sql}) TO {literal(str(part))}"
            f" (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
        )
        info = _inspect(connection, part, path)
        _flush(part)
        try:
            os.link(part, path)  # unlike a rename, it refuses to replace a file
        except FileExistsError as error:
            raise FileTaken(f"{path}: is there already; facts are written under new names only") from error
    finally:
        part.unlink(missing_ok=True)
    _flush(path.parent)
    return info


def _inspect(connection: duckdb.DuckDBPyConnection, part: Path, path: Path) -> FileInfo:
    (counted,) = connection.execute(
        "SELECT count(*), count(_replaces), count(*) FILTER (WHERE _withdrawn), min(_row), max(_row)"
        f" FROM read_parquet({literal(str(part))})"
    ).fetchall()
    rows, replaced, withdrawn, least, greatest = counted
    return FileInfo(path, rows, _sha256(part), replaced, withdrawn, least, greatest)


def _sha256(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()


def _flush(path: Path) -> None:
    """Bring a file, or the entries of a folder, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
